"""Promises 9, 10 and 11: the telephone number, life without JavaScript, and the words of links."""

import re
from typing import Any

from playwright.sync_api import Browser, Page

from .axe import axe_failures
from .visit import WIDE, altered, ask, opened, visit

SCRIPT_ONLY = "[data-alleen-script], noscript"
A_TO_Z = re.compile(r"\bA\s*(?:–|—|-|tot(?: en met)?|t/m)\s*Z\b", re.IGNORECASE)
SEARCH_FORM = "form[role=search], search form, [role=search] form"
EMPTY_WORDS = frozenset(
    "hier|klik hier|klik|lees meer|lees verder|meer|link|deze link|meer lezen|meer info|meer informatie|verder|bekijk"
    "|download|open|ga naar|deze pagina|pagina|website".split("|")
)

TELEPHONE = r"""
() => {
  const t = toets;
  t.fresh();
  return [...document.querySelectorAll('main a[href^="tel:"]')].filter(t.seen).map(el => ({
    text: t.clean(el.innerText), href: el.getAttribute("href"), size: el.getBoundingClientRect().height,
  }));
}
"""

CONTENT = r"""
without => {
  const t = toets, main = document.querySelector("main");
  const text = t.texts(main).filter(({ el }) => !el.closest(without)).map(({ text }) => text).join(" ");
  const places = "nav a[href], [role=navigation] a[href], body > header a[href], body > footer a[href]";
  const links = t.all(places).filter(el => !el.closest(without)).map(el => `${t.name(el)} → ${el.href}`);
  return { text: t.clean(text), links };
}
"""

LINKS = r"""
() => {
  const t = toets;
  t.fresh();
  const plain = href => { const u = new URL(href); u.pathname = u.pathname.replace(/index\.html$/, ""); return u.href; };
  return [...document.querySelectorAll("a[href], area[href]")].filter(t.rendered)
    .map(el => ({ name: t.name(el), href: /^https?:/.test(el.href) ? plain(el.href) : el.href }));
}
"""


def _number_faults(link: dict[str, Any]) -> str:
    """Say what is wrong with one telephone link, or give an empty text."""
    shown, dialled = re.sub(r"\D", "", link["text"]), re.sub(r"\D", "", link["href"])
    if len(shown) < 3:
        return f'the text "{link["text"]}" holds no number'
    if not dialled.endswith(shown.lstrip("0")):
        return f'the text "{link["text"]}" is not the number {link["href"]}'
    if len(shown) > 5 and not re.search(r"\d[\s\u00a0\-–]+\d", link["text"]):
        return f'the number "{link["text"]}" is one row of digits'
    return ""


def promise_09_telephone(page: Page, base_url: str) -> list[str]:
    """Main holds a visible tel: link with a number one can read, on screen and on paper."""
    out = []
    for medium in ("screen", "print"):
        with altered(page, media=medium):
            links = ask(page, TELEPHONE)
        faults = [_number_faults(link) for link in links]
        if not links:
            out.append(f"main has no visible tel: link on {medium}")
        elif all(faults):
            out += [f"on {medium}: {fault}" for fault in faults]
    return out


def _content(page: Page) -> dict[str, Any]:
    with opened(page):
        found: dict[str, Any] = ask(page, CONTENT, SCRIPT_ONLY)
    return found


def _text_difference(scripted: str, plain: str) -> list[str]:
    if not plain:
        return ["without JavaScript main is empty"]
    if scripted == plain:
        return []
    at = next((i for i, (a, b) in enumerate(zip(scripted, plain, strict=False)) if a != b), min(len(scripted), len(plain)))
    start = max(0, at - 20)
    ours, theirs = scripted[start : at + 40], plain[start : at + 40]
    return [f'without JavaScript main reads "{theirs}" where it reads "{ours}" with it']


def _a_to_z(page: Page) -> list[str]:
    """On a page with a search, without JavaScript: find the A–Z list here or behind a link, with entries."""
    here = ask(page, "() => toets.texts().map(({ text }) => text)")
    links = [link for link in ask(page, LINKS) if A_TO_Z.search(link["name"])]
    if not links and not any(A_TO_Z.search(text) for text in here):
        return ["without JavaScript a page with a search names no list from A to Z"]
    away = [link["href"] for link in links if link["href"].split("#")[0] != page.url.split("#")[0]]
    if away:
        page.goto(away[0], wait_until="load")
    entries = page.evaluate("() => document.querySelectorAll('main li a[href], main dt a[href], main td a[href]').length")
    return [] if entries else [f"without JavaScript the list from A to Z at {page.url} has no entries"]


def promise_10_no_script(page: Page, base_url: str) -> list[str]:
    """Without JavaScript: the same text in main, the same navigation, and an A–Z list where one can search."""
    scripted = _content(page)
    browser = page.context.browser
    assert browser is not None
    size = page.viewport_size or {"width": WIDE[0], "height": WIDE[1]}
    with visit(browser, base_url, viewport=(size["width"], size["height"]), script=False) as plain_page:
        plain = _content(plain_page)
        out = _text_difference(scripted["text"], plain["text"])
        if not scripted["links"]:
            out.append("the page has no navigation links")
        out += [f"without JavaScript the navigation lacks {x}" for x in scripted["links"] if x not in plain["links"]]
        out += [f"only without JavaScript the navigation has {x}" for x in plain["links"] if x not in scripted["links"]]
        if plain_page.query_selector(SEARCH_FORM):
            out += _a_to_z(plain_page)
    return out


def missing_entries(browser: Browser, list_url: str, entry_urls: list[str]) -> list[str]:
    """Say which of the entries' addresses the A–Z list at list_url does not link to without JavaScript."""
    with visit(browser, list_url, script=False) as page:
        linked = {link["href"] for link in ask(page, LINKS)}
    return [f"the A–Z list has no link to {url}" for url in entry_urls if url not in linked]


def _plain(name: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s]", " ", name.casefold())).strip()


def promise_11_links(page: Page, base_url: str) -> list[str]:
    """The text of a link says where it goes; the same text never goes to two places."""
    links = ask(page, LINKS)
    out = [] if links else ["the page has no links"]
    places: dict[str, set[str]] = {}
    for link in links:
        name = _plain(link["name"])
        if not name:
            out.append(f"the link to {link['href']} has no text")
        elif name in EMPTY_WORDS:
            out.append(f'the link to {link["href"]} says only "{link["name"]}"')
        places.setdefault(name, set()).add(link["href"])
    for name, targets in places.items():
        if name and len(targets) > 1:
            out.append(f'the link text "{name}" goes to {len(targets)} places: {", ".join(sorted(targets)[:3])}')
    return out + axe_failures(page, 11)
