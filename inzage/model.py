"""The register's values: Entry (one file, checked), Card (what lists and other pages need to know of it), Settings. Flow: check → model.

A Card holds plain JSON values only, so that it can be cached and sent between processes as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from .kinds import Field, Kind
from .text import fold, letter

OWNERS = "organisaties"


@dataclass(frozen=True, slots=True)
class Entry:
    """One checked entry. `data` is typed by the schema; `digest` is the SHA-256 of the file."""

    folder: str
    id: str
    data: dict[str, Any]
    file: str
    digest: str

    @property
    def ref(self) -> str:
        """How others refer to it: `folder/id`."""
        return f"{self.folder}/{self.id}"


class Reference(NamedTuple):
    """One entry naming another. `path` is the field in the entry; `label` stands on its page, `back` on the page of the other."""

    path: list[str | int]
    target: str
    label: str
    back: str


class Card(NamedTuple):
    """What the rest of the register knows of an entry. `facets`: filter → values; `gaps`: recommended fields without a value → reason or ''."""

    folder: str
    id: str
    name: str
    summary: str
    digest: str
    facets: dict[str, list[str]]
    listed: list[list[Any]]
    refs: list[Reference]
    contact: dict[str, str]
    owner: str
    checked: str
    review: str
    published: str
    withdrawn: str
    gaps: dict[str, str]
    applicable: int
    names: list[str]

    @property
    def ref(self) -> str:
        """How others refer to it: `folder/id`."""
        return f"{self.folder}/{self.id}"

    @property
    def phone(self) -> str:
        """Its own number to call, or ''."""
        return self.contact.get("telefoon", "")

    @property
    def letter(self) -> str:
        """Where it stands in an A–Z list."""
        return letter(self.name)

    @property
    def sort_key(self) -> tuple[str, str]:
        """Alphabetical by name, without accents; the id settles a tie."""
        return fold(self.name), self.id


_REFS = Card._fields.index("refs")


def card_from_json(values: list[Any]) -> Card:
    """A Card from its JSON form."""
    return Card._make([*values[:_REFS], [Reference(*r) for r in values[_REFS]], *values[_REFS + 1 :]])


def card_as_values(card: Card) -> list[Any]:
    """A Card as plain lists: what `marshal` and JSON can carry. `card_from_json` makes it again."""
    return list(card._replace(refs=[list(r) for r in card.refs]))  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Settings:
    """What `inzage.yaml` says, with defaults. `phone` may be empty when every entry has its own."""

    name: str
    municipality: str
    owner: str = ""
    contact: dict[str, str] = field(default_factory=dict)
    address: str = ""
    repository: str = ""
    trial: bool = False
    intro: str = ""
    norms: dict[str, int] = field(default_factory=dict)
    witnesses: tuple[str, ...] = ()
    accessibility: dict[str, str] = field(default_factory=dict)

    @property
    def phone(self) -> str:
        """The number that stands on every page."""
        return self.contact.get("telefoon", "")


def title_of(kind: Kind, entry_id: str, data: dict[str, Any]) -> str:
    """The name of an entry: its `naam` or `titel`, else its id."""
    return str(data.get(kind.name_field) or entry_id)


def make_card(kind: Kind, entry: Entry) -> Card:
    """The Card of an entry. Pure."""
    data = entry.data
    refs = list(_references(kind.fields, data))
    withdrawn = data.get("ingetrokken") or {}
    gaps = {f.key: data.get("ontbreekt", {}).get(f.key, {}).get("reden", "") for f in kind.recommended if f.key not in data}
    owner = next((r.target for r in refs if (f := kind.by_key[str(r.path[0])]).filter == "organisatie" and f.target == OWNERS), "")
    return Card(
        folder=entry.folder, id=entry.id, name=title_of(kind, entry.id, data), summary=str(data.get("samenvatting", "")), digest=entry.digest,
        facets={f.filter: _values(data[f.key]) for f in kind.filters if f.key in data},
        listed=[[f.key, data[f.key]] for f in kind.fields if f.in_list and f.key in data and f.key != "samenvatting"],
        refs=refs, contact=data["contact"] if isinstance(data.get("contact"), dict) else {}, owner=owner, checked=str(data.get("laatst_gecontroleerd", "")),
        review=str(data.get("herzien_voor", "")), published=str(data.get("gepubliceerd_op") or data.get("landelijk_gepubliceerd_op") or "")[:10],
        withdrawn=str(withdrawn.get("datum", "")), gaps=gaps, applicable=len(kind.recommended), names=list(data.get("in_brieven", ())),
    )  # fmt: skip


def _values(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return list(dict.fromkeys({True: "Ja", False: "Nee"}[v] if isinstance(v, bool) else str(v) for v in items))


def _references(fields: tuple[Field, ...], data: dict[str, Any], path: tuple[str | int, ...] = ()) -> list[Reference]:
    """Every `folder/id` in an entry, with the words for both sides."""
    found: list[Reference] = []
    for f in fields:
        value = data.get(f.key)
        if value is None:
            continue
        if f.key == "relaties" and isinstance(value, list):
            found += _relations(f, value)
        elif f.shape == "reference":
            found += _one(f, value, (*path, f.key))
        elif f.shape == "group":
            found += _references(f.fields, value, (*path, f.key))
        elif f.shape == "list" and f.item:
            for index, item in enumerate(value):
                if f.item.fields and isinstance(item, dict):
                    found += _references(f.item.fields, item, (*path, f.key, index))
                elif f.item.target:
                    found += _one(f, item, (*path, f.key, index))
    return found


def _one(f: Field, value: Any, path: tuple[str | int, ...]) -> list[Reference]:
    if not isinstance(value, str) or value.startswith("https://"):
        return []
    back = f.note.get("omgekeerd")
    return [Reference(list(path), value, f.label, back if isinstance(back, str) else f"{f.label} bij")]


def _relations(f: Field, items: list[Any]) -> list[Reference]:
    backs = f.item.fields[0].note.get("omgekeerd", {}) if f.item else {}
    return [
        Reference([f.key, i, "naar"], item["naar"], _capital(item["soort"]), _capital(backs.get(item["soort"], item["soort"])))
        for i, item in enumerate(items)
        if not item["naar"].startswith("https://")
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class Register:
    """All Cards, in A–Z order per folder, with who names whom."""

    kinds: Mapping[str, Kind]
    settings: Settings
    cards: dict[str, list[Card]]
    by_ref: dict[str, Card]
    back: dict[str, list[tuple[Reference, Card]]]

    @cached_property
    def names(self) -> dict[str, str]:
        """Reference → name."""
        return {ref: card.name for ref, card in self.by_ref.items()}


def assemble(kinds: Mapping[str, Kind], settings: Settings, cards: Iterable[Card]) -> Register:
    """Cards → Register. Pure."""
    ordered = sorted(cards, key=lambda c: c.sort_key)
    by_folder: dict[str, list[Card]] = {folder: [] for folder in kinds}
    back: dict[str, list[tuple[Reference, Card]]] = {}
    for card in ordered:
        by_folder[card.folder].append(card)
        for ref in card.refs:
            back.setdefault(ref.target, []).append((ref, card))
    return Register(kinds, settings, by_folder, {c.ref: c for c in ordered}, back)
