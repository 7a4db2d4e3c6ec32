"""Recomputes everything the register claims about its past: log, git, kept copies of the log, and the site. Flow: git, logbook → verify.

Never stops at the first failure, never raises for bad input: each failure is a Problem that names the line or the file. What this cannot
show: whoever rewrites repository and log together goes unnoticed, unless someone kept an earlier line (AUDIT).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from . import git, logbook
from .logbook import Line, Log
from .problem import FOUT, Problem, Refused

LIST, LOG_ON_SITE, UNSTABLE = "bestanden.json", "publicaties.jsonl", "pagefind/"
CODES = (
    "git-beschadigd",
    "log-eerder",
    "log-commit-weg",
    "log-boom",
    "log-inhoud",
    "log-volgorde",
    "werkmap",
    "site-lijst",
    "site-bestand",
    "site-herbouw",
)
Rebuild = Callable[[str, Path], None]
_TEXT = re.compile(rb'"[^"]*"')
_ASK = "Vergelijk met een kopie van iemand anders, en vraag de beheerder wat er is gebeurd."


def verify(
    root: Path, log_path: Path, earlier: Path | None = None, site: Path | None = None, rebuild: Rebuild | None = None
) -> list[Problem]:
    """All that does not hold, sorted; empty when everything does.

    log_path: the log (None: without one, only git and the site are looked at); earlier: a copy of the log that someone kept; site: the folder of a built site, which is checked against its own
    list and, with `rebuild` (commit, folder → builds the site there), byte for byte against a new build. Raises nothing.
    """
    problems: list[Problem] = []
    log: Log | None = None if log_path else Log("")
    with _kept(problems):
        log = logbook.read(log_path) if log_path else log
    if earlier and log_path:
        problems += _earlier(log_path, earlier)
    with _kept(problems):
        git.where(root)  # outside git nothing more can be said
        for part in (_repository, _lines, _work_tree):
            with _kept(problems):
                problems += part(root, log) if log else ()
    if site:
        problems += _site(site, log, rebuild)
    return sorted(set(problems))


class _kept:
    """Puts the Problems of a Refused with the others."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, refused: BaseException | None, trace: Any) -> bool:
        if isinstance(refused, Refused):
            self.problems += refused.problems
        return isinstance(refused, Refused)


def _problem(file: str, line: int, code: str, message: str, fix: str = _ASK) -> Problem:
    return Problem(file, line, 1, FOUT, code, "", message, fix)


def _earlier(path: Path, earlier: Path) -> Iterator[Problem]:
    """A log that was kept is a byte prefix of the log of today; `cmp` shows the same (AUDIT, invariant 1)."""
    try:
        kept, now = earlier.read_bytes(), path.read_bytes()
    except OSError as error:
        yield _problem(str(error.filename), 1, "log-eerder", "Dit bestand is niet te lezen.", "Kijk of de naam klopt.")
        return
    if not now.startswith(kept):
        same = len(os.path.commonprefix([now, kept]))
        number = now.count(b"\n", 0, same) + 1
        message = f"Regel {number} is anders dan in de kopie die is bewaard ({earlier.name}). Het verleden is veranderd."
        yield _problem(str(path), number, "log-eerder", message)


def _repository(root: Path, log: Log) -> Iterator[Problem]:
    """The conditions under which a build refuses, and the soundness of every object that git keeps."""
    logbook.check_against(log, root)
    for said in git.damage(root):
        yield _problem(
            ".git", 1, "git-beschadigd", f"De opslag van git is beschadigd: {said}", "Haal de opslag opnieuw op met «git clone»."
        )


def _lines(root: Path, log: Log) -> Iterator[Problem]:
    """Each line against git: its commit, tree and files; and the commits in the order of the first-parent line."""
    git.refuse_shallow(root)
    now, memo, reached = logbook.commits_now(log, root), dict[str, str](), -1
    place = {commit: i for i, commit in enumerate(git.first_parents(root))}
    for line, files in log.states():
        commit = now.get(line.number)
        if commit is None:
            yield _lost(log, line)
            continue
        if place[commit] < reached:
            yield _problem(
                log.file, line.number, "log-volgorde", f"Regel {line.number}: deze commit komt in git eerder dan die van een regel ervoor."
            )
        reached = max(reached, place[commit])
        if commit == line.commit:
            yield from _line(root, log, line, files, memo)


def _lost(log: Log, line: Line) -> Problem:
    if any(later.rewrite for later in log.lines[line.number :]):
        message = f"Regel {line.number}: na de herschrijving is er meer anders dan de aangegeven paden."
    else:
        message = f"Regel {line.number}: de commit {line.commit[:12]} staat niet op de hoofdtak van deze opslag."
    return _problem(log.file, line.number, "log-commit-weg", message)


def _line(root: Path, log: Log, line: Line, files: Mapping[str, str], memo: dict[str, str]) -> Iterator[Problem]:
    if line.tree != f"swh:1:dir:{git.tree(root, line.commit)}":
        yield _problem(log.file, line.number, "log-boom", f"Regel {line.number}: het kenmerk van de hele map (boom) is anders dan in git.")
    found = logbook.files_at(root, line.commit, memo)
    for path in sorted(p for p in {*found, *files} if found.get(p) != files.get(p)):
        yield _problem(log.file, line.number, "log-inhoud", f"Regel {line.number}: het bestand {path} is in git anders dan in het logboek.")


