"""The only reader of `schemas/`: what kinds there are, and of each field its label, help, group, order, filter and mappings.

Flow: kinds → load, check, pages, exports. A kind is one file `schemas/<kind>.schema.json` with `x-inzage.folder`; all else has a default.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from . import schema_files
from .problem import Refused
from .schema_files import COMMON, bundled
from .text import label_from_key, slug
from .typing_by_schema import compile_typing
from .validate import Validator

QUESTIONS = ("wat", "mij", "wie", "gegevens", "contact")
RESERVED_IDS = frozenset({"versies", "pagina", "data", "feed", "index"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind. `noted_within`: a field inside it has a limit, a partner or a layout that a rule looks at.

    `shape` says how to show it: text, markdown, boolean, date, link, mail, phone, reference, list, group or map."""

    key: str
    label: str
    help: str
    group: str
    level: str
    question: str
    filter: str
    in_list: bool
    own_block: bool
    shape: str
    target: str
    schema: dict[str, Any]
    note: dict[str, Any]
    fields: tuple[Field, ...] = ()
    item: Field | None = None
    noted_within: bool = False

    def shown(self, value: Any) -> str:
        """What a reader sees for a value from a list of values."""
        if isinstance(value, bool):
            return "Ja" if value else "Nee"
        return str(self.note.get("namen_van_waarden", {}).get(value, value))


@dataclass(frozen=True)
class Kind:
    """A kind of entry: the bundled schema, its fields in order and what is derived from them."""

    name: str
    folder: str
    title: str
    plural: str
    article: str
    intro: str
    schema: dict[str, Any]
    note: dict[str, Any]
    fields: tuple[Field, ...]
    groups: tuple[str, ...]
    name_field: str
    typed: Callable[[Any], Any] = field(repr=False)

    @cached_property
    def by_key(self) -> dict[str, Field]:
        """Fields by key."""
        return {f.key: f for f in self.fields}

    @cached_property
    def columns(self) -> list[str]:
        """The columns of its CSV: id, then every field; a group of fields has a column for each."""
        nested = [[f"{f.key}.{inner.key}" for inner in f.fields] if f.shape == "group" else [f.key] for f in self.fields]
        return ["id", *(column for part in nested for column in part)]

    @cached_property
    def filters(self) -> tuple[Field, ...]:
        """Fields that are a filter on the list."""
        return tuple(f for f in self.fields if f.filter)

    @cached_property
    def recommended(self) -> tuple[Field, ...]:
        """Fields of level `aanbevolen` or `verplicht`: those that completeness counts."""
        return tuple(f for f in self.fields if f.level in ("aanbevolen", "verplicht"))

    @cached_property
    def answers(self) -> list[tuple[str, list[Field]]]:
        """The questions that this kind has fields for, each with its fields. Whom to call is always asked (DESIGN §8)."""
        asked = {f.question for f in self.fields} | {"contact"}
        beside = ("samenvatting", "contact")  # these have a place of their own on the page
        return [(q, [f for f in self.fields if f.question == q and f.key not in beside]) for q in QUESTIONS if q in asked]

    @cached_property
    def renamed(self) -> dict[str, str]:
        """Former name → present name (`x-inzage.voorheen`)."""
        return {old: f.key for f in self.fields for old in f.note.get("voorheen", ())}

    @cached_property
    def validator(self) -> Validator:
        """The judge of an entry of this kind."""
        return Validator(self.schema)


class Kinds(dict[str, Kind]):
    """Kinds by folder, in order of file name; `digest` changes when any schema changes."""

    digest: str = ""


def load_kinds(*folders: Path) -> Kinds:
    """Reads every schema in the folders; a file in a later folder comes over one of the same name in an earlier.

    Returns Kinds by folder. Raises Refused with Problems for schemas that cannot be used. Source: DESIGN §3.
    """
    files = schema_files.read(*folders)
    documents = {name: file.document for name, file in files.items()}
    problems = [problem for file in files.values() for problem in schema_files.mistakes(file, documents)]
    if problems:
        raise Refused(problems)
    common = bundled(documents.get(COMMON, {}), documents, COMMON)
    kinds = Kinds()
    for name, document in documents.items():
        if "x-inzage" in document:
            problems += schema_files.folder_mistakes(files[name], kinds)
            kind = _kind(name.removesuffix(schema_files.SUFFIX), bundled(document, documents, name), common)
            kinds.setdefault(kind.folder, kind)
    if problems:
        raise Refused(problems)
    kinds.digest = hashlib.sha256(json.dumps(documents, sort_keys=True).encode()).hexdigest()
    return kinds


