"""Promises of inzage/report: sixteen figures, each with numerator, denominator, unknown, ids and command; flows that add up; nothing unknown is nought.

Real git repositories with a real publication log. The numbers of the figures are those of REPORT.md."""

import csv
import io
import json
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repos import Repo, day

from inzage import logbook
from inzage.exports.entries import unsafe
from inzage.history import History, read_history
from inzage.kinds import Kinds, load_kinds
from inzage.model import Settings
from inzage.problem import Refused
from inzage.report import report_files, report_key, report_years, run_report, years_page
from inzage.report.figure import earliest, latest, rank
from inzage.report.steps import CAME, WENT
from inzage.report.year import between

PROJECT = Path(__file__).resolve().parent.parent
KINDS = load_kinds(PROJECT / "schemas")
OWNER = "organisaties/stad"
SETTINGS = Settings("Inzage", "gemeente Stad", OWNER, {"telefoon": "14 036"})
A, B, C = (f"register/algoritmes/{x}.yaml" for x in "abc")
INZAGE = "naam: Inzage Stad\ngemeente: gemeente Stad\norganisatie: organisaties/stad\ncontact: {telefoon: 14 036}\n"
KEYS = {"nr", "naam", "teller", "noemer", "onbekend", "ids", "commando", "eenheid", "toelichting"}
Json = dict[str, Any]


def yaml(naam: str = "Parkeren", **fields: Any) -> str:
    """A small entry; values are written as JSON, which is YAML too, but for ja and nee."""

    def value(given: Any) -> str:
        text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
        return re.sub(r"\bfalse\b", "nee", text)

    return "".join(f"{key}: {value(given)}\n" for key, given in {"naam": naam, **fields}.items() if given != "")


class Town:
    """A register with its publication log."""

    def __init__(self, folder: Path, kinds: Kinds = KINDS):
        self.repo, self.path, self.kinds = Repo(folder / "opslag"), folder / "publicaties.jsonl", kinds
        self.logged = True

    def publish(self, on: str, files: dict[str, Any], reviewed: str = "ja", at: str = "10:00:00") -> None:
        """Commits files and publishes them on a day."""
        self.repo.commit(dict(files), f"Op {on}", date=f"{on}T08:00:00+0000")
        logbook.append(self.path, self.repo.root, f"{on}T{at}Z", reviewed)

    def history(self) -> History:
        return read_history(self.repo.root, self.kinds, log=logbook.read(self.path) if self.logged else None)

    def figures(self, year: int = 2026, today: str = "2027-03-01", links: Any = None, settings: Settings = SETTINGS) -> dict[int, Json]:
        """cijfers.json by number."""
        history = self.history()
        _, files = report_files(history, settings, links, [year], today)
        return {f["nr"]: f for f in json.loads(files[f"jaarverslag/{year}/cijfers.json"])}


def all_years(history: History, today: str, jobs: int = 1) -> Any:
    """The pages and files of every year, as the site has them."""
    years = report_years(history, today)
    pages, files = report_files(history, SETTINGS, None, years, today, jobs)
    return [years_page(years, today), *pages], files


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def part(figure: Json, name: str) -> Json:
    """The part of a figure with this name."""
    [found] = [p for p in figure["delen"] if p["naam"] == name]
    return dict(found)


def brief(figure: Json) -> tuple[Any, Any, Any, Any]:
    return figure["teller"], figure["noemer"], figure["onbekend"], figure["ids"]


def algorithm(naam: str = "Parkeren", **fields: Any) -> str:
    return yaml(naam, organisatie=OWNER, status="in gebruik", **fields)


# What was public when (figures 1 and 2)


def test_a_change_counts_in_the_year_in_which_it_was_published_not_committed(town: Town) -> None:
    town.publish("2025-06-01", {A: algorithm()})
    town.repo.commit({B: algorithm("Later")}, date="2025-12-30T10:00:00+0000")
    town.publish("2026-01-02", {C: algorithm("Nog later")})
    before, now = town.figures(2025), town.figures(2026)
    assert brief(before[1])[3] == ["algoritmes/a"] and part(before[2], "Toegevoegd")["ids"] == ["algoritmes/a"]
    assert part(now[2], "Toegevoegd")["ids"] == ["algoritmes/b", "algoritmes/c"] and now[1]["teller"] == 3


def test_a_year_ends_at_midnight_in_amsterdam(town: Town) -> None:
    town.publish("2025-12-31", {A: algorithm()}, at="22:59:59")
    town.publish("2025-12-31", {B: algorithm("B")}, at="23:00:01")
    assert town.figures(2025)[1]["ids"] == ["algoritmes/a"] and part(town.figures(2026)[2], "Toegevoegd")["ids"] == ["algoritmes/b"]


def test_stock_is_told_per_kind_and_status_at_both_ends(town: Town) -> None:
    town.publish("2025-06-01", {A: algorithm(), "register/organisaties/stad.yaml": yaml("Stad")})
    town.publish("2026-06-01", {A: algorithm().replace("in gebruik", "buiten gebruik"), B: algorithm("B")})
    stock = town.figures()[1]
    assert (stock["teller"], stock["noemer"]) == (3, 3)
    algorithms = part(stock, "Algoritmes")
    assert (algorithms["teller"], part(algorithms, "aan het begin van het jaar")["teller"]) == (2, 1)
    assert part(algorithms, "status in gebruik")["ids"] == ["algoritmes/b"]
    assert part(algorithms, "status in gebruik, aan het begin van het jaar")["ids"] == ["algoritmes/a"]
    assert part(algorithms, "status buiten gebruik")["ids"] == ["algoritmes/a"]


