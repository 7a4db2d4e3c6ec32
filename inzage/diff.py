"""Two sets of data → meaningful Changes. Pure. Flow: history → diff → pages, compare, report.

`patch(A, changes(A, B)) == B` and `changes(A, A) == []`, always; both are tests (AUDIT, invariant 4). Items of a list are matched by what
they are called, never by where they stand. A field under a former name (`x-inzage.voorheen`) is a change of schema and not of content.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .kinds import Kind
from .words import word_diff

__all__ = [
    "Change",
    "EntryChange",
    "Item",
    "RegisterDiff",
    "RenamedField",
    "canonical",
    "changes",
    "compare_registers",
    "patch",
    "word_diff",
]

ADDED, REMOVED, CHANGED, ORDER, SCHEMA = "added", "removed", "changed", "order", "schema"
NEARLY_ALL = 0.9  # of the entries that had a field: below this a value that moved is a change, not a new name
# What names an item of a list, best first. An item is matched by one of these when all items have it and it is unique.
NAMES = ("id", "naar", "soort", "titel", "naam", "link", "url", "gemeld_op")


class Item(NamedTuple):
    """A step into a list: the item whose `field` is `value`; without a field the nth item that equals `value` (as JSON)."""

    field: str
    value: str
    nth: int = 0


Step = str | Item
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. kind: added, removed, changed, order (of a list) or schema (a field's name: `old` and `new` are the names).

    `at` is the index of an added item in the new list.
    """

    kind: str
    path: tuple[Step, ...]
    old: Any = None
    new: Any = None
    at: int = -1

    @property
    def field(self) -> str:
        """The path with dots: `contact.telefoon`, `impacttoetsen[DPIA].datum`. An item that came or went is a change of its list."""
        whole = self.path[:-1] if self.path and isinstance(self.path[-1], Item) else self.path
        text = ""
        for step in whole:
            text += f"[{step.value}]" if isinstance(step, Item) else f".{step}" if text else step
        return text


def canonical(value: Any) -> str:
    """One text for one value: tells `True` from 1, not the order of keys."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def changes(old: Data, new: Data, kind: Kind | None = None) -> list[Change]:
    """Every difference between two entries, field by field, in the order of the kind. Pure; raises nothing."""
    old, found = _rename(old, new, kind.renamed if kind else {})
    for name in _in_order(old, new, kind):
        found += _field((name,), old, new, name)
    return found


def _rename(old: Data, new: Data, renamed: Mapping[str, str]) -> tuple[Data, list[Change]]:
    """`old` with the field names of `new`, and the Changes that say so. Works in both directions of time."""
    found = []
    for before, after in [*renamed.items(), *((v, k) for k, v in renamed.items())]:
        if before in old and before not in new and after in new and after not in old:
            old = {after if k == before else k: v for k, v in old.items()}
            found.append(Change(SCHEMA, (after,), before, after))
    return old, found


def _in_order(old: Data, new: Data, kind: Kind | None) -> list[str]:
    names = dict.fromkeys([*new, *old])
    place = {f.key: i for i, f in enumerate(kind.fields)} if kind else {}
    return sorted(names, key=lambda n: place.get(n, len(place)))


def _field(path: tuple[Step, ...], old: Data, new: Data, name: str) -> list[Change]:
    if name not in old:
        return [Change(ADDED, path, None, new[name])]
    if name not in new:
        return [Change(REMOVED, path, old[name], None)]
    return _value(path, old[name], new[name])


def _value(path: tuple[Step, ...], a: Any, b: Any) -> list[Change]:
    if a is b or (type(a) is type(b) and canonical(a) == canonical(b)):
        return []
    if isinstance(a, dict) and isinstance(b, dict):
        return [c for name in dict.fromkeys([*b, *a]) for c in _field((*path, name), a, b, name)]
    if isinstance(a, list) and isinstance(b, list):
        return _list(path, a, b)
    return [Change(CHANGED, path, a, b)]


def _list(path: tuple[Step, ...], a: list[Any], b: list[Any]) -> list[Change]:
    """Gone (last first), changed inside, order of what stayed, new (first first): `patch` needs this order."""
    name = _naming(a, b)
    before, after = dict(zip(_items(a, name), a, strict=True)), dict(zip(_items(b, name), b, strict=True))
    found = [Change(REMOVED, (*path, i), before[i], None) for i in reversed(before) if i not in after]
    stayed = [i for i in before if i in after]
    for item in stayed:
        found += _value((*path, item), before[item], after[item])
    ordered = [i for i in after if i in before]
    if ordered != stayed:
        found.append(Change(ORDER, path, tuple(stayed), tuple(ordered)))
    return found + [Change(ADDED, (*path, i), None, v, at) for at, (i, v) in enumerate(after.items()) if i not in before]


def _naming(a: list[Any], b: list[Any]) -> str:
    """The field that names the items of both lists and matches most of them; "" when the whole value must."""
    best, most = "", -1
    for name in NAMES if all(isinstance(i, dict) for i in (*a, *b)) else ():
        left, right = [i.get(name) for i in a], [i.get(name) for i in b]
        if all(isinstance(v, str) for v in (*left, *right)) and len(set(left)) == len(left) and len(set(right)) == len(right):
            shared = len(set(left) & set(right))
            best, most = (name, shared) if shared > most else (best, most)
    return best


def _items(values: Sequence[Any], name: str) -> Iterator[Item]:
    seen: Counter[str] = Counter()
    for value in values:
        text = value[name] if name else canonical(value)
        yield Item(name, text, seen[text])
        seen[text] += 1


def patch(old: Data, found: Sequence[Change]) -> Data:
    """`old` with the Changes applied: the proof that nothing is left out of them. Gives a new dict."""
    data = copy.deepcopy(old)
    for change in found:
        if change.kind == SCHEMA:
            data[change.new] = data.pop(change.old)
        elif change.kind == ORDER:
            values = _walk(data, change.path)
            values[:] = [values[_find(values, item)] for item in change.new]
        else:
            _put(_walk(data, change.path[:-1]), change)
    return data


def _put(below: Any, change: Change) -> None:
    step, new = change.path[-1], copy.deepcopy(change.new)
    if isinstance(step, Item) and change.kind == ADDED:
        below.insert(change.at, new)
        return
    place = _find(below, step) if isinstance(step, Item) else step
    if change.kind == REMOVED:
        del below[place]
    else:
        below[place] = new


def _walk(data: Any, path: tuple[Step, ...]) -> Any:
    for step in path:
        data = data[_find(data, step) if isinstance(step, Item) else step]
    return data


def _find(values: list[Any], item: Item) -> int:
    if item.field:
        return next(i for i, v in enumerate(values) if v.get(item.field) == item.value)
    return [i for i, v in enumerate(values) if canonical(v) == item.value][item.nth]


@dataclass(frozen=True, slots=True)
class EntryChange:
    """The differences in one entry (`folder/id`)."""

    entry: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class RenamedField:
    """A field that has another name now, and the entries in which it had a value under both."""

    folder: str
    old: str
    new: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisterDiff:
    """What two registers differ in. `added` and `removed` are `folder/id`; change of schema stands apart in `renamed_fields`."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[EntryChange, ...]
    renamed_fields: tuple[RenamedField, ...]


