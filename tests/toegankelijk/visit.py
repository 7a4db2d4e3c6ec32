"""Opening a page, changing what the browser pretends, and keeping a record of requests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, CDPSession, Page

from .js import LIBRARY

WIDE = (1280, 900)
NARROW = (320, 640)
QUIET_LIMIT_MS = 3000


@dataclass
class Record:
    """What a page asked of the network and said on the console."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    received: int = 0
    at_load: int = 0
    busy: set[str] = field(default_factory=set)


_records: WeakKeyDictionary[Page, Record] = WeakKeyDictionary()
_sessions: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()


def devtools(page: Page) -> CDPSession:
    """Give the page's own DevTools session (made once)."""
    if page not in _sessions:
        _sessions[page] = page.context.new_cdp_session(page)
    return _sessions[page]


def record_of(page: Page) -> Record | None:
    """Give the record that was attached to a page, or None."""
    return _records.get(page)


def attach_record(page: Page) -> Record:
    """Begin a record of a page's requests, bytes and console errors."""
    record = _records[page] = Record()
    session = devtools(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def finished(event: dict[str, Any]) -> None:
        record.received += int(event.get("encodedDataLength", 0))
        record.busy.discard(event["requestId"])

    def failed(event: dict[str, Any]) -> None:
        record.busy.discard(event["requestId"])

    def asked(request: Any) -> None:
        record.requests.append(request.url)

    def begun(event: dict[str, Any]) -> None:
        if "redirectResponse" in event:
            record.received += int(event["redirectResponse"].get("encodedDataLength", 0))
        else:
            record.busy.add(event["requestId"])

    session.on("Network.requestWillBeSent", begun)
    session.on("Network.loadingFinished", finished)
    session.on("Network.loadingFailed", failed)
    page.on("request", asked)
    page.on("console", lambda line: record.errors.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: record.errors.append(str(error)))
    return record


def load(page: Page, url: str) -> None:
    """Go to an address and wait until the page asks nothing more; the record keeps its size then."""
    record = _records.get(page)
    before = record.received if record else 0
    if record:
        record.busy.clear()  # what the page before still asked for, and what its worker fetched, is not told to be ready
    page.goto(url, wait_until="load")
    if record is None:
        return
    page.wait_for_timeout(30)
    waited = 0
    while record.busy and waited < QUIET_LIMIT_MS:
        page.wait_for_timeout(30)
        waited += 30
    record.at_load = record.received - before


@contextmanager
def visit(
    browser: Browser,
    url: str,
    *,
    scheme: str = "light",
    viewport: tuple[int, int] = WIDE,
    script: bool = True,
) -> Iterator[Page]:
    """Open an address in a context of its own; gives the loaded page and closes all afterwards."""
    context = browser.new_context(
        viewport={"width": viewport[0], "height": viewport[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=script,
        locale="nl-NL",
    )
    try:
        page = context.new_page()
        attach_record(page)
        load(page, url)
        yield page
    finally:
        context.close()


def ask(page: Page, script: str, argument: Any = None) -> Any:
    """Run a JavaScript function on the page, with `window.toets` there; gives what it returns."""
    page.evaluate(LIBRARY)
    return page.evaluate(script, argument)


def _scheme(page: Page) -> Any:
    return "dark" if page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches") else "light"


@contextmanager
def altered(page: Page, *, viewport: tuple[int, int] | None = None, **media: Any) -> Iterator[None]:
    """Change viewport or media (media, color_scheme, forced_colors, reduced_motion) for a while."""
    size, scheme = page.viewport_size, _scheme(page)
    if media:
        page.emulate_media(**media)
    if viewport:
        page.set_viewport_size({"width": viewport[0], "height": viewport[1]})
    try:
        yield
    finally:
        if viewport and size:
            page.set_viewport_size(size)
        if media:
            page.emulate_media(media="null", color_scheme=scheme, forced_colors="null", reduced_motion="null")


@contextmanager
def styled(page: Page, key: str, css: str) -> Iterator[None]:
    """Add a style sheet for a while, in a way no Content-Security-Policy stops."""
    ask(page, "([key, css]) => toets.sheet(key, css)", [key, css])
    try:
        yield
    finally:
        ask(page, "key => toets.unsheet(key)", key)


@contextmanager
def opened(page: Page) -> Iterator[None]:
    """Have every `details` open for a while, so that what it holds is looked at too."""
    ask(page, "() => toets.openAll()")
    try:
        yield
    finally:
        ask(page, "() => toets.closeAgain()")


@contextmanager
def root_font(page: Page, percent: int) -> Iterator[None]:
    """Set the reader's own font size (the browser setting, 100 % = 16 px) for a while."""
    session = devtools(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 16 * percent // 100, "fixed": 13 * percent // 100}})
    try:
        yield
    finally:
        session.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
