"""JavaScript that every check may use: it puts an object `toets` on the page's window.

It is run through page.evaluate and builds style sheets with the CSSOM, so a strict
Content-Security-Policy of the page does not stop it (and stays in force for the page itself).
"""

LIBRARY = r"""
() => {
  if (window.toets) { window.toets.fresh(); return; }
  const t = window.toets = {};
  const css = el => getComputedStyle(el);
  t.css = css;
  t.fresh = () => { t.cache = new Map(); };
  t.fresh();
  t.clean = text => (text || "").replace(/\s+/g, " ").trim();
  t.say = el => {
    const kind = el.classList && el.classList.length ? "." + el.classList[0] : "";
    const text = t.clean(el.textContent) || el.getAttribute("aria-label") || el.id || el.getAttribute("name") || "";
    return `<${el.localName}${kind}> "${text.slice(0, 50)}"`;
  };
  // Hidden from the eye but there for a screen reader: a clipped, 1 px or off-screen box.
  const tucked = el => {
    const s = css(el);
    if (s.opacity === "0" || /inset\((50|100)%/.test(s.clipPath)) return true;
    if (s.position !== "absolute" && s.position !== "fixed") return false;
    const r = el.getBoundingClientRect(), fixed = s.position === "fixed";
    const small = r.width <= 1.5 || r.height <= 1.5;
    if (small && s.overflow !== "visible") return true;
    if (/^rect\((0|1)px,? (0|1)px/.test(s.clip)) return true;
    return r.right + (fixed ? 0 : scrollX) <= 0 || r.bottom + (fixed ? 0 : scrollY) <= 0;
  };
  t.hiddenToEye = el => {
    if (!el || el === document.documentElement) return false;
    if (!t.cache.has(el)) t.cache.set(el, tucked(el) || t.hiddenToEye(el.parentElement));
    return t.cache.get(el);
  };
  t.rendered = el => el.checkVisibility({ checkVisibilityCSS: true });
  t.seen = el => t.rendered(el) && !t.hiddenToEye(el);
  const notText = "script, style, noscript, template, title, option, textarea";
  t.texts = (root = document.body) => {
    t.fresh();
    const out = [], known = new Map();
    if (!root) return out;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode, el = node.parentElement;
      if (!node.data.trim() || el.closest(notText)) continue;
      if (!known.has(el)) known.set(el, t.seen(el));
      if (known.get(el)) out.push({ node, el, text: t.clean(node.data) });
    }
    return out;
  };
  t.all = (selector, root = document) => [...root.querySelectorAll(selector)].filter(t.seen);
  t.isInline = el => ["inline", "contents", "ruby"].includes(css(el).display);
  t.block = el => { while (el.parentElement && t.isInline(el)) el = el.parentElement; return el; };
  t.rects = node => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter(r => r.width > 0.5 && r.height > 0.5);
  };
  // Words that style sheets add with ::before and ::after.
  t.added = () => {
    const out = [];
    for (const el of t.all("body, body *")) for (const which of ["::before", "::after"]) {
      const s = getComputedStyle(el, which);
      if (s.content === "none" || s.content === "normal" || s.display === "none") continue;
      if (/[\p{L}\d]/u.test(s.content.replace(/(url|counters?)\([^)]*\)/g, ""))) out.push({ el, s, text: s.content });
    }
    return out;
  };
  t.fields = (root = document) => t.all("input:not([type=hidden]), select, textarea", root);
  t.name = el => {
    const by = (el.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
    const named = by.map(id => document.getElementById(id)).filter(Boolean).map(e => e.textContent).join(" ");
    if (t.clean(named)) return t.clean(named);
    if (t.clean(el.getAttribute("aria-label"))) return t.clean(el.getAttribute("aria-label"));
    const copy = el.cloneNode(true);
    copy.querySelectorAll("script, style, template, noscript, [aria-hidden=true]").forEach(e => e.remove());
    copy.querySelectorAll("img").forEach(e => e.replaceWith(" " + (e.alt || "") + " "));
    return t.clean(copy.textContent) || t.clean(el.getAttribute("title"));
  };
  t.openAll = () => {
    const closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach(e => { e.open = true; });
    t.opened = closed;
    t.fresh();
  };
  t.closeAgain = () => { (t.opened || []).forEach(e => { e.open = false; }); t.opened = []; t.fresh(); };
  t.sheets = {};
  t.sheet = (key, text) => {
    t.unsheet(key);
    t.sheets[key] = new CSSStyleSheet();
    t.sheets[key].replaceSync(text);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, t.sheets[key]];
  };
  t.unsheet = key => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(s => s !== t.sheets[key]);
    t.fresh();
  };
  // Colours, as [red, green, blue, alpha], whatever notation the computed style uses.
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true }), colours = new Map();
  t.rgba = colour => {
    if (!colours.has(colour)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = "#000";
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      colours.set(colour, [r, g, b, a / 255]);
    }
    return colours.get(colour);
  };
  t.over = (top, under, alpha = top[3]) => [0, 1, 2].map(i => top[i] * alpha + under[i] * (1 - alpha)).concat(1);
  t.luminance = c => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const v = c[i] / 255;
    return sum + weight * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  }, 0);
  t.ratio = (a, b) => {
    const [low, high] = [t.luminance(a), t.luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
}
"""