def test_withdrawn_vanished_and_short_lived_are_told_apart(town: Town) -> None:
    town.publish("2025-06-01", {A: algorithm(), B: algorithm("B"), C: algorithm("C")})
    gone = {"datum": "2026-02-01", "reden": "Het is gestopt."}
    town.publish("2026-02-01", {A: algorithm(ingetrokken=gone), B: None, "register/algoritmes/kort.yaml": algorithm("Kort")})
    town.publish("2026-03-01", {A: None, "register/algoritmes/kort.yaml": None, C: algorithm("C", ingetrokken=gone)})
    town.publish("2026-04-01", {C: algorithm("C")})
    figures = town.figures()
    flow = {p["naam"]: p["ids"] for p in figures[2]["delen"]}
    assert flow == {
        "Toegevoegd": ["algoritmes/c", "algoritmes/kort"], "Veranderd van inhoud": [], "Ingetrokken": ["algoritmes/a", "algoritmes/c"],
        "Verdwenen zonder spoor": ["algoritmes/b", "algoritmes/kort"], "Verdwenen na intrekking": ["algoritmes/a"],
        "Kort openbaar: niet aan het begin en niet aan het einde van het jaar": ["algoritmes/kort"], "Alleen van vorm veranderd": [],
    }  # fmt: skip
    assert figures[1]["ids"] == ["algoritmes/c"] and "Dat hoort niet" in figures[2]["toelichting"]


def test_what_was_never_public_and_what_was_changed_back_is_no_step(town: Town) -> None:
    town.publish("2026-01-05", {A: algorithm()})
    town.repo.commit({B: algorithm("B"), A: algorithm(leverancier="Even")})
    town.repo.commit({B: None, A: algorithm()})
    town.publish("2026-02-05", {"README.md": "x"})
    town.repo.commit({A: algorithm(leverancier="Eerst")})
    town.publish("2026-03-05", {A: algorithm(leverancier="Toen")})
    flow = town.figures()[2]
    assert (flow["teller"], part(flow, "Veranderd van inhoud")["ids"]) == (2, ["algoritmes/a"])


def renamed_kinds(folder: Path) -> Kinds:
    """The kinds, in which `leverancier` was once called `maker`."""
    shutil.copytree(PROJECT / "schemas", folder)
    path = folder / "algoritme.schema.json"
    schema = json.loads(path.read_text("utf-8"))
    schema["properties"]["leverancier"]["x-inzage"]["voorheen"] = ["maker"]
    path.write_text(json.dumps(schema), "utf-8")
    return load_kinds(folder)


def test_a_renamed_field_is_a_change_of_form_and_counted_apart(tmp_path: Path) -> None:
    town = Town(tmp_path, renamed_kinds(tmp_path / "schemas"))
    town.publish("2026-01-05", {A: algorithm(maker="Bedrijf"), B: algorithm("B", maker="X")})
    town.publish("2026-02-05", {A: algorithm(leverancier="Bedrijf"), B: algorithm("B", leverancier="Y")})
    flow = town.figures()[2]
    assert (part(flow, "Alleen van vorm veranderd")["ids"], part(flow, "Veranderd van inhoud")["ids"]) == (
        ["algoritmes/a"],
        ["algoritmes/b"],
    )
    rows = list(csv.reader(io.StringIO(changes_csv(town)[1:])))
    assert ["2026-02-05", "veld hernoemd", "algoritmes/a", "leverancier", "maker", "leverancier", "Op 2026-02-05", "ja"] in rows
    assert ["2026-02-05", "alleen de vorm veranderd", "algoritmes/a", "", "", "", "Op 2026-02-05", "ja"] in rows


def test_without_a_log_the_order_on_the_main_branch_decides_and_the_page_says_so(town: Town) -> None:
    town.repo.commit({A: algorithm()}, date=day(-100))
    town.repo.commit({B: algorithm("B")}, date=day(30))
    town.repo.commit({C: algorithm("C")}, date=day(-50))  # back-dated: it went public after B
    town.logged = False
    figures = town.figures()
    assert part(figures[2], "Toegevoegd")["ids"] == ["algoritmes/b", "algoritmes/c"]
    assert figures[6]["teller"] is None and figures[16]["teller"] is None and "logboek" in figures[6]["toelichting"]
    history = town.history()
    [report, changes] = report_files(history, SETTINGS, None, [2026], "2026-11-23")[0]
    assert "nog geen logboek" in report.context["until"] and "loopt nog" in report.context["until"]
    assert [month for month, _ in changes.context["months"]] == ["januari 2026"]


