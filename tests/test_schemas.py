"""The shipped schemas against the standards they promise to speak, in tables of our own: not copied from what they test."""

from __future__ import annotations

import json
import re
import time
from functools import cache
from typing import Any

import pytest
import registers

from inzage.formats import FORMATS
from inzage.kinds import QUESTIONS, Field, Kind
from inzage.rules import RULES, Rule
from inzage.schema_files import bundled, nodes
from inzage.validate import Validator, python_pattern

# The Publicatiestandaard 1.0: name in the API, name in the schema, most characters in (API, schema, handbook: at most), 0: no limit.
NATIONAL = [
    ("name", "name", 100, 99, 99),
    ("description_short", "description_short", 400, 399, 349),
    ("organization", "organization", 100, 99, 99),
    ("category", "theme", 0, 0, 0),
    ("status", "status", 0, 0, 0),
    ("begin_date", "start_date", 7, 7, 7),
    ("end_date", "end_date", 7, 7, 7),
    ("contact_email", "contact", 500, 0, 0),
    ("website", "link", 500, 0, 0),
    ("publication_category", "publication_category", 0, 0, 0),
    ("url", "source_link", 500, 0, 0),
    ("goal", "purpose_and_impact", 2500, 2499, 2499),
    ("proportionality", "considerations", 2500, 2499, 2499),
    ("human_intervention", "human_intervention", 2500, 2499, 2499),
    ("risks", "risk_management", 2500, 2499, 2499),
    ("lawful_basis", "legal_basis", 2500, 2499, 2499),
    ("lawful_basis_grouping[].title", "legal_basis_title", 100, 99, 99),
    ("lawful_basis_grouping[].link", "legal_basis_link", 500, 0, 0),
    ("process_index_url", "processing_register_link", 500, 0, 0),
    ("impacttoetsen_grouping[].title", "impact_assessments", 0, 0, 0),
    ("impacttoetsen_grouping[].link", "impact_assessment_link", 500, 0, 0),
    ("impacttoetsen", "impact_assessment_explanation", 2500, 2499, 2499),
    ("source_data", "data", 2500, 2499, 2499),
    ("source_data_grouping[].title", "data_source_title", 500, 499, 499),
    ("source_data_grouping[].link", "data_source_link", 500, 0, 0),
    ("methods_and_models", "technical_operation", 5000, 4999, 4999),
    ("provider", "supplier", 200, 199, 199),
    ("publiccode", "source_code_link", 500, 0, 0),
    ("lang", "language", 0, 0, 0),
    ("standard_version", "schema", 0, 0, 0),
    ("source_id", "source_id", 100, 0, 99),
    ("tags", "search_terms", 2500, 0, 2499),
    ("lars", "", 0, 0, 0),
    ("publication_dt", "", 0, 0, 0),
]
API, STANDARD = "aanlever-api-1.0", "publicatiestandaard-1.0"
# Limits that stand elsewhere: an organisation is a reference to an entry with a name of its own.
LIMIT_ELSEWHERE = {"organization"}

# The table of STANDARDS.md: field → required (R), or named in `ontbreekt` with a reason.
DOCUMENT_REQUIRED = (
    "titel samenvatting informatiecategorieen themas uitgever contact creatiedatum handelingen gepubliceerd_op gewijzigd_op taal bestanden "
    "licentie openbaarheid waardering status"
).split()
DOCUMENT_OPTIONAL = (
    "kenmerken verkorte_titel alternatieve_titels documentsoorten trefwoorden verantwoordelijke medeverantwoordelijken opsteller naam_opsteller "
    "geldig_van geldig_tot dossier relaties weigeringsgronden bewaartermijn selectielijst selectiecategorie overbrengen_per reden_intrekking "
    "vervangen_door toelichting woo_verzoek geheimhouding"
).split()
LISTS = (
    "kenmerken alternatieve_titels informatiecategorieen documentsoorten themas trefwoorden medeverantwoordelijken handelingen bestanden relaties "
    "weigeringsgronden"
).split()
GROUNDS = [f"5.1.1{x}" for x in "abcde"] + [f"5.1.2{x}" for x in "abcdefghi"]


