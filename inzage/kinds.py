"""The only reader of `schemas/`: what kinds there are, and of each field its label, help, group, order, filter and mappings.

Flow: kinds → load, check, pages, exports. A kind is one file `schemas/<kind>.schema.json` with `x-inzage.folder`; all else has a default.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from .formats import FORMATS
from .load import Loaded, load
from .problem import FOUT, Problem, Refused
from .text import label_from_key, slug
from .typing_by_schema import compile_typing
from .validate import Validator

COMMON = "common.schema.json"
QUESTIONS = ("wat", "mij", "wie", "gegevens", "contact")
# First steps of addresses that the site itself uses (DESIGN §7); a folder may not take them.
RESERVED_FOLDERS = frozenset(
    "zoeken wijzigingen jaarverslag data controleren toegankelijkheid over handboek aanmelden volledigheid schemas pagefind vormgeving register".split()
)
RESERVED_IDS = frozenset({"versies", "pagina", "data", "feed", "index"})
CODES = ("schema-onleesbaar", "schema-onjuist", "map-dubbel", "map-gereserveerd")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind. `shape` says how to show it: text, markdown, boolean, date, link, mail, phone, reference, list, group or map."""

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
    def filters(self) -> tuple[Field, ...]:
        """Fields that are a filter on the list."""
        return tuple(f for f in self.fields if f.filter)

    @cached_property
    def recommended(self) -> tuple[Field, ...]:
        """Fields of level `aanbevolen` or `verplicht`: those that completeness counts."""
        return tuple(f for f in self.fields if f.level in ("aanbevolen", "verplicht"))

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
    sources = {p.name: p for folder in folders if folder.is_dir() for p in sorted(folder.glob("*.schema.json"))}
    documents, problems = {}, []
    for name, path in sources.items():
        try:
            documents[name] = json.loads(path.read_bytes())
        except ValueError as error:
            line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
            problems.append(_wrong(path, "schema-onleesbaar", "Dit schema is geen geldige JSON.", str(error), line, column))
    if problems:
        raise Refused(problems)
    kinds = Kinds()
    for name, document in sorted(documents.items()):
        note = document.get("x-inzage", {}) if isinstance(document, dict) else {}
        if not isinstance(note, dict) or name == COMMON or ("folder" not in note and not _looks_like_kind(document, name)):
            continue
        problems += list(_mistakes(sources[name], document, documents, kinds))
        if not problems:
            kind = _kind(
                name.removesuffix(".schema.json"),
                bundled(document, documents, name),
                bundled(documents.get(COMMON, {}), documents, COMMON),
            )
            kinds[kind.folder] = kind
    if problems:
        raise Refused(problems)
    kinds.digest = hashlib.sha256(json.dumps(documents, sort_keys=True).encode()).hexdigest()
    return kinds


def _looks_like_kind(document: Any, name: str) -> bool:
    return isinstance(document, dict) and "x-inzage" in document


def bundled(node: Any, documents: dict[str, Any], here: str, seen: tuple[str, ...] = ()) -> Any:
    """A copy of a schema in which every $ref stands written out, so that it can be published and judged alone.

    Keywords beside a $ref come over those of its target; the two annotations are joined. Raises Refused for a $ref to nothing or to itself.
    """
    if isinstance(node, list):
        return [bundled(n, documents, here, seen) for n in node]
    if not isinstance(node, dict):
        return node
    own = {k: bundled(v, documents, here, seen) for k, v in node.items() if k not in ("$ref", "$defs")}
    ref = node.get("$ref")
    if not isinstance(ref, str):
        return own
    file, _, pointer = ref.partition("#")
    file = file or here
    target = documents.get(file)
    for step in pointer.strip("/").split("/"):
        target = target.get(step) if isinstance(target, dict) and step else target
    if target is None or ref in seen:
        raise Refused(
            [
                _wrong(
                    Path("schemas") / here,
                    "schema-onjuist",
                    f"De verwijzing «{ref}» wijst nergens naar.",
                    "Verbeter het $ref in dit schema.",
                )
            ]
        )
    base = bundled(target, documents, file, (*seen, ref))
    return {
        **base,
        **own,
        **({"x-inzage": {**base.get("x-inzage", {}), **own.get("x-inzage", {})}} if "x-inzage" in base or "x-inzage" in own else {}),
    }


def _wrong(path: Path, code: str, message: str, fix: str, line: int = 1, column: int = 1) -> Problem:
    return Problem(f"schemas/{path.name}", line, column, FOUT, code, "", message, fix)


def _mistakes(path: Path, document: Any, documents: dict[str, Any], kinds: Kinds) -> Iterator[Problem]:
    """A mistake in a kind is reported like a mistake in an entry."""
    import jsonschema_rs

    place = load(path.read_bytes(), f"schemas/{path.name}")
    meta = json.loads((Path(__file__).parent / "x-inzage.schema.json").read_bytes())["$defs"]
    yield from Validator(meta["soort"]).problems(document["x-inzage"], _below(place, "x-inzage"), f"schemas/{path.name}")
    for key, spec in document.get("properties", {}).items():
        if isinstance(spec, dict) and "x-inzage" in spec:
            yield from Validator(meta["veld"]).problems(
                spec["x-inzage"], _below(place, "properties", key, "x-inzage"), f"schemas/{path.name}"
            )
    whole = bundled(document, documents, path.name)
    if not jsonschema_rs.meta.is_valid(whole):
        yield _wrong(
            path,
            "schema-onjuist",
            "Dit schema volgt de regels van JSON Schema niet.",
            "Vergelijk het met schemas/algoritme.schema.json.",
        )
    for name in sorted(_formats(whole) - set(FORMATS)):
        yield _wrong(path, "schema-onjuist", f"Het format «{name}» kennen wij niet.", "Kies uit: " + ", ".join(FORMATS) + ".")
    folder = document["x-inzage"].get("folder")
    if folder in kinds:
        yield _wrong(path, "map-dubbel", f"De map «{folder}» hoort al bij een andere soort.", "Kies een andere map.")
    if folder in RESERVED_FOLDERS:
        yield _wrong(path, "map-gereserveerd", f"De map «{folder}» is een vast deel van de site.", "Kies een andere map.")


def _below(place: Loaded, *path: str) -> Loaded:
    marks: Any = place.marks
    for step in path:
        marks = (marks or {}).get(step, (None, None, None))[2]
    return Loaded(None, marks or {}, place.lines)


def _formats(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(_formats, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    own = {node["format"]} if isinstance(node.get("format"), str) else set()
    return own.union(*map(_formats, node.values()))


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
    if not hard:
        del whole["required"]
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
    shape = _shape(schema, note, target)
    # `niveau: verplicht` is what `required` says; a kind need not say it twice.
    return Field(
        key=key, label=schema.get("title", label_from_key(key)), help=schema.get("description", ""), group=note.get("groep", group),
        level="verplicht" if required else note.get("niveau", "vrij"), question=note.get("vraag", ""), filter=_filter(key, schema, note, inner),
        in_list=bool(note.get("in_lijst", False)), own_block=bool(note.get("eigen_blok", False)), shape=shape, target=target, schema=schema, note=note,
        fields=tuple(_field(k, s, k in schema.get("required", ())) for k, s in schema.get("properties", {}).items()),
        item=_field(key, inner, False) if inner else None,
    )  # fmt: skip


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