def test_an_unreadable_version_is_counted_as_unknown_and_never_fatal(town: Town) -> None:
    town.publish("2026-01-05", {A: algorithm()})
    town.publish("2026-02-05", {A: "naam: [kapot\n"})
    figures = town.figures()
    assert (figures[1]["teller"], figures[1]["onbekend"]) == (1, 1) and figures[2]["onbekend"] == 1
    history = town.history()
    pages, _ = report_files(history, SETTINGS, None, [2026], "2027-01-01")
    [(_, rows)] = [m for m in pages[1].context["months"] if m[0] == "februari 2026"]
    assert rows[0]["lines"] == ["De tekst van het bestand is veranderd. Een van de twee versies kunnen wij niet lezen."]


def test_before_anything_was_public_all_is_unknown_and_outside_git_too(town: Town, tmp_path: Path) -> None:
    town.publish("2026-01-05", {A: algorithm()})
    figures = town.figures(2024)
    assert [f["teller"] for f in figures.values()] == [None] * 16 and all(
        "nog niets openbaar" in f["toelichting"] for f in figures.values()
    )
    (tmp_path / "los").mkdir()
    bare = read_history(tmp_path / "los", KINDS)
    _, files = report_files(bare, SETTINGS, None, [2026], "2026-11-23")
    assert {f["teller"] for f in json.loads(files["jaarverslag/2026/cijfers.json"])} == {None} and report_years(bare, "2026-11-23") == []


# The other figures, by number


def test_3_overdue_review_and_a_day_that_was_only_pushed_forward(town: Town) -> None:
    off = algorithm("Uit", herzien_voor="2026-01-01").replace("in gebruik", "buiten gebruik")
    town.publish("2025-06-01", {A: algorithm(herzien_voor="2026-12-21"), B: algorithm("B", herzien_voor="2026-03-01"), C: algorithm("C"), "register/algoritmes/uit.yaml": off})  # fmt: skip
    assert brief(town.figures()[3]) == (2, 3, 1, ["algoritmes/a", "algoritmes/b"])
    assert brief(town.figures(today="2026-03-02")[3]) == (1, 3, 1, ["algoritmes/b"])  # a running year ends today
    assert part(town.figures()[3], "Dagen te laat (middelste waarde)")["teller"] == 10
    town.publish("2026-05-01", {B: algorithm("B", herzien_voor="2026-09-01", wijzigingsreden="Nog geen tijd")})
    town.publish("2026-06-01", {A: algorithm(herzien_voor="2027-12-21", laatst_gecontroleerd="2026-06-01")})
    town.publish("2026-07-01", {B: algorithm("B", herzien_voor="2027-09-01", wijzigingsreden="Weer niet")})
    late = town.figures()[3]
    assert part(late, "Alleen de dag is vooruitgezet")["ids"] == ["algoritmes/b"] * 2 and brief(late) == (0, 3, 1, [])


def test_3_when_no_day_was_ever_set_it_is_unknown_and_not_nought(town: Town) -> None:
    town.publish("2026-01-05", {A: algorithm()})
    assert brief(town.figures()[3]) == (None, 1, 1, [])


def test_4_completeness_leaves_out_what_does_not_apply_and_tells_secrets_apart(town: Town) -> None:
    reasons = {"broncode": {"reden": "onbekend"}, "leverancier": {"reden": "geheim", "grond": "Woo"}, "bezwaar": {"reden": "niet van toepassing"}, "themas": {"reden": "onbekend"}}  # fmt: skip
    town.publish("2026-01-05", {A: algorithm(ontbreekt=reasons, beslist_zelf=False), "register/organisaties/stad.yaml": yaml("Stad")})
    wanted = len(KINDS["algoritmes"].recommended)
    whole = town.figures()[4]
    kind = part(whole, "Algoritmes")
    assert brief(kind) == (4, wanted - 1, 1, ["algoritmes/a"])  # naam, organisatie, status, beslist_zelf
    assert part(kind, "Stad")["teller"] == 4
    assert part(whole, "Vragen met een geheim antwoord")["teller"] == 1 and part(whole, "Vragen die er niet bij horen")["teller"] == 1


def test_5_lag_counts_a_month_from_its_end_and_tells_earlier_publication_apart(town: Town) -> None:
    town.publish("2025-06-01", {"register/algoritmes/oud.yaml": algorithm("Oud", begindatum="2020-01")})
    files = {
        A: algorithm(begindatum="2026-03"),
        B: algorithm("B"),
        C: algorithm("C", begindatum="2025-12", eerder_gepubliceerd_op="2026-01-10"),
    }
    more = {f"register/algoritmes/m{i}.yaml": algorithm(f"M{i}", begindatum=f"2026-0{i}") for i in (1, 2)}
    town.publish("2026-04-10", files | more)
    lag = town.figures()[5]
    assert brief(lag) == (41, 4, 1, ["algoritmes/a", "algoritmes/m1", "algoritmes/m2"]) and lag["eenheid"] == "dagen"
    assert part(lag, "Bij negen van de tien hooguit zoveel dagen")["teller"] == 69
    assert part(lag, "Stond eerder ergens anders")["ids"] == ["algoritmes/c"]
    assert part(lag, "Stond eerder ergens anders: dagen tot die eerste publicatie (middelste waarde)")["teller"] == 10


