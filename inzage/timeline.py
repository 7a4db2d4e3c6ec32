"""What git tells of every entry's file, kept as JSON between runs. Flow: git → timeline → history.

Never pickle: the folder could come from a pull request. What is kept is: the first-parent line, which file became which blob where, and of
each blob a digest of what it says. A new commit costs a log of that commit only; the line before it cannot change without its id changing.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from . import diff, git, load, reasons, typing_by_schema
from .crew import Crew
from .kinds import Kind
from .problem import Refused

FILE, REWRITTEN = "geschiedenis.json", "herschreven.json"
NO_FILE = ""
LINK = "@"  # before the blob of a symbolic link: its text is a path, not an entry
_BLOCK = 4_000  # blobs in memory at once
_PATH = re.compile(r"register/([a-z0-9]+(?:-[a-z0-9]+)*)/([a-z0-9]+(?:-[a-z0-9]+)*)\.yaml\Z")
_ZEROS = re.compile(r'"(-?\d+)\.(?:0+|(\d*[1-9])0+)(?=")')


class Point(NamedTuple):
    """One commit of the line: its id, committer time, and title as a reason."""

    id: str
    committed: int
    title: str


class Fact(NamedTuple):
    """What one blob says: a digest of its parsed content, whether it can be read, its `wijzigingsreden`, and a mark of its values alone (two
    blobs that differ in names of fields only have the same mark; the other way round is not sure)."""

    digest: str
    readable: bool
    reason: str
    values: str


@dataclass
class Timeline:
    """The line, the rows (place, blob) of each entry, and the facts of each blob. `verdicts` is what `form_only` found, by schema."""

    head: str = ""
    line: list[Point] = field(default_factory=list)
    files: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    verdicts: dict[str, bool] = field(default_factory=dict)

    def form_only(self, old: str, new: str) -> bool:
        """Whether two blobs differ in the names of fields or the spelling of numbers only, by the schema of today."""
        return self.verdicts.get(f"{old} {new}", False)


def read_timeline(root: Path, kinds: Mapping[str, Kind], cache: Path | None, revision: str = "HEAD", jobs: int = 1) -> Timeline:
    """The Timeline up to `revision`, from the cache as far as it goes. Raises Refused for a shallow or damaged clone."""
    here = git.where(root)
    if here.shallow:
        git.refuse_shallow(root)
    head = here.head if revision == "HEAD" else git.resolve(root, revision)
    schemas = str(getattr(kinds, "digest", ""))
    key = [_tools(), here.prefix]
    timeline, judged = _load(cache, key)
    if timeline.head == head and judged == schemas:
        return timeline
    if timeline.head != head:
        timeline = (
            _extended(root, timeline, head)
            or _extended(root, Timeline(facts=timeline.facts, verdicts=timeline.verdicts), head)
            or Timeline()
        )
        _learn(root, timeline, max(1, jobs))
    _judge(root, timeline, kinds, keep=judged == schemas)
    if cache and revision == "HEAD":
        _save(cache, key, timeline, schemas)
    return timeline


def _extended(root: Path, timeline: Timeline, head: str) -> Timeline | None:
    """The Timeline with what came after its head; None when its head does not lie on the first-parent line of the new one."""
    try:
        commits = list(git.first_parent_raw_log(root, ["register"], timeline.head, head))[::-1]
    except Refused:
        if not timeline.head:
            raise
        return None  # the commit is gone: rewritten, and swept up
    if timeline.head and (not commits or commits[0].parents[:1] != (timeline.head,)):
        return None
    for commit in commits:
        for change in commit.changes:
            found = _PATH.match(change.path)
            if found:
                blob = (
                    NO_FILE if change.status == "D" or change.mode == "160000" else (LINK if change.mode == "120000" else "") + change.blob
                )
                timeline.files.setdefault(f"{found[1]}/{found[2]}", []).append((len(timeline.line), blob))
        timeline.line.append(Point(commit.id, commit.committed, reasons.from_title(commit.subject, commit.body)))
    timeline.head = head
    return timeline


def _learn(root: Path, timeline: Timeline, jobs: int) -> None:
    """Facts of the blobs that are new; those of a blob that is in no version any more are forgotten (it may have been redacted)."""
    used = {blob for rows in timeline.files.values() for _, blob in rows} - {NO_FILE}
    timeline.facts = {blob: fact for blob, fact in timeline.facts.items() if blob in used}
    wanted = used - timeline.facts.keys()
    for link in [b for b in wanted if b.startswith(LINK)]:
        timeline.facts[link] = Fact(link, False, "", "")
    raws = git.blobs(root, sorted(b for b in wanted if not b.startswith(LINK)), load.MAX_BYTES + 1)
    with Crew(jobs, {"facts": _facts}) as crew:
        while block := [list(pair) for pair in itertools.islice(raws, _BLOCK)]:
            for _, found in crew.run("facts", [block[i::jobs] for i in range(jobs)]):
                timeline.facts.update((blob, Fact(*fact)) for blob, fact in found)


def _facts(pairs: list[list[Any]]) -> list[Any]:
    return [(blob, tuple(fact_of(raw))) for blob, raw in pairs]


def fact_of(raw: bytes) -> Fact:
    """What a file says. Formatting, order of fields, line ends and a byte order mark make no difference (AUDIT)."""
    data = load.load(raw, "").data
    if data is None:
        return Fact("!" + _short(raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")), False, "", "")
    text = diff.canonical(data)
    alone = _ZEROS.sub(lambda m: '"' + m[1] + (f".{m[2]}" if m[2] else ""), text)
    mark = sum(alone.encode()) - sum("".join(data).encode())
    reason = data.get("wijzigingsreden")
    return Fact(_short(text.encode()), True, reason.strip() if isinstance(reason, str) else "", f"{len(data)} {mark}")


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _judge(root: Path, timeline: Timeline, kinds: Mapping[str, Kind], keep: bool) -> None:
    """Verdicts for the pairs whose values are alike but whose content is not: a renamed field, or a number written otherwise."""
    pairs: dict[str, tuple[str, str, Kind]] = {}
    for ref, rows in timeline.files.items():
        kind = kinds.get(ref.split("/")[0])
        blobs = [blob for _, blob in rows]
        for old, new in zip(blobs, blobs[1:], strict=False) if kind else ():
            a, b = timeline.facts.get(old), timeline.facts.get(new)
            if a and b and a.readable and b.readable and a.values == b.values and a.digest != b.digest and kind:
                pairs[f"{old} {new}"] = (old, new, kind)
    known = timeline.verdicts if keep else {}
    timeline.verdicts = {pair: known[pair] for pair in pairs if pair in known}
    todo = {pair: value for pair, value in pairs.items() if pair not in known}
    raws = dict(git.blobs(root, dict.fromkeys(b for old, new, _ in todo.values() for b in (old, new)), load.MAX_BYTES + 1))
    for pair, (old, new, kind) in todo.items():
        before, after = (kind.typed(load.load(raws[blob], "").data) for blob in (old, new))
        timeline.verdicts[pair] = all(change.kind == diff.SCHEMA for change in diff.changes(before, after, kind))


def _tools() -> str:
    """A digest of the code that decides what a version is: a new reader makes old facts void."""
    modules: Iterable[Any] = (load, diff, reasons, typing_by_schema)
    sources = [Path(str(m.__file__)) for m in modules] + [Path(__file__)]
    return _short(b"\0".join(source.read_bytes() for source in sources))


def _load(cache: Path | None, key: list[str]) -> tuple[Timeline, str]:
    """What was kept, and the schemas its verdicts were made with; an empty Timeline when it is not there, not ours or broken."""
    try:
        kept = json.loads((cache / FILE).read_bytes()) if cache else {}
        if not cache or kept["sleutel"] != key:
            return Timeline(), ""
        rows = {ref: [(int(place), str(blob)) for place, blob in rows] for ref, rows in kept["bestanden"].items()}
        facts = {blob: Fact(*fact) for blob, fact in kept["inhoud"].items()}
        line = [Point(*point) for point in kept["lijn"]]
        known = all(blob == NO_FILE or blob in facts for r in rows.values() for _, blob in r)
        sound = (
            known and bool(line) and line[-1].id == kept["hoofd"] and all(0 <= place < len(line) for r in rows.values() for place, _ in r)
        )
        return (Timeline(kept["hoofd"], line, rows, facts, dict(kept["vorm"])), str(kept["schemas"])) if sound else (Timeline(), "")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Timeline(), ""


def remembered(cache: Path | None, key: list[str], work: Callable[[], dict[int, str]]) -> dict[int, str]:
    """What `work` gives: which commits the publications have since a rewrite. Kept until the key (head, head of the log) changes."""
    path = cache / REWRITTEN if cache else None
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        kept = json.loads(path.read_bytes()) if path else {}
        if kept["sleutel"] == key:
            return {int(number): str(commit) for number, commit in kept["commits"].items()}
    found = work()
    if path:
        _write(path, {"sleutel": key, "commits": found})
    return found


def _save(cache: Path, key: list[str], timeline: Timeline, schemas: str) -> None:
    kept = {"sleutel": key, "hoofd": timeline.head, "lijn": timeline.line, "bestanden": timeline.files, "inhoud": timeline.facts,
            "vorm": timeline.verdicts, "schemas": schemas}  # fmt: skip
    _write(cache / FILE, kept)


def _write(path: Path, kept: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(kept, separators=(",", ":")), encoding="utf-8")
    fresh.replace(path)