@cache
def kinds() -> dict[str, Kind]:
    return registers.kinds()


def every_field(fields: tuple[Field, ...], path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Field]]:
    """Every field of a kind, also those inside groups and lists, with its path."""
    found = []
    for f in fields:
        found.append(((*path, f.key), f))
        found += every_field(f.fields or (f.item.fields if f.item else ()), (*path, f.key))
    return found


ALL_FIELDS = [(kind.folder, path, f) for kind in registers.kinds().values() for path, f in every_field(kind.fields)]


def mapped(standard: str) -> dict[str, list[Field]]:
    found: dict[str, list[Field]] = {}
    for folder, _, f in ALL_FIELDS:
        if folder == "algoritmes" and standard in f.note.get("namen", {}):
            found.setdefault(f.note["namen"][standard], []).append(f)
    return found


def test_the_national_standard_has_34_fields():
    assert len(NATIONAL) == 34 and len({row[0] for row in NATIONAL}) == 34
    assert len({row[1] for row in NATIONAL if row[1]}) == 32


@pytest.mark.parametrize("row", NATIONAL, ids=lambda row: row[0])
def test_each_of_the_34_fields_is_in_the_kind_in_both_vocabularies(row):
    api, schema, *_ = row
    assert len(mapped(API).get(api, [])) == 1, api
    if schema:
        assert mapped(STANDARD)[schema] == mapped(API)[api]


def test_nothing_is_mapped_to_a_name_that_the_standard_does_not_have():
    assert set(mapped(API)) == {row[0] for row in NATIONAL}
    assert set(mapped(STANDARD)) == {row[1] for row in NATIONAL if row[1]}


@pytest.mark.parametrize("row", [r for r in NATIONAL if r[0] not in LIMIT_ELSEWHERE], ids=lambda row: row[0])
def test_no_limit_is_stricter_than_the_loosest_official_one(row):
    (field,) = mapped(API)[row[0]]
    most = (field.item.schema if field.item else field.schema).get("maxLength")
    loosest = max(row[2:]) if row[2] else 0
    if most is not None:
        assert loosest and most >= loosest, (field.key, most, loosest)


@pytest.mark.parametrize("row", [r for r in NATIONAL if 0 < min(x for x in (*r[2:], 10**6) if x) < r[2] and r[0] not in LIMIT_ELSEWHERE], ids=lambda row: row[0])  # fmt: skip
def test_there_is_a_warning_just_above_the_tightest_official_limit(row):
    (field,) = mapped(API)[row[0]]
    tightest = min(x for x in row[2:] if x)
    assert field.note.get("waarschuw_boven") == tightest, field.key


@pytest.mark.parametrize("name", ["in ontwikkeling", "in gebruik", "buiten gebruik"])
def test_each_status_has_its_official_word(name):
    status = kinds()["algoritmes"].by_key["status"]
    assert status.note["waarden"][API][name] == status.note["waarden"][STANDARD][name] == name.capitalize()


def test_the_publication_categories_in_both_vocabularies():
    field = kinds()["algoritmes"].by_key["publicatiecategorie"]
    assert list(field.note["waarden"][API].values()) == ["Hoog-risico AI-systeem", "Impactvolle algoritmes", "Overige algoritmes"]
    assert [v[-14:] for v in field.note["waarden"][STANDARD].values()] == ["(Categorie A)", "(Categorie B)", "(Categorie C)"] or all(
        v.endswith(f"(Categorie {letter})") for v, letter in zip(field.note["waarden"][STANDARD].values(), "ABC", strict=True)
    )
    assert list(field.note["waarden"][API]) == field.schema["enum"]


def test_the_sixteen_themes():
    themes = kinds()["algoritmes"].by_key["themas"].item.schema["enum"]
    assert len(themes) == 16
    assert themes[0] == "Organisatie en bedrijfsvoering" and themes[-1] == "Zorg en gezondheid" and "Overheidsfinanciën" in themes


@pytest.mark.parametrize(
    "key", "bezwaar verantwoordelijke_rol beslist_zelf zelflerend ai_risicoklasse wie_merkt_het in_brieven monitoring impacttoetsen".split()
)
def test_what_critics_ask_back_is_there_and_recommended(key):
    field = kinds()["algoritmes"].by_key[key]
    assert field.level == "aanbevolen" or key == "in_brieven"


