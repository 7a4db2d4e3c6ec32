"""Strings become booleans and numbers where the schema asks for them. Flow: load → kinds (here) → check.

`ja` and `nee` are the booleans. A string that is not a good value stays a string, so that the check can say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Typing = Callable[[Any], Any]
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z", re.ASCII)  # 18 digits: longer ones are no count of anything, and int() has a limit
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?\Z", re.ASCII)
_BOOLEANS = {"ja": True, "nee": False}


def compile_typing(schema: dict[str, Any]) -> Typing:
    """A function that types data as `schema` asks; it changes the data in place and returns it."""
    return _compile(schema) or (lambda data: data)


def _boolean(value: Any) -> Any:
    return _BOOLEANS.get(value, value) if isinstance(value, str) else value


def _integer(value: Any) -> Any:
    return int(value) if isinstance(value, str) and _INTEGER.match(value) else value


def _number(value: Any) -> Any:
    if not isinstance(value, str) or not _NUMBER.match(value):
        return value
    return float(value) if "." in value else int(value)


_SCALARS: dict[str, Typing] = {"boolean": _boolean, "integer": _integer, "number": _number}


def _compile(schema: Any) -> Typing | None:
    if not isinstance(schema, dict):
        return None
    kind = schema.get("type")
    if isinstance(kind, str) and kind in _SCALARS:
        return _SCALARS[kind]
    if "enum" in schema or "const" in schema:
        return _one_of(schema.get("enum", [schema.get("const")]))
    if isinstance(schema.get("items"), dict):
        inner = _compile(schema["items"])
        return _list_of(inner) if inner else None
    by_key = {key: typing for key, sub in schema.get("properties", {}).items() if (typing := _compile(sub))}
    rest = _compile(schema.get("additionalProperties"))
    return _group_of(by_key, rest) if by_key or rest else None


def _one_of(values: list[Any]) -> Typing | None:
    """Numbers and booleans in a list of values, as they are typed in YAML."""
    table = {("ja" if v else "nee") if isinstance(v, bool) else str(v): v for v in values if isinstance(v, bool | int | float)}
    return (lambda value: table.get(value, value) if isinstance(value, str) else value) if table else None


def _list_of(inner: Typing) -> Typing:
    def apply(value: Any) -> Any:
        if isinstance(value, list):
            value[:] = map(inner, value)
        return value

    return apply


def _group_of(by_key: dict[str, Typing], rest: Typing | None) -> Typing:
    def apply(value: Any) -> Any:
        if isinstance(value, dict):
            if rest is None:
                for key in by_key.keys() & value.keys():
                    value[key] = by_key[key](value[key])
            else:
                for key in value:
                    value[key] = by_key.get(key, rest)(value[key])
        return value

    return apply
