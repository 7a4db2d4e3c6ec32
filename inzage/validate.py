"""Data and schema → Problems: `jsonschema-rs` decides, `jsonschema` explains what it refused. Flow: load → check (here).

Both use the formats of `formats.py` and read `$` as the end of the text, so they give one verdict; tests/test_verdict.py holds them to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import jsonschema_rs

from .formats import FORMATS
from .load import Loaded, placed
from .problem import FOUT, Finding, Problem


class Validator:
    """One schema, ready to judge. The explaining half is made on the first refusal only: importing it costs more than a cached build."""

    def __init__(self, schema: dict[str, Any]):
        self.schema = schema
        self._fast = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, formats=FORMATS)

    def is_valid(self, data: Any) -> bool:
        """The verdict."""
        return self._fast.is_valid(data)

    @cached_property
    def _slow(self) -> Any:
        from jsonschema import Draft202012Validator, FormatChecker, validators

        checker = FormatChecker(formats=())
        for name, function in FORMATS.items():
            checker.checks(name)(lambda value, accepts=function: not isinstance(value, str) or accepts(value))
        return validators.extend(Draft202012Validator, {"pattern": _pattern})(self.schema, format_checker=checker)

    def accepts_slowly(self, data: Any) -> bool:
        """The verdict of the explaining validator; only the test that compares the two needs it."""
        return bool(self._slow.is_valid(data))

    def problems(self, data: Any, loaded: Loaded, file: str) -> list[Problem]:
        """What is wrong with `data`, placed in the file by `loaded`. Empty when it is valid. Raises nothing."""
        if self.is_valid(data):
            return []
        from .wording import sentences

        found = _one_per_mistake([f for error in self._slow.iter_errors(data) for f in sentences(error)])
        if not found:  # the two validators differ: refuse all the same, never let it pass
            return [
                Problem(
                    file,
                    1,
                    1,
                    FOUT,
                    "past-niet",
                    "",
                    "Dit bestand voldoet niet aan de regels.",
                    "Vraag de beheerder om hulp.",
                )
            ]
        return [placed(f, loaded, file) for f in found]


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[Any]:
    # Python's $ also matches before a last newline; the other validator's does not (THREATS, schema surprises).
    if isinstance(instance, str) and not re.search(re.sub(r"(?<!\\)\$", r"\\Z", pattern), instance):
        from jsonschema import ValidationError

        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _one_per_mistake(findings: list[Finding]) -> list[Finding]:
    """A typo in a key is one Problem: the missing field that it stands for is left out. One finding a place and code."""
    meant = {
        f.path[:-1] + (f.fix.split("«")[1].split("»")[0],) for f in findings if f.code == "onbekend-veld" and f.fix.startswith("Bedoelde")
    }
    kept: dict[tuple[Any, str], Finding] = {}
    for f in findings:
        if not (f.code == "verplicht-veld" and f.path in meant):
            kept.setdefault((f.path, f.code), f)
    broken = {f.path for f in kept.values() if f.code in ("leeg", "geen-webadres")}  # the form of an empty value says nothing more
    return [f for f in kept.values() if not (f.path in broken and f.code in ("verkeerde-vorm", "geen-webadres") and (f.path, "leeg") in kept)
            and not (f.code == "geen-webadres" and (f.path, "verkeerde-vorm") in kept)]  # fmt: skip
