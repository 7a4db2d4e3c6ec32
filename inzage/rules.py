"""What a schema cannot say. A rule is a generator whose docstring is the rule in plain words; `RULES` runs them all. Flow: check (here).

A rule gets one entry's kind and data and yields Findings. What needs the whole register (references, telephone numbers) stands in `whole.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from . import personal, plain
from .kinds import Field, Kind
from .markup import refused_parts
from .naming import name_of
from .problem import ADVIES, WAARSCHUWING, Finding, Path

_APART = "\n" * 4  # more signs than a number may have between two of its digits
MOST = 20  # slips told of one text: whoever pastes a list of numbers needs no line for each
Data = dict[str, Any]
Rule = Callable[[Kind, Data], Iterator[Finding]]


def texts(value: Any, path: Path = ()) -> list[tuple[Path, str]]:
    """Every string in an entry, with its path."""
    if isinstance(value, str):
        return [(path, value)]
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found: list[tuple[Path, str]] = []
    for step, item in below:
        found += [((*path, step), item)] if isinstance(item, str) else texts(item, (*path, step))
    return found


def _strings(value: Any) -> list[str]:
    found: list[str] = []
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, dict | list):
            found += _strings(item)
    return found


def _groups(fields: tuple[Field, ...], data: Data, path: Path = ()) -> Iterator[tuple[tuple[Field, ...], Data, Path]]:
    """An entry and every group of fields within it that has a rule of its own (`einde`, `begin`, `waarschuw_boven`, `opmaak`)."""
    yield fields, data, path
    for f in fields:
        if not f.noted_within:
            continue
        value = data.get(f.key)
        if f.shape == "group" and isinstance(value, dict):
            yield from _groups(f.fields, value, (*path, f.key))
        elif f.shape == "list" and f.item and f.item.fields and isinstance(value, list):
            for index, item in enumerate(value):
                yield from _groups(f.item.fields, item, (*path, f.key, index))


def end_before_begin(kind: Kind, data: Data) -> Iterator[Finding]:
    """Een einde kan niet voor het begin liggen."""
    for fields, values, path in _groups(kind.fields, data):
        for f in fields:
            begin, end = (f.key, f.note.get("einde")) if "einde" in f.note else (f.note.get("begin"), f.key)
            if begin in values and end in values and end:
                first, last = values[begin], values[end]
                size = min(len(first), len(last))
                if last[:size] < first[:size]:
                    yield Finding(
                        (*path, end),
                        "einde-voor-begin",
                        f"«{end}» ({last}) ligt voor «{begin}» ({first}).",
                        "Kijk welke van de twee datums niet klopt, en verbeter die.",
                    )


def gap_that_is_filled(kind: Kind, data: Data) -> Iterator[Finding]:
    """Een veld is ingevuld of staat onder «ontbreekt», niet allebei. De naam kan niet ontbreken."""
    for key in data.get("ontbreekt", ()):
        if key in data:
            yield Finding(
                ("ontbreekt", key),
                "ontbreekt-ingevuld",
                f"«{key}» is ingevuld, maar staat ook onder «ontbreekt».",
                "Haal een van de twee weg.",
                on_key=True,
            )


def longer_than_elsewhere(kind: Kind, data: Data) -> Iterator[Finding]:
    """Een tekst die hier past maar in een andere standaard te lang is, krijgt een waarschuwing."""
    for fields, values, path in _groups(kind.fields, data):
        for f in fields:
            most = int(f.note.get("waarschuw_boven", 0))
            value = values.get(f.key) if most else None
            text = ", ".join(value) if isinstance(value, list) else value  # a list of words is one text there
            if isinstance(text, str) and len(text) > most:
                name = name_of((*path, f.key))
                message = f"{name} heeft {len(text)} tekens. In het landelijke register passen er soms maar {most}."
                fix = f"Maak de tekst liever {len(text) - most} tekens korter."
                yield Finding((*path, f.key), "lang-voor-standaard", message, fix, WAARSCHUWING)


_PARTS = {
    "html": ("html-in-tekst", "In {} staat een code tussen < en >. Die tonen wij niet.", "Haal de code weg. Wilt u vette letters? Typ dan **vet**. Bedoelt u «minder dan»? Schrijf dat dan voluit."),
    "afbeelding": ("afbeelding-in-tekst", "In {} staat een plaatje. Dat kan hier niet.", "Beschrijf in woorden wat er op het plaatje staat."),
    "link": ("link-in-tekst", "In {} staat een link die wij niet tonen.", "Typ een link zo: [tekst](https://www.almere.nl). Ook mailto: en tel: mogen."),
}  # fmt: skip


def markup_that_is_left_out(kind: Kind, data: Data) -> Iterator[Finding]:
    """In lange teksten staat geen HTML, geen plaatje en geen andere link dan https, mailto of tel."""
    for fields, values, path in _groups(kind.fields, data):
        for f in fields:
            text = values.get(f.key)
            if f.shape == "markdown" and isinstance(text, str):
                for part in refused_parts(text):
                    code, message, fix = _PARTS[part]
                    yield Finding((*path, f.key), code, message.format(name_of((*path, f.key))), fix, offset=_first(text, part))


_BEGINS = {"html": re.compile(r"<[A-Za-z/!?]"), "afbeelding": re.compile(r"!\["), "link": re.compile(r"\]\(|\]:|http://|www\.|ftp://")}


def _first(text: str, part: str) -> int:
    found = _BEGINS[part].search(text)
    return found.start() if found else 0


def unfit_text(kind: Kind, data: Data) -> Iterator[Finding]:
    """Nergens staat een burgerservicenummer, privénummer of persoonlijk e-mailadres. Een woord uit twee alfabetten krijgt een waarschuwing."""
    yield from unfit(data)


def unfit(data: Data) -> Iterator[Finding]:
    """That rule for any data, also of `inzage.yaml`, which is of no kind."""
    strings = _strings(data)
    if not personal.may_hold(_APART.join(strings)) and all(map(str.isascii, strings)):  # one look at all is quicker than one at each
        return
    suspect = {text: found for text in strings if (personal.may_hold(text) or not text.isascii()) and (found := _unfit(text))}
    for path, text in texts(data) if suspect else ():
        for hit in suspect.get(text, ()):
            yield Finding(path, hit.code, hit.message, hit.fix, hit.severity, offset=hit.start)


def _unfit(text: str) -> list[personal.Finding]:
    return [*islice(personal.findings(text), MOST), *(() if text.isascii() else personal.odd_letters(text))]


def plain_dutch(kind: Kind, data: Data) -> Iterator[Finding]:
    """Tips voor gewone taal (B1). Ze houden niets tegen."""
    for f in kind.fields:
        value = data.get(f.key)
        long_text = f.shape == "markdown" or (f.shape == "text" and int(f.schema.get("maxLength", 0)) >= 300)
        if long_text and isinstance(value, str) and f.key != kind.name_field and "titel" not in f.key:
            for hint in plain.hints(value):
                yield Finding((f.key,), hint.code, hint.message, hint.fix, ADVIES, offset=hint.start)


RULES: tuple[Rule, ...] = (
    end_before_begin, gap_that_is_filled, longer_than_elsewhere, markup_that_is_left_out, unfit_text,
)  # fmt: skip
ALWAYS: tuple[Rule, ...] = (unfit_text,)
ADVICE: tuple[Rule, ...] = (plain_dutch,)
CODES = (
    "einde-voor-begin", "ontbreekt-ingevuld", "lang-voor-standaard", "html-in-tekst", "afbeelding-in-tekst", "link-in-tekst",
    "bsn", "bsn-mogelijk", "telefoon-prive", "email-prive", "email-persoon", "rekeningnummer", "schriften-gemengd",
    "lange-zin", "lijdende-vorm", "kantoorwoord", "afkorting", "lang-woord",
)  # fmt: skip
