"""The History → what the build needs of it: a Spec for every version's page, rows for entry pages, events, the pages about the past. Flow: history → pages.

Nothing here reads a version's content: that is the workers' task, and only for pages that are not there yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from .cache import Told
from .exports.atom import feed
from .history import EntryHistory, History, Removal
from .kinds import Kind, bare_kind
from .logbook import day_of
from .model import OWNERS, Register
from .pages import Page, Planned, digest_of
from .pages.changes import Event, Publication, changes_pages, checking_pages
from .pages.past import Spec, Tombstone, tombstone_page

Names = dict[str, str]


class Task(NamedTuple):
    """Versions of one entry whose pages must be made: the names they may show, and their Specs as plain lists."""

    names: Names
    specs: list[list[Any]]


def specs_of(entry: EntryHistory) -> list[Spec]:
    """What the pages of an entry's versions need, oldest first."""
    last = entry.newest.number
    found = []
    for v in entry.versions:
        before = entry.versions[v.number - 2] if v.number > 1 else None
        found.append(
            Spec(
                v.folder, v.id, v.number, v.blob, before.number if before else 0, before.blob if before else "", v.date, v.published, v.reason,
                v.reviewed, list(v.roles), v.form_only, v.readable, v.number == last, entry.removed is not None,
            )
        )  # fmt: skip
    return found


def key_of(spec: Spec, names: Names) -> str:
    """An equal key means an equal page."""
    return digest_of(tuple(spec), sorted(names.items()))


def names_for(register: Register, ref: str) -> Names:
    """Names that an entry's versions may show: those its card refers to now."""
    card = register.by_ref.get(ref)
    return {r.target: register.names[r.target] for r in card.refs if r.target in register.names} if card else {}


def plan(history: History, register: Register, told: Mapping[str, Told]) -> tuple[dict[str, tuple[Spec, str]], list[Task]]:
    """Every version page as path → (Spec, key), and the Tasks for those whose key is new."""
    pages: dict[str, tuple[Spec, str]] = {}
    tasks: list[Task] = []
    for ref, entry in history.entries.items():
        names = names_for(register, ref)
        stale = []
        for spec in specs_of(entry):
            key = key_of(spec, names)
            pages[spec.path] = (spec, key)
            if (known := told.get(spec.path)) is None or known.key != key:
                stale.append(list(spec))
        if stale:
            tasks.append(Task(names, stale))
    return pages, tasks


def rows(entry: EntryHistory, told: Mapping[str, Told]) -> list[list[Any]]:
    """The history of an entry as its page shows it, newest first: number, day, sentences, reason, reviewed, published, roles of who reviewed."""
    found = []
    for spec in reversed(specs_of(entry)):
        found.append([spec.number, spec.date, told[spec.path].what, spec.reason, spec.reviewed, spec.published, spec.roles])
    return found


def kind_of(kinds: Mapping[str, Kind], folder: str) -> Kind:
    """The kind of a folder; one that no schema knows any more keeps its old pages all the same."""
    return kinds.get(folder) or bare_kind(folder)


def history_pages(history: History, register: Register, told: Mapping[str, Told], found: Sequence[Event]) -> Iterator[Planned]:
    """The pages of changes and of checking, and a tombstone for each removed entry; nothing outside git. found: the events, newest first."""
    if not history.head:
        return
    yield from changes_pages(found, by_log=history.log is not None)
    head = history.log.head if history.log else ""
    facts = {"by_log": history.log is not None, "commit": history.head, "witnesses": list(register.settings.witnesses)}
    yield from checking_pages(publications(history), head, facts)
    for gone in tombstones(history, register, told):
        page = tombstone_page(kind_of(register.kinds, gone.folder), gone)
        yield Planned(page.path, digest_of(tuple(gone)), partial(Page, *page))


def tombstones(history: History, register: Register, told: Mapping[str, Told]) -> Iterator[Tombstone]:
    """Entries that were once in the register and are not now."""
    for ref, entry in history.entries.items():
        gone = entry.removed
        if gone and ref not in register.by_ref:
            yield Tombstone(gone.folder, gone.id, _last_name(history, entry), gone.date, gone.reason, rows(entry, told))


def _last_name(history: History, entry: EntryHistory) -> str:
    for version in reversed(entry.versions):
        data = history.content(version).data
        if data:
            return str(data.get("naam") or data.get("titel") or version.id)
    return entry.newest.id


def events(history: History, register: Register, told: Mapping[str, Told]) -> list[Event]:
    """All changes, newest first. Between equal days the order of publication holds."""
    names = {ref: register.names.get(ref) or _last_name(history, entry) for ref, entry in history.entries.items()}
    found = []
    for event in history.events():
        card = register.by_ref.get(event.ref)
        owner = card.owner or (card.ref if card.folder == OWNERS else "") if card else ""
        if isinstance(event, Removal):
            path, what = f"{event.ref}/#verwijderd-{event.after}", ["Verwijderd uit het register."]
            number = event.after
        else:
            path = f"{event.ref}/versies/{event.number}/"
            what, number = told[path + "index.html"].what, event.number
        kind = kind_of(history.kinds, event.folder).title
        found.append(Event(event.date, event.ref, names[event.ref], number, path, what, event.reason, event.reviewed, kind, owner))
    return found


def feed_files(name: str, address: str, register: Register, found: Sequence[Event]) -> Iterator[tuple[str, bytes]]:
    """The feeds of a register: of all, of each kind, of each organisation. Gives path and bytes. found: newest first."""

    def one(path: str, title: str, chosen: Sequence[Event]) -> tuple[str, bytes]:
        return path, feed(f"{name}: {title}", path, address, chosen)

    yield one("wijzigingen/feed.xml", "alle wijzigingen", found)
    for kind in register.kinds.values():
        yield one(f"{kind.folder}/feed.xml", kind.plural, [e for e in found if e.ref.startswith(kind.folder + "/")])
    by_owner: dict[str, list[Event]] = {}
    for event in found:
        by_owner.setdefault(event.owner, []).append(event)
    for card in register.cards.get(OWNERS, ()):
        yield one(f"{card.ref}/feed.xml", card.name, by_owner.get(card.ref, []))


def publications(history: History) -> list[Publication]:
    """The lines of the log, oldest first; without a log the commits of the first-parent line that changed an entry."""
    if history.log:
        return [
            Publication(
                line.number, day_of(line.time), line.commit, len(line.plus), len(line.minus), "herschrijving" if line.rewrite else ""
            )
            for line in history.log.lines
        ]
    changed: dict[int, list[int]] = {}
    for event in history.events():
        changed.setdefault(event.order, [0, 0])[isinstance(event, Removal)] += 1
    places: Sequence[int] = sorted(changed)
    return [
        Publication(i, day_of(history.line[place][1]), history.line[place][0], changed[place][0], changed[place][1], "")
        for i, place in enumerate(places, 1)
    ]
