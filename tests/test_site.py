"""What the pages say: home, entries, gaps, completeness, lists. Read from the HTML, and compared with the YAML. Flow: pages."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml.html import HtmlElement
from registers import ALGORITHM, PROJECT, kinds, write
from sites import LAMPS, SMALL, TODAY, make, many, page, pages, real, small, text, texts

from inzage.kinds import QUESTIONS, Kind
from inzage.text import date_text, fold, slug

WORDS: dict[str, Any] = yaml.safe_load((PROJECT / "templates/nl.yaml").read_text("utf-8"))
KINDS = kinds()


@cache
def register() -> dict[str, dict[str, Any]]:
    """The YAML of this repository's register, read without any of our own code: `folder/id` → fields, all texts."""
    files = sorted((PROJECT / "register").glob("*/*.yaml"))
    return {f"{f.parent.name}/{f.stem}": yaml.load(f.read_text("utf-8"), Loader=yaml.BaseLoader) for f in files}


def of(folder: str) -> dict[str, dict[str, Any]]:
    """The entries of one folder."""
    return {ref: data for ref, data in register().items() if ref.startswith(folder + "/")}


def name(ref: str) -> str:
    """The name of an entry."""
    return str(register()[ref].get("naam") or register()[ref]["titel"])


# Every page


def test_trial_notice_telephone_and_navigation_are_on_every_page() -> None:
    number = 0
    for path, document in pages(real()):
        said = text(document)
        assert "Proefuitgave" in said and "openbare bronnen" in said and "niet de eigen site van gemeente almere" in said.lower(), path
        assert document.xpath("//main//a[@href='tel:14036']"), path
        menu = texts(document, "//header//nav//a")
        assert {k.plural for k in KINDS.values()} <= set(menu), path
        assert (
            document.get("lang") == "nl"
            and len(document.xpath("//h1")) == 1
            and document.xpath("//title")[0].text.endswith("– Inzage Almere")
        ), path
        assert "Traceback" not in said and "None" not in said and "{{" not in said and "Undefined" not in said, path
        number += 1
    assert number > 150


def test_register_that_is_no_trial_says_nothing_of_it(tmp_path: Path) -> None:
    make(small(tmp_path))
    assert all("proef" not in text(document).lower() for _, document in pages(tmp_path / "root/site"))


def test_titles_tell_pages_apart() -> None:
    titles = Counter(document.xpath("//title")[0].text for _, document in pages(real()))
    assert [title for title, times in titles.items() if times > 1] == []


# Home


def test_home_counts_every_kind() -> None:
    home = page(real(), "")
    for kind in KINDS.values():
        [item] = home.xpath(f"//main//li[.//a[@href='{kind.folder}/']]")
        assert re.search(rf"\b{len(of(kind.folder))} {kind.plural}\b", text(item), re.IGNORECASE)
    assert home.xpath("//main//form[@role='search']//input[@name='q']")
    assert "Hier leest u welke algoritmes en documenten" in text(home)


def test_home_tells_what_is_new_and_what_is_late(tmp_path: Path) -> None:
    more = {
        f"register/algoritmes/n{day}.yaml": ALGORITHM.replace("Lampen vervangen", f"Nummer {day}")
        + f"landelijk_gepubliceerd_op: 2026-10-{day}\n"
        for day in range(10, 20)
    }
    more |= {
        f"register/algoritmes/l{month}.yaml": ALGORITHM.replace("Lampen vervangen", f"Laat {month}") + f"herzien_voor: 2026-{month}-01\n"
        for month in ("09", "08", "12")
    }
    root = small(tmp_path, more)  # type: ignore[arg-type]
    make(root, today="2026-11-23")
    home = page(root / "site", "")
    new = [w for w in texts(home, "//main//li//a") if w.startswith("Nummer")]
    assert new == [f"Nummer {day}" for day in range(19, 13, -1)]
    assert "19 oktober 2026" in text(home)
    said = text(home)
    assert "Bij 3 onderdelen is de dag voorbij" in said and "1 juni 2026" in said  # lampen.yaml, l09, l08
    assert said.index("Lampen vervangen") < said.index("Laat 08") < said.index("Laat 09") and "Laat 12" not in said
    assert "Bij 12 van de 17 onderdelen is geen dag afgesproken" in said  # oud.yaml is withdrawn
    late = page(root / "site", "algoritmes/l08/")
    assert "Die dag is voorbij" in text(late) and "Die dag is voorbij" not in text(page(root / "site", "algoritmes/l12/"))


