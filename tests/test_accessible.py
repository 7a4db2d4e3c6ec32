"""The fifteen promises of ACCESSIBILITY.md, kept on a page of every type of the real register, in light and dark, wide and narrow."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from browser import serve
from playwright.sync_api import Browser
from registers import PROJECT, kinds
from sites import make, many, page, pages, real, tree
from toegankelijk.promises import broken, run_all
from toegankelijk.words import missing_entries

PAGE_BYTES, CSS_BYTES, PROPERTIES = 100_000, 10_240, 30
FOLDERS = tuple(kinds())


def entries(folder: str) -> list[Path]:
    """The files of a folder, the longest first."""
    return sorted((PROJECT / "register" / folder).glob("*.yaml"), key=lambda file: (-file.stat().st_size, file.name))


def entry(folder: str, which: int) -> str:
    """The address of the longest (0) or shortest (-1) entry of a folder."""
    return f"{folder}/{entries(folder)[which].stem}/"


def part(folder: str, word: str) -> str:
    """The address of one value of a filter."""
    return next(
        str(h).removeprefix("../") for h in page(real(), f"{folder}/").xpath("//nav[@class='filters']//a/@href") if f"/{word}/" in str(h)
    )


# Type of page → one of them. `test_every_type_of_page_is_here` says when a new type has none.
PAGES = {
    "home": lambda: "",
    "list": lambda: "documenten/",
    "list, another kind": lambda: "algoritmes/",
    "part of a list": lambda: part("algoritmes", "organisatie"),
    "values of a filter": lambda: "documenten/thema/",
    "entry with much": lambda: entry("algoritmes", 0),
    "entry with little": lambda: entry("algoritmes", -1),
    "document": lambda: entry("documenten", 0),
    "organisation": lambda: "organisaties/gemeente-almere/",
    "search": lambda: "zoeken/",
    "search that found": lambda: "zoeken/?q=camera",
    "search that found nothing": lambda: "zoeken/?q=qwxyzvbk",
    "completeness": lambda: "volledigheid/",
    "about": lambda: "over/",
    "data": lambda: "data/",
    "accessibility": lambda: "toegankelijkheid/",
    "404": lambda: "404.html",
    "later page of a list": lambda: "lang:algoritmes/pagina/2/",
}
# Types that come with the history; tests/test_history_pages.py and the like look at them.
ELSEWHERE = re.compile(r"(.*/versies/|wijzigingen/|jaarverslag/|controleren/|aanmelden/|handboek/)")


@cache
def long_site() -> Path:
    """The site of a register whose list has two pages."""
    root = many(Path(tempfile.mkdtemp(dir=real().parent)), 60)
    make(root, search=True)
    return root / "site"


@pytest.fixture(scope="session")
def addresses() -> Iterator[dict[str, str]]:
    """The servers of the real register and of the long one, by the word before an address."""
    with ExitStack() as stack:
        yield {"": stack.enter_context(serve(real())), "lang": stack.enter_context(serve(long_site()))}


@pytest.mark.parametrize("kind_of_page", PAGES)
def test_promises_are_kept(browser: Browser, addresses: dict[str, str], kind_of_page: str) -> None:
    which, _, path = PAGES[kind_of_page]().rpartition(":")
    assert broken(run_all(browser, addresses[which] + path)) == {}


def _type(path: str) -> str:
    """The type of a page, from its address."""
    steps = path.removesuffix("index.html").strip("/").split("/")
    if steps[0] not in FOLDERS:
        return path.removesuffix("index.html")
    if "pagina" in steps:
        return "later page of a list"
    if len(steps) == 1:
        return "list"
    if (PROJECT / "register" / steps[0] / f"{steps[1]}.yaml").is_file():
        return (
            {"organisaties": "organisation", "documenten": "document"}.get(steps[0], "entry with much")
            if len(steps) == 2
            else "/".join(steps[2:])
        )
    return "values of a filter" if len(steps) == 2 else "part of a list"


def test_every_type_of_page_is_here() -> None:
    named = {*PAGES, *(make() for make in PAGES.values()), "404.html"}
    found = {_type(path) for path in tree(real()) if path.endswith(".html") and not ELSEWHERE.match(path)}
    assert found - named == set()
    assert len(found) > 8


@pytest.mark.parametrize("folder", FOLDERS)
def test_list_from_a_to_z_leads_to_every_entry(browser: Browser, addresses: dict[str, str], folder: str) -> None:
    site = addresses[""]
    assert missing_entries(browser, f"{site}{folder}/", [f"{site}{folder}/{file.stem}/" for file in entries(folder)]) == []


def test_every_page_costs_at_most_its_budget() -> None:
    """The page with its stylesheets, scripts and icon, without compression, on every page there is."""
    files, heavy, number = tree(real()), [], 0
    for path, document in pages(real()):
        linked = [*document.xpath("//script/@src"), *document.xpath("//link[@rel='stylesheet' or @rel='icon']/@href")]
        assert len(linked) >= 3
        modules = {f"vormgeving/{str(target).rsplit('/', 1)[-1]}" for target in linked}
        modules |= {
            f"vormgeving/{name}"
            for m in set(modules)
            for name in re.findall(rb'from "\./([a-z]+\.js)"', files[m])
            for name in [name.decode()]
        }
        total = len(files[path]) + sum(len(files[name]) for name in modules)
        heavy += [(path, total)] if total > PAGE_BYTES else []
        number += 1
    assert heavy == [] and number > 150


def test_stylesheet_is_small() -> None:
    files = tree(real())
    assert len(files["vormgeving/inzage.css"]) <= CSS_BYTES
    properties = set(re.findall(rb"(--[a-z-]+)\s*:", files["vormgeving/thema.css"]))
    assert 10 <= len(properties) <= PROPERTIES
