"""The invariants of AUDIT.md that are promises of site and report, over real repositories that hypothesis makes up (plans.py): 2 for the
site, 9, 10 and 11. Numbers in the names are those of AUDIT.md. What a figure or a page should say is worked out here from the YAML and the
log; of our own code only the reader of schemas and the writing of days and numbers are used for that."""

import calendar
import csv
import hashlib
import io
import json
import math
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import lxml.html
import pytest
import yaml
from hypothesis import Phase, assume, example, given, settings
from hypothesis import strategies as st
from plans import BROKEN, FIXED, FULL, KINDS, LINKS, TOWN, Made, Plan, entries_on_disk, full_plans, made, plain, shuffled
from registers import PROJECT
from sites import assert_same, command, environment, make, page, text, texts, tree
from test_exports import entry_of
from test_report import every

from inzage.audit import rebuilder
from inzage.commands import dead_links
from inzage.kinds import Field, Kind
from inzage.order import load_site
from inzage.problem import Problem
from inzage.publish import LIST
from inzage.report import report_files, report_years
from inzage.text import date_text, number
from inzage.verify import UNSTABLE, Rebuild, verify

ONCE = settings(FIXED, phases=[Phase.explicit, Phase.generate])  # no shrinking: it would build or verify a site hundreds of times
FEW = settings(ONCE, max_examples=4)
WORDS = yaml.safe_load((PROJECT / "templates/nl.yaml").read_text("utf-8"))
ADDRESS = "https://register.example.org"
Data = dict[str, Any]


def said(raw: bytes) -> Data | None:
    """What an entry says, all texts; None when it cannot be read."""
    return None if plain(raw) in BROKEN else yaml.load(plain(raw), yaml.BaseLoader)


def today_of(result: Made, after: int = 0) -> str:
    """The day of the last publication, or a day after it."""
    return (date.fromisoformat(result.published[-1][0][:10]) + timedelta(after)).isoformat()


# 9. The same bytes everywhere

surroundings = st.fixed_dictionaries(
    {
        "TZ": st.sampled_from(["Pacific/Kiritimati", "America/Anchorage", "Europe/Amsterdam"]),
        "LC_ALL": st.sampled_from(["C", "C.UTF-8", "tr_TR.UTF-8"]),
        "PYTHONHASHSEED": st.integers(0, 4_294_967_295).map(str),
        "PYTHONUTF8": st.sampled_from("01"),
        "PYTHONCOERCECLOCALE": st.sampled_from("01"),
    }
)


HARDEST = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}  # no é, no «


@FEW
@given(
    plan=full_plans(6), sub=st.sampled_from(["", "gemeente"]), env=surroundings, mask=st.sampled_from([0o000, 0o027, 0o077]),
    order=st.integers(0, 2**32), place=st.sampled_from(["/", ".", "opslag"]), jobs=st.sampled_from([1, 2]),
)  # fmt: skip
@example(plan=FULL, sub="", env=HARDEST, mask=0o077, order=2, place="/", jobs=2)
def test_9_a_build_is_the_same_under_any_zone_locale_seed_umask_file_order_and_working_directory(
    plan: Plan, sub: str, env: dict[str, str], mask: int, order: int, place: str, jobs: int
) -> None:
    with made(plan, sub, TOWN) as result:
        result.mended()
        folder, today = result.path.parent, today_of(result)
        shuffled(result.repo.root, 1)
        make(result.repo.root, folder / "hier", log=result.log, today=today, base_url=ADDRESS, cached=False)
        shutil.copytree(result.repo.top, folder / "één kopie/opslag")
        shuffled(folder / "één kopie/opslag" / sub, order)
        start = folder / "één kopie" / place
        at = {"--root": folder / "één kopie/opslag" / sub, "--out": folder / "daar", "--log": result.path}
        words = [w for option, path in at.items() for w in (option, os.path.relpath(path, start))]
        done = command(
            "build", *words, "--today", today, "--base-url", ADDRESS, "--jobs", jobs, "--no-cache", "--no-search",
            cwd=start, env=environment(**env, LANG=env["LC_ALL"]), preexec_fn=lambda: os.umask(mask),
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert_same(folder / "hier", folder / "daar")


# 10. Every figure again, from the ids under it


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
        _, files = report_files(history, KINDS, chosen, history.log, LINKS, year, today)
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


# 11. The same facts as HTML, JSON and CSV


def csv_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))