def test_home_of_the_real_register_counts_what_has_no_day() -> None:
    never = sum("herzien_voor" not in data and "ingetrokken" not in data for data in register().values())
    late = sum(data.get("herzien_voor", "9") < TODAY and "ingetrokken" not in data for data in register().values())
    said = text(page(real(), ""))
    assert (f"Bij {never} van de {len(register())} onderdelen is geen dag" in said) == bool(never)
    assert ("is de dag voorbij" in said) == bool(late)


# An entry


def _order(document: HtmlElement) -> list[str]:
    return texts(document, "//main//h2")


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_entry_answers_the_questions_first(kind: Kind) -> None:
    said = {**WORDS["vragen"], **WORDS.get(f"vragen_{kind.name}", {})}
    checked = 0
    for ref, data in of(kind.folder).items():
        document = page(real(), ref + "/")
        headings = _order(document)
        asked = [
            q
            for q in QUESTIONS
            if q == "contact" or any(f.question == q and f.key in data and f.key not in ("samenvatting", "contact") for f in kind.fields)
        ]
        assert headings[: len(asked)] == [said[q] for q in asked], ref
        assert document.xpath("//section[@id='contact']//a[starts-with(@href, 'tel:')]"), ref
        for question in asked:
            inside = text(document.xpath(f"//section[@id='{question}']")[0])
            for field in kind.fields:
                value = data.get(field.key)
                if field.question == question and isinstance(value, str) and field.shape == "text" and field.key != "samenvatting":
                    assert re.sub(r"\s+", " ", field.shown(value)).strip() in inside, (ref, field.key)
        assert "samenvatting" not in data or re.sub(r"\s+", " ", data["samenvatting"]).strip() == texts(document, "//p[@class='lead']")[0]
        checked += 1
    assert checked > 10


def test_details_gaps_and_downloads_come_after_the_answers() -> None:
    headings = _order(page(real(), "algoritmes/parkeercontrole-scanauto/"))
    expected = [*WORDS["vragen"].values(), "Meer over dit algoritme", WORDS["gaten"], WORDS["klopt"], WORDS["bronnen"], WORDS["meenemen"]]
    assert [h for h in headings if h in expected] == expected


def test_entry_says_when_it_was_checked_and_where_it_comes_from(tmp_path: Path) -> None:
    make(small(tmp_path))
    document = page(tmp_path / "root/site", "algoritmes/lampen/")
    said = text(document)
    assert "2 januari 2026" in said and "1 juni 2026" in said and "Die dag is voorbij" in said
    assert document.xpath("//a[@href='https://www.example.org/lampen']") and "example.org" in said
    assert {"../../algoritmes/lampen.json", "../../algoritmes/lampen.yaml"} <= set(document.xpath("//a/@href"))
    assert "grote letters" in said and "voorleest" in said and "afdrukken" in said
    assert "Lampenplan" in said


def test_help_text_stands_at_each_field() -> None:
    document = page(real(), "algoritmes/parkeercontrole-scanauto/")
    by_label = {label.split("  ")[0]: label for label in texts(document, "//dt")}
    for field in KINDS["algoritmes"].fields:
        if (
            field.key in of("algoritmes")["algoritmes/parkeercontrole-scanauto"]
            and field.help
            and any(w.startswith(field.label) for w in by_label)
        ):
            assert any(w.startswith(field.label) and field.help in w for w in by_label), field.key


