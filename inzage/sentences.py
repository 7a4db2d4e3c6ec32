"""A Change → a sentence in plain Dutch. Pure. Flow: diff → sentences → pages, exports, report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .diff import ADDED, NAMES, ORDER, REMOVED, SCHEMA, Change, Item
from .kinds import Field, Kind
from .text import count, date_text, label_from_key
from .words import word_diff

_LONG = 80
_DAY = re.compile(r"\d{4}-\d{2}(?:-\d{2})?\Z")
RAW = "(tekst)"
Names = Mapping[str, str]


def sentence(change: Change, kind: Kind | None = None, names: Names | None = None) -> str:
    """One difference in words: «Status: van «in ontwikkeling» naar «in gebruik»», «Leverancier: toegevoegd».

    kind: for the labels; names: `folder/id` → name, for references. A long text says how many words changed; the page shows which.
    """
    if change.kind == SCHEMA:
        return f"Het veld «{label_from_key(change.old)}» heet nu «{_label((change.new,), kind)}»"
    what, (field, item) = _label(change.path, kind).rstrip("?"), _last(change.path, kind)
    if change.kind == ORDER:
        return f"{what}: de volgorde is veranderd"
    if change.kind == ADDED:
        return f"{what}: " + _one("toegevoegd", item, change.new, field, names)
    if change.kind == REMOVED:
        return f"{what}: " + _one("weggehaald", item, change.old, field, names)
    return f"{what}: " + _changed(change.old, change.new, field, names)


def label_of(change: Change, kind: Kind | None = None) -> str:
    """What a change is about, in the words of the page: «Contact, telefoon»."""
    return _label(change.path or (change.new,), kind)


def _one(verb: str, item: Item | None, value: Any, field: Field | None, names: Names | None) -> str:
    text = shown(value, field, names)
    if not text or len(text) > _LONG or "\n" in text:
        return f"«{item.value}» {verb}" if item and item.field else verb
    return f"«{text}» {verb}" if item else f"{verb}: «{text}»"


def _changed(old: Any, new: Any, field: Field | None, names: Names | None) -> str:
    before, after = shown(old, field, names), shown(new, field, names)
    if max(len(before), len(after)) <= _LONG and "\n" not in before + after:
        return f"van «{before}» naar «{after}»" if before != after else "anders geschreven"
    if not (isinstance(old, str) and isinstance(new, str)):
        return "veranderd"
    parts = word_diff(old, new)
    gone, come = (sum(len(text.split()) for op, text in parts if op == sign) for sign in "-+")
    if not gone and not come:
        return "alleen de indeling van de tekst is veranderd"
    told = [f"{count(number, 'woord', 'woorden')} {what}" for number, what in ((gone, "weg"), (come, "erbij")) if number]
    return f"tekst veranderd ({', '.join(told)})"


def shown(value: Any, field: Field | None = None, names: Names | None = None) -> str:
    """A value as a reader sees it: ja/nee, dates in words, a reference by its name, a group by its fields."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, dict):
        name = next((value[n] for n in NAMES if isinstance(value.get(n), str)), "")
        return str(name) or "; ".join(f"{_key(k, field)[0].lower()}: {shown(v, _key(k, field)[1], names)}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(shown(v, field.item if field else None, names) for v in value)
    text = str(value)
    if names and text in names:
        return names[text]
    return date_text(text) if _DAY.match(text) else (field.shown(text) if field else text).strip()


def _label(path: tuple[Any, ...], kind: Kind | None) -> str:
    """The labels of the steps: «Contact, telefoon»; an item between them by its name."""
    words, field = [], None
    for index, step in enumerate(path):
        if isinstance(step, Item):
            field = field.item if field else None
            words += [f"«{step.value}»"] if step.field and index < len(path) - 1 else []
            continue
        label, field = _key(step, field) if index else (_top(step, kind))
        words.append(label if not words else label[:1].lower() + label[1:])
    return ", ".join(words)


def _last(path: tuple[Any, ...], kind: Kind | None) -> tuple[Field | None, Item | None]:
    field: Field | None = None
    for index, step in enumerate(path):
        field = (field.item if field else None) if isinstance(step, Item) else _key(step, field)[1] if index else _top(step, kind)[1]
    return field, path[-1] if path and isinstance(path[-1], Item) else None


def _top(key: str, kind: Kind | None) -> tuple[str, Field | None]:
    field = kind.by_key.get(key) if kind else None
    return (field.label if field else key if key == RAW else label_from_key(key)), field


def _key(key: str, field: Field | None) -> tuple[str, Field | None]:
    """Label and field of a key inside a group; a map (`ontbreekt`) has keys of its own."""
    inner = next((f for f in field.fields if f.key == key), None) if field else None
    return (inner.label if inner else label_from_key(key)), inner