def test_5_nearest_rank_and_rough_days() -> None:
    assert [rank([5, 1, 3, 9], p) for p in (50, 90, 100)] == [3, 9, 9] and rank([], 50) is None and rank([7], 90) == 7
    assert str(latest("2024-02")) == "2024-02-29" and str(earliest("2024")) == "2024-01-01" and str(latest("2024")) == "2024-12-31"
    assert str(earliest("2025-12-31T23:30:00Z")) == "2026-01-01" and earliest("binnenkort") is None and earliest(None) is None


def test_6_publications_that_nobody_else_looked_at(town: Town) -> None:
    town.publish("2026-01-05", {A: algorithm()}, "ja")
    town.publish("2026-02-05", {B: algorithm("B")}, "nee")
    town.publish("2026-03-05", {C: algorithm("C")}, "onbekend")
    town.publish("2027-03-05", {C: None}, "nee")
    assert brief(town.figures(today="2027-12-31")[6]) == (1, 3, 1, ["algoritmes/b"])
    assert town.figures(2028, "2028-02-02")[6]["teller"] is None


def test_7_only_a_dated_assessment_counts_and_a_first_scan_does_not(town: Town) -> None:
    high = {"publicatiecategorie": "impactvol algoritme"}
    soorten = {
        "goed": [{"soort": "Data Protection Impact Assessment (DPIA)", "datum": "2025-03", "openbaar": False}], "zonder-datum": [{"soort": "IAMA"}],
        "scan": [{"soort": "Pre-scan DPIA", "datum": "2025-01-01"}], "fria": [{"soort": "FRIA", "datum": "2025"}],
    }  # fmt: skip
    files = {f"register/algoritmes/{name}.yaml": algorithm(name, **high, impacttoetsen=items) for name, items in soorten.items()}
    files["register/algoritmes/stil.yaml"] = algorithm("stil", **high)
    files["register/algoritmes/nog-niet.yaml"] = algorithm("nog niet", **high, ontbreekt={"impacttoetsen": {"reden": "nog niet gedaan"}})
    files["register/algoritmes/laag.yaml"] = algorithm("laag", publicatiecategorie="overig algoritme")
    files["register/algoritmes/klasseloos.yaml"] = algorithm("klasseloos")
    town.publish("2026-01-05", files)
    figure = town.figures()[7]
    assert brief(figure) == (2, 6, 2, ["algoritmes/fria", "algoritmes/goed"])
    assert part(figure, "Gedaan, maar niet openbaar")["ids"] == ["algoritmes/goed"]
    assert part(figure, "Genoemd zonder datum")["ids"] == ["algoritmes/zonder-datum"] and part(figure, "Niets over gezegd")["ids"] == [
        "algoritmes/stil"
    ]


def secret(**fields: str | list[str]) -> str:
    return yaml("", titel="Stuk", geheimhouding={"grondslag": "Gemeentewet artikel 87", "gronden": ["5.1.2e"], **fields}).removeprefix(
        "naam: \n"
    )


def test_8_secrecy_in_force_imposed_lifted_and_past_its_reassessment(town: Town) -> None:
    d = "register/documenten/"
    town.publish("2026-01-05", {
        d + "oud.yaml": secret(opgelegd_op="2025-12-21", herbeoordelen_voor="2026-06-01"), d + "nieuw.yaml": secret(opgelegd_op="2026-12-01", gronden=["5.1.2e", "5.1.1c"]),
        d + "klaar.yaml": secret(opgelegd_op="2025-01-01", opgeheven_op="2026-02-02"), d + "weg.yaml": secret(opgelegd_op="2025-01-01"), d + "open.yaml": "titel: Open\n",
    })  # fmt: skip
    town.publish("2026-07-05", {d + "weg.yaml": "titel: Stuk\n"})
    figure = town.figures()[8]
    assert brief(figure) == (2, 5, 0, ["documenten/nieuw", "documenten/oud"])
    assert part(figure, "Van kracht, grond 5.1.2e")["teller"] == 2 and part(figure, "Van kracht, grond 5.1.1c")["teller"] == 1
    assert part(figure, "Opgelegd in dit jaar")["ids"] == ["documenten/nieuw"] and part(figure, "Opgeheven, grond 5.1.2e")["ids"] == [
        "documenten/klaar"
    ]
    assert part(figure, "Dagen sinds het opleggen (middelste waarde)")["teller"] == 30
    assert brief(part(figure, "Te laat opnieuw beoordeeld")) == (1, 2, 1, ["documenten/oud"])
    assert part(figure, "Weggehaald uit de beschrijving, zonder dag van opheffing")["ids"] == ["documenten/weg"]