def test_the_shape_of_impact_assessments():
    item = kinds()["algoritmes"].by_key["impacttoetsen"].item
    assert [f.key for f in item.fields] == ["soort", "datum", "openbaar", "link"]
    assert [f.shape for f in item.fields] == ["text", "date", "boolean", "link"]
    assert item.schema["required"] == ["soort"] and len(item.schema["properties"]["soort"]["examples"]) == 11


def test_the_document_table_is_complete():
    document = kinds()["documenten"]
    common = {f.key for f in kinds()["organisaties"].fields} & {f.key for f in kinds()["algoritmes"].fields}
    own = set(document.by_key) - common | {"samenvatting", "contact", "relaties"}
    assert own == {*DOCUMENT_REQUIRED, *DOCUMENT_OPTIONAL}
    assert {f.key for f in document.fields if f.level == "verplicht"} == set(DOCUMENT_REQUIRED)
    assert {key for key in own if document.by_key[key].shape == "list"} == set(LISTS)


@pytest.mark.parametrize(("name", "size"), [("woo_categorie", 18), ("documentsoort", 91), ("thema", 92), ("taal", 27), ("handeling", 3), ("reden_intrekking", 2), ("weigeringsgrond", 16)])  # fmt: skip
def test_the_official_lists_are_whole(name, size):
    part = json.loads((registers.SCHEMAS / "lijsten.schema.json").read_bytes())["$defs"][name]
    assert len(set(part["enum"])) == len(part["enum"]) == size
    codes = part.get("x-inzage", {}).get("codes")
    if codes is not None:
        assert list(codes) == part["enum"] and len(set(codes.values())) == size
        assert all(code.startswith("https://") or name in ("taal",) for code in codes.values())


def test_the_lists_of_the_document_are_the_official_ones():
    lists = json.loads((registers.SCHEMAS / "lijsten.schema.json").read_bytes())["$defs"]
    document = kinds()["documenten"]
    pairs = {"informatiecategorieen": "woo_categorie", "documentsoorten": "documentsoort", "themas": "thema"}
    assert all(document.by_key[key].item.schema["enum"] == lists[name]["enum"] for key, name in pairs.items())
    assert document.by_key["taal"].schema["enum"] == lists["taal"]["enum"] and "Nederlands" in lists["taal"]["enum"]
    assert document.by_key["openbaarheid"].schema["enum"] == ["openbaar", "deels openbaar", "niet openbaar", "reeds openbaar"]
    assert document.by_key["status"].schema["enum"] == ["concept", "gepubliceerd", "ingetrokken", "vervangen", "overgebracht", "vernietigd"]
    assert document.by_key["waardering"].schema["enum"] == ["B", "V", "N"]


def codes_of(folder: str, data: dict[str, Any]) -> list[str]:
    """The codes of what is wrong with an entry, blocking only."""
    kind = kinds()[folder]
    found = kind.validator.findings(data)
    if not found:
        found = [f for rule in RULES for f in _rule(rule, kind, data) if f.severity == "fout"]
    return [f"{'.'.join(map(str, f.path))} {f.code}" for f in found]


def _rule(rule: Rule, kind: Kind, data: dict[str, Any]):
    return rule(kind, data)


def document(**more: Any) -> dict[str, Any]:
    from inzage.load import load

    kind = kinds()["documenten"]
    return {**kind.typed(load((registers.BASE / "register/documenten/goed.yaml").read_bytes(), "").data), **more}


def secret(**more: Any) -> dict[str, Any]:
    return {"grondslag": "Gemeentewet artikel 87", "gronden": ["5.1.1c"], "opgelegd_op": "2025-03-01", **more}


