"""A YAML file becomes plain data plus the position of every field. Strict, and never raises. Flow: load (here) → check.

Every scalar stays a string; `kinds.py` types it by the schema. What is refused and why: docs/besluiten/0002-yaml-streng.md.
Every event of the parser is looked at, so nothing (an anchor, a tag, a second document) passes unseen.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.cyaml import CParser

from .grammar import OTHERWISE, explain
from .problem import FOUT, WAARSCHUWING, Problem

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
MAX_KEY = 200
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")

# C0 and C1 controls, bidi controls, zero-width, blank and other invisible characters, line separators. Tab has a sentence of its own.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_UNWANTED = re.compile(f"{_INVISIBLE.pattern}|[\t\r]")
_CODES = {
    "leeg-bestand": ("Dit bestand is leeg.", "Vul de velden in, of verwijder het bestand."),
    "geen-velden": (
        "Dit bestand bevat geen velden.",
        "Begin elke regel met de naam van een veld, een dubbele punt en een spatie, zoals «naam: …».",
    ),
    "te-groot": (
        "Dit bestand is te groot: meer dan 256 kilobyte.",
        "Maak de teksten korter. Zet een lang stuk in een eigen document, en verwijs daarnaar.",
    ),
    "geen-utf8": ("Hier staat een teken dat wij niet kunnen lezen.", "Sla het bestand opnieuw op, en kies daarbij voor «UTF-8»."),
    "verboden-teken": (
        "Hier staat een teken dat u niet kunt zien ({0}).",
        "Verwijder het teken. Lukt dat niet? Typ de regel dan opnieuw.",
    ),
    "tab": ("Hier staat een tab.", "Gebruik spaties in plaats van een tab."),
    "anker": (
        "Een tekst kan hier niet beginnen met & of *.",
        'Zet de hele tekst tussen "aanhalingstekens".',
    ),
    "tag": (
        "Een tekst kan hier niet beginnen met een uitroepteken.",
        'Zet de hele tekst tussen "aanhalingstekens".',
    ),
    "meer-documenten": (
        "Hier begint een tweede deel in hetzelfde bestand.",
        "Haal de regel met --- of ... weg. Gaat het om twee beschrijvingen? Maak er dan twee bestanden van.",
    ),
    "te-diep": ("Hier staan te veel lijsten of groepjes in elkaar.", "Haal er een paar weg: hooguit 20 binnen elkaar."),
    "vreemde-sleutel": (
        "Hier hoort de naam van een veld te staan.",
        "Begin de regel met de naam van een veld, een dubbele punt en een spatie, zoals «naam: …».",
    ),
    "dubbel-veld": (
        "Het veld «{0}» staat hier twee keer. De eerste keer is op regel {1}.",
        "Haal een van de twee weg, of voeg ze samen.",
    ),
    "geen-yaml": ("Deze regel kunnen wij niet lezen.", "{0}"),
    "opmerking": (
        "Alles na # op deze regel komt niet in het register.",
        'Hoort het bij uw tekst? Zet dan de hele tekst tussen "aanhalingstekens". Is het een opmerking? Zet die dan op een eigen regel, met # ervoor.',
    ),
}
CODES = tuple(_CODES)


@dataclass(slots=True)
class Loaded:
    """What a file said. `data` is None when it could not be read. `marks` mirrors data: {key: (key mark, value mark, marks below)}."""

    data: dict[str, Any] | None
    marks: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: tuple[str | int, ...], on_key: bool = False) -> tuple[int, int, str]:
        """Line, column (from 1) and text of the line of a field, or of the nearest parent that exists."""
        line, column = 0, 0
        below: Any = self.marks
        for step in path:
            if below is None or (isinstance(below, dict) and step not in below) or (isinstance(below, list) and int(step) >= len(below)):
                break
            key, value, below = below[step]
            mark = key if on_key and step == path[-1] else value
            line, column = mark.line, mark.column
        return line + 1, column + 1, self.lines[line] if line < len(self.lines) else ""


class _Stop(Exception):
    def __init__(self, code: str, line: int, column: int, *values: object):
        self.code, self.line, self.column, self.values = code, line, column, values


def load(raw: bytes, file: str) -> Loaded:
    """Reads one file strictly.

    raw: the bytes of the file; file: its path, for the Problems. Returns a Loaded whose data is a dict of strings, lists and
    dicts, or whose problems say what is wrong. Raises nothing. Source of the rules: DESIGN §4.
    """
    result = Loaded(None)
    try:
        text = _text(raw)
        result.lines = text.split("\n")
        result.data, result.marks, remarks = _build(CParser(text), result.lines if " #" in text else [])
        result.problems += [_problem(_Stop("opmerking", *place), file, result.lines, WAARSCHUWING) for place in remarks]
    except _Stop as stop:
        lines = result.lines or _ends(raw[:MAX_BYTES].decode("utf-8-sig", "replace")).split("\n")
        result.problems.append(_problem(stop, file, [] if stop.code == "te-groot" else lines))
    except yaml.MarkedYAMLError as error:
        result.problems.append(_problem(_Stop("geen-yaml", *explain(error, result.lines)), file, result.lines))
    except yaml.YAMLError:
        result.problems.append(_problem(_Stop("geen-yaml", 0, 0, OTHERWISE), file, result.lines))
    return result


def _problem(stop: _Stop, file: str, lines: list[str], severity: str = FOUT) -> Problem:
    message, fix = (text.format(*stop.values) if "{" in text else text for text in _CODES[stop.code])
    line = min(stop.line, max(0, len(lines) - 1))  # the parser may point past the last line
    column = stop.column if line == stop.line else len(lines[line])
    field = str(stop.values[0]) if stop.code == "dubbel-veld" else ""
    return Problem(file, line + 1, column + 1, severity, stop.code, field, message, fix, lines[line] if lines else "")


def _text(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise _Stop("te-groot", 0, 0)
    try:
        text = (
            raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        )  # line ends and BOM change no content (AUDIT, reading history)
    except UnicodeDecodeError as error:
        before = _ends(error.object[: error.start].decode("utf-8", "replace"))
        raise _Stop("geen-utf8", *_where(before, len(before))) from None
    found = _INVISIBLE.search(text)
    if found:
        raise _Stop("verboden-teken", *_where(text, found.start()), f"U+{ord(found[0]):04X}")
    if "\t" in text:
        raise _Stop("tab", *_where(text, text.index("\t")))
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _ends(text: str) -> str:
    """Line ends of Windows and old Macs change no content, and neither does a BOM (AUDIT, reading history)."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _where(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index), index - (text.rfind("\n", 0, index) + 1)


