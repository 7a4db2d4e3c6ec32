"""Promises of verify.py: whatever was changed in log, git, files or site is noticed and named; what holds gives nothing."""

import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from repos import Repo, entry, shallow
from test_logbook import published, redact, rewritten, with_secret

from inzage import git, logbook
from inzage.history import read_history
from inzage.kinds import load_kinds
from inzage.logbook import append, append_rewrite
from inzage.logline import parse
from inzage.problem import Problem, Refused
from inzage.verify import LIST, verify

A, B = "register/algoritmes/a.yaml", "register/algoritmes/b.yaml"
KINDS = load_kinds(Path(__file__).parent.parent / "schemas")


@pytest.fixture(params=["", "gemeente"])
def ready(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Repo, Path]:
    return published(tmp_path, request.param)


def codes(problems: list[Problem]) -> set[str]:
    return {p.code for p in problems}


def test_what_holds_gives_nothing_also_with_unpublished_work(ready: tuple[Repo, Path]) -> None:
    repo, path = ready
    assert verify(repo.root, path) == [] == verify(repo.root, None)
    repo.commit({B: entry("Nog niet gepubliceerd")})
    assert verify(repo.root, path) == []


def test_an_earlier_log_proves_a_rewrite_of_repository_and_log_together(ready: tuple[Repo, Path], tmp_path: Path) -> None:
    repo, path = ready
    kept = tmp_path / "bewaard.jsonl"
    kept.write_bytes(logbook.until(logbook.read(path), logbook.read(path).lines[1]).raw)
    assert verify(repo.root, path, earlier=kept) == []
    path.unlink()
    (tmp_path / "opslag").rename(tmp_path / "oud")
    other = Repo(tmp_path / "opslag")
    for number in range(3):
        other.commit({A: entry(f"Mooier {number}")})
        append(path, other.root, f"2026-03-0{number + 1}T10:00:00Z", "ja", ["redacteur"])
    assert verify(other.root, path) == []  # this is what it cannot show
    (problem,) = verify(other.root, path, earlier=kept)
    assert (problem.code, problem.line) == ("log-eerder", 1) and "Het verleden is veranderd" in problem.message
    assert codes(verify(other.root, path, earlier=tmp_path / "weg")) == {"log-eerder"}


def test_a_log_that_was_cut_off_is_noticed_by_who_kept_more(ready: tuple[Repo, Path], tmp_path: Path) -> None:
    repo, path = ready
    (tmp_path / "bewaard").write_bytes(path.read_bytes())
    path.write_bytes(logbook.until(logbook.read(path), logbook.read(path).lines[1]).raw)
    assert codes(verify(repo.root, path, earlier=tmp_path / "bewaard")) == {"log-eerder"}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"boom": "swh:1:dir:" + "1" * 40}, "log-boom"),
        ({"commit": "1" * 40}, "log-commit-weg"),
        ({"nagekeken": "nee"}, None),
        ({"tijd": "2026-03-02T09:00:00Z"}, None),
    ],
)
def test_a_forged_line_with_hashes_that_fit_is_caught_by_git_or_by_a_kept_line(
    ready: tuple[Repo, Path], tmp_path: Path, values: dict[str, str], code: str | None
) -> None:
    repo, path = ready
    (tmp_path / "bewaard").write_bytes(path.read_bytes())
    path.write_bytes(rewritten(path.read_bytes(), 2, **values))
    found = verify(repo.root, path)
    assert codes(found) == ({code} if code else set()) and all(p.line == 2 for p in found)
    assert "log-eerder" in codes(verify(repo.root, path, earlier=tmp_path / "bewaard"))


def test_a_log_of_other_content_names_line_and_file(ready: tuple[Repo, Path]) -> None:
    repo, path = ready
    lines = logbook.read(path).lines
    wrong = dict(lines[0].plus) | {"inzage.yaml": "0" * 64}
    raw = rewritten(path.read_bytes(), 1, plus=wrong, manifest=logbook.manifest(wrong))
    state = dict(wrong)
    for number in range(2, 5):
        line = parse(path.read_bytes(), "").lines[number - 1]
        state = {k: v for k, v in {**state, **line.plus}.items() if k not in line.minus}
        raw = rewritten(raw, number, manifest=logbook.manifest(state))
    path.write_bytes(raw)
    found = verify(repo.root, path)
    assert codes(found) == {"log-inhoud"} and {p.line for p in found} == {1, 2, 3, 4} and all("inzage.yaml" in p.message for p in found)


def test_lines_in_another_order_than_git_are_noticed(tmp_path: Path) -> None:
    repo, path = Repo(tmp_path / "opslag"), tmp_path / "log"
    for number in (1, 2):
        repo.commit({A: entry(), "README.md": str(number)})
        append(path, repo.root, "2026-03-02T10:00:00Z")
    one, two = logbook.read(path).lines
    raw = rewritten(path.read_bytes(), 1, commit=two.commit, boom=two.tree)
    path.write_bytes(rewritten(raw, 2, commit=one.commit, boom=one.tree))
    assert [(p.code, p.line) for p in verify(repo.root, path)] == [("log-volgorde", 2)]


