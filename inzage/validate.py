"""Data and schema → Problems: `jsonschema-rs` decides, `jsonschema` explains what it refused. Flow: load → check (here).

Both use the formats of `formats.py` and read `$` as the end of the text, so they give one verdict; tests/test_verdict.py holds them to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from .formats import FORMATS
from .load import Loaded
from .naming import canonical
from .place import placed
from .problem import Finding, Problem

if TYPE_CHECKING:
    from .wording import Said

MOST = 50  # mistakes told of one file; after that a wrong file says the same over and over
CODES = ("te-veel-fouten",)


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
        return validators.extend(Draft202012Validator, {"pattern": _pattern, "uniqueItems": _unique})(self.schema, format_checker=checker)

    def accepts_slowly(self, data: Any) -> bool:
        """The verdict of the explaining validator; only the test that compares the two needs it."""
        return bool(self._slow.is_valid(data))

    def problems(self, data: Any, loaded: Loaded, file: str) -> list[Problem]:
        """What is wrong with `data`, placed in the file by `loaded`. Empty when it is valid. Raises nothing."""
        return [placed(f, loaded, file) for f in self.findings(data)]

    def findings(self, data: Any) -> list[Finding]:
        """What is wrong with `data`, by path. Empty when it is valid. Raises nothing."""
        if self.is_valid(data):
            return []
        from .wording import sentences

        said = (s for error in self._slow.iter_errors(data) for s in sentences(error, self.schema))
        found = one_per_mistake(list(islice(said, MOST)))
        if next(said, None):
            message = f"Dit bestand heeft meer dan {MOST} fouten. De rest ziet u hier nog niet."
            found.append(Finding((), "te-veel-fouten", message, "Verbeter eerst de fouten die u wel ziet. Kijk dan opnieuw."))
        if not found:  # the two validators differ: refuse all the same, never let it pass
            found.append(Finding((), "past-niet", "Dit bestand voldoet niet aan de regels.", "Vraag de beheerder om hulp."))
        return found


def python_pattern(pattern: str) -> str:
    """A pattern of JSON Schema as Python reads it: «$» is the very end, also before a last newline (THREATS, schema surprises)."""
    return _DOLLAR.sub(lambda found: r"\Z" if found[0] == "$" else found[0], pattern)


_DOLLAR = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\$", re.DOTALL)  # what is escaped or in a class is left alone


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[Any]:
    # Only 0-9 are digits and only a-z letters, as for the other validator.
    if isinstance(instance, str) and not re.search(python_pattern(pattern), instance, re.ASCII):
        from jsonschema import ValidationError

        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _unique(validator: Any, wanted: bool, instance: Any, schema: Any) -> Iterator[Any]:
    # The library compares each with each when items are groups: a list of 20,000 would take minutes.
    if wanted and isinstance(instance, list) and len({canonical(item) for item in instance}) < len(instance):
        from jsonschema import ValidationError

        yield ValidationError("items are not unique")


def one_per_mistake(said: list[Said]) -> list[Finding]:
    """One Finding a mistake: a typo in a key is not also a missing field, and of what is wrong at one place only the worst is said."""
    from .wording import CODES

    explained = {path for s in said for path in s.explains}
    kept: dict[tuple[Any, ...], Finding] = {}
    for s in sorted(said, key=lambda s: CODES.index(s.finding.code)):
        f = s.finding
        general = f.code == "past-niet"
        told = f.code in ("verplicht-veld", "leeg", "past-niet") and not explained.isdisjoint(s.about or (f.path,))
        if told or (general and (f.path,) in kept):
            continue
        kept.setdefault((f.path, f.message) if general else (f.path,), f)
    return list(kept.values())