def test_gaps_stand_together_with_their_reasons(tmp_path: Path) -> None:
    make(small(tmp_path))
    [section] = page(tmp_path / "root/site", "algoritmes/lampen/").xpath(f"//section[h2='{WORDS['gaten']}']")
    groups = {text(d.xpath("./summary")[0]): text(d) for d in section.xpath(".//details")}
    secret = next(v for k, v in groups.items() if WORDS["redenen"]["geheim"] in k)
    later = next(v for k, v in groups.items() if WORDS["redenen"]["nog niet gedaan"] in k)
    silent = next(v for k, v in groups.items() if WORDS["redenen"][""] in k)
    assert "Leverancier" in secret and "Woo art. 5.1 lid 1c" in secret and "De leverancier vroeg dit." in secret
    assert "1 maart 2027" in later
    empty = [
        f.label
        for f in KINDS["algoritmes"].recommended
        if f.key not in yaml.safe_load(LAMPS) and f.key not in ("leverancier", "impacttoetsen")
    ]
    assert empty and all(label in silent for label in empty)
    assert f"({len(empty)})" in silent and "Gegevens" not in silent


def test_gaps_of_the_real_register_are_all_told() -> None:
    told = 0
    for ref, data in register().items():
        said = text(page(real(), ref + "/"))
        for key, reason in data.get("ontbreekt", {}).items():
            assert WORDS["redenen"][reason["reden"]] in said and KINDS[ref.split("/")[0]].by_key[key].label in said
            assert re.sub(r"\s+", " ", reason.get("toelichting", "")).strip() in said
            told += 1
    assert told > 10


def test_entry_without_a_number_of_its_own_shows_that_of_its_organisation(tmp_path: Path) -> None:
    owner = SMALL["register/organisaties/gemeente-voorbeeldstad.yaml"]
    assert isinstance(owner, bytes)
    root = small(tmp_path, {"register/organisaties/gemeente-voorbeeldstad.yaml": owner.decode().replace("14 099", "14 077")})
    make(root)
    [section] = page(root / "site", "algoritmes/lampen/").xpath("//section[@id='contact']")
    assert section.xpath(".//a[@href='tel:14077']") and "Voorbeeldstad" in text(section)


def test_dead_link_is_told(tmp_path: Path) -> None:
    make(small(tmp_path), links={"https://www.example.org/lampen": "2026-11-02"})
    assert "deze link werkte niet op 2 november 2026" in text(page(tmp_path / "root/site", "algoritmes/lampen/"))


# Organisations


def test_organisation_shows_what_belongs_to_it() -> None:
    for ref in of("organisaties"):
        document = page(real(), ref + "/")
        links = set(document.xpath("//main//a/@href"))
        for folder, key in (("algoritmes", "organisatie"), ("documenten", "uitgever")):
            own = [other for other, data in of(folder).items() if data.get(key) == ref]
            if own:
                shown = [other for other in own if f"../../{other}/" in links]
                rest = f"../../{folder}/organisatie/{ref.split('/')[1]}/" in links
                assert len(shown) >= min(len(own), 10) and (len(own) <= 10 or rest), ref


# Completeness: the numbers again, from the YAML


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_completeness_agrees_with_the_files(kind: Kind) -> None:
    document = page(real(), "volledigheid/")
    [section] = document.xpath(f"//section[h2='{kind.plural}']")
    first, second = section.xpath(".//table")
    entries = {ref: data for ref, data in of(kind.folder).items() if "ingetrokken" not in data}
    rows = {text(row.xpath("./th")[0]): texts(row, "./td") for row in first.xpath(".//tbody/tr")}
    assert list(rows) == [f.label for f in kind.recommended]
    for field in kind.recommended:
        reasons = [d.get("ontbreekt", {}).get(field.key, {}).get("reden", "") for d in entries.values() if field.key not in d]
        filled = sum(field.key in d for d in entries.values())
        secret = reasons.count("geheim")
        assert rows[field.label][0] == f"{filled} van {len(entries) - reasons.count('niet van toepassing')}", field.key
        assert rows[field.label][1] in (str(secret), "" if secret else "–")
    owners = Counter(str(d.get("organisatie") or d.get("uitgever") or ref) for ref, d in entries.items())
    shown = {text(row.xpath("./th")[0]): texts(row, "./td") for row in second.xpath(".//tbody/tr")}
    assert {head: cells[0] for head, cells in shown.items()} == {name(ref): str(n) for ref, n in owners.items()}
    for owner in owners:
        own = [d for ref, d in entries.items() if (d.get("organisatie") or d.get("uitgever") or ref) == owner]
        filled = sum(f.key in d for d in own for f in kind.recommended)
        none = sum(
            d.get("ontbreekt", {}).get(f.key, {}).get("reden") == "niet van toepassing"
            for d in own
            for f in kind.recommended
            if f.key not in d
        )
        assert shown[name(owner)][1] == f"{filled} van {len(own) * len(kind.recommended) - none}".replace(",", "."), owner


