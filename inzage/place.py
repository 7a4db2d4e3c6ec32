"""A Finding → a Problem at its line and column, also inside a long text. Flow: load → place (here) → check."""

from __future__ import annotations

from typing import Any

from .load import Loaded
from .problem import Finding, Problem


def placed(finding: Finding, loaded: Loaded, file: str) -> Problem:
    """A Finding with its place in the file. Inside a text the word itself is pointed at, where the file shows the text as it is."""
    line, column, source = loaded.place(finding.path, finding.on_key)
    if finding.offset >= 0:
        line, column = _inside(finding, loaded, line, column)
        source = loaded.lines[line - 1] if line <= len(loaded.lines) else ""
    field = ".".join(str(p) for p in finding.path)
    return Problem(file, line, column, finding.severity, finding.code, field, finding.message, finding.fix, source)


def _inside(finding: Finding, loaded: Loaded, line: int, column: int) -> tuple[int, int]:
    text: Any = loaded.data
    for step in finding.path:
        text = text[step]
    lines = loaded.lines
    start = lines[line - 1][column - 1 :] if line <= len(lines) else ""
    if start.startswith(text):
        return line, column + finding.offset
    if start[1:].startswith(text):  # between quotes
        return line, column + 1 + finding.offset
    if start[:1] in ("|", ">"):
        return _in_block(text, finding.offset, lines, line, start[0] == ">") or (line, column)
    return line, column


def _in_block(text: str, offset: int, lines: list[str], line: int, folded: bool) -> tuple[int, int] | None:
    """Walks the lines of a block («|» or «>») and the text together; None when they do not go together (an odd indentation)."""
    indent = next((len(row) - len(row.lstrip(" ")) for row in lines[line:] if row.strip()), 0)
    at = 0
    for number, row in enumerate(lines[line:], line + 1):
        content = row[indent:]
        if text[at : at + len(content)] != content:
            return None
        if at <= offset < at + len(content) or (offset == at + len(content) and offset >= len(text)):
            return number, indent + offset - at + 1
        at += len(content)
        after = lines[number][indent:] if number < len(lines) else ""
        # In «>» an end of line is a space, and an empty line is the end of line; in «|» each is itself.
        at += 0 if folded and content and not after else 1
    return None
