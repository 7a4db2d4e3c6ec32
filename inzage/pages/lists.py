"""Cards → list pages: A–Z in pages of fifty, and a plain page for every value of every filter (DESIGN §7). Pure."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from ..kinds import Field, Kind
from ..model import Card
from ..text import fold, slug
from . import Page, Planned, digest_of, root_of
from .views import Links, listed

PER_PAGE = 50
SHOWN_VALUES = 15


class Choice(NamedTuple):
    """One value of a filter: what readers see, its step in the address, how many entries have it."""

    label: str
    step: str
    size: int


class Filter(NamedTuple):
    """A filter with its values, the most used first when there are many, else in the order of the schema."""

    field: Field
    choices: list[Choice]
    members: dict[str, list[Card]]


def make_filters(kind: Kind, cards: Sequence[Card], names: Mapping[str, str]) -> list[Filter]:
    """Every filter of a kind that has values. Two fields with one filter word share it. Cards keep their order."""
    with_value: dict[str, dict[str, list[Card]]] = {f.filter: defaultdict(list) for f in kind.filters}
    for card in cards:
        for word, values in card.facets.items():
            for value in values:
                with_value[word][value].append(card)
    found = []
    for field in {f.filter: f for f in reversed(kind.filters)}.values():
        target = field_target(field)
        members: dict[str, list[Card]] = {}
        labels: dict[str, str] = {}
        for value, found_cards in with_value[field.filter].items():
            step = value.split("/")[-1] if target else slug(value)
            labels.setdefault(step, names.get(value, value) if target else _shown(field, value))
            members[step] = _together(members[step], found_cards) if step in members else found_cards
        if members:
            found.append(Filter(field, _choices(field, members, labels), members))
    return sorted(found, key=lambda f: kind.fields.index(f.field))


def _together(some: list[Card], others: list[Card]) -> list[Card]:
    """Two lists of cards as one, in A–Z order, each card once: «C» and «C++» are one step of an address."""
    return sorted({c.id: c for c in [*some, *others]}.values(), key=lambda c: c.sort_key)


def field_target(field: Field) -> str:
    """The folder a filter's values refer to, or ''."""
    return field.target or (field.item.target if field.item else "")


def _shown(field: Field, value: str) -> str:
    return (field.item or field).shown(value)


def _choices(field: Field, members: dict[str, list[Card]], labels: dict[str, str]) -> list[Choice]:
    schema = field.item.schema if field.item else field.schema
    order = {slug(str(v)): i for i, v in enumerate(schema.get("enum", ()))}
    steps = sorted(members, key=lambda s: (order.get(s, len(order)), fold(labels[s])))
    return [Choice(labels[s], s, len(members[s])) for s in steps]


class _Shared(NamedTuple):
    """What all lists of a kind share. digest: of all filters; signs: id → what a list shows of the entry, as a key; letters: id → its letter."""

    kind: Kind
    names: Mapping[str, str]
    filters: list[Filter]
    digest: str
    signs: dict[str, str]
    letters: dict[str, str]


class _List(NamedTuple):
    """One list: where its first page goes, the chosen filter value, its heading, the label of the filter."""

    base: str
    chosen: tuple[str, str]
    heading: str
    filter_label: str


def _summarised(
    shared: _Shared, root: str, chosen: tuple[str, str]
) -> Iterator[tuple[str, tuple[tuple[str, str, int, bool], ...], str, int]]:
    """The filters as a list page shows them, as (label, values, address of all values or '', their number): at most SHOWN_VALUES values."""
    for f in shared.filters:
        few = len(f.choices) <= SHOWN_VALUES + 5
        shown = f.choices if few else sorted(f.choices, key=lambda c: (-c.size, fold(c.label)))[:SHOWN_VALUES]
        base = f"{root}{shared.kind.folder}/{f.field.filter}/"
        values = tuple((c.label, f"{base}{c.step}/", c.size, chosen == (f.field.filter, c.step)) for c in shown)
        yield f.field.label, values, "" if few else base, len(f.choices)


