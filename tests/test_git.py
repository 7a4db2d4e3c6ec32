"""Promises of git.py: the first-parent line with every change, merges too; paths from the root; nothing of the user's settings; plain refusals."""

import os
from pathlib import Path

import pytest
from repos import DAY, START, Repo, day, entry, shallow

from inzage import git
from inzage.problem import Refused

A, B = "register/algoritmes/a.yaml", "register/algoritmes/b.yaml"


@pytest.fixture(params=["", "gemeente/register-map"])
def repo(request: pytest.FixtureRequest, tmp_path: Path) -> Repo:
    return Repo(tmp_path / "opslag", request.param)


def log(repo: Repo, **options: str) -> list[git.Commit]:
    return list(git.first_parent_raw_log(repo.root, ["register"], **options))


def test_the_log_gives_each_change_with_paths_from_the_root(repo: Repo) -> None:
    one = repo.commit(
        {A: entry(), "anders.txt": "x"}, "Eerste\n\nUitleg\n\nReviewed-by: Cor <c@x.example>\nCo-authored-by: Do <d@x.example>"
    )
    two = repo.commit({A: entry("Nieuw"), B: entry()})
    three = repo.commit({A: None})
    newest, middle, oldest = log(repo)
    assert [newest.id, middle.id, oldest.id] == [three, two, one]
    assert [(c.status, c.path) for c in middle.changes] == [("M", A), ("A", B)]
    assert newest.changes == (git.Change("D", "000000", git.NO_COMMIT, A),)
    assert oldest.trailers == (("Reviewed-by", "Cor <c@x.example>"), ("Co-authored-by", "Do <d@x.example>"))
    assert (oldest.subject, oldest.parents, middle.parents) == ("Eerste", (), (one,))
    assert oldest.body.startswith("Uitleg")


def test_a_body_that_looks_like_a_raw_line_is_still_a_body(repo: Repo) -> None:
    repo.commit({A: entry()}, "Titel\n\n:100644 100644 a b M")
    (only,) = log(repo)
    assert only.body == ":100644 100644 a b M" and only.changes[0].path == A


def test_a_merge_shows_what_the_branch_brought_and_what_was_slipped_in(repo: Repo) -> None:
    repo.commit({A: entry()})
    repo.branch("tak")
    repo.commit({B: entry("Van de tak")})
    repo.go("main")
    merge = repo.merge("tak", files={A: entry("Er tussendoor")})
    commits = log(repo)
    assert [c.id for c in commits] == [merge, commits[1].id]
    assert [(c.status, c.path) for c in commits[0].changes] == [("M", A), ("A", B)]


def test_the_log_can_start_after_a_commit(repo: Repo) -> None:
    one = repo.commit({A: entry()})
    two = repo.commit({"los.txt": "niets"})
    (only,) = log(repo, after=one)
    assert only.id == two and only.parents == (one,) and only.changes == ()


def test_the_author_date_is_kept_apart_from_the_committer_date(repo: Repo) -> None:
    repo.commit({A: entry()}, date=day(20), author_date=day(3))
    (only,) = log(repo)
    assert (only.authored, only.committed) == (START + 3 * DAY, START + 20 * DAY)


def test_a_similar_file_is_never_taken_for_a_renamed_one(repo: Repo) -> None:
    repo.commit({A: entry(uitleg="lang " * 50)})
    repo.commit({A: None, B: entry(uitleg="lang " * 50)})
    assert [c.status for c in log(repo)[0].changes] == ["D", "A"]


def test_a_path_with_accents_and_quotes_comes_back_as_it_is(repo: Repo) -> None:
    name = 'register/algoritmes/één "twee".yaml'
    commit = repo.commit({name: entry()})
    assert log(repo)[0].changes[0].path == name
    assert list(git.ls_tree(repo.root, commit, ["register"])) == [name]


def test_the_tree_lists_modes_and_files_at_a_commit(repo: Repo) -> None:
    one = repo.commit({A: entry()})
    (repo.root / A).chmod(0o755)
    (repo.root / "register/algoritmes/link.yaml").symlink_to("a.yaml")
    two = repo.commit({})
    assert [f.mode for f in git.ls_tree(repo.root, one, ["register"]).values()] == ["100644"]
    assert [f.mode for f in git.ls_tree(repo.root, two, ["register"]).values()] == ["100755", "120000"]
    assert git.file_at(repo.root, two, A) == entry().encode()
    assert git.file_at(repo.root, two, B) is None
    assert git.tree(repo.root, two) == repo.git("rev-parse", "HEAD^{tree}")


def test_many_blobs_come_in_the_order_asked_also_twice_and_cut(repo: Repo) -> None:
    commit = repo.commit({A: "a" * 3_000_000, B: "", "register/c/c.yaml": "een\ntwee"})
    ids = [f.blob for f in git.ls_tree(repo.root, commit, ["register"]).values()]
    got = [raw for _, raw in git.blobs(repo.root, [*ids, ids[2]], limit=4)]
    assert got == [b"aaaa", b"", b"een\n", b"een\n"]
    assert len(dict(git.blobs(repo.root, ids))[ids[0]]) == 3_000_000


