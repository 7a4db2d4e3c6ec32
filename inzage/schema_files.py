"""The files in `schemas/` → documents, and Problems for what is wrong in them. Flow: load → schema_files (here) → kinds.

A mistake in a kind is reported like a mistake in an entry: file, line, column, what to type instead. Only files are read here; what a
kind means stands in `kinds.py`.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from .formats import FORMATS
from .load import load
from .naming import choices, nearest
from .place import placed
from .problem import Finding, Problem, Refused
from .validate import Validator, python_pattern

CODES = ("schema-onleesbaar", "schema-onjuist", "schema-verwijzing", "map-dubbel", "map-gereserveerd")
SUFFIX = ".schema.json"
COMMON = "common.schema.json"
# First steps of addresses that the site itself uses (DESIGN §7); a folder may not take them.
RESERVED_FOLDERS = frozenset(
    "zoeken wijzigingen jaarverslag data controleren toegankelijkheid over handboek aanmelden volledigheid schemas pagefind vormgeving register".split()
)
Documents = Mapping[str, Any]
_ONE = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_LIST = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAP = ("properties", "patternProperties", "dependentSchemas", "$defs")
_KEYWORDS = frozenset(
    (*_ONE, *_LIST, *_MAP)
    + tuple(
        "$schema $id $ref $comment title description default examples deprecated readOnly writeOnly type enum const format pattern minLength "
        "maxLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minItems maxItems uniqueItems minContains maxContains required "
        "minProperties maxProperties dependentRequired x-inzage".split()
    )
)
_CONDITIONS = frozenset({"if", "then", "else", "not", "allOf", "anyOf", "oneOf"})
_COMPARE = "Vergelijk het met een ander bestand in deze map."


class SchemaFile(NamedTuple):
    """One file: its name, its bytes and what it says. `doubles`: some field stands in it twice."""

    name: str
    raw: bytes
    document: Any
    doubles: bool

    def place(self, finding: Finding) -> Problem:
        """A Finding at its line and column. A tab is allowed in JSON, and takes one column."""
        return placed(finding, load(self.raw.replace(b"\t", b" "), ""), f"schemas/{self.name}")


def read(*folders: Path) -> dict[str, SchemaFile]:
    """Every schema in the folders by name; one in a later folder comes over one of the same name in an earlier. Raises Refused."""
    paths = {p.name: p for folder in folders if folder.is_dir() for p in sorted(folder.glob("*" + SUFFIX))}
    files, problems = {}, []
    for name, path in sorted(paths.items()):
        raw, seen = path.read_bytes(), _Doubles()
        try:
            files[name] = SchemaFile(name, raw, json.loads(raw, object_pairs_hook=seen), seen.found)
        except (ValueError, RecursionError) as error:
            line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
            fix = "Kijk of elk haakje en aanhalingsteken is gesloten, en of er tussen twee velden een komma staat."
            text = raw.decode("utf-8", "replace").split("\n")
            source = text[line - 1] if line <= len(text) else ""
            problems.append(
                Problem(f"schemas/{name}", line, column, "fout", "schema-onleesbaar", "", "Dit bestand is geen goede JSON.", fix, source)
            )
    if problems:
        raise Refused(problems)
    return files


class _Doubles:
    """Builds the objects of a JSON file and remembers whether a key was there twice; plain `json` keeps the last, silently."""

    def __init__(self) -> None:
        self.found = False

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        self.found |= len(made) < len(pairs)
        return made


def mistakes(file: SchemaFile, documents: Documents) -> list[Problem]:
    """All that is wrong with one file on its own. Raises nothing."""
    if not isinstance(file.document, dict):
        return [file.place(Finding((), "schema-onjuist", "Dit bestand moet beginnen met { en eindigen met }.", _COMPARE))]
    if file.doubles:
        return [p for p in load(file.raw.replace(b"\t", b" "), f"schemas/{file.name}").problems if p.code == "dubbel-veld"]
    wrong = list(_structure(file.document)) or [f for path, node in nodes(file.document) for f in _node(path, node, file, documents)]
    if not wrong:
        try:
            bundled(file.document, documents, file.name)
        except Refused as refused:
            return refused.problems
    return [file.place(f) for f in wrong]


def nodes(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Every schema inside a schema, with its path."""
    if not isinstance(node, dict):
        return
    yield path, node
    for key in _ONE:
        if key in node:
            yield from nodes(node[key], (*path, key))
    for key in _LIST:
        for index, below in enumerate(node.get(key, ())):
            yield from nodes(below, (*path, key, index))
    for key in _MAP:
        for name, below in node.get(key, {}).items():
            yield from nodes(below, (*path, key, name))


def _structure(document: dict[str, Any]) -> Iterator[Finding]:
    """Does every keyword have a value that it can have?"""
    import jsonschema_rs

    if jsonschema_rs.meta.is_valid({"$schema": "https://json-schema.org/draft/2020-12/schema", **document}):
        return
    from jsonschema import Draft202012Validator

    leaves = [leaf for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(document) for leaf in _leaves(error)]
    path = max((tuple(e.absolute_path) for e in leaves), key=len, default=())
    values = [v for e in leaves if e.validator == "enum" and tuple(e.absolute_path) == path for v in e.validator_value]
    message = f"Wat bij «{path[-1]}» staat, past hier niet." if path else "Dit bestand beschrijft geen soort."
    yield Finding(path, "schema-onjuist", message, f"Kies uit: {choices(values)}." if values else _COMPARE)