def plainly(value: Any) -> Any:
    """A value as it stands in the YAML: ja and nee, and all else text."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, dict):
        return {key: plainly(inner) for key, inner in value.items()}
    return [plainly(inner) for inner in value] if isinstance(value, list) else str(value)


def facts(field: Field, value: Any, names: dict[str, str]) -> Iterator[str]:
    """The words by which a page tells a value; an address as it is."""
    if isinstance(value, list):
        for item in value:
            yield from facts(field.item or field, item, names)
    elif isinstance(value, dict):
        inner = {f.key: f for f in field.fields}
        for key, one in value.items():
            yield from facts(inner[key], one, names) if key in inner else gap(one)
    elif isinstance(value, bool):
        yield "Ja" if value else "Nee"
    elif field.shape == "markdown":
        yield value.replace("**", "")
    else:
        yield names.get(value, value) if field.target else date_text(value) if field.shape == "date" else field.shown(value)


def gap(reason: dict[str, str]) -> Iterator[str]:
    """The words by which a page tells why a field is empty."""
    yield WORDS["redenen"][reason["reden"]]
    yield from (date_text(words) if key == "gepland" else words for key, words in reason.items() if key != "reden")


def rows_of(document: lxml.html.HtmlElement, where: str) -> dict[str, lxml.html.HtmlElement]:
    """The tables of a page: the name of a field → its row."""
    found = document.xpath(f"//main//dl[@class='rijen']/div[{where}]")
    return {"".join(row.xpath("./dt//text()[not(ancestor::span[@class='uitleg'])]")).strip(): row for row in found}


def assert_page_says(document: lxml.html.HtmlElement, kind: Kind, data: Data, names: dict[str, str]) -> None:
    """Every fact of an entry stands on its page, and the page has no field that the entry has not."""
    assert texts(document, "//h1") == [data[kind.name_field]]
    empty = f"ancestor::section[h2='{WORDS['gaten']}']"
    filled, left = rows_of(document, f"not({empty} or ancestor::section[h2='{WORDS['hoort_bij']}'])"), rows_of(document, empty)
    for key, value in data.items():
        field = kind.by_key[key]
        place = filled.get(field.label, document)  # what has no row of its own stands elsewhere on the page
        words = text(place.xpath("./dd")[0] if place is not document else place)
        for fact in facts(field, value, names):
            assert fact in words or fact in place.xpath(".//@href"), (key, fact)
    assert filled.keys() <= {kind.by_key[key].label for key in data} and not left.keys() & filled.keys()
    assert left.keys() == {f.label for f in kind.fields if f.key not in data and (f.level != "vrij" or f.key in data.get("ontbreekt", {}))}


def assert_same_facts(site: Path, result: Made) -> None:
    disk = entries_on_disk(result.repo)
    names = {ref: data.get("naam") or data["titel"] for ref, raw in disk.items() if (data := said(raw))}
    for kind in KINDS.values():
        whole, rows = json.loads((site / f"{kind.folder}.json").read_bytes()), csv_of(site / f"{kind.folder}.csv")
        ids = [ref.split("/")[1] for ref in disk if ref.startswith(kind.folder + "/")]
        assert [one["id"] for one in whole] == [row["id"] for row in rows] == ids
        listed = page(site, kind.folder).xpath("//ul[@class='kaarten']//h2/a/@href")
        assert sorted(listed) == [f"../{kind.folder}/{id}/" for id in ids]
        for one, row in zip(whole, rows, strict=True):
            ref, data = f"{kind.folder}/{one['id']}", one["velden"]
            assert plainly(data) == said(disk[ref]) and entry_of(kind, row) == data
            assert json.loads((site / f"{ref}.json").read_bytes()) == one and (site / f"{ref}.yaml").read_bytes() == disk[ref]
            assert_page_says(page(site, ref), kind, data, names)


STEPS = {
    "toegevoegd": "Toegevoegd", "weer geldig": "Toegevoegd", "ingetrokken": "Ingetrokken", "verdwenen": "Verdwenen zonder spoor",
    "verdwenen na intrekking": "Verdwenen na intrekking",
}  # fmt: skip


def assert_same_figures(site: Path, year: Path) -> None:
    """The year as a page, as figures and as a table of changes."""
    figures, report = json.loads((year / "cijfers.json").read_bytes()), page(site, f"jaarverslag/{year.name}")
    for figure in figures:
        shown = text(report.xpath(f"//section[@id='cijfer-{figure['nr']}']/p[@class='uitleg']")[0])
        value = "onbekend" if figure["teller"] is None else number(figure["teller"]) + " dagen" * (figure["eenheid"] == "dagen")
        whole = "geen" if figure["noemer"] is None else number(figure["noemer"])
        assert shown == f"Teller: {value}. Noemer: {whole}. Onbekend: {number(figure['onbekend'])}."
    rows, flow = csv_of(year / "wijzigingen.csv"), figures[1]
    if flow["teller"] is None:
        assert rows == []
        return
    in_table = Counter((STEPS[row["wat"]], row["beschrijving"]) for row in rows if row["wat"] in STEPS)
    assert in_table == Counter((part["naam"], ref) for part in flow["delen"] if part["naam"] in STEPS.values() for ref in part["ids"])
    assert {row["beschrijving"] for row in rows} == set(flow["ids"])
    changed = page(site, f"jaarverslag/{year.name}/wijzigingen")
    assert re.search(rf"\b{flow['teller']} wijziging(en)? van inhoud", text(changed))
    links = {href.removeprefix("../../../").strip("/") for href in changed.xpath("//main//section//a/@href") if "algoritmes" in href}
    assert links == {ref for ref in flow["ids"] if ref.startswith("algoritmes/")}


@FEW
@given(plan=full_plans())
@example(plan=FULL)
def test_11_html_json_and_csv_carry_the_same_facts(plan: Plan) -> None:
    with made(plan, more=TOWN) as result:
        result.mended()
        site = result.path.parent / "site"
        make(result.repo.root, site, log=result.log, today=today_of(result), cached=False, checks=LINKS)
        assert_same_facts(site, result)
        years = [path for path in sorted((site / "jaarverslag").iterdir()) if path.is_dir()]
        assert years
        for year in years:
            assert_same_figures(site, year)


# 2. Every byte of the site


@dataclass
class Built:
    """A site, what it was made of, and the real builder, which remembers what it made."""

    result: Made
    site: Path
    rebuild: Rebuild
    files: list[Path]

    def faults(self, rebuild: bool = True, log: bool = True) -> list[Problem]:
        return verify(self.result.repo.root, self.result.path if log else None, site=self.site, rebuild=self.rebuild if rebuild else None)

    def named(self, **how: bool) -> set[str]:
        """The files that verify names, below the site."""
        return {os.path.relpath(p.file, self.site) for p in self.faults(**how)}

    def unlisted(self) -> set[str]:
        """Those that it names by the site's own list alone: that takes no time."""
        return self.named(rebuild=False, log=False)

    def name(self, file: Path) -> str:
        return file.relative_to(self.site).as_posix()


