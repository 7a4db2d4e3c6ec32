"""The two tasks that are divided over processes: read entries, and write what belongs to each. Flow: load … publish, for one slice.

A worker keeps the entries it read, so that what it checked it also renders. Arguments and answers are plain values (crew.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from . import git
from .check import check_file, take_as_is
from .chronicle import kind_of
from .exports.entries import entry_csv, entry_json
from .history import read_content
from .kinds import Kind, Kinds
from .load import MAX_BYTES
from .model import Card, Entry, card_as_values, make_card
from .pages.entry import Around, entry_page
from .pages.past import Said, Spec, version_page
from .problem import Problem, Refused
from .publish import Output
from .render import Renderer
from .search import record


class Made(NamedTuple):
    """What one entry gave: digests of its html, json and yaml, and its part in the kind's JSON, the kind's CSV and the index."""

    digests: list[str]
    parts: list[bytes]


class Workers:
    """The tasks and what they need. Made before the processes are forked, so that each has it."""

    def __init__(
        self,
        root: Path,
        repo: Path,
        kinds: Kinds,
        renderer: Renderer,
        output: Output,
        dead: Mapping[str, str],
        search: bool,
        judge: bool = True,
    ):
        self.repo, self.judge = repo, judge
        self.root, self.kinds, self.renderer, self.output, self.dead, self.search = root, kinds, renderer, output, dead, search
        self.entries: dict[str, tuple[Entry, Card, bytes]] = {}

    def read(self, chunk: list[tuple[str, str]]) -> list[tuple[str, Any, Any]]:
        """Reads and checks files, given as (folder, path). Returns (path, Card or None, Problems), all as plain lists."""
        found = []
        for folder, file in chunk:
            kind = self.kinds[folder]
            raw = self._bytes(file)
            entry, problems = check_file(kind, raw, file) if self.judge else (take_as_is(kind, raw, file), [])
            if entry:
                self.entries[file] = (entry, make_card(kind, entry), raw)
            values = card_as_values(self.entries[file][1]) if entry else None
            found.append((file, values, [as_values(p) for p in problems]))
        return found

    def write(self, chunk: list[tuple[str, list[Any], str]]) -> list[tuple[str, list[str], list[bytes]]]:
        """Writes html, json and yaml of entries, given as (path, Around, name of the organisation). Returns (path, *Made)."""
        found = []
        for file, surroundings, owner in chunk:
            entry, card, raw = self._entry(file)
            kind = self.kinds[entry.folder]
            html = self.renderer.render(entry_page(kind, entry, Around(*surroundings), self.dead))
            as_json = entry_json(kind, entry)
            line = record(kind, entry, card, {"Organisatie": [owner]} if owner else {}) if self.search else b""
            files = {f"{entry.ref}/index.html": html, f"{entry.ref}.json": as_json + b"\n", f"{entry.ref}.yaml": raw}
            digests = [self.output.write(path, content) for path, content in files.items()]
            found.append((file, digests, [as_json, entry_csv(kind, entry), line]))
        return found

    def tell(self, chunk: list[list[Any]]) -> list[tuple[str, str, list[str]]]:
        """Writes pages of versions, given as Tasks (names, Specs). Returns (path, digest, changes in sentences)."""
        found = []
        tasks = [(names, [Spec(*values) for values in specs]) for names, specs in chunk]
        wanted = dict.fromkeys(blob for _, specs in tasks for spec in specs for blob in (spec.blob, spec.before_blob) if blob)
        raws = dict(git.blobs(self.repo, (blob.lstrip("@") for blob in wanted), MAX_BYTES + 1))
        for names, specs in tasks:
            kind = kind_of(self.kinds, specs[0].folder)
            for spec in specs:
                now = self._said(raws, kind, spec.blob, spec.readable)
                before = self._said(raws, kind, spec.before_blob, True) if spec.before_blob else None
                page = version_page(kind, spec, now, before, names)
                found.append((spec.path, self.output.write(spec.path, self.renderer.render(page)), page.context["what"]))
        return found

    def _said(self, raws: dict[str, bytes], kind: Kind, blob: str, readable: bool) -> Said:
        """What a blob said; a blob with an @ is a symbolic link and says nothing."""
        readable = readable and not blob.startswith("@")
        return Said(*read_content(raws[blob.lstrip("@")], kind if readable else None, readable))

    def _entry(self, file: str) -> tuple[Entry, Card, bytes]:
        """An entry and its bytes; from memory if this worker read it, else from disk. Raises Refused when the file changed for the worse since."""
        known = self.entries.get(file)
        if known is None:
            raw, kind = self._bytes(file), self.kinds[file.split("/")[1]]
            entry, problems = check_file(kind, raw, file)
            if entry is None:
                raise Refused(problems)
            known = (entry, make_card(kind, entry), raw)
        return known

    def _bytes(self, file: str) -> bytes:
        with open(f"{self.root}/{file}", "rb", buffering=0) as handle:
            return handle.read()


def as_values(problem: Problem) -> list[Any]:
    """A Problem as a plain list; `Problem(*values)` makes it again."""
    return [getattr(problem, name) for name in Problem.__slots__]
