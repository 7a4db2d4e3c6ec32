"""The versions of every entry, in the order they were published. Flow: kinds, git, logbook → history → pages, report.

A version is a change in parsed content between two commits of the first-parent line. What is compared is what the strict loader reads,
before the schema types it: so a later schema can never shift a number. A version in which only the name of a field or the spelling of a
number changed, as the schema of today sees it, is marked `form_only`. Kept small: a Version holds ids; its data is read when asked.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from . import diff, git, logbook
from .kinds import Kind
from .load import MAX_BYTES, load
from .logbook import Line, Log
from .timeline import NO_FILE, Timeline, read_timeline, remembered

YES, SKIPPED, NOT_YET, UNKNOWN = "ja", "overgeslagen", "nog niet", "onbekend"
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one entry. Numbers begin at 1, go on after a removal, and never shift.

    date: the day (Amsterdam) of the first publication that held it, or without a log its committer date. published: `ja`; `overgeslagen`
    (a later version came out before this one was published); `nog niet`; `onbekend` (no log). reviewed: ja, nee, onbekend, with roles, of
    that publication (`line`, 0 without). order: the place of its commit on the first-parent line. reason may be empty.
    """

    folder: str
    id: str
    number: int
    commit: str
    order: int
    blob: str
    digest: str
    date: str
    published: str
    reason: str
    reviewed: str
    roles: tuple[str, ...]
    line: int
    readable: bool
    form_only: bool

    @property
    def ref(self) -> str:
        """`folder/id`."""
        return f"{self.folder}/{self.id}"


@dataclass(frozen=True, slots=True)
class Removal:
    """An entry's file was taken away after version `after`. The other fields as of a Version."""

    folder: str
    id: str
    after: int
    commit: str
    order: int
    date: str
    published: str
    reason: str
    reviewed: str
    roles: tuple[str, ...]
    line: int

    @property
    def ref(self) -> str:
        """`folder/id`."""
        return f"{self.folder}/{self.id}"


Event = Version | Removal


@dataclass(frozen=True, slots=True)
class EntryHistory:
    """All versions of one entry, oldest first, and each time its file went away."""

    ref: str
    versions: tuple[Version, ...]
    removals: tuple[Removal, ...] = ()

    @property
    def newest(self) -> Version:
        """The last version."""
        return self.versions[-1]

    @property
    def removed(self) -> Removal | None:
        """The tombstone: set when the file is not there now."""
        return self.removals[-1] if self.removals and self.removals[-1].after == self.newest.number else None


class Content(NamedTuple):
    """What a version said: typed data, or None when it cannot be read; and its text as it was."""

    data: Data | None
    text: str


@dataclass(frozen=True)
class History:
    """The history of a register up to `head` (empty outside git). `line` is the first-parent line, oldest first: commit, committer time."""

    root: Path
    kinds: Mapping[str, Kind]
    head: str = ""
    entries: Mapping[str, EntryHistory] = field(default_factory=dict)
    line: tuple[tuple[str, int], ...] = ()
    log: Log | None = None
    places: tuple[tuple[int, int], ...] = ()

    def contents(self, versions: Iterable[Version]) -> Iterator[tuple[Version, Content]]:
        """What each version said, through one pass of git. Use it for many; `content` for one."""
        wanted = list(versions)
        raws = git.blobs(self.root, (v.blob.lstrip("@") for v in wanted), MAX_BYTES + 1)
        for version, (_, raw) in zip(wanted, raws, strict=True):
            yield version, read_content(raw, self.kinds.get(version.folder) if version.readable else None, version.readable)

    def content(self, version: Version) -> Content:
        """What one version said."""
        return next(self.contents([version]))[1]

    def before(self, version: Version) -> Version | None:
        """The version before this one, also across a removal."""
        return self.entries[version.ref].versions[version.number - 2] if version.number > 1 else None

    def changes(self, version: Version) -> list[diff.Change] | None:
        """What changed against the version before; None when there is none, or one of the two cannot be read."""
        before = self.before(version)
        if not before:
            return None
        (_, old), (_, new) = self.contents([before, version])
        return None if old.data is None or new.data is None else diff.changes(old.data, new.data, self.kinds.get(version.folder))

    def events(self) -> list[Event]:
        """All versions and removals, newest first by publication."""
        found: list[Event] = []
        for entry in self.entries.values():
            found += [*entry.versions, *entry.removals]
        return sorted(found, key=lambda e: (-e.order, e.ref))

    def place_at(self, moment: str | datetime) -> int:
        """The place on the line of what was public at a moment (of a day: its end), by the log, else by committer dates; -1 for nothing."""
        if self.log:
            line = logbook.published_at(self.log, moment)
            return max((place for number, place in self.places if line and number <= line.number), default=-1)
        if isinstance(moment, str):
            moment = logbook.end_of_day(moment) if len(moment) == 10 else datetime.fromisoformat(moment)
        late = (i for i, (_, committed) in enumerate(self.line) if committed > moment.timestamp())
        return next(late, len(self.line)) - 1

    def stock(self, moment: str | datetime) -> dict[str, Version]:
        """The entries that were public at a moment: ref → the version then."""
        return self.stock_at(self.place_at(moment))

    def stock_at(self, place: int) -> dict[str, Version]:
        """The entries at a place on the first-parent line: ref → the version there."""
        found = {}
        for ref, entry in self.entries.items():
            last = max((v for v in entry.versions if v.order <= place), key=lambda v: v.order, default=None)
            if last and not any(last.order < r.order <= place for r in entry.removals):
                found[ref] = last
        return found


