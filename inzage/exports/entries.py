"""Entries as JSON and CSV: one file an entry, one a kind. The files of a kind are its entries' parts, joined (DESIGN §9). Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from ..kinds import Field, Kind
from ..model import Entry

BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def entry_json(kind: Kind, entry: Entry) -> bytes:
    """One entry as JSON: what it is, and its fields as they stand in the YAML, typed by the schema."""
    whole = {
        "id": entry.id,
        "soort": kind.name,
        "adres": f"{entry.ref}/",
        "schema": f"schemas/{kind.name}.schema.json",
        "velden": entry.data,
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def join_json(parts: Sequence[bytes]) -> bytes:
    """A kind's file: a list of entries, one a line."""
    return b"[\n" + b",\n".join(parts) + b"\n]\n"


def columns(kind: Kind) -> list[str]:
    """The columns of a kind's CSV: id, then every field; a group of fields has a column for each."""
    found = ["id"]
    for field in kind.fields:
        found += [f"{field.key}.{inner.key}" for inner in field.fields] if field.shape == "group" else [field.key]
    return found


def header_csv(kind: Kind) -> bytes:
    """The first line of a kind's CSV, with the mark that makes spreadsheets read UTF-8."""
    return (BOM + _line(columns(kind))).encode()


def entry_csv(kind: Kind, entry: Entry) -> bytes:
    """One entry as a line of CSV."""
    cells = [entry.id]
    for field in kind.fields:
        value = entry.data.get(field.key)
        cells += [_cell(i, (value or {}).get(i.key)) for i in field.fields] if field.shape == "group" else [_cell(field, value)]
    return _line(cells).encode()


def _cell(field: Field, value: Any) -> str:
    """One value as a cell: a list of words with « | » between them, groups as JSON. `cell_value` reads it back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return safe(" | ".join(value))
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return safe(str(value))


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before = + - @, tab and return (THREATS, CSV formulas)."""
    return "'" + text if text.startswith(_FORMULA) or text.startswith("'") else text


def unsafe(cell: str) -> str:
    """The text that `safe` was given."""
    return cell[1:] if cell.startswith("'") else cell


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(cells)
    return out.getvalue()
