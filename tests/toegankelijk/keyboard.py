"""Promise 7: tabbing through the page, with the focus ring measured in pixels."""

import base64
import io
from collections import Counter
from typing import Any

from PIL import Image
from playwright.sync_api import Page

from .axe import axe_failures
from .visit import ask, devtools, opened, styled

MOST_STOPS = 400
ROOM = 8
RING_RATIO = 3.0
RING_SHARE = 0.85  # rounded corners leave a little out of the perimeter

STILL = "*, *::before, *::after { transition: none !important; animation: none !important; scroll-behavior: auto !important; caret-color: transparent !important; }"

BEGIN = r"""
() => {
  const t = toets, root = document.documentElement, had = root.getAttribute("tabindex");
  t.fresh();
  t.stops = new Map();
  const able = "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  t.expected = [...document.querySelectorAll(able)].filter(el => t.rendered(el) && !el.disabled && el.tabIndex >= 0
    && !el.closest("[inert], fieldset:disabled") && (el.type !== "radio" || el.checked)
    && (el.localName !== "summary" || el.parentElement.localName === "details"));
  scrollTo(0, 0);
  root.setAttribute("tabindex", "-1");
  root.focus({ preventScroll: true });
  had === null ? root.removeAttribute("tabindex") : root.setAttribute("tabindex", had);
}
"""

STOP = r"""
() => {
  const t = toets, el = document.activeElement;
  if (!el || el === document.body || el === document.documentElement) return { end: true };
  if (t.stops.has(el)) return { end: true, trapped: t.stops.get(el) > 0 };
  t.stops.set(el, t.stops.size);
  t.fresh();
  const shown = r => ({ left: Math.max(r.left, 0), top: Math.max(r.top, 0),
    right: Math.min(r.right, innerWidth), bottom: Math.min(r.bottom, innerHeight) });
  const rects = [...el.getClientRects()].filter(r => r.width > 0.5 && r.height > 0.5);
  const boxes = rects.map(r => ({ r, v: shown(r) })).filter(({ v }) => v.right - v.left > 0 && v.bottom - v.top > 0);
  const said = t.say(el);
  if (!boxes.length || t.hiddenToEye(el)) return { said, lost: true };
  const { v } = boxes[0], x = (v.left + v.right) / 2, y = (v.top + v.bottom) / 2;
  const mine = hit => hit && (el.contains(hit) || (el.labels && [...el.labels].some(l => l.contains(hit))));
  const dx = Math.min(2, (v.right - v.left) / 4), dy = Math.min(2, (v.bottom - v.top) / 4);
  const points = [[x, y], [x, v.top + dy], [x, v.bottom - dy], [v.left + dx, y], [v.right - dx, y]];
  const cover = points.map(([px, py]) => document.elementFromPoint(px, py)).find(hit => !mine(hit));
  let perimeter = 0;
  for (const { r, v: b } of boxes) {
    const w = b.right - b.left, h = b.bottom - b.top;
    perimeter += w * ((r.top >= 0) + (r.bottom <= innerHeight)) + h * ((r.left >= 0) + (r.right <= innerWidth));
  }
  if (boxes.length > 1) perimeter *= 0.8;      // pieces of one link on several lines share a ring
  // Elements with the same signature have the same ring, so one picture of each kind is enough: its own style, what lies behind it, what cuts
  // it off, and on each side what could lie over it.
  const opaque = c => c.backgroundImage !== "none" || !/^rgba\(.*, (0|0?\.\d+)\)$/.test(c.backgroundColor);
  const behind = e => { while (e && !opaque(t.css(e))) e = e.parentElement; return e; };
  const paint = e => e ? t.css(e).backgroundColor + t.css(e).backgroundImage : "none";
  const s = t.css(el), around = ["::before", "::after"].map(p => getComputedStyle(el, p)).map(c => c.content === "none" ? "" : c.cssText);
  const parts = [el.localName, el.type, s.outline, s.outlineOffset, s.boxShadow, s.border, s.backgroundColor, s.color, s.textDecoration,
    rects.length > 1, paint(behind(el.parentElement)), ...around];
  for (let e = el.parentElement, box = boxes[0].r; e; e = e.parentElement) {
    const c = t.css(e);
    if (c.overflow === "visible" && c.clipPath === "none" && c.contain === "none") continue;
    const r = e.getBoundingClientRect();
    parts.push(...[box.left - r.left, box.top - r.top, r.right - box.right, r.bottom - box.bottom].map(d => Math.round(Math.min(d, 8))));
  }
  for (const [px, py] of [[x, v.top - 3], [x, v.bottom + 3], [v.left - 3, y], [v.right + 3, y]]) {
    const hit = document.elementFromPoint(px, py);
    let over = "";
    for (let e = hit; e && !e.contains(el); e = e.parentElement) {
      if (opaque(t.css(e)) || t.css(e).position !== "static") over += `${e.localName}.${e.className} `;
    }
    parts.push(hit ? over + paint(behind(hit)) : "edge");
  }
  const all = boxes.map(b => b.v);
  return { said, cover: cover ? t.say(cover) : "", perimeter, signature: parts.join("|"), href: el.getAttribute("href"),
    scroll: [scrollX, scrollY], left: Math.min(...all.map(b => b.left)), top: Math.min(...all.map(b => b.top)),
    right: Math.max(...all.map(b => b.right)), bottom: Math.max(...all.map(b => b.bottom)) };
}
"""

