"""Figures 6, 10, 11 and 16: was it reviewed, do links work, which classes changed, can it be checked. Pure. Flow: year → here. Rules: REPORT.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..diff import ADDED, CHANGED, REMOVED
from ..kinds import Field, Kind
from ..logbook import Line, day_of, published_at
from ..text import count, date_text, number
from .figure import Figure, counted, not_known, said
from .steps import Data, Event
from .year import Year

PUBLICATIONS, LINKS, TIMES = "publicaties", "links", "wijzigingen"
NO_LOG = "Er is nog geen logboek van publicaties. Dan weten wij dit niet."


def lines_of(year: Year) -> list[Line]:
    """The publications of this year, by the log."""
    log = year.history.log
    return [line for line in log.lines if year.first <= day_of(line.time) <= year.last] if log else []


def _refs(lines: Iterable[Line]) -> tuple[str, ...]:
    """The entries that these publications brought, changed or removed."""
    paths = {path for line in lines for path in (*line.plus, *line.minus)}
    return tuple(
        sorted(p.removeprefix("register/").removesuffix(".yaml") for p in paths if p.startswith("register/") and p.endswith(".yaml"))
    )


def unreviewed(year: Year) -> Figure:
    """Figure 6: publications without a reviewer who differs from every author, as the publish step asked the forge (`nagekeken`)."""
    name, lines = "Publicaties die niemand anders nakeek", lines_of(year)
    if not year.history.log:
        return not_known(name, NO_LOG)
    if not lines:
        return not_known(name, "Dit jaar is er niets gepubliceerd.")
    alone, unknown = [x for x in lines if x.reviewed == "nee"], [x for x in lines if x.reviewed == "onbekend"]
    line = f"Bij {said(len(alone), len(lines), 'publicaties')} keek niemand anders mee. Van {number(len(unknown))} weten wij het niet."
    parts = tuple(
        Figure(f"Nagekeken: {word}", len(group), len(lines), 0, _refs(group), PUBLICATIONS)
        for word in ("ja", "nee", "onbekend")
        for group in [[x for x in lines if x.reviewed == word]]
    )
    return Figure(name, len(alone), len(lines), len(unknown), _refs(alone), PUBLICATIONS, line, parts=parts)


def dead_links(year: Year) -> Figure:
    """Figure 10: failing in two checks running ÷ checked, from the file of the weekly check, never live. A check after the end of the year
    does not count, and an address whose last check was before the year was not checked (decision 0009)."""
    name, used = "Links die niet werken", _addresses(year.present)
    if year.links is None:
        return not_known(name, "Er is geen uitkomst van de wekelijkse controle van links (--links).")
    checks = {str(i["url"]): [c for c in i["controles"] if str(c["datum"]) <= year.last] for i in year.links}
    checked = {url: c for url, c in checks.items() if c and str(c[-1]["datum"]) >= year.first}
    dead = [url for url, c in checked.items() if len(c) > 1 and not any(200 <= x["status"] < 400 for x in c[-2:])]
    missed = used.keys() - checked.keys()
    if not checked:
        return Figure(name, None, 0, len(missed), unit=LINKS, note="In dit jaar zijn er geen links gecontroleerd.")
    ids = tuple(sorted({ref for url in dead for ref in used.get(url, ())}))
    line = f"Van {said(len(dead), len(checked), 'gecontroleerde links')} lukte het twee keer achter elkaar niet. {number(len(missed))} links zijn niet gecontroleerd."
    return Figure(name, len(dead), len(checked), len(missed), ids, LINKS, line)


def _addresses(present: Mapping[str, Data]) -> dict[str, list[str]]:
    """Every web address that an entry names → the entries."""
    found: dict[str, list[str]] = {}
    for ref, data in present.items():
        for url in dict.fromkeys(_within(data)):
            found.setdefault(url, []).append(ref)
    return found


def _within(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.startswith(("https://", "http://")) and not any(c.isspace() for c in value):
            yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _within(inner)


def risk_class(year: Year) -> Figure:
    """Figure 11: risk class old → new, date, reason (`wijzigingsreden`, given anew); downgraded without a reason."""
    name, live = "Veranderde risicoklasse", year.live_end
    known = {r: field for r in live if (field := _risk(year.kind(r)))}
    moves = [
        (e, field, c.old, c.new, c.kind)
        for e in year.events
        if (field := _risk(year.kind(e.ref)))
        for c in e.changes
        if c.path == (field.key,)
    ]
    moved = [(e, field, old, new) for e, field, old, new, kind in moves if kind in (CHANGED, REMOVED)]
    if not known and not moved:
        return not_known(name, "Er zijn geen beschrijvingen met een risicoklasse.")
    down = [e for e, field, old, new in moved if _level(field, new) > _level(field, old)]
    parts = (
        counted("Omlaag", (e.ref for e in down), unit=TIMES),
        counted("Omlaag zonder reden", (e.ref for e in down if not _fresh_reason(year, e)), unit=TIMES),
        counted("Voor het eerst ingedeeld", (e.ref for e, _, _, _, kind in moves if kind == ADDED), unit=TIMES),
        *(_move(year, e, field, old, new) for e, field, old, new in moved),
    )
    times = f"{number(len(moved))} keer" if moved else "niet"
    unset = [r for r, field in known.items() if field.key not in live[r]]
    line = f"De risicoklasse is {times} veranderd. Bij {said(len(unset), len(known), 'algoritmes')} staat nog geen klasse."
    return counted(name, (e.ref for e, *_ in moved), len(known), len(unset), unit=TIMES, line=line, parts=parts)


def _risk(kind: Kind) -> Field | None:
    """The field of the risk class (`x-inzage.risico`); its values stand from high to low."""
    return next((f for f in kind.fields if f.note.get("risico")), None)


def _level(field: Field, value: Any) -> int:
    order: Sequence[Any] = field.schema.get("enum", ())
    return order.index(value) if value in order else len(order)


def _fresh_reason(year: Year, event: Event) -> str:
    """The `wijzigingsreden` of this change; one that stood there before is not of this change."""
    was, is_ = (str(year.read.data(v).get("wijzigingsreden", "")) if v else "" for v in (event.old, event.new))
    return is_ if is_ != was else ""


def _move(year: Year, event: Event, field: Field, old: Any, new: Any) -> Figure:
    change = f"van «{field.shown(old)}» naar «{field.shown(new) if new else 'geen klasse'}» op {date_text(event.day)}"
    reason = _fresh_reason(year, event)
    return counted(
        f"{year.names[event.ref]}: {change}. " + (f"Reden: {reason}" if reason else "Er is geen reden gegeven."), [event.ref], unit=TIMES
    )


def integrity(year: Year) -> Figure:
    """Figure 16: publications, redactions, head of the log, witnesses (`getuigen` in `inzage.yaml`)."""
    name, log, witnesses = "Kunt u het controleren?", year.history.log, year.settings.witnesses
    watching = Figure(
        "Getuigen",
        len(witnesses) or None,
        unit="getuigen",
        note=", ".join(witnesses) or "In de instellingen (inzage.yaml) staat geen getuige.",
    )
    if not log:
        return not_known(name, NO_LOG, [watching])
    last, lines = published_at(log, year.last), lines_of(year)
    rewrites = [line for line in lines if line.rewrite]
    redacted = {path.removeprefix("register/").removesuffix(".yaml") for x in rewrites if x.rewrite for path in x.rewrite.paths}
    head = Figure("Laatste regel van het logboek", last.number if last else None, unit="regelnummer")
    parts = (
        Figure("Herschrijvingen om privégegevens weg te halen", len(rewrites), len(lines), 0, tuple(sorted(redacted)), PUBLICATIONS),
        head,
        watching,
    )
    line = (
        f"Dit jaar is er {number(len(lines))} keer gepubliceerd. "
        f"{count(len(witnesses), 'getuige bewaart', 'getuigen bewaren') if witnesses else 'Niemand van buiten bewaart, voor zover wij weten,'} een eigen kopie van het logboek."
    )
    note = (
        f"De kop van het logboek (het controlegetal van de laatste regel) is {log_head}."
        if (log_head := last.digest if last else "")
        else ""
    )
    return Figure(name, len(lines), last.number if last else None, 0, _refs(lines), PUBLICATIONS, line, note, parts)
