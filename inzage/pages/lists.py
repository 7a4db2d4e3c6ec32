"""Cards → list pages: A–Z in pages of fifty, and a plain page for every value of every filter (DESIGN §7). Pure."""

from __future__ import annotations

from collections import Counter
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
    found = []
    for field in {f.filter: f for f in reversed(kind.filters)}.values():
        members: dict[str, list[Card]] = {}
        labels: dict[str, str] = {}
        for card in cards:
            for value in card.facets.get(field.filter, ()):
                step = value.split("/")[-1] if field_target(field) else slug(value)
                labels.setdefault(step, names.get(value, value) if field_target(field) else _shown(field, value))
                with_step = members.setdefault(step, [])
                if card not in with_step[-1:]:  # «C» and «C++» are one step of an address
                    with_step.append(card)
        if members:
            found.append(Filter(field, _choices(field, members, labels), members))
    return sorted(found, key=lambda f: kind.fields.index(f.field))


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


def _summarised(filters: list[Filter], kind: Kind, root: str, chosen: tuple[str, str]) -> list[dict[str, Any]]:
    """The filters as a list page shows them: at most SHOWN_VALUES values, and a link to all."""
    found = []
    for f in filters:
        shown = (
            f.choices if len(f.choices) <= SHOWN_VALUES + 5 else sorted(f.choices, key=lambda c: (-c.size, fold(c.label)))[:SHOWN_VALUES]
        )
        base = f"{root}{kind.folder}/{f.field.filter}/"
        values = [(c.label, f"{base}{c.step}/", c.size, chosen == (f.field.filter, c.step)) for c in shown]
        found.append(
            {"label": f.field.label, "values": values, "all": base if len(shown) < len(f.choices) else "", "total": len(f.choices)}
        )
    return found


def list_pages(kind: Kind, cards: Sequence[Card], names: Mapping[str, str]) -> Iterator[Planned]:
    """All list pages of a kind: the whole list, and each value of each filter. `cards` stand in A–Z order; names: reference → name."""
    filters = make_filters(kind, cards, names)
    around = digest_of(kind.name, [(f.field.label, [tuple(c) for c in f.choices]) for f in filters])
    yield from _paged(kind, _List(f"{kind.folder}/", ("", ""), kind.plural, "", around), cards, names, filters)
    uses = Counter(choice.label for f in filters for choice in f.choices)
    for f in filters:
        yield _values_page(kind, f)
        for choice in f.choices:
            base = f"{kind.folder}/{f.field.filter}/{choice.step}/"
            which = f" ({f.field.label})" if uses[choice.label] > 1 else ""  # «Ja» is a value of many filters
            one = _List(base, (f.field.filter, choice.step), f"{kind.plural}: {choice.label}{which}", f.field.label, around)
            yield from _paged(kind, one, f.members[choice.step], names, filters)


class _List(NamedTuple):
    """One list: where its first page goes, the chosen filter value, its heading, the label of the filter, and a digest of all filters."""

    base: str
    chosen: tuple[str, str]
    heading: str
    filter_label: str
    around: str


def _paged(kind: Kind, one: _List, cards: Sequence[Card], names: Mapping[str, str], filters: list[Filter]) -> Iterator[Planned]:
    letters = _letters(cards)
    pages = max(1, -(-len(cards) // PER_PAGE))
    shared = digest_of(tuple(one), letters, len(cards))
    for number in range(1, pages + 1):
        part = cards[(number - 1) * PER_PAGE : number * PER_PAGE]
        shown_names = [names.get(ref.target, "") for card in part for ref in card.refs if ref.path[0] in _listed_keys(kind)]
        key = digest_of(shared, number, [(c.id, c.digest) for c in part], shown_names)
        yield Planned(page_path(one.base, number), key, partial(_list_page, kind, one, cards, names, filters, letters, number))


def _listed_keys(kind: Kind) -> frozenset[str]:
    return frozenset(f.key for f in kind.fields if f.in_list and f.target)


def _list_page(
    kind: Kind,
    one: _List,
    cards: Sequence[Card],
    names: Mapping[str, str],
    filters: list[Filter],
    letters: list[tuple[str, int]],
    number: int,
) -> Page:
    path = page_path(one.base, number)
    root = root_of(path)
    start = (number - 1) * PER_PAGE
    part = cards[start : start + PER_PAGE]
    pages = max(1, -(-len(cards) // PER_PAGE))

    def to(page: int) -> str:
        return root + page_path(one.base, page).removesuffix("index.html")

    return Page(path, "lijst.html", {
        "root": root, "kind": kind, "title": one.heading if number == 1 else f"{one.heading}, pagina {number}", "heading": one.heading,
        "filter_label": one.filter_label, "chosen": bool(one.chosen[0]), "total": len(cards), "number": number, "pages": pages,
        "first": start + 1 if part else 0, "last": start + len(part), "letters": [(sign, f"{to(page)}#letter-{sign.lower()}") for sign, page in letters],
        "items": _items(kind, part, Links(root, names, {})), "filters": _summarised(filters, kind, root, one.chosen),
        "previous": to(number - 1) if number > 1 else "", "next": to(number + 1) if number < pages else "",
    })  # fmt: skip


def page_path(base: str, number: int) -> str:
    """Where page `number` of a list goes."""
    return f"{base}index.html" if number <= 1 else f"{base}pagina/{number}/index.html"


def _letters(cards: Sequence[Card]) -> list[tuple[str, int]]:
    """Each first letter with the page on which it begins."""
    first: dict[str, int] = {}
    for index, card in enumerate(cards):
        first.setdefault(card.letter, index // PER_PAGE + 1)
    return sorted(first.items())


def _items(kind: Kind, cards: Sequence[Card], links: Links) -> list[dict[str, Any]]:
    found, seen = [], set()
    for card in cards:
        sign = card.letter
        found.append({
            "href": f"{links.root}{card.ref}/", "name": card.name, "summary": card.summary, "values": listed(kind, card.listed, links),
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
