"""Promises 4, 5 and 6: narrow windows, forced text spacing and large root fonts."""

from playwright.sync_api import Page

from .axe import axe_failures
from .visit import NARROW, WIDE, altered, ask, opened, root_font, styled

MESSAGES = 6

SIDEWAYS = r"""
() => {
  const t = toets, out = [], root = document.documentElement, width = root.clientWidth;
  t.fresh();
  const wide = Math.max(root.scrollWidth, document.body.scrollWidth);
  if (wide > width + 1) out.push(`the page is ${wide} px wide in a window of ${width} px`);
  const inside = el => {
    for (let e = el.parentElement; e && e !== document.body && e !== root; e = e.parentElement) {
      if (t.css(e).overflowX !== "visible") return true;
    }
    return false;
  };
  for (const el of t.all("body *")) {
    const r = el.getBoundingClientRect();
    if (r.width < 1 || (r.right <= width + 1 && r.left >= -1) || inside(el)) continue;
    out.push(`${t.say(el)} reaches from ${r.left.toFixed(0)} to ${r.right.toFixed(0)} px in a window of ${width} px`);
  }
  return out;
}
"""

SCROLLERS = r"""
() => {
  const t = toets, out = { faults: [], marks: [] };
  t.fresh();
  document.querySelectorAll("[data-toets-scroll]").forEach(el => el.removeAttribute("data-toets-scroll"));
  const own = "input, textarea, select, html, body";
  for (const el of t.all("body *")) {
    if (el.matches(own) || !/auto|scroll/.test(t.css(el).overflowX) || el.scrollWidth <= el.clientWidth + 1) continue;
    if (!el.querySelector("table")) { out.faults.push(`${t.say(el)} scrolls sideways and is not a table`); continue; }
    const role = el.getAttribute("role"), label = el.getAttribute("aria-label") || el.getAttribute("aria-labelledby");
    if (!label || !t.name(el) || !(["region", "group"].includes(role) || el.localName === "section")) {
      out.faults.push(`${t.say(el)} scrolls sideways and is not a region with a label`);
    }
    if (!el.hasAttribute("tabindex") || el.tabIndex < 0) out.faults.push(`${t.say(el)} scrolls sideways without tabindex="0"`);
    el.setAttribute("data-toets-scroll", out.marks.length);
    out.marks.push(t.say(el));
  }
  return out;
}
"""
FOCUS_SCROLLER = """
number => {
  const el = document.querySelector(`[data-toets-scroll="${number}"]`);
  el.scrollLeft = 0;
  el.focus();
}
"""
SCROLLED = 'number => document.querySelector(`[data-toets-scroll="${number}"]`).scrollLeft > 0'

# Text cut off by a box, text outside its own box, and text or controls on top of each other.
BROKEN = r"""
() => {
  const t = toets, out = new Set(), pieces = [], root = document.documentElement;
  const clippers = el => {
    const found = [];
    for (let e = el; e && e !== document.body && e !== root; e = e.parentElement) {
      const s = t.css(e), x = /hidden|clip/.test(s.overflowX), y = /hidden|clip/.test(s.overflowY);
      if (/auto|scroll/.test(s.overflowX + s.overflowY)) break;
      if ((x || y) && !t.isInline(e)) found.push({ e, x, y, r: e.getBoundingClientRect() });
    }
    return found;
  };
  for (const { node, el } of t.texts()) {
    const block = t.block(el), box = block.getBoundingClientRect(), cut = clippers(el);
    for (const r of t.rects(node)) {
      const squeeze = Math.min(r.height * 0.15, 8), top = r.top + squeeze, bottom = r.bottom - squeeze;
      for (const { e, x, y, r: c } of cut) {
        if ((x && (r.right > c.right + 1.5 || r.left < c.left - 1.5)) || (y && (bottom > c.bottom + 1.5 || top < c.top - 1.5))) {
          out.add(`${t.say(el)} is cut off by ${t.say(e)}`);
        }
      }
      if (r.right > box.right + 2 || r.left < box.left - 2) out.add(`${t.say(el)} is wider than its box`);
      if (bottom > box.bottom + 2 || top < box.top - 2) out.add(`${t.say(el)} is higher than its box`);
      pieces.push({ el, block, left: r.left, right: r.right, top, bottom });
    }
  }
  for (const el of t.all("input[type=submit], input[type=button]")) {
    if (el.scrollWidth > el.clientWidth + 1) out.add(`${t.say(el)} is cut off`);
  }
  for (const el of t.all("button, input:not([type=hidden]), select, textarea")) {
    const r = el.getBoundingClientRect();
    pieces.push({ el, block: el, left: r.left, right: r.right, top: r.top, bottom: r.bottom });
  }
  pieces.sort((a, b) => a.top - b.top);
  for (let i = 0; i < pieces.length; i += 1) for (let j = i + 1; j < pieces.length; j += 1) {
    const a = pieces[i], b = pieces[j];
    if (b.top >= a.bottom) break;
    if (a.block === b.block || a.block.contains(b.el) && a.el === a.block || b.block.contains(a.el) && b.el === b.block) continue;
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - b.top;
    if (across > 2 && down > 2) out.add(`${t.say(a.el)} and ${t.say(b.el)} overlap`);
  }
  return [...out];
}
"""

