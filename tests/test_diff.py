"""Promises of diff.py, words.py and sentences.py: nothing is left out, nothing is made up, and it reads as plain Dutch."""

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inzage.diff import ORDER, SCHEMA, Change, Item, changes, compare_registers, patch
from inzage.kinds import Kind, load_kinds
from inzage.sentences import sentence
from inzage.words import MOST_WORDS, sides, word_diff

FIXED = settings(derandomize=True, deadline=None, max_examples=150)
KINDS = load_kinds(Path(__file__).parent.parent / "schemas")
ALGORITHM = KINDS["algoritmes"]

scalars = st.one_of(st.booleans(), st.integers(0, 2), st.text("ab c", max_size=4), st.sampled_from(["ja", "1", "2026-01-01"]))
items = st.one_of(scalars, st.fixed_dictionaries({"titel": st.sampled_from("pqrs")}, optional={"datum": scalars, "soort": scalars}))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(st.one_of(inner, items), max_size=5), st.dictionaries(st.sampled_from("xyz"), inner, max_size=3)),
    max_leaves=8,
)
entries = st.dictionaries(st.sampled_from(["naam", "status", "lijst", "groep", "oud", "nieuw"]), values, max_size=5)


def small_kind(tmp_path: Path, properties: dict[str, Any]) -> Kind:
    """A kind with just these fields."""
    (tmp_path / "proef.schema.json").write_text(json.dumps({"x-inzage": {"folder": "proeven"}, "properties": properties}))
    return load_kinds(tmp_path)["proeven"]


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Kind:
    properties = {"naam": {"type": "string"}, "nieuw": {"type": "string", "x-inzage": {"voorheen": ["oud"]}}}
    return small_kind(tmp_path_factory.mktemp("schemas"), properties)


