"""A kind is one schema file: a new one needs no Python, and a mistake in it is told like a mistake in an entry."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import registers
from hypothesis import given, settings
from hypothesis import strategies as st

from inzage.config import load_settings
from inzage.kinds import Kinds, load_kinds
from inzage.model import make_card
from inzage.problem import Refused
from inzage.schema_files import RESERVED_FOLDERS
from inzage.site import load_site

PATHS = {
    "x-inzage": {"folder": "fietspaden"},
    "properties": {
        "naam": {"type": "string"},
        "kleur": {"enum": ["rood", "grijs"]},
        "verlicht": {"type": "boolean"},
        "lengte_in_meters": {"type": "integer"},
        "beheerder": {"$ref": "common.schema.json#/$defs/organisatie"},
        "drempels": {"enum": [1, 2, 3]},
    },
}
ENTRY = "naam: Havenpad\nkleur: rood\nverlicht: nee\nlengte_in_meters: 1200\nbeheerder: organisaties/gemeente-voorbeeldstad\ndrempels: 2\n"


def with_kind(tmp_path: Path, schema: object = PATHS, name: str = "fietspad") -> Path:
    """The base register with a kind of its own."""
    text = schema if isinstance(schema, str) else json.dumps(schema, indent=2)
    return registers.write(registers.base(tmp_path), {f"schemas/{name}.schema.json": text})


def kinds_of(root: Path) -> Kinds:
    return load_kinds(registers.SCHEMAS, root / "schemas")


def refused(root: Path) -> list[tuple[int, int, str, str]]:
    """Line, column, code and field of what is wrong in the kinds of a root."""
    with pytest.raises(Refused) as caught:
        load_site(root)
    assert all(p.file.startswith("schemas/") and p.severity == "fout" and p.message and p.fix for p in caught.value.problems)
    return [(p.line, p.column, p.code, p.field) for p in caught.value.problems]


def test_a_kind_of_its_own_with_one_entry_and_nothing_else(tmp_path):
    root = registers.write(with_kind(tmp_path), {"register/fietspaden/havenpad.yaml": ENTRY})
    assert registers.check(root) == (0, "Alles klopt.\n")


def test_what_a_kind_does_not_say_has_a_default(tmp_path):
    kind = kinds_of(with_kind(tmp_path))["fietspaden"]
    assert (kind.name, kind.folder, kind.title, kind.plural, kind.article) == ("fietspad", "fietspaden", "Fietspad", "Fietspaden", "de")
    assert kind.name_field == "naam"
    own = [f for f in kind.fields if f.key in PATHS["properties"]]
    assert [f.key for f in own] == list(PATHS["properties"])
    assert [f.label for f in own] == ["Naam", "Kleur", "Verlicht", "Lengte in meters", "Beheerder", "Drempels"]
    assert [f.shape for f in own] == ["text", "text", "boolean", "text", "reference", "text"]
    assert [f.filter for f in own] == ["", "kleur", "verlicht", "", "beheerder", "drempels"]
    assert {f.group for f in own} == {kind.groups[0]} == {"Gegevens"}


def test_the_common_fields_are_there_too(tmp_path):
    kind = kinds_of(with_kind(tmp_path))["fietspaden"]
    assert {"contact", "bronnen", "ontbreekt", "ingetrokken", "herzien_voor"} <= set(kind.by_key)
    assert kind.fields[0].key == "naam"


def test_the_entry_of_a_new_kind_is_typed_and_known(tmp_path):
    from inzage.check import check_file

    kind = kinds_of(with_kind(tmp_path))["fietspaden"]
    entry, problems = check_file(kind, ENTRY.encode(), "register/fietspaden/havenpad.yaml")
    assert problems == []
    assert entry.data == {
        "naam": "Havenpad", "kleur": "rood", "verlicht": False, "lengte_in_meters": 1200, "drempels": 2,
        "beheerder": "organisaties/gemeente-voorbeeldstad",
    }  # fmt: skip
    card = make_card(kind, entry)
    assert (card.ref, card.name) == ("fietspaden/havenpad", "Havenpad")
    assert card.facets["kleur"] == ["rood"] and card.facets["verlicht"] == ["Nee"]
    assert [r.target for r in card.refs] == ["organisaties/gemeente-voorbeeldstad"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("naam: A\nkleur: rod\n", "onbekende-waarde"),
        ("naam: A\nklleur: rood\n", "onbekend-veld"),
        ("naam: A\nverlicht: misschien\n", "verkeerde-soort"),
        ("naam: A\nlengte_in_meters: 1,5\n", "verkeerde-soort"),
        ("naam: A\ndrempels: 4\n", "onbekende-waarde"),
        ("naam: A\nbeheerder: organisaties/niemand\n", "verwijzing-onbekend"),
    ],
)
def test_mistakes_in_an_entry_of_a_new_kind_are_told(tmp_path, text, code):
    root = registers.write(with_kind(tmp_path), {"register/fietspaden/havenpad.yaml": text})
    assert [p["code"] for p in registers.problems(root)] == [code]


def test_the_smallest_kind_of_all(tmp_path):
    root = registers.write(with_kind(tmp_path, {"x-inzage": {"folder": "briefjes"}}), {"register/briefjes/een.yaml": "gebied: De haven\n"})
    assert registers.check(root)[0] == 0
    kind = kinds_of(root)["briefjes"]
    assert kind.name_field == "" and kind.filters == ()


def test_the_schema_of_a_root_comes_over_the_shipped_one(tmp_path):
    schema = {
        "title": "Werkwijze",
        "x-inzage": {"folder": "algoritmes"},
        "required": ["naam"],
        "properties": {"naam": {"type": "string", "maxLength": 5}},
    }
    root = registers.write(with_kind(tmp_path, schema, "algoritme"), {"register/algoritmes/goed.yaml": "naam: Kort\n"})
    assert registers.check(root) == (0, "Alles klopt.\n")
    assert kinds_of(root)["algoritmes"].title == "Werkwijze"
    registers.write(root, {"register/algoritmes/goed.yaml": "naam: Te lang\n"})
    assert [p["code"] for p in registers.problems(root)] == ["te-lang"]


def test_common_fields_of_a_root_come_over_the_shipped_ones(tmp_path):
    common = json.loads((registers.SCHEMAS / "common.schema.json").read_bytes())
    common["properties"]["wijk"] = {"title": "Wijk", "type": "string"}
    root = with_kind(tmp_path, common, "common")
    registers.write(root, {"register/algoritmes/goed.yaml": registers.ALGORITHM + "wijk: Zuid\n"})
    assert registers.check(root)[0] == 0


def test_settings_are_judged_by_the_schema_of_the_root(tmp_path):
    schema = json.loads((registers.SCHEMAS / "inzage.schema.json").read_bytes())
    schema["properties"]["naam"]["maxLength"] = 4
    root = with_kind(tmp_path, schema, "inzage")
    with pytest.raises(Refused) as caught:
        load_settings(root, registers.SCHEMAS, root / "schemas")
    assert [(p.file, p.line, p.column, p.code) for p in caught.value.problems] == [("inzage.yaml", 1, 7, "te-lang")]


def a(**more: object) -> dict[str, object]:
    return {"x-inzage": {"folder": "fietspaden"}, **more}


# What is wrong, and the line, column, code and field that must be named. The file is written with an indent of two.
MISTAKES: dict[str, tuple[object, tuple[int, int, str, str]]] = {
    "an annotation that does not exist": (a(properties={"naam": {"x-inzage": {"groepp": "A"}}}), (8, 9, "onbekend-veld", "properties.naam.x-inzage.groepp")),
    "an annotation of a kind that does not exist": ({"x-inzage": {"folder": "paden", "foldr": "x"}}, (4, 5, "onbekend-veld", "x-inzage.foldr")),
    "a question that does not exist": (a(properties={"naam": {"x-inzage": {"vraag": "waar"}}}), (8, 18, "onbekende-waarde", "properties.naam.x-inzage.vraag")),
    "no folder": ({"x-inzage": {"meervoud": "Paden"}}, (2, 15, "verplicht-veld", "x-inzage.folder")),
    "a folder with capitals": ({"x-inzage": {"folder": "Paden"}}, (3, 15, "verkeerde-vorm", "x-inzage.folder")),
    "a format that does not exist": (a(properties={"naam": {"format": "date-time"}}), (7, 17, "schema-onjuist", "properties.naam.format")),
    "a misspelt word": (a(properties={"naam": {"maxLenght": 3}}), (7, 7, "schema-onjuist", "properties.naam.maxLenght")),
    "a word with a wrong value": (a(properties={"naam": {"maxLength": "3"}}), (7, 20, "schema-onjuist", "properties.naam.maxLength")),
    "a pattern that cannot be read": (a(properties={"naam": {"pattern": "("}}), (7, 18, "schema-onjuist", "properties.naam.pattern")),
    "a pattern that only one of the two can read": (a(properties={"naam": {"pattern": r"\p{L}+"}}), (7, 18, "schema-onjuist", "properties.naam.pattern")),
    "a pattern that only the other can read": (a(properties={"naam": {"pattern": r"(?P<a>x)(?P=a)"}}), (7, 18, "schema-onjuist", "properties.naam.pattern")),
    "a pattern that they read in two ways": (a(properties={"naam": {"pattern": "^[a&&b]$"}}), (7, 18, "schema-onjuist", "properties.naam.pattern")),
    "no values at all": (a(properties={"naam": {"enum": []}}), (7, 15, "schema-onjuist", "properties.naam.enum")),
    "a reference to nothing": (a(properties={"naam": {"$ref": "#/$defs/x"}}), (7, 15, "schema-verwijzing", "properties.naam.$ref")),
    "a reference to no file": (a(properties={"naam": {"$ref": "x.schema.json#/y"}}), (7, 15, "schema-verwijzing", "properties.naam.$ref")),
    "a reference to itself": (a(properties={"naam": {"$ref": "#/$defs/x"}}, **{"$defs": {"x": {"$ref": "#/$defs/x"}}}), (1, 1, "schema-verwijzing", "")),
    "a folder that is taken": ({"x-inzage": {"folder": "algoritmes"}}, (3, 15, "map-dubbel", "x-inzage.folder")),
    "a folder that the site needs": ({"x-inzage": {"folder": "data"}}, (3, 15, "map-gereserveerd", "x-inzage.folder")),
    "a field that is no group": (a(properties={"naam": True}), (6, 13, "schema-onjuist", "properties.naam")),
    "deep inside a list": (a(properties={"l": {"items": {"properties": {"x": {"x-inzage": {"typp": "x"}}}}}}), (11, 15, "onbekend-veld", "properties.l.items.properties.x.x-inzage.typp")),
    "a required field that is not there": (a(properties={"naam": {}}, required=["naamm"]), (9, 5, "schema-onjuist", "required.0")),
    "fields in a list": (a(properties=[]), (5, 17, "schema-onjuist", "properties")),
    "an annotation that is a word": ({"x-inzage": "paden"}, (2, 15, "verkeerde-soort", "x-inzage")),
    "no group at all": ([], (1, 1, "schema-onjuist", "")),
    "no JSON": ('{\n  "x-inzage": {"folder": "paden",}\n}\n', (2, 34, "schema-onleesbaar", "")),
    "a field twice": ('{\n  "x-inzage": {"folder": "paden"},\n  "title": "a",\n  "title": "b"\n}\n', (4, 3, "dubbel-veld", "title")),
    "a field twice, with tabs": ('{\n\t"x-inzage": {"folder": "paden"},\n\t"title": "a",\n\t"title": "b"\n}\n', (4, 2, "dubbel-veld", "title")),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_kind_is_one_problem_with_its_place(tmp_path, name):
    schema, place = MISTAKES[name]
    assert refused(with_kind(tmp_path, schema)) == [place]


def test_one_bad_kind_does_not_hide_another(tmp_path):
    root = registers.write(with_kind(tmp_path, a(titel="x")), {"schemas/zebra.schema.json": json.dumps({"x-inzage": {"foldr": "zebra"}})})
    assert sorted(code for _, _, code, _ in refused(root)) == ["onbekend-veld", "schema-onjuist"]
    registers.write(root, {"schemas/aap.schema.json": "{", "schemas/beer.schema.json": "{"})
    assert len(refused(root)) == 2


@pytest.mark.parametrize("folder", sorted(RESERVED_FOLDERS))
def test_no_kind_takes_the_place_of_a_page_of_the_site(tmp_path, folder):
    assert refused(with_kind(tmp_path, {"x-inzage": {"folder": folder}})) == [(3, 15, "map-gereserveerd", "x-inzage.folder")]


def test_fixed_parts_of_the_addresses_are_reserved():
    fixed = {"zoeken", "wijzigingen", "jaarverslag", "data", "controleren", "toegankelijkheid", "over", "handboek", "aanmelden"}
    assert fixed <= RESERVED_FOLDERS


def test_two_files_may_use_the_same_name_for_different_parts(tmp_path):
    schema = a(properties={"naam": {"$ref": "#/$defs/link"}}, **{"$defs": {"link": {"$ref": "common.schema.json#/$defs/link"}}})
    assert kinds_of(with_kind(tmp_path, schema))["fietspaden"].by_key["naam"].shape == "link"


def test_a_former_name_of_a_field_is_recognised(tmp_path):
    schema = a(properties={"naam": {"type": "string", "x-inzage": {"voorheen": ["aanduiding"]}}})
    root = registers.write(with_kind(tmp_path, schema), {"register/fietspaden/een.yaml": "aanduiding: A\n"})
    assert [p["fix"] for p in registers.problems(root)] == ["Dit veld heet nu «naam»."]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "naam", "string", "date", "^[a-z]+$", "(", "#/$defs/a", "paden", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["x-inzage", "properties", "items", "$defs", "$ref", "type", "enum", "required", "format", "pattern", "if", "then", "allOf", "naam", "a", "folder", "title",
                         "maxLength", "groep", "filter", "volgorde", "verwijst_naar", "opmaak", "niveau"]), inner, max_size=4),
    max_leaves=14,
)  # fmt: skip


# A field as someone might write it, with one thing that may be odd.
FIELD = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "boolean", "integer", "array", "object", "tekst"]) | JSON,
        "pattern": st.sampled_from(["^a$", "(", "[a&&b]", r"\p{L}", "a{2,1}", "(?P<a>x)(?P=a)", r"\1"]),
        "format": st.sampled_from(["maand", "dag"]),
        "enum": st.lists(JSON, max_size=3),
        "items": JSON | st.fixed_dictionaries({"type": st.sampled_from(["string", "object"])}, optional={"properties": st.dictionaries(st.sampled_from("ab"), JSON, max_size=2)}),
        "x-inzage": st.dictionaries(st.sampled_from(["vraag", "filter", "opmaak", "verwijst_naar", "begin", "waarschuw_boven", "omgekeerd"]), JSON, max_size=2),
        "$ref": st.sampled_from(["common.schema.json#/$defs/link", "#/$defs/a", "#", "common.schema.json", "lijsten.schema.json#/$defs/taal"]),
        "maxLength": st.integers(-1, 5) | JSON,
    },
)  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return registers.base(tmp_path_factory.mktemp("soorten"))


@settings(max_examples=250, deadline=None)
@given(schema=JSON | st.dictionaries(st.sampled_from(["naam", "b", "c"]), FIELD | JSON, max_size=3).map(lambda p: a(properties=p)))
def test_any_file_in_schemas_is_a_kind_or_a_problem(root, schema):
    """And a kind that is accepted can judge an entry."""
    from inzage.check import check_file

    registers.write(root, {"schemas/proef.schema.json": json.dumps(schema)})
    try:
        kinds = load_kinds(registers.SCHEMAS, root / "schemas")
    except Refused as stop:
        assert stop.problems and all(p.file == "schemas/proef.schema.json" and p.line >= 1 for p in stop.problems)
        return
    for kind in kinds.values():
        if kind.name == "proef":
            for text in (b"naam: A\n", b"naam:\n", b"b: [x]\nc: {d: e}\n"):
                entry, problems = check_file(kind, text, "register/x/een.yaml", advice=True)
                assert entry or problems
                if entry:
                    make_card(kind, entry)


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=40))
def test_any_bytes_in_schemas_are_a_problem_or_harmless(root, raw):
    registers.write(root, {"schemas/proef.schema.json": raw})
    try:
        load_kinds(registers.SCHEMAS, root / "schemas")
    except Refused as stop:
        assert stop.problems


def test_very_deep_json_is_a_problem(tmp_path):
    assert [code for _, _, code, _ in refused(with_kind(tmp_path, "[" * 100_000))] == ["schema-onleesbaar"]