def test_9_late_documents_go_by_the_norms_of_the_settings(town: Town) -> None:
    def document(published: str, adopted: str, *categories: str) -> str:
        acts = [{"soort": "ontvangst", "tijdstip": "2020-01-01"}, *([{"soort": "vaststelling", "tijdstip": adopted}] if adopted else [])]
        dated = {"gepubliceerd_op": published} if published else {}
        return yaml(titel="Stuk", informatiecategorieen=list(categories), handelingen=acts, **dated)

    d = "register/documenten/"
    files = {
        "laat": ("2026-02-01", "2026-01-01", "convenanten"), "op-tijd": ("2026-01-15", "2026-01-01", "convenanten"), "ruim": ("2026-02-01", "2026-01-01", "adviezen"),
        "kortste": ("2026-02-01", "2026-01-01", "adviezen", "convenanten"), "vorig": ("2025-02-01", "2025-01-01", "convenanten"),
        "zonder-dag": ("", "2026-01-01", "convenanten"), "zonder-besluit": ("2026-02-01", "", "convenanten"), "zonder-norm": ("2026-02-01", "2020-01-01", "beschikkingen"),
        "maand": ("2026-02-01", "2026-01", "convenanten"),
    }  # fmt: skip
    town.publish("2026-03-01", {f"{d}{name}.yaml": document(*rest) for name, rest in files.items()})
    assert brief(town.figures()[9]) == (None, None, 0, [])
    normed = Settings("Inzage", "gemeente Stad", norms={"convenanten": 14, "adviezen": 60})
    figure = town.figures(settings=normed)[9]
    assert brief(figure) == (2, 5, 2, ["documenten/kortste", "documenten/laat"])
    assert (
        part(figure, "Dagen boven de norm (middelste waarde)")["teller"] == 17
        and part(figure, "Te laat in de groep adviezen")["teller"] == 1
    )


def test_10_a_link_is_dead_after_two_failing_checks_and_checks_after_the_year_do_not_count(town: Town) -> None:
    town.publish(
        "2026-01-05", {A: algorithm(bronnen=[{"titel": "Bron", "link": "https://x.example/weg"}], publiekspagina="https://x.example/nooit")}
    )
    assert town.figures()[10]["teller"] is None and "--links" in town.figures()[10]["toelichting"]
    ok, bad = 200, 404
    days = ("2026-03-01", "2026-03-08", "2027-01-04")
    links = [
        {"url": f"https://x.example/{name}", "controles": [{"datum": d, "status": s} for d, s in zip(days, statuses, strict=False)]}
        for name, statuses in {"weg": (bad, bad, ok), "terug": (bad, ok), "net": (ok, bad, bad), "geen": (0, 500), "een": (bad,)}.items()
    ]
    links.append({"url": "https://x.example/vorig", "controles": [{"datum": "2025-03-01", "status": bad}] * 2})
    figure = town.figures(links=links)[10]
    assert brief(figure) == (2, 5, 1, ["algoritmes/a"]) and "--links" in figure["commando"]


def test_11_risk_class_old_to_new_and_a_downgrade_without_a_fresh_reason(town: Town) -> None:
    def classed(name: str, risk: str, **fields: str) -> str:
        return algorithm(name, **({"ai_risicoklasse": risk} if risk else {}), **fields)

    town.publish(
        "2026-01-05", {A: classed("A", "hoog risico", wijzigingsreden="Begin"), B: classed("B", "hoog risico"), C: classed("C", "")}
    )
    town.publish("2026-02-05", {A: classed("A", "minimaal risico", wijzigingsreden="Begin"), B: classed("B", "beperkt risico", wijzigingsreden="Opnieuw bekeken"), C: classed("C", "beperkt risico")})  # fmt: skip
    town.publish("2026-03-05", {C: classed("C", "hoog risico"), B: classed("B", "")})
    figure = town.figures()[11]
    assert brief(figure) == (4, 3, 1, ["algoritmes/a", "algoritmes/b", "algoritmes/b", "algoritmes/c"])
    assert part(figure, "Omlaag zonder reden")["ids"] == ["algoritmes/a", "algoritmes/b"]
    names = [p["naam"] for p in figure["delen"]]
    assert "B: van «hoog risico» naar «beperkt risico» op 5 februari 2026. Reden: Opnieuw bekeken" in names
    assert "A: van «hoog risico» naar «minimaal risico» op 5 februari 2026. Er is geen reden gegeven." in names


def test_12_partners_have_an_entry_or_say_none_or_are_unknown(town: Town) -> None:
    o = "register/organisaties/"
    none = {"datum": "2026-01-01", "bron": "https://x.example"}
    town.publish("2026-01-05", {
        o + "stad.yaml": yaml("Stad"), o + "ggd.yaml": yaml("GGD"), o + "ymere.yaml": yaml("Ymere", geen_algoritmes=none), o + "politie.yaml": yaml("Politie"),
        o + "later.yaml": yaml("Later", geen_algoritmes={**none, "datum": "2027-06-01"}), A: algorithm().replace(OWNER, "organisaties/ggd"), B: algorithm("B"),
    })  # fmt: skip
    assert brief(town.figures()[12]) == (2, 4, 2, ["organisaties/ggd", "organisaties/ymere"])


