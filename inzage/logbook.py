"""The publication log beside git: read it, add a line for HEAD, see that both tell the same story. Flow: git, logline → logbook → history, verify.

What the register said on a date is what the log says was published then, never what commit dates claim (DESIGN §6).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from . import git
from .logline import NOTHING, REVIEWED, Line, Log, Rewrite, as_bytes, is_time, manifest, parse
from .problem import FOUT, Problem, Refused

__all__ = [
    "NOTHING",
    "REVIEWED",
    "Line",
    "Log",
    "Rewrite",
    "append",
    "append_rewrite",
    "check_against",
    "commits_now",
    "day_of",
    "end_of_day",
    "files_at",
    "manifest",
    "mode_problems",
    "published_at",
    "read",
    "until",
]  # fmt: skip
CODES = ("log-geen", "log-commit-weg", "log-herschreven", "log-tijd", "bestandssoort", "log-herschrijving")
SOURCES = ("register", "schemas", "inzage.yaml")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_REWRITTEN = (
    "Is de geschiedenis van de hoofdtak herschreven? Zet hem terug. Moest er iets uit? Leg dat dan vast in het logboek als «herschrijving»."
)


def read(path: Path) -> Log:
    """Reads and checks a log. Raises Refused with a Problem, naming file and line, for every condition that is broken."""
    try:
        raw = path.read_bytes()
    except OSError:
        fix = "Noem met --log het bestand publicaties.jsonl, van de site of van de tak waar het op staat."
        raise git.refusal("log-geen", f"Het logboek {path} is er niet.", fix, str(path)) from None
    return parse(raw, str(path))


def end_of_day(day: str) -> datetime:
    """The last moment of a day (`2026-11-23`) in Amsterdam. Raises ValueError when it is no day."""
    return datetime.combine(datetime.strptime(day, "%Y-%m-%d"), datetime.min.time(), AMSTERDAM) + timedelta(days=1) - timedelta(seconds=1)


def day_of(moment: str | int) -> str:
    """The day in Amsterdam of a time of the log, or of seconds since 1970."""
    when = datetime.fromtimestamp(moment, UTC) if isinstance(moment, int) else datetime.fromisoformat(moment)
    return when.astimezone(AMSTERDAM).date().isoformat()


def published_at(log: Log, moment: str | datetime) -> Line | None:
    """The last publication at or before a moment; of a day (`2026-11-23`) its end counts. None when nothing was published yet."""
    if isinstance(moment, str):
        moment = end_of_day(moment) if len(moment) == 10 else datetime.fromisoformat(moment)
    limit = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return next((line for line in reversed(log.lines) if line.time <= limit), None)


def until(log: Log, line: Line | None) -> Log:
    """The log as it was when `line` was its last; empty for None. For `--as-of`."""
    number = line.number if line else 0
    return Log(log.file, log.lines[:number], b"".join(text + b"\n" for text in log.raw.split(b"\n")[:number]))


def files_at(root: Path, commit: str, memo: dict[str, str] | None = None) -> dict[str, str]:
    """Every source file at a commit: path → SHA-256 of its bytes in git. `memo` (git id → SHA-256) saves work over many commits."""
    memo = {} if memo is None else memo
    found = {path: file.blob for path, file in git.ls_tree(root, commit, SOURCES).items() if file.mode != "160000"}
    _hash(root, found.values(), memo)
    return {path: memo[blob] for path, blob in found.items()}


def _hash(root: Path, ids: Iterable[str], memo: dict[str, str]) -> None:
    for blob, raw in git.blobs(root, dict.fromkeys(i for i in ids if i not in memo)):
        memo[blob] = hashlib.sha256(raw).hexdigest()


def mode_problems(root: Path, commit: str) -> list[Problem]:
    """A source file is a plain file: no link, no program, no repository of its own."""
    fix = "Maak er een gewoon bestand van: geen koppeling, en niet uitvoerbaar («chmod 644»)."
    return [
        Problem(path, 1, 1, FOUT, "bestandssoort", "", f"Dit is geen gewoon bestand (soort {file.mode}).", fix)
        for path, file in git.ls_tree(root, commit, SOURCES).items()
        if file.mode != git.FILE_MODE
    ]


def check_against(log: Log, root: Path) -> None:
    """Raises Refused when this repository cannot be published after this log (AUDIT, «A build refuses when»).

    That is: a shallow clone; the last published commit is missing, or not on the first-parent line of HEAD; a file that is not plain.
    The chain, the numbers, the form and the time were judged when the log was read.
    """
    git.refuse_shallow(root)
    problems = mode_problems(root, "HEAD")
    if log.last and not git.has_commit(root, log.last.commit):
        fix = "Haal de hele opslag op met «git fetch --all». " + _REWRITTEN
        problems.append(
            _about(log, log.last, "log-commit-weg", f"de gepubliceerde commit {log.last.commit[:12]} is niet in deze opslag.", fix)
        )
    elif log.last and log.last.commit not in git.first_parents(root):
        message = f"de gepubliceerde commit {log.last.commit[:12]} staat niet op de lijn van de hoofdtak (steeds de eerste ouder)."
        problems.append(_about(log, log.last, "log-herschreven", message, _REWRITTEN))
    if problems:
        raise Refused(problems)


def _about(log: Log, line: Line, code: str, message: str, fix: str) -> Problem:
    return Problem(log.file, line.number, 1, FOUT, code, "", f"Regel {line.number} van het logboek: {message}", fix)


def append(path: Path, root: Path, time: str, reviewed: str = "onbekend", roles: Sequence[str] = ()) -> Line:
    """Adds the line for HEAD to the log, which is made when it is not there. Gives the line.

    time: UTC, as `2026-11-23T10:00:00Z`; reviewed: did another than the writer approve (ja, nee, onbekend); roles: of whom, never names.
    Raises Refused when the log, the repository or the time does not allow it; then nothing is written.
    """
    log = read(path) if path.exists() else Log(str(path))
    check_against(log, root)
    return _write(path, log, root, git.head(root), time, reviewed, roles)


def append_rewrite(path: Path, root: Path, time: str, paths: Iterable[str], ground: str, decision: str, roles: Sequence[str] = ()) -> Line:
    """Declares a rewrite of history (AUDIT, Redaction): only `paths` may differ, in every publication so far. Gives the line.

    The new commit is found by its content. Raises Refused when more than the paths differ, or nothing was published yet.
    """
    log = read(path)
    git.refuse_shallow(root)
    declared = tuple(sorted(set(paths)))
    now = _matched(log, root, log.lines, {line.number: _declared(log, line).union(declared) for line in log.lines}) if log.last else {}
    lost = [line for line in log.lines if line.number not in now]
    if lost or not log.last:
        line = lost[0] if lost else None
        message = (
            f"Regel {line.number} van het logboek: er is meer veranderd dan de aangegeven paden."
            if line
            else "Er is nog niets gepubliceerd."
        )
        fix = "Noem alle paden die veranderd zijn, of herschrijf opnieuw en verander alleen die."
        raise Refused([Problem(log.file, line.number if line else 1, 1, FOUT, "log-herschrijving", "", message, fix)])
    rewrite = Rewrite(log.last.commit, now[log.last.number], declared, ground, decision)
    return _write(path, log, root, rewrite.new, time, "onbekend", roles, rewrite)


def _write(
    path: Path, log: Log, root: Path, commit: str, time: str, reviewed: str, roles: Sequence[str], rewrite: Rewrite | None = None
) -> Line:
    if not is_time(time) or (log.last and time < log.last.time):
        fix = "Schrijf de tijd in UTC, zoals 2026-11-23T10:00:00Z" + (f", en niet eerder dan {log.last.time}." if log.last else ".")
        raise git.refusal("log-tijd", f"De tijd «{time}» kan hier niet.", fix, log.file)
    before: Mapping[str, str] = {}
    for _, before in log.states():  # noqa: B007  the last one is wanted
        pass
    files = files_at(root, commit)
    plus = {p: d for p, d in files.items() if before.get(p) != d}
    minus = tuple(sorted(before.keys() - files.keys()))
    line = Line(len(log.lines) + 1, time, commit, f"swh:1:dir:{git.tree(root, commit)}", manifest(files), plus, minus, log.head, reviewed,
                tuple(roles), rewrite)  # fmt: skip
    raw = as_bytes(line)
    made = parse(log.raw + raw, log.file).lines[-1]  # judged like any other before it is written
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(raw)
    return made


def commits_now(log: Log, root: Path) -> dict[int, str]:
    """For each line the commit that holds it now, on the first-parent line of HEAD.

    After a declared rewrite an earlier line has another commit: the one that equals it in all but the declared paths. A line without a
    commit is left out, and `verify` says so.
    """
    place = set(git.first_parents(root))
    found = {line.number: line.commit for line in log.lines if line.commit in place}
    declared = {line.number: _declared(log, line) for line in log.lines}
    gone = [line for line in log.lines if line.number not in found and declared[line.number]]
    return {**found, **_matched(log, root, gone, declared)} if gone else found


def _declared(log: Log, line: Line) -> frozenset[str]:
    return frozenset(path for later in log.lines[line.number :] if later.rewrite for path in later.rewrite.paths)


def _matched(log: Log, root: Path, wanted: Sequence[Line], declared: Mapping[int, frozenset[str]]) -> dict[int, str]:
    """Lines → commits with the same files but for the declared paths. A quick mark finds a commit; the files themselves decide."""
    commits = list(git.first_parent_raw_log(root, SOURCES))[::-1]
    memo: dict[str, str] = {}
    _hash(root, (c.blob for commit in commits for c in commit.changes if c.status != "D" and c.mode != "160000"), memo)
    states = {line.number: dict(files) for line, files in log.states()}
    walks = {paths: _walk(commits, memo, paths) for paths in set(declared.values())}
    found: dict[int, str] = {}
    start = 0
    for line in wanted:
        paths, state = declared[line.number], states[line.number]
        mine = {p: d for p, d in state.items() if p not in paths}
        target = _mark(mine.items())
        steps = [(i, hidden) for i, (mark, hidden) in enumerate(walks[paths]) if i >= start and mark == target]
        place = min(steps, key=lambda step: _unlikely(step[0], step[1], commits, line, state, paths), default=(-1, {}))[0]
        if place >= 0 and {p: d for p, d in files_at(root, commits[place].id, memo).items() if p not in paths} == mine:
            found[line.number], start = commits[place].id, place
    return found


def _unlikely(
    place: int, hidden: Mapping[str, str], commits: Sequence[git.Commit], line: Line, state: Mapping[str, str], declared: frozenset[str]
) -> tuple[int, bool, int]:
    """Of commits that all fit: the one most like the line in the declared paths too, then the last that was made before its publication."""
    late = day_of(commits[place].committed) > day_of(line.time)
    return sum(hidden.get(p) != state.get(p) for p in declared), late, place if late else -place


def _mark(files: Iterable[tuple[str, str]]) -> int:
    mark = 0
    for path, digest in files:
        mark ^= int.from_bytes(hashlib.sha256(f"{digest}  {path}".encode("utf-8", "surrogateescape")).digest())
    return mark


def _walk(commits: Sequence[git.Commit], memo: Mapping[str, str], declared: frozenset[str]) -> list[tuple[int, dict[str, str]]]:
    """After each commit: a mark of all files but the declared ones, and the declared ones themselves. Made from what each commit changed."""
    files: dict[str, str] = {}
    hidden: dict[str, str] = {}
    steps, mark = [], 0
    for commit in commits:
        for change in commit.changes:
            here = hidden if change.path in declared else files
            old = here.pop(change.path, None)
            if change.status != "D" and change.mode != "160000":
                here[change.path] = memo[change.blob]
            if here is files:
                mark ^= _mark((change.path, d) for d in (old, files.get(change.path)) if d)
        steps.append((mark, dict(hidden)))
    return steps
