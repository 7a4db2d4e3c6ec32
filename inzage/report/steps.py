"""The steps of a register: each entry from one publication to the next. Flow: history → steps → year.

A step is what a reader could see: what was changed and changed back between two publications is none. So flows add up, whatever two days one
takes (AUDIT, invariants 5 and 8). Without a log every commit of the first-parent line counts as a publication.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from ..crew import Crew
from ..diff import CHANGED as OTHER
from ..diff import SCHEMA, Change, changes
from ..history import Content, History, Removal, Version
from ..logbook import day_of
from ..sentences import RAW

ADDED, RETURNED, CHANGED, FORM = "toegevoegd", "weer geldig", "veranderd", "alleen de vorm veranderd"
WITHDRAWN, VANISHED, VANISHED_LATER, BORN_WITHDRAWN = "ingetrokken", "verdwenen", "verdwenen na intrekking", "toegevoegd als ingetrokken"
CAME, WENT = (ADDED, RETURNED), (WITHDRAWN, VANISHED)
Data = dict[str, Any]


class Step(NamedTuple):
    """One publication: its place on the first-parent line, and its day. Without a log every commit of the line counts as one."""

    place: int
    day: str


@dataclass(frozen=True, slots=True)
class Event:
    """One entry from one publication to the next. `what` is one of the words above; old or new is None when it was not there."""

    ref: str
    day: str
    what: str
    old: Version | None
    new: Version | None
    changes: tuple[Change, ...]
    reason: str
    reviewed: str

    @property
    def newest(self) -> Version:
        """The version after it, or the last one before it went."""
        found = self.new or self.old
        assert found is not None
        return found


class Read:
    """What versions said. Reads each file once, all that are asked for in one pass of git, divided over `jobs` processes."""

    def __init__(self, history: History, jobs: int = 1):
        self._history, self._jobs = history, max(1, jobs)
        self._known: dict[tuple[str, str], Content] = {}

    def fetch(self, versions: Iterable[Version]) -> None:
        """Reads what is not known yet."""
        wanted = list({(v.folder, v.blob): v for v in versions if (v.folder, v.blob) not in self._known}.values())

        def read(numbers: list[int]) -> list[tuple[int, Any, str]]:
            found = self._history.contents(wanted[i] for i in numbers)
            return [(i, c.data, "" if c.data is not None else c.text) for i, (_, c) in zip(numbers, found, strict=True)]

        with Crew(self._jobs, {"read": read}) as crew:
            for _, answers in crew.run("read", [range(i, len(wanted), self._jobs) for i in range(self._jobs)]):
                for i, data, text in answers:
                    self._known[wanted[i].folder, wanted[i].blob] = Content(data, text)

    def content(self, version: Version) -> Content:
        """What a version said; its text only when it cannot be read."""
        return self._known[version.folder, version.blob]

    def data(self, version: Version) -> Data:
        """Its fields; none when it cannot be read."""
        return self._known[version.folder, version.blob].data or {}


def withdrawn(data: Data) -> bool:
    """An entry leaves the register by `ingetrokken` and keeps its page (DESIGN §3)."""
    return bool(data.get("ingetrokken"))


def steps_of(history: History) -> list[Step]:
    """The publications that brought something new, oldest first. A back-dated commit goes public with what came before it (AUDIT)."""
    found, top, late = [], -1, 0
    if history.log:
        places = dict(history.places)
        for line in history.log.lines:
            if places.get(line.number, -1) > top:
                top = places[line.number]
                found.append(Step(top, day_of(line.time)))
        return found
    for place, (_, committed) in enumerate(history.line):
        late = max(late, committed)
        found.append(Step(place, day_of(late)))
    return found


Mark = Version | Removal
Shown = Mapping[str, Sequence[tuple[Step, Mark]]]


def shown_in(history: History) -> Shown:
    """Of each entry the last thing that happened to it before each publication, oldest first."""
    steps = steps_of(history)
    places = [step.place for step in steps]
    found = {}
    for ref, entry in history.entries.items():
        seen: dict[int, Mark] = {}
        marks: list[Mark] = [*entry.versions, *entry.removals]
        for mark in sorted(marks, key=lambda m: m.order):
            seen[bisect_left(places, mark.order)] = mark
        found[ref] = [(steps[i], mark) for i, mark in seen.items() if i < len(steps)]
    return found


class Pair(NamedTuple):
    """An entry before and after one publication, with the mark in history that changed it."""

    step: Step
    ref: str
    old: Version | None
    new: Version | None
    mark: Mark


class Draft(NamedTuple):
    """A span before anything was read: its days, what was public at both ends, and the steps between."""

    first: str
    last: str
    start: dict[str, Version]
    end: dict[str, Version]
    pairs: list[Pair]


def draft(history: History, shown: Shown, first: str, last: str) -> Draft:
    """A span of days before anything is read: the stock at its begin and end, and the pairs of versions that changed. Days are ISO, inclusive."""
    eve = (date.fromisoformat(first) - timedelta(1)).isoformat()
    before, after = history.place_at(eve), history.place_at(last)
    pairs = [pair for ref, rows in shown.items() for pair in _pairs(ref, rows, before, after)]
    return Draft(first, last, history.stock_at(before), history.stock_at(after), pairs)


def _pairs(ref: str, rows: Sequence[tuple[Step, Mark]], before: int, after: int) -> Iterator[Pair]:
    """The steps of one entry between two places on the line; what shows the same content as before is none."""
    old: Version | None = None
    for step, mark in rows:
        new = mark if isinstance(mark, Version) else None
        if before < step.place <= after and (old.digest if old else "") != (new.digest if new else ""):
            yield Pair(step, ref, old, new, mark)
        old = new


def versions_of(pairs: Iterable[Pair]) -> Iterator[Version]:
    """Every version that the pairs need to be read."""
    yield from (version for pair in pairs for version in (pair.old, pair.new) if version)


def event_of(pair: Pair, read: Read, history: History) -> Event:
    """A pair of versions as the change that it is, with what both said."""
    found = _between(pair, read, history)
    return Event(pair.ref, pair.step.day, _what(pair, read, found), pair.old, pair.new, found, pair.mark.reason, pair.mark.reviewed)


def _between(pair: Pair, read: Read, history: History) -> tuple[Change, ...]:
    """The differences field by field; of an entry that cannot be read on one side, those of its text."""
    if not pair.old or not pair.new:
        return ()
    old, new = read.content(pair.old), read.content(pair.new)
    if old.data is None or new.data is None:
        return (Change(OTHER, (RAW,), "" if old.data is not None else old.text, "" if new.data is not None else new.text),)
    return tuple(changes(old.data, new.data, history.kinds.get(pair.ref.split("/")[0])))


def _what(pair: Pair, read: Read, found: Sequence[Change]) -> str:
    """Which word fits a step. Change of schema, and another spelling of the same number, are change of form."""
    was, is_ = (withdrawn(read.data(v)) if v else None for v in (pair.old, pair.new))
    if was is None:
        return BORN_WITHDRAWN if is_ else ADDED
    if is_ is None:
        return VANISHED_LATER if was else VANISHED
    if was != is_:
        return WITHDRAWN if is_ else RETURNED
    return CHANGED if any(change.kind != SCHEMA for change in found) else FORM
