"""axe-core: run once on a page, its findings handed to the promise they belong to."""

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

from .visit import opened

FLOOR = 0
HOMES = {
    1: ("color-contrast", "color-contrast-enhanced"),
    2: ("target-size",),
    4: ("scrollable-region-focusable",),
    5: ("avoid-inline-spacing",),
    6: ("meta-viewport", "meta-viewport-large"),
    7: ("skip-link", "tabindex"),
    11: ("identical-links-same-purpose", "link-name"),
    13: ("css-orientation-lock", "meta-refresh", "meta-refresh-no-exceptions", "blink", "marquee"),
    14: ("label", "select-name", "form-field-multiple-labels", "label-title-only", "input-button-name"),
    15: ("html-has-lang", "html-lang-valid", "valid-lang", "heading-order", "page-has-heading-one", "empty-heading"),
}
HOME_OF = {rule: promise for promise, rules in HOMES.items() for rule in rules}

RUN = r"""
async () => {
  const key = [innerWidth, matchMedia("(prefers-color-scheme: dark)").matches, matchMedia("print").matches].join();
  window.toetsAxe = window.toetsAxe || {};
  if (!window.toetsAxe[key]) {
    const on = { enabled: true };
    const done = await axe.run(document, {
      resultTypes: ["violations"],
      runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa",
        "best-practice", "EN-301-549"] },
      rules: { "color-contrast-enhanced": on, "identical-links-same-purpose": on, "meta-refresh-no-exceptions": on,
        "target-size": on, "css-orientation-lock": on },
    });
    window.toetsAxe[key] = done.violations.map(v => ({
      id: v.id, help: v.help, count: v.nodes.length, html: v.nodes.length ? v.nodes[0].html.slice(0, 120) : "",
    }));
  }
  return window.toetsAxe[key];
}
"""


@cache
def source() -> str:
    """Give the text of axe-core, as the package axe-playwright-python carries it."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[dict[str, Any]]:
    """Run axe on the page as it now is (kept a page, width and colour scheme); gives its violations."""
    if not page.evaluate("() => Boolean(window.axe && window.axe.run)"):
        page.evaluate(source())
    with opened(page):
        found: list[dict[str, Any]] = page.evaluate(RUN)
    return found


def axe_failures(page: Page, promise: int) -> list[str]:
    """Give axe's findings that belong to one promise; FLOOR takes those that belong to none."""
    mine = [found for found in violations(page) if HOME_OF.get(found["id"], FLOOR) == promise]
    return [f"axe {found['id']}: {found['help']} ({found['count']}x), at {found['html']}" for found in mine]
