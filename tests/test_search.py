"""Search, in a real browser on the real register: it finds, helps with a typing mistake, says its count, and works by keyboard. Flow: search."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from browser import QuietHandler, QuietServer, serve
from playwright.sync_api import Browser, Page, expect
from sites import make, many, real
from toegankelijk.visit import record_of, visit

# Bytes without compression, for the page and the first search and for one search more with the words it may mean. Measured: 210,098 and 11,016.
SEARCH_BYTES = 250_000
NEXT_BYTES = 40_000
FOUND = {
    "parkeren": "algoritmes/parkeercontrole-scanauto/",
    "parkeerbon": "algoritmes/parkeercontrole-scanauto/",
    "uitkering": "algoritmes/werkzoekenden-en-vacatures-zoeken/",
    "camera": "documenten/beleidskader-cameratoezicht-2024-2027/",
    "paspoort": "algoritmes/echtheid-paspoort-controleren/",
    "schulden": "algoritmes/vroeg-hulp-bij-schulden/",
    "woz waarde": "algoritmes/woz-waarde-berekenen/",
    "hoe maak ik bezwaar tegen mijn parkeerbon": "algoritmes/parkeercontrole-scanauto/",
}
MISTYPED = {"parkeeren": "parkeren", "paspoordt": "paspoort", "schuldne": "schulden", "camara": "camera"}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The real register, served below a path: search must not need the top of a server."""
    place = real().parent / "server"
    if not place.exists():
        shutil.copytree(real(), place / "open/register")
    with serve(place) as base:
        yield f"{base}open/register/"


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A page of its own, with a Dutch reader."""
    context = browser.new_context(locale="nl-NL", viewport={"width": 1000, "height": 900})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def results(tab: Page) -> list[str]:
    """The addresses that were found, without what is before them."""
    return [
        re.sub(r".*/open/register/", "", href)
        for href in tab.eval_on_selector_all("[data-zoek-uitkomst] li a", "all => all.map(a => a.href)")
    ]


def said(tab: Page) -> str:
    """What was announced, once there is something."""
    expect(tab.locator("[role=status]")).to_have_text(re.compile(r"\w"))
    return tab.locator("[role=status]").inner_text()


@pytest.mark.parametrize("query", FOUND)
def test_query_finds_what_a_resident_means(tab: Page, address: str, query: str) -> None:
    tab.goto(f"{address}zoeken/?q={query}")
    number = re.match(r"(\d+) result", said(tab))
    assert number and int(number[1]) >= 1
    assert FOUND[query] in results(tab)[:3]
    assert tab.request.get(address + results(tab)[0]).ok


@pytest.mark.parametrize("typed", MISTYPED)
def test_typing_mistake_is_understood(tab: Page, address: str, typed: str) -> None:
    tab.goto(f"{address}zoeken/?q={typed}")
    words = said(tab)
    assert typed in words or re.match(r"\d+ result", words)
    assert results(tab)
    whole = tab.locator("main").inner_text().lower()
    assert MISTYPED[typed] in whole
    if "Bedoelde u" in words:
        assert f"“{MISTYPED[typed]}”" in words


def test_word_that_occurs_nowhere_gets_help(tab: Page, address: str) -> None:
    tab.goto(f"{address}zoeken/?q=qwxyzvbk")
    assert said(tab) == "Niets gevonden voor “qwxyzvbk”."
    assert results(tab) == []
    tips = tab.locator("[data-zoek-uitkomst]").inner_text()
    assert "goed hebt getypt" in tips and "A tot Z" in tips and "bel" in tips.lower()
    assert tab.locator("main a[href^='tel:']").first.is_visible()
    for folder in ("algoritmes", "documenten", "organisaties"):
        assert tab.locator(f"main a[href$='/{folder}/']").first.is_visible()
    assert tab.locator("#q").input_value() == "qwxyzvbk"


def test_count_is_announced_and_not_moved_to(tab: Page, address: str) -> None:
    tab.goto(f"{address}zoeken/")
    status = tab.locator("main [role=status]")
    assert status.count() == 1 and status.inner_text() == ""
    tab.locator("#q").press_sequentially("paspoort")
    words = said(tab)
    assert words == f"{len(results(tab))} resultaten voor “paspoort”."
    assert tab.evaluate("document.activeElement.id") == "q"
    tab.locator("#q").fill("")
    expect(status).to_have_text("")
    assert results(tab) == [] or not tab.locator("[data-zoek-uitkomst]").is_visible()


def test_more_results_keep_the_place_of_the_keyboard(tab: Page, address: str) -> None:
    tab.goto(f"{address}zoeken/?q=almere")
    total = int(re.match(r"(\d+) resultaten", said(tab))[1])  # type: ignore[index]
    assert total > 20 and len(results(tab)) == 20
    tab.get_by_role("button", name="Toon meer resultaten").press("Enter")
    expect(tab.locator("[data-zoek-uitkomst] li").nth(20)).to_be_visible()
    assert tab.evaluate("[...document.querySelectorAll('[data-zoek-uitkomst] li a')].indexOf(document.activeElement)") == 20
    assert len(set(results(tab))) == len(results(tab)) == min(total, 40)


def test_keyboard_alone_from_home_to_an_answer(tab: Page, address: str) -> None:
    tab.goto(address)
    for _ in range(30):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.id") == "q":
            break
    tab.keyboard.type("scanauto")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/zoeken/?q=scanauto*")
    said(tab)
    tab.locator("#q").focus()
    for _ in range(15):
        tab.keyboard.press("Tab")
        if tab.evaluate("!!document.activeElement.closest('[data-zoek-uitkomst] li')"):
            break
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/algoritmes/parkeercontrole-scanauto/")
    assert tab.locator("h1").inner_text() == "Parkeren controleren met de scanauto"


def _open_filters(tab: Page) -> None:
    said(tab)
    tab.locator(".vink").first.wait_for(state="attached")
    if not tab.locator(".vink").first.is_visible():
        tab.locator("[data-zoek-filters] > summary").click()


def test_filters_choose_and_count(tab: Page, address: str) -> None:
    tab.goto(f"{address}zoeken/?q=gemeente+camera")
    _open_filters(tab)
    before = int(re.match(r"\d+", said(tab))[0])  # type: ignore[index]
    tick = tab.locator(".vink", has_text="Documenten")
    promised = int(re.search(r"\((\d+)\)", tick.inner_text())[1])  # type: ignore[index]
    assert 0 < promised < before
    tick.locator("input").check()
    expect(tab.locator("[role=status]")).to_have_text(re.compile(rf"^{promised} result"))
    assert all(found.startswith("documenten/") for found in results(tab))
    tick.locator("input").uncheck()
    expect(tab.locator("[role=status]")).to_have_text(re.compile(rf"^{before} result"))


def test_filter_on_organisation_and_what_is_elsewhere(tab: Page, address: str) -> None:
    tab.goto(f"{address}zoeken/?q=paspoort")
    _open_filters(tab)
    owners = tab.eval_on_selector_all("#organisatie option", "all => all.map(o => o.value)")
    other = next(o for o in owners if o not in ("", "Gemeente Almere"))
    tab.get_by_label("Organisatie", exact=True).select_option(other)
    expect(tab.locator("[role=status]")).to_have_text(
        re.compile(r"^Niets gevonden voor “paspoort” met deze keuze\. Zonder de keuze: \d+ result")
    )
    tab.get_by_label("Organisatie", exact=True).select_option("Gemeente Almere")
    expect(tab.locator("[role=status]")).to_have_text(re.compile(r"^\d+ result"))


def test_state_is_in_the_address(tab: Page, address: str) -> None:
    tab.goto(f"{address}zoeken/?q=camera")
    _open_filters(tab)
    tab.locator(".vink", has_text="Algoritmes").locator("input").check()
    tab.wait_for_url(re.compile(r"[?&]soort=Algoritmes"))
    expect(tab.locator("[role=status]")).to_have_text(re.compile(r"\d+ result"))
    words, found = said(tab), results(tab)
    tab.goto("about:blank")
    tab.go_back()
    expect(tab.locator("[role=status]")).to_have_text(words)
    expect(tab.locator("[data-zoek-uitkomst] li").first).to_be_visible()
    assert results(tab) == found and tab.locator("#q").input_value() == "camera"
    assert tab.locator(".vink", has_text="Algoritmes").locator("input").is_checked()
    tab.locator("#q").fill("paspoort")
    tab.wait_for_url(re.compile(r"q=paspoort"))


def test_list_page_searches_as_you_type(tab: Page, address: str) -> None:
    tab.goto(f"{address}algoritmes/")
    whole = tab.locator("[data-zoek-vervangt]")
    assert whole.is_visible() and len(whole.locator("li h2").all()) == 15
    tab.locator("#q").press_sequentially("schul", delay=30)
    said(tab)
    expect(whole).to_be_hidden()
    assert results(tab)[0] == "algoritmes/vroeg-hulp-bij-schulden/" and all(r.startswith("algoritmes/") for r in results(tab))
    tab.locator("#q").fill("qwxyzvbk")
    expect(tab.locator("[role=status]")).to_have_text("Niets gevonden voor “qwxyzvbk”.")
    assert whole.is_visible()  # the list from A to Z is the help
    tab.locator("#q").fill("")
    expect(tab.locator("[role=status]")).to_have_text("")
    assert whole.is_visible()


@contextmanager
def counted(folder: Path) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Serves a folder and keeps what was asked and how many bytes went out: a browser does not count what its workers ask."""
    asked: list[tuple[str, int]] = []

    class Handler(QuietHandler):
        def copyfile(self, source: Any, outputfile: Any) -> None:
            raw = source.read()
            asked.append((self.path, len(raw)))
            outputfile.write(raw)

    with QuietServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", asked
        server.shutdown()


