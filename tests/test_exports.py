"""What goes out as JSON and CSV is what stands in the entries, and a spreadsheet never takes a text for a formula."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from typing import Any

import pytest
import registers
from hypothesis import given, settings
from hypothesis import strategies as st

from inzage.exports.entries import BOM, entry_csv, entry_json, header_csv, safe, unsafe
from inzage.kinds import Field, Kind
from inzage.load import load
from inzage.model import Entry

FOLDERS = ("algoritmes", "documenten", "organisaties")
FORMULAS = [
    "=1+1",
    "+31 36 539",
    "-5",
    "@som",
    "\tx",
    "\rx",
    "'=1+1",
    "''",
    "'",
    "=",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("https://x.nl";"a")',
    "- een",
    "＝1",
]


@cache
def kinds() -> dict[str, Kind]:
    return registers.kinds()


@cache
def entries(folder: str) -> list[Entry]:
    found = []
    for file in sorted((registers.PROJECT / "register" / folder).glob("*.yaml")):
        found.append(Entry(folder, file.stem, kinds()[folder].typed(load(file.read_bytes(), "").data), str(file), ""))
    return found


def rows(kind: Kind, parts: list[Entry]) -> list[dict[str, str]]:
    """The CSV of entries as a reader of CSV sees it."""
    text = (header_csv(kind) + b"".join(entry_csv(kind, e) for e in parts)).decode()
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline=""), strict=True))


def read_back(field: Field, cell: str) -> Any:
    """A cell as the value it was made of."""
    shape = field.shape
    if cell == "":
        return None
    if shape == "boolean":
        return {"ja": True, "nee": False}[cell]
    if field.schema.get("type") in ("integer", "number"):
        return json.loads(unsafe(cell))
    if shape == "list" and field.item and not field.item.fields:
        return unsafe(cell).split(" | ")
    if shape in ("list", "map", "group"):
        return json.loads(cell)
    return unsafe(cell)


def entry_of(kind: Kind, row: dict[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for field in kind.fields:
        if field.shape == "group":
            inner = {f.key: read_back(f, row[f"{field.key}.{f.key}"]) for f in field.fields}
            value: Any = {k: v for k, v in inner.items() if v is not None} or None
        else:
            value = read_back(field, row[field.key])
        if value is not None:
            data[field.key] = value
    return data


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_cell_of_every_real_entry_comes_back(folder):
    kind = kinds()[folder]
    found = rows(kind, entries(folder))
    assert len(found) == len(entries(folder)) > 3
    for row, entry in zip(found, entries(folder), strict=True):
        assert row["id"] == entry.id
        assert entry_of(kind, row) == entry.data


TEXT = st.sampled_from(FORMULAS) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


def values(field: Field) -> st.SearchStrategy[Any]:
    """Values of the shape of a field, whatever they say."""
    if field.shape == "boolean":
        return st.booleans()
    if field.schema.get("type") == "integer":
        return st.integers(-(10**15), 10**15)
    if field.shape == "list" and field.item:
        inner = (
            st.fixed_dictionaries({}, optional={f.key: values(f) for f in field.item.fields})
            if field.item.fields
            else TEXT.filter(
                lambda t: (
                    " | " not in t
                    and t not in ("|", " |", "| ")
                    and not t.startswith(" ")
                    and not t.endswith((" ", "|"))
                    and not t.startswith("|")
                )
            )
        )
        return st.lists(inner, min_size=1, max_size=3)
    if field.shape == "group":
        return st.dictionaries(st.just(""), st.nothing()) if not field.fields else st.fixed_dictionaries({}, optional={f.key: values(f) for f in field.fields}).filter(bool)  # fmt: skip
    if field.shape == "map":
        return st.dictionaries(st.sampled_from(["broncode", "gegevens"]), st.just({"reden": "onbekend"}), min_size=1)
    return TEXT


@pytest.mark.parametrize("folder", FOLDERS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_cell_comes_back_whatever_it_says(folder, data):
    kind = kinds()[folder]
    some = data.draw(st.lists(st.sampled_from(kind.fields), unique_by=lambda f: f.key, max_size=6))
    content = {f.key: data.draw(values(f)) for f in some}
    (row,) = rows(kind, [Entry(folder, "geval", content, "", "")])
    assert entry_of(kind, row) == content
    for cell in row.values():
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell


@given(TEXT)
def test_no_safe_cell_begins_a_formula_and_each_comes_back(text):
    assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unsafe(safe(text)) == text


@pytest.mark.parametrize("text", FORMULAS[:-1])
def test_formulas_get_an_apostrophe(text):
    assert safe(text) == "'" + text


@pytest.mark.parametrize("number", [-5, -1])
def test_a_number_below_zero_is_no_formula(number):
    document = kinds()["documenten"]
    (row,) = rows(document, [Entry("documenten", "x", {"woo_verzoek": {"aantal_documenten": number}}, "", "")])
    assert row["woo_verzoek.aantal_documenten"] == f"'{number}"


def test_a_list_or_group_as_json_begins_with_a_bracket():
    kind = kinds()["algoritmes"]
    (row,) = rows(kind, [Entry("algoritmes", "x", {"wetten": [{"titel": "=1"}], "ontbreekt": {"broncode": {"reden": "onbekend"}}}, "", "")])
    assert json.loads(row["wetten"]) == [{"titel": "=1"}]
    assert json.loads(row["ontbreekt"]) == {"broncode": {"reden": "onbekend"}}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_field_has_a_column_and_no_column_is_there_twice(folder):
    kind = kinds()[folder]
    assert kind.columns[0] == "id" and len(set(kind.columns)) == len(kind.columns)
    assert {c.split(".")[0] for c in kind.columns[1:]} == set(kind.by_key)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_entry_as_json_says_what_it_is(folder):
    kind = kinds()[folder]
    for entry in entries(folder):
        whole = json.loads(entry_json(kind, entry))
        assert whole == {
            "id": entry.id, "soort": kind.name, "adres": f"{folder}/{entry.id}/", "schema": f"schemas/{kind.name}.schema.json", "velden": entry.data,
        }  # fmt: skip


@given(st.dictionaries(st.sampled_from(["naam", "gebied"]), st.text(), max_size=2))
def test_an_entry_is_one_line_of_json(data):
    kind = kinds()["algoritmes"]
    part = entry_json(kind, Entry("algoritmes", "x", data, "", ""))
    assert b"\n" not in part and json.loads(part)["velden"] == data
