"""One entry → its page: the five questions first, then the rest in groups, gaps, relations, freshness, downloads (DESIGN §8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..kinds import Field, Kind
from ..model import Entry, title_of
from ..text import date_text
from . import Page, root_of
from .views import Links, Row, dial, row


class Around(NamedTuple):
    """What an entry's page shows of the rest of the register. Plain JSON values: equal Around and equal file mean an equal page.

    names: reference → name; back: [label, reference, name] of entries that name this one; lists: [kind's plural, address, number, some names]
    of entries that belong to this organisation; contact and whose: whom to call when the entry does not say; review: 'verlopen', 'nooit' or '';
    versions: rows of the history.
    """

    names: dict[str, str]
    back: list[list[str]]
    lists: list[list[Any]]
    contact: dict[str, str]
    whose: str
    review: str
    versions: list[Any]


_ELSEWHERE = frozenset({"bronnen", "laatst_gecontroleerd", "herzien_voor", "contact", "relaties", "correcties", "eerder_gepubliceerd_op"})


def entry_page(kind: Kind, entry: Entry, around: Around, dead: Mapping[str, str]) -> Page:
    """The page of an entry. dead: address → day on which it did not work. Pure."""
    path = f"{entry.ref}/index.html"
    links = Links(root_of(path), around.names, dead)
    data = entry.data
    context = {
        "root": links.root,
        "title": title_of(kind, entry.id, data),
        "kind": kind,
        "id": entry.id,
        "summary": data.get("samenvatting", ""),
        "badges": [(f.label, f.shown(data[f.key])) for f in kind.filters if f.in_list and f.shape == "text" and f.key in data],
        "answers": _answers(kind, data, links),
        "contact": _contact(data, around),
        "groups": _groups(kind, data, links),
        "gaps": _gaps(kind, data),
        "relations": _relations(kind, data, links, around),
        "lists": around.lists,
        "sources": _rows(kind, ("bronnen",), data, links),
        "corrections": _rows(kind, ("correcties",), data, links),
        "freshness": _freshness(data, around),
        "withdrawn": _withdrawn(data, links),
        "versions": around.versions,
    }
    return Page(path, f"{kind.name}.html", context)


def _answers(kind: Kind, data: dict[str, Any], links: Links) -> list[tuple[str, list[Row]]]:
    """The questions of the kind, each with the fields that are filled."""
    return [(question, [row(f, data[f.key], links) for f in fields if f.key in data]) for question, fields in kind.answers]


def _groups(kind: Kind, data: dict[str, Any], links: Links) -> list[tuple[str, list[Row]]]:
    """The fields that answer no question, under the headings of the kind."""
    found: dict[str, list[Row]] = {}
    for f in kind.fields:
        if f.key in data and not f.question and not f.own_block and f.key not in _ELSEWHERE and f.key != kind.name_field:
            found.setdefault(f.group, []).append(row(f, data[f.key], links))
    return [(group, found[group]) for group in kind.groups if group in found]


def _rows(kind: Kind, keys: tuple[str, ...], data: dict[str, Any], links: Links) -> list[Row]:
    return [row(kind.by_key[k], data[k], links) for k in keys if k in data and k in kind.by_key]


def _contact(data: dict[str, Any], around: Around) -> dict[str, Any]:
    """Whom to call: the entry's own contact, filled up with that of its organisation or of the register."""
    own = data.get("contact") if isinstance(data.get("contact"), dict) else {}
    merged = {**around.contact, **(own or {})}
    phone = merged.get("telefoon", "")
    return {**merged, "telefoon": phone, "dial": dial(phone), "whose": "" if (own or {}).get("telefoon") else around.whose}


def _gaps(kind: Kind, data: dict[str, Any]) -> list[dict[str, str]]:
    """Fields we should tell but do not, with the reason if there is one."""
    reasons = data.get("ontbreekt", {})
    wanted = [f for f in kind.fields if f.key not in data and (f.level in ("aanbevolen", "verplicht") or f.key in reasons)]
    return [_gap(f, reasons.get(f.key, {})) for f in wanted]


def _gap(field: Field, reason: dict[str, str]) -> dict[str, str]:
    return {
        "label": field.label,
        "help": field.help,
        "reason": reason.get("reden", ""),
        "ground": reason.get("grond", ""),
        "note": reason.get("toelichting", ""),
        "planned": date_text(reason.get("gepland", "")),
    }


def _relations(kind: Kind, data: dict[str, Any], links: Links, around: Around) -> list[tuple[str, list[tuple[str, str]]]]:
    """Relations from both sides: label → entries as (address, name)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for item in data.get("relaties", ()) if isinstance(data.get("relaties"), list) else ():
        target = item["naar"]
        href = target if target.startswith("https://") else links.root + target + "/"
        found.setdefault(item["soort"][:1].upper() + item["soort"][1:], []).append((href, links.names.get(target, target)))
    for label, ref, name in around.back:
        found.setdefault(label, []).append((links.root + ref + "/", name))
    return list(found.items())


def _freshness(data: dict[str, Any], around: Around) -> dict[str, str]:
    return {
        "checked": date_text(data.get("laatst_gecontroleerd", "")),
        "review": date_text(data.get("herzien_voor", "")),
        "state": around.review,
        "earlier": date_text(data.get("eerder_gepubliceerd_op", "")),
    }


def _withdrawn(data: dict[str, Any], links: Links) -> dict[str, str] | None:
    gone = data.get("ingetrokken")
    if not isinstance(gone, dict):
        return None
    by = gone.get("vervangen_door", "")
    return {
        "date": date_text(gone["datum"]),
        "reason": gone["reden"],
        "href": links.root + by + "/" if by else "",
        "name": links.names.get(by, by),
    }
