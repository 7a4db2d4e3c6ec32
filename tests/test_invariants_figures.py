"""Invariant 10 of AUDIT.md, over real repositories that hypothesis makes up (plans.py): every figure of a year again, from the ids under it.

What a figure should be is worked out here from the YAML and the log, by none of our own code."""

import calendar
import json
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from plans import (
    FEW,
    FULL,
    KINDS,
    LINKS,
    TOWN,
    Data,
    Made,
    Plan,
    full_plans,
    made,
    said,
    today_of,
)
from test_report import every

from inzage.order import load_site
from inzage.report import report_files, report_years


@dataclass
class Step:
    """An entry from one publication to the next, as a reader saw it."""

    ref: str
    what: str
    old: Data | None
    new: Data | None


@dataclass
class World:
    """A year: its days, what was public before and at its end (None: cannot be read), the steps, the log up to then, when each entry first came."""

    first: str
    last: str
    end: dict[str, Data | None]
    start: dict[str, Data | None]
    steps: list[Step]
    log: list[Data]
    came: dict[str, str]

    def present(self) -> dict[str, Data]:
        return {ref: data or {} for ref, data in self.end.items()}

    def live(self, folder: str = "") -> dict[str, Data]:
        return {ref: data for ref, data in self.present().items() if "ingetrokken" not in data and ref.startswith(folder)}

    def used(self) -> dict[str, Data]:
        return {r: d for r, d in self.live().items() if not r.startswith("algoritmes/") or d.get("status") == "in gebruik"}

    def within(self, day: str) -> bool:
        return self.first <= day <= self.last


def world(result: Made, year: int, today: str) -> World:
    first, last = f"{year}-01-01", min(f"{year}-12-31", today)
    log = [json.loads(line) for line in result.path.read_bytes().splitlines()]
    found = World(first, last, {}, {}, [], [line for line in log if line["tijd"][:10] <= last], {})
    files: dict[str, bytes] = {}
    for time, after in result.published:
        for ref in sorted({*files, *after}):
            step = step_of(ref, files.get(ref), after.get(ref))
            found.steps += [step] if step and found.within(time[:10]) else []
        found.came = {**dict.fromkeys(after, time[:10]), **found.came}
        files = after
        if time[:10] < first:
            found.start = {ref: said(raw) for ref, raw in files.items()}
        if time[:10] <= last:
            found.end = {ref: said(raw) for ref, raw in files.items()}
    return found


