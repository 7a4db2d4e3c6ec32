"""Promise 13: forced colours, reduced motion, and a page that may be turned."""

from playwright.sync_api import Page

from .axe import axe_failures
from .visit import altered, ask, opened

BUTTON_LIKE = 'a[role=button], a[class*="button"], a[class*="knop"]'
LONGEST_S = 0.01

BORDERS = r"""
buttonLike => {
  const t = toets, out = [];
  t.fresh();
  const native = ["checkbox", "radio", "range", "file", "image", "color"];
  for (const el of t.all(`button, input:not([type=hidden]), select, textarea, [role=button], ${buttonLike}`)) {
    const s = t.css(el);
    if (native.includes(el.type) && s.appearance !== "none") continue;
    const bare = ["Top", "Right", "Bottom", "Left"].filter(side => {
      const style = s[`border${side}Style`], colour = t.rgba(s[`border${side}Color`]);
      const same = t.ratio(t.over(colour, [0, 0, 0, 1]), [0, 0, 0, 1]) < 1.2 && t.rgba(s.backgroundColor).slice(0, 3).join() === "0,0,0";
      return /none|hidden/.test(style) || parseFloat(s[`border${side}Width`]) < 1 || colour[3] < 0.5 || (same && s.forcedColorAdjust === "none");
    });
    if (bare.length) out.push(`${t.say(el)} has no border in forced colours (${bare.join(", ").toLowerCase()})`);
  }
  return out;
}
"""

MOTION = r"""
most => {
  const t = toets, out = new Set();
  t.fresh();
  const longest = text => Math.max(...text.split(",").map(x => parseFloat(x) * (/ms\s*$/.test(x) ? 0.001 : 1)));
  const check = (s, what) => {
    if (s.animationName && s.animationName !== "none" && longest(s.animationDuration) > most) out.add(`${what} is animated`);
    if (s.transitionProperty !== "none" && longest(s.transitionDuration) > most) out.add(`${what} moves by a transition`);
    if (s.scrollBehavior === "smooth") out.add(`${what} scrolls smoothly`);
  };
  for (const el of document.querySelectorAll("*")) {
    check(t.css(el), t.say(el));
    for (const which of ["::before", "::after"]) {
      const s = getComputedStyle(el, which);
      if (s.content !== "none" && s.content !== "normal") check(s, `${which} of ${t.say(el)}`);
    }
  }
  for (const a of document.getAnimations()) {
    const time = a.effect ? a.effect.getComputedTiming().endTime : 0;
    if (a.playState === "running" && time > most * 1000) out.add(`an animation runs on ${t.say(a.effect.target)}`);
  }
  document.querySelectorAll("marquee, blink, video[autoplay], animate, animateTransform, animateMotion")
    .forEach(el => out.add(`${t.say(el)} moves by itself`));
  return [...out];
}
"""

TURNED = r"""
() => {
  const t = toets, turned = el => el && t.css(el).rotate !== "none" || el && /^matrix/.test(t.css(el).transform) &&
    Math.abs(new DOMMatrix(t.css(el).transform).b) > 0.01;
  return { words: t.texts(document.querySelector("main")).length,
    turned: [document.documentElement, document.body, document.querySelector("main")].some(turned) };
}
"""


def _turning(page: Page) -> list[str]:
    """Hold the page upright and on its side: main keeps its text and is not rotated."""
    out, counts = [], {}
    for name, size in {"upright": (600, 960), "on its side": (960, 600)}.items():
        with altered(page, viewport=size):
            seen = ask(page, TURNED)
        counts[name] = seen["words"]
        if not seen["words"]:
            out.append(f"main has no text when the screen is {name}")
        if seen["turned"]:
            out.append(f"the page is rotated when the screen is {name}")
    return out


def promise_13_modes(page: Page, base_url: str) -> list[str]:
    """Forced colours leave controls their borders, reduced motion stops all movement, any orientation will do."""
    with opened(page):
        with altered(page, forced_colors="active"):
            out: list[str] = ask(page, BORDERS, BUTTON_LIKE)
        with altered(page, reduced_motion="reduce"):
            out += ask(page, MOTION, LONGEST_S)
        out += _turning(page)
    return out + axe_failures(page, 13)