def remembered(make_again: Rebuild, site: Path, kept: Path) -> Rebuild:
    """The real rebuild. What it made is kept under all that it is made of: a build with the same commit, log, day, address and links is the same."""

    def rebuild(commit: str, folder: Path) -> None:
        told = json.loads((site / LIST).read_bytes())
        links = (site / "links.json").read_bytes() if (site / "links.json").is_file() else b""
        of = [commit, told.get("logkop"), told.get("datum"), told.get("basis"), links.hex()]
        place = kept / hashlib.sha256(json.dumps(of).encode()).hexdigest()
        if not place.is_dir():
            with tempfile.TemporaryDirectory(dir=kept) as fresh:
                make_again(commit, Path(fresh))
                shutil.copytree(fresh, place, copy_function=os.link)
        shutil.copytree(place, folder, copy_function=os.link, dirs_exist_ok=True)

    return rebuild


@pytest.fixture(scope="module")
def built() -> Iterator[Built]:
    """The site of a repository with all of it: search index, log, checks of links, versions, a tombstone."""
    with made(FULL, "gemeente", TOWN) as result, tempfile.TemporaryDirectory() as kept:
        result.mended()
        site, root = result.path.parent / "site", result.repo.root
        how = {"base_url": ADDRESS, "links": dead_links(LINKS), "checks": LINKS, "search": True, "cached": False}
        make(root, site, log=result.log, today=today_of(result), **how)
        real = rebuilder(root, result.path, site)
        assert real
        found = Built(result, site, remembered(real, site, Path(kept)), sorted(p for p in site.rglob("*") if p.is_file()))
        assert found.faults() == [] and len(found.files) > 100
        yield found
        assert found.faults() == [], "a test left the site other than it was"


