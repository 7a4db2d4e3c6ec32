"""Promise 2: everything one presses is large enough, or far enough from its neighbours."""

from playwright.sync_api import Page

from .axe import axe_failures
from .visit import ask, opened

TARGET_PX = 44
SPACING_PX = 24

TARGETS = r"""
([size, spacing]) => {
  const t = toets, out = [], inline = [], boxes = [];
  t.fresh();
  const control = "button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab], " +
    "[role=checkbox], [role=radio], [role=switch], [role=menuitem]";
  const words = text => /[\p{L}\d]/u.test(text);
  // The text beside a link in the same line of text: its inline siblings up to a block or a <br>.
  const inSentence = link => {
    if (!t.isInline(link) && !t.css(link).display.startsWith("inline")) return false;
    let top = link;
    while (top.parentElement && t.isInline(top.parentElement)) top = top.parentElement;
    let text = "";
    const own = node => {
      if (node.nodeType === Node.TEXT_NODE) return node.data;
      if (node.nodeType !== Node.ELEMENT_NODE || node.matches("a[href], script, style") || !t.seen(node)) return "";
      return [...node.childNodes].filter(child => child !== link).map(own).join("");
    };
    const stops = n => n.nodeType === Node.ELEMENT_NODE &&
      (n.localName === "br" || !(t.isInline(n) || t.css(n).display.startsWith("inline")));
    if (top !== link) text += own(top);
    for (let n = top.previousSibling; n && !stops(n); n = n.previousSibling) text += own(n);
    for (let n = top.nextSibling; n && !stops(n); n = n.nextSibling) text += own(n);
    return words(text);
  };
  // The pressable area: the element with, for a tick box, the label that belongs to it.
  const area = el => {
    const parts = [el, ...(["checkbox", "radio"].includes(el.type) ? el.labels : [])].filter(t.rendered);
    const rects = parts.map(p => p.getBoundingClientRect());
    const left = Math.min(...rects.map(r => r.left)), top = Math.min(...rects.map(r => r.top));
    return { w: Math.max(...rects.map(r => r.right)) - left, h: Math.max(...rects.map(r => r.bottom)) - top };
  };
  const measure = el => {
    const { w, h } = area(el);
    if (w < size - 0.5 || h < size - 0.5) out.push(`${t.say(el)} is ${w.toFixed(0)} x ${h.toFixed(0)} px, under ${size} x ${size}`);
  };
  let alone = 0;
  const links = [...document.querySelectorAll("a[href], area[href], [role=link]")].filter(t.rendered);
  const controls = [...document.querySelectorAll(control)].filter(t.rendered).filter(el => !links.includes(el));
  for (const el of [...controls, ...links.filter(link => link.matches("[role=button]"))]) {
    const ticks = ["checkbox", "radio"].includes(el.type);
    if (!ticks && t.hiddenToEye(el)) continue;
    alone += 1;
    measure(el);
  }
  for (const link of links) {
    if (link.matches("[role=button]")) continue;
    if (t.hiddenToEye(link)) {            // a skip link: measured as it is when it has the focus
      const before = document.activeElement;
      link.focus({ preventScroll: true });
      t.fresh();
      if (!t.hiddenToEye(link)) { alone += 1; measure(link); }
      before && before.focus ? before.focus({ preventScroll: true }) : 0;
      link.blur();
      t.fresh();
    } else if (inSentence(link)) inline.push(link);
    else { alone += 1; measure(link); }
  }
  for (const el of [...controls, ...links]) if (!t.hiddenToEye(el)) {
    for (const r of el.getClientRects()) if (r.width > 0 && r.height > 0) {
      boxes.push({ el, r, x: (r.left + r.right) / 2, y: (r.top + r.bottom) / 2, small: Math.min(r.width, r.height) < spacing });
    }
  }
  const gap = (a, r) => Math.hypot(Math.max(r.left - a.x, 0, a.x - r.right), Math.max(r.top - a.y, 0, a.y - r.bottom));
  const nested = (a, b) => a.contains(b) || b.contains(a);
  for (const a of boxes) {
    if (!a.small || !inline.includes(a.el)) continue;
    const near = boxes.find(b => !nested(a.el, b.el) && (gap(a, b.r) < spacing / 2 - 0.01 ||
      (b.small && Math.hypot(a.x - b.x, a.y - b.y) < spacing - 0.01)));
    if (near) out.push(`${t.say(a.el)}, a link in a sentence, is within ${spacing} px of ${t.say(near.el)}`);
  }
  if (!alone) out.push("the page has no control and no link that stands alone");
  return [...new Set(out)];
}
"""


def promise_02_targets(page: Page, base_url: str) -> list[str]:
    """Controls and links that stand alone are at least 44 x 44 px; links in sentences keep 24 px spacing."""
    with opened(page):
        found: list[str] = ask(page, TARGETS, [TARGET_PX, SPACING_PX])
    return found + axe_failures(page, 2)