def compare_registers(old: Mapping[str, Data], new: Mapping[str, Data], kinds: Mapping[str, Kind]) -> RegisterDiff:
    """Compares two registers, each `folder/id` → data. Pure. A folder that is no kind is compared as it is."""
    both = [ref for ref in sorted(old) if ref in new]
    renamed: list[RenamedField] = []
    for folder in dict.fromkeys(ref.split("/")[0] for ref in both):
        here = [ref for ref in both if ref.split("/")[0] == folder]
        renamed += _renamed_fields(folder, [(ref, old[ref], new[ref]) for ref in here], kinds.get(folder))
    names = {folder: {r.old: r.new for r in renamed if r.folder == folder} for folder in {r.folder for r in renamed}}
    changed = []
    for ref in both:
        folder = ref.split("/")[0]
        before, _ = _rename(old[ref], new[ref], names.get(folder, {}))
        found = [c for c in changes(before, new[ref], kinds.get(folder)) if c.kind != SCHEMA]
        if found:
            changed.append(EntryChange(ref, tuple(found)))
    return RegisterDiff(tuple(sorted(set(new) - set(old))), tuple(sorted(set(old) - set(new))), tuple(changed), tuple(renamed))


def _renamed_fields(folder: str, pairs: Sequence[tuple[str, Data, Data]], kind: Kind | None) -> Iterator[RenamedField]:
    """Declared names (`voorheen`) count always; another pair counts when the value went along in nine of ten entries that had it."""
    had, moved, kept = Counter[str](), Counter[tuple[str, str]](), dict[tuple[str, str], list[str]]()
    known = set(kind.by_key) if kind else set()
    for ref, a, b in pairs:
        had.update(a.keys())
        came = [name for name in b if name not in a]
        for gone in (name for name in a if name not in b) if came else ():
            text = canonical(a[gone])
            moved.update((gone, name) for name in came if canonical(b[name]) == text)
            for name in came:
                kept.setdefault((gone, name), []).append(ref)
    declared = {*kind.renamed.items(), *((v, k) for k, v in kind.renamed.items())} if kind else set()
    taken: set[str] = set()
    for pair, refs in sorted(kept.items(), key=lambda p: (p[0] not in declared, -moved[p[0]], p[0])):
        certain = pair in declared or (moved[pair] >= _fewest(pair, known) and moved[pair] >= NEARLY_ALL * had[pair[0]])
        if certain and (pair in declared or not taken & set(pair)):
            taken |= set(pair)
            yield RenamedField(folder, *pair, tuple(refs))


def _fewest(pair: tuple[str, str], known: set[str]) -> int:
    """How many entries must agree: one when the schema knows only the new name, three when it knows both (then it may be a moved value)."""
    old, new = (name in known for name in pair)
    return 3 if old and new else 1 if new else 2