def list_pages(kind: Kind, cards: Sequence[Card], names: Mapping[str, str]) -> Iterator[Planned]:
    """All list pages of a kind: the whole list, and each value of each filter. `cards` stand in A–Z order; names: reference → name."""
    shared = _shared(kind, cards, names)
    yield from _paged(shared, _List(f"{kind.folder}/", ("", ""), kind.plural, ""), cards)
    uses = Counter(choice.label for f in shared.filters for choice in f.choices)
    for f in shared.filters:
        yield _values_page(kind, f)
        for choice in f.choices:
            base = f"{kind.folder}/{f.field.filter}/{choice.step}/"
            which = f" ({f.field.label})" if uses[choice.label] > 1 else ""  # «Ja» is a value of many filters
            one = _List(base, (f.field.filter, choice.step), f"{kind.plural}: {choice.label}{which}", f.field.label)
            yield from _paged(shared, one, f.members[choice.step])


def _shared(kind: Kind, cards: Sequence[Card], names: Mapping[str, str]) -> _Shared:
    filters = make_filters(kind, cards, names)
    digest = digest_of(kind.name, [(f.field.label, [tuple(c) for c in f.choices]) for f in filters])
    keys = {f.key for f in kind.fields if f.in_list and f.target}
    signs = {c.id: f"{c.id}/{c.digest}{[names.get(r.target, '') for r in c.refs if r.path[0] in keys]}" for c in cards}
    return _Shared(kind, names, filters, digest, signs, {c.id: c.letter for c in cards})


def _paged(shared: _Shared, one: _List, cards: Sequence[Card]) -> Iterator[Planned]:
    letters = _letters([shared.letters[c.id] for c in cards])
    pages = max(1, -(-len(cards) // PER_PAGE))
    same = digest_of(shared.digest, tuple(one), letters, len(cards))
    for number in range(1, pages + 1):
        part = cards[(number - 1) * PER_PAGE : number * PER_PAGE]
        # The signs are texts already: `digest_of` would write each out again.
        key = hashlib.sha256("\n".join([same, str(number), *[shared.signs[c.id] for c in part]]).encode()).hexdigest()
        yield Planned(page_path(one.base, number), key, partial(_list_page, shared, one, cards, letters, number))


def _list_page(shared: _Shared, one: _List, cards: Sequence[Card], letters: list[tuple[str, int]], number: int) -> Page:
    path = page_path(one.base, number)
    root = root_of(path)
    start = (number - 1) * PER_PAGE
    part = cards[start : start + PER_PAGE]
    pages = max(1, -(-len(cards) // PER_PAGE))

    def to(page: int) -> str:
        return root + page_path(one.base, page).removesuffix("index.html")

    return Page(path, "lijst.html", {
        "root": root, "kind": shared.kind, "title": one.heading if number == 1 else f"{one.heading}, pagina {number}", "heading": one.heading,
        "filter_label": one.filter_label, "chosen": bool(one.chosen[0]), "total": len(cards), "number": number, "pages": pages,
        "first": start + 1 if part else 0, "last": start + len(part), "letters": [(sign, f"{to(page)}#letter-{sign.lower()}") for sign, page in letters],
        "items": _items(shared, part, root), "filters": tuple(_summarised(shared, root, one.chosen)),
        "previous": to(number - 1) if number > 1 else "", "next": to(number + 1) if number < pages else "",
    })  # fmt: skip


def page_path(base: str, number: int) -> str:
    """Where page `number` of a list goes."""
    return f"{base}index.html" if number <= 1 else f"{base}pagina/{number}/index.html"


def _letters(signs: Sequence[str]) -> list[tuple[str, int]]:
    """Each first letter with the page on which it begins."""
    return sorted((sign, signs.index(sign) // PER_PAGE + 1) for sign in set(signs))


def _items(shared: _Shared, cards: Sequence[Card], root: str) -> list[dict[str, Any]]:
    found, seen, links = [], set(), Links(root, shared.names, {})
    for card in cards:
        sign = shared.letters[card.id]
        found.append({
            "href": f"{root}{card.ref}/", "name": card.name, "summary": card.summary, "values": tuple(listed(shared.kind, card.listed, links)),
            "withdrawn": card.withdrawn, "anchor": "" if sign in seen else sign,
        })  # fmt: skip
        seen.add(sign)
    return found


def _values_page(kind: Kind, f: Filter) -> Planned:
    """All values of one filter, with counts."""
    path = f"{kind.folder}/{f.field.filter}/index.html"
    values = [(c.label, f"{c.step}/", c.size) for c in f.choices]
    title = f"{kind.plural} per {f.field.label[:1].lower() + f.field.label[1:]}"
    context = {"root": root_of(path), "kind": kind, "title": title, "help": f.field.help, "values": values}
    return Planned(path, digest_of(title, values), lambda: Page(path, "waarden.html", context))
