"""One build, from files to a swapped site: `Build.run` reads like the flow itself. Work is proportional to what changed (DESIGN §9).

load → check → model → history → pages → render → publish; the cache says what each step may skip, the crew divides what is left.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .assets import asset_files, site_facts
from .cache import EMPTY, Known, State, Told, path_for, read_state, read_texts, write_state
from .check import file_problem
from .chronicle import events, feed_files, history_pages, plan, rows
from .crew import Crew, slices
from .git import is_repository
from .history import read_history
from .joined import SEARCH, joined_files, pieces
from .model import Register, assemble
from .order import Order, Result, Tell, epoch, folders, load_site
from .pages import Page, Planned, digest_of
from .pages.around import around
from .pages.fixed import fixed_pages
from .pages.lists import list_pages
from .problem import FOUT, Problem, Refused, blocking
from .publish import Output, Piece, alone, list_digest, may_replace
from .render import Renderer
from .scan import TOP, scan
from .search import FOLDER as INDEX
from .search import refresh
from .stock import Stock, take, touched
from .whole import findings
from .workers import Made, Workers

CODES = ("map-bezet",)
TURN = 0.0005  # seconds that the thread beside us may have to wait for its turn; Python's own 5 ms is longer than most of what it does


def build(order: Order, tell: Tell = lambda stage, done, total: None) -> Result:
    """Builds the whole site and swaps it in.

    tell: called with (stage, done, total) as work goes on. Returns a Result. Raises Refused with Problems when anything blocks; the old
    site is then untouched, as it is when anything else is raised.
    """
    # Nothing a build makes refers to itself, so looking for cycles only costs time: a tenth of a cold build. Forked workers inherit this.
    collecting, turns = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(TURN)
    try:
        with alone(order.out):
            return Build(order, tell).run()
    finally:
        sys.setswitchinterval(turns)
        if collecting:
            gc.enable()


class Build:
    """The state of one build. Made for one `run`."""

    def __init__(self, order: Order, tell: Tell):
        self.order, self.tell, self.result = order, tell, Result()
        self._clock = time.perf_counter()
        self.kinds, self.settings = load_site(order.root)
        if not may_replace(order.out):
            raise Refused([_not_ours(order.out)])
        self.repo = order.repo or order.root
        facts = site_facts(self.kinds, self.settings, order.base_url, is_repository(self.repo))
        self.renderer = Renderer(folders(order.root, "templates"), facts)
        self.state_path = path_for(order.root, order.out)
        self.epoch = epoch(order, self.kinds, facts["history"])
        self.state = read_state(self.state_path, self.epoch, list_digest(order.out)) if order.cached else EMPTY
        self.output = Output(order.out, twinned=order.cached and self.state is EMPTY)
        self.files: dict[str, str] = {}
        self.written: set[str] = set()
        self.texts: bytes | None = None  # of the index, when it was made anew

    def run(self) -> Result:
        """All steps, in order."""
        order = self.order
        kept = self.state_path.parent if order.cached else None
        self._lap("beginnen")
        self.history = read_history(self.repo, self.kinds, kept, order.log, order.revision, order.jobs)
        self._lap("git lezen")
        workers = Workers(order.root, self.repo, self.kinds, self.renderer, self.output, order.links, order.search, order.judge)
        with Crew(order.jobs, {"read": workers.read, "tell": workers.tell, "write": workers.write}) as crew:
            stock = self._stock(crew)
            register = assemble(self.kinds, self.settings, stock.cards.values())
            self._check_whole(register)
            self.output.begin(fresh=self.state is EMPTY)
            self._lap("lezen en controleren")
            self._versions(crew, register)
            self._lap("versies")
            made = self._entry_pages(crew, register, stock)
            self._lap("pagina's")
        with ThreadPoolExecutor(1) as beside:  # copying bytes and computing digests leaves the processor to us
            joined = beside.submit(self._joined, stock, made)
            planned = self._planned(register)
        self._take(joined.result())
        keys = self._other_pages(planned)  # the thread has ended: workers may be forked again
        self._lap("lijsten")
        self._other_files(register)
        self._lap("gegevens")
        keys |= self._reports()
        self._lap("jaarverslagen")
        index = self._search(stock, made)
        self._lap("zoeken")
        self.output.finish(self.files, self.written, self._about())
        self._remember(stock, made, keys, index)
        self._lap("omruilen")
        self.result.entries, self.result.files = len(stock.cards), len(self.files)
        return self.result

    def _lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.result.seconds[stage] = now - self._clock
        self._clock = now

    def _tracked(self, crew: Crew, name: str, stage: str, work: Sequence[Sequence[Any]]) -> Iterator[Any]:
        """Every answer of a task, while telling how far it is."""
        done, total = 0, sum(map(len, work))
        for size, answers in crew.run(name, work):
            yield from answers
            done += size
            self.tell(stage, done, total)

    def _stock(self, crew: Crew) -> Stock:
        self._looked = time.time_ns()
        sources, problems = scan(self.order.root, self.kinds)
        stock = take(self.state, sources, lambda todo: self._tracked(crew, "read", "lezen en controleren", slices(todo, crew.jobs)))
        problems += stock.problems
        if self.order.judge and blocking(problems):
            raise Refused(problems)
        self.result.warnings = problems
        return stock

    def _check_whole(self, register: Register) -> None:
        if not self.order.judge:
            return
        for ref, finding in findings(register.by_ref, self.settings):
            file = f"{TOP}/{ref}.yaml" if ref in register.by_ref else ref
            self.result.warnings.append(file_problem(finding, (self.order.root / file).read_bytes(), file))
        if blocking(self.result.warnings):
            raise Refused(self.result.warnings)

    def _versions(self, crew: Crew, register: Register) -> None:
        """Writes the pages of versions that are not there yet, and keeps what each changed in sentences."""
        kept = {path: told for path, told in self.state.told.items() if path in self.output.current}
        planned, tasks = plan(self.history, register, kept)
        work = slices([list(task) for task in tasks], crew.jobs)
        fresh = {path: Told(planned[path][1], digest, what) for path, digest, what in self._tracked(crew, "tell", "versies", work)}
        self.told = {path: fresh.get(path) or kept[path] for path in planned}
        self.rows = {ref: rows(entry, self.told) for ref, entry in self.history.entries.items()}
        self.files |= {path: told.digest for path, told in self.told.items()}
        self.written |= fresh.keys()
        self.result.rendered += len(fresh)

    def _entry_pages(self, crew: Crew, register: Register, stock: Stock) -> dict[str, Made]:
        """Writes what belongs to entries whose page may differ. The worker that read an entry also writes it."""
        self.row_digests = {ref: digest_of(made) for ref, made in self.rows.items()}
        work: list[list[Any]] = [[] for _ in range(crew.jobs)]
        for index, file in enumerate(touched(self.state, stock, register, self.order.today, self.row_digests)):
            card = stock.cards[file]
            surroundings = list(around(register, card, self.order.today, self.rows.get(card.ref, [])))
            work[stock.slice_of(file, index, crew.jobs)].append((file, surroundings, register.names.get(card.owner, "")))
        made = {file: Made(*rest) for file, *rest in self._tracked(crew, "write", "pagina's", work)}
        self.result.rendered += len(made)
        for file, card in stock.cards.items():
            paths = [card.ref + suffix for suffix in ("/index.html", ".json", ".yaml")]
            if file in made:
                self._take(dict(zip(paths, made[file].digests, strict=True)))
            else:
                self.files |= {path: self.output.current[path] for path in paths}
        return made

    def _planned(self, register: Register) -> list[Planned]:
        """The pages that are not of one entry or version."""
        self.events = events(self.history, register, self.told)
        planned = [*history_pages(self.history, register, self.told, self.events)]
        planned += fixed_pages(register, self.order.today, self.events[:6], bool(self.history.head))
        for kind in self.kinds.values():
            planned += list_pages(kind, register.cards[kind.folder], register.names)
        return planned

    def _other_pages(self, planned: Sequence[Planned]) -> dict[str, str]:
        """Writes those that may not be kept. Returns path → key of all, for the next time."""
        current = self.output.current
        kept = {p.path: current[p.path] for p in planned if self.state.pages.get(p.path) == p.key and p.path in current}
        todo = [i for i, p in enumerate(planned) if p.path not in kept]

        def render(chunk: list[int]) -> list[tuple[str, str]]:
            return [(planned[i].path, self.output.write(planned[i].path, self.renderer.render(planned[i].make()))) for i in chunk]

        with Crew(self.order.jobs, {"render": render}) as crew:  # forked anew: these workers share the whole register
            made = dict(self._tracked(crew, "render", "lijsten", [todo[i :: crew.jobs] for i in range(crew.jobs)]))
        self.files |= kept
        self._take(made)
        self.result.rendered += len(made)
        return {p.path: p.key for p in planned}

    def _joined(self, stock: Stock, made: Mapping[str, Made]) -> dict[str, str]:
        """Writes JSON and CSV per kind: path → digest."""
        files = joined_files(self.kinds, stock, made, self.state, self._old)
        return {path: self.output.write(path, *content) for path, content in files}

    def _other_files(self, register: Register) -> None:
        """Feeds, the log, schemas, stylesheets, scripts, sitemap."""
        address = self.order.base_url or self.settings.address
        files = [*feed_files(self.settings.name, address, register, self.events)] if self.history.head else []
        if self.order.log:
            files.append(("publicaties.jsonl", self.order.log.raw))
        if self.order.checks is not None:
            files.append(("links.json", json.dumps(self.order.checks, ensure_ascii=False, indent=0).encode() + b"\n"))
        places = folders(self.order.root, "templates")
        for path, content in (*files, *asset_files(self.kinds, register.by_ref.values(), places, address, list(self.files))):
            self._put(path, content)

    def _put(self, path: str, content: bytes) -> None:
        self._take({path: self.output.write(path, content)})

    def _take(self, made: Mapping[str, str]) -> None:
        """Counts files among the new site that this build wrote. made: path → digest."""
        self.files |= made
        self.written |= made.keys()

    def _old(self, path: str) -> Piece:
        return self.output.present(path) if self.state.files and path in self.output.current else b""

    def _search(self, stock: Stock, made: Mapping[str, Made]) -> str:
        """The search index, made anew only when a searched text changed. Returns the digest of the texts."""
        if not self.order.search:
            return ""
        self.tell("zoeken", 0, 1)
        old = read_texts(self.state_path) if self.state.files else b""
        texts = b"".join(pieces(SEARCH, list(stock.cards), made, self.state.files, old, 0, b""))
        kept = {path: digest for path, digest in self.output.current.items() if path.startswith(INDEX + "/")}
        files, digest, anew = refresh(texts, self.output.spare, kept, self.state.search)
        self.files |= files
        if anew:
            self.written |= files.keys()
            self.output.adopt(files)
            self.texts = texts
        self.tell("zoeken", 1, 1)
        return digest

    def _reports(self) -> dict[str, str]:
        """The pages and files of every year. A year that has not changed is kept whole. Returns path → key, for each year's first page."""
        order, keys = self.order, dict[str, str]()
        if not self.history.head:
            return keys
        from .report import FOLDER, report_files, report_key, report_years, years_page  # not for a register outside git

        years, stale = report_years(self.history, order.today), []
        self._render(years_page(years, order.today))
        for year in years:
            base = f"{FOLDER}/{year}/"
            keys[base] = report_key(self.history, self.settings, order.checks, year, order.today)
            kept = {path: digest for path, digest in self.output.current.items() if path.startswith(base)}
            if kept and self.state.pages.get(base) == keys[base]:
                self.files |= kept
            else:
                stale.append(year)
        pages, files = report_files(self.history, self.settings, order.checks, stale, order.today, order.jobs)
        for page in pages:
            self._render(page)
        for path, content in files.items():
            self._put(path, content)
        return keys

    def _render(self, page: Page) -> None:
        self._put(page.path, self.renderer.render(page))
        self.result.rendered += 1

    def _about(self) -> dict[str, Any]:
        """What `bestanden.json` says besides the files: all that `verify` needs to make this site again."""
        head = self.order.log.head if self.order.log else ""
        return {"commit": self.history.head, "logkop": head, "datum": self.order.today, "basis": self.order.base_url}

    def _remember(self, stock: Stock, made: Mapping[str, Made], keys: dict[str, str], index: str) -> None:
        if not self.order.cached:
            return
        files = {}
        for file, card in stock.cards.items():
            lengths = [len(p) for p in made[file].parts] if file in made else self.state.files[file].lengths
            files[file] = Known(list(stock.stamps[file]), card, stock.warnings.get(file, []), lengths)
        state = State(
            self.epoch, list_digest(self.order.out), self.order.today, self._looked, files, keys, index, self.told, self.row_digests
        )
        write_state(self.state_path, state, self.texts)


def _not_ours(out: Path) -> Problem:
    message = f"In de map {out} staat al iets anders dan een site van ons."
    return Problem(str(out), 1, 1, FOUT, "map-bezet", "", message, "Kies met --out een lege map, of een map die er nog niet is.")
