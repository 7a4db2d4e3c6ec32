"""Promise 12: the page on paper."""

from playwright.sync_api import Page

from .visit import altered, ask

PAPER = (794, 1123)  # A4 at 96 px to the inch
PRINT_PX = 24  # 18 points
STATUS = '[class*="badge"], [class*="status"], [data-status]'

# Backgrounds are not printed unless the page insists, so text is judged on white.
ON_PAPER = r"""
([least, status]) => {
  const t = toets, out = new Set(), white = [255, 255, 255, 1], texts = t.texts(), added = t.added();
  const insists = el => { for (let e = el; e; e = e.parentElement) if (t.css(e).printColorAdjust === "exact") return true; };
  const check = (el, s, what) => {
    const px = parseFloat(s.fontSize), ink = t.rgba(s.color);
    if (px < least - 0.05) out.add(`${what} is ${(px * 0.75).toFixed(1)} pt on paper, under ${least * 0.75} pt`);
    if (!insists(el) && t.ratio(t.over(ink, white), white) < 4.5) out.add(`${what} is too light for white paper`);
  };
  if (!texts.length) out.add("the page has no text on paper");
  for (const { el } of texts) check(el, t.css(el), t.say(el));
  for (const { el, s, text } of added) check(el, s, `added text ${text}`);
  for (const el of t.fields()) check(el, t.css(el), t.say(el));
  const navs = [...document.querySelectorAll("nav, [role=navigation]")];
  if (!navs.length) out.add("the page has no navigation");
  for (const el of navs) {
    if (t.seen(el) && el.getBoundingClientRect().height > 0) out.add(`${t.say(el)} (navigation) is still there on paper`);
  }
  for (const el of document.querySelectorAll("details")) {
    if (!t.rendered(el)) continue;
    const summary = el.querySelector(":scope > summary"), parts = [...el.children].filter(e => e !== summary);
    const shut = parts.filter(e => t.clean(e.textContent) && (!t.rendered(e) || e.getBoundingClientRect().height < 1));
    const words = [...el.childNodes].filter(n => n !== summary).map(n => t.clean(n.textContent)).join("");
    const flat = words && summary && el.getBoundingClientRect().height < summary.getBoundingClientRect().height + least;
    if (shut.length || flat) out.add(`the content of ${t.say(summary || el)} stays closed on paper`);
  }
  for (const a of t.all("a[href]")) {
    if (!/^https?:$/.test(a.protocol) || a.host === location.host) continue;
    const bare = u => u.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, "");
    const shown = s => s.display === "none" || s.visibility === "hidden" ? "" : s.content;
    const after = shown(getComputedStyle(a, "::after")) + shown(getComputedStyle(a, "::before"));
    const near = a.textContent + after;
    if (!near.includes(bare(a.getAttribute("href"))) && !after.includes("attr(href)")) out.add(`the address of ${t.say(a)} is not written out on paper`);
  }
  for (const el of document.querySelectorAll(status)) {
    if (el.matches("[role=status], [aria-live]") || el.closest("nav, form") || !el.closest("main")) continue;
    const words = t.texts(el).map(({ text }) => text).join(" ") + t.added().filter(a => a.el === el).map(a => a.text).join("");
    if (!/\p{L}{2}/u.test(words)) out.add(`${t.say(el)} (a status) has no words on paper`);
  }
  return [...out];
}
"""


def promise_12_paper(page: Page, base_url: str) -> list[str]:
    """In print: 18 points, no navigation, details open, outside addresses written out, status in words."""
    with altered(page, viewport=PAPER, media="print", color_scheme="light"):
        found: list[str] = ask(page, ON_PAPER, [PRINT_PX, STATUS])
    return found
