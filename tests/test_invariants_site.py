"""The invariants of AUDIT.md that are promises of the site, over real repositories that hypothesis makes up (plans.py): 2 for the site, 9 and 11.
Numbers in the names are those of AUDIT.md. What a page should say is worked out here from the YAML, by none of our own code."""

import csv
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lxml.html
import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from plans import FEW, FULL, KINDS, LINKS, ONCE, TOWN, Data, Made, Plan, entries_on_disk, full_plans, made, said, shuffled, today_of
from registers import PROJECT
from sites import assert_same, command, environment, make, page, text, texts, tree
from test_exports import entry_of

from inzage.audit import rebuilder
from inzage.commands import dead_links
from inzage.kinds import Field, Kind
from inzage.problem import Problem
from inzage.publish import LIST
from inzage.text import date_text, number
from inzage.verify import UNSTABLE, Rebuild, verify

WORDS = yaml.safe_load((PROJECT / "templates/nl.yaml").read_text("utf-8"))
ADDRESS = "https://register.example.org"


# 9. The same bytes everywhere

surroundings = st.fixed_dictionaries(
    {
        "TZ": st.sampled_from(["Pacific/Kiritimati", "America/Anchorage", "Europe/Amsterdam"]),
        "LC_ALL": st.sampled_from(["C", "C.UTF-8", "tr_TR.UTF-8"]),
        "PYTHONHASHSEED": st.integers(0, 4_294_967_295).map(str),
        "PYTHONUTF8": st.sampled_from("01"),
        "PYTHONCOERCECLOCALE": st.sampled_from("01"),
    }
)


HARDEST = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}  # no é, no «


@FEW
@given(
    plan=full_plans(6), sub=st.sampled_from(["", "gemeente"]), env=surroundings, mask=st.sampled_from([0o000, 0o027, 0o077]),
    order=st.integers(0, 2**32), place=st.sampled_from(["/", ".", "opslag"]), jobs=st.sampled_from([1, 2]),
)  # fmt: skip
@example(plan=FULL, sub="", env=HARDEST, mask=0o077, order=2, place="/", jobs=2)
def test_9_a_build_is_the_same_under_any_zone_locale_seed_umask_file_order_and_working_directory(
    plan: Plan, sub: str, env: dict[str, str], mask: int, order: int, place: str, jobs: int
) -> None:
    with made(plan, sub, TOWN) as result:
        result.mended()
        folder, today = result.path.parent, today_of(result)
        shuffled(result.repo.root, 1)
        make(result.repo.root, folder / "hier", log=result.log, today=today, base_url=ADDRESS, cached=False)
        shutil.copytree(result.repo.top, folder / "één kopie/opslag")
        shuffled(folder / "één kopie/opslag" / sub, order)
        start = folder / "één kopie" / place
        at = {"--root": folder / "één kopie/opslag" / sub, "--out": folder / "daar", "--log": result.path}
        words = [w for option, path in at.items() for w in (option, os.path.relpath(path, start))]
        done = command(
            "build", *words, "--today", today, "--base-url", ADDRESS, "--jobs", jobs, "--no-cache", "--no-search",
            cwd=start, env=environment(**env, LANG=env["LC_ALL"]), preexec_fn=lambda: os.umask(mask),
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert_same(folder / "hier", folder / "daar")


# 11. The same facts as HTML, JSON and CSV


def csv_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))


