"""Promises of logline.py and logbook.py: one canonical line a publication, each tied to the one before and to git; whatever is wrong is named."""

import hashlib
import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repos import Repo, entry, shallow

from inzage import git, logbook
from inzage.logbook import append, append_rewrite, check_against, commits_now, published_at, read
from inzage.logline import NOTHING, Log, manifest, parse
from inzage.problem import Refused

A, B = "register/algoritmes/a.yaml", "register/algoritmes/b.yaml"
TIMES = ("2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z", "2026-11-23T10:00:00Z")


def published(folder: Path, sub: str = "") -> tuple[Repo, Path]:
    """A repository with four publications: a first, a change, one without changes, one with a removal."""
    repo, path = Repo(folder / "opslag", sub), folder / "publicaties.jsonl"
    steps: list[dict[str, Any]] = [{A: entry(), "inzage.yaml": "naam: x\n", "README.md": "x"}, {A: entry("Één"), B: entry()}, {}, {A: None}]
    for time, files in zip(TIMES, steps, strict=True):
        if files:
            repo.commit(files)
        append(path, repo.root, time, "ja", ["redacteur", "coördinator"])
    return repo, path


@pytest.fixture(scope="module", params=["", "gemeente/map"])
def ready(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Repo, Path]:
    return published(tmp_path_factory.mktemp("log"), request.param)


@pytest.fixture
def fresh(tmp_path: Path) -> tuple[Repo, Path]:
    return published(tmp_path)


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {p.code for p in refused.value.problems}


def test_a_line_is_canonical_and_says_what_the_design_asks(ready: tuple[Repo, Path]) -> None:
    repo, path = ready
    first, second, third, fourth = path.read_bytes().splitlines(keepends=True)
    said = json.loads(second)
    assert sorted(said) == ["boom", "commit", "manifest", "min", "n", "nagekeken", "plus", "rollen", "tijd", "vorige"]
    assert said["boom"] == "swh:1:dir:" + repo.git("rev-parse", said["commit"] + "^{tree}")
    assert said["plus"] == {A: hashlib.sha256(entry("Één").encode()).hexdigest(), B: hashlib.sha256(entry().encode()).hexdigest()}
    assert (said["n"], said["min"], said["nagekeken"], said["rollen"]) == (2, [], "ja", ["redacteur", "coördinator"])
    assert said["vorige"] == hashlib.sha256(first).hexdigest() and json.loads(first)["vorige"] == NOTHING
    assert sorted(json.loads(first)["plus"]) == ["inzage.yaml", A]
    assert json.loads(third)["plus"] == {} and json.loads(fourth)["min"] == [A]
    assert second == (json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n").encode()


def test_the_manifest_is_what_a_resident_computes_with_two_commands(ready: tuple[Repo, Path]) -> None:
    repo, path = ready
    script = "git ls-files register schemas inzage.yaml | xargs sha256sum | LC_ALL=C sort | sha256sum"
    got = subprocess.run(["sh", "-c", script], cwd=repo.root, capture_output=True, text=True, check=True).stdout.split()[0]
    assert got == json.loads(path.read_bytes().splitlines()[-1])["manifest"]


def test_an_earlier_log_is_a_byte_prefix_of_a_later_one(ready: tuple[Repo, Path]) -> None:
    log = read(ready[1])
    for line in log.lines:
        cut = logbook.until(log, line)
        assert log.raw.startswith(cut.raw) and parse(cut.raw, "x").head == line.digest == cut.head
    assert logbook.until(log, None) == Log(log.file)


def test_plus_and_min_give_the_files_of_every_tree(ready: tuple[Repo, Path]) -> None:
    repo, path = ready
    seen = 0
    for line, files in read(path).states():
        assert files == logbook.files_at(repo.root, line.commit) and manifest(files) == line.manifest
        seen += 1
    assert seen == 4


LAST_ONLY = {"tijd", "nagekeken", "rollen", "commit", "boom"}  # of the last line: fixed by nothing in the log itself, but by its head


@settings(derandomize=True, deadline=None, max_examples=400)
@given(data=st.data())
def test_every_other_byte_is_noticed(log_bytes: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(log_bytes) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != log_bytes[place]))
    changed = log_bytes[:place] + bytes([byte]) + log_bytes[place + 1 :]
    try:
        log = parse(changed, "log")
    except Refused as refused:
        assert all(p.file == "log" and p.line >= 1 and p.message and p.fix for p in refused.problems)
        return
    before, after = (json.loads(raw.splitlines()[-1]) for raw in (log_bytes, changed))
    assert place > log_bytes.rindex(b"\n", 0, -1) and log.head != parse(log_bytes, "log").head
    assert {key for key in before if before[key] != after.get(key)} <= LAST_ONLY