def _leaves(error: Any) -> Iterator[Any]:
    for inner in error.context or ():
        yield from _leaves(inner)
    if not error.context:
        yield error


@cache
def _judges() -> dict[str, Validator]:
    meta = json.loads((Path(__file__).parent / "x-inzage.schema.json").read_bytes())["$defs"]
    return {name: Validator({"properties": {"x-inzage": part}}) for name, part in meta.items()}


def _node(path: tuple[str | int, ...], node: dict[str, Any], file: SchemaFile, documents: Documents) -> Iterator[Finding]:
    for key in node.keys() - _KEYWORDS:
        meant = nearest(key, _KEYWORDS)
        fix = f"Bedoelde u «{meant}»?" if meant else "Haal het weg."
        yield Finding((*path, key), "schema-onjuist", f"«{key}» kennen wij hier niet.", fix, on_key=True)
    for name, below in node.get("properties", {}).items():
        if not isinstance(below, dict) and "if" not in path and "then" not in path:
            yield Finding((*path, "properties", name), "schema-onjuist", f"Bij «{name}» hoort een groepje velden.", _COMPARE)
    known = {**node.get("properties", {}), **({} if path else documents.get(COMMON, {}).get("properties", {}))}
    if "properties" in node and not _CONDITIONS.intersection(path):
        for index, key in enumerate(node.get("required", ())):
            if key not in known:
                meant = nearest(key, known)
                fix = f"Bedoelde u «{meant}»?" if meant else "Haal het weg, of voeg het veld toe."
                yield Finding((*path, "required", index), "schema-onjuist", f"«{key}» is verplicht, maar dat veld is er niet.", fix)
    if node.get("enum") == []:
        yield Finding((*path, "enum"), "schema-onjuist", "Deze lijst van waarden is leeg.", "Zet er de waarden in, of haal hem weg.")
    if isinstance(node.get("format"), str) and node["format"] not in FORMATS:
        meant = nearest(node["format"], FORMATS)
        fix = f"Bedoelde u «{meant}»?" if meant else f"Kies uit: {choices(FORMATS)}."
        yield Finding((*path, "format"), "schema-onjuist", f"De vorm «{node['format']}» kennen wij niet.", fix)
    if "pattern" in node and not _compiles(node["pattern"]):
        yield Finding((*path, "pattern"), "schema-onjuist", "Deze vorm kunnen wij niet lezen.", "Kijk of elk haakje is gesloten.")
    if "$ref" in node and (file.name not in documents or target_of(node["$ref"], documents, file.name)[1] is None):
        message = f"De verwijzing «{node['$ref']}» wijst nergens naar."
        yield Finding((*path, "$ref"), "schema-verwijzing", message, "Verbeter de verwijzing, of voeg toe waar zij naar wijst.")
    if "x-inzage" in node:
        yield from _annotation(path, node["x-inzage"])


def _annotation(path: tuple[str | int, ...], note: Any) -> Iterator[Finding]:
    """The annotation of a kind (at the top) or of a field is judged by its own schema, in the words of an entry's mistakes."""
    for finding in _judges()["veld" if path else "soort"].findings({"x-inzage": note}):
        yield Finding((*path, *finding.path), finding.code, finding.message, finding.fix, finding.severity, finding.on_key)


def _compiles(pattern: str) -> bool:
    import jsonschema_rs

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # «[a&&b]» is read in two ways
            re.compile(python_pattern(pattern), re.ASCII)
        return bool(jsonschema_rs.Draft202012Validator({"pattern": pattern}))
    except (re.error, ValueError, RecursionError, OverflowError, Warning):
        return False


def target_of(ref: str, documents: Documents, here: str) -> tuple[str, Any]:
    """The file that a $ref points into, and what stands there (None: nothing)."""
    name, _, pointer = ref.partition("#")
    target = documents.get(name or here)
    for step in pointer.strip("/").split("/"):
        target = target.get(step) if isinstance(target, dict) and step else target if not step else None
    return name or here, target


def bundled(node: Any, documents: Documents, here: str, seen: tuple[str, ...] = ()) -> Any:
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
    file, target = target_of(ref, documents, here)
    full = f"{file}#{ref.partition('#')[2]}"
    if target is None or full in seen:
        message = f"De verwijzing «{ref}» {'wijst nergens naar' if target is None else 'wijst naar zichzelf'}."
        fix = "Verbeter de verwijzing."
        raise Refused([Problem(f"schemas/{here}", 1, 1, "fout", "schema-verwijzing", "", message, fix)])
    base = bundled(target, documents, file, (*seen, full))
    if not isinstance(base, dict):
        return own
    notes = {**base.get("x-inzage", {}), **own.get("x-inzage", {})}
    return {**base, **own, **({"x-inzage": notes} if "x-inzage" in base or "x-inzage" in own else {})}


def folder_mistakes(file: SchemaFile, taken: Mapping[str, Any]) -> Iterator[Problem]:
    """A kind has a folder of its own, which is no fixed part of the site."""
    folder = file.document["x-inzage"]["folder"]
    place = ("x-inzage", "folder")
    if folder in taken:
        yield file.place(Finding(place, "map-dubbel", f"De map «{folder}» hoort al bij een andere soort.", "Kies een andere map."))
    if folder in RESERVED_FOLDERS:
        yield file.place(Finding(place, "map-gereserveerd", f"De map «{folder}» is een vast deel van de site.", "Kies een andere map."))
