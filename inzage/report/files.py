"""A Year → its pages and files: the report, the list of every change, `cijfers.json`, `wijzigingen.csv`. Pure. Flow: figures, words → files → render."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..diff import ADDED, REMOVED, SCHEMA, Change, Item
from ..exports.changes import COLUMNS
from ..exports.entries import BOM, safe
from ..history import History
from ..logbook import published_at, until
from ..model import Settings
from ..pages import Page, digest_of, root_of
from ..text import date_text
from . import words
from .figure import Figure, as_json
from .figures import all_figures
from .steps import Event, steps_of
from .year import Links, Year, gather

FOLDER, FIGURES, CHANGES = "jaarverslag", "cijfers.json", "wijzigingen.csv"
CSV_COLUMNS = ("datum", *COLUMNS, "reden", "nagekeken")
Result = tuple[list[Page], dict[str, bytes]]


def report_files(history: History, settings: Settings, links: Links | None, years: Sequence[int], today: str, jobs: int = 1) -> Result:
    """The pages and files of some years, for the site; each file of the register is read once. Pure but for reading git."""
    pages, files = list[Page](), dict[str, bytes]()
    for year in gather(history, settings, links, years, today, jobs):
        more, data = year_files(year, f"{FOLDER}/{year.number}/")
        pages += more
        files |= data
    return pages, files


def report_years(history: History, today: str) -> list[int]:
    """Every year from the first publication to today."""
    earliest = min((e.versions[0].order for e in history.entries.values()), default=-1)
    first = next((s.day for s in steps_of(history) if 0 <= earliest <= s.place), "")
    return list(range(int(first[:4]), int(today[:4]) + 1)) if first else []


def report_key(history: History, settings: Settings, links: Links | None, year: int, today: str) -> str:
    """Equal keys mean equal pages and files. A finished year does not depend on the day or on what was published later; the kinds and the
    code are not in it (the epoch of the site holds those)."""
    last = min(f"{year:04}-12-31", today)
    place = history.place_at(last)
    log = until(history.log, published_at(history.log, last)).head if history.log else None
    return digest_of(history.line[: place + 1][-1:], log, settings, links, year, last)


def years_page(years: Sequence[int], today: str) -> Page:
    """The list of years, newest first."""
    path = f"{FOLDER}/index.html"
    rows = [(year, f"{year}/", f"loopt nog, tot en met {date_text(today)}" if f"{year}-12-31" > today else "") for year in reversed(years)]
    return Page(path, "jaarverslagen.html", {"root": root_of(path), "years": rows})


def year_files(year: Year, base: str, papers: Sequence[tuple[str, str]] = ()) -> Result:
    """The pages and files of one year below `base`. papers: (address, text) of the large-print files, when they are made."""
    figures = all_figures(year)
    labels = words.labels_of(year)
    pages = [report_page(year, figures, labels, base, papers), *_change_pages(year, labels, base)]
    data = [as_json(figure) for figure in figures]
    numbers = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    return pages, {base + FIGURES: numbers.encode(), base + CHANGES: as_csv(year.events).encode()}


def report_page(
    year: Year,
    figures: Sequence[Figure],
    labels: Mapping[str, str],
    base: str,
    papers: Sequence[tuple[str, str]] = (),
    paper: words.Paper | None = None,
) -> Page:
    """The report itself, for the screen or for paper, which has no second page to click to."""
    path = f"{base}index.html"
    root, most = root_of(path), words.cap(figures)
    return Page(path, "jaarverslag.html", {
        "root": root, "title": f"Jaarverslag {year.number}", "year": year.number, "until": words.until(year), "summary": words.summary(figures), "open": words.open_figures(figures),
        "sections": [words.section(f, labels, root, most, paper) for f in figures], "months": words.month_table(year.events), "totals": words.totals(year.events),
        "changes": _months(year, year.events[: paper.changes], labels, root) if paper else [], "left": max(0, len(year.events) - paper.changes) if paper else 0, "papers": list(papers),
        "paper": paper is not None,
    })  # fmt: skip


def _months(year: Year, events: Sequence[Event], labels: Mapping[str, str], root: str) -> list[tuple[str, list[dict[str, Any]]]]:
    return [(month, list(words.told(year, group, labels, root))) for month, group in words.months(events)]


def _change_pages(year: Year, labels: Mapping[str, str], base: str) -> Iterator[Page]:
    """Every change of the year in words, by month, in pages of fifty."""
    parts = words.chunks(year.events)
    for number, part in enumerate(parts, 1):
        path = _place(base, number)
        root = root_of(path)
        there = root + f"{base}wijzigingen/"
        addresses = [there + ("" if n == 1 else f"pagina/{n}/") if 1 <= n <= len(parts) else "" for n in (number - 1, number + 1)]
        title = f"Alle wijzigingen in {year.number}" + (f", pagina {number}" if number > 1 else "")
        yield Page(path, "wijzigingen-jaar.html", {
            "root": root, "title": title, "year": year.number, "report": root + base or "./", "total": len(year.events), "number": number, "pages": len(parts),
            "months": _months(year, part, labels, root), "totals": words.totals(year.events), "previous": addresses[0], "next": addresses[1],
        })  # fmt: skip


def _place(base: str, number: int) -> str:
    return f"{base}wijzigingen/index.html" if number == 1 else f"{base}wijzigingen/pagina/{number}/index.html"


def as_csv(events: Sequence[Event]) -> str:
    """Every change of the year, field by field, before and after, with date and reason; no cell is read as a formula (THREATS)."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(CSV_COLUMNS)
    for event in events:
        for what, field, old, new in _cells(event):
            lines.writerow([event.day, what, event.ref, safe(field), safe(old), safe(new), safe(event.reason), event.reviewed])
    return BOM + out.getvalue()


_WORDS = {ADDED: "veld toegevoegd", REMOVED: "veld weggehaald", SCHEMA: "veld hernoemd"}


def _cells(event: Event) -> Iterator[tuple[str, str, str, str]]:
    """A line for what happened to the entry as a whole, and one for each field."""
    if event.what != "veranderd":
        yield event.what, "", "", ""
    for change in event.changes:
        yield _WORDS.get(change.kind, "veranderd"), change.field, _cell(change.old), _cell(change.new)


def _cell(value: Change | Any) -> str:
    """A value as one cell: ja and nee, the names of items in their order, groups as JSON."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    plain = [i.value if isinstance(i, Item) else i for i in value] if isinstance(value, tuple) else value
    return json.dumps(plain, ensure_ascii=False)