def test_13_woo_requests_need_their_kind_and_are_then_counted(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "schemas", tmp_path / "schemas")
    fields = {"naam": {"type": "string"}, **{k: {"type": "string", "format": "date"} for k in ("ontvangen_op", "besloten_op")}, "verdaagd": {"type": "boolean"}, "opgeschort_dagen": {"type": "integer"}}  # fmt: skip
    (tmp_path / "schemas/wooverzoek.schema.json").write_text(
        json.dumps({"x-inzage": {"folder": "wooverzoeken"}, "properties": fields}), "utf-8"
    )
    town = Town(tmp_path, load_kinds(tmp_path / "schemas"))
    w = "register/wooverzoeken/"
    town.publish("2026-12-01", {
        w + "vier.yaml": yaml(ontvangen_op="2026-01-01", besloten_op="2026-01-29"), w + "laat.yaml": yaml(ontvangen_op="2026-01-01", besloten_op="2026-01-30"),
        w + "zes.yaml": yaml(ontvangen_op="2026-01-01", besloten_op="2026-02-12", verdaagd="ja"), w + "pauze.yaml": yaml(ontvangen_op="2026-01-01", besloten_op="2026-02-08", opgeschort_dagen="10"),
        w + "open.yaml": yaml(ontvangen_op="2026-12-20"), w + "blijft-uit.yaml": yaml(ontvangen_op="2026-03-01"), w + "vorig.yaml": yaml(ontvangen_op="2025-03-01"),
    })  # fmt: skip
    figure = town.figures()[13]
    assert brief(figure) == (3, 6, 1, ["wooverzoeken/pauze", "wooverzoeken/vier", "wooverzoeken/zes"])
    assert part(figure, "Te laat")["ids"] == ["wooverzoeken/blijft-uit", "wooverzoeken/laat"]


def test_14_errors_that_were_reported_and_how_long_it_took(town: Town) -> None:
    fixed = {"gemeld_op": "2026-02-01", "hersteld_op": "2026-02-11", "wat": "Het nummer klopte niet."}
    town.publish(
        "2026-03-05",
        {A: algorithm(correcties=[fixed, {**fixed, "gemeld_op": "2025-02-01"}, {"gemeld_op": "2026-03-01", "wat": "Iets anders."}])},
    )
    figure = town.figures()[14]
    assert (
        brief(figure) == (2, 1, 0, ["algoritmes/a", "algoritmes/a"])
        and part(figure, "Dagen tot de verbetering (middelste waarde)")["teller"] == 10
    )
    assert brief(part(figure, "Nog niet verbeterd")) == (1, 2, 0, ["algoritmes/a"])


def test_13_and_15_say_why_they_are_unknown(town: Town) -> None:
    town.publish("2026-01-05", {A: algorithm()})
    figures = town.figures()
    assert figures[13]["teller"] is None and "wooverzoek" in figures[13]["toelichting"]
    assert figures[15]["teller"] is None and len(figures[15]["delen"]) == 10 and {p["teller"] for p in figures[15]["delen"]} == {None}


def test_16_publications_redactions_head_and_witnesses(town: Town) -> None:
    town.publish("2025-06-01", {A: algorithm(doel_en_impact="Bel 06 12345678")})
    town.publish("2026-01-05", {B: algorithm("B")})
    clean = algorithm(doel_en_impact="Bel de gemeente")
    town.repo.git("reset", "-q", "--hard", "HEAD~1")
    town.repo.write({A: clean})
    town.repo.git("commit", "-q", "-a", "--amend", "-m", "Op 2025-06-01", date="2025-06-01T08:00:00+0000")
    town.repo.commit({B: algorithm("B")}, "Op 2026-01-05", date="2026-01-05T08:00:00+0000")
    logbook.append_rewrite(town.path, town.repo.root, "2026-02-01T10:00:00Z", [A], "AVG artikel 17", "Besluit 12")
    witnesses = Settings("Inzage", "gemeente Stad", OWNER, witnesses=("Griffie",))
    figure = town.figures(settings=witnesses)[16]
    assert brief(figure) == (2, 3, 0, ["algoritmes/a", "algoritmes/b"])
    assert part(figure, "Herschrijvingen om privégegevens weg te halen")["ids"] == ["algoritmes/a"]
    assert logbook.read(town.path).head in figure["toelichting"]
    assert part(figure, "Getuigen")["teller"] == 1 and part(town.figures()[16], "Getuigen")["teller"] is None


# All of them


def full(town: Town) -> Town:
    """A register with something for most figures."""
    secret_doc = secret(opgelegd_op="2026-01-01")
    partners = {f"register/organisaties/p{i}.yaml": yaml(f"Partner {i} met een lange naam") for i in range(9)}
    theirs = {f"register/algoritmes/van-p{i}.yaml": algorithm(f"Taak {i}").replace(OWNER, f"organisaties/p{i}") for i in range(9)}
    town.publish("2025-11-01", partners | theirs | {"inzage.yaml": INZAGE, "register/organisaties/stad.yaml": yaml("Stad", samenvatting="De stad.", soort="gemeente"), A: algorithm(herzien_voor="2026-02-01", ai_risicoklasse="hoog risico", begindatum="2025-01")})  # fmt: skip
    town.publish(
        "2026-02-01",
        {
            B: algorithm("Bomen tellen", begindatum="2026-01", publicatiecategorie="impactvol algoritme"),
            "register/documenten/stuk.yaml": secret_doc,
        },
        "nee",
    )
    town.publish(
        "2026-05-01",
        {
            A: algorithm(herzien_voor="2027-02-01", ai_risicoklasse="minimaal risico", begindatum="2025-01", leverancier="=1+1"),
            C: algorithm("Kort"),
        },
    )
    town.publish(
        "2026-06-01", {C: None, B: algorithm("Bomen tellen", begindatum="2026-01", ingetrokken={"datum": "2026-06-01", "reden": "Gestopt"})}
    )
    return town