def plainly(value: Any) -> Any:
    """A value as it stands in the YAML: ja and nee, and all else text."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, dict):
        return {key: plainly(inner) for key, inner in value.items()}
    return [plainly(inner) for inner in value] if isinstance(value, list) else str(value)


def facts(field: Field, value: Any, names: dict[str, str]) -> Iterator[str]:
    """The words by which a page tells a value; an address as it is."""
    if isinstance(value, list):
        for item in value:
            yield from facts(field.item or field, item, names)
    elif isinstance(value, dict):
        inner = {f.key: f for f in field.fields}
        for key, one in value.items():
            yield from facts(inner[key], one, names) if key in inner else gap(one)
    elif isinstance(value, bool):
        yield "Ja" if value else "Nee"
    elif field.shape == "markdown":
        yield value.replace("**", "")
    else:
        yield names.get(value, value) if field.target else date_text(value) if field.shape == "date" else field.shown(value)


def gap(reason: dict[str, str]) -> Iterator[str]:
    """The words by which a page tells why a field is empty."""
    yield WORDS["redenen"][reason["reden"]]
    yield from (date_text(words) if key == "gepland" else words for key, words in reason.items() if key != "reden")


def rows_of(document: lxml.html.HtmlElement, where: str) -> dict[str, lxml.html.HtmlElement]:
    """The tables of a page: the name of a field → its row."""
    found = document.xpath(f"//main//dl[@class='rijen']/div[{where}]")
    return {"".join(row.xpath("./dt//text()[not(ancestor::span[@class='uitleg'])]")).strip(): row for row in found}


def assert_page_says(document: lxml.html.HtmlElement, kind: Kind, data: Data, names: dict[str, str]) -> None:
    """Every fact of an entry stands on its page, and the page has no field that the entry has not."""
    assert texts(document, "//h1") == [data[kind.name_field]]
    empty = f"ancestor::section[h2='{WORDS['gaten']}']"
    filled, left = rows_of(document, f"not({empty} or ancestor::section[h2='{WORDS['hoort_bij']}'])"), rows_of(document, empty)
    for key, value in data.items():
        field = kind.by_key[key]
        place = filled.get(field.label, document)  # what has no row of its own stands elsewhere on the page
        words = text(place.xpath("./dd")[0] if place is not document else place)
        for fact in facts(field, value, names):
            assert fact in words or fact in place.xpath(".//@href"), (key, fact)
    assert filled.keys() <= {kind.by_key[key].label for key in data} and not left.keys() & filled.keys()
    assert left.keys() == {f.label for f in kind.fields if f.key not in data and (f.level != "vrij" or f.key in data.get("ontbreekt", {}))}


def assert_same_facts(site: Path, result: Made) -> None:
    disk = entries_on_disk(result.repo)
    names = {ref: data.get("naam") or data["titel"] for ref, raw in disk.items() if (data := said(raw))}
    for kind in KINDS.values():
        whole, rows = json.loads((site / f"{kind.folder}.json").read_bytes()), csv_of(site / f"{kind.folder}.csv")
        ids = [ref.split("/")[1] for ref in disk if ref.startswith(kind.folder + "/")]
        assert [one["id"] for one in whole] == [row["id"] for row in rows] == ids
        listed = page(site, kind.folder).xpath("//ul[@class='kaarten']//h2/a/@href")
        assert sorted(listed) == [f"../{kind.folder}/{id}/" for id in ids]
        for one, row in zip(whole, rows, strict=True):
            ref, data = f"{kind.folder}/{one['id']}", one["velden"]
            assert plainly(data) == said(disk[ref]) and entry_of(kind, row) == data
            assert json.loads((site / f"{ref}.json").read_bytes()) == one and (site / f"{ref}.yaml").read_bytes() == disk[ref]
            assert_page_says(page(site, ref), kind, data, names)


STEPS = {
    "toegevoegd": "Toegevoegd", "weer geldig": "Toegevoegd", "ingetrokken": "Ingetrokken", "verdwenen": "Verdwenen zonder spoor",
    "verdwenen na intrekking": "Verdwenen na intrekking",
}  # fmt: skip


def assert_same_figures(site: Path, year: Path) -> None:
    """The year as a page, as figures and as a table of changes."""
    figures, report = json.loads((year / "cijfers.json").read_bytes()), page(site, f"jaarverslag/{year.name}")
    for figure in figures:
        shown = text(report.xpath(f"//section[@id='cijfer-{figure['nr']}']/p[@class='uitleg']")[0])
        value = "onbekend" if figure["teller"] is None else number(figure["teller"]) + " dagen" * (figure["eenheid"] == "dagen")
        whole = "geen" if figure["noemer"] is None else number(figure["noemer"])
        assert shown == f"Teller: {value}. Noemer: {whole}. Onbekend: {number(figure['onbekend'])}."
    rows, flow = csv_of(year / "wijzigingen.csv"), figures[1]
    if flow["teller"] is None:
        assert rows == []
        return
    in_table = Counter((STEPS[row["wat"]], row["beschrijving"]) for row in rows if row["wat"] in STEPS)
    assert in_table == Counter((part["naam"], ref) for part in flow["delen"] if part["naam"] in STEPS.values() for ref in part["ids"])
    assert {row["beschrijving"] for row in rows} == set(flow["ids"])
    changed = page(site, f"jaarverslag/{year.name}/wijzigingen")
    assert re.search(rf"\b{flow['teller']} wijziging(en)? van inhoud", text(changed))
    links = {href.removeprefix("../../../").strip("/") for href in changed.xpath("//main//section//a/@href") if "algoritmes" in href}
    assert links == {ref for ref in flow["ids"] if ref.startswith("algoritmes/")}


@FEW
@given(plan=full_plans())
@example(plan=FULL)
def test_11_html_json_and_csv_carry_the_same_facts(plan: Plan) -> None:
    with made(plan, more=TOWN) as result:
        result.mended()
        site = result.path.parent / "site"
        make(result.repo.root, site, log=result.log, today=today_of(result), cached=False, checks=LINKS)
        assert_same_facts(site, result)
        years = [path for path in sorted((site / "jaarverslag").iterdir()) if path.is_dir()]
        assert years
        for year in years:
            assert_same_figures(site, year)


# 2. Every byte of the site


@dataclass
class Built:
    """A site, what it was made of, and the real builder, which remembers what it made."""

    result: Made
    site: Path
    rebuild: Rebuild
    files: list[Path]

    def faults(self, rebuild: bool = True, log: bool = True) -> list[Problem]:
        return verify(self.result.repo.root, self.result.path if log else None, site=self.site, rebuild=self.rebuild if rebuild else None)

    def named(self, **how: bool) -> set[str]:
        """The files that verify names, below the site."""
        return {os.path.relpath(p.file, self.site) for p in self.faults(**how)}

    def unlisted(self) -> set[str]:
        """Those that it names by the site's own list alone: that takes no time."""
        return self.named(rebuild=False, log=False)

    def name(self, file: Path) -> str:
        return file.relative_to(self.site).as_posix()


