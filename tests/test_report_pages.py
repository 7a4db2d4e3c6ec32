"""Promises of the report's pages and paper: readable by everyone in a real browser, nothing told by colour alone, a tagged large-print PDF."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

import lxml.html
import pikepdf
import pytest
from browser import serve
from playwright.sync_api import Browser
from test_report import INZAGE, KINDS, SETTINGS, Town, algorithm, all_years, full
from toegankelijk.promises import broken, run_all
from toegankelijk.visit import NARROW, WIDE

from inzage.assets import site_facts, static_files
from inzage.diff import CHANGED, Change
from inzage.history import Version
from inzage.plain import hints
from inzage.render import Renderer
from inzage.report import run_report
from inzage.report import words as report_words
from inzage.report.alone import alone
from inzage.report.charts import bars
from inzage.report.figure import Figure
from inzage.report.steps import Event

PROJECT = Path(__file__).resolve().parent.parent
TODAY = "2026-11-23"
MOST = 100_000


@dataclass
class Made:
    """The report of one year in a folder of its own, and what was said while it was made."""

    town: Town
    out: Path
    files: list[Path]
    said: list[str]

    def html(self, name: str = "index.html") -> Any:
        return lxml.html.fromstring((self.out / name).read_bytes())

    def pdf(self, suffix: str = "") -> pikepdf.Pdf:
        return pikepdf.open(self.out / f"jaarverslag-2026{suffix}.pdf")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return full(Town(tmp_path_factory.mktemp("stad")))


@pytest.fixture(scope="module")
def made(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Made:
    out, said = tmp_path_factory.mktemp("verslag") / "jaarverslag-2026", list[str]()
    return Made(town, out, run_report(town.repo.root, out, 2026, TODAY, town.path, None, said.append), said)


@pytest.fixture(scope="module")
def site(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The report pages as the site serves them."""
    folder, history = tmp_path_factory.mktemp("site"), town.history()
    pages, files = all_years(history, TODAY)
    renderer = Renderer([PROJECT / "templates"], site_facts(KINDS, SETTINGS, "", True))
    for path, content in {**files, **static_files([PROJECT / "templates"]), **{p.path: renderer.render(p) for p in pages}}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    with serve(folder) as address:
        yield address


PLACES: list[tuple[str, dict[str, Any]]] = [
    ("jaarverslag/2025/", {"schemes": ["light"], "viewports": [WIDE]}),
    ("jaarverslag/2026/", {"schemes": ["dark"], "viewports": [NARROW]}),
    ("jaarverslag/2026/wijzigingen/", {"viewports": [NARROW]}),
    ("jaarverslag/", {"schemes": ["light"]}),
]


@pytest.mark.parametrize(("path", "where"), PLACES, ids=[path for path, _ in PLACES])
def test_the_fifteen_promises_hold(browser: Browser, site: str, path: str, where: dict[str, Any]) -> None:
    """The fullest page in the hardest place, one of the same template in the others; the two small page types."""
    assert broken(run_all(browser, site + path, **where)) == {}


def test_every_bar_is_a_picture_with_words_and_a_label_beside_it(made: Made) -> None:
    page = made.html()
    pictures = page.xpath("//main//svg")
    assert len(pictures) > 10
    for picture in pictures:
        said = picture.get("aria-label")
        label = picture.getprevious().text_content()
        assert picture.get("role") == "img" and said.startswith(label) and re.search(r": \d", label)
        assert picture.xpath("string(title)") == said
        assert {b.get("fill") for b in picture.xpath("rect")} == {"none", "currentColor"}
    assert not page.xpath("//*[@style]") and not page.xpath("//script | //style")


def test_bars_show_a_share_or_parts_side_by_side() -> None:
    whole = Figure(
        "Heel", 3, 12, number=3, parts=(Figure("Deel", 1, 4), Figure("Dagen", 9, None, unit="dagen"), Figure("Onbekend", None, 4))
    )
    assert [(b.label, b.width) for b in bars(whole)] == [("Heel: 3 van 12", "25.0%"), ("Deel: 1 van 4", "25.0%")]
    assert bars(whole)[0].alternative == "Heel: 3 van 12, dat is 25 procent"
    flow = Figure("Stroom", 6, 6, number=2, parts=(Figure("Erbij", 4), Figure("Weg", 2), Figure("Niets", 0)))
    assert [(b.label, b.width) for b in bars(flow)] == [("Erbij: 4", "100.0%"), ("Weg: 2", "50.0%")]
    assert bars(Figure("Niets bekend", None, number=6)) == []