def test_each_condition_under_which_a_build_refuses_is_a_failure(ready: tuple[Repo, Path], tmp_path: Path) -> None:
    repo, path = ready
    assert codes(verify(shallow(repo, tmp_path / "ondiep"), path)) == {"git-ondiep"}
    assert "log-geen" in codes(verify(repo.root, tmp_path / "weg.jsonl"))
    assert codes(verify(tmp_path, path)) == {"git-geen"}
    repo.git("commit", "-q", "--amend", "-m", "herschreven")
    assert codes(verify(repo.root, path)) == {"log-herschreven", "log-commit-weg"}


def test_a_file_changed_here_and_not_in_git_is_noticed(ready: tuple[Repo, Path]) -> None:
    repo, path = ready
    (repo.root / B).write_bytes((repo.root / B).read_bytes().replace(b"\n", b"\r\n"))
    assert verify(repo.root, path) == []
    (repo.root / B).write_text(entry("Stiekem"))
    (repo.root / "inzage.yaml").unlink()
    (repo.root / "register/algoritmes/c.yaml").write_text(entry())
    assert {(p.file, p.code) for p in verify(repo.root, path)} == {(f, "werkmap") for f in (B, "inzage.yaml", "register/algoritmes/c.yaml")}


def test_a_damaged_object_in_git_is_noticed(ready: tuple[Repo, Path]) -> None:
    repo, path = ready
    chance = random.Random(1)
    objects = sorted(p for p in (repo.top / ".git/objects").glob("??/*") if p.is_file())
    noticed = 0
    for victim in chance.sample(objects, 6):
        raw = victim.read_bytes()
        place = chance.randrange(2, len(raw))
        victim.chmod(0o644)
        victim.write_bytes(raw[:place] + bytes([raw[place] ^ 0xFF]) + raw[place + 1 :])
        noticed += bool(verify(repo.root, path))
        victim.write_bytes(raw)
    assert noticed == 6 and verify(repo.root, path) == []


def test_a_file_replaced_in_git_under_its_own_id_is_noticed(ready: tuple[Repo, Path]) -> None:
    """Git reads it without a word; only recomputing the ids shows it."""
    repo, path = ready
    spot, one, other = repo.top / ".git/objects", *(git.ls_tree(repo.root, "HEAD", [f])[f].blob for f in ("README.md", B))
    (spot / one[:2] / one[2:]).chmod(0o644)
    (spot / one[:2] / one[2:]).write_bytes((spot / other[:2] / other[2:]).read_bytes())
    assert git.file_at(repo.root, "HEAD", "README.md") == entry().encode()
    assert codes(verify(repo.root, path)) == {"git-beschadigd"}


def test_a_declared_redaction_holds_and_one_that_took_more_does_not(tmp_path: Path) -> None:
    repo, path = with_secret(tmp_path)
    redact(repo, "0612345678", "weg")
    assert codes(verify(repo.root, path)) == {"log-commit-weg"}
    append_rewrite(path, repo.root, "2026-03-04T10:00:00Z", [A], "AVG art. 17", "Besluit 12")
    assert verify(repo.root, path) == []
    redact(repo, "Parkeren", "Mooier")
    found = verify(repo.root, path)
    assert codes(found) == {"log-commit-weg"} and any("meer anders dan de aangegeven paden" in p.message for p in found)


def test_after_a_redaction_history_still_knows_what_was_published_when(tmp_path: Path) -> None:
    repo, path = with_secret(tmp_path)
    redact(repo, "0612345678", "weg")
    append_rewrite(path, repo.root, "2026-03-04T10:00:00Z", [A], "AVG art. 17", "Besluit 12")
    for _ in range(2):
        history = read_history(repo.root, KINDS, tmp_path / "cache", logbook.read(path))
        assert [(v.date, v.line) for v in history.entries["algoritmes/a"].versions] == [("2026-03-01", 1), ("2026-03-02", 2)]
    assert sorted(history.stock("2026-03-02")) == ["algoritmes/a"] and len(history.stock("2026-03-03")) == 2


def build(repo: Repo, path: Path) -> Callable[[str, Path], None]:
    """A very small maker of sites: each source file as a page, and the log."""

    def rebuild(commit: str, folder: Path) -> None:
        files = {name: git.file_at(repo.root, commit, name) or b"" for name in git.ls_tree(repo.root, commit, ["register"])}
        log = logbook.read(path)
        line = next(line for line in log.lines if line.commit == commit)
        files |= {
            "publicaties.jsonl": logbook.until(log, line).raw,
            "pagefind/index.bin": str(folder).encode(),
            "index.html": b"<h1>Register</h1>",
        }
        for name, raw in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(raw)
        said = {
            "commit": commit,
            "logkop": line.digest,
            "datum": "2026-11-23",
            "bestanden": {n: hashlib.sha256(r).hexdigest() for n, r in files.items()},
        }
        (folder / LIST).write_text(json.dumps(said))

    return rebuild