def test_a_missing_blob_is_refused(repo: Repo) -> None:
    repo.commit({A: entry()})
    with pytest.raises(Refused, match="mist het bestand"):
        list(git.blobs(repo.root, ["1" * 40]))


def test_a_shallow_clone_is_refused_with_what_to_do(repo: Repo, tmp_path: Path) -> None:
    repo.commit({A: entry()})
    repo.commit({A: entry("Nieuw")})
    git.refuse_shallow(repo.root)
    with pytest.raises(Refused) as refused:
        git.refuse_shallow(shallow(repo, tmp_path / "ondiep"))
    (problem,) = refused.value.problems
    assert problem.code == "git-ondiep" and problem.message == "Deze kopie van de opslag heeft niet de hele geschiedenis."
    assert "git fetch --unshallow" in problem.fix and "fetch-depth: 0" in problem.fix


def test_a_merge_with_swapped_parents_leaves_the_first_parent_line(repo: Repo) -> None:
    base = repo.commit({A: entry()})
    repo.branch("tak")
    other = repo.commit({B: entry()})
    repo.go("main")
    mine = repo.commit({"register/algoritmes/c.yaml": entry()})
    made = repo.swapped_merge("tak")
    assert git.first_parents(repo.root) == [base, other, made]
    assert git.has_commit(repo.root, mine) and not git.has_commit(repo.root, "2" * 40)


def test_the_commit_on_a_date_is_never_one_that_was_back_dated(repo: Repo) -> None:
    one = repo.commit({A: entry()}, date=day(5))
    two = repo.commit({A: entry("Twee")}, date=day(10))
    repo.commit({A: entry("Terug in de tijd")}, date=day(6))
    assert git.commit_at(repo.root, START + 4 * DAY) is None
    assert git.commit_at(repo.root, START + 7 * DAY) == one
    assert git.commit_at(repo.root, START + 10 * DAY - 1) == one
    assert git.commit_at(repo.root, START + 10 * DAY) != two  # from here on all three may have stood there


@pytest.mark.parametrize("wrong", ["--output=/tmp/x", "-p", "", "a b", "HEAD\nHEAD", "bestaat-niet"])
def test_a_revision_that_is_none_is_refused(repo: Repo, wrong: str) -> None:
    repo.commit({A: entry()})
    with pytest.raises(Refused) as refused:
        git.resolve(repo.root, wrong)
    assert refused.value.problems[0].code == "git-onbekend"


@pytest.mark.parametrize("wrong", ["-p", "HEAD\nHEAD", "HEAD HEAD", ""])
def test_what_could_be_an_option_or_a_second_line_never_reaches_git(repo: Repo, wrong: str) -> None:
    repo.commit({A: entry()})
    for act in (
        lambda: git.resolve(repo.root, wrong),
        lambda: list(git.blobs(repo.root, [wrong])),
        lambda: git.ls_tree(repo.root, wrong, ["register"]),
    ):
        with pytest.raises(Refused, match="is geen naam van een versie"):
            act()


def test_a_revision_gives_its_commit(repo: Repo) -> None:
    one = repo.commit({A: entry()})
    repo.git("tag", "-m", "x", "-a", "jaar/2026")
    assert git.resolve(repo.root, "jaar/2026") == git.resolve(repo.root, one[:9]) == git.head(repo.root) == one


def test_outside_git_and_without_commits_there_is_no_repository(tmp_path: Path) -> None:
    empty = Repo(tmp_path / "leeg")
    assert not git.is_repository(tmp_path) and not git.is_repository(tmp_path / "weg") and not git.is_repository(empty.root)
    with pytest.raises(Refused, match="geen opslag van git"):
        git.head(tmp_path)


def test_settings_and_variables_of_the_user_change_nothing(repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    repo.commit({A: entry()})
    repo.commit({A: None, B: entry()})
    before = log(repo)
    settings = {"diff.renames": "copies", "log.showRoot": "false", "core.abbrev": "5", "log.diffMerges": "off", "diff.noprefix": "true", "log.mailmap": "true",
                "core.quotepath": "true", "log.date": "relative", "diff.external": "false", "color.ui": "always", "format.pretty": "oneline"}  # fmt: skip
    for key, value in settings.items():
        repo.git("config", key, value)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "ergens-anders"))
    monkeypatch.setenv("GIT_INDEX_FILE", os.devnull)
    assert log(repo) == before and git.is_repository(repo.root)


def test_a_replaced_commit_does_not_fool_the_reader(repo: Repo) -> None:
    one = repo.commit({A: entry()})
    two = repo.commit({A: entry("Echt")})
    before = log(repo)
    repo.git("replace", two, one)
    assert log(repo) == before