def strict(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


@FIXED
@given(a=entries, b=entries)
def test_the_changes_applied_to_the_old_give_the_new(renamed: Kind, a: dict[str, Any], b: dict[str, Any]) -> None:
    for kind in (None, ALGORITHM, renamed):
        before = strict(a)
        assert strict(patch(a, changes(a, b, kind))) == strict(b)
        assert strict(a) == before


@FIXED
@given(a=entries)
def test_something_compared_with_itself_gives_nothing(a: dict[str, Any]) -> None:
    assert changes(a, json.loads(json.dumps(a))) == []
    assert changes(dict(reversed(a.items())), a) == []


@FIXED
@given(a=entries, b=entries)
def test_every_change_has_a_sentence_and_a_field(a: dict[str, Any], b: dict[str, Any]) -> None:
    for change in changes(a, b, ALGORITHM):
        assert ": " in sentence(change, ALGORITHM) and change.field


def test_yes_is_not_one() -> None:
    assert [c.kind for c in changes({"a": True, "b": [1]}, {"a": 1, "b": [True]})] == ["changed", "removed", "added"]


def test_items_of_a_list_are_matched_by_name_not_by_place() -> None:
    old = {"wetten": [{"titel": "Awb", "link": "x"}, {"titel": "Omgevingswet", "link": "y"}]}
    new = {"wetten": [{"titel": "Woo", "link": "w"}, {"titel": "Awb", "link": "x"}, {"titel": "Omgevingswet", "link": "z"}]}
    inside, came = changes(old, new)
    assert (inside.field, inside.old, inside.new) == ("wetten[Omgevingswet].link", "y", "z")
    assert (came.field, came.new["titel"], came.at) == ("wetten", "Woo", 0)


def test_an_item_with_a_new_title_is_found_back_by_its_link() -> None:
    (only,) = changes(
        {"l": [{"titel": "a", "link": "1"}, {"titel": "b", "link": "2"}]}, {"l": [{"titel": "A", "link": "1"}, {"titel": "B", "link": "2"}]}
    )[:1]
    assert only.path == ("l", Item("link", "1"), "titel")


def test_an_item_is_called_by_the_best_of_its_names() -> None:
    (only,) = changes({"l": [{"titel": "a", "link": "1", "datum": "x"}]}, {"l": [{"titel": "a", "link": "1", "datum": "y"}]})
    assert only.field == "l[a].datum"


@pytest.mark.parametrize("lists", [(["a"] * 3, ["a"]), (["a"], ["a"] * 3), (["a", "b", "a"], ["b", "a"]), ([[], {}, ""], ["", {}, []])])
def test_items_that_are_the_same_are_counted(lists: tuple[list[Any], list[Any]]) -> None:
    old, new = ({"l": values} for values in lists)
    assert patch(old, changes(old, new)) == new


def test_a_list_in_another_order_is_one_change() -> None:
    (only,) = changes({"l": ["a", "b", "c"]}, {"l": ["c", "a", "b"]})
    assert only.kind == ORDER


def test_a_renamed_field_is_a_change_of_schema_and_its_value_is_compared(renamed: Kind) -> None:
    assert changes({"oud": "x"}, {"nieuw": "x"}, renamed) == [Change(SCHEMA, ("nieuw",), "oud", "nieuw")]
    assert [c.kind for c in changes({"oud": "x"}, {"nieuw": "y"}, renamed)] == ["schema", "changed"]
    assert changes({"nieuw": "x"}, {"oud": "x"}, renamed)[0].new == "oud"
    assert [c.kind for c in changes({"oud": "x"}, {"nieuw": "x"})] == ["added", "removed"]


def test_changes_stand_in_the_order_of_the_kind() -> None:
    found = changes({}, {"leverancier": "x", "status": "in gebruik", "naam": "y"}, ALGORITHM)
    assert [c.field for c in found] == ["naam", "status", "leverancier"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ({"status": "in ontwikkeling"}, {"status": "in gebruik"}, "Status: van «in ontwikkeling» naar «in gebruik»"),
        ({}, {"leverancier": "Centric"}, "Leverancier: toegevoegd: «Centric»"),
        ({"leverancier": "Centric"}, {}, "Leverancier: weggehaald: «Centric»"),
        ({"begindatum": "2024-12"}, {"begindatum": "2025-01"}, "In gebruik sinds: van «december 2024» naar «januari 2025»"),
        ({"themas": ["Wonen"]}, {"themas": ["Wonen", "Werk"]}, "Thema: «Werk» toegevoegd"),
        ({"themas": ["Wonen", "Werk"]}, {"themas": ["Wonen"]}, "Thema: «Werk» weggehaald"),
        ({"themas": ["Wonen", "Werk"]}, {"themas": ["Werk", "Wonen"]}, "Thema: de volgorde is veranderd"),
        ({"contact": {"telefoon": "14 036"}}, {"contact": {"telefoon": "036 123"}}, "Contact, telefoon: van «14 036» naar «036 123»"),
        ({"organisatie": "organisaties/a"}, {"organisatie": "organisaties/b"}, "Organisatie: van «Gemeente A» naar «organisaties/b»"),
        ({"doel_en_impact": "een " * 30 + "twee"}, {"doel_en_impact": "een " * 29 + "een"}, "Doel en gevolgen: tekst veranderd (1 woord weg)"),
        ({"beslist_zelf": False}, {"beslist_zelf": True}, "Beslist het zelf: van «nee» naar «ja»"),
        ({"doel_en_impact": "een " * 30 + "twee"}, {"doel_en_impact": "een " * 30 + "drie vier"}, "Doel en gevolgen: tekst veranderd (1 woord weg, 2 woorden erbij)"),
        ({"doel_en_impact": "een " * 30}, {"doel_en_impact": "een\n" * 30}, "Doel en gevolgen: alleen de indeling van de tekst is veranderd"),
        ({}, {"doel_en_impact": "een " * 30}, "Doel en gevolgen: toegevoegd"),
        ({}, {"onbekend_veld": "x"}, "Onbekend veld: toegevoegd: «x»"),
        ({}, {"ingetrokken": {"datum": "2026-05-01", "reden": "Gestopt"}}, "Ingetrokken: toegevoegd: «datum: 1 mei 2026; reden: Gestopt»"),
        ({"wetten": [{"titel": "Awb", "link": "x"}]}, {"wetten": [{"titel": "Awb", "link": "y"}]}, "Wetten en regels, «Awb», webadres: van «x» naar «y»"),
    ],
)  # fmt: skip
def test_a_change_reads_as_plain_dutch(old: dict[str, Any], new: dict[str, Any], says: str) -> None:
    (only,) = changes(old, new, ALGORITHM)
    assert sentence(only, ALGORITHM, {"organisaties/a": "Gemeente A"}) == says