def changes_csv(town: Town, year: int = 2026) -> str:
    history = town.history()
    return report_files(history, SETTINGS, None, [year], "2027-03-01")[1][f"jaarverslag/{year}/wijzigingen.csv"].decode()


def every(figures: Any) -> Iterator[Json]:
    """All figures and their parts."""
    for figure in figures:
        yield figure
        yield from every(figure.get("delen", ()))


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return full(Town(tmp_path_factory.mktemp("vol")))


def test_sixteen_figures_of_one_form_and_what_is_unknown_says_why(ready: Town) -> None:
    figures = ready.figures()
    assert list(figures) == list(range(1, 17))
    found = list(every(figures.values()))
    assert len(found) > 60
    for figure in found:
        assert KEYS <= set(figure) <= KEYS | {"delen"}
        assert figure["teller"] is None or type(figure["teller"]) is int
        assert figure["noemer"] is None or type(figure["noemer"]) is int
        assert type(figure["onbekend"]) is int and figure["commando"].startswith("python build.py report 2026 --root .")
        if figure["teller"] is None:
            assert figure["toelichting"] and figure["ids"] == []
        assert not (figure["teller"] == 0 and figure["noemer"] == 0), "of nothing at all it is unknown, not nought"


def test_every_count_is_the_number_of_its_ids(ready: Town) -> None:
    """AUDIT, invariant 10: what counts entries, changes, partners or errors can be counted again from the ids."""
    counted = [
        f
        for f in every(ready.figures().values())
        if f["teller"] is not None and f["eenheid"] in ("beschrijvingen", "wijzigingen", "partners", "fouten")
    ]
    assert len(counted) > 30
    assert all(f["teller"] == len(f["ids"]) for f in counted)
    known = set(ready.history().entries)
    assert all(set(f["ids"]) <= known for f in every(ready.figures().values()))


def test_years_add_up(ready: Town) -> None:
    stock, flow = ready.figures()[1], {p["naam"]: p["teller"] for p in ready.figures()[2]["delen"]}
    before = ready.figures(2025)[1]["teller"]
    assert stock["teller"] == before + flow["Toegevoegd"] - flow["Ingetrokken"] - flow["Verdwenen zonder spoor"]


def test_the_table_of_changes_is_field_by_field_and_no_cell_is_a_formula(ready: Town) -> None:
    rows = list(csv.DictReader(io.StringIO(changes_csv(ready).removeprefix("\ufeff"))))
    assert [(r["wat"], r["beschrijving"], r["veld"], r["van"], r["naar"]) for r in rows if r["datum"] == "2026-05-01"] == [
        ("toegevoegd", "algoritmes/c", "", "", ""), ("veranderd", "algoritmes/a", "ai_risicoklasse", "hoog risico", "minimaal risico"),
        ("veld toegevoegd", "algoritmes/a", "leverancier", "", "'=1+1"), ("veranderd", "algoritmes/a", "herzien_voor", "2026-02-01", "2027-02-01"),
    ]  # fmt: skip
    assert unsafe(next(r["naar"] for r in rows if r["veld"] == "leverancier")) == "=1+1"
    assert {r["nagekeken"] for r in rows} == {"ja", "nee"} and len({r["datum"] for r in rows}) == 3


def test_changes_are_told_in_words_by_month(ready: Town) -> None:
    history = ready.history()
    pages, _ = report_files(history, SETTINGS, None, [2026], "2027-03-01")
    months = dict(pages[1].context["months"])
    assert list(months) == ["februari 2026", "mei 2026", "juni 2026"]
    [changed] = [row for row in months["mei 2026"] if row["links"][0][1] == "Parkeren"]
    assert changed["lines"] == [
        "Klasse in de Europese AI-verordening: van «hoog risico» naar «minimaal risico».", "Leverancier: toegevoegd: «=1+1».",
        "Opnieuw controleren voor: van «1 februari 2026» naar «1 februari 2027».",
    ]  # fmt: skip
    assert "Ingetrokken: dit geldt niet meer." in [line for row in months["juni 2026"] for line in row["lines"]]


def test_no_name_of_a_person_gets_out(ready: Town) -> None:
    history = ready.history()
    pages, files = all_years(history, "2027-03-01")
    text = repr([(p.path, p.context) for p in pages]) + repr(files)
    assert "Bomen tellen" in text and not any(name in text for name in ("Ans", "Bert", "voorbeeld.example"))


def test_all_years_have_a_page_and_one_lists_them(ready: Town) -> None:
    history = ready.history()
    pages, files = all_years(history, "2027-03-01")
    assert report_years(history, "2027-03-01") == [2025, 2026, 2027]
    assert [p.path for p in pages if p.template != "wijzigingen-jaar.html"] == ["jaarverslag/index.html"] + [
        f"jaarverslag/{y}/index.html" for y in (2025, 2026, 2027)
    ]
    assert pages[0].context["years"] == [(2027, "2027/", "loopt nog, tot en met 1 maart 2027"), (2026, "2026/", ""), (2025, "2025/", "")]
    alone = report_files(history, SETTINGS, None, [2026], "2027-03-01")
    assert [p for p in pages if "/2026/" in p.path] == alone[0] and {k: v for k, v in files.items() if "/2026/" in k} == alone[1]


