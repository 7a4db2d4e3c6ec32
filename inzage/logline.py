"""The publication log as text: one canonical JSON line a publication, each with the hash of the line before. Pure.

Flow: logline → logbook → history, compare, verify. Form and reasons: AUDIT, The publication log. Keys are Dutch because residents read them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .problem import FOUT, Problem, Refused

CODES = ("log-vorm", "log-schrijfwijze", "log-keten", "log-nummer", "log-tijd", "log-bestanden", "log-herschrijving")
NOTHING = "0" * 64  # the line before the first
REVIEWED = ("ja", "nee", "onbekend")
REWRITE = "herschrijving"
_COMMIT, _HASH = re.compile(r"[0-9a-f]{40}\Z"), re.compile(r"[0-9a-f]{64}\Z")
_TREE, _TIME = re.compile(r"swh:1:dir:[0-9a-f]{40}\Z"), re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z", re.ASCII)
_FIX = "Zet het logboek terug zoals het was: haal het opnieuw van de tak of van de site. Verander er nooit zelf iets in."


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A declared rewrite of history (GDPR art. 17): which commit became which, the only paths that may differ, on what ground, whose decision."""

    old: str
    new: str
    paths: tuple[str, ...]
    ground: str
    decision: str


@dataclass(frozen=True, slots=True)
class Line:
    """One publication. `time` is UTC (`2026-11-23T10:00:00Z`); `plus` and `minus` are the files against the line before; `digest` is the
    SHA-256 of the line itself with its LF."""

    number: int
    time: str
    commit: str
    tree: str
    manifest: str
    plus: Mapping[str, str]
    minus: tuple[str, ...]
    previous: str
    reviewed: str = "onbekend"
    roles: tuple[str, ...] = ()
    rewrite: Rewrite | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Log:
    """A log that holds together. `file` is its name, for Problems; `raw` its bytes."""

    file: str
    lines: tuple[Line, ...] = ()
    raw: bytes = b""

    @property
    def head(self) -> str:
        """The SHA-256 of the last line, which fixes all before it; 64 noughts for an empty log."""
        return self.lines[-1].digest if self.lines else NOTHING

    @property
    def last(self) -> Line | None:
        """The last publication."""
        return self.lines[-1] if self.lines else None

    def states(self) -> Iterator[tuple[Line, Mapping[str, str]]]:
        """Each line with all files as they were then (path → SHA-256). The mapping is reused: copy it to keep it."""
        files: dict[str, str] = {}
        for line in self.lines:
            apply(files, line)
            yield line, files


def apply(files: dict[str, str], line: Line) -> None:
    """Brings `files` from the line before to this line."""
    for path in line.minus:
        files.pop(path, None)
    files.update(line.plus)


def manifest(files: Mapping[str, str]) -> str:
    """SHA-256 over the sorted lines `sha256  path`, each with its LF: what `sha256sum … | LC_ALL=C sort | sha256sum` gives."""
    return hashlib.sha256(
        "".join(sorted(f"{digest}  {path}\n" for path, digest in files.items())).encode("utf-8", "surrogateescape")
    ).hexdigest()


def as_bytes(line: Line) -> bytes:
    """The canonical bytes of a line: keys sorted, no spaces, UTF-8, LF."""
    fields: dict[str, Any] = {
        "boom": line.tree, "commit": line.commit, "manifest": line.manifest, "min": list(line.minus), "n": line.number, "nagekeken": line.reviewed,
        "plus": dict(line.plus), "rollen": list(line.roles), "tijd": line.time, "vorige": line.previous,
    }  # fmt: skip
    if line.rewrite:
        r = line.rewrite
        fields |= {"soort": REWRITE, "oud": r.old, "nieuw": r.new, "paden": list(r.paths), "grond": r.ground, "besluit": r.decision}
    return _canonical(fields)