def test_a_renamed_field_reads_as_plain_dutch(renamed: Kind) -> None:
    assert sentence(Change(SCHEMA, ("nieuw",), "oud", "nieuw"), renamed) == "Het veld «Oud» heet nu «Nieuw»"


texts = st.text("ab .\n", max_size=30)


@FIXED
@given(a=texts, b=texts)
def test_words_that_stay_and_come_are_the_new_text_and_words_that_stay_and_go_the_old(a: str, b: str) -> None:
    parts = word_diff(a, b)
    assert "".join(t for op, t in parts if op in "=+") == b
    assert "".join("".join(t for op, t in parts if op in "=-").split()) == "".join(a.split())
    assert all(t for _, t in parts) and all(x[0] != y[0] for x, y in zip(parts, parts[1:], strict=False))


@FIXED
@given(a=texts, b=texts)
def test_each_side_of_two_texts_is_that_text_to_the_last_space(a: str, b: str) -> None:
    old, new = sides(a, b)
    assert "".join(t for _, t in old) == a and "".join(t for _, t in new) == b
    assert {op for op, _ in old} <= {"=", "-"} and {op for op, _ in new} <= {"=", "+"}
    assert sorted("".join(t.split()) for op, t in old if op == "-" and t.strip()) == sorted(
        "".join(t.split()) for op, t in word_diff(a, b) if op == "-" and t.strip()
    )


def test_sentence_that_went_leaves_its_space_behind() -> None:
    old, _ = sides("Wij maken dit zelf. In het register staat alles.", "In het register staat alles.")
    assert old == [("-", "Wij maken dit zelf."), ("=", " In het register staat alles.")]


def test_three_changes_in_a_text_of_eight_hundred_words_are_all_found() -> None:
    chance = random.Random(7)
    old = [chance.choice(["de", "het", "een", "van", "gemeente", "model", "kijkt", "naar"]) for _ in range(800)]
    new = [*old]
    for place, word in ((30, "rood"), (310, "wit"), (770, "blauw")):
        new[place] = word
    assert [t.strip() for op, t in word_diff(" ".join(old), " ".join(new)) if op == "+"] == ["rood", "wit", "blauw"]


def test_only_the_words_that_changed_are_marked() -> None:
    assert word_diff("Het model kijkt naar wind.", "Het model kijkt ook naar wind!") == [
        ("=", "Het model kijkt"), ("+", " ook"), ("=", " naar wind"), ("-", "."), ("+", "!"),
    ]  # fmt: skip


@pytest.mark.parametrize("sort", ["many", "alike", "paragraphs"])
def test_a_very_long_text_costs_little_and_loses_nothing(sort: str) -> None:
    chance = random.Random(1)
    if sort == "alike":
        old, new = "de " * 20_000, "de het " * 15_000
    else:
        words = [f"w{chance.randrange(3000)}" + ("\n\n" if sort == "paragraphs" and not i % 40 else " ") for i in range(20_000)]
        old, new = "".join(words), "".join(w if chance.random() > 0.01 else "anders " for w in words)
    start = time.perf_counter()
    parts = word_diff(old, new)
    assert time.perf_counter() - start < 3
    assert "".join(t for op, t in parts if op in "=+") == new


