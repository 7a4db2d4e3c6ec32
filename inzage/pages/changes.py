"""Events of the history → the pages «Wijzigingen», a month each, and the page that explains how to check them. Flow: history → pages (here). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from ..text import MONTHS, date_text
from . import Page, Planned, digest_of, root_of

PER_PAGE = 50


class Event(NamedTuple):
    """One change to tell of. `path` is the address of the version, or of the entry when it was removed; what: sentences."""

    date: str
    ref: str
    name: str
    number: int
    path: str
    what: list[str]
    reason: str
    reviewed: str
    kind: str
    owner: str


def month_name(month: str) -> str:
    """«2026-11» → «november 2026»."""
    return f"{MONTHS[int(month[5:7]) - 1]} {month[:4]}"


def changes_pages(events: Sequence[Event], by_log: bool) -> Iterator[Planned]:
    """The overview of months and a page (or more) for each month. events: newest first; by_log: whether the dates are those of the log."""
    months = [(month, list(group)) for month, group in groupby(events, key=lambda e: e.date[:7])]
    overview = [(month_name(m), f"{m}/", len(group)) for m, group in months]
    path = "wijzigingen/index.html"
    context = {"root": root_of(path), "months": overview, "recent": events[:10], "by_log": by_log, "date_text": date_text}
    yield Planned(path, digest_of(overview, [tuple(e) for e in events[:10]], by_log), lambda: Page(path, "wijzigingen.html", context))
    for month, group in months:
        yield from _month(month, group)


def _month(month: str, events: Sequence[Event]) -> Iterator[Planned]:
    pages = -(-len(events) // PER_PAGE)
    for number in range(1, pages + 1):
        base = f"wijzigingen/{month}/"
        path = f"{base}index.html" if number == 1 else f"{base}pagina/{number}/index.html"
        root = root_of(path)
        part = events[(number - 1) * PER_PAGE : number * PER_PAGE]
        links = [root + base + ("" if n == 1 else f"pagina/{n}/") if 1 <= n <= pages else "" for n in (number - 1, number + 1)]
        context = {
            "root": root,
            "title": f"Wijzigingen in {month_name(month)}" + (f", pagina {number}" if number > 1 else ""),
            "days": [(date_text(day), list(group)) for day, group in groupby(part, key=lambda e: e.date)],
            "total": len(events),
            "previous": links[0],
            "next": links[1],
        }
        key = digest_of([tuple(e) for e in part], number, pages)
        yield Planned(path, key, lambda path=path, context=context: Page(path, "maand.html", context))  # type: ignore[misc]


class Publication(NamedTuple):
    """One line of the publication log, or without a log one commit of the first-parent line: number, day, commit, numbers of files."""

    number: int
    date: str
    commit: str
    changed: int
    removed: int
    note: str


def checking_pages(publications: Sequence[Publication], head: str, facts: Mapping[str, Any]) -> Iterator[Planned]:
    """«Controleren»: what anyone can check and how, and the list of publications. head: the SHA-256 of the last line, or '' without a log."""
    path = "controleren/index.html"
    context = {"root": root_of(path), "head": head, "number": len(publications), **facts}
    yield Planned(path, digest_of(context), lambda: Page(path, "controleren.html", context))
    pages = max(1, -(-len(publications) // PER_PAGE))
    newest_first = list(reversed(publications))
    for number in range(1, pages + 1):
        base = "controleren/publicaties/"
        here = f"{base}index.html" if number == 1 else f"{base}pagina/{number}/index.html"
        root = root_of(here)
        links = [root + base + ("" if n == 1 else f"pagina/{n}/") if 1 <= n <= pages else "" for n in (number - 1, number + 1)]
        part = newest_first[(number - 1) * PER_PAGE : number * PER_PAGE]
        listing = {
            "root": root,
            "publications": [(p, date_text(p.date)) for p in part],
            "head": head,
            "number": number,
            "previous": links[0],
            "next": links[1],
        }
        key = digest_of([tuple(p) for p in part], pages, head)
        yield Planned(here, key, lambda here=here, listing=listing: Page(here, "publicaties.html", listing))  # type: ignore[misc]