def _work_tree(root: Path, _: Log) -> Iterator[Problem]:
    """The files on this disk are those of HEAD, but for line ends: a site built here is built from them."""
    fix = "Leg de wijziging vast in git, of zet het bestand terug met «git restore»."
    files = git.ls_tree(root, "HEAD", logbook.SOURCES)
    raws = dict(git.blobs(root, {f.blob for f in files.values() if f.mode != "160000"}))
    for path, file in files.items():
        here = root / path
        raw = here.read_bytes() if here.is_file() and not here.is_symlink() else None
        if file.mode == git.FILE_MODE and (raw is None or (raw != raws[file.blob] and raw.replace(b"\r\n", b"\n") != raws[file.blob])):
            yield _problem(
                path, 1, "werkmap", "Dit bestand is hier anders dan in git." if raw is not None else "Dit bestand is hier weg.", fix
            )
    for pattern in ("register/*/*.yaml", "schemas/*.json"):
        for extra in sorted(p.relative_to(root).as_posix() for p in root.glob(pattern)):
            if extra not in files:
                yield _problem(extra, 1, "werkmap", "Dit bestand staat niet in git.", fix)


def _site(site: Path, log: Log | None, rebuild: Rebuild | None) -> Iterator[Problem]:
    """The site against its own list, against the log, and against a new build of the same commit."""
    try:
        said = json.loads((site / LIST).read_bytes())
        commit, head, listed = str(said["commit"]), str(said["logkop"]), dict(said["bestanden"])
    except (OSError, ValueError, KeyError, TypeError):
        yield _problem(str(site / LIST), 1, "site-lijst", "De lijst van bestanden van de site is niet te lezen.", "Bouw de site opnieuw.")
        return
    yield from _differences(site, _digests(site), listed, "site-bestand", "de lijst van de site")
    if log and log.file:
        yield from _site_in_log(site, log, commit, head)
    if rebuild:
        with tempfile.TemporaryDirectory() as folder:
            problems: list[Problem] = []
            with _kept(problems):
                rebuild(commit, Path(folder))
                yield from _differences(site, _stable(_digests(site)), _stable(_digests(Path(folder))), "site-herbouw", "een nieuwe bouw")
                yield from _same_list(site, Path(folder), said)
            yield from problems


def _site_in_log(site: Path, log: Log, commit: str, head: str) -> Iterator[Problem]:
    line = next((line for line in log.lines if line.digest == head), None)
    if line is None or line.commit != commit:
        yield _problem(str(site / LIST), 1, "site-lijst", "De site noemt een publicatie die niet in het logboek staat.")
    copy = site / LOG_ON_SITE
    if line and copy.is_file():
        if copy.read_bytes() != logbook.until(log, line).raw:
            yield _problem(str(copy), 1, "site-bestand", "Het logboek op de site is anders dan het logboek.")


def _digests(folder: Path) -> dict[str, str]:
    """Every file below a folder but the list itself: path → SHA-256. What is no plain file counts as one that never matches."""
    found = {}
    for here, folders, names in os.walk(folder):
        # A link to a folder is not walked into, and a server would show what is there.
        links = [name for name in folders if os.path.islink(os.path.join(here, name))]
        for path in (Path(here) / name for name in (*names, *links)):
            plain = path.is_file() and not path.is_symlink()
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest() if plain else "geen gewoon bestand"
    found.pop(LIST, None)
    return found


def _stable(files: Mapping[str, str]) -> dict[str, str]:
    """Without the search index, whose maker does not give the same bytes twice (DESIGN §6)."""
    return {path: digest for path, digest in files.items() if not path.startswith(UNSTABLE)}


def _differences(site: Path, found: Mapping[str, str], hoped: Mapping[str, str], code: str, other: str) -> Iterator[Problem]:
    for path in sorted({*found, *hoped}):
        if found.get(path) != hoped.get(path):
            what = "ontbreekt" if path not in found else f"staat niet in {other}" if path not in hoped else f"is anders dan in {other}"
            yield _problem(str(site / path), 1, code, f"Het bestand {path} {what}.")


def _same_list(site: Path, folder: Path, said: dict[str, Any]) -> Iterator[Problem]:
    """The list itself, but for what it says of the search index: the same words in the same order, and the same signs and spaces between."""
    try:
        here, new = (site / LIST).read_bytes(), (folder / LIST).read_bytes()
        again = json.loads(new)
        one, other = (json.dumps({**found, "bestanden": _stable(found["bestanden"])}) for found in (said, again))
        same = one == other and _between(here) == _between(new)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        same = False
    if not same:
        yield _problem(str(site / LIST), 1, "site-herbouw", f"Het bestand {LIST} is anders dan in een nieuwe bouw.")


def _between(raw: bytes) -> set[bytes]:
    """What stands between the texts of a list: the index, which may differ, is written in the same way."""
    return set(_TEXT.split(raw))