@pytest.mark.parametrize("place", [3, 1000, MOST_WORDS + 497])
def test_one_new_word_in_a_long_text_without_paragraphs_is_found(place: int) -> None:
    old = [f"w{i}" for i in range(MOST_WORDS + 500)]
    new = [*old[:place], "nieuw", *old[place:]]
    assert [p for p in word_diff(" ".join(old), " ".join(new)) if p[0] != "="] == [("+", " nieuw")]


def test_registers_tell_added_removed_changed_and_renamed_fields_apart() -> None:
    old = {f"x/{i}": {"naam": f"n{i}", "oud": f"v{i}"} for i in range(20)}
    new = {f"x/{i}": {"naam": f"n{i}", "nieuw": f"v{i}", "erbij": "1"} for i in range(1, 21)}
    new["x/3"]["nieuw"] = "echt anders"
    new["x/5"]["naam"] = "ook anders"
    found = compare_registers(old, new, {})
    assert (found.added, found.removed) == (("x/20",), ("x/0",))
    (renamed,) = found.renamed_fields
    assert (renamed.old, renamed.new, len(renamed.entries)) == ("oud", "nieuw", 19)
    fields = {e.entry: [(c.field, c.old, c.new) for c in e.changes] for e in found.changed}
    assert fields["x/3"] == [("nieuw", "v3", "echt anders"), ("erbij", None, "1")]
    assert fields["x/5"][0] == ("naam", "n5", "ook anders") and fields["x/7"] == [("erbij", None, "1")]


def test_a_value_moved_in_few_entries_is_no_renamed_field() -> None:
    old = {f"x/{i}": {"oud": f"v{i}"} for i in range(10)}
    new = {**old, "x/1": {"nieuw": "v1"}, "x/2": {"nieuw": "v2"}}
    found = compare_registers(old, new, {})
    assert found.renamed_fields == () and [e.entry for e in found.changed] == ["x/1", "x/2"]


def test_a_value_moved_between_two_fields_of_the_schema_is_a_change() -> None:
    old, new = {"algoritmes/a": {"publiekspagina": "https://x.nl"}}, {"algoritmes/a": {"bronregistratie": "https://x.nl"}}
    found = compare_registers(old, new, KINDS)
    assert found.renamed_fields == () and len(found.changed[0].changes) == 2


def test_two_former_names_of_one_field_are_both_renamed_fields(tmp_path: Path) -> None:
    kind = small_kind(tmp_path, {"nu": {"type": "string", "x-inzage": {"voorheen": ["eerst", "toen"]}}})
    old = {"proeven/a": {"eerst": "1"}, "proeven/b": {"toen": "2"}, "proeven/c": {"toen": "3"}}
    new = {"proeven/a": {"nu": "1"}, "proeven/b": {"nu": "2"}, "proeven/c": {"nu": "anders"}}
    there, back = compare_registers(old, new, {"proeven": kind}), compare_registers(new, old, {"proeven": kind})
    assert sorted((r.old, r.new, r.entries) for r in there.renamed_fields) == [
        ("eerst", "nu", ("proeven/a",)),
        ("toen", "nu", ("proeven/b", "proeven/c")),
    ]
    assert {(r.old, r.new) for r in back.renamed_fields} == {("nu", "eerst"), ("nu", "toen")}
    assert [(e.entry, len(e.changes)) for e in there.changed] == [(e.entry, len(e.changes)) for e in back.changed] == [("proeven/c", 1)]


def test_a_declared_name_is_a_renamed_field_even_when_the_value_changed(renamed: Kind) -> None:
    found = compare_registers({"proeven/a": {"oud": "x"}}, {"proeven/a": {"nieuw": "y"}}, {"proeven": renamed})
    assert [(r.old, r.new, r.entries) for r in found.renamed_fields] == [("oud", "nieuw", ("proeven/a",))]
    assert [(c.field, c.old, c.new) for c in found.changed[0].changes] == [("nieuw", "x", "y")]
