"""Promise 14: searching and filling in forms, for those who do not see what changes."""

from playwright.sync_api import Error, Page

from .axe import axe_failures
from .visit import ask, load, opened
from .words import SEARCH_FORM

QUERIES = ("algoritme", "qxzqxzqx")
FAULTY_FORM = "form[data-fouten]"
WAIT_MS = 8000

LABELS = r"""
() => {
  const t = toets, out = [];
  t.fresh();
  for (const el of t.fields()) {
    if (["submit", "button", "reset", "image"].includes(el.type)) continue;
    const by = (el.getAttribute("aria-labelledby") || "").split(/\s+/).map(id => id && document.getElementById(id)).filter(Boolean);
    const labels = [...(el.labels || []), ...by].filter(label => t.clean(label.textContent));
    if (!labels.length) out.push(`${t.say(el)} has no label` + (el.placeholder ? ", only a placeholder" : ""));
    else if (!labels.some(t.seen)) out.push(`the label of ${t.say(el)} is not visible` + (el.placeholder ? ", only its placeholder is" : ""));
    else if (el.placeholder && labels.some(l => t.clean(l.textContent) === t.clean(el.placeholder))) {
      out.push(`the placeholder of ${t.say(el)} repeats its label`);
    }
  }
  return out;
}
"""

SEARCH_STATE = r"""
selector => {
  const form = [...document.querySelectorAll(selector)].find(toets.seen);
  if (!form) return null;
  const field = form.querySelector("input[type=search], input[type=text], input:not([type])");
  const action = new URL(form.getAttribute("action") || location.href, location.href);
  const status = [...document.querySelectorAll("[role=status]")].filter(toets.rendered);
  if (field) field.setAttribute("data-toets-veld", "");
  return { field: Boolean(field), here: action.pathname === location.pathname, regions: status.length };
}
"""
STATUS_TEXT = """
() => [...document.querySelectorAll("[role=status]")].filter(el => el.checkVisibility())
  .map(el => el.textContent.replace(/\\s+/g, " ").trim()).join(" ").trim()
"""
ANNOUNCED = f"""
before => {{
  const text = ({STATUS_TEXT.strip()})();
  return text && text !== before && /\\d|\\b(geen|niets|nul|één)\\b/i.test(text);
}}
"""

SUBMIT = """
selector => {
  const form = document.querySelector(selector);
  const button = form.querySelector("button:not([type=button]):not([type=reset]), input[type=submit]");
  button ? button.click() : form.requestSubmit();
  return Boolean(button);
}
"""
INVALID = "selector => Boolean(document.querySelector(`${selector} [aria-invalid=true]`))"
ERRORS = r"""
selector => {
  const t = toets, out = [], form = document.querySelector(selector), focus = document.activeElement;
  t.fresh();
  const invalid = [...form.querySelectorAll("[aria-invalid=true]")];
  if (!invalid.length) out.push("no field has aria-invalid after an error");
  let box = focus;
  while (box && !box.matches("form, main, body, html") && !box.querySelector('a[href^="#"]')) box = box.parentElement;
  const summary = box && !box.matches("form, main, body, html") && !focus.matches("input, select, textarea, button") ? box : null;
  if (!summary) out.push(`on an error the focus is at ${t.say(focus).slice(0, 60)}, not at a summary with links to the fields`);
  const linked = summary ? [...summary.querySelectorAll('a[href^="#"]')].map(a => a.getAttribute("href").slice(1)) : [];
  for (const el of invalid) {
    if (summary && !linked.includes(el.id)) out.push(`the summary has no link to ${t.say(el)}`);
    const ids = `${el.getAttribute("aria-describedby") || ""} ${el.getAttribute("aria-errormessage") || ""}`;
    const notes = ids.split(/\s+/).map(id => id && document.getElementById(id)).filter(Boolean);
    if (!notes.some(n => t.seen(n) && t.clean(n.textContent))) out.push(`${t.say(el)} is wrong and no text says why`);
  }
  for (const el of form.querySelectorAll("[required], [aria-required=true]")) {
    if (el.value === "" && !invalid.includes(el)) out.push(`${t.say(el)} is required and empty, and has no aria-invalid`);
  }
  return out;
}
"""


def _search_once(page: Page, query: str) -> str | None:
    """Search for a word; gives what the status says then, or None if it says no count."""
    before = page.evaluate(STATUS_TEXT)
    page.fill("[data-toets-veld]", query)
    page.press("[data-toets-veld]", "Enter")
    try:
        page.wait_for_function(ANNOUNCED, arg=before, timeout=WAIT_MS)
    except Error:
        return None
    page.wait_for_load_state("load")
    said: str = page.evaluate(STATUS_TEXT)
    return said


def _search(page: Page) -> list[str]:
    """Use the search of the page, if it has one, and read what role=status says."""
    state = ask(page, SEARCH_STATE, SEARCH_FORM)
    if state is None:
        return []
    if not state["field"]:
        return ["the search form has no text field"]
    if state["here"] and not state["regions"]:
        return ["the page with the search has no role=status that is there before the search"]
    for query in QUERIES:
        if _search_once(page, query) is None:
            return [f'after searching for "{query}" role=status does not say how many there are']
        if ask(page, SEARCH_STATE, SEARCH_FORM) is None:
            return ["the page with the results has no search form"]
    return []


def _faulty(page: Page) -> list[str]:
    """Send the form that shows errors while it is empty, if the page has one, and see where that leads."""
    if page.query_selector(FAULTY_FORM) is None:
        return []
    if not page.evaluate(SUBMIT, FAULTY_FORM):
        return ["the form has no button to send it"]
    try:
        page.wait_for_function(INVALID, arg=FAULTY_FORM, timeout=2000)
    except Error:
        return ["after sending the empty form no field has aria-invalid"]
    page.wait_for_timeout(60)
    found: list[str] = ask(page, ERRORS, FAULTY_FORM)
    return found


def promise_14_forms(page: Page, base_url: str) -> list[str]:
    """Search says its count through role=status; errors get a summary, aria-invalid and text; labels are labels."""
    out = axe_failures(page, 14)
    with opened(page):
        out += ask(page, LABELS)
    for use in (_search, _faulty):
        found = use(page)
        out += found
        if page.query_selector(f"{SEARCH_FORM}, {FAULTY_FORM}") or page.url != base_url:
            load(page, base_url)
    return out
