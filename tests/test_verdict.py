"""Two validators, one verdict: the quick one that decides and the slow one that explains never differ."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import registers
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inzage.formats import FORMATS
from inzage.kinds import Kind
from inzage.load import load
from inzage.naming import canonical
from inzage.validate import Validator, python_pattern

FOLDERS = ("algoritmes", "documenten", "organisaties")
# Values that libraries like to judge differently.
ODD = [
    "", " ", "\n", "x\n", "https://www.almere.nl\n", "2024-02-29", "2023-02-29", "2024-02-29\n", "２０２４-０１-０１", "٢٠٢٤-٠١-٠١", "2024-13", "2024-00",
    "0000-01-01", "9999-12-31", "2024-01-01T10:00Z", "2024-01-01T24:00Z", "2024-01-01T10:00:60Z", "2024-W01-1", "P10Y", "P10Y\n", "P１０Y", "12345678",
    "12345678\n", "१२३४५६७८", "organisaties/gemeente-almere", "organisaties/gemeente-almere\n", "organisaties/é", "14 036", "١٤ ٠٣٦", "info@almere.nl",
    "info@almere.nl\n", "info@ålmere.nl", "https://ålmere.nl", "https://a.nl/\u00a0", "https://a.nl/é", "in gebruik", "nld", "ja", "K", "ſ", "\u212a", "a" * 101, "😀" * 101, "e\u0301" * 60,
    True, False, 0, 1, 1.0, -1, 10**20, 1.5, None, [], {}, [[]], [{}], ["Verkeer", "Verkeer"], [1, 1.0], [True, 1], {"": ""},
]  # fmt: skip
VALUES = (st.sampled_from(ODD) | st.text(max_size=20) | st.recursive(
    st.sampled_from(ODD) | st.text(max_size=8) | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["soort", "naar", "titel", "link", "reden", "grond"]) | st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)).map(copy.deepcopy)  # fmt: skip


@cache
def kinds() -> dict[str, Kind]:
    return registers.kinds()


@cache
def entries(folder: str) -> list[Any]:
    """The real entries of a kind, typed."""
    files = sorted((registers.PROJECT / "register" / folder).glob("*.yaml"))
    assert len(files) > 3
    return [kinds()[folder].typed(load(f.read_bytes(), f.name).data) for f in files]


def agree(validator: Validator, data: Any) -> bool:
    fast, slow = validator.is_valid(data), validator.accepts_slowly(data)
    assert fast == slow, (fast, slow, data)
    assert bool(validator.findings(data)) != fast, data
    return fast


def places(data: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a value."""
    pairs = list(data.items()) if isinstance(data, dict) else list(enumerate(data)) if isinstance(data, list) else []
    return [(data, key) for key, _ in pairs] + [place for _, below in pairs for place in places(below)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_real_entries_are_good_to_both(folder):
    assert all(agree(kinds()[folder].validator, data) for data in entries(folder))


@pytest.mark.parametrize("folder", FOLDERS)
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_real_entries_with_something_else_in_them_get_one_verdict(folder, data):
    entry = copy.deepcopy(data.draw(st.sampled_from(entries(folder))))
    for _ in range(data.draw(st.integers(1, 3))):
        found = places(entry)
        if not found:
            break
        container, key = data.draw(st.sampled_from(found))
        what = data.draw(st.sampled_from(["replace", "remove", "add", "end"]))
        if what == "remove":
            del container[key]
        elif what == "add" and isinstance(container, dict):
            known = list(kinds()[folder].by_key)
            container[data.draw(st.sampled_from(known) | st.text(max_size=5))] = data.draw(VALUES)
        elif what == "end" and isinstance(container[key], str):
            container[key] += data.draw(st.sampled_from(["\n", " ", "\u00a0", "\u0660", "x" * 600]))
        else:
            container[key] = data.draw(VALUES)
    agree(kinds()[folder].validator, entry)


@pytest.mark.parametrize("folder", FOLDERS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_generated_entries_get_one_verdict(folder, data):
    kind = kinds()[folder]
    agree(kind.validator, data.draw(st.dictionaries(st.sampled_from(list(kind.by_key)), VALUES, max_size=6) | VALUES))


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_field_with_every_odd_value_gets_one_verdict(folder):
    kind = kinds()[folder]
    for key, field in kind.by_key.items():
        one = Validator({"properties": {key: field.schema}})
        for value in ODD:
            agree(one, {key: value})
            agree(one, {key: [value]})
            for inner in field.fields or (field.item.fields if field.item else ()):
                agree(one, {key: {inner.key: value}})
                agree(one, {key: [{inner.key: value}]})


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(FORMATS)), st.sampled_from([v for v in ODD if isinstance(v, str)]) | st.text(max_size=15) | st.dates().map(str)
)
def test_formats_get_one_verdict(name, text):
    agree(Validator({"type": "string", "format": name}), text)


PATTERNS = [
    r"^[a-z]+$", r"^a$|^b$", r"[$]", r"\$", r"a$\n", r"^\d+$", r"^\w+$", r"^[^$]$", r"\\$", r"^P[0-9]+[YMD]$", r"^(?:a|b$)", r"[\]$]$", r"^[a-z0-9]+(-[a-z0-9]+)*$",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("text", ["a", "a\n", "b\n", "$", "\\", "\\\n", "1", "١", "１\n", "é", "P10Y\n", "]", "$\n", "ab-c", ""])
def test_patterns_get_one_verdict(pattern, text):
    agree(Validator({"pattern": pattern}), text)


def test_a_last_newline_is_not_the_end():
    assert not Validator({"pattern": "^[a-z0-9-]+$"}).is_valid("abc\n")
    assert not Validator({"pattern": "^[a-z0-9-]+$"}).accepts_slowly("abc\n")
    assert python_pattern(r"^[$]\$$") == r"^[$]\$\Z"


def test_digits_of_other_scripts_are_no_digits():
    assert not any(Validator({"format": name}).is_valid("２０２４-０１-０１") for name in ("date", "datum", "moment"))
    assert not any(Validator({"format": name}).is_valid("٢٠٢٤-01") for name in ("maand", "datum"))
    assert not Validator({"format": "telefoon"}).is_valid("١٤ ٠٣٦")


@settings(max_examples=150, deadline=None)
@example(1, 1.0)
@example(True, 1)
@example({"a": [1]}, {"a": [1.0]})
@example("1", 1)
@given(VALUES, VALUES)
def test_equal_means_the_same_to_both(one, other):
    agree(Validator({"uniqueItems": True}), [one, other])
    assert canonical(one) == canonical(copy.deepcopy(one))


def test_all_schemas_that_judge_something_are_compared_here():
    assert sorted(kinds()) == sorted(FOLDERS)
    named = {p.name for p in Path(registers.SCHEMAS).glob("*.schema.json")} - {f"{kind.name}.schema.json" for kind in kinds().values()}
    assert named == {"common.schema.json", "lijsten.schema.json", "inzage.schema.json"}


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_the_settings_get_one_verdict(data):
    import json

    from inzage.schema_files import bundled

    documents = {p.name: json.loads(p.read_bytes()) for p in registers.SCHEMAS.glob("*.schema.json")}
    schema = bundled(documents["inzage.schema.json"], documents, "inzage.schema.json")
    settings_of_a_register = {
        "naam": "Inzage",
        **data.draw(st.dictionaries(st.sampled_from(list(schema["properties"])), VALUES, max_size=3)),
    }
    agree(Validator(schema), settings_of_a_register)
