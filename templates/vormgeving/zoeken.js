// Zoeken in het register, in de browser zelf: uw woorden gaan nergens heen. Zonder dit script zijn er de lijsten van A tot Z.
import { find, open } from "./zoekhulp.js";

const root = new URL("..", import.meta.url);
const form = document.querySelector("form[role=search]");
const field = form.elements.q;
const status = document.querySelector("[role=status]");
const output = document.querySelector("[data-zoek-uitkomst]");
const replaced = document.querySelector("[data-zoek-vervangt]");
const filters = document.querySelector("[data-zoek-filters]");
const only = form.elements.soort?.value;
const asked = new URLSearchParams(location.search);
const STEP = 20, WAIT = 250;
let turn = 0, timer, ready;

const make = (name, props = {}, ...inside) => {
  const el = Object.assign(document.createElement(name), props);
  el.append(...inside);
  return el;
};
const amount = n => n === 1 ? "1 resultaat" : `${n} resultaten`;

// Filters, on the page of the search only.

async function showFilters() {
  const { Soort = {}, Organisatie = {} } = await (await open()).filters();
  const ticks = Object.keys(Soort).map(value => {
    const box = make("input", { type: "checkbox", value, checked: asked.getAll("soort").includes(value) });
    return make("label", { className: "vink" }, box, make("span", { textContent: value }));
  });
  const list = make("select", { id: "organisatie", className: "nl-text-input" });
  for (const value of ["", ...Object.keys(Organisatie)]) list.append(make("option", { value, textContent: value || "Alle organisaties" }));
  list.value = asked.get("organisatie") || "";
  filters.open = asked.has("soort") || asked.has("organisatie");
  if (ticks.length > 1) filters.append(make("fieldset", {}, make("legend", { textContent: "Soort" }), ...ticks));
  if (list.length > 2) filters.append(make("div", {}, make("label", { htmlFor: "organisatie", textContent: "Organisatie" }), list));
  filters.addEventListener("change", search);
}
function picked() {
  if (!filters) return { Soort: only ? [only] : [] };
  const owner = filters.querySelector("select")?.value;
  return { Soort: [...filters.querySelectorAll("input:checked")].map(el => el.value), Organisatie: owner ? [owner] : [] };
}
function showCounts({ Soort = {}, Organisatie = {} }) {
  for (const el of filters.querySelectorAll(".vink")) el.lastChild.textContent = `${el.firstChild.value} (${Soort[el.firstChild.value] || 0})`;
  for (const el of filters.querySelectorAll("option")) if (el.value) el.textContent = `${el.value} (${Organisatie[el.value] || 0})`;
}

// Results

async function card(result) {
  const { raw_url: path, url, meta } = await result.data();
  const link = make("a", { href: new URL((path || url).replace(/^\//, ""), root).href, textContent: meta.title });
  const parts = [make("h2", { className: "nl-heading" }, link), make("p", { textContent: meta.samenvatting || "" })];
  if (!only) parts.push(make("p", { className: "uitleg", textContent: meta.soort || "" }));
  return make("li", {}, ...parts);
}
async function more(list, results, button) {
  const from = list.children.length, cards = await Promise.all(results.slice(from, from + STEP).map(card));
  list.append(...cards);
  button.hidden = list.children.length >= results.length;
  return cards[0];
}
function tips() {
  const all = ["Kijk of u het woord goed hebt getypt.", "Gebruik minder woorden, of een ander woord.",
    "Zoek in de lijst van A tot Z op deze pagina.", "Of bel ons. Het nummer staat onderaan."];
  return make("ul", {}, ...all.map(textContent => make("li", { textContent })));
}
function sentence(query, { results, elsewhere, meant, loose }) {
  const n = results.length;
  if (!n && elsewhere) return `Niets gevonden voor “${query}” met deze keuze. Zonder de keuze: ${amount(elsewhere)}.`;
  if (!n) return `Niets gevonden voor “${query}”.`;
  if (meant) return `Niets gevonden voor “${query}”. Bedoelde u “${meant}”? Daarvoor: ${amount(n)}.`;
  return loose ? `Niets gevonden met al uw woorden. Met een deel ervan: ${amount(n)}.` : `${amount(n)} voor “${query}”.`;
}
async function search() {
  const query = field.value.trim(), mine = turn += 1;
  if (!query) {
    remember(query);
    return show("", false);
  }
  try {
    if (filters) await (ready ||= showFilters());
    remember(query);
    const found = await find(query, picked()), { results } = found;
    const list = make("ol", { className: "kaarten" });
    const button = make("button", { type: "button", className: "nl-button", textContent: "Toon meer resultaten" });
    button.addEventListener("click", async () => (await more(list, results, button))?.querySelector("a").focus());
    await more(list, results, button);
    if (mine !== turn) return;
    output.replaceChildren(...(results.length ? [list, button] : [tips()]));
    if (filters) showCounts(found.totals);
    show(sentence(query, found), true, results.length);
  } catch {
    if (mine === turn) show("Zoeken lukt nu niet. Gebruik de lijst van A tot Z.", false);
  }
}
function show(text, on, count = 0) {
  output.hidden = !on;
  if (replaced) replaced.hidden = on && count > 0;
  if (filters) filters.hidden = !on || !(count || filters.querySelector(":checked:not([value=''])"));
  status.textContent = text;
}
function remember(query) {
  const address = new URL(location);
  address.search = "";
  if (query) address.searchParams.set("q", query);
  if (query && filters) for (const [key, values] of Object.entries(picked())) for (const v of values) address.searchParams.append(key.toLowerCase(), v);
  history.replaceState(null, "", address);
}

form.addEventListener("submit", event => {
  event.preventDefault();
  clearTimeout(timer);
  search();
});
field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, WAIT);
});
field.value = asked.get("q") || field.value;
if (field.value) search();