def _build(parser: CParser, lines: list[str]) -> tuple[dict[str, Any], dict[str, Any], list[tuple[int, int]]]:
    """Events → data, marks and the places of remarks behind a text (looked for in `lines`, when there are any).

    With a stack of our own: no recursion, so depth is a Problem and never a crash.
    """
    root: Any = None
    marks: Any = None
    stack: list[_Frame] = []
    remarks: list[tuple[int, int]] = []
    documents = 0
    while True:
        event = parser.get_event()
        kind = type(event)
        if kind is yaml.ScalarEvent:
            _scalar(stack, event)
            if lines and event.value and not event.style:
                remarks += _remark(lines, event.end_mark)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            frame = _open(stack, event, kind is yaml.MappingStartEvent)
            if not stack:
                root, marks = frame.data, frame.marks
            stack.append(frame)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            stack.pop()
        elif kind is yaml.AliasEvent:
            raise _Stop("anker", event.start_mark.line, event.start_mark.column)
        elif kind is yaml.DocumentStartEvent:
            documents += 1
            if documents > 1:
                raise _Stop("meer-documenten", event.start_mark.line, event.start_mark.column)
        elif kind is yaml.StreamEndEvent:
            break
    if root is None:
        raise _Stop("leeg-bestand", 0, 0)
    return root, marks, remarks


def _scalar(stack: list[_Frame], event: Any) -> None:
    value, mark = event.value, event.start_mark
    if event.anchor or event.tag:
        raise _Stop("anker" if event.anchor else "tag", mark.line, mark.column)
    if event.style == '"':  # \u202e and the like become characters only now
        found = _UNWANTED.search(value)
        if found:
            raise _Stop("verboden-teken", mark.line, mark.column, f"U+{ord(found[0]):04X}")
        value = unicodedata.normalize("NFC", value)
    if stack:
        _put(stack[-1], value, mark, None)
    elif value == "":
        raise _Stop("leeg-bestand", 0, 0)
    else:
        raise _Stop("geen-velden", mark.line, mark.column)


def _remark(lines: list[str], end: Any) -> list[tuple[int, int]]:
    rest = lines[end.line][end.column :] if end.line < len(lines) else ""
    return [(end.line, end.column + rest.index("#"))] if rest.lstrip(" ").startswith("#") else []


class _Frame:
    """A mapping or list being filled; `key` is the key that waits for its value."""

    __slots__ = ("data", "key", "key_mark", "marks")

    def __init__(self, is_map: bool):
        self.data: Any = {} if is_map else []
        self.marks: Any = {} if is_map else []
        self.key: str | None = None
        self.key_mark: Any = None


def _open(stack: list[_Frame], event: Any, is_map: bool) -> _Frame:
    line, column = event.start_mark.line, event.start_mark.column
    if event.anchor or event.tag:
        raise _Stop("anker" if event.anchor else "tag", line, column)
    if len(stack) >= MAX_DEPTH:
        raise _Stop("te-diep", line, column)
    if not stack and not is_map:
        raise _Stop("geen-velden", line, column)
    frame = _Frame(is_map)
    if stack:
        parent = stack[-1]
        if parent.key is None and type(parent.data) is dict:
            raise _Stop("vreemde-sleutel", line, column)
        _put(parent, frame.data, event.start_mark, frame.marks)
    return frame


def _put(frame: _Frame, value: Any, mark: Any, below: Any) -> None:
    if type(frame.data) is list:
        frame.data.append(value)
        frame.marks.append((mark, mark, below))
    elif frame.key is None:
        if value == "<<" or value == "" or "\n" in value or len(value) > MAX_KEY:
            raise _Stop("vreemde-sleutel", mark.line, mark.column)
        if value in frame.data:
            raise _Stop("dubbel-veld", mark.line, mark.column, value, frame.marks[value][0].line + 1)
        frame.key, frame.key_mark = value, mark
    else:
        frame.data[frame.key] = value
        frame.marks[frame.key] = (frame.key_mark, mark, below)
        frame.key = None
