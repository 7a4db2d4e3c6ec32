"""A Figure is a value: numerator, denominator, unknown, the ids behind it and the command that recomputes it. Bottom of the report; pure."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ..logbook import day_of
from ..text import number

ENTRIES, DAYS = "beschrijvingen", "dagen"
NOTHING = "Er is niets om te tellen."


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the report, or a part of one.

    value: the numerator; None means unknown, and then `note` says why. of: the denominator, when there is one. unknown: of how many it is
    not known. ids: `folder/id` behind the numerator; what counts twice stands there twice. When the unit is not entries, ids are the
    entries that the number was computed from. line: the figure as a sentence. Source: REPORT.md.
    """

    name: str
    value: int | None
    of: int | None = None
    unknown: int = 0
    ids: tuple[str, ...] = ()
    unit: str = ENTRIES
    line: str = ""
    note: str = ""
    parts: tuple[Figure, ...] = ()
    number: int | str = 0
    command: str = ""


def as_json(figure: Figure) -> dict[str, Any]:
    """The object of `cijfers.json`: {nr, naam, teller, noemer, onbekend, ids, commando, eenheid, toelichting}, and its parts in `delen`."""
    found: dict[str, Any] = {
        "nr": figure.number,
        "naam": figure.name,
        "teller": figure.value,
        "noemer": figure.of,
        "onbekend": figure.unknown,
        "ids": list(figure.ids),
        "commando": figure.command,
        "eenheid": figure.unit,
        "toelichting": " ".join(filter(None, (figure.line, figure.note))),
    }
    return found | ({"delen": [as_json(part) for part in figure.parts]} if figure.parts else {})


def numbered(figure: Figure, label: int | str, command: str) -> Figure:
    """The Figure with its number and command, and its parts as 4.1, 4.2, 4.2.1."""
    parts = tuple(numbered(part, f"{label}.{i}", command) for i, part in enumerate(figure.parts, 1))
    return replace(figure, number=label, command=command, parts=parts)


def not_known(name: str, why: str, parts: Iterable[Figure] = ()) -> Figure:
    """A figure without data: unknown, never nought (REPORT)."""
    return Figure(name, None, note=why, parts=tuple(parts))


def counted(name: str, refs: Iterable[str], of: int | None = None, unknown: int = 0, **rest: Any) -> Figure:
    """A figure that counts: the numerator is the number of ids. Of nothing at all it is unknown, never nought (REPORT)."""
    ids = tuple(sorted(refs))
    if of == 0:
        return Figure(name, None, 0, unknown, (), **{"note": NOTHING, **rest, "line": ""})
    return Figure(name, len(ids), of, unknown, ids, **rest)


def rank(values: Iterable[int], percent: int) -> int | None:
    """A percentile by nearest rank: the smallest value that at least `percent` of the values do not exceed. None without values."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else None


def median_days(name: str, days: Sequence[tuple[str, int]], why: str, percent: int = 50) -> Figure:
    """The middle (or another percentile) of (ref, days), by nearest rank."""
    ids = tuple(sorted(ref for ref, _ in days))
    if not days:
        return Figure(name, None, unit=DAYS, note=why)
    return Figure(name, rank((d for _, d in days), percent), None, 0, ids, DAYS)


def earliest(text: Any) -> date | None:
    """The first day that a date, month, year or moment can mean; None for what is no date."""
    return _bound(text, last=False)


def latest(text: Any) -> date | None:
    """The last day that it can mean: «2024-06» → 30 June 2024 (REPORT, figure 5)."""
    return _bound(text, last=True)


def _bound(text: Any, last: bool) -> date | None:
    try:
        if len(text) > 10:
            return date.fromisoformat(day_of(text) if text[-1] == "Z" or text[-6:-5] in "+-" else text[:10])
        year, month, day = ([int(part) for part in text.split("-")] + [0, 0])[:3]
        month = month or (12 if last else 1)
        return date(year, month, day or (calendar.monthrange(year, month)[1] if last else 1))
    except (TypeError, ValueError, AttributeError):
        return None


def said(value: int, of: int | None, what: str) -> str:
    """«12 van de 15 algoritmes», «geen van de 15 algoritmes», «alle 15 algoritmes»."""
    if of is None:
        return f"{number(value)} {what}"
    if value in (0, of) and of > 1:
        return f"geen van de {number(of)} {what}" if value == 0 else f"alle {number(of)} {what}"
    return f"{number(value)} van de {number(of)} {what}"