def test_the_shape_of_secrecy():
    field = kinds()["documenten"].by_key["geheimhouding"]
    assert [f.key for f in field.fields] == ["grondslag", "gronden", "opgelegd_op", "herbeoordelen_voor", "opgeheven_op"]
    assert field.note["geheimhouding"] is True
    assert codes_of("documenten", document(geheimhouding=secret(herbeoordelen_voor="2026-03-01", opgeheven_op="2025-06-01"))) == []
    assert codes_of("documenten", document(geheimhouding=secret(opgeheven_op="2024-06-01"))) == [
        "geheimhouding.opgeheven_op einde-voor-begin"
    ]


@pytest.mark.parametrize("ground", GROUNDS)
def test_municipalities_act_87_takes_the_grounds_of_woo_51_first_and_second_paragraph(ground):
    assert codes_of("documenten", document(geheimhouding=secret(gronden=[ground]))) == []


@pytest.mark.parametrize("ground", ["5.1.5", "5.2", "5.1", "5.1.2z", "Woo 5.1"])
def test_municipalities_act_87_takes_no_other_ground(ground):
    assert codes_of("documenten", document(geheimhouding=secret(gronden=[ground]))) == ["geheimhouding.gronden.0 onbekende-waarde"]


def test_municipalities_act_87_needs_a_ground_and_the_others_do_not():
    bare = {k: v for k, v in secret().items() if k != "gronden"}
    assert codes_of("documenten", document(geheimhouding=bare)) == ["geheimhouding.gronden verplicht-veld"]
    assert codes_of("documenten", document(geheimhouding={**bare, "grondslag": "Gemeentewet artikel 88"})) == []
    assert codes_of("documenten", document(geheimhouding={**bare, "grondslag": "Gemeentewet artikel 89", "gronden": ["5.2"]})) == []


@pytest.mark.parametrize("word", ["deels openbaar", "niet openbaar"])
def test_what_is_not_public_says_why(word):
    assert codes_of("documenten", document(openbaarheid=word)) == ["openbaarheid past-niet"]
    assert (
        codes_of("documenten", document(openbaarheid=word, weigeringsgronden=[{"grond": "5.1.2e", "toelichting": "Er staan namen in."}]))
        == []
    )
    assert codes_of("documenten", document(openbaarheid=word, geheimhouding=secret())) == []


@pytest.mark.parametrize("key", [k for k in DOCUMENT_REQUIRED if k not in ("titel",)])
def test_a_required_field_is_filled_or_explained(key):
    data = document()
    filled = data.pop(key, None)
    gaps = {k: v for k, v in data["ontbreekt"].items() if k != key}
    assert codes_of("documenten", {**data, "ontbreekt": gaps}) == [f"{key} verplicht-veld"]
    assert codes_of("documenten", {**data, "ontbreekt": {**gaps, key: {"reden": "onbekend"}}}) == []
    if filled:
        assert codes_of("documenten", {**data, "ontbreekt": gaps, key: filled}) == []


def test_a_secret_gap_names_its_ground():
    data = document()
    data["ontbreekt"]["licentie"] = {"reden": "geheim"}
    assert codes_of("documenten", data) == ["ontbreekt.licentie.grond verplicht-veld"]
    data["ontbreekt"]["licentie"]["grond"] = "Woo art. 5.1 lid 1c"
    assert codes_of("documenten", data) == []


def test_an_organisation_can_say_that_it_uses_no_algorithms():
    field = kinds()["organisaties"].by_key["geen_algoritmes"]
    assert [f.key for f in field.fields] == ["datum", "bron"] and field.schema["required"] == ["datum", "bron"]


def test_the_common_fields_belong_to_every_kind():
    keys = "contact gebied relaties bronnen laatst_gecontroleerd herzien_voor ontbreekt ingetrokken wijzigingsreden correcties eerder_gepubliceerd_op".split()
    assert all(set(keys) <= set(kind.by_key) for kind in kinds().values())
    assert all(
        not kind.by_key[key].level == "verplicht"
        for kind in kinds().values()
        for key in keys
        if (kind.folder, key) != ("documenten", "contact")
    )


@pytest.mark.parametrize(("folder", "path", "field"), ALL_FIELDS, ids=lambda value: ".".join(value) if isinstance(value, tuple) else None)
def test_each_field_has_a_label_and_a_question(folder, path, field):
    assert field.schema.get("title"), path
    assert field.help, path
    assert field.help.endswith((".", "?")) and len(field.help) <= 140, field.help
    assert not re.search(r"\b(je|jij|jouw|jullie)\b", field.help)