def test_each_figure_shows_sentence_numbers_table_ids_and_command(made: Made) -> None:
    page, data = made.html(), {f["nr"]: f for f in json.loads((made.out / "cijfers.json").read_bytes())}
    for number in range(1, 17):
        [section] = page.xpath(f"//section[@id='cijfer-{number}']")
        text = section.text_content()
        assert re.search(r"Teller: .+\. Noemer: .+\. Onbekend: \d", text) and section.xpath(".//code")[-1].text.startswith(
            "python build.py report 2026"
        )
        shown = {word: re.sub(r"\D", "", value) for word, value in re.findall(r"(Teller|Noemer|Onbekend): ([^.]+)\.", text)}
        known = {"Teller": data[number]["teller"], "Noemer": data[number]["noemer"], "Onbekend": data[number]["onbekend"]}
        assert shown == {word: "" if value is None else str(value) for word, value in known.items()}
        if "Teller: onbekend" in text:
            assert section.xpath(".//p[1]/strong")[0].text == "Onbekend." and len(section.xpath("string(.//p[1])")) > 25
    assert page.xpath("//section[@id='cijfer-8']//details//li")[0].text_content() == "Stuk"


def test_two_entries_of_one_name_have_links_that_differ(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.publish("2026-01-05", {f"register/algoritmes/{x}.yaml": algorithm("Parkeren!") for x in ("a", "b")} | {"register/algoritmes/c.yaml": algorithm("Parkeren")})  # fmt: skip
    history = town.history()
    pages, _ = all_years(history, TODAY)
    [changes] = [p for p in pages if p.path == "jaarverslag/2026/wijzigingen/index.html"]
    [(_, [row])] = changes.context["months"]
    assert [label for _, label in row["links"]] == ["Parkeren! (algoritmes, a)", "Parkeren! (algoritmes, b)", "Parkeren (algoritmes, c)"]


def version(number: int) -> Version:
    return Version("algoritmes", f"x{number}", 1, "", 0, "", "", "2026-01-01", "ja", "", "ja", (), 1, True, False)


def test_long_lists_of_changes_are_cut_into_pages_that_stay_small() -> None:
    one, many = (tuple(Change(CHANGED, (f"veld{i}",), "a", "b") for i in range(n)) for n in (1, 70))
    events = [
        Event(f"algoritmes/x{i}", "2026-01-01", "veranderd", version(i), version(i), one if i < 120 else many, "", "ja") for i in range(140)
    ]
    pages = report_words.chunks(events)
    assert [e for page in pages for e in page] == events
    assert [len(p) for p in pages[:2]] == [50, 50] and max(len(p) for p in pages[3:]) <= 4


def test_a_large_register_keeps_its_report_page_small(tmp_path: Path) -> None:
    town = Town(tmp_path)
    named = {
        f"register/algoritmes/n{i}.yaml": algorithm(f"Een algoritme met een tamelijk lange naam, nummer {i}", herzien_voor="2026-01-02")
        for i in range(400)
    }
    town.publish("2026-01-05", named | {f"register/organisaties/o{i}.yaml": f"naam: Partner {i}\n" for i in range(60)})
    pages, files = all_years(town.history(), TODAY)
    renderer = Renderer([PROJECT / "templates"], site_facts(KINDS, SETTINGS, "", True))
    sizes = {p.path: len(renderer.render(p)) for p in pages}
    styles = sum(len(raw) for raw in static_files([PROJECT / "templates"]).values())
    assert len([p for p in sizes if "wijzigingen" in p and "2026" in p]) == 10 and max(sizes.values()) < MOST - min(styles, 40_000)
    assert len(json.loads(files["jaarverslag/2026/cijfers.json"])[0]["ids"]) == 460


def test_our_own_sentences_are_plain_dutch(made: Made) -> None:
    """No hint of plain.py on what the report itself says; what the register says is not ours."""
    page = made.html()
    for old in page.xpath("//main//details | //main//table | //main//code"):
        old.drop_tree()
    lines = {p.text_content().strip() for p in page.xpath("//main//p") if p.get("class") not in ("staaf-naam", "bel")}
    found = [
        (h.code, h.excerpt, line)
        for line in lines
        for h in hints(line, allow=["geheimhouding", "beschrijvingen", "PDF", "UA", "IAMA", "FRIA", "DPIA"])
    ]
    assert len(lines) > 30 and [f for f in found if f[0] != "lijdende-vorm"] == []


# A folder of its own


def test_the_folder_holds_everything_and_links_to_nothing_that_is_not_there(made: Made) -> None:
    names = {p.relative_to(made.out).as_posix() for p in made.files}
    assert {
        "index.html",
        "cijfers.json",
        "wijzigingen.csv",
        "wijzigingen/index.html",
        "jaarverslag-2026.pdf",
        "jaarverslag-2026-extra-groot.pdf",
    } < names
    assert all(p.is_file() for p in made.files) and made.said == []
    for name in ("index.html", "wijzigingen/index.html"):
        page = made.html(name)
        relative = [a for a in page.xpath("//@href") if not a.startswith(("#", "tel:"))]
        assert relative and all((made.out / name).parent.joinpath(a).resolve().is_file() for a in relative)
    assert "gemarkeerd als PDF/UA-1 en door een machine gecontroleerd" in made.html().text_content()
    assert "voldoet" not in made.html().text_content()


def test_the_folder_is_readable_from_a_disk(made: Made, browser: Browser) -> None:
    page = browser.new_page()
    page.goto((made.out / "index.html").as_uri())
    assert page.evaluate("() => getComputedStyle(document.body).fontSize") == "20px"
    page.get_by_role("link", name="Alle wijzigingen in 2026, in gewone woorden").click()
    assert page.locator("h1").inner_text() == "Alle wijzigingen in 2026"
    page.close()


def test_links_to_the_site_are_whole_when_it_has_an_address() -> None:
    html = '<nav><a href="../zoeken/">Zoek</a></nav><a class="x" href="../algoritmes/a/">A</a><a href="../cijfers.json">C</a><a href="#x">X</a><a href="tel:1">1</a><a href="../">B</a>'
    here = {"cijfers.json", "wijzigingen/index.html"}
    assert alone(html, "wijzigingen/index.html", here, "https://x.example/") == (
        '<nav><a href="https://x.example/zoeken/">Zoek</a></nav><a class="x" href="https://x.example/algoritmes/a/">A</a>'
        '<a href="../cijfers.json">C</a><a href="#x">X</a><a href="tel:1">1</a><a href="https://x.example/">B</a>'
    )
    assert alone(html, "wijzigingen/index.html", here, "").startswith('<a class="x">A</a><a href="../cijfers.json">')


def test_a_shorter_list_of_changes_leaves_no_old_page_behind(town: Town, tmp_path: Path) -> None:
    (tmp_path / "wijzigingen/pagina/9").mkdir(parents=True)
    (tmp_path / "cijfers.json").write_text("[]")
    (tmp_path / "van-mij.txt").write_text("blijft")
    with without_pango():
        run_report(town.repo.root, tmp_path, 2026, TODAY, town.path, None, lambda line: None)
    assert not (tmp_path / "wijzigingen/pagina").exists() and (tmp_path / "van-mij.txt").exists()


# Paper


def tags(document: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    todo = [document.Root.StructTreeRoot.K]
    while todo:
        node: Any = todo.pop()
        if isinstance(node, pikepdf.Array):
            todo += list(node)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield str(node.S), node
            todo += [node.K] if "/K" in node else []


@pytest.mark.parametrize(("suffix", "points"), [("", 18), ("-extra-groot", 24)])
def test_the_pdf_is_tagged_large_and_marked(made: Made, suffix: str, points: int) -> None:
    with made.pdf(suffix) as document:
        root, found = document.Root, list(tags(document))
        count = {tag: sum(t == tag for t, _ in found) for tag in {t for t, _ in found}}
        assert str(root.Lang) == "nl" and root.MarkInfo.Marked and root.ViewerPreferences.DisplayDocTitle
        assert str(document.docinfo.Title) == "Jaarverslag 2026 – Inzage Stad"
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1" and metadata["dc:title"] == "Jaarverslag 2026 – Inzage Stad"
        heads = [node for tag, node in found if tag == "/TH"]
        assert len(heads) > 60 and {str(node.A.Scope) for node in heads} == {"/Column", "/Row"}
        assert (
            count["/H1"] == 1
            and count["/H2"] > 15
            and all("/Alt" in node for tag, node in found if tag == "/Figure")
            and count["/Figure"] > 10
        )
        assert count["/Table"] == count["/Caption"] == len({str(n.objgen) for t, n in found if t == "/Table"}), (
            "no table breaks over two sheets"
        )
        width, height = (float(v) for v in document.pages[0].MediaBox[2:])
        assert (round(width), round(height)) == (595, 842)
        assert points in sizes(document) and min(sizes(document)) == 18.0


def sizes(document: pikepdf.Pdf) -> set[float]:
    """The sizes of letters in points, from the text operators of every page."""
    found = set()
    for page in document.pages:
        stack, scale, size, matrix = list[float](), 1.0, 0.0, 1.0
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name == "q":
                stack.append(scale)
            elif name == "Q":
                scale = stack.pop()
            elif name == "cm":
                scale *= abs(float(operands[3]))
            elif name == "Tf":
                size = float(operands[1])
            elif name == "Tm":
                matrix = abs(float(operands[3]))
            elif name in ("Tj", "TJ"):
                found.add(round(size * matrix * scale, 1))
    assert found
    return found


def test_the_command_that_the_report_prints_makes_the_same_bytes(made: Made, tmp_path: Path) -> None:
    """In another time zone, language and order of hashing, from a clone: no clock and no chance in page, data or paper."""
    root, town = tmp_path / "root", made.town
    town.repo.git("clone", "-q", ".", str(root))
    shutil.copy(town.path, root / "publicaties.jsonl")
    commands = {figure["commando"] for figure in json.loads((made.out / "cijfers.json").read_bytes())}
    assert commands == {"python build.py report 2026 --root . --today 2026-11-23 --log publicaties.jsonl"}
    words = commands.pop().split()
    env = {"PATH": os.environ["PATH"], "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, str(PROJECT / words[1]), *words[2:]], cwd=root, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for path in made.files:
        assert (root / "jaarverslag-2026" / path.relative_to(made.out)).read_bytes() == path.read_bytes(), path
    with made.pdf() as document:
        assert "20261123" in str(document.docinfo.CreationDate)


class without_pango:
    """A machine on which WeasyPrint cannot find Pango: importing it raises what cffi raises."""

    class Missing(MetaPathFinder):
        def find_spec(self, name: str, *_: Any) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    def __enter__(self) -> None:
        self.finder, self.kept = self.Missing(), {n: m for n, m in sys.modules.items() if n.partition(".")[0] == "weasyprint"}
        for name in self.kept:
            del sys.modules[name]
        sys.meta_path.insert(0, self.finder)

    def __exit__(self, *_: object) -> None:
        sys.meta_path.remove(self.finder)
        sys.modules.update(self.kept)


def test_without_pango_the_rest_is_made_and_one_line_says_what_to_install(tmp_path: Path) -> None:
    town, said = Town(tmp_path), list[str]()
    town.publish("2026-01-05", {"inzage.yaml": INZAGE, "register/algoritmes/a.yaml": algorithm()})
    with without_pango():
        files = run_report(town.repo.root, None, 2026, "2026-11-23", town.path, None, said.append)
    names = {p.relative_to(town.repo.root / "jaarverslag-2026").as_posix() for p in files}
    assert {"index.html", "cijfers.json", "wijzigingen.csv"} < names and not any(n.endswith(".pdf") for n in names)
    assert len(said) == 1 and "\n" not in said[0] and "apt-get install" in said[0] and "libpango" in said[0]
    assert ".pdf" not in (town.repo.root / "jaarverslag-2026/index.html").read_text("utf-8")


def test_all_lines_fit_on_the_sheet(made: Made) -> None:
    """Nothing runs off the right edge, also in the extra large print (a table that is too wide would)."""
    for suffix in ("", "-extra-groot"):
        out = subprocess.run(["pdftotext", "-bbox", str(made.out / f"jaarverslag-2026{suffix}.pdf"), "-"], capture_output=True, check=False)
        if out.returncode:
            pytest.skip("poppler-utils is not here")
        right = [float(x) for x in re.findall(rb'xMax="([\d.]+)"', io.BytesIO(out.stdout).getvalue())]
        assert len(right) > 500 and max(right) < 595.3 - 40