def step_of(ref: str, old: bytes | None, new: bytes | None) -> Step | None:
    """What happened to an entry between two publications; None for nothing, or only its dress."""
    was, now = (None if raw is None else said(raw) for raw in (old, new))
    texts = [raw and raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n") for raw in (old, new)]
    if was == now and (was is not None or texts[0] == texts[1]):
        return None
    gone, left = ("ingetrokken" in (data or {}) for data in (was, now))
    if old is None:
        what = "toegevoegd als ingetrokken" if left else "toegevoegd"
    elif new is None:
        what = "verdwenen na intrekking" if gone else "verdwenen"
    else:
        what = "veranderd" if gone == left else "ingetrokken" if left else "weer geldig"
    return Step(ref, what, was, now)


def days(later: Any, earlier: str) -> int:
    return (date.fromisoformat(str(later)) - date.fromisoformat(earlier)).days


def month_end(month: str) -> str:
    year, number_of = map(int, month.split("-"))
    return f"{month}-{calendar.monthrange(year, number_of)[1]}"


def lag(w: World, ref: str) -> list[int]:
    return [days(w.came[ref], month_end(w.present()[ref]["begindatum"]))]


def delay(data: Data) -> int | None:
    """How many days a document came after it was adopted."""
    acts = [a["tijdstip"] for a in data.get("handelingen", ()) if a["soort"] == "vaststelling"]
    return days(data["gepubliceerd_op"], acts[0]) if acts and "gepubliceerd_op" in data else None


def mended_in(w: World, ref: str) -> list[int]:
    items = [c for c in w.present()[ref].get("correcties", ()) if w.within(c["gemeld_op"]) and c.get("hersteld_op", "9") <= w.last]
    return [days(c["hersteld_op"], c["gemeld_op"]) for c in items]


DAYS: dict[str, Callable[[World, str], list[int]]] = {
    "Dagen te laat (middelste waarde)": lambda w, r: [days(w.last, w.present()[r]["herzien_voor"])],
    "Tijd tussen gebruik en publicatie": lag,
    "Bij negen van de tien hooguit zoveel dagen": lag,
    "Stond eerder ergens anders: dagen tot die eerste publicatie (middelste waarde)": lambda w, r: [
        days(w.present()[r]["eerder_gepubliceerd_op"], month_end(w.present()[r]["begindatum"]))
    ],
    "Dagen sinds het opleggen (middelste waarde)": lambda w, r: [days(w.last, w.present()[r]["geheimhouding"]["opgelegd_op"])],
    "Dagen boven de norm (middelste waarde)": lambda w, r: [(delay(w.present()[r]) or 0) - 14],
    "Dagen tot de verbetering (middelste waarde)": mended_in,
}


def middle(figure: Data, w: World) -> int:
    """A figure in days: the middle one (or the one that nine of ten do not exceed) of the days of its ids."""
    found = sorted(d for ref in set(figure["ids"]) for d in DAYS[figure["naam"]](w, ref))
    assert len(found) == len(figure["ids"])
    return found[math.ceil(len(found) * (90 if "negen van de tien" in figure["naam"] else 50) / 100) - 1]


def answered(figure: Data, w: World) -> tuple[int, int | None, int]:
    """A figure in questions: filled, asked and unknown, of the recommended fields of its ids; or how many have one reason."""
    reasons, wanted = Counter[str](), 0
    for ref in figure["ids"]:
        data, keys = w.present()[ref], [f.key for f in KINDS[ref.split("/")[0]].recommended]
        reasons.update(data.get("ontbreekt", {}).get(key, {}).get("reden", "") if key not in data else "filled" for key in keys)
        wanted += len(keys)
    for name, reason in (("er niet bij horen", "niet van toepassing"), ("een geheim antwoord", "geheim")):
        if figure["naam"] == f"Vragen {'die' if name.startswith('er') else 'met'} {name}":
            return reasons[reason], None, 0
    return reasons["filled"], wanted - reasons["niet van toepassing"], reasons["onbekend"]


def published(figure: Data, w: World) -> int:
    """A figure in publications: these cannot be told apart by entries, so it is counted in the log; the ids are what those lines name."""
    wanted = {"Publicaties die niemand anders nakeek": "nee", **{f"Nagekeken: {word}": word for word in ("ja", "nee", "onbekend")}}
    lines = [line for line in w.log if w.within(line["tijd"][:10])]
    if figure["naam"].startswith("Herschrijvingen"):
        lines = [line for line in lines if "herschrijving" in line]
    elif figure["naam"] in wanted:
        lines = [line for line in lines if line["nagekeken"] == wanted[figure["naam"]]]
    paths = {path for line in lines for path in (*line["plus"], *line["min"]) if path.startswith("register/")}
    assert figure["ids"] == sorted(path.removeprefix("register/").removesuffix(".yaml") for path in paths)
    return len(lines)


def dead(w: World) -> list[str]:
    """The addresses that failed twice running, by the checks up to the end of the year."""
    found = []
    for item in LINKS:
        checks = [c for c in item["controles"] if c["datum"] <= w.last]
        if len(checks) > 1 and checks[-1]["datum"] >= w.first and not any(200 <= c["status"] < 400 for c in checks[-2:]):
            found.append(item["url"])
    return found


def counted_again(figure: Data, w: World) -> tuple[Any, ...]:
    """Numerator, and where they follow from the ids too denominator and unknown, of a figure or a part of one."""
    unit = figure["eenheid"]
    if unit in ("beschrijvingen", "wijzigingen", "partners", "fouten"):
        return (len(figure["ids"]),)
    if unit == "vragen":
        return answered(figure, w)
    rest = {
        "dagen": lambda: middle(figure, w),
        "publicaties": lambda: published(figure, w),
        "links": lambda: len(dead(w)),
        "regelnummer": lambda: max(line["n"] for line in w.log),
        "getuigen": lambda: 1,
    }
    return (rest[unit](),)


def risk(step: Step) -> tuple[str, str]:
    return tuple((data or {}).get("ai_risicoklasse", "") for data in (step.old, step.new))  # type: ignore[return-value]


def risky(w: World) -> list[Step]:
    """The steps in which a risk class was changed or taken away."""
    whole = [s for s in w.steps if s.old is not None and s.new is not None]
    return [s for s in whole if risk(s)[0] and risk(s)[0] != risk(s)[1]]


def steps(*what: str) -> Callable[[World], list[str]]:
    return lambda w: [s.ref for s in w.steps if s.what in what]


def short(w: World) -> set[str]:
    return {s.ref for s in w.steps if s.what != "verdwenen"} & w.came.keys() - w.start.keys() - w.end.keys()


def helpers(w: World) -> list[str]:
    owners = {d.get("organisatie") or d.get("uitgever") for r, d in w.live().items()}
    listed = {r: d for r, d in w.live("organisaties/").items() if r != "organisaties/stad"}
    return [r for r, d in listed.items() if r in owners or d.get("geen_algoritmes", {}).get("datum", "9") <= w.last]


def secret(w: World) -> list[str]:
    found = {r: d["geheimhouding"] for r, d in w.present().items() if "geheimhouding" in d}
    return [r for r, g in found.items() if g["opgelegd_op"] <= w.last < g.get("opgeheven_op", "9")]


def late(w: World) -> list[str]:
    found = {r: delay(d) for r, d in w.present().items() if "convenanten" in d.get("informatiecategorieen", ())}
    return [r for r, n in found.items() if n is not None and n > 14 and w.within(w.present()[r]["gepubliceerd_op"])]


WHO: dict[str, Callable[[World], Any]] = {
    "Voorraad": lambda w: w.live(),
    "Ingetrokken, met een eigen pagina": lambda w: w.end.keys() - w.live().keys(),
    "Bijgekomen, veranderd en weggegaan": lambda w: [s.ref for s in w.steps],
    "Toegevoegd": steps("toegevoegd", "weer geldig"),
    "Veranderd van inhoud": steps("veranderd"),
    "Ingetrokken": steps("ingetrokken"),
    "Verdwenen zonder spoor": steps("verdwenen"),
    "Verdwenen na intrekking": steps("verdwenen na intrekking"),
    "Alleen van vorm veranderd": lambda w: [],
    "Kort openbaar: niet aan het begin en niet aan het einde van het jaar": short,
    "Te laat opnieuw bekeken": lambda w: [r for r, d in w.used().items() if d.get("herzien_voor", "9") < w.last],
    "Geen dag afgesproken": lambda w: [r for r, d in w.used().items() if "herzien_voor" not in d],
    "Volledigheid": lambda w: [r for r, d in w.live().items() if d],
    "Onderzoek vooraf": lambda w: [r for r, d in w.used().items() if d.get("publicatiecategorie") == "impactvol algoritme" and "(DPIA)" in str(d)],
    "Geheimhouding": secret,
    "Documenten die te laat openbaar werden": late,
    "Links die niet werken": lambda w: [r for r, d in w.present().items() if any(b["link"] in dead(w) for b in d.get("bronnen", ()))],
    "Veranderde risicoklasse": lambda w: [s.ref for s in risky(w)],
    "Omlaag": lambda w: [s.ref for s in risky(w) if risk(s)[1] != "hoog risico"],
    "Partners": helpers,
    "Gemelde fouten": lambda w: [r for r, d in w.present().items() for c in d.get("correcties", ()) if w.within(c["gemeld_op"])],
}  # fmt: skip


def again(result: Made, after: int = 0) -> set[str]:
    """Works out every figure of every year again; gives the names of those with entries under them."""
    history, today, seen = result.history(), today_of(result, after), set[str]()
    chosen = load_site(result.repo.root)[1]
    assert (years := report_years(history, today))[0] == 2026
    for year in years:
        _, files = report_files(history, chosen, LINKS, [year], today)
        figures, w = json.loads(files[f"jaarverslag/{year}/cijfers.json"]), world(result, year, today)
        assert [f["nr"] for f in figures] == list(range(1, 17))
        for figure in every(figures):
            if figure["teller"] is None:
                assert figure["ids"] == [] and figure["toelichting"]
                continue
            hoped = counted_again(figure, w)
            assert (figure["teller"], figure["noemer"], figure["onbekend"])[: len(hoped)] == hoped, (year, figure)
            assert figure["naam"] not in WHO or figure["ids"] == sorted(WHO[figure["naam"]](w)), (year, figure)
            seen |= {figure["naam"]} if figure["ids"] else set()
        assert_parts_add_up(figures)
    return seen


@FEW
@given(plan=full_plans(10), after=st.sampled_from([0, 20, 200]))
def test_10_every_figure_can_be_recomputed_from_the_ids_under_it(plan: Plan, after: int) -> None:
    with made(plan, more=TOWN) as result:
        again(result, after)


def test_10_also_over_a_register_that_has_something_under_every_figure() -> None:
    with made(FULL, more=TOWN) as result:
        assert {*WHO, *DAYS} - again(result) == {"Alleen van vorm veranderd"}


def assert_parts_add_up(figures: list[Data]) -> None:
    """Every entry of the stock stands under one kind, and every step of the flow under one word."""
    stock, flow = figures[0], figures[1]
    assert sum(part["teller"] for part in stock["delen"][:-1]) == stock["teller"] == stock["noemer"] - stock["delen"][-1]["teller"]
    born = flow["teller"] - sum(part["teller"] for part in flow["delen"][:5])
    assert born >= 0 and Counter(flow["ids"]) >= sum((Counter(part["ids"]) for part in flow["delen"][:5]), Counter())
