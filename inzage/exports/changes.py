"""The differences between two registers as JSON, CSV or text. Pure. Flow: compare → exports."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..diff import Change, Item, RegisterDiff
from ..kinds import Kind
from ..sentences import sentence
from ..text import count, label_from_key
from .entries import safe

COLUMNS = ("wat", "beschrijving", "veld", "van", "naar")


def as_json(found: RegisterDiff) -> str:
    """One object: added, removed, changed [{entry, fields: [{field, from, to}]}], renamed_fields [{from, to, entries}]; a value that is not there is null."""
    whole = {
        "added": list(found.added),
        "removed": list(found.removed),
        "changed": [{"entry": e.entry, "fields": [_field(c) for c in e.changes]} for e in found.changed],
        "renamed_fields": [{"from": r.old, "to": r.new, "entries": list(r.entries)} for r in found.renamed_fields],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _field(change: Change) -> dict[str, Any]:
    return {"field": change.field, "from": _plain(change.old), "to": _plain(change.new)}


def _plain(value: Any) -> Any:
    """A value as JSON has it; of a new order the names of the items."""
    return [item.value if isinstance(item, Item) else item for item in value] if isinstance(value, tuple) else value


def as_csv(found: RegisterDiff) -> str:
    """A line for each entry that came or went, each field that changed and each renamed field; no cell is read as a formula."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    lines.writerows([safe(cell) for cell in row] for row in _rows(found))
    return out.getvalue()


def _rows(found: RegisterDiff) -> Iterator[tuple[str, str, str, str, str]]:
    yield from (("toegevoegd", ref, "", "", "") for ref in found.added)
    yield from (("verwijderd", ref, "", "", "") for ref in found.removed)
    for entry in found.changed:
        yield from (("veranderd", entry.entry, c.field, _cell(c.old), _cell(c.new)) for c in entry.changes)
    for renamed in found.renamed_fields:
        yield from (("veld hernoemd", ref, renamed.new, renamed.old, renamed.new) for ref in renamed.entries)


def _cell(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return {True: "ja", False: "nee"}[value] if isinstance(value, bool) else json.dumps(_plain(value), ensure_ascii=False)


def as_text(found: RegisterDiff, kinds: Mapping[str, Kind] | None = None) -> str:
    """For people: what came, what went, and each change as a sentence. `kinds` gives the labels."""
    return "\n".join(_text(found, kinds or {})) + "\n"


def _text(found: RegisterDiff, kinds: Mapping[str, Kind]) -> Iterator[str]:
    if not (found.added or found.removed or found.changed or found.renamed_fields):
        yield "Er zijn geen verschillen."
    for title, refs in (("toegevoegd", found.added), ("verwijderd", found.removed)):
        if refs:
            yield from (f"{count(len(refs), 'beschrijving', 'beschrijvingen')} {title}:", *(f"  {ref}" for ref in refs), "")
    if found.changed:
        yield f"{count(len(found.changed), 'beschrijving', 'beschrijvingen')} veranderd:"
        for entry in found.changed:
            yield f"  {entry.entry}"
            yield from (f"    - {sentence(c, kinds.get(entry.entry.split('/')[0]))}" for c in entry.changes)
        yield ""
    for r in found.renamed_fields:
        where = count(len(r.entries), "beschrijving", "beschrijvingen")
        yield f"Veld hernoemd in {where} in {r.folder}: «{label_from_key(r.old)}» heet nu «{label_from_key(r.new)}»."