def test_completeness_tells_apart_what_is_empty_secret_and_not_asked(tmp_path: Path) -> None:
    """Of three algorithms one has no supplier to name and one may not name it; what was withdrawn is not counted."""
    more = ALGORITHM.replace("Lampen vervangen", "Palen") + "ontbreekt: {leverancier: {reden: niet van toepassing}}\n"
    make(small(tmp_path, {"register/algoritmes/palen.yaml": more, "register/algoritmes/borden.yaml": ALGORITHM + "leverancier: Bord\n"}))
    [section] = page(tmp_path / "root/site", "volledigheid/").xpath("//section[h2='Algoritmes']")
    rows = {text(row.xpath("./th")[0]): texts(row, "./td") for row in section.xpath("(.//table)[1]//tbody/tr")}
    assert rows["Leverancier"] == ["1 van 2", "1"]
    assert rows["Naam"][0] == "3 van 3"


# Lists


@pytest.fixture(scope="module")
def long_list(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a register of 120 algorithms, through the whole alphabet, with odd first letters among them."""
    root = many(tmp_path_factory.mktemp("lang"), 117)
    odd = {"een": "Één met een accent", "cijfer": "9 vragen over lampen", "klein": "zzz kleine letters"}
    write(root, {f"register/algoritmes/x-{k}.yaml": ALGORITHM.replace("Lampen vervangen", v) for k, v in odd.items()})
    for i, file in enumerate(sorted((root / "register/algoritmes").iterdir())):
        file.write_text(file.read_text("utf-8").replace("in gebruik", ("in gebruik", "in ontwikkeling")[i % 3 == 0]), "utf-8")
    make(root)
    return root / "site"


def _names(document: HtmlElement) -> list[str]:
    return texts(document, "//ul[@class='kaarten']/li//h2/a")


def test_list_is_whole_over_its_pages_and_in_order(long_list: Path) -> None:
    shown = [_names(page(long_list, f"algoritmes/{p}")) for p in ("", "pagina/2/", "pagina/3/")]
    assert [len(s) for s in shown] == [50, 50, 20]
    assert not (long_list / "algoritmes/pagina/4").exists() and not (long_list / "algoritmes/pagina/1").exists()
    whole = [n for s in shown for n in s]
    assert len(set(whole)) == 120 and whole == sorted(whole, key=fold)
    assert "Één met een accent" in whole and whole[0].startswith("9") and whole[-1].startswith("zzz")
    assert "1 tot en met 50 van 120 algoritmes" in text(page(long_list, "algoritmes/"))
    assert "101 tot en met 120 van 120 algoritmes" in text(page(long_list, "algoritmes/pagina/3/"))


def test_pages_of_a_list_lead_to_each_other_and_letters_to_their_place(long_list: Path) -> None:
    first, second, third = (page(long_list, f"algoritmes/{p}") for p in ("", "pagina/2/", "pagina/3/"))
    assert (first.xpath("//a[@rel='prev']/@href"), first.xpath("//a[@rel='next']/@href")) == ([], ["../algoritmes/pagina/2/"])
    assert (second.xpath("//a[@rel='prev']/@href"), second.xpath("//a[@rel='next']/@href")) == (
        ["../../../algoritmes/"],
        ["../../../algoritmes/pagina/3/"],
    )
    assert third.xpath("//a[@rel='next']") == []
    for document, depth in ((first, 1), (second, 3)):
        letters = dict(zip(texts(document, "//nav[@class='letters']//a"), document.xpath("//nav[@class='letters']//a/@href"), strict=True))
        assert list(letters) == ["0-9", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
        for sign, href in letters.items():
            path, _, place = href.removeprefix("../" * depth).partition("#")
            [item] = page(long_list, path).xpath(f"//*[@id='{place}']")
            begins = fold(text(item.xpath(".//h2")[0]))[0]
            assert begins.isdigit() if sign == "0-9" else begins == sign.lower()


def test_every_filter_value_of_a_long_list_has_its_pages(long_list: Path) -> None:
    for value, number in (("in-ontwikkeling", 40), ("in-gebruik", 80)):
        shown = [
            n
            for p in ("", "pagina/2/")
            if (long_list / f"algoritmes/status/{value}/{p}index.html").is_file()
            for n in _names(page(long_list, f"algoritmes/status/{value}/{p}"))
        ]
        assert len(shown) == len(set(shown)) == number
        assert any(
            words.endswith(f"({number})")
            for words in texts(page(long_list, "algoritmes/"), f"//nav[@class='filters']//a[@href='../algoritmes/status/{value}/']")
        )


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_filter_value_of_the_real_register_is_a_page_with_the_right_count(kind: Kind) -> None:
    """Counted again from the YAML: value → entries."""
    checked = 0
    for field in kind.filters:
        members: dict[str, set[str]] = {}
        for ref, data in of(kind.folder).items():
            raw = data.get(field.key, [])
            for value in raw if isinstance(raw, list) else [raw]:
                value = {"ja": "Ja", "nee": "Nee"}.get(value, value) if field.shape == "boolean" else value
                members.setdefault(value.split("/")[-1] if "/" in value and value.startswith("organisaties/") else slug(value), set()).add(
                    name(ref)
                )
        for step, names in members.items():
            document = page(real(), f"{kind.folder}/{field.filter}/{step}/")
            assert set(_names(document)) == names and len(_names(document)) == len(names), (field.key, step)
            one_or_more = kind.title.lower() if len(names) == 1 else kind.plural.lower()
            assert f"{len(names)} {one_or_more}" in text(document)
            values = page(real(), f"{kind.folder}/{field.filter}/")
            [link] = values.xpath(f"//main//a[@href='{step}/']")
            assert text(link).endswith(f"({len(names)})")
            checked += 1
    assert checked > 5


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_list_of_the_real_register_is_whole(kind: Kind) -> None:
    document = page(real(), f"{kind.folder}/")
    assert sorted(_names(document)) == sorted(name(ref) for ref in of(kind.folder))
    assert {f"../{ref}/" for ref in of(kind.folder)} == set(document.xpath("//ul[@class='kaarten']//h2/a/@href"))
    assert f"{len(of(kind.folder))} {kind.plural.lower()}" in text(document)


# Fixed pages


def test_page_that_is_not_there_helps() -> None:
    document = page(real(), "404.html")
    assert document.xpath("//form[@role='search']") and document.xpath("//main//a[@href='tel:14036']")
    assert {f"/{k.folder}/" for k in KINDS.values()} <= {
        h.removeprefix("https://register.example.org") for h in document.xpath("//main//a/@href")
    }


def test_about_tells_the_day_and_data_tells_every_file() -> None:
    assert date_text(TODAY) in text(page(real(), "over/"))
    links = set(page(real(), "data/").xpath("//main//a/@href"))
    for kind in KINDS.values():
        assert {f"../{kind.folder}.csv", f"../{kind.folder}.json", f"../schemas/{kind.name}.schema.json"} <= links


def test_register_without_entries_still_has_all_pages(tmp_path: Path) -> None:
    root = write(tmp_path / "root", {"inzage.yaml": "naam: Nieuw register\ncontact: {telefoon: 14 099}\n", "register/.gitkeep": ""})
    make(root, search=True)
    assert "Hier staat nog niets" in text(page(root / "site", "algoritmes/"))
    assert page(root / "site", "").xpath("//a[@href='tel:14099']")
