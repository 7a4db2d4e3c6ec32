"""`report YEAR`: the commissioner's year in a folder of its own. Flow: top, like site; commands → run → files, render, pdf."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from .. import logbook
from ..assets import ASSETS, site_facts, static_files
from ..config import load_settings
from ..git import is_repository
from ..history import read_history
from ..kinds import load_kinds
from ..model import Settings
from ..problem import FOUT, Problem, Refused
from ..render import Renderer
from . import words
from .alone import alone
from .figures import all_figures
from .files import FIGURES, report_page, year_files
from .pdf import NoPango, to_pdf
from .year import Links, Year, gather

SHIPPED = Path(__file__).resolve().parent.parent.parent
CODES = ("jaar-toekomst",)
# Of more than 200 changes paper would become a book; they all stand in the table. Size in points → what fits on a sheet.
PAPERS = {18: words.Paper(200, 13, 22), 24: words.Paper(200, 10, 15)}
STYLES = ("thema.css", "inzage.css", "jaarverslag.css")
ICON = "icoon.svg"


def run_report(
    root: Path, out: Path | None, year: int, today: str, log_path: Path | None, links: Links | None, tell: Callable[[str], None] = print
) -> list[Path]:
    """Makes the report of a year: page, list of changes, `cijfers.json`, `wijzigingen.csv` and the large print.

    out: the folder, or None for `jaarverslag-<year>` in the root. links: the list of the weekly check, or None. tell: gets the one line
    that says what to install when Pango is missing; all else is made then. Returns the files. Raises Refused.
    """
    if f"{year:04}-01-01" > today:
        fix = f"Kies een jaar tot en met {today[:4]}."
        raise Refused([Problem("", 1, 1, FOUT, "jaar-toekomst", "", f"Het jaar {year} is nog niet begonnen.", fix)])
    folders = {name: [SHIPPED / name, *([root / name] if root / name != SHIPPED / name else [])] for name in ("schemas", "templates")}
    kinds, settings = load_kinds(*folders["schemas"]), load_settings(root, *folders["schemas"])
    log = logbook.read(log_path) if log_path else None
    if log and is_repository(root):
        logbook.check_against(log, root)
    history = read_history(root, kinds, log=log, jobs=2)
    [found] = gather(history, settings, links, [year], today, jobs=2)
    renderer = Renderer(folders["templates"], site_facts(kinds, settings, "", bool(history.head)))
    assets = {path: raw for path, raw in static_files(folders["templates"]).items() if path.split("/")[-1] in (*STYLES, ICON)}
    return _write(out or root / f"jaarverslag-{year}", _made(found, settings, renderer, assets, tell))


def _made(year: Year, settings: Settings, renderer: Renderer, assets: Mapping[str, bytes], tell: Callable[[str], None]) -> dict[str, bytes]:
    """Every file of the folder: path → bytes."""
    papers = _papers(year, settings, renderer, assets, tell)
    names = [(path, f"Dit verslag om af te drukken, in letters van {size} punten") for path, size in zip(papers, PAPERS, strict=False)]
    pages, files = year_files(year, "", names)
    files = {**files, **assets, **papers}
    here = {*files, *(page.path for page in pages)}
    return files | {p.path: alone(renderer.render(p).decode(), p.path, here, settings.address).encode() for p in pages}


def _papers(
    year: Year, settings: Settings, renderer: Renderer, assets: Mapping[str, bytes], tell: Callable[[str], None]
) -> dict[str, bytes]:
    """The report in large print, in two sizes; none without Pango, and then one line says what to install."""
    figures, labels = all_figures(year), words.labels_of(year)
    styles = [assets[f"{ASSETS}/{name}"].decode() for name in STYLES]
    texts = {}
    for size, paper in PAPERS.items():
        page = report_page(year, figures, labels, "", paper=paper)
        texts[size] = alone(renderer.render(page).decode(), page.path, (), settings.address)
    paths = (f"jaarverslag-{year.number}.pdf", f"jaarverslag-{year.number}-extra-groot.pdf")
    try:
        with ProcessPoolExecutor(len(PAPERS)) as pool:  # each takes seconds, and they have nothing to do with each other
            made = [pool.submit(to_pdf, html, styles, year.last, size) for size, html in texts.items()]
            return {path: one.result() for path, one in zip(paths, made, strict=True)}
    except NoPango as error:
        tell(str(error))
        return {}


def _write(out: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Writes the files; what an earlier report of ours left of the list of changes goes first."""
    if (out / FIGURES).is_file():
        shutil.rmtree(out / "wijzigingen", ignore_errors=True)
    for name, content in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return [out / name for name in sorted(files)]
