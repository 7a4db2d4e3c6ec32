"""Promise 15: what a page asks of the network, and how its text is built."""

from urllib.parse import urlsplit

from playwright.sync_api import Page

from .axe import axe_failures
from .visit import Record, ask, attach_record, load, opened, record_of

MOST_BYTES = 100_000
LANGUAGE = "nl"
ABBREVIATIONS = (
    "AVG DPIA IAMA FRIA BSN WOZ AI Woo Wob API CSV JSON YAML XML RDF URL WCAG BRP BAG BIG KVK KvK UWV CBS SVB RDW DUO"
    " IND CJIB AP WMO Wmo AWB Awb BIA B&W WIA WW"
).split()

STRUCTURE = r"""
language => {
  const t = toets, out = [], lang = document.documentElement.lang;
  t.fresh();
  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6, [role=heading]")].filter(t.rendered)
    .map(el => ({ el, level: +(el.getAttribute("aria-level") || el.localName.slice(1)) || 2 }));
  const firsts = headings.filter(h => h.level === 1).length;
  if (firsts !== 1) out.push(`the page has ${firsts} headings of level 1`);
  let before = 1;
  for (const { el, level } of headings) {
    if (level > before + 1) out.push(`${t.say(el)} comes after a heading of level ${before}`);
    before = level;
  }
  if (lang.split("-")[0] !== language) out.push(`the language of the page is "${lang}", not "${language}"`);
  for (const el of document.querySelectorAll("body [lang]")) {
    if (!/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(el.lang)) out.push(`${t.say(el)} has no valid lang`);
  }
  const sets = {
    en: new Set("the and to with this that from are which by not you your for be have has their our these".split(" ")),
    nl: new Set("de het een en van dat niet op te zijn voor met er aan ook als bij wordt deze dit uw naar hoe wat".split(" ")),
  };
  const blocks = new Map();
  for (const { el, text } of t.texts()) {
    const holder = el.closest("[lang]"), block = t.block(el);
    if (!blocks.has(block)) blocks.set(block, new Map());
    blocks.get(block).set(holder, `${blocks.get(block).get(holder) || ""} ${text}`);
  }
  for (const [block, parts] of blocks) for (const [holder, text] of parts) {
    const words = text.toLowerCase().match(/[\p{L}]+/gu) || [], own = holder ? holder.lang.slice(0, 2) : "";
    const count = which => words.filter(word => sets[which].has(word)).length;
    const [english, dutch] = [count("en"), count("nl")];
    if (own === "nl" && english >= 2 && english > dutch) out.push(`${t.say(block)} reads as English without lang="en"`);
    if (own === "en" && dutch >= 2 && dutch > english) out.push(`${t.say(block)} reads as Dutch with lang="en"`);
  }
  return out;
}
"""

FIRST_USE = r"""
known => {
  const t = toets, out = [], texts = t.texts(document.querySelector("main")).filter(({ el }) => !el.closest("code, pre, kbd, samp"));
  for (const el of document.querySelectorAll("abbr")) {
    if (!t.clean(el.title)) out.push(`the abbreviation ${t.say(el)} has no title`);
  }
  const escape = text => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  for (const short of known) {
    const pattern = new RegExp(`(?<![\\p{L}\\d./_-])${escape(short)}(?![\\p{L}\\d/_])`, "u");
    const first = texts.find(({ text }) => pattern.test(text));
    if (!first || first.el.closest("abbr[title]") || first.el.closest("dt")) continue;
    const whole = t.clean(t.block(first.el).textContent), at = whole.search(pattern);
    const before = whole.slice(0, at), after = whole.slice(at + short.length);
    const told = /^[\p{L}'’-]*\s*\([^)]{6,}\)/u.test(after) || /^[,:]?\s*\(?(voluit|dat is|ofwel|oftewel|kort voor)\b/i.test(after)
      || (/[\p{L}-]{6,}[^(]*\($/u.test(before) && /^[),;]/.test(after)) || /(afgekort|afkorting|kortweg)\s*[:(]?\s*$/i.test(before);
    if (!told) out.push(`the abbreviation ${short} is not explained at first use, in ${t.say(t.block(first.el))}`);
  }
  return out;
}
"""


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _traffic(record: Record, base_url: str) -> list[str]:
    """Say what in a record goes to other sites, is too much, or is an error."""
    home = _origin(base_url)
    out = [
        f"the page asks {url}, which is outside the site"
        for url in dict.fromkeys(record.requests)
        if not url.startswith(("data:", "blob:", "about:")) and _origin(url) != home
    ]
    if not record.requests or not record.at_load:
        out.append("no request was recorded")
    if record.at_load > MOST_BYTES:
        out.append(f"{record.at_load} bytes are transferred before a search, more than {MOST_BYTES}")
    return out + [f"the console has the error: {line[:160]}" for line in dict.fromkeys(record.errors)]


def unexplained(page: Page, abbreviations: list[str]) -> list[str]:
    """Say which abbreviations main uses without explaining them the first time."""
    with opened(page):
        found: list[str] = ask(page, FIRST_USE, abbreviations)
    return found


def promise_15_quiet_and_sound(page: Page, base_url: str) -> list[str]:
    """No request leaves the site, at most 100 KB, no console errors; sound headings, languages and abbreviations."""
    record = record_of(page)
    if record is None:
        record = attach_record(page)
        load(page, base_url)
    with opened(page):
        out: list[str] = ask(page, STRUCTURE, LANGUAGE)
    return out + _traffic(record, base_url) + unexplained(page, ABBREVIATIONS) + axe_failures(page, 15)