def test_search_costs_no_more_than_its_budget_and_tells_nobody(browser: Browser) -> None:
    with counted(real()) as (base, asked), visit(browser, f"{base}zoeken/") as page:
        record = record_of(page)
        before = sum(size for _, size in asked)
        assert record is not None and before < 100_000
        page.locator("#q").press_sequentially("parkeren")
        said(page)
        expect(page.locator("[data-zoek-uitkomst] li").first).to_be_visible()
        spent = sum(size for _, size in asked)
        assert any("pagefind/wasm" in path for path, _ in asked)
        assert spent < SEARCH_BYTES
        page.locator("#q").fill("paspoordt")
        expect(page.locator("[role=status]")).to_have_text(re.compile("paspoort"))
        assert sum(size for _, size in asked) - spent < NEXT_BYTES
        assert [path for path, _ in asked if "parke" in path or "paspoo" in path] == []
        assert all(url.startswith(base) for url in record.requests) and record.errors == []


def test_search_that_cannot_load_says_so(tab: Page, address: str) -> None:
    tab.route("**/pagefind/**", lambda route: route.abort())
    tab.goto(f"{address}zoeken/?q=camera")
    assert said(tab) == "Zoeken lukt nu niet. Gebruik de lijst van A tot Z."
    assert tab.locator("main a[href$='/algoritmes/']").first.is_visible()


def test_without_script_the_form_leads_to_the_lists(browser: Browser, address: str) -> None:
    with visit(browser, address, script=False) as page:
        page.locator("#q").fill("camera")
        page.locator("main form[role=search] button").click()
        page.wait_for_url("**/zoeken/?q=camera")
        assert "JavaScript" in page.locator("main").inner_text()
        assert page.locator("main a[href$='/algoritmes/']").count() > 0


def test_register_without_entries_says_that_search_does_not_work(tab: Page, tmp_path: Path) -> None:
    root = many(tmp_path, 1)
    shutil.rmtree(root / "register")
    (root / "register").mkdir()
    (root / "inzage.yaml").write_text("naam: Leeg\ncontact: {telefoon: 14 099}\n", "utf-8")
    make(root, search=True)
    with serve(root / "site") as base:
        tab.goto(f"{base}zoeken/?q=camera")
        assert "Zoeken lukt nu niet" in said(tab)
