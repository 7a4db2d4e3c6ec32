"""Figures 12 to 15: partners, requests, errors, archive. Pure. Flow: year → here. Numbers and rules: REPORT.md."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ..model import OWNERS
from ..text import count, number
from .figure import Figure, counted, earliest, median_days, not_known, said
from .steps import Data
from .year import Year, owner_of

REQUEST, REQUESTS = "wooverzoek", "verzoeken"
TERM, LONGER = 28, 14  # days: four weeks, and two more when it was postponed (Woo art. 4.4)
ARCHIVE = (
    "Lokale regels", "Eigen kwaliteitszorg en toezicht", "Orde, echtheid, context, toegang en duurzaamheid", "Digitale archieven",
    "Vernietiging, vervanging en vervreemding", "Overbrenging", "Archiefbewaarplaatsen en e-depots", "Beschikbaar stellen",
    "Rampen en veiligheid", "Middelen en mensen",
)  # fmt: skip


def partners(year: Year) -> Figure:
    """Figure 12: partners with an entry or a dated «none» (`geen_algoritmes`) ÷ all listed partners. A partner is every organisation but the
    owner of the register. Of one with neither it is unknown."""
    name, live = "Partners", year.live_end
    listed = {r: d for r, d in live.items() if r.startswith(OWNERS + "/") and r != year.settings.owner}
    if not listed:
        return not_known(name, "Er staan geen partners in het register.")
    with_kind: dict[str, set[str]] = {}
    for ref, data in live.items():
        if not ref.startswith(OWNERS + "/") and (owner := owner_of(year.kind(ref), ref, data)) in listed:
            with_kind.setdefault(year.kind(ref).plural, set()).add(owner)
    none = {r for r, d in listed.items() if _says_none(d, year.last)}
    told = none.union(*with_kind.values())
    parts = (
        *(
            counted(f"Met {plural[:1].lower()}{plural[1:]} in het register", refs, len(listed), unit="partners")
            for plural, refs in sorted(with_kind.items())
        ),
        counted("Zegt, met een datum, geen algoritmes te gebruiken", none, len(listed), unit="partners"),
        counted("Nog niets bekend", listed.keys() - told, len(listed), unit="partners"),
    )
    line = f"Van {said(len(told), len(listed), 'partners')} staat er iets in het register. Van {number(len(listed) - len(told))} weten wij nog niets."
    note = "" if year.settings.owner else "In de instellingen (inzage.yaml) staat geen eigenaar. Daarom telt elke organisatie mee."
    return counted(name, told, len(listed), len(listed) - len(told), unit="partners", line=line, note=note, parts=parts)


def _says_none(data: Data, last: str) -> bool:
    said_so = data.get("geen_algoritmes")
    day = earliest(said_so.get("datum")) if isinstance(said_so, dict) else None
    return bool(day and day.isoformat() <= last)


def answering(year: Year) -> Figure:
    """Figure 13: Woo requests received, decided in time (4 + 2 weeks, suspension counted), late; from the kind `wooverzoek`, when there is
    one. It is asked for the fields of `woo_verzoek` of a document: ontvangen_op, besloten_op, verdaagd; and opgeschort_dagen."""
    name = "Verzoeken om informatie"
    kind = next((k for k in year.history.kinds.values() if k.name == REQUEST), None)
    if not kind:
        return not_known(name, f"Dit register heeft nog geen soort «{REQUEST}». Verzoeken staan er dus niet in.")
    received = {r: d for r, d in year.present.items() if r.startswith(kind.folder + "/") and (x := earliest(d.get("ontvangen_op"))) and year.first <= x.isoformat() <= year.last}  # fmt: skip
    if not received:
        return not_known(name, "Dit jaar staat er geen ontvangen verzoek in het register.")
    end = date.fromisoformat(year.last)
    days = {r: (_due(d), earliest(d.get("besloten_op"))) for r, d in received.items()}
    on_time = [r for r, (due, decided) in days.items() if decided and decided <= due]
    late = [r for r, (due, decided) in days.items() if (decided or end) > due]
    waiting = len(received) - len(on_time) - len(late)
    parts = (counted("Te laat", late, len(received)), counted("Loopt nog", set(received) - set(on_time) - set(late), len(received)))
    line = f"Over {said(len(on_time), len(received), 'verzoeken')} is op tijd beslist. {number(len(late))} keer was het te laat. {number(waiting)} lopen er nog."
    return counted(name, on_time, len(received), waiting, unit=REQUESTS, line=line, parts=parts)


def _due(data: Data) -> date:
    begun = earliest(data.get("ontvangen_op")) or date.max
    paused = data.get("opgeschort_dagen")
    return begun + timedelta(TERM + (LONGER if data.get("verdaagd") is True else 0) + (paused if type(paused) is int else 0))


def errata(year: Year) -> Figure:
    """Figure 14: `correcties: [{gemeld_op, hersteld_op, wat}]` reported this year: number, median days to correct."""
    rows = [
        (r, day, earliest(item.get("hersteld_op")))
        for r, d in year.present.items()
        for item in _corrections(d)
        if (day := earliest(item.get("gemeld_op")))
    ]
    here = [(r, day, mended) for r, day, mended in rows if year.first <= day.isoformat() <= year.last]
    mended = [(r, (done - day).days) for r, day, done in here if done and done.isoformat() <= year.last]
    parts = (
        median_days("Dagen tot de verbetering (middelste waarde)", mended, "Er is dit jaar geen fout verbeterd die dit jaar is gemeld."),
        counted("Nog niet verbeterd", _left([r for r, *_ in here], [r for r, _ in mended]), len(here), unit="fouten"),
    )
    if not year.present:
        return not_known("Gemelde fouten", "Er is niets om naar te kijken.", parts)
    line = (
        f"Dit jaar {'is' if len(here) == 1 else 'zijn'} er {count(len(here), 'fout', 'fouten')} gemeld. Verbeterd: {number(len(mended))}."
        if here
        else "Dit jaar is er geen fout gemeld."
    )
    note = "Wij tellen wat in de beschrijvingen zelf is genoteerd."
    return counted(
        "Gemelde fouten",
        (r for r, *_ in here),
        len(year.present),
        year.unreadable(year.present),
        unit="fouten",
        line=line,
        note=note,
        parts=parts,
    )


def _corrections(data: Data) -> list[Data]:
    items: Any = data.get("correcties")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _left(whole: list[str], part: list[str]) -> list[str]:
    left = list(whole)
    for ref in part:
        left.remove(ref)
    return left


def archive(year: Year) -> Figure:
    """Figure 15: the ten questions of the archive indicators. They need a kind of their own, which is not there yet: unknown, and it says so."""
    why = "Dit register heeft nog geen soort voor de tien vragen over het archief."
    return not_known("Archief", why, [not_known(question, why) for question in ARCHIVE])