BODY_SIZE = """
() => {
  const el = [...document.querySelectorAll("main p, main li, main dd, main td")].find(toets.seen);
  return el ? parseFloat(getComputedStyle(el).fontSize) : 0;
}
"""

# The values of WCAG 1.4.12; the doubled :not() wins from any !important of the site itself.
SPACING = """
*:not(#t#t#t):not(#t#t#t) { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p:not(#t#t#t):not(#t#t#t) { margin-block-end: 2em !important; }
"""


def _said(where: str, found: list[str]) -> list[str]:
    more = [f"{where}: and {len(found) - MESSAGES} more"] if len(found) > MESSAGES else []
    return [f"{where}: {sentence}" for sentence in found[:MESSAGES]] + more


def _scrollers(page: Page) -> list[str]:
    """Check that what scrolls sideways is a labelled table that the keyboard moves."""
    found = ask(page, SCROLLERS)
    faults: list[str] = found["faults"]
    for number, label in enumerate(found["marks"]):
        page.evaluate(FOCUS_SCROLLER, number)
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        try:
            page.wait_for_function(SCROLLED, arg=number, timeout=800)
        except Exception:
            faults.append(f"{label} does not scroll with the arrow keys")
    page.evaluate("() => document.activeElement && document.activeElement.blur()")
    return faults


def promise_04_narrow(page: Page, base_url: str) -> list[str]:
    """At 320 px wide the page does not scroll sideways; only labelled tables do, and by keyboard."""
    with altered(page, viewport=NARROW), opened(page):
        found = ask(page, SIDEWAYS) + _scrollers(page)
        return _said("at 320 px", found) + axe_failures(page, 4)


def promise_05_spacing(page: Page, base_url: str) -> list[str]:
    """With the text spacing of WCAG 1.4.12 forced nothing is clipped, at 320 and at 1280 px wide."""
    out = []
    for size in (NARROW, WIDE):
        with altered(page, viewport=size), opened(page), styled(page, "spacing", SPACING):
            found = ask(page, SIDEWAYS) + ask(page, BROKEN)
            out += _said(f"text spacing at {size[0]} px", found)
    return out + axe_failures(page, 5)


def promise_06_root_font(page: Page, base_url: str) -> list[str]:
    """With the reader's font at 200 % (and 400 % in a wide window) text grows, nothing overlaps or overflows."""
    width = (page.viewport_size or {"width": WIDE[0]})["width"]
    out = []
    with opened(page):
        normal = ask(page, BODY_SIZE)
        if not normal:
            out.append("main has no body text to enlarge")
        for percent in (200, 400) if width >= 1000 else (200,):
            with root_font(page, percent):
                found = ask(page, SIDEWAYS) + ask(page, BROKEN)
                grown = ask(page, BODY_SIZE)
            if normal and grown < normal * percent / 100 * 0.95:
                found.insert(0, f"body text goes from {normal:g} px to {grown:g} px only")
            out += _said(f"root font at {percent} %", found)
    return out + axe_failures(page, 6)