def remembered(make_again: Rebuild, site: Path, kept: Path) -> Rebuild:
    """The real rebuild. What it made is kept under all that it is made of: a build with the same commit, log, day, address and links is the same."""

    def rebuild(commit: str, folder: Path) -> None:
        told = json.loads((site / LIST).read_bytes())
        links = (site / "links.json").read_bytes() if (site / "links.json").is_file() else b""
        of = [commit, told.get("logkop"), told.get("datum"), told.get("basis"), links.hex()]
        place = kept / hashlib.sha256(json.dumps(of).encode()).hexdigest()
        if not place.is_dir():
            with tempfile.TemporaryDirectory(dir=kept) as fresh:
                make_again(commit, Path(fresh))
                shutil.copytree(fresh, place, copy_function=os.link)
        shutil.copytree(place, folder, copy_function=os.link, dirs_exist_ok=True)

    return rebuild


@pytest.fixture(scope="module")
def built() -> Iterator[Built]:
    """The site of a repository with all of it: search index, log, checks of links, versions, a tombstone."""
    with made(FULL, "gemeente", TOWN) as result, tempfile.TemporaryDirectory() as kept:
        result.mended()
        site, root = result.path.parent / "site", result.repo.root
        how = {"base_url": ADDRESS, "links": dead_links(LINKS), "checks": LINKS, "search": True, "cached": False}
        make(root, site, log=result.log, today=today_of(result), **how)
        real = rebuilder(root, result.path, site)
        assert real
        found = Built(result, site, remembered(real, site, Path(kept)), sorted(p for p in site.rglob("*") if p.is_file()))
        assert found.faults() == [] and len(found.files) > 100
        yield found
        assert found.faults() == [], "a test left the site other than it was"


numbers = st.integers(0, 2**24)
bytes_ = st.integers(0, 255) | st.sampled_from(b' \t\n\r"/')


def other_byte(raw: bytes, place: int, byte: int) -> bytes:
    """The same with another byte in one place."""
    place %= len(raw)
    return raw[:place] + bytes([byte if byte != raw[place] else byte ^ 1]) + raw[place + 1 :]


@contextmanager
def written(files: dict[Path, bytes | None]) -> Iterator[None]:
    """Files with other content for a while; None: without the file. One that was not there goes again."""
    before = {path: path.read_bytes() if path.is_file() else None for path in files}

    def write(content: dict[Path, bytes | None]) -> None:
        for path, raw in content.items():
            path.unlink(missing_ok=True)
            if raw is not None:
                path.write_bytes(raw)

    try:
        write(files)
        yield
    finally:
        write(before)


@settings(ONCE, max_examples=40)
@given(which=numbers, place=numbers, byte=bytes_)
def test_2_any_byte_changed_in_any_file_of_the_site_is_noticed_and_the_file_named(built: Built, which: int, place: int, byte: int) -> None:
    file = built.files[which % len(built.files)]
    assume(file.name != LIST and file.stat().st_size)
    with written({file: other_byte(file.read_bytes(), place, byte)}):
        assert built.name(file) in built.unlisted()


@settings(ONCE, max_examples=30)
@given(place=numbers | st.integers(0, 40) | st.integers(-210, -1), byte=bytes_)
def test_2_any_byte_changed_in_the_list_of_the_site_is_noticed(built: Built, place: int, byte: int) -> None:
    """Also where it means the same to whoever reads the list: a tab for a space. And never with a fault of the program itself."""
    list_ = built.site / LIST
    with written({list_: other_byte(list_.read_bytes(), place, byte)}):
        assert built.faults(log=False)


changes = st.sampled_from(["change", "add", "remove", "rename", "swap", "cut", "empty"])