def test_a_finished_year_never_changes_again_and_its_key_says_so(tmp_path: Path) -> None:
    town = full(Town(tmp_path))

    def made(today: str) -> tuple[Any, str]:
        history = town.history()
        return report_files(history, SETTINGS, None, [2026], today), report_key(history, SETTINGS, None, 2026, today)

    first, key = made("2027-01-01")
    town.publish("2027-02-01", {A: None, B: None, "register/algoritmes/nieuw.yaml": algorithm("Nieuw")})
    assert made("2027-03-01") == (first, key)
    assert made("2026-12-01")[1] != key


# Flows add up, over repositories that hypothesis makes up

acts = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["live", "other", "withdrawn", "gone", "broken"]), st.booleans(), st.integers(1, 60)),
    min_size=2,
    max_size=10,
)
TEXTS: dict[str, Any] = {"live": "naam: x\n", "other": "naam: y\nstatus: in gebruik\n", "withdrawn": "naam: x\ningetrokken: {datum: 2026-01-01, reden: Klaar}\n", "broken": "naam: [\n", "gone": None}  # fmt: skip


def counts(event_list: Any, *what: str) -> int:
    return sum(e.what in what for e in event_list)


@settings(derandomize=True, deadline=None, max_examples=10, database=None)
@given(acts, st.booleans(), st.integers(20, 500))
def test_stock_and_flows_add_up_whatever_two_days_one_takes(plan: list[tuple[str, str, bool, int]], logged: bool, middle: int) -> None:
    """AUDIT, invariants 5 and 8: stock(T1) = stock(T0) + added − withdrawn − vanished; the flows of (a, c) are those of (a, b) and (b, c)."""
    with tempfile.TemporaryDirectory() as folder:
        town, now = Town(Path(folder)), 0
        town.logged = logged
        town.publish("2026-01-01", {A: "naam: begin\n"})
        for name, state, publish, days in plan:
            now += days
            path = f"register/algoritmes/{name}.yaml"
            here = (town.repo.root / path).is_file()
            files = {path: TEXTS[state]} if state != "gone" or here else {}
            town.repo.commit(files, date=day(now))
            if publish:
                logbook.append(town.path, town.repo.root, stamp(now))
        one, two, whole = between(
            town.history(), SETTINGS, None, [("2026-01-01", on(middle)), (on(middle + 1), on(900)), ("2026-01-01", on(900))]
        )
        assert len(whole.live_end) == len(whole.live_start) + counts(whole.events, *CAME) - counts(whole.events, *WENT)
        for what in {e.what for e in whole.events}:
            assert counts(whole.events, what) == counts(one.events, what) + counts(two.events, what)
        assert [*one.events, *two.events] == [*whole.events] and one.live_end == two.live_start


def stamp(number: int) -> str:
    return on(number) + "T12:00:00Z"


def on(number: int) -> str:
    from datetime import date, timedelta

    return (date(2026, 1, 1) + timedelta(number)).isoformat()


# The command


def test_a_year_that_has_not_begun_is_refused(town: Town) -> None:
    town.publish("2026-01-05", {"inzage.yaml": INZAGE, A: algorithm()})
    with pytest.raises(Refused) as refused:
        run_report(town.repo.root, None, 2027, "2026-11-23", town.path, None)
    assert refused.value.problems[0].code == "jaar-toekomst"


def test_a_log_of_another_repository_is_refused(town: Town, tmp_path: Path) -> None:
    town.publish("2026-01-05", {"inzage.yaml": INZAGE, A: algorithm()})
    other = Town(tmp_path / "ander")
    other.publish("2026-01-06", {A: algorithm()})
    with pytest.raises(Refused):
        run_report(town.repo.root, None, 2026, "2026-11-23", other.path, None)


def test_a_thousand_entries_of_five_versions_take_seconds(tmp_path: Path) -> None:
    """The report reads each version once, in one pass of git (REPORT). Twice as many take well under ten seconds."""
    repo = Repo(tmp_path / "groot")
    base = (PROJECT / "register/algoritmes/parkeercontrole-scanauto.yaml").read_text("utf-8")
    stream = io.BytesIO()
    for number in range(50):
        stream.write(f"commit refs/heads/main\ncommitter A <a@b.example> {1767268800 + number * 86400} +0000\ndata 1\nx\n".encode())
        for i in range(number % 10 * 100, number % 10 * 100 + 100):
            text = base.replace("naam: ", f"naam: Nummer {i}, keer {number // 10}. ", 1).encode()
            stream.write(f"M 100644 inline register/algoritmes/n-{i}.yaml\ndata {len(text)}\n".encode() + text + b"\n")
    repo.git("fast-import", "--quiet", "--force", say=stream.getvalue().decode())
    history = read_history(repo.root, KINDS, jobs=2)
    assert sum(len(e.versions) for e in history.entries.values()) == 5_000
    start = time.process_time()
    pages, files = all_years(history, "2026-11-23", jobs=2)
    assert time.process_time() - start < 6, "seconds of this process, so that a busy machine makes no difference"
    figures = json.loads(files["jaarverslag/2026/cijfers.json"])
    assert len(figures[1]["ids"]) == 5_000 and len(pages) > 100
