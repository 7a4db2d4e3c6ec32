"""Figures 5, 7, 8 and 9: how fast, how well assessed, how secret, how late. Pure. Flow: year → here. Numbers and rules: REPORT.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ..diff import REMOVED
from ..kinds import Kind
from ..text import number
from .figure import Figure, counted, earliest, latest, median_days, not_known, said
from .steps import Data
from .year import Year, in_use

_ASSESSMENT = re.compile(r"\b(?:DPIA|GEB|IAMA|FR(?:A)?IA)\b")
_NOT_YET = re.compile(r"\b(?:pre-?scan|quick-?scan)", re.IGNORECASE)


def publication_lag(year: Year) -> Figure:
    """Figure 5: first publication − taken into use, of what was published first this year; a start known by month counts from the month's
    end. Median and 90th percentile by nearest rank; entries that stood elsewhere earlier (`eerder_gepubliceerd_op`) apart."""
    name = "Tijd tussen gebruik en publicatie"
    new = {r: d for r, d in year.live_end.items() if year.first <= year.came[r] <= year.last and _start_field(year.kind(r))}
    begun = {r: latest(d.get(_start_field(year.kind(r)))) for r, d in new.items()}
    begun = {r: day for r, day in begun.items() if not day or day <= date.fromisoformat(year.last)}
    earlier = {r: day for r in begun if (day := earliest(new[r].get("eerder_gepubliceerd_op")))}
    plain = {r: day for r, day in begun.items() if r not in earlier}
    days = [(r, (date.fromisoformat(year.came[r]) - day).days) for r, day in plain.items() if day]
    before = [(r, (earlier[r] - day).days) for r in earlier if (day := begun[r])]
    parts = (
        median_days("Bij negen van de tien hooguit zoveel dagen", days, "Er is geen enkele begindag bekend.", 90),
        median_days("Stond eerder ergens anders: dagen tot die eerste publicatie (middelste waarde)", before, "Er zijn er geen met een bekende begindag."),
        counted("Stond eerder ergens anders", earlier, len(begun)),
    )  # fmt: skip
    if not plain:
        return not_known(name, "Dit jaar is er niets nieuws bijgekomen waarvan dit te berekenen is.", parts)
    middle = median_days(name, days, f"Van geen van de {number(len(plain))} nieuwe beschrijvingen is bekend wanneer het gebruik begon.", 50)
    unknown = len(plain) - len(days)
    line = (
        f"De middelste waarde is {number(middle.value)} dagen. Dat gaat over {said(len(days), len(plain), 'nieuwe beschrijvingen')}. "
        f"Van {number(unknown)} weten wij niet wanneer het gebruik begon."
        if middle.value is not None
        else ""
    )
    note = middle.note or "Is alleen de maand bekend, dan telt het einde van die maand."
    return Figure(name, middle.value, len(plain), unknown, middle.ids, middle.unit, line, note, parts)


def _start_field(kind: Kind) -> str:
    """The field that says since when it is used: of a kind that knows «in use», the one with an end (`x-inzage.einde`)."""
    return next((f.key for f in kind.fields if "einde" in f.note), "") if "in_gebruik" in kind.note else ""


def assessments(year: Year) -> Figure:
    """Figure 7: in use and high impact, with a dated DPIA, IAMA or FRIA; done but not public apart. Unknown: the impact is not filled in, or
    nothing is said of an assessment and not why."""
    name = "Onderzoek vooraf"
    used = {r: d for r, d in year.live_end.items() if _impact_fields(year.kind(r)) and in_use(year.kind(r), d)}
    high = {r: d for r, d in used.items() if any(d.get(key) in values for key, values in _impact_fields(year.kind(r)).items())}
    unclassed = [r for r, d in used.items() if not any(key in d for key in _impact_fields(year.kind(r)))]
    done = {r: _assessments(d) for r, d in high.items()}
    dated = [r for r, items in done.items() if any(earliest(i.get("datum")) for i in items)]
    hidden = [r for r, items in done.items() if any(i.get("openbaar") is False for i in items)]
    silent = [r for r, d in high.items() if "impacttoetsen" not in d and _reason(d, "impacttoetsen") in ("", "onbekend")]
    undated = [r for r, items in done.items() if items and r not in dated]
    parts = (
        counted("Gedaan, maar niet openbaar", hidden, len(high)),
        counted("Genoemd zonder datum", undated, len(high)),
        counted("Niets over gezegd", silent, len(high)),
    )
    unknown = len(silent) + len(unclassed)
    if len(silent) == len(high):
        why = (
            "Bij geen enkel algoritme met veel gevolgen staat iets over een onderzoek."
            if high
            else "Er is niets in gebruik met veel gevolgen voor mensen."
        )
        return Figure(name, None, len(high), unknown, note=why, parts=parts)
    line = (
        f"Bij {said(len(dated), len(high), 'algoritmes met veel gevolgen')} staat een onderzoek met een datum. "
        f"Van {number(unknown)} weten wij het niet."
    )
    note = (
        "Het gaat om drie soorten onderzoek: naar privacy (Data Protection Impact Assessment, afgekort DPIA), naar mensenrechten en algoritmes "
        "(afgekort IAMA), en naar grondrechten (afgekort FRIA). Een eerste scan telt niet mee."
    )
    return counted(name, dated, len(high), unknown, line=line, note=note, parts=parts)


def _impact_fields(kind: Kind) -> dict[str, list[str]]:
    return {f.key: f.note["hoge_impact"] for f in kind.fields if "hoge_impact" in f.note}


def _assessments(data: Data) -> list[Data]:
    items = data.get("impacttoetsen")
    named = [i for i in items if isinstance(i, dict)] if isinstance(items, list) else []
    return [i for i in named if _ASSESSMENT.search(str(i.get("soort", ""))) and not _NOT_YET.search(str(i.get("soort", "")))]


def _reason(data: Data, key: str) -> str:
    given = data.get("ontbreekt")
    found = given.get(key) if isinstance(given, dict) else None
    return str(found.get("reden", "")) if isinstance(found, dict) else ""


def secrecy(year: Year) -> Figure:
    """Figure 8: secrecy in force, imposed, lifted, per ground; median age; past reassessment. It begins and ends on the days it names."""
    end, name = date.fromisoformat(year.last), "Geheimhouding"
    fields = {r: key for r in year.end if (key := next((f.key for f in year.kind(r).fields if f.note.get("geheimhouding")), ""))}
    if not fields:
        return not_known(name, "Er zijn geen beschrijvingen met een veld voor geheimhouding.")
    every = {r: value for r, key in fields.items() if isinstance(value := year.present[r].get(key), dict)}
    imposed, lifted = _on(every, "opgelegd_op"), _on(every, "opgeheven_op")
    force = {r: every[r] for r, day in imposed.items() if day <= end and not (r in lifted and lifted[r] <= end)}
    due = _on(force, "herbeoordelen_voor")
    parts = (
        *_per_ground("Van kracht", force),
        *_this_year(year, "Opgelegd", every, imposed),
        *_this_year(year, "Opgeheven", every, lifted),
        counted("Weggehaald uit de beschrijving, zonder dag van opheffing", _erased(year, fields, every)),
        median_days("Dagen sinds het opleggen (middelste waarde)", [(r, (end - imposed[r]).days) for r in force], "Er geldt nu geen geheimhouding."),
        counted("Te laat opnieuw beoordeeld", (r for r, day in due.items() if day < end), len(force), len(force) - len(due)),
    )  # fmt: skip
    line = f"Voor {said(len(force), len(fields), 'documenten')} staat genoteerd dat er geheimhouding geldt."
    unknown = year.unreadable(fields) + len(every) - len(imposed)
    return counted(name, force, len(fields), unknown, line=line, parts=parts)


def _on(found: Mapping[str, Data], key: str) -> dict[str, date]:
    return {r: day for r, value in found.items() if (day := earliest(value.get(key)))}


def _this_year(year: Year, what: str, every: Mapping[str, Data], days: Mapping[str, date]) -> Iterable[Figure]:
    here = {r: every[r] for r, day in days.items() if year.first <= day.isoformat() <= year.last}
    return [counted(f"{what} in dit jaar", here), *_per_ground(what, here)]


def _erased(year: Year, fields: Mapping[str, str], every: Mapping[str, Data]) -> list[str]:
    """Entries from which it was taken away this year, as if it had never been."""
    gone = {e.ref for e in year.events for c in e.changes if c.kind == REMOVED and c.path == (fields.get(e.ref),)}
    return [ref for ref in gone if ref not in every]


def _per_ground(what: str, found: Mapping[str, Data]) -> Iterable[Figure]:
    """One part for each ground; an entry with two grounds stands under both."""
    grounds: dict[str, list[str]] = {}
    for ref, value in found.items():
        given = value.get("gronden")
        for ground in given if isinstance(given, list) and given else [value.get("grondslag", "grond niet genoemd")]:
            grounds.setdefault(str(ground), []).append(ref)
    return [counted(f"{what}, grond {ground}", refs) for ground, refs in sorted(grounds.items())]


def late_documents(year: Year) -> Figure:
    """Figure 9: published − adopted above the norm for its Woo category (`normen` in `inzage.yaml`), of what was published this year. The
    shortest norm of its categories counts; a rough date counts in favour of the publisher."""
    name, norms = "Documenten die te laat openbaar werden", year.settings.norms
    if not norms:
        return not_known(name, "In de instellingen (inzage.yaml) staan geen normen. Zonder norm weten wij niet wat te laat is.")
    rows = {r: (d, norm) for r, d in year.present.items() if (norm := _norm(d, norms)) is not None}
    dated = {r: (_adopted(d), earliest(d.get("gepubliceerd_op")), norm) for r, (d, norm) in rows.items()}
    unknown = [r for r, (a, p, _) in dated.items() if not p or (not a and year.first <= p.isoformat() <= year.last)]
    known = {r: ((p - a).days, norm) for r, (a, p, norm) in dated.items() if a and p and year.first <= p.isoformat() <= year.last}
    late = {r: days - norm for r, (days, norm) in known.items() if days > norm}
    parts = (
        median_days("Dagen boven de norm (middelste waarde)", [*late.items()], "Er is niets te laat."),
        *(counted(f"Te laat in de groep {category}", (r for r in late if category in rows[r][0]["informatiecategorieen"])) for category in sorted(norms)),
    )  # fmt: skip
    if not known:
        return Figure(name, None, 0, len(unknown), note="Van geen enkel document met een norm zijn beide dagen bekend.", parts=parts)
    line = f"Van {said(len(late), len(known), 'documenten')} duurde het langer dan de norm. Van {number(len(unknown))} zijn de dagen niet bekend."
    return counted(name, late, len(known), len(unknown), line=line, parts=parts)


def _norm(data: Data, norms: Mapping[str, int]) -> int | None:
    categories = data.get("informatiecategorieen")
    found = [norms[c] for c in categories if isinstance(c, str) and c in norms] if isinstance(categories, list) else []
    return min(found, default=None)


def _adopted(data: Data) -> date | None:
    """The last day on which it can have been adopted."""
    acts: Any = data.get("handelingen")
    items = [a for a in acts if isinstance(a, dict) and a.get("soort") == "vaststelling"] if isinstance(acts, list) else []
    return max((day for a in items if (day := latest(a.get("tijdstip")))), default=None)