def _canonical(fields: Any) -> bytes:
    return (json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode("utf-8", "surrogateescape")


def parse(raw: bytes, file: str) -> Log:
    """The bytes of a log → a Log. Raises Refused with a Problem, naming file and line, for each condition that is broken."""
    lines: list[Line] = []
    problems: list[Problem] = []
    files: dict[str, str] = {}
    previous = NOTHING
    for number, text in enumerate(re.findall(rb"[^\n]*\n|[^\n]+\Z", raw), 1):
        digest = hashlib.sha256(text).hexdigest()
        line, wrong = _line(text, digest)
        if line:
            wrong = [*wrong, *_in_chain(line, number, previous, lines[-1] if lines else None), *_in_state(line, files)]
            lines.append(line)
        problems += [
            Problem(file, number, 1, FOUT, code, "", f"Regel {number} van het logboek: {message}", _FIX) for code, message in wrong
        ]
        previous = digest
    if problems:
        raise Refused(problems)
    return Log(file, tuple(lines), raw)


def _line(text: bytes, digest: str) -> tuple[Line | None, list[tuple[str, str]]]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return None, [("log-vorm", "dit is geen JSON.")]
    wrong = sorted(_misshapen(fields)) if isinstance(fields, dict) else ["de hele regel"]
    if wrong:
        return None, [("log-vorm", f"«{wrong[0]}» ontbreekt, is te veel, of heeft niet de juiste vorm.")]
    try:
        canonical = _canonical(fields) == text
    except UnicodeEncodeError:
        canonical = False
    return _made(fields, digest), [] if canonical else [
        ("log-schrijfwijze", "de regel is anders geschreven dan hoort (volgorde, spaties of regeleinde).")
    ]


def _made(f: dict[str, Any], digest: str) -> Line:
    rewrite = Rewrite(f["oud"], f["nieuw"], tuple(f["paden"]), f["grond"], f["besluit"]) if "soort" in f else None
    return Line(f["n"], f["tijd"], f["commit"], f["boom"], f["manifest"], f["plus"], tuple(f["min"]), f["vorige"],
                f.get("nagekeken", "onbekend"), tuple(f.get("rollen", ())), rewrite, digest)  # fmt: skip


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in value)


def _paths(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value)) and value == sorted(set(value))


def _matches(form: re.Pattern[str]) -> Any:
    return lambda value: isinstance(value, str) and form.match(value) is not None


def is_time(value: Any) -> bool:
    """Whether a value is a moment as the log writes it: UTC, `2026-11-23T10:00:00Z`."""
    try:
        return isinstance(value, str) and _TIME.match(value) is not None and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


_NEEDED: dict[str, Any] = {
    "boom": _matches(_TREE), "commit": _matches(_COMMIT), "manifest": _matches(_HASH), "min": _paths, "n": lambda v: type(v) is int and v > 0,
    "plus": lambda v: isinstance(v, dict) and all(_text(k) and _matches(_HASH)(d) for k, d in v.items()), "tijd": is_time, "vorige": _matches(_HASH),
}  # fmt: skip
_ALLOWED: dict[str, Any] = {"nagekeken": lambda v: v in REVIEWED, "rollen": lambda v: isinstance(v, list) and all(map(_text, v))}
_REWRITE: dict[str, Any] = {
    "soort": lambda v: v == REWRITE, "oud": _matches(_COMMIT), "nieuw": _matches(_COMMIT), "paden": _paths, "grond": _text, "besluit": _text,
}  # fmt: skip


def _misshapen(fields: dict[str, Any]) -> Iterator[str]:
    needed = {**_NEEDED, **(_REWRITE if "soort" in fields else {})}
    known = {**needed, **_ALLOWED}
    yield from needed.keys() - fields.keys()
    yield from (key for key, value in fields.items() if key not in known or not known[key](value))


def _in_chain(line: Line, number: int, previous: str, before: Line | None) -> Iterator[tuple[str, str]]:
    if line.number != number:
        yield "log-nummer", f"hier hoort nummer {number}, er staat {line.number}."
    if line.previous != previous:
        yield "log-keten", "de regel past niet op de regel ervoor. Een van de twee is veranderd."
    if before and line.time < before.time:
        yield "log-tijd", f"de tijd loopt terug, van {before.time} naar {line.time}."
    if line.rewrite and (not before or line.rewrite.old != before.commit or line.rewrite.new != line.commit):
        yield "log-herschrijving", "de herschrijving sluit niet aan op de publicatie ervoor."


def _in_state(line: Line, files: dict[str, str]) -> Iterator[tuple[str, str]]:
    """`plus` and `min` are the true difference with the line before, and give the manifest (AUDIT, invariant 3)."""
    idle = (
        [p for p in line.minus if p not in files]
        + [p for p, d in line.plus.items() if files.get(p) == d]
        + [p for p in line.minus if p in line.plus]
    )
    apply(files, line)
    if idle or manifest(files) != line.manifest:
        yield "log-bestanden", "de lijst van bestanden klopt niet met de regels ervoor."
    if line.rewrite and not {*line.plus, *line.minus} <= set(line.rewrite.paths):
        yield "log-herschrijving", "er is meer veranderd dan de aangegeven paden."