@pytest.fixture(scope="module")
def log_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return published(tmp_path_factory.mktemp("bytes"))[1].read_bytes()


@settings(derandomize=True, deadline=None, max_examples=100)
@given(data=st.data())
def test_a_line_taken_out_put_in_or_moved_is_noticed(log_bytes: bytes, data: st.DataObject) -> None:
    lines = log_bytes.splitlines(keepends=True)
    changed = data.draw(st.lists(st.sampled_from(lines), max_size=5).filter(lambda ls: ls != lines[: len(ls)]))
    with pytest.raises(Refused):
        parse(b"".join(changed), "log")


def rewritten(raw: bytes, number: int, **values: Any) -> bytes:
    """The log with one line changed and all hashes after it made to fit: what a forger would do."""
    lines = [json.loads(text) for text in raw.splitlines()]
    lines[number - 1] |= values
    out, previous = b"", NOTHING
    for i, line in enumerate(lines):
        if i >= number:
            line["vorige"] = previous
        text = (json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n").encode()
        previous = hashlib.sha256(text).hexdigest()
        out += text
    return out


@pytest.mark.parametrize(
    ("number", "values", "code"),
    [
        (2, {"n": 3}, "log-nummer"), (2, {"n": "2"}, "log-vorm"), (2, {"n": True}, "log-vorm"), (3, {"tijd": "2026-02-01T00:00:00Z"}, "log-tijd"),
        (2, {"tijd": "2026-02-30T00:00:00Z"}, "log-vorm"), (2, {"tijd": "2026-03-02 10:00"}, "log-vorm"), (2, {"manifest": "0" * 64}, "log-bestanden"),
        (2, {"plus": {}}, "log-bestanden"), (4, {"min": []}, "log-bestanden"), (4, {"min": [A, A]}, "log-vorm"), (3, {"min": ["register/niets"]}, "log-bestanden"),
        (2, {"nagekeken": "misschien"}, "log-vorm"), (2, {"rollen": "redacteur"}, "log-vorm"), (2, {"extra": 1}, "log-vorm"), (2, {"boom": "x"}, "log-vorm"),
        (2, {"soort": "herschrijving"}, "log-vorm"), (2, {"commit": "HEAD"}, "log-vorm"), (2, {"plus": {"a\nb": "0" * 64}}, "log-vorm"),
    ],
)  # fmt: skip
def test_each_broken_condition_names_the_line(log_bytes: bytes, number: int, values: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(rewritten(log_bytes, number, **values), "log.jsonl")
    problem = refused.value.problems[0]
    assert (problem.file, problem.line, problem.code) == ("log.jsonl", number, code)
    assert problem.message.startswith(f"Regel {number} van het logboek: ") and problem.fix


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda raw: raw[:-1], "log-schrijfwijze"), (lambda raw: raw.replace(b"\n", b"\r\n"), "log-schrijfwijze"), (lambda raw: raw + b"\n", "log-vorm"),
        (lambda raw: raw.replace(b'"n":2', b'"n":2,"n":2'), "log-schrijfwijze"), (lambda raw: raw.replace(b'{"boom"', b'{ "boom"', 1), "log-schrijfwijze"),
        (lambda raw: b"\xef\xbb\xbf" + raw, "log-schrijfwijze"), (lambda raw: b"[" * 100_000, "log-vorm"), (lambda raw: b"\xff\n" + raw, "log-vorm"),
        (lambda raw: raw.replace(b'"n":2', b'"n":' + b"2" * 5000), "log-vorm"), (lambda raw: raw.replace(b'"redacteur"', b'"\\ud800"'), "log-vorm"),
    ],
)  # fmt: skip
def test_a_log_written_otherwise_is_refused(log_bytes: bytes, change: Any, code: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(change(log_bytes), "log")
    assert code in codes(refused)


def test_a_log_that_is_not_there_is_refused_and_an_empty_one_is_not(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is er niet"):
        read(tmp_path / "weg.jsonl")
    (tmp_path / "leeg.jsonl").write_bytes(b"")
    assert read(tmp_path / "leeg.jsonl").last is None


def test_what_was_public_at_a_moment_is_the_last_line_before_it(ready: tuple[Repo, Path]) -> None:
    log = read(ready[1])
    numbers = {
        when: getattr(published_at(log, when), "number", None)
        for when in ("2026-02-28", "2026-03-01", "2026-03-02", "2026-11-23T09:59:59Z", "2027-01-01")
    }
    assert numbers == {"2026-02-28": None, "2026-03-01": 1, "2026-03-02": 3, "2026-11-23T09:59:59Z": 3, "2027-01-01": 4}
    assert getattr(published_at(log, datetime(2026, 3, 1, 10, tzinfo=UTC)), "number", None) == 1


def test_a_day_ends_at_midnight_in_amsterdam_summer_and_winter() -> None:
    assert logbook.end_of_day("2026-07-01").astimezone(UTC).isoformat() == "2026-07-01T21:59:59+00:00"
    assert logbook.end_of_day("2026-12-31").astimezone(UTC).isoformat() == "2026-12-31T22:59:59+00:00"
    assert logbook.end_of_day("2026-10-25").astimezone(UTC).isoformat() == "2026-10-25T22:59:59+00:00"
    assert logbook.day_of("2026-12-31T23:30:00Z") == "2027-01-01" and logbook.day_of(0) == "1970-01-01"


@pytest.mark.parametrize("time", ["2026-11-23T09:59:59Z", "2026-11-24", "2026-11-24T10:00:00+01:00", "morgen"])
def test_a_time_that_runs_back_or_is_none_writes_nothing(ready: tuple[Repo, Path], time: str) -> None:
    repo, path = ready
    before = path.read_bytes()
    with pytest.raises(Refused) as refused:
        append(path, repo.root, time)
    assert codes(refused) == {"log-tijd"} and "niet eerder dan 2026-11-23T10:00:00Z" in refused.value.problems[0].fix
    assert path.read_bytes() == before


def test_a_build_on_the_published_line_is_allowed(fresh: tuple[Repo, Path]) -> None:
    repo, path = fresh
    check_against(read(path), repo.root)
    repo.commit({B: entry("Verder")})
    check_against(read(path), repo.root)


def test_a_build_on_a_shallow_clone_is_refused(fresh: tuple[Repo, Path], tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        check_against(read(fresh[1]), shallow(fresh[0], tmp_path / "ondiep"))
    assert codes(refused) == {"git-ondiep"}


def test_a_build_without_the_published_commit_is_refused(fresh: tuple[Repo, Path], tmp_path: Path) -> None:
    other = Repo(tmp_path / "ander")
    other.commit({A: entry()})
    with pytest.raises(Refused) as refused:
        check_against(read(fresh[1]), other.root)
    assert codes(refused) == {"log-commit-weg"} and refused.value.problems[0].line == 4


def test_a_build_on_a_rewritten_main_is_refused(fresh: tuple[Repo, Path]) -> None:
    repo, path = fresh
    repo.git("commit", "-q", "--amend", "-m", "Nooit zo gepubliceerd")
    with pytest.raises(Refused) as refused:
        check_against(read(path), repo.root)
    assert codes(refused) == {"log-herschreven"}


def test_a_merge_with_swapped_parents_is_refused_though_the_commit_is_an_ancestor(fresh: tuple[Repo, Path]) -> None:
    repo, path = fresh
    last = repo.git("rev-parse", "HEAD")
    repo.branch("tak", "HEAD~1")
    repo.commit({"register/algoritmes/c.yaml": entry()})
    repo.go("main")
    repo.swapped_merge("tak")
    repo.git("merge-base", "--is-ancestor", last, "HEAD")
    with pytest.raises(Refused) as refused:
        check_against(read(path), repo.root)
    assert codes(refused) == {"log-herschreven"}


def test_a_build_of_an_older_commit_is_refused(fresh: tuple[Repo, Path]) -> None:
    repo, path = fresh
    repo.git("reset", "-q", "--hard", "HEAD~1")
    with pytest.raises(Refused) as refused:
        check_against(read(path), repo.root)
    assert codes(refused) == {"log-herschreven"}


@pytest.mark.parametrize("how", ["link", "program"])
def test_a_file_that_is_not_plain_is_refused(fresh: tuple[Repo, Path], how: str) -> None:
    repo, path = fresh
    if how == "link":
        (repo.root / "schemas").mkdir()
        (repo.root / "schemas/x.schema.json").symlink_to("/etc/passwd")
    else:
        (repo.root / B).chmod(0o755)
    repo.commit({})
    for act in (lambda: check_against(read(path), repo.root), lambda: append(path, repo.root, "2027-01-01T00:00:00Z")):
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused) == {"bestandssoort"} and refused.value.problems[0].file in (B, "schemas/x.schema.json")


def redact(repo: Repo, old: str, new: str) -> None:
    """Rewrites every commit: `old` becomes `new` in all files under the root."""
    script = f"find . -name '*.yaml' -not -path './.git/*' | xargs -r sed -i 's/{old}/{new}/'"
    repo.git("filter-branch", "-f", "--tree-filter", script, "--", "--all")
    repo.git("for-each-ref", "--format=delete %(refname)", "refs/original")
    shutil.rmtree(repo.top / ".git/refs/original", ignore_errors=True)
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "-q", "--prune=now")


def with_secret(folder: Path) -> tuple[Repo, Path]:
    """Three publications; the second brings a telephone number that has to go, the third something else."""
    repo, path = Repo(folder / "opslag"), folder / "publicaties.jsonl"
    for number, files in enumerate([{A: entry()}, {A: entry(tel="0612345678")}, {B: entry()}]):
        repo.commit(files)
        append(path, repo.root, f"2026-03-0{number + 1}T10:00:00Z")
    return repo, path


def test_a_declared_redaction_maps_the_earlier_lines_to_the_rewritten_commits(tmp_path: Path) -> None:
    repo, path = with_secret(tmp_path)
    before = git.first_parents(repo.root)
    redact(repo, "0612345678", "weg")
    after = git.first_parents(repo.root)
    assert before[0] == after[0] and not {*before[1:]} & {*after}
    with pytest.raises(Refused):
        check_against(read(path), repo.root)
    line = append_rewrite(path, repo.root, "2026-03-04T10:00:00Z", [A], "AVG art. 17", "Besluit 12 van het college")
    assert line.rewrite and (line.rewrite.old, line.rewrite.new, line.rewrite.paths) == (before[2], after[2], (A,))
    assert set(line.plus) == {A} and b'"soort":"herschrijving"' in path.read_bytes()
    log = read(path)
    check_against(log, repo.root)
    assert commits_now(log, repo.root) == {1: after[0], 2: after[1], 3: after[2], 4: after[2]}
    repo.commit({B: entry("Verder")})
    append(path, repo.root, "2026-03-05T10:00:00Z")


def test_a_second_redaction_still_maps_all_lines(tmp_path: Path) -> None:
    repo, path = with_secret(tmp_path)
    redact(repo, "0612345678", "weg")
    append_rewrite(path, repo.root, "2026-03-04T10:00:00Z", [A], "AVG art. 17", "Besluit 12")
    repo.commit({B: entry(mail="geheim")})
    append(path, repo.root, "2026-03-05T10:00:00Z")
    redact(repo, "geheim", "weg")
    append_rewrite(path, repo.root, "2026-03-06T10:00:00Z", [B], "AVG art. 17", "Besluit 13")
    line = git.first_parents(repo.root)
    assert commits_now(read(path), repo.root) == {1: line[0], 2: line[1], 3: line[2], 4: line[2], 5: line[3], 6: line[3]}


def test_a_redaction_that_changes_more_than_it_declares_is_refused(tmp_path: Path) -> None:
    repo, path = with_secret(tmp_path)
    redact(repo, "Parkeren", "Iets anders")
    before = path.read_bytes()
    for paths in ([A], [B], []):
        with pytest.raises(Refused) as refused:
            append_rewrite(path, repo.root, "2026-03-04T10:00:00Z", paths, "AVG art. 17", "Besluit 12")
        assert codes(refused) == {"log-herschrijving"} and path.read_bytes() == before


def test_a_rewrite_line_whose_files_are_not_declared_is_refused(tmp_path: Path) -> None:
    repo, path = with_secret(tmp_path)
    redact(repo, "0612345678", "weg")
    append_rewrite(path, repo.root, "2026-03-04T10:00:00Z", [A], "AVG art. 17", "Besluit 12")
    with pytest.raises(Refused) as refused:
        parse(rewritten(path.read_bytes(), 4, paden=[B]), "log")
    assert codes(refused) == {"log-herschrijving"}