@pytest.fixture
def site(ready: tuple[Repo, Path], tmp_path: Path) -> Path:
    repo, path = ready
    build(repo, path)(logbook.read(path).lines[-1].commit, tmp_path / "site")
    return tmp_path / "site"


def test_a_site_that_was_built_from_the_log_holds(ready: tuple[Repo, Path], site: Path) -> None:
    repo, path = ready
    assert verify(repo.root, path, site=site, rebuild=build(repo, path)) == []
    repo.commit({B: entry("Later")})
    append(path, repo.root, "2027-01-01T10:00:00Z")
    assert verify(repo.root, path, site=site, rebuild=build(repo, path)) == []


def test_every_byte_of_every_file_of_the_site_is_noticed(ready: tuple[Repo, Path], site: Path) -> None:
    repo, path = ready
    chance = random.Random(3)
    files = sorted(p for p in site.rglob("*") if p.is_file())
    tried = 0
    for file in files:
        raw = file.read_bytes()
        for place in chance.sample(range(len(raw)), min(4, len(raw))):
            file.write_bytes(raw[:place] + bytes([raw[place] ^ (1 << chance.randrange(8))]) + raw[place + 1 :])
            found = verify(repo.root, path, site=site, rebuild=build(repo, path))
            assert found and any(file.name in p.file or LIST in p.file for p in found), (file, place)
            tried += 1
        file.write_bytes(raw)
    assert tried > 15 and verify(repo.root, path, site=site, rebuild=build(repo, path)) == []


def test_files_too_many_too_few_and_no_files_are_named(ready: tuple[Repo, Path], site: Path) -> None:
    repo, path = ready
    (site / "extra.html").write_text("x")
    (site / "index.html").unlink()
    (site / A).unlink(missing_ok=True)
    (site / "link").symlink_to("/etc/passwd")
    found = verify(repo.root, path, site=site, rebuild=build(repo, path))
    assert {p.file for p in found} == {str(site / n) for n in ("extra.html", "index.html", "link")}
    assert codes(found) == {"site-bestand", "site-herbouw"}


def test_a_forged_site_with_a_list_that_fits_is_caught_by_the_rebuild(ready: tuple[Repo, Path], site: Path) -> None:
    repo, path = ready
    (site / "index.html").write_text("<h1>Alles mag</h1>")
    said = json.loads((site / LIST).read_text())
    said["bestanden"]["index.html"] = hashlib.sha256(b"<h1>Alles mag</h1>").hexdigest()
    (site / LIST).write_text(json.dumps(said))
    assert verify(repo.root, path, site=site) == []
    assert codes(verify(repo.root, path, site=site, rebuild=build(repo, path))) == {"site-herbouw"}


def listed(site: Path, name: str) -> None:
    """Makes the site's own list fit a file again."""
    said = json.loads((site / LIST).read_text())
    said["bestanden"][name] = hashlib.sha256((site / name).read_bytes()).hexdigest()
    (site / LIST).write_text(json.dumps(said))


def test_another_log_on_the_site_is_noticed_though_its_list_fits(ready: tuple[Repo, Path], site: Path) -> None:
    repo, path = ready
    (site / "publicaties.jsonl").write_bytes(path.read_bytes().replace(b'"ja"', b'"nee"'))
    listed(site, "publicaties.jsonl")
    (problem,) = verify(repo.root, path, site=site)
    assert problem.code == "site-bestand" and "Het logboek op de site" in problem.message


def test_a_link_in_place_of_a_file_is_noticed_though_it_reads_the_same(ready: tuple[Repo, Path], site: Path, tmp_path: Path) -> None:
    repo, path = ready
    (site / "index.html").rename(tmp_path / "elders.html")
    (site / "index.html").symlink_to(tmp_path / "elders.html")
    assert {p.file for p in verify(repo.root, path, site=site)} == {str(site / "index.html")}


def test_a_site_of_another_publication_or_without_a_list_is_noticed(ready: tuple[Repo, Path], site: Path, tmp_path: Path) -> None:
    repo, path = ready
    said = json.loads((site / LIST).read_text())
    (site / LIST).write_text(json.dumps({**said, "logkop": "0" * 64}))
    assert codes(verify(repo.root, path, site=site)) == {"site-lijst"}
    assert verify(repo.root, None, site=site) == []
    (site / LIST).write_text("[]")
    assert codes(verify(repo.root, path, site=site)) == {"site-lijst"}


def test_a_rebuild_that_is_refused_is_a_failure_not_a_crash(ready: tuple[Repo, Path], site: Path) -> None:
    repo, path = ready

    def refuse(commit: str, folder: Path) -> None:
        raise Refused([Problem("x.yaml", 3, 1, "fout", "kapot", "", "Kapot.", "Herstel.")])

    assert codes(verify(repo.root, path, site=site, rebuild=refuse)) == {"kapot"}
