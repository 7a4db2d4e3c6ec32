"""The fifteen promises of accessibility, and ways to check them on an address.

`check(browser, url, 7)` checks one promise on one page, `run_all(browser, url)` checks all of them.
A promise takes a loaded page and its address and gives failure sentences; none means that it is kept.
"""

from collections.abc import Callable, Iterable

from playwright.sync_api import Browser, Page

from .axe import FLOOR, axe_failures
from .forms import promise_14_forms
from .keyboard import promise_07_keyboard
from .layout import promise_04_narrow, promise_05_spacing, promise_06_root_font
from .modes import promise_13_modes
from .network import promise_15_quiet_and_sound
from .paper import promise_12_paper
from .pointer import promise_02_targets
from .reading import promise_01_contrast, promise_03_size, promise_08_shape
from .visit import NARROW, WIDE, visit
from .words import promise_09_telephone, promise_10_no_script, promise_11_links

Promise = Callable[[Page, str], list[str]]

PROMISES: dict[int, Promise] = {
    1: promise_01_contrast,
    2: promise_02_targets,
    3: promise_03_size,
    4: promise_04_narrow,
    5: promise_05_spacing,
    6: promise_06_root_font,
    7: promise_07_keyboard,
    8: promise_08_shape,
    9: promise_09_telephone,
    10: promise_10_no_script,
    11: promise_11_links,
    12: promise_12_paper,
    13: promise_13_modes,
    14: promise_14_forms,
    15: promise_15_quiet_and_sound,
}

SCHEMES = ("light", "dark")
VIEWPORTS = (WIDE, NARROW)
IN_EVERY_SCHEME = (1, 7)  # colours matter: every scheme, every window
IN_EVERY_WINDOW = (2, 3, 6, 8, 9)  # only the layout matters: every window, the first scheme
ONCE = (4, 5, 10, 11, 12, 13, 14, 15)  # these set their own window and media


def floor_00_law(page: Page, base_url: str) -> list[str]:
    """The legal floor: what axe finds against WCAG 2.2 AA and EN 301 549 that no promise covers."""
    return axe_failures(page, FLOOR)


def check(browser: Browser, url: str, promise: int, *, scheme: str = "light", viewport: tuple[int, int] = WIDE) -> list[str]:
    """Check one promise (0 is the legal floor) on an address, in a page of its own; gives its failures."""
    with visit(browser, url, scheme=scheme, viewport=viewport) as page:
        return (PROMISES[promise] if promise else floor_00_law)(page, url)


def _numbers(first_scheme: bool, first_window: bool, everything: bool) -> list[int]:
    """Say which promises a load of the page is used for, in their order."""
    if everything:
        return sorted(PROMISES)
    chosen = set(IN_EVERY_SCHEME)
    chosen |= set(IN_EVERY_WINDOW) if first_scheme else set()
    chosen |= set(ONCE) if first_scheme and first_window else set()
    return sorted(chosen)


def run_all(
    browser: Browser,
    url: str,
    *,
    schemes: Iterable[str] = SCHEMES,
    viewports: Iterable[tuple[int, int]] = VIEWPORTS,
    everything: bool = False,
) -> dict[int, list[str]]:
    """Check every promise on an address, loading it once a scheme and window.

    A promise that a scheme or window cannot change is checked once, unless everything is asked for.
    Gives the failures a promise, 0 for the legal floor; an empty list is a promise kept.
    """
    out: dict[int, list[str]] = {number: [] for number in (0, *PROMISES)}
    for s, scheme in enumerate(schemes):
        for v, viewport in enumerate(viewports):
            with visit(browser, url, scheme=scheme, viewport=viewport) as page:
                out[0] += [f"[{scheme} {viewport[0]}] {line}" for line in floor_00_law(page, url)]
                for number in _numbers(s == 0, v == 0, everything):
                    found = PROMISES[number](page, url)
                    out[number] += [f"[{scheme} {viewport[0]}] {line}" for line in found]
    return out


def broken(result: dict[int, list[str]]) -> dict[int, list[str]]:
    """Keep from what run_all gives only the promises that are not kept."""
    return {number: found for number, found in result.items() if found}