def changed(what: str, one: Path, other: Path, place: int, byte: int) -> dict[Path, bytes | None]:
    """Files of the site as somebody would leave them who changed them without a build."""
    raw = one.read_bytes()
    new = one.with_name(f"extra-{byte}.html")
    return {
        "change": lambda: {one: other_byte(raw, place, byte)},
        "add": lambda: {new: other.read_bytes()},
        "remove": lambda: {one: None},
        "rename": lambda: {one: None, new: raw},
        "swap": lambda: {one: other.read_bytes(), other: raw},
        "cut": lambda: {one: raw[: place % len(raw)]},
        "empty": lambda: {one: b""},
    }[what]()


@settings(ONCE, max_examples=30)
@given(what=changes, which=numbers, other=numbers, place=numbers, byte=bytes_)
def test_2_a_file_added_removed_renamed_swapped_or_cut_is_noticed(
    built: Built, what: str, which: int, other: int, place: int, byte: int
) -> None:
    files = [f for f in built.files if f.name != LIST and f.stat().st_size]
    one, two = files[which % len(files)], files[other % len(files)]
    assume(one.read_bytes() != two.read_bytes())
    todo = changed(what, one, two, place, byte)
    with written(todo):
        assert {built.name(path) for path in todo} <= built.unlisted()


@pytest.mark.parametrize("to", ["algoritmes", "/etc", "nergens"])
def test_2_a_link_among_the_files_is_noticed_also_one_to_a_folder(built: Built, to: str) -> None:
    link = built.site / "wijzigingen/extra"
    link.symlink_to(built.site / to)
    try:
        assert "wijzigingen/extra" in built.unlisted()
    finally:
        link.unlink()


def forged_list(built: Built) -> bytes:
    """The list that fits the files as they are now, written as a build writes it."""
    told = json.loads((built.site / LIST).read_bytes())
    files = {path: hashlib.sha256(raw).hexdigest() for path, raw in tree(built.site).items() if path != LIST}
    return json.dumps({**told, "bestanden": files}, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"


@settings(ONCE, max_examples=20)
@given(what=changes, which=numbers, other=numbers, place=numbers, byte=bytes_)
def test_2_a_forger_who_makes_the_list_fit_is_caught_by_the_new_build(
    built: Built, what: str, which: int, other: int, place: int, byte: int
) -> None:
    """Not in the index of the search, which is not made twice the same (DESIGN §6), nor in links.json, which is what a build is made of."""
    files = [f for f in built.files if f.name not in (LIST, "links.json") and not built.name(f).startswith(UNSTABLE) and f.stat().st_size]
    one, two = files[which % len(files)], files[other % len(files)]
    assume(one.read_bytes() != two.read_bytes())
    todo, list_ = changed(what, one, two, place, byte), built.site / LIST
    with written(todo), written({list_: list_.read_bytes()}):
        list_.write_bytes(forged_list(built))
        assert built.faults(rebuild=False, log=False) == [], "the forgery is a good one"
        assert {str(path) for path in (*todo, list_)} <= {p.file for p in built.faults(log=False) if p.code == "site-herbouw"}


@settings(ONCE, max_examples=2)
@given(which=numbers, place=numbers, byte=bytes_, forged=st.booleans())
def test_2_the_command_line_notices_too_with_a_new_build_each_time(built: Built, which: int, place: int, byte: int, forged: bool) -> None:
    words = ("verify", "--root", built.result.repo.root, "--log", built.result.path, "--site", built.site)
    files = [f for f in built.files if f.suffix == ".html" and f.stat().st_size]
    file, list_ = files[which % len(files)], built.site / LIST
    with written({file: other_byte(file.read_bytes(), place, byte), list_: list_.read_bytes()}):
        if forged:
            list_.write_bytes(forged_list(built))
        done = command(*words)
        assert done.returncode == 1 and built.name(file) in done.stdout and "is anders dan in een nieuwe bouw" in done.stdout, done.stderr


def test_2_the_command_line_says_that_an_untouched_site_holds(built: Built) -> None:
    done = command("verify", "--root", built.result.repo.root, "--log", built.result.path, "--site", built.site)
    assert (done.returncode, done.stdout) == (0, "Alles klopt.\n"), done.stdout + done.stderr


def test_2_a_list_of_another_day_or_address_and_links_that_cannot_be_read_are_faults_of_the_site(built: Built) -> None:
    """Not of the program: without them nobody knows how the site was made, and the other faults are told all the same."""
    list_, links = built.site / LIST, built.site / "links.json"
    raw, day = list_.read_bytes(), today_of(built.result).encode()
    bad = {b'"datum"': b'"dbtum"', b'"basis"': b'"bbsis"', day: day[:-1] + b"x", b"https://reg": b"https//reg", b'": ': b'":\t'}
    for old, new in bad.items():
        assert old in raw
        with written({list_: raw.replace(old, new, 1)}):
            assert LIST in built.named(), new
    with written({links: b"{" + links.read_bytes()[1:]}):
        assert {p.file for p in built.faults()} == {str(links)}