@pytest.mark.parametrize("folder", ["algoritmes", "documenten", "organisaties"])
def test_the_five_questions_that_a_kind_answers(folder):
    used = {f.question for f in kinds()[folder].fields} - {""}
    assert used <= set(QUESTIONS)
    assert {"wat", "mij", "contact"} <= used
    assert folder != "algoritmes" or used == set(QUESTIONS)


def test_every_group_that_is_used_has_its_place_in_the_order():
    for kind in kinds().values():
        named = set(kind.note["groepen"])
        assert {f.group for f in kind.fields if f.group and not f.own_block} - named <= {"Hoort bij"}, kind.folder


def test_every_pair_of_dates_names_fields_that_exist():
    pairs = 0
    for folder, path, f in ALL_FIELDS:
        for word in ("begin", "einde"):
            if word in f.note:
                siblings = {p for o, p, _ in ALL_FIELDS if o == folder}
                assert (*path[:-1], f.note[word]) in siblings, path
                pairs += 1
    assert pairs >= 5


def test_examples_are_good_values():
    tried = 0
    for _, path, f in ALL_FIELDS:
        for example in f.schema.get("examples", ()):
            assert Validator(f.schema).is_valid(example), (path, example)
            tried += 1
    assert tried > 20


def test_values_in_annotations_are_values_of_the_field():
    for _, path, f in ALL_FIELDS:
        values = f.schema.get("enum") or (f.item.schema.get("enum") if f.item else None)
        for word in ("namen_van_waarden", "codes"):
            for note in filter(None, (f.note.get(word), f.item.note.get(word) if f.item else None)):
                assert values and set(note) <= set(values), path
        for table in f.note.get("waarden", {}).values():
            assert set(table) <= set(values or [f.schema.get("const")]), path


DOCUMENTS = {p.name: json.loads(p.read_bytes()) for p in registers.SCHEMAS.glob("*.schema.json")}
PATTERNS = sorted({n["pattern"] for name, d in DOCUMENTS.items() for _, n in nodes(bundled(d, DOCUMENTS, name)) if "pattern" in n})
HOSTILE = [
    part * (20_000 // len(part)) + end
    for part in ("a", "a-", "-", "0", "a/", "https://", "a.", "P1", "organisaties/", "organisaties/a-", "é", " ", "-a/", "/", "f", "A")
    for end in ("", "!", "\n", "/", "-")
] + ["organisaties/" + "a-" * 9_000 + "!", "a/" + "a-" * 9_000 + "!", "https://" + "a" * 20_000, "P" + "1" * 20_000 + "X"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_pattern_is_slow_on_any_text(pattern):
    quick, slow = Validator({"pattern": pattern}), re.compile(python_pattern(pattern), re.ASCII)
    for text in HOSTILE:
        start = time.perf_counter()
        slow.search(text)
        quick.is_valid(text)
        assert time.perf_counter() - start < 0.05, (pattern, text[:40])


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_is_slow_on_any_text(name):
    for text in HOSTILE + [
        "0" * 20_000 + "-01",
        "a@" + "a." * 10_000,
        "a" * 20_000 + "@",
        "+" + "1 " * 10_000,
        "https://" + "a-" * 9_000 + ".nl",
    ]:
        start = time.perf_counter()
        FORMATS[name](text)
        assert time.perf_counter() - start < 0.05, (name, text[:40])


def test_there_are_patterns_to_time():
    assert len(PATTERNS) >= 6


def test_no_pattern_accepts_a_last_newline():
    good = {"^https://": "https://www.almere.nl", "^P[0-9]+[YMD]$": "P10Y", "^[0-9]{8}$": "12345678"}
    for pattern in PATTERNS:
        if pattern.endswith("$") and pattern in good:
            assert Validator({"pattern": pattern}).is_valid(good[pattern])
            assert not Validator({"pattern": pattern}).is_valid(good[pattern] + "\n")
    assert all(p.endswith("$") or p.startswith("^https://") for p in PATTERNS)
