"""The past of an entry → its version pages and its tombstone (AUDIT; DESIGN §6, §7). Flow: history, diff → pages (here). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..diff import ADDED, ORDER, REMOVED, SCHEMA, Change, changes
from ..kinds import Kind
from ..model import title_of
from ..sentences import label_of, sentence, shown
from ..text import date_text
from ..words import sides
from . import Page, root_of
from .views import Links, Row, row

Parts = list[tuple[str, str]]


class Spec(NamedTuple):
    """What a version's page needs besides its content. Plain values only.

    before: number and blob of the version before, or 0 and ''; newest: nothing came after it; gone: the file is not in the register now.
    """

    folder: str
    id: str
    number: int
    blob: str
    before: int
    before_blob: str
    date: str
    published: str
    reason: str
    reviewed: str
    roles: list[str]
    form_only: bool
    readable: bool
    newest: bool
    gone: bool

    @property
    def path(self) -> str:
        """Where the page goes; it never changes."""
        return f"{self.folder}/{self.id}/versies/{self.number}/index.html"


class Said(NamedTuple):
    """What a version said: typed data, or None when it cannot be read, and its text."""

    data: dict[str, Any] | None
    text: str


class Pair(NamedTuple):
    """One difference, to be laid side by side: label, a word for what happened, the old text in parts and the new; op is '=', '-' or '+'."""

    label: str
    what: str
    old: Parts
    new: Parts


def what_changed(kind: Kind, spec: Spec, now: Said, before: Said | None, names: Mapping[str, str]) -> list[str]:
    """The changes of a version in sentences. A first version, an unreadable one and a change of form alone say so."""
    if before is None:
        return ["Eerste versie."]
    if now.data is None or before.data is None:
        return ["Deze versie kan niet worden gelezen." if now.data is None else "De versie hiervoor kon niet worden gelezen."]
    found = [sentence(c, kind, names) + "." for c in changes(before.data, now.data, kind) if c.path[:1] != ("wijzigingsreden",)]
    return found or ["Alleen de reden van de wijziging is veranderd."]


def version_page(kind: Kind, spec: Spec, now: Said, before: Said | None, names: Mapping[str, str]) -> Page:
    """The page of one version: that it is old (or the newest), what it said, and beside it what the version before said."""
    links = Links(root_of(spec.path), names, {})
    data = now.data
    context = {
        "root": links.root,
        "kind": kind,
        "title": title_of(kind, spec.id, data or {}),
        "spec": spec,
        "date": date_text(spec.date),
        "here_now": f"{links.root}{spec.folder}/{spec.id}/",
        "rows": _rows(kind, data, links) if data is not None else [],
        "text": now.text if data is None else "",
        "pairs": list(_pairs(kind, before, now, names)) if before else [],
        "what": what_changed(kind, spec, now, before, names),
        "previous": f"{links.root}{spec.folder}/{spec.id}/versies/{spec.before}/" if spec.before else "",
    }
    return Page(spec.path, "versie.html", context)


def _rows(kind: Kind, data: dict[str, Any], links: Links) -> list[Row]:
    """All fields that were filled, in the order of the kind; fields that it no longer knows come last, as they were."""
    known = [row(f, data[f.key], links) for f in kind.fields if f.key in data]
    return known + [Row(key, key, "", "text", shown(value)) for key, value in data.items() if key not in kind.by_key]


def _pairs(kind: Kind, before: Said, now: Said, names: Mapping[str, str]) -> Iterator[Pair]:
    if before.data is None or now.data is None:
        yield _texts("Tekst van het bestand", before.text, now.text)
        return
    for change in changes(before.data, now.data, kind):
        label = label_of(change, kind)
        old, new = (shown(v, None, names) if v is not None else "" for v in (change.old, change.new))
        if change.kind == SCHEMA:
            yield Pair(label, "alleen de naam van het veld is veranderd", [("=", old)], [("=", new)])
        elif change.kind == ORDER:
            yield Pair(label, "de volgorde is veranderd", [("=", old)], [("=", new)])
        elif change.kind in (ADDED, REMOVED):
            yield Pair(
                label, "toegevoegd" if change.kind == ADDED else "verwijderd", [("-", old)] if old else [], [("+", new)] if new else []
            )
        else:
            yield _texts(label, old, new) if _both_text(change) else Pair(label, "veranderd", [("-", old)], [("+", new)])


def _both_text(change: Change) -> bool:
    return isinstance(change.old, str) and isinstance(change.new, str) and len(change.old.split()) > 3


def _texts(label: str, old: str, new: str) -> Pair:
    return Pair(label, "veranderd", *sides(old, new))


class Tombstone(NamedTuple):
    """An entry whose file is gone: its last name, when it went, the reason if known, and its versions as rows."""

    folder: str
    id: str
    name: str
    date: str
    reason: str
    versions: list[Any]


def tombstone_page(kind: Kind, gone: Tombstone) -> Page:
    """The page that stays at the address of a removed entry: nothing vanishes (DESIGN §3)."""
    path = f"{gone.folder}/{gone.id}/index.html"
    return Page(
        path, "verwijderd.html", {"root": root_of(path), "kind": kind, "title": gone.name, "date": date_text(gone.date), "gone": gone}
    )
