"""Entries as JSON and CSV: one file an entry, one a kind. The files of a kind are its entries' parts, joined (DESIGN §9). Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import orjson

from ..kinds import Kind
from ..model import Entry

BOM = "\ufeff"
JSON_HEAD, JSON_GAP, JSON_TAIL = b"[\n", b",\n", b"\n]\n"  # a kind's file: a list of entries, one a line
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
    return orjson.dumps(whole)


def header_csv(kind: Kind) -> bytes:
    """The first line of a kind's CSV, with the mark that makes spreadsheets read UTF-8."""
    return (BOM + _line(kind.columns)).encode()


def entry_csv(kind: Kind, entry: Entry) -> bytes:
    """One entry as a line of CSV."""
    cells = {"id": entry.id}
    for key, value in entry.data.items():
        inside = kind.by_key[key].shape == "group"
        cells |= {f"{key}.{inner}": _cell(v) for inner, v in value.items()} if inside else {key: _cell(value)}
    return _line([cells.get(column, "") for column in kind.columns]).encode()


def _cell(value: Any) -> str:
    """One value as a cell: a list of words with « | » between them, groups as JSON."""
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
    """Every cell quoted (RFC 4180). By hand: `csv` takes five times as long over cells this long, and reads it back all the same (a test does)."""
    return '"' + '","'.join([cell.replace('"', '""') for cell in cells]) + '"\n'
