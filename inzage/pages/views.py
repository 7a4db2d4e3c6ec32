"""A value and its Field → a view that a template can show without knowing the schema. Flow: model → pages (here) → render.

A view is (shape, payload): text, markdown, date, boolean, link, mail, phone, reference, list, group. Templates choose markup by the shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..kinds import Field, Kind
from ..markup import to_html
from ..text import date_text

View = tuple[str, Any]


class Row(NamedTuple):
    """One field on a page: its label, the question it answers, and the view of its value."""

    key: str
    label: str
    help: str
    shape: str
    view: Any


class Links(NamedTuple):
    """What a view needs to know of the rest: the way back to the root, names of entries by reference, addresses that did not work."""

    root: str
    names: Mapping[str, str]
    dead: Mapping[str, str]


def row(field: Field, value: Any, links: Links) -> Row:
    """A field and its value as a Row."""
    shape, payload = view(field, value, links)
    return Row(field.key, field.label, field.help, shape, payload)


def view(field: Field, value: Any, links: Links) -> View:
    """A value as (shape, payload). A value that is not of the field's shape is shown as text: old versions may differ from the schema."""
    make = _VIEWS.get(field.shape)
    try:
        return make(field, value, links) if make else ("text", field.shown(value))
    except (AttributeError, TypeError):
        return "text", str(value)


def _reference(field: Field, value: Any, links: Links) -> View:
    if value.startswith("https://"):
        return _link(field, value, links)
    return "reference", (links.root + value + "/", links.names[value]) if value in links.names else ("", value)


def _link(field: Field, value: Any, links: Links) -> View:
    value.startswith("")  # not text: show it as it is
    return "link", (value, short_address(value), links.dead.get(value, ""))


def _list(field: Field, value: Any, links: Links) -> View:
    if field.item and field.item.fields:
        titled = _titled_links(field.item, value, links)
        return ("links", titled) if titled else ("groups", [_rows(field.item, item, links) for item in value])
    return "list", [view(field.item, item, links) if field.item else ("text", str(item)) for item in value]


def _titled_links(item: Field, value: list[Any], links: Links) -> list[tuple[str, str, str, str]]:
    """A list of only titles and addresses is shown as a list of links: (title, address or '', host, did not work on)."""
    title = next((f.key for f in item.fields if f.key in ("titel", "naam")), "")
    address = next((f.key for f in item.fields if f.shape == "link"), "")
    if not title or not address or any(set(i) - {title, address} for i in value):
        return []
    return [
        (i.get(title) or short_address(i[address]), i.get(address, ""), host(i.get(address, "")), links.dead.get(i.get(address, ""), ""))
        for i in value
    ]


def _rows(field: Field, value: dict[str, Any], links: Links) -> list[Row]:
    return [row(f, value[f.key], links) for f in field.fields if f.key in value]


def _map(field: Field, value: dict[str, Any], links: Links) -> View:
    return "group", [Row(key, key, "", "text", str(v)) for key, v in value.items()]


_VIEWS: dict[str, Callable[[Field, Any, Links], View]] = {
    "markdown": lambda f, v, k: ("markdown", to_html(v)),
    "date": lambda f, v, k: ("date", (v, date_text(v))),
    "boolean": lambda f, v, k: ("text", f.shown(v)),
    "link": _link,
    "mail": lambda f, v, k: ("mail", v),
    "phone": lambda f, v, k: ("phone", (v, dial(v))),
    "reference": _reference,
    "list": _list,
    "group": lambda f, v, k: ("group", _rows(f, v, k)),
    "map": _map,
}


def dial(phone: str) -> str:
    """The number as a `tel:` link wants it: digits only."""
    return "".join(c for c in phone if c.isdigit() or c == "+")


def host(address: str) -> str:
    """The host of an address: «https://www.almere.nl/x» → «almere.nl»."""
    return address.split("/")[2].removeprefix("www.") if address.count("/") >= 2 else address


def short_address(address: str) -> str:
    """An address to read: without scheme and with at most 60 characters."""
    text = address.removeprefix("https://").removeprefix("www.").rstrip("/")
    return text if len(text) <= 60 else text[:59] + "…"


def listed(kind: Kind, values: list[list[Any]], links: Links) -> list[tuple[str, str]]:
    """The values that a list shows of an entry, as (label, text)."""
    found = []
    for key, value in values:
        field = kind.by_key[key]
        items = value if isinstance(value, list) else [value]
        shown = [
            links.names.get(v, v) if isinstance(v, str) and field.target else date_text(v) if field.shape == "date" else field.shown(v)
            for v in items
        ]
        found.append((field.label, ", ".join(map(str, shown))))
    return found