def read_content(raw: bytes, kind: Kind | None, readable: bool = True) -> Content:
    """The bytes of a file as a Content. Tolerant: what was legal then is not judged by the schema of now."""
    data = load(raw, "").data if readable else None
    text = raw[:MAX_BYTES].decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return Content(kind.typed(data) if kind and data is not None else data, text)


def read_history(
    root: Path, kinds: Mapping[str, Kind], cache: Path | None = None, log: Log | None = None, revision: str = "HEAD", jobs: int = 1
) -> History:
    """The versions of every entry up to `revision`, read by `jobs` processes.

    cache: a folder for what is known of commits and files, as JSON; a run with the same head then asks git one thing only. Do not take
    such a folder from someone you do not trust. log: dates, reviews and what was public come from it. Outside git the history is empty.
    Raises Refused for a shallow clone or a damaged one.
    """
    if not git.is_repository(root):
        return History(root, kinds, log=log)
    timeline = read_timeline(root, kinds, cache, revision, jobs)
    places = _places(root, timeline, log, cache)
    stamp = _stamps(timeline, log, places)
    entries = {ref: made for ref, rows in sorted(timeline.files.items()) if (made := _entry(ref, rows, timeline, stamp)).versions}
    line = tuple((point.id, point.committed) for point in timeline.line)
    return History(root, kinds, timeline.head, entries, line, log, tuple(sorted(places.items())))


def _places(root: Path, timeline: Timeline, log: Log | None, cache: Path | None) -> dict[int, int]:
    """The place on the line of each publication; of one after `revision` there is none."""
    if not log:
        return {}
    place = {commit.id: i for i, commit in enumerate(timeline.line)}
    now = {line.number: line.commit for line in log.lines}
    if any(line.rewrite for line in log.lines) and not place.keys() >= set(now.values()):
        now = remembered(cache, [timeline.head, log.head], lambda: logbook.commits_now(log, root))
    return {number: place[commit] for number, commit in now.items() if commit in place}


Stamp = Callable[[int, int], tuple[str, str, Line | None]]


def _stamps(timeline: Timeline, log: Log | None, places: dict[int, int]) -> Stamp:
    """A function: (place of a version, place of what came after it) → date, published, the publication."""
    if log is None:
        return lambda place, _: (logbook.day_of(timeline.line[place].committed), UNKNOWN, None)
    lines = [line for line in log.lines if line.number in places]
    reached = [places[line.number] for line in lines]
    days = [logbook.day_of(line.time) for line in lines]

    def stamp(place: int, after: int) -> tuple[str, str, Line | None]:
        found = bisect_left(reached, place)
        if found == len(lines):
            return logbook.day_of(timeline.line[place].committed), NOT_YET, None
        return days[found], YES if reached[found] < after else SKIPPED, lines[found]

    return stamp


def _entry(ref: str, rows: list[tuple[int, str]], timeline: Timeline, stamp: Stamp) -> EntryHistory:
    """Rows (place, blob) → versions: the same content is no version, unless the file was away in between."""
    kept: list[tuple[int, str]] = []
    for place, blob in rows:
        before = kept[-1][1] if kept else NO_FILE
        if (blob == NO_FILE) != (before == NO_FILE) or (blob != NO_FILE and timeline.facts[blob].digest != timeline.facts[before].digest):
            kept.append((place, blob))
    folder, id = ref.split("/")
    versions: list[Version] = []
    removals: list[Removal] = []
    for (place, blob), (after, _) in zip(kept, [*kept[1:], (len(timeline.line), NO_FILE)], strict=True):
        commit, (date, published, line) = timeline.line[place], stamp(place, after)
        said = timeline.facts[versions[-1].blob].reason if versions else ""
        shared = (line.reviewed if line else "onbekend", line.roles if line else (), line.number if line else 0)
        if blob == NO_FILE:
            removals.append(Removal(folder, id, len(versions), commit.id, place, date, published, commit.title or said, *shared))
            continue
        fact = timeline.facts[blob]
        reason = fact.reason if fact.reason and fact.reason != said else commit.title
        form = bool(versions) and (not removals or removals[-1].after < len(versions)) and timeline.form_only(versions[-1].blob, blob)
        versions.append(
            Version(
                folder, id, len(versions) + 1, commit.id, place, blob, fact.digest, date, published, reason, *shared, fact.readable, form
            )
        )
    return EntryHistory(ref, tuple(versions), tuple(removals))