numbers = st.integers(0, 2**24)
bytes_ = st.integers(0, 255) | st.sampled_from(b' \t\n\r"/')


def other_byte(raw: bytes, place: int, byte: int) -> bytes:
    """The same with another byte in one place."""
    place %= len(raw)
    return raw[:place] + bytes([byte if byte != raw[place] else byte ^ 1]) + raw[place + 1 :]


@contextmanager
def written(files: dict[Path, bytes | None]) -> Iterator[None]:
    """Files with other content for a while; None: without the file. One that was not there goes again."""
    before = {path: path.read_bytes() if path.is_file() else None for path in files}

    def write(content: dict[Path, bytes | None]) -> None:
        for path, raw in content.items():
            path.unlink(missing_ok=True)
            if raw is not None:
                path.write_bytes(raw)

    try:
        write(files)
        yield
    finally:
        write(before)


@settings(ONCE, max_examples=40)
@given(which=numbers, place=numbers, byte=bytes_)
def test_2_any_byte_changed_in_any_file_of_the_site_is_noticed_and_the_file_named(built: Built, which: int, place: int, byte: int) -> None:
    file = built.files[which % len(built.files)]
    assume(file.name != LIST and file.stat().st_size)
    with written({file: other_byte(file.read_bytes(), place, byte)}):
        assert built.name(file) in built.unlisted()


@settings(ONCE, max_examples=30)
@given(place=numbers | st.integers(0, 40) | st.integers(-210, -1), byte=bytes_)
def test_2_any_byte_changed_in_the_list_of_the_site_is_noticed(built: Built, place: int, byte: int) -> None:
    """Also where it means the same to whoever reads the list: a tab for a space. And never with a fault of the program itself."""
    list_ = built.site / LIST
    with written({list_: other_byte(list_.read_bytes(), place, byte)}):
        assert built.faults(log=False)


changes = st.sampled_from(["change", "add", "remove", "rename", "swap", "cut", "empty"])


def changed(what: str, one: Path, other: Path, place: int, byte: int) -> dict[Path, bytes | None]:
    """Files of the site as somebody would leave them who changed them without a build."""
    raw = one.read_bytes()
    new = one.with_name(f"extra-{byte}.html")
    return {
        "change": lambda: {one: other_byte(raw, place, byte)},
        "add": lambda: {new: other.read_bytes()},
        "remove": lambda: {one: None},
        "rename": lambda: {one: None, new: raw},
        "swap": lambda: {one: other.read_bytes(), other: raw},
        "cut": lambda: {one: raw[: place % len(raw)]},
        "empty": lambda: {one: b""},
    }[what]()


@settings(ONCE, max_examples=30)
@given(what=changes, which=numbers, other=numbers, place=numbers, byte=bytes_)
def test_2_a_file_added_removed_renamed_swapped_or_cut_is_noticed(
    built: Built, what: str, which: int, other: int, place: int, byte: int
) -> None:
    files = [f for f in built.files if f.name != LIST and f.stat().st_size]
    one, two = files[which % len(files)], files[other % len(files)]
    assume(one.read_bytes() != two.read_bytes())
    todo = changed(what, one, two, place, byte)
    with written(todo):
        assert {built.name(path) for path in todo} <= built.unlisted()


