"""A Problem is a value: where something is wrong, what, and what to do now. Bottom of the flow; imports nothing of ours."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

FOUT, WAARSCHUWING, ADVIES = "fout", "waarschuwing", "advies"
SEVERITIES = (FOUT, WAARSCHUWING, ADVIES)
_GITHUB = {FOUT: "error", WAARSCHUWING: "warning", ADVIES: "notice"}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend. `line` and `column` count from 1; `source` is the text of that line; message and fix are Dutch sentences."""

    file: str
    line: int
    column: int
    severity: str
    code: str
    field: str
    message: str
    fix: str
    source: str = ""


Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at a path inside an entry, before it has a place in a file. `on_key`: the place is the field's name, not its value;
    `offset`: the character in the value, for long text (-1: the value as a whole)."""

    path: Path
    code: str
    message: str
    fix: str
    severity: str = FOUT
    on_key: bool = False
    offset: int = -1


class Refused(Exception):
    """Carries the Problems that stop a command. The only exception that the package raises for bad input."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = sorted(set(problems))
        super().__init__("\n".join(p.message for p in self.problems))


def blocking(problems: Iterable[Problem]) -> list[Problem]:
    """The Problems of severity `fout`: those that stop a build."""
    return [p for p in problems if p.severity == FOUT]


def as_text(problems: Iterable[Problem]) -> Iterator[str]:
    """Each Problem for people: place, what is wrong, the line itself with a mark under it, how to mend it."""
    for p in problems:
        yield f"{p.file}:{p.line}:{p.column}: {p.severity}: {p.message} [{p.code}]"
        if p.source.strip():
            number = f"{p.line:>5} | "
            shown, column = _window(visible(p.source), p.column)
            yield number + shown
            if column <= len(shown) + 1:
                yield " " * (len(number) - 2) + "| " + " " * (column - 1) + "^"
        if p.fix:
            yield f"      → {p.fix}"
        yield ""


def _window(line: str, column: int, width: int = 120) -> tuple[str, int]:
    """The part of a long line around a column, and where the column is in it."""
    if len(line) <= width:
        return line, column
    start = max(0, min(column - width // 2, len(line) - width))
    shown = ("…" if start else "") + line[start : start + width] + ("…" if start + width < len(line) else "")
    return shown, column - start + (1 if start else 0)


def visible(text: str) -> str:
    """A text that can be shown on a terminal: what has no shape (controls, direction marks) becomes «�», a tab «⇥»."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "⇥" if c == "\t" else "�" for c in text)


def as_json(problems: Iterable[Problem]) -> Iterator[str]:
    """One JSON object a line: file, line, column, severity, code, field, message, fix."""
    for p in problems:
        fields = asdict(p)
        del fields["source"]
        yield json.dumps(fields, ensure_ascii=False)


def as_github(problems: Iterable[Problem]) -> Iterator[str]:
    """GitHub's annotation commands, which put the sentence beside the line in a pull request."""
    for p in problems:
        place = f"file={_property(p.file)},line={p.line},col={p.column},title={_property(p.code)}"
        yield f"::{_GITHUB[p.severity]} {place}::{_escape(p.message + (' ' + p.fix if p.fix else ''))}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")


FORMATS = {"text": as_text, "json": as_json, "github": as_github}