MISSED = """
() => toets.expected.filter(el => !toets.stops.has(el) && el.isConnected && !(el.name && el.type === "radio"))
  .map(toets.say)
"""

SKIP_TARGET = """
href => {
  const el = href && href.startsWith("#") && document.getElementById(decodeURIComponent(href.slice(1)));
  return Boolean(el && (el.localName === "main" || el.closest("main") || el.querySelector("main")));
}
"""
IN_MAIN = "() => Boolean(document.activeElement && document.activeElement.closest('main'))"
BLUR = "() => document.activeElement.blur()"


def _picture(page: Page, stop: dict[str, Any]) -> Image.Image:
    """Give the pixels of the focused thing with some room around it."""
    left, top = max(0, int(stop["left"]) - ROOM), max(0, int(stop["top"]) - ROOM)
    clip = {
        "x": left + stop["scroll"][0],
        "y": top + stop["scroll"][1],
        "width": int(stop["right"]) + ROOM + 1 - left,
        "height": int(stop["bottom"]) + ROOM + 1 - top,
        "scale": 1,
    }
    shot = devtools(page).send(
        "Page.captureScreenshot",
        {"format": "png", "optimizeForSpeed": True, "clip": clip, "captureBeyondViewport": False},
    )
    return Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("RGB")


def _luminance(colour: tuple[int, ...]) -> float:
    parts = [c / 255 for c in colour]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _ratio(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def changed_area(before: Image.Image, after: Image.Image) -> int:
    """Count the pixels that changed with a contrast of at least 3:1 between the two pictures."""
    if before.size != after.size:
        return 0
    ours, theirs = before.tobytes(), after.tobytes()
    pairs = Counter(
        zip(
            zip(ours[::3], ours[1::3], ours[2::3], strict=True),
            zip(theirs[::3], theirs[1::3], theirs[2::3], strict=True),
            strict=True,
        )
    )
    return sum(count for (one, other), count in pairs.items() if one != other and _ratio(one, other) >= RING_RATIO)


def _ring(page: Page, stop: dict[str, Any]) -> list[str]:
    """Compare the stop with and without the focus; the focus is gone afterwards, the place in the order is not."""
    after = _picture(page, stop)
    page.evaluate(BLUR)
    area = changed_area(_picture(page, stop), after)
    need = 2 * stop["perimeter"] * RING_SHARE
    if area >= need:
        return []
    return [f"the focus ring of {stop['said']} has {area} pixels of 3:1 contrast, a ring of 2 px has {need:.0f}"]


def _judge(page: Page, stop: dict[str, Any], known: set[str]) -> list[str]:
    if stop.get("lost"):
        return [f"{stop['said']} has the focus and is not visible"]
    out = [f"{stop['said']} has the focus and is covered by {stop['cover']}"] if stop["cover"] else []
    if stop["signature"] not in known:
        known.add(stop["signature"])
        out += _ring(page, stop)
    return out


def _tab_through(page: Page) -> list[str]:
    """Press Tab until the page ends; gives every failure of ring, cover and reach."""
    ask(page, BEGIN)
    out: list[str] = []
    known: set[str] = set()
    stops = 0
    while stops < MOST_STOPS:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop.get("end"):
            out += ["the Tab key goes round in a part of the page"] if stop.get("trapped") else []
            out += [f"{said} cannot be reached with the Tab key" for said in page.evaluate(MISSED)[:5]]
            break
        stops += 1
        out += _judge(page, stop, known)
    return out if stops > 1 else [*out, "the page has fewer than two stops for the Tab key"]


def _skip_link(page: Page) -> list[str]:
    """Check that the first stop is a visible skip link, and that Enter on it moves the focus to main."""
    ask(page, BEGIN)
    page.keyboard.press("Tab")
    stop = page.evaluate(STOP)
    if not page.evaluate(SKIP_TARGET, stop.get("href")):
        return ["the first stop of the Tab key is not a link to main"]
    out = [] if not stop.get("lost") else ["the skip link is not visible when it has the focus"]
    address = page.url
    page.keyboard.press("Enter")
    if not page.evaluate(IN_MAIN):
        out.append("using the skip link does not move the focus to main")
    page.evaluate("address => { history.replaceState(null, '', address); scrollTo(0, 0); }", address)
    page.evaluate(BLUR)
    return out


def promise_07_keyboard(page: Page, base_url: str) -> list[str]:
    """Every Tab stop shows a ring of 2 px and 3:1, uncovered; the first is a skip link that brings one to main."""
    with opened(page), styled(page, "still", STILL):
        found = _skip_link(page) + _tab_through(page)
        page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    return found + axe_failures(page, 7)
