"""One build, from files to a swapped site: reads like the flow itself. Work is proportional to what changed (DESIGN §9).

load → check → model → history → pages → render → publish; the cache decides what each step may skip, the crew divides what is left.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import VERSION
from .assets import public, published_schema, robots, site_facts, sitemap, static_files
from .cache import EMPTY, Known, State, digest_of_files, is_current, path_for, read_state, write_state
from .check import check_file, file_problem
from .config import load_settings
from .crew import Crew, slices
from .exports.entries import entry_csv, entry_json, header_csv, join_json
from .kinds import Kind, Kinds, load_kinds
from .model import Card, Entry, Register, Settings, assemble, card_from_json, make_card, plain
from .pages import Planned
from .pages.around import around, review_state
from .pages.entry import Around, entry_page
from .pages.fixed import fixed_pages
from .pages.lists import list_pages
from .problem import FOUT, Finding, Problem, Refused, blocking
from .publish import LIST, Output, may_replace
from .render import Renderer
from .scan import Source, scan
from .search import FOLDER as SEARCH
from .search import record, write_index
from .whole import findings

SHIPPED = Path(__file__).resolve().parent.parent
Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Order:
    """What is asked of a build. today: ISO day; links: address → day on which it did not work; jobs: number of processes."""

    root: Path
    out: Path
    today: str
    base_url: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    jobs: int = 1
    cached: bool = True
    search: bool = True
    commit: str = ""


@dataclass
class Result:
    """What a build did: counts, seconds a stage, warnings."""

    entries: int = 0
    files: int = 0
    rendered: int = 0
    warnings: list[Problem] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def folders(root: Path, name: str) -> list[Path]:
    """The shipped folder and the root's own, which comes over it."""
    own = root / name
    return [SHIPPED / name] + ([own] if own.resolve() != (SHIPPED / name).resolve() else [])


def build(order: Order, tell: Report = lambda stage, done, total: None) -> Result:
    """Builds the whole site and swaps it in.

    tell: called with (stage, done, total) as work goes on. Returns a Result. Raises Refused with Problems when anything blocks; the old
    site is then untouched, as it is when anything else is raised.
    """
    return Build(order, tell).run()