def _kind(name: str, schema: dict[str, Any], common: dict[str, Any]) -> Kind:
    note = schema["x-inzage"]
    properties = {**common.get("properties", {}), **schema.get("properties", {})}
    name_field = next((k for k in ("naam", "titel") if k in properties), "")
    required = list(schema.get("required", ()))
    hard = [k for k in required if k == name_field or "ontbreekt" not in properties]
    soft = [k for k in required if k not in hard]
    whole = {
        **schema,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "required": hard,
        "allOf": [*schema.get("allOf", ()), *map(_filled_or_explained, soft)],
    }
    for key in ("required", "allOf"):  # an empty list is no good schema
        if not whole[key]:
            del whole[key]
    if "ontbreekt" in properties:  # a reason can be given only for a field that there is
        whole["properties"] = {**properties, "ontbreekt": {**properties["ontbreekt"], "propertyNames": {"enum": list(properties)}}}
    own = list(schema.get("properties", {}))
    default_group = (note.get("groepen") or ["Gegevens"])[0]
    order = {
        k: (properties[k].get("x-inzage", {}).get("volgorde", i), i) for i, k in enumerate([*own, *(k for k in properties if k not in own)])
    }
    fields = tuple(_field(k, properties[k], k in required, default_group) for k in sorted(properties, key=lambda k: order[k]))
    groups = tuple(dict.fromkeys([*note.get("groepen", ()), *(f.group for f in fields if f.group)]))
    title = schema.get("title", label_from_key(name))
    return Kind(
        name=name, folder=note["folder"], title=title, plural=note.get("meervoud", label_from_key(note["folder"])), article=note.get("lidwoord", "de"),
        intro=schema.get("description", ""), schema=whole, note=note, fields=fields, groups=groups, name_field=name_field, typed=compile_typing(whole),
    )  # fmt: skip


def bare_kind(folder: str) -> Kind:
    """A kind for a folder that no schema knows any more: its old pages stay, with the names of the fields as they were."""
    return _kind(folder, {"x-inzage": {"folder": folder}, "properties": {"naam": {}, "titel": {}}}, {})


def _filled_or_explained(key: str) -> dict[str, Any]:
    """A required field is filled, or named under `ontbreekt` with a reason (STANDARDS, R)."""
    return {
        "anyOf": [{"required": [key]}, {"properties": {"ontbreekt": {"required": [key]}}, "required": ["ontbreekt"]}],
        "x-inzage": {"verplicht": key},
    }


def _field(key: str, schema: dict[str, Any], required: bool, group: str = "") -> Field:
    note = schema.get("x-inzage", {})
    inner = schema.get("items") if isinstance(schema.get("items"), dict) else None
    target = note.get("verwijst_naar", "")
    fields = tuple(_field(k, s, k in schema.get("required", ())) for k, s in schema.get("properties", {}).items())
    item = _field(key, inner, False) if inner else None
    within = fields or (item.fields if item else ())
    return Field(
        key=key,
        label=schema.get("title", label_from_key(key)),
        help=schema.get("description", ""),
        group=note.get("groep", group),
        level="verplicht" if required else note.get("niveau", "vrij"),
        question=note.get("vraag", ""),
        filter=_filter(key, schema, note, inner),
        in_list=bool(note.get("in_lijst", False)),
        own_block=bool(note.get("eigen_blok", False)),
        shape=_shape(schema, note, target),
        target=target,
        schema=schema,
        note=note,
        fields=fields,
        item=item,
        noted_within=any({"einde", "begin", "waarschuw_boven", "opmaak"} & f.note.keys() or f.noted_within for f in within),
    )


def _filter(key: str, schema: dict[str, Any], note: dict[str, Any], inner: dict[str, Any] | None) -> str:
    wanted = note.get("filter")
    if wanted is False:
        return ""
    if isinstance(wanted, str):
        return slug(wanted)
    target = note.get("verwijst_naar") or (inner or {}).get("x-inzage", {}).get("verwijst_naar")
    natural = "enum" in schema or schema.get("type") == "boolean" or "enum" in (inner or {}) or (target not in (None, "", "*"))
    return slug(key) if wanted or natural else ""


_SHAPES = {
    "date": "date",
    "maand": "date",
    "datum": "date",
    "moment": "date",
    "uri": "link",
    "email": "mail",
    "telefoon": "phone",
}


def _shape(schema: dict[str, Any], note: dict[str, Any], target: str) -> str:
    kind = schema.get("type")
    if kind == "array":
        return "list"
    if kind == "object":
        return "group" if "properties" in schema else "map"
    if target:
        return "reference"
    if kind == "boolean":
        return "boolean"
    if note.get("opmaak") == "markdown":
        return "markdown"
    return _SHAPES.get(schema.get("format", ""), "text")
