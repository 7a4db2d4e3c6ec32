"""Promises 1, 3 and 8: contrast, size and shape of the text."""

from typing import Any

from playwright.sync_api import Page

from .axe import axe_failures
from .visit import ask, opened

CONTRAST = 7.0
SMALLEST_PX = 18
BODY_PX = 20
LINE_HEIGHT = 1.5
LINE_LENGTH = 80

TEXT_CONTRAST = r"""
least => {
  const t = toets, out = [], probe = document.createElement("i");
  probe.style.color = "Canvas";
  document.documentElement.append(probe);
  const canvas = t.rgba(t.css(probe).color);
  probe.remove();
  const under = el => {
    const layers = [];
    for (let e = el; e; e = e.parentElement) {
      const s = t.css(e), back = t.rgba(s.backgroundColor);
      if (s.backgroundImage !== "none" && s.backgroundRepeat !== "no-repeat") return null;
      if (back[3] > 0) layers.push(back);
      if (back[3] >= 0.999) break;
    }
    return layers.reverse().reduce((base, layer) => t.over(layer, base), canvas);
  };
  const faint = el => { let o = 1; for (let e = el; e; e = e.parentElement) o *= +t.css(e).opacity; return o; };
  const judge = (el, style, what, extra = 1) => {
    const base = under(el);
    if (!base) { out.push(`${what} stands on a picture or gradient, its contrast cannot be known`); return; }
    const ink = t.rgba(style.webkitTextFillColor || style.color);
    const ratio = t.ratio(t.over(ink, base, ink[3] * faint(el) * extra), base);
    if (ratio < least - 0.005) out.push(`${what} has contrast ${ratio.toFixed(2)}:1, less than ${least}:1`);
  };
  const texts = t.texts(), done = new Set();
  for (const { el } of texts) if (!done.has(el)) { done.add(el); judge(el, t.css(el), t.say(el)); }
  for (const { el, s, text } of t.added()) judge(el, s, `added text ${text}`, +s.opacity);
  for (const el of t.fields()) {
    if (["checkbox", "radio", "range", "color", "image"].includes(el.type)) continue;
    judge(el, t.css(el), t.say(el));
    const hint = getComputedStyle(el, "::placeholder");
    if (el.placeholder) judge(el, hint, `placeholder of ${t.say(el)}`, +hint.opacity);
  }
  if (!texts.length) out.push("the page has no visible text");
  return out;
}
"""

FONT_SIZES = r"""
([least, body]) => {
  const t = toets, out = [], seen = new Set(), texts = t.texts();
  const scale = el => { const svg = el.closest("svg"); return svg && el.getScreenCTM ? el.getScreenCTM().a : 1; };
  const check = (el, style, what, limit) => {
    const px = parseFloat(style.fontSize) * scale(el);
    if (px < limit - 0.05) out.push(`${what} is ${+px.toFixed(1)} px, under ${limit} px`);
  };
  const plain = "a, strong, b, em, i, abbr, time, q, cite, mark, data, bdi";
  let bodies = 0;
  for (const { el } of texts) {
    if (seen.has(el)) continue;
    seen.add(el);
    let home = el;
    while (home.matches(plain) && home.parentElement) home = home.parentElement;
    const isBody = home.matches("p, li, dd, td, blockquote") && home.closest("main") && !home.closest("nav");
    if (isBody) bodies += 1;
    check(el, t.css(el), t.say(el), isBody ? body : least);
  }
  for (const { el, s, text } of t.added()) check(el, s, `added text ${text}`, least);
  for (const el of t.fields().concat(t.all("textarea"))) {
    if (!["checkbox", "radio", "range", "color", "image"].includes(el.type)) check(el, t.css(el), t.say(el), least);
  }
  if (!bodies) out.push("main has no body text (p, li, dd, td)");
  return [...new Set(out)];
}
"""

TEXT_SHAPE = r"""
([height, length]) => {
  const t = toets, out = new Set(), blocks = new Map(), texts = t.texts();
  const dress = (s, what) => {
    if (/italic|oblique/.test(s.fontStyle)) out.add(`${what} is in italics`);
    if (s.textTransform.includes("uppercase")) out.add(`${what} is set in capitals by text-transform`);
  };
  for (const { node, el } of texts) {
    const block = t.block(el), s = t.css(el), b = t.css(block);
    const high = Math.max(parseFloat(s.lineHeight) || 0, parseFloat(b.lineHeight) || 0) / parseFloat(s.fontSize);
    if (high < height - 0.01) out.add(`${t.say(el)} has line height ${high ? high.toFixed(2) : "normal"}`);
    if (b.textAlign === "justify" || b.textAlignLast === "justify") out.add(`${t.say(block)} is justified`);
    dress(s, t.say(el));
    if (!blocks.has(block)) blocks.set(block, []);
    blocks.get(block).push(node);
  }
  for (const { s, text } of t.added()) dress(s, `added text ${text}`);
  for (const el of t.fields()) dress(t.css(el), t.say(el));
  const range = document.createRange();
  const longest = nodes => {
    const lines = [];
    for (const node of nodes) for (const word of node.data.matchAll(/\S+/g)) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      for (const r of range.getClientRects()) {
        const middle = (r.top + r.bottom) / 2, last = lines[lines.length - 1];
        const share = word[0].length * Math.min(1, r.width / (range.getBoundingClientRect().width || 1));
        const same = last && Math.abs(last.middle - middle) < r.height / 2;
        const glued = same && r.left - last.right < 1.5;
        if (same) { last.count += share + (glued ? 0 : 1); last.right = r.right; }
        else lines.push({ middle, count: share, right: r.right });
      }
    }
    return Math.max(0, ...lines.map(line => Math.round(line.count)));
  };
  for (const [block, nodes] of blocks) {
    if (nodes.reduce((sum, node) => sum + t.clean(node.data).length + 1, 0) <= length) continue;
    const count = longest(nodes);
    if (count > length) out.add(`${t.say(block)} has a line of ${count} characters, more than ${length}`);
  }
  if (!texts.length) out.add("the page has no visible text");
  return [...out];
}
"""


def _asked(page: Page, script: str, argument: Any) -> list[str]:
    with opened(page):
        found: list[str] = ask(page, script, argument)
    return found


def promise_01_contrast(page: Page, base_url: str) -> list[str]:
    """All text has contrast of at least 7:1 with what is behind it, in the page's colour scheme."""
    return _asked(page, TEXT_CONTRAST, CONTRAST) + axe_failures(page, 1)


def promise_03_size(page: Page, base_url: str) -> list[str]:
    """Body text is at least 20 px; nothing is under 18 px."""
    return _asked(page, FONT_SIZES, [SMALLEST_PX, BODY_PX])


def promise_08_shape(page: Page, base_url: str) -> list[str]:
    """Line height at least 1.5, at most 80 characters a line, nothing justified, in italics or forced capitals."""
    return _asked(page, TEXT_SHAPE, [LINE_HEIGHT, LINE_LENGTH])