@pytest.mark.parametrize("to", ["algoritmes", "/etc", "nergens"])
def test_2_a_link_among_the_files_is_noticed_also_one_to_a_folder(built: Built, to: str) -> None:
    link = built.site / "wijzigingen/extra"
    link.symlink_to(built.site / to)
    try:
        assert "wijzigingen/extra" in built.unlisted()
    finally:
        link.unlink()


def forged_list(built: Built) -> bytes:
    """The list that fits the files as they are now, written as a build writes it."""
    told = json.loads((built.site / LIST).read_bytes())
    files = {path: hashlib.sha256(raw).hexdigest() for path, raw in tree(built.site).items() if path != LIST}
    return json.dumps({**told, "bestanden": files}, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"


@settings(ONCE, max_examples=20)
@given(what=changes, which=numbers, other=numbers, place=numbers, byte=bytes_)
def test_2_a_forger_who_makes_the_list_fit_is_caught_by_the_new_build(
    built: Built, what: str, which: int, other: int, place: int, byte: int
) -> None:
    """Not in the index of the search, which is not made twice the same (DESIGN §6), nor in links.json, which is what a build is made of."""
    files = [f for f in built.files if f.name not in (LIST, "links.json") and not built.name(f).startswith(UNSTABLE) and f.stat().st_size]
    one, two = files[which % len(files)], files[other % len(files)]
    assume(one.read_bytes() != two.read_bytes())
    todo, list_ = changed(what, one, two, place, byte), built.site / LIST
    with written(todo), written({list_: list_.read_bytes()}):
        list_.write_bytes(forged_list(built))
        assert built.faults(rebuild=False, log=False) == [], "the forgery is a good one"
        assert {str(path) for path in (*todo, list_)} <= {p.file for p in built.faults(log=False) if p.code == "site-herbouw"}


@settings(ONCE, max_examples=2)
@given(which=numbers, place=numbers, byte=bytes_, forged=st.booleans())
def test_2_the_command_line_notices_too_with_a_new_build_each_time(built: Built, which: int, place: int, byte: int, forged: bool) -> None:
    words = ("verify", "--root", built.result.repo.root, "--log", built.result.path, "--site", built.site)
    files = [f for f in built.files if f.suffix == ".html" and f.stat().st_size]
    file, list_ = files[which % len(files)], built.site / LIST
    with written({file: other_byte(file.read_bytes(), place, byte), list_: list_.read_bytes()}):
        if forged:
            list_.write_bytes(forged_list(built))
        done = command(*words)
        assert done.returncode == 1 and built.name(file) in done.stdout and "is anders dan in een nieuwe bouw" in done.stdout, done.stderr


def test_2_the_command_line_says_that_an_untouched_site_holds(built: Built) -> None:
    done = command("verify", "--root", built.result.repo.root, "--log", built.result.path, "--site", built.site)
    assert (done.returncode, done.stdout) == (0, "Alles klopt.\n"), done.stdout + done.stderr


def test_2_a_list_of_another_day_or_address_and_links_that_cannot_be_read_are_faults_of_the_site(built: Built) -> None:
    """Not of the program: without them nobody knows how the site was made, and the other faults are told all the same."""
    list_, links = built.site / LIST, built.site / "links.json"
    raw, day = list_.read_bytes(), today_of(built.result).encode()
    bad = {b'"datum"': b'"dbtum"', b'"basis"': b'"bbsis"', day: day[:-1] + b"x", b"https://reg": b"https//reg", b'": ': b'":\t'}
    for old, new in bad.items():
        assert old in raw
        with written({list_: raw.replace(old, new, 1)}):
            assert LIST in built.named(), new
    with written({links: b"{" + links.read_bytes()[1:]}):
        assert {p.file for p in built.faults()} == {str(links)}
