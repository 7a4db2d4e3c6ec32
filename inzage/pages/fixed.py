"""The pages that every register has once: home, search, completeness, about, data, accessibility, 404. Flow: model → pages (here). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from ..kinds import Kind
from ..model import OWNERS, Card, Register
from ..text import date_text, fold
from . import Page, Planned, digest_of, root_of
from .around import review_state
from .changes import Event

NEWEST = 6
STALEST = 10


def fixed_pages(register: Register, today: str, recent: Sequence[Event], has_history: bool) -> Iterator[Planned]:
    """All fixed pages. today: ISO day; recent: rows of the latest changes (empty without history)."""
    overdue = _overdue(register, today)
    yield _page(
        "index.html",
        "home.html",
        register,
        recent=[_told(e) for e in recent] or _newest(register),
        has_history=has_history,
        **overdue,
    )
    yield _page("zoeken/index.html", "zoeken.html", register)
    yield _page(
        "volledigheid/index.html",
        "volledigheid.html",
        register,
        tables=[t for k in register.kinds.values() if (t := completeness(k, register))],
        **overdue,
    )
    yield _page("over/index.html", "over.html", register, today=date_text(today), has_history=has_history)
    yield _page("data/index.html", "data.html", register)
    yield _page("toegankelijkheid/index.html", "toegankelijkheid.html", register)
    yield _page("404.html", "404.html", register)


def _page(path: str, template: str, register: Register, **context: Any) -> Planned:
    """A page whose context is plain values, but for the kinds that `counts` adds."""
    counts = [(kind, len(register.cards[kind.folder])) for kind in register.kinds.values()]
    key = digest_of([(kind.name, size) for kind, size in counts], context)
    return Planned(path, key, lambda: Page(path, template, {"root": root_of(path), "counts": counts, **context}))


def _told(event: Event) -> dict[str, str]:
    return {"date": date_text(event.date), "iso": event.date, "ref": event.ref, "name": event.name, "what": event.what[0]}


def _newest(register: Register) -> list[dict[str, str]]:
    """Without a history: the entries with the latest date of publication."""
    dated = sorted((c for c in register.by_ref.values() if c.published), key=lambda c: (c.published, c.ref), reverse=True)
    return [{"date": date_text(c.published), "iso": c.published, "ref": c.ref, "name": c.name, "what": ""} for c in dated[:NEWEST]]


def _overdue(register: Register, today: str) -> dict[str, Any]:
    """What should have been checked by now: past its day (longest first), and how many have no day at all."""
    states = [(review_state(c, today), c) for c in register.by_ref.values()]
    late = sorted((c for s, c in states if s == "verlopen"), key=lambda c: (c.review, c.ref))
    return {
        "late": [{"ref": c.ref, "name": c.name, "review": date_text(c.review)} for c in late[:STALEST]],
        "late_total": len(late),
        "never_total": sum(s == "nooit" for s, _ in states),
        "all_total": len(register.by_ref),
    }


def completeness(kind: Kind, register: Register) -> dict[str, Any] | None:
    """Which recommended fields are empty, per field and per organisation. None for a kind without entries or recommended fields.

    A field that «does not apply» is not counted as empty; one that is secret is counted apart (REPORT, figure 4).
    """
    cards = [c for c in register.cards[kind.folder] if not c.withdrawn]
    if not cards or not kind.recommended:
        return None
    rows = []
    empties = Counter(chain.from_iterable(c.gaps for c in cards))
    gaps = Counter((key, reason) for c in cards for key, reason in c.gaps.items() if reason)
    for field in kind.recommended:
        empty, none, secret = empties[field.key], gaps[field.key, "niet van toepassing"], gaps[field.key, "geheim"]
        rows.append(
            {
                "label": field.label,
                "help": field.help,
                "filled": len(cards) - empty,
                "of": len(cards) - none,
                "secret": secret,
                "none": none,
            }
        )
    owners: dict[str, list[Card]] = {}
    for card in cards:
        owners.setdefault(card.owner or (card.ref if card.folder == OWNERS else ""), []).append(card)
    totals = [_owner_row(register, ref, group) for ref, group in owners.items() if ref]
    return {
        "title": kind.title,
        "plural": kind.plural,
        "rows": rows,
        "owners": sorted(totals, key=lambda r: fold(r["name"])),
        "total": len(cards),
    }


def _owner_row(register: Register, ref: str, cards: Sequence[Card]) -> dict[str, Any]:
    none = sum(reason == "niet van toepassing" for c in cards for reason in c.gaps.values())
    possible = sum(c.applicable for c in cards) - none
    filled = possible - (sum(len(c.gaps) for c in cards) - none)
    return {"ref": ref, "name": register.names.get(ref, ref), "entries": len(cards), "filled": filled, "of": possible}
