// Vindt wat iemand bedoelt: zonder kleine woorden, met hulp bij een tikfout, en anders met een deel van de woorden.
const root = new URL("..", import.meta.url);
const SMALL = new Set(("de het een en of ik u je mijn uw is zijn wat wie hoe waar wanneer waarom van voor met op in aan bij te om over tegen naar "
  + "door die dat dit deze er kan mag moet heb heeft hebben wordt worden maak maakt gemeente").split(" "));
let engine, words;

export const open = () => engine ||= import(new URL("pagefind/pagefind.js", root)).then(async found => {
  await found.init();
  return found;
});

function meaning(query) {
  const all = query.toLowerCase().match(/[\p{L}\d]+/gu) || [], some = all.filter(word => !SMALL.has(word));
  return some.length ? some : all;
}

// How many letters to add, drop, change or swap (Damerau-Levenshtein); gives up above `most`.
export function distance(a, b, most) {
  let before = [], row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    if (Math.min(...next) > most) return most + 1;
    [before, row] = [row, next];
  }
  return row[b.length];
}

// Pagefind shortens a word it does not know until something fits («pasport» finds «pas»). That is no answer.
const plain = text => text.toLowerCase().normalize("NFD").replace(/[^a-z0-9]/g, "");
async function answers(results, terms) {
  if (!results.length) return false;
  const { raw_content: text, content, locations } = await results[0].data(), all = (text || content).split(/\s+/);
  const hits = locations.flatMap(at => (all[at] || "").split(/[\u200b-]/).concat(all[at] || "")).map(plain);
  return terms.map(plain).every(term => hits.some(hit => hit.startsWith(term.slice(0, Math.max(3, term.length - 3)))));
}

// The known word that looks most like it, or the longest one inside it («bijstandsuitkering»: «uitkering»), or the word itself.
async function nearest(word) {
  words ||= fetch(new URL("zoekwoorden.json", root)).then(r => r.ok ? r.json() : []).catch(() => []);
  const known = await words, most = word.length < 4 ? 0 : word.length < 7 ? 1 : 2;
  let best = "", least = most + 1;
  for (const other of known) {
    if (Math.abs(other.length - word.length) >= least) continue;
    const far = distance(word, other, most);
    if (far < least) [best, least] = [other, far];
  }
  const inside = known.filter(other => other.length > 4 && word.includes(other)).sort((a, b) => b.length - a.length);
  return best || inside[0] || word;
}

// Gives { results, totals, meant?, loose? }. picked: filter → values.
export async function find(query, picked) {
  const pagefind = await open(), terms = meaning(query);
  const filters = Object.fromEntries(Object.entries(picked).filter(([, v]) => v.length).map(([k, v]) => [k, { any: v }]));
  const ask = async some => {
    const { results, totalFilters, unfilteredResultCount } = await pagefind.search(some.join(" "), { filters });
    const good = await answers(results, some);
    return { results: good ? results : [], totals: totalFilters || {}, elsewhere: good || results.length ? 0 : unfilteredResultCount };
  };
  const first = await ask(terms);
  if (first.results.length || first.elsewhere) return first;
  const near = await Promise.all(terms.map(nearest)), meant = near.join(" ");
  const second = meant === terms.join(" ") ? first : await ask(near);
  if (second.results.length) return { ...second, meant };
  if (terms.length < 2) return first;
  const hits = new Map();
  for (const one of await Promise.all(near.map(word => ask([word])))) {
    for (const result of one.results) hits.set(result.id, { result, count: (hits.get(result.id)?.count || 0) + 1 });
  }
  const results = [...hits.values()].sort((a, b) => b.count - a.count).map(hit => hit.result);
  return { ...first, results, loose: results.length > 0 };
}
