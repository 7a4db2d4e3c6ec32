"""The Register → what one entry's page shows of the others. Flow: model → pages (here). Pure, plain JSON values only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..model import OWNERS, Card, Register
from .entry import Around

SHOWN = 10


def around(register: Register, card: Card, today: str, versions: list[Any]) -> Around:
    """What the page of `card` shows of the rest. today: ISO day; versions: rows of its history."""
    contact, whose = _whom_to_call(register, card)
    return Around(
        names={ref.target: register.names[ref.target] for ref in card.refs if ref.target in register.names},
        back=[
            [ref.back, other.ref, other.name] for ref, other in register.back.get(card.ref, ()) if not _is_owner(register, ref.path, other)
        ],
        lists=list(_belonging(register, card)),
        contact=contact,
        whose=whose,
        review=review_state(card, today),
        versions=versions,
    )


def review_state(card: Card, today: str) -> str:
    """«verlopen» when the day to check again has passed, «nooit» when no day was ever set, else ''. Withdrawn entries need no check."""
    if card.withdrawn:
        return ""
    if not card.review:
        return "nooit"
    return "verlopen" if card.review < today else ""


def _is_owner(register: Register, path: list[str | int], other: Card) -> bool:
    """Whether a reference is a filter of the other kind: then the list page of that filter shows it."""
    field = register.kinds[other.folder].by_key[str(path[0])]
    return bool(field.filter) and field.key != "relaties"


def _belonging(register: Register, card: Card) -> Iterator[list[Any]]:
    """Per kind and filter: what belongs to this entry, as [heading, address of the list, number, some of them as [reference, name]]."""
    groups: dict[tuple[str, str], list[Card]] = {}
    for ref, other in register.back.get(card.ref, ()):
        if _is_owner(register, ref.path, other):
            groups.setdefault((other.folder, str(ref.path[0])), []).append(other)
    for (folder, key), cards in sorted(groups.items()):
        kind = register.kinds[folder]
        field = kind.by_key[key]
        heading = kind.plural if field.filter == "organisatie" else f"{kind.plural}: {field.label[:1].lower() + field.label[1:]}"
        yield [heading, f"{folder}/{field.filter}/{card.id}/", len(cards), [[c.ref, c.name] for c in cards[:SHOWN]]]


def _whom_to_call(register: Register, card: Card) -> tuple[dict[str, str], str]:
    """The contact of the organisation of an entry when it has a number, else that of the register."""
    owner = register.by_ref.get(card.owner)
    if owner and owner.phone:
        return owner.contact, owner.name
    if card.folder == OWNERS and card.phone:
        return {}, ""
    return register.settings.contact, register.settings.municipality
