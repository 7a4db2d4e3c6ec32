"""Figures and events in words for the page: sections with table, bars and links; changes by month. Pure. Flow: figures → words → files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from ..diff import SCHEMA
from ..sentences import RAW, sentence
from ..text import MONTHS, count, date_text, fold, number
from .charts import bars
from .figure import DAYS, Figure
from .steps import ADDED, BORN_WITHDRAWN, CHANGED, FORM, RETURNED, VANISHED, VANISHED_LATER, WITHDRAWN, Event
from .year import Year

PER_PAGE, LINES = 50, 250
SHOWN_ROWS, SHOWN_LINKS, SHOWN_SENTENCES = 40, 250, 60
UNKNOWN = "onbekend"
_WHAT = {
    ADDED: "Toegevoegd aan het register.",
    BORN_WITHDRAWN: "Toegevoegd. Het gold toen al niet meer.",
    RETURNED: "Dit geldt weer.",
    WITHDRAWN: "Ingetrokken: dit geldt niet meer.",
    VANISHED: "Verdwenen zonder spoor. Dat hoort niet te gebeuren.",
    VANISHED_LATER: "Verdwenen, nadat het was ingetrokken. Dat hoort niet te gebeuren.",
    FORM: "Alleen de vorm is veranderd, niet de inhoud.",
}
_UNREADABLE = "De tekst van het bestand is veranderd. Een van de twee versies kunnen wij niet lezen."
_NOT_WORD = re.compile(r"[^\w\s]")
Row = dict[str, Any]


class Paper(NamedTuple):
    """What fits on a sheet: how many changes are told; lines of a table and letters of its first column. A table that breaks over two sheets
    is two tables in the tags (ACCESSIBILITY, Paper), so a long one is cut into parts before."""

    changes: int
    lines: int
    letters: int


def labels_of(year: Year) -> dict[str, str]:
    """Entry → the text of a link to it: its name, with its id where two entries have the same name (ACCESSIBILITY, promise 11)."""
    plain = {ref: " ".join(_NOT_WORD.sub(" ", name.casefold()).split()) for ref, name in year.names.items()}
    seen = Counter(plain.values())
    return {ref: name if seen[plain[ref]] == 1 and plain[ref] else f"{name} ({ref.replace('/', ', ')})" for ref, name in year.names.items()}


def summary(figures: Sequence[Figure]) -> list[str]:
    """The year in a few sentences."""
    unknown = len(open_figures(figures))
    found = [figures[i].line for i in (0, 1, 3, 11, 5) if figures[i].value is not None]
    return found + (
        [f"Van {number(unknown)} van de {len(figures)} cijfers weten wij de uitkomst nog niet. Bij elk cijfer staat waarom."]
        if unknown
        else []
    )


def open_figures(figures: Sequence[Figure]) -> list[tuple[str, str]]:
    """The figures that are unknown: (anchor, name)."""
    return [(f"cijfer-{f.number}", f"{f.number}. {f.name}") for f in figures if f.value is None]


def section(figure: Figure, labels: Mapping[str, str], root: str, most: int, paper: Paper | None) -> Row:
    """One figure as the template shows it. most: how many links a list may have. On paper a long list is left out and a long table cut."""
    rows = list(_rows(figure))
    sides = _stock_table(figure) if figure.number == 1 and figure.parts else []
    return {
        "number": figure.number, "anchor": f"cijfer-{figure.number}", "name": figure.name, "line": figure.line, "note": figure.note, "known": figure.value is not None,
        "facts": f"Teller: {_shown(figure)}. Noemer: {number(figure.of) if figure.of is not None else 'geen'}. Onbekend: {number(figure.unknown)}.",
        "bars": bars(figure), "sides": _cut(sides, paper), "tables": [] if sides else _cut(rows, paper), "more_rows": 0 if sides else max(0, len(rows) - SHOWN_ROWS),
        "lists": [found for f in (figure, *figure.parts) if (found := _links(f, figure, labels, root, 0 if paper and len(set(f.ids)) > most else most))], "command": figure.command,
    }  # fmt: skip


def _cut(rows: Sequence[Any], paper: Paper | None) -> list[list[Any]]:
    """The rows of a table; on paper in parts that each fit on a sheet."""
    found: list[list[Any]] = [[]]
    used = 0
    for row in rows[:SHOWN_ROWS]:
        lines = 1 + len(f"{row[0]}. {row[-1]}") // paper.letters if paper else 0
        if paper and found[-1] and used + lines > paper.lines:
            found.append([])
            used = 0
        found[-1].append(row)
        used += lines
    return [part for part in found if part]


def _shown(figure: Figure) -> str:
    if figure.value is None:
        return UNKNOWN
    return number(figure.value) + (f" {DAYS}" if figure.unit == DAYS else "")


def _rows(figure: Figure, before: str = "") -> Iterator[tuple[str, str, str, str]]:
    """The parts for the table: name, numerator and denominator, unknown, remark."""
    for part in figure.parts:
        name = before + (part.name if before else part.name[:1].upper() + part.name[1:])
        value = _shown(part) + (f" van {number(part.of)}" if part.of and part.value is not None else "")
        yield name, value, number(part.unknown), "" if part.note == figure.note else part.note
        yield from _rows(part, f"{part.name}: ")


def _stock_table(figure: Figure) -> list[tuple[str, str, str]]:
    """Figure 1 side by side: kind or status, at the start, at the end."""
    found = []
    for kind in figure.parts:
        if not kind.parts:
            found.append((kind.name, "–", _shown(kind)))
            continue
        found.append((kind.name, _shown(kind.parts[0]), _shown(kind)))
        found += [
            (f"{kind.name}: {end.name}", _shown(start), _shown(end)) for end, start in zip(kind.parts[1::2], kind.parts[2::2], strict=True)
        ]
    return found


def _links(part: Figure, whole: Figure, labels: Mapping[str, str], root: str, most: int) -> Row | None:
    """The entries behind a figure or a part of it, as links; None when there are none or the whole already shows them."""
    refs = sorted(set(part.ids), key=lambda r: (fold(labels.get(r, r)), r))
    if not refs or (part is not whole and (set(refs) == set(whole.ids) or part.unit == DAYS)):
        return None
    links = [(f"{root}{ref}/", labels[ref]) if ref in labels else ("", ref) for ref in refs[:most]]
    return {"name": part.name, "total": len(refs), "links": links, "rest": len(refs) - len(links)}


def cap(figures: Sequence[Figure]) -> int:
    """How many links a list may have so that all lists together stay small enough for one page (promise 15)."""
    sizes = [len(set(part.ids)) for f in figures for part in (f, *f.parts)]
    return next((most for most in (50, 25, 10, 5, 3) if sum(min(n, most) for n in sizes) <= SHOWN_LINKS), 1)


def months(events: Iterable[Event]) -> list[tuple[str, list[Event]]]:
    """Events by month, in order of time: [«maart 2026», events]."""
    return [(f"{MONTHS[int(m[5:7]) - 1]} {m[:4]}", list(group)) for m, group in groupby(events, key=lambda e: e.day[:7])]


def month_table(events: Iterable[Event]) -> list[tuple[str, int, int, int, int]]:
    """Of each month: came, changed in content, changed in form, withdrawn or vanished."""
    kinds = ((ADDED, RETURNED, BORN_WITHDRAWN), (CHANGED,), (FORM,), (WITHDRAWN, VANISHED, VANISHED_LATER))
    return [(name, *(sum(e.what in what for e in group) for what in kinds)) for name, group in months(events)]  # type: ignore[misc]


def told(year: Year, events: Iterable[Event], labels: Mapping[str, str], root: str) -> Iterator[Row]:
    """Changes as the list shows them: day, links, sentences of content and of form apart, reason, reviewed. What happened to many entries
    at once, and says nothing of fields, is told once."""

    def alike(event: Event) -> Any:
        return (event.day, event.what, event.reason, event.reviewed, "" if not event.changes else event.ref)

    for (day, what, reason, reviewed, _), group in groupby(events, key=alike):
        found = list(group)
        lines, form = _sentences(year, found[0])
        yield {
            "day": date_text(day), "iso": day, "links": [(f"{root}{e.ref}/", labels[e.ref]) for e in found], "what": f"{what[:1].upper()}{what[1:]}", "lines": lines[:SHOWN_SENTENCES],
            "rest": max(0, len(lines) - SHOWN_SENTENCES), "form": form, "reason": reason.rstrip("."), "reviewed": reviewed,
        }  # fmt: skip


def _sentences(year: Year, event: Event) -> tuple[list[str], list[str]]:
    """What changed in content, and what in form."""
    kind = year.history.kinds.get(event.ref.split("/")[0])
    content = [c for c in event.changes if c.kind != SCHEMA and c.path[:1] != ("wijzigingsreden",)]
    lines = [_UNREADABLE if c.path == (RAW,) else sentence(c, kind, year.names) + "." for c in content]
    lines = [_WHAT[event.what], *lines] if event.what in _WHAT else lines or ["Alleen de reden van de wijziging is veranderd."]
    return lines, [sentence(c, kind, year.names) + "." for c in event.changes if c.kind == SCHEMA]


def chunks(events: Sequence[Event]) -> list[list[Event]]:
    """Events as pages: at most fifty, and at most 250 lines, so that no page grows too large."""
    found: list[list[Event]] = [[]]
    lines = 0
    for event in events:
        size = 2 + min(len(event.changes), SHOWN_SENTENCES)
        if len(found[-1]) == PER_PAGE or (found[-1] and lines + size > LINES):
            found.append([])
            lines = 0
        found[-1].append(event)
        lines += size
    return found


def until(year: Year) -> str:
    """Which days the report is about, and what they rest on."""
    days = f"Dit verslag gaat over {date_text(year.first)} tot en met {date_text(year.last)}."
    running = " Het jaar loopt nog: de cijfers kunnen nog veranderen." if year.running else ""
    basis = (
        " Wat wanneer openbaar was, komt uit het logboek van publicaties."
        if year.history.log
        else " Er is nog geen logboek van publicaties. Daarom gaan wij uit van de dag waarop een wijziging in de bestanden kwam."
    )
    return days + running + basis


def totals(events: Sequence[Event]) -> str:
    """Content and form counted apart, in a sentence."""
    form = sum(e.what == FORM for e in events)
    renamed = sum(any(c.kind == SCHEMA for c in e.changes) for e in events)
    return (
        f"Er {'is' if len(events) == 1 else 'zijn'} {count(len(events) - form, 'wijziging', 'wijzigingen')} van inhoud. "
        f"Daarnaast veranderde {number(form)} keer alleen de vorm. In {count(renamed, 'wijziging', 'wijzigingen')} kreeg een veld een andere naam."
    )
