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

from .problem import FOUT, Finding, Problem

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")

# C0 and C1 controls, bidi controls, zero-width and other invisible characters, line separators. Tab has a sentence of its own.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc\ud800-\udfff]")
_CODES = {
    "leeg-bestand": ("Dit bestand is leeg.", "Vul de velden in, of verwijder het bestand."),
    "geen-velden": (
        "Dit bestand bevat geen velden.",
        "Begin elke regel met de naam van een veld en een dubbele punt, zoals «naam: …».",
    ),
    "te-groot": (
        "Dit bestand is te groot: meer dan 256 kilobyte.",
        "Zet grote stukken in een eigen document en verwijs daarnaar.",
    ),
    "geen-utf8": ("Dit bestand bevat tekens die wij niet kunnen lezen.", "Sla het bestand op als UTF-8."),
    "verboden-teken": (
        "Hier staat een onzichtbaar teken ({0}).",
        "Verwijder het teken. Typ de regel zo nodig opnieuw.",
    ),
    "tab": ("Hier staat een tab.", "Gebruik spaties in plaats van een tab."),
    "anker": (
        "Hier staat een & of * als verwijzing. Dat kan hier niet.",
        'Schrijf de tekst voluit. Begint uw tekst met & of *? Zet er dan " omheen.',
    ),
    "tag": (
        "Hier staat een ! met een soort erachter. Dat kan hier niet.",
        'Haal het weg. Begint uw tekst met een !? Zet er dan " omheen.',
    ),
    "meer-documenten": (
        "Hier begint een tweede deel in hetzelfde bestand.",
        "Maak per beschrijving één bestand. Haal de regel met --- of ... weg.",
    ),
    "te-diep": ("Dit staat te veel niveaus diep.", "Gebruik hooguit 20 niveaus van inspringen."),
    "vreemde-sleutel": (
        "De naam van een veld moet een gewoon woord zijn.",
        "Begin de regel met een naam en een dubbele punt.",
    ),
    "dubbel-veld": (
        "Het veld «{0}» staat hier twee keer. De eerste keer is op regel {1}.",
        "Haal een van de twee weg, of voeg ze samen.",
    ),
    "geen-yaml": ("Deze regel kunnen wij niet lezen.", "{0}"),
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


def placed(finding: Finding, loaded: Loaded, file: str) -> Problem:
    """A Finding with its place in the file. Inside a text block («|») the line of the text itself is pointed at."""
    line, column, source = loaded.place(finding.path, finding.on_key)
    if finding.offset >= 0 and source[column - 1 : column] == "|":
        text = _value(loaded.data, finding.path)
        line += 1 + text.count("\n", 0, finding.offset)
        source = loaded.lines[line - 1] if line <= len(loaded.lines) else ""
        column = len(source) - len(source.lstrip()) + finding.offset - text.rfind("\n", 0, finding.offset)
    field = ".".join(str(p) for p in finding.path)
    return Problem(file, line, column, finding.severity, finding.code, field, finding.message, finding.fix, source)


def _value(data: Any, path: tuple[str | int, ...]) -> str:
    for step in path:
        data = data[step]
    return str(data)


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
        result.data, result.marks = _build(CParser(text))
    except _Stop as stop:
        result.problems.append(_problem(stop, file, result.lines))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        result.problems.append(_problem(_Stop("geen-yaml", line, column, _syntax_hint(error)), file, result.lines))
    except yaml.YAMLError:
        result.problems.append(_problem(_Stop("geen-yaml", 0, 0, _SYNTAX[-1][1]), file, result.lines))
    return result


def _problem(stop: _Stop, file: str, lines: list[str]) -> Problem:
    message, fix = (text.format(*stop.values) if "{" in text else text for text in _CODES[stop.code])
    source = lines[stop.line] if stop.line < len(lines) else ""
    return Problem(file, stop.line + 1, stop.column + 1, FOUT, stop.code, "", message, fix, source)


def _text(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise _Stop("te-groot", 0, 0)
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")  # CRLF and BOM change no content (AUDIT, reading history)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n")
        raise _Stop("geen-utf8", line, error.start - (raw.rfind(b"\n", 0, error.start) + 1)) from None
    found = _INVISIBLE.search(text)
    if found:
        raise _Stop("verboden-teken", *_where(text, found.start()), f"U+{ord(found[0]):04X}")
    if "\t" in text:
        raise _Stop("tab", *_where(text, text.index("\t")))
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _where(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index), index - (text.rfind("\n", 0, index) + 1)


def _build(parser: CParser) -> tuple[dict[str, Any], dict[str, Any]]:
    """Events → data and marks, with a stack of our own: no recursion, so depth is a Problem and never a crash."""
    root: Any = None
    marks: Any = None
    stack: list[_Frame] = []
    documents = 0
    while True:
        event = parser.get_event()
        kind = type(event)
        if kind is yaml.ScalarEvent:
            if event.anchor or event.tag:
                raise _Stop("anker" if event.anchor else "tag", event.start_mark.line, event.start_mark.column)
            if stack:
                _put(stack[-1], event.value, event.start_mark, None)
            elif event.value == "":
                raise _Stop("leeg-bestand", 0, 0)
            else:
                raise _Stop("geen-velden", event.start_mark.line, event.start_mark.column)
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
    return root, marks


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
        if value == "<<" or value == "":
            raise _Stop("vreemde-sleutel", mark.line, mark.column)
        if value in frame.data:
            raise _Stop("dubbel-veld", mark.line, mark.column, value, frame.marks[value][0].line + 1)
        frame.key, frame.key_mark = value, mark
    else:
        frame.data[frame.key] = value
        frame.marks[frame.key] = (frame.key_mark, mark, below)
        frame.key = None


# libyaml's words → what a civil servant can do. The first that occurs in the message wins; the last is for all else.
_SYNTAX = (
    ("mapping values are not allowed", "Staat er een dubbele punt in uw tekst? Zet de hele tekst tussen \"aanhalingstekens\". Kijk ook of de regel evenveel inspringt als de regel erboven."),
    ("could not find expected ':'", "Achter de naam van een veld hoort een dubbele punt en een spatie. Hoort deze regel bij de tekst erboven? Laat hem dan evenveel inspringen."),
    ("did not find expected key", "De regel springt niet evenveel in als de regels erboven, of er staat te veel achter een aanhalingsteken. Begint uw tekst met een aanhalingsteken? Zet dan de hele tekst tussen aanhalingstekens."),
    ("found unexpected end of stream", "Een aanhalingsteken of haakje is niet gesloten. Zet er aan het einde ook een."),
    ("found character that cannot start", "Zet de hele tekst tussen \"aanhalingstekens\": een tekst mag niet beginnen met @, ` of %."),
    ("did not find expected '-' indicator", "Begin elke regel van een lijst met een streepje en een spatie, even ver ingesprongen."),
    ("", "Kijk of de regel begint met een veldnaam en een dubbele punt, en of hij goed inspringt. Staan er leestekens in de tekst? Zet de tekst dan tussen \"aanhalingstekens\"."),
)  # fmt: skip


def _syntax_hint(error: yaml.MarkedYAMLError) -> str:
    said = f"{error.context or ''} {error.problem or ''}"
    return next(hint for words, hint in _SYNTAX if words in said)
