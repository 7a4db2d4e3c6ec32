"""One year of a register: what was public at its start and end, every step between, and what each version said. Flow: steps → year → figures.

«At T» is what the log says was published last at or before T, in Amsterdam; without a log the committer dates of the first-parent line serve.
A running year ends today (REPORT).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from ..history import History, Version
from ..kinds import Kind, bare_kind
from ..model import OWNERS, Settings
from .steps import Data, Event, Read, draft, event_of, shown_in, versions_of, withdrawn

Links = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Year:
    """One year of a register. first and last: its days (a running year ends today); start and end: what was public just before and at the end."""

    number: int
    first: str
    last: str
    running: bool
    history: History
    settings: Settings
    links: Links | None
    read: Read
    start: Mapping[str, Version]
    end: Mapping[str, Version]
    events: tuple[Event, ...]
    came: Mapping[str, str]

    @cached_property
    def live_start(self) -> dict[str, Data]:
        """What was in force at the start, with what it said."""
        return self._live(self.start)

    @cached_property
    def live_end(self) -> dict[str, Data]:
        """What is in force at the end. An entry that cannot be read counts as in force."""
        return self._live(self.end)

    def _live(self, stock: Mapping[str, Version]) -> dict[str, Data]:
        return {ref: data for ref, v in stock.items() if not withdrawn(data := self.read.data(v))}

    @cached_property
    def present(self) -> dict[str, Data]:
        """Everything with a page at the end, withdrawn or not."""
        return {ref: self.read.data(v) for ref, v in self.end.items()}

    def unreadable(self, refs: Iterable[str]) -> int:
        """How many of these entries of the end cannot be read."""
        return sum(self.read.content(self.end[ref]).data is None for ref in refs)

    def kind(self, ref: str) -> Kind:
        """The kind of an entry; of a folder that no schema knows any more a bare one."""
        folder = ref.split("/")[0]
        return self.history.kinds.get(folder) or _bare(folder)

    @cached_property
    def names(self) -> dict[str, str]:
        """Every entry that this year knows → its last name."""
        versions = {**self.start, **{e.ref: e.newest for e in self.events}, **self.end}
        found = {}
        for ref, version in versions.items():
            data = self.read.data(version)
            found[ref] = str(data.get(self.kind(ref).name_field or "naam") or data.get("titel") or ref.split("/")[1])
        return found


_bare = cache(bare_kind)


def in_use(kind: Kind, data: Data) -> bool:
    """Whether an entry is in use, by `x-inzage.in_gebruik` of its kind; a kind that does not say: always."""
    return all(data.get(key) in values for key, values in kind.note.get("in_gebruik", {}).items())


def owner_of(kind: Kind, ref: str, data: Data) -> str:
    """The organisation whose entry it is; an organisation is its own. '' when it does not say."""
    if kind.folder == OWNERS:
        return ref
    found = (data.get(f.key) for f in kind.fields if f.filter == "organisatie" and f.target == OWNERS)
    return next((value for value in found if isinstance(value, str)), "")


def gather(history: History, settings: Settings, links: Links | None, years: Iterable[int], today: str, jobs: int = 1) -> list[Year]:
    """The given years, read together in one pass. Raises nothing of its own; a year that has not begun is empty."""
    spans = [(f"{year:04}-01-01", f"{year:04}-12-31") for year in years]
    return between(history, settings, links, [(first, min(last, today)) for first, last in spans], jobs)


def between(history: History, settings: Settings, links: Links | None, spans: Iterable[tuple[str, str]], jobs: int = 1) -> list[Year]:
    """The same for any spans of (first day, last day)."""
    shown, read = shown_in(history), Read(history, jobs)
    drafts = [draft(history, shown, first, last) for first, last in spans]
    read.fetch(v for draft in drafts for v in [*draft.start.values(), *draft.end.values(), *versions_of(draft.pairs)])
    came = {ref: day for ref, rows in shown.items() if (day := next((s.day for s, m in rows if isinstance(m, Version)), ""))}
    found = []
    for first, last, start, end, pairs in drafts:
        made = sorted(((pair.step.place, event_of(pair, read, history)) for pair in pairs), key=lambda e: (e[0], e[1].what, e[1].ref))
        events, running = tuple(event for _, event in made), not last.endswith("-12-31")
        found.append(Year(int(first[:4]), first, last, running, history, settings, links, read, start, end, events, came))
    return found
