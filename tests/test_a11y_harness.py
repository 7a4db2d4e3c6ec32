"""The harness sees each promise broken on its own seeded page, and all of them kept on a good page."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import serve
from playwright.sync_api import Browser
from toegankelijk.mutants import MUTANTS, write_mutant
from toegankelijk.promises import PROMISES, SCHEMES, VIEWPORTS, broken, check, run_all
from toegankelijk.visit import NARROW
from toegankelijk.words import missing_entries

BAD = Path(__file__).parent / "toegankelijk" / "bad"
PLACES = [pytest.param(s, v, id=f"{s}-{v[0]}") for s in SCHEMES for v in VIEWPORTS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the seeded pages, in which mutants may be written."""
    return Path(shutil.copytree(BAD, tmp_path_factory.mktemp("pages") / "bad"))


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The address at which that copy is served."""
    with serve(folder) as base_url:
        yield base_url


def seeded(promise: int) -> str:
    """Give the name of the page on which a promise is broken."""
    [page] = BAD.glob(f"{promise:02d}-*.html")
    return page.name


@pytest.mark.parametrize(("scheme", "viewport"), PLACES)
def test_good_page_keeps_every_promise(browser: Browser, site: str, scheme: str, viewport: tuple[int, int]) -> None:
    result = run_all(browser, site + "good.html", schemes=[scheme], viewports=[viewport], everything=True)
    assert set(result) == {0, *PROMISES}
    assert broken(result) == {}


@pytest.mark.parametrize("promise", PROMISES)
def test_seeded_page_breaks_its_promise_everywhere(browser: Browser, site: str, promise: int) -> None:
    url = site + seeded(promise)
    for scheme in SCHEMES:
        for viewport in VIEWPORTS:
            assert check(browser, url, promise, scheme=scheme, viewport=viewport), (scheme, viewport)


@pytest.mark.parametrize("promise", PROMISES)
def test_seeded_page_breaks_only_its_promise(browser: Browser, site: str, promise: int) -> None:
    assert set(broken(run_all(browser, site + seeded(promise), schemes=["light"], viewports=[NARROW]))) == {promise}


@pytest.mark.parametrize("number", range(len(MUTANTS)), ids=[f"{m[0]}-{m[1]}" for m in MUTANTS])
def test_promise_notices_each_fault(browser: Browser, site: str, folder: Path, number: int) -> None:
    url = site + write_mutant(folder, number)
    assert check(browser, url, MUTANTS[number][0]), MUTANTS[number][1]


def test_every_promise_says_what_it_promises() -> None:
    assert sorted(PROMISES) == list(range(1, 16))
    assert all(promise.__doc__ for promise in PROMISES.values())


def test_list_from_a_to_z_lacks_an_entry(browser: Browser, site: str) -> None:
    entries = [site + "good.html", site + "andere.html"]
    assert missing_entries(browser, site + "lijst.html", entries) == [f"the A–Z list has no link to {entries[1]}"]


def test_server_gives_its_own_page_for_what_is_missing(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "404.html").write_text("<title>Niet gevonden</title>", "utf-8")
    with serve(tmp_path) as base_url:
        page = browser.new_page()
        answer = page.goto(base_url + "weg/")
        assert answer is not None and answer.status == 404
        assert page.title() == "Niet gevonden"
        page.close()
