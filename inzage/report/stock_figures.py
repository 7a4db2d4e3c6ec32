"""Figures 1 to 4: what stands in the register, what came and went, what waits for a check, how complete it is. Pure. Flow: year → here.

The numbers are those of REPORT.md. Stock is what was not withdrawn: stock at the end = stock at the start + came − withdrawn − vanished.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ..kinds import Kind
from ..model import OWNERS
from ..text import count, date_text, fold, number
from .figure import Figure, counted, latest, median_days, not_known, said
from .steps import CAME, CHANGED, FORM, VANISHED, VANISHED_LATER, WITHDRAWN, Data, Event
from .year import Year, in_use, owner_of

FIELDS, TIMES = "vragen", "wijzigingen"
NOT_APPLICABLE, SECRET, UNKNOWN = "niet van toepassing", "geheim", "onbekend"


def stock(year: Year) -> Figure:
    """Figure 1: entries per kind and status, at the start and at the end."""
    start, end = year.live_start, year.live_end
    out = year.end.keys() - end.keys()
    folders = [*year.history.kinds, *sorted({r.split("/")[0] for r in [*start, *end]} - set(year.history.kinds))]
    parts = [part for folder in folders if (part := _kind_stock(year, folder, start, end))]
    parts.append(counted("Ingetrokken, met een eigen pagina", out))
    line = (
        f"Op {date_text(year.last)} staan er {count(len(end), 'beschrijving', 'beschrijvingen')} in het register. "
        f"Aan het begin van het jaar waren dat er {number(len(start))}."
    )
    return counted("Voorraad", end, len(year.end), year.unreadable(end), line=line, parts=tuple(parts))


def _kind_stock(year: Year, folder: str, start: Mapping[str, Data], end: Mapping[str, Data]) -> Figure | None:
    here, before = ({r: d for r, d in side.items() if r.startswith(folder + "/")} for side in (end, start))
    if not here and not before:
        return None
    kind = year.kind(f"{folder}/x")
    parts = [counted("aan het begin van het jaar", before)]
    if "status" in kind.by_key:
        parts += _per_status(kind, before, here)
    return counted(kind.plural, here, None, year.unreadable(here), parts=tuple(parts))


def _per_status(kind: Kind, start: Mapping[str, Data], end: Mapping[str, Data]) -> Iterable[Figure]:
    order = kind.by_key["status"].schema.get("enum", ())
    values = {str(d.get("status", "")) for d in [*start.values(), *end.values()]}
    for value in sorted(values, key=lambda v: (order.index(v) if v in order else len(order), v)):
        name = f"status {value}" if value else "status niet ingevuld"
        for when, side in (("", end), (", aan het begin van het jaar", start)):
            yield counted(name + when, (r for r, d in side.items() if str(d.get("status", "")) == value))


def flow(year: Year) -> Figure:
    """Figure 2: added, changed in content, withdrawn; vanished without a trace (must be nought); short-lived. Every step counts, so that
    the flows of two periods add up to those of the whole (AUDIT, invariant 8). Change of form is counted apart."""

    def of(name: str, *what: str, **rest: Any) -> Figure:
        return counted(name, (e.ref for e in year.events if e.what in what), **rest)

    gone = _vanished(year)
    brief = {e.ref for e in year.events if e.new} - year.start.keys() - year.end.keys()
    added, changed, withdrawn = of("Toegevoegd", *CAME), of("Veranderd van inhoud", CHANGED, unit=TIMES), of("Ingetrokken", WITHDRAWN)
    parts = (
        added, changed, withdrawn, of("Verdwenen zonder spoor", VANISHED), of("Verdwenen na intrekking", VANISHED_LATER),
        counted("Kort openbaar: niet aan het begin en niet aan het einde van het jaar", brief), of("Alleen van vorm veranderd", FORM, unit=TIMES),
    )  # fmt: skip
    line = (
        f"{_came('bijgekomen', len(added.ids))} {_came('ingetrokken', len(withdrawn.ids))} "
        + (
            f"De inhoud is {number(len(changed.ids))} keer veranderd, in {count(len(set(changed.ids)), 'beschrijving', 'beschrijvingen')}. "
            if changed.ids
            else ""
        )
        + gone
    )
    note = "Elke stap telt mee. Een beschrijving die twee keer is veranderd, staat dus twee keer in de lijst."
    ids = tuple(sorted(e.ref for e in year.events if e.what != FORM))
    return Figure("Bijgekomen, veranderd en weggegaan", len(ids), len(year.events), _unread(year), ids, TIMES, line, note, parts)


def _came(what: str, times: int) -> str:
    if times == 0:
        return f"Er is geen beschrijving {what}."
    return f"Er {'is' if times == 1 else 'zijn'} {count(times, 'beschrijving', 'beschrijvingen')} {what}."


def _vanished(year: Year) -> str:
    number_gone = sum(e.what in (VANISHED, VANISHED_LATER) for e in year.events)
    if not number_gone:
        return "Er is niets zonder spoor verdwenen. Zo hoort het."
    return f"Zonder spoor {'is' if number_gone == 1 else 'zijn'} er {number(number_gone)} verdwenen. Dat hoort niet te gebeuren."


def _unread(year: Year) -> int:
    """Steps of which one side cannot be read."""
    return sum(any(v and year.read.content(v).data is None for v in (e.old, e.new)) for e in year.events)


def overdue(year: Year) -> Figure:
    """Figure 3: in use and `herzien_voor` before T; median days overdue; and pushed forward: only the date was changed."""
    used = {r: d for r, d in year.live_end.items() if in_use(year.kind(r), d)}
    end = date.fromisoformat(year.last)
    late = {r: (end - day).days for r, d in used.items() if (day := latest(d.get("herzien_voor"))) and day < end}
    unset = [r for r, d in used.items() if not latest(d.get("herzien_voor"))]
    pushed = counted("Alleen de dag is vooruitgezet", (e.ref for e in year.events if _pushed(e)), unit=TIMES)
    parts = (
        median_days("Dagen te laat (middelste waarde)", [*late.items()], "Van geen enkele beschrijving weten wij dat de dag voorbij is."),
        pushed,
        counted("Geen dag afgesproken", unset, len(used)),
    )
    if len(unset) == len(used):
        why = f"Bij geen van de {number(len(used))} is een dag afgesproken." if used else "Er is niets in gebruik om opnieuw te bekijken."
        return Figure("Te laat opnieuw bekeken", None, len(used), len(unset), note=why, parts=parts)
    line = (
        f"Van {said(len(late), len(used), 'beschrijvingen die gelden')} is de dag voorbij waarop iemand ze opnieuw moest bekijken. "
        f"Bij {number(len(unset))} is geen dag afgesproken. Van die beschrijvingen weten wij het dus niet."
    )
    return counted("Te laat opnieuw bekeken", late, len(used), len(unset), line=line, parts=parts)


def _pushed(event: Event) -> bool:
    """Whether only the day moved on; a new reason makes no difference, a check that was done does."""
    moved = [c for c in event.changes if c.path[:1] == ("herzien_voor",)]
    rest = [c for c in event.changes if c.path[:1] not in (("herzien_voor",), ("wijzigingsreden",))]
    return event.what == CHANGED and not rest and any(c.old and c.new and str(c.new) > str(c.old) for c in moved)


def completeness(year: Year) -> Figure:
    """Figure 4: recommended fields filled ÷ applicable, per kind, per organisation; «not applicable» and «secret» apart."""
    live = {r: d for r, d in year.live_end.items() if year.read.content(year.end[r]).data is not None}
    rows = {r: _gaps(year.kind(r), d) for r, d in live.items() if year.kind(r).recommended}
    if not rows:
        return not_known("Volledigheid", "Er zijn geen beschrijvingen met aanbevolen vragen.")
    parts = [
        _filled_kind(year, kind, live, rows) for folder, kind in year.history.kinds.items() if any(r.startswith(folder + "/") for r in rows)
    ]
    for reason, name in ((NOT_APPLICABLE, "Vragen die er niet bij horen"), (SECRET, "Vragen met een geheim antwoord")):
        hits = [(r, n) for r, (_, reasons) in rows.items() if (n := reasons.count(reason))]
        parts.append(Figure(name, sum(n for _, n in hits), None, 0, tuple(sorted(r for r, _ in hits)), FIELDS))
    whole = _filled("Volledigheid", rows)
    line = f"Wij beantwoorden {said(whole.value or 0, whole.of, 'vragen die bij de beschrijvingen horen')}. Van {number(whole.unknown)} staat er: onbekend."
    note = "Vragen die er niet bij horen, tellen niet mee."
    return Figure(whole.name, whole.value, whole.of, whole.unknown, whole.ids, FIELDS, line, note, tuple(parts))


Gaps = tuple[int, list[str]]


def _gaps(kind: Kind, data: Data) -> Gaps:
    """How many recommended fields a kind has, and the reasons ('' for none) of those that are empty here."""
    reasons = data.get("ontbreekt")
    given = reasons if isinstance(reasons, dict) else {}
    empty = [given.get(f.key) for f in kind.recommended if f.key not in data]
    return len(kind.recommended), [str(g.get("reden", "")) if isinstance(g, dict) else "" for g in empty]


def _filled(name: str, rows: Mapping[str, Gaps], parts: Iterable[Figure] = ()) -> Figure:
    wanted = sum(n - reasons.count(NOT_APPLICABLE) for n, reasons in rows.values())
    filled = sum(n - len(reasons) for n, reasons in rows.values())
    unknown = sum(reasons.count(UNKNOWN) for _, reasons in rows.values())
    return Figure(name, filled if wanted else None, wanted, unknown, tuple(sorted(rows)), FIELDS, parts=tuple(parts))


def _filled_kind(year: Year, kind: Kind, live: Mapping[str, Data], rows: Mapping[str, Gaps]) -> Figure:
    here = {r: gaps for r, gaps in rows.items() if r.startswith(kind.folder + "/")}
    owners: dict[str, dict[str, Gaps]] = {}
    for ref, gaps in here.items() if kind.folder != OWNERS else ():
        owners.setdefault(owner_of(kind, ref, live[ref]), {})[ref] = gaps
    names = year.names
    parts = [_filled(names.get(owner, owner) or "Geen organisatie genoemd", group) for owner, group in owners.items()]
    return _filled(kind.plural, here, sorted(parts, key=lambda p: fold(p.name)))