class Build:
    """The state of one build. Made for one `run`."""

    def __init__(self, order: Order, tell: Report):
        self.order, self.tell, self.result = order, tell, Result()
        self.kinds, self.settings = load_site(order.root)
        if not may_replace(order.out):
            raise Refused([_not_ours(order.out)])
        self.renderer = Renderer(folders(order.root, "templates"), site_facts(self.kinds, self.settings, order.base_url))
        self.output = Output(order.out)
        self.state_path = path_for(order.root, order.out)
        self.epoch = self._epoch()
        self.state = read_state(self.state_path, self.epoch, _digest_of_list(order.out)) if order.cached else EMPTY
        self.entries: dict[str, Entry] = {}
        self._clock = time.perf_counter()

    def run(self) -> Result:
        """All steps, in order."""
        sources, problems = scan(self.order.root, self.kinds)
        with Crew(self.order.jobs, {"read": self._read, "entries": self._render_entries}) as crew:
            cards, stale = self._cards(crew, sources, problems)
            register = assemble(self.kinds, self.settings, cards.values())
            self._check_whole(register, {c.ref: file for file, c in cards.items()})
            self._lap("lezen en controleren")
            self.output.begin(fresh=self.state is EMPTY)
            made = self._entry_pages(crew, register, cards, stale)
            self._lap("pagina's")
        files, pages = self._list_pages(register)
        self._lap("lijsten")
        files |= self._joined(register, cards, made, files)
        self._lap("gegevens")
        search = self._search(register, cards, made, files)
        self._lap("zoeken")
        self._finish(files, cards, made, pages, search, {s.file: s for s in sources})
        self._lap("omruilen")
        return self.result

    def _lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.result.seconds[stage] = now - self._clock
        self._clock = now

    def _epoch(self) -> str:
        """Changes when anything changes that every page may depend on."""
        code = digest_of_files(p for p in Path(__file__).parent.rglob("*.py"))
        templates = [p for f in folders(self.order.root, "templates") if f.is_dir() for p in f.rglob("*") if p.is_file()]
        settings = (self.order.root / "inzage.yaml").read_bytes()
        parts = [
            VERSION,
            code,
            digest_of_files(templates),
            self.kinds.digest,
            settings.decode(errors="replace"),
            self.order.base_url,
            sorted(self.order.links.items()),
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    # reading

    def _cards(self, crew: Crew, sources: Sequence[Source], problems: list[Problem]) -> tuple[dict[str, Card], set[str]]:
        """Cards by file, and the files that were read anew. Raises Refused when any Problem blocks."""
        known = {s.file: k for s in sources if (k := self.state.files.get(s.file)) and is_current(k, s.stamp, self.state.saved)}
        cards: dict[str, Card] = {file: k.card for file, k in known.items()}
        for k in known.values():
            problems += [Problem(*w) for w in k.warnings]
        todo = [(s.folder, s.file) for s in sources if s.file not in known]
        self._warned: dict[str, Any] = {}
        self._slice_of = {file: i for i, part in enumerate(slices(todo, self.order.jobs)) for _, file in part}
        done = 0
        for size, part in crew.run("read", slices(todo, self.order.jobs)):
            for file, card, found in part:
                if card is not None:
                    cards[file] = card_from_json(card)
                problems += [Problem(*p) for p in found]
                self._warned[file] = found
            done += size
            self.tell("lezen en controleren", done, len(todo))
        if blocking(problems):
            raise Refused(problems)
        self.result.warnings = problems
        self.result.entries = len(cards)
        return {s.file: cards[s.file] for s in sources}, {file for _, file in todo}

    def _read(self, chunk: list[tuple[str, str]]) -> list[tuple[str, Any, Any]]:
        """A worker's task: read and check files. Returns (file, Card or None, Problems), as plain values."""
        found = []
        for folder, file in chunk:
            kind = self.kinds[folder]
            entry, problems = check_file(kind, (self.order.root / file).read_bytes(), file)
            card = None
            if entry:
                self.entries[entry.ref] = entry
                card = plain(make_card(kind, entry))
            found.append((file, card, [_values(p) for p in problems]))
        return found

    def _check_whole(self, register: Register, files: Mapping[str, str]) -> None:
        problems = [
            _located(self.order.root, files.get(ref, ref), finding) for ref, finding in findings(register.by_ref.values(), self.settings)
        ]
        self.result.warnings += problems
        if blocking(problems):
            raise Refused(self.result.warnings)

    # entry pages

    def _entry_pages(self, crew: Crew, register: Register, cards: Mapping[str, Card], stale: set[str]) -> dict[str, list[Any]]:
        """Renders the pages that may differ. Returns by file: digests, lengths, and the parts for the joined files."""
        touched = self._touched(register, cards, stale)
        todo = [
            (file, plain(self._around(register, card)), register.names.get(card.owner, ""))
            for file, card in cards.items()
            if file in touched
        ]
        parts: list[list[Any]] = [[] for _ in range(self.order.jobs)]
        for index, item in enumerate(todo):
            parts[self._slice_of.get(item[0], index % self.order.jobs)].append(item)
        made: dict[str, list[Any]] = {}
        done = 0
        for size, part in crew.run("entries", parts):
            for file, *rest in part:
                made[file] = rest
            done += size
            self.tell("pagina's", done, len(todo))
        self.result.rendered += len(made)
        return made

    def _touched(self, register: Register, cards: Mapping[str, Card], stale: set[str]) -> set[str]:
        """Files whose page may differ: changed entries, whom they name or named, who names them; and those whose review day has come."""
        if self.state is EMPTY:
            return set(cards)
        before = {k.card.ref: k.card for k in self.state.files.values()}
        by_ref = {c.ref: file for file, c in cards.items()}
        changed = {c.ref for file, c in cards.items() if file in stale and before.get(c.ref) != c} | (before.keys() - by_ref.keys())
        near = set(changed)
        for ref in changed:
            for card in filter(None, (before.get(ref), register.by_ref.get(ref))):
                near.update(r.target for r in card.refs)
            near.update(other.ref for _, other in register.back.get(ref, ()))
        day = self.state.day
        return {
            file
            for ref, file in by_ref.items()
            if ref in near or review_state(cards[file], day) != review_state(cards[file], self.order.today)
        }

    def _around(self, register: Register, card: Card) -> Around:
        return around(register, card, self.order.today, {}, [])

    def _render_entries(self, chunk: list[Any]) -> list[tuple[Any, ...]]:
        """A worker's task: write the html, json and yaml of entries. Returns (file, digests, lengths, part of json, of csv, of the index)."""
        found = []
        for file, surroundings, owner in chunk:
            entry, raw = self._entry(file)
            kind = self.kinds[entry.folder]
            html = self.renderer.render(entry_page(kind, entry, Around(*surroundings)))
            as_json, as_csv = entry_json(kind, entry), entry_csv(kind, entry)
            labels = {"Organisatie": [owner]} if owner else {}
            line = record(kind, entry, make_card(kind, entry), labels)
            write = self.output.write
            digests = [write(f"{entry.ref}/index.html", html), write(f"{entry.ref}.json", as_json + b"\n"), write(f"{entry.ref}.yaml", raw)]
            found.append((file, digests, [len(as_json), len(as_csv), len(line)], as_json, as_csv, line))
        return found

    def _entry(self, file: str) -> tuple[Entry, bytes]:
        """An entry and its bytes; from this worker's memory if it read it, else from disk."""
        raw = (self.order.root / file).read_bytes()
        folder, ref = file.split("/")[1], file.removeprefix("register/").removesuffix(".yaml")
        entry = self.entries.get(ref)
        if entry is None or entry.digest != hashlib.sha256(raw).hexdigest():
            entry, problems = check_file(self.kinds[folder], raw, file)
            if entry is None:
                raise Refused(problems)
        return entry, raw

    # lists and other pages

    def _list_pages(self, register: Register) -> tuple[dict[str, str], dict[str, str]]:
        """Makes the pages that are not of one entry. Returns path → digest of all of them, and path → key of those that may be kept."""
        planned: list[Planned] = list(fixed_pages(register, self.order.today, [], False))
        for kind in self.kinds.values():
            planned += list_pages(kind, register.cards[kind.folder], register.names)
        kept = {
            p.path: self.output.current[p.path]
            for p in planned
            if p.key and self.state.pages.get(p.path) == p.key and p.path in self.output.current
        }
        todo = [i for i, p in enumerate(planned) if p.path not in kept]

        def render(chunk: list[int]) -> list[tuple[str, str]]:
            return [(planned[i].path, self.output.write(planned[i].path, self.renderer.render(planned[i].make()))) for i in chunk]

        files, done = dict(kept), 0
        with Crew(self.order.jobs, {"lists": render}) as crew:
            for size, part in crew.run("lists", [todo[i :: self.order.jobs] for i in range(self.order.jobs)]):
                files.update(part)
                done += size
                self.tell("lijsten", done, len(todo))
        self.result.rendered += len(todo)
        self._written = {planned[i].path for i in todo}
        return files, {p.path: p.key for p in planned if p.key}

    # files that join entries, and what comes along unchanged

    def _joined(
        self, register: Register, cards: Mapping[str, Card], made: Mapping[str, list[Any]], files: Mapping[str, str]
    ) -> dict[str, str]:
        """JSON and CSV per kind, schemas, stylesheet and script. Returns path → digest."""
        found: dict[str, str] = {}
        for kind in self.kinds.values():
            order = [file for file, card in cards.items() if card.folder == kind.folder]
            as_json = self._parts(kind, order, made, f"{kind.folder}.json", 0, b"[\n", b",\n")
            as_csv = self._parts(kind, order, made, f"{kind.folder}.csv", 1, header_csv(kind), b"")
            found[f"{kind.folder}.json"] = self._write(f"{kind.folder}.json", join_json(as_json))
            found[f"{kind.folder}.csv"] = self._write(f"{kind.folder}.csv", header_csv(kind) + b"".join(as_csv))
            schema = json.dumps(published_schema(kind), ensure_ascii=False, indent=2).encode() + b"\n"
            found[f"schemas/{kind.name}.schema.json"] = self._write(f"schemas/{kind.name}.schema.json", schema)
        for path, content in static_files(folders(self.order.root, "templates")).items():
            found[path] = self._write(path, content)
        address = self.order.base_url or self.settings.address
        if address:
            pages = [*(f"{c.ref}/" for c in cards.values()), *(public(p) for p in files if p != "404.html")]
            found["sitemap.xml"] = self._write("sitemap.xml", sitemap(address, pages))
            found["robots.txt"] = self._write("robots.txt", robots(address))
        return found

    def _write(self, path: str, content: bytes) -> str:
        self._written.add(path)
        return self.output.write(path, content)

    def _parts(
        self, kind: Kind, order: Sequence[str], made: Mapping[str, list[Any]], path: str, which: int, head: bytes, gap: bytes
    ) -> list[bytes]:
        """The part of each entry in a joined file: new ones as just made, the others cut out of the file of the last build."""
        old: dict[str, bytes] = {}
        if any(file not in made for file in order):
            content = (self.order.out / path).read_bytes()
            at = len(head)
            for file, known in self.state.files.items():
                if known.card.folder == kind.folder:
                    old[file] = content[at : at + known.lengths[which]]
                    at += known.lengths[which] + len(gap)
        return [made[file][2 + which] if file in made else old[file] for file in order]

    def _search(self, register: Register, cards: Mapping[str, Card], made: Mapping[str, list[Any]], files: dict[str, str]) -> str:
        """The search index, made anew only when a searched text changed. Returns the digest of the texts."""
        if not self.order.search:
            return ""
        store = self.state_path.with_suffix(".zoek")
        lines: dict[str, bytes] = {}
        if len(made) < len(cards) and store.is_file():
            old, at = store.read_bytes(), 0
            for file, known in self.state.files.items():
                lines[file] = old[at : at + known.lengths[2]]
                at += known.lengths[2]
        lines = {file: made[file][4] if file in made else lines[file] for file in cards}
        content = b"".join(lines.values())
        digest = hashlib.sha256(content).hexdigest()
        kept = {p: d for p, d in self.output.current.items() if p.startswith(SEARCH + "/")}
        if digest == self.state.search and kept:
            files.update(kept)
            return digest
        self.tell("zoeken", 0, 1)
        made_in = self.output.spare / SEARCH
        shutil.rmtree(made_in, ignore_errors=True)
        write_index(lines.values(), made_in)
        for path in sorted(p for p in made_in.rglob("*") if p.is_file()):
            name = path.relative_to(self.output.spare).as_posix()
            files[name] = hashlib.sha256(path.read_bytes()).hexdigest()
            self._written.add(name)
        self.tell("zoeken", 1, 1)
        store.parent.mkdir(parents=True, exist_ok=True)
        store.write_bytes(content)
        return digest

    # the end

    def _finish(
        self,
        files: dict[str, str],
        cards: Mapping[str, Card],
        made: Mapping[str, list[Any]],
        pages: dict[str, str],
        search: str,
        sources: Mapping[str, Source],
    ) -> None:
        known: dict[str, Known] = {}
        for file, card in cards.items():
            digests, lengths = made[file][:2] if file in made else (self.state.files[file].digests, self.state.files[file].lengths)
            for suffix, digest in zip(("/index.html", ".json", ".yaml"), digests, strict=True):
                files[card.ref + suffix] = digest
                if file in made:
                    self._written.add(card.ref + suffix)
            warned = self._warned.get(file, self.state.files[file].warnings if file in self.state.files else [])
            known[file] = Known(list(sources[file].stamp), card, warned, digests, lengths)
        self.output.finish(files, self._written, {"commit": self.order.commit, "datum": self.order.today, "logkop": ""})
        self.result.files = len(files)
        if self.order.cached:
            saved = time.time_ns()
            state = State(self.epoch, _digest_of_list(self.order.out), self.order.today, saved, known, pages, search)
            write_state(self.state_path, state)


def load_site(root: Path) -> tuple[Kinds, Settings]:
    """The kinds and settings of a root. Raises Refused."""
    places = folders(root, "schemas")
    return load_kinds(*places), load_settings(root, *places)


def _values(problem: Problem) -> list[Any]:
    return [getattr(problem, name) for name in Problem.__slots__]


def _located(root: Path, file: str, finding: Finding) -> Problem:
    return file_problem(finding, (root / file).read_bytes(), file)


def _digest_of_list(out: Path) -> str:
    try:
        return hashlib.sha256((out / LIST).read_bytes()).hexdigest()
    except OSError:
        return ""


def _not_ours(out: Path) -> Problem:
    message = f"In de map {out} staat al iets anders dan een site van ons."
    return Problem(str(out), 1, 1, FOUT, "map-bezet", "", message, "Kies met --out een lege map, of een map die er nog niet is.")
