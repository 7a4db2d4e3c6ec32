"""A schema keyword → a Dutch sentence a civil servant can act on. One table. Flow: load → check (here, below validate.py).

Each writer takes the ValidationError of `jsonschema` and yields Findings. No word of JSON Schema ever reaches a reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from jsonschema.exceptions import ValidationError

from .formats import HINTS
from .problem import Finding, Path


def name_of(path: Path) -> str:
    """A path in words: («wetten», 0, «titel») → «titel» in «wetten», nummer 1."""
    words = [str(p) for p in path if isinstance(p, str)]
    numbers = [p for p in path if isinstance(p, int)]
    if not words:
        return "dit bestand"
    text = f"«{words[-1]}»"
    if len(words) > 1:
        text += f" in «{words[-2]}»"
    return text + (f", nummer {numbers[-1] + 1}" if numbers else "")


def choices(values: Iterable[Any], limit: int = 20) -> str:
    """«a», «b» of «c»; a long list is cut and says so."""
    items = [f"«{_plain(v)}»" for v in values]
    if len(items) > limit:
        return ", ".join(items[:limit]) + f" en nog {len(items) - limit} andere"
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " of " + items[-1]


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word that was probably meant, or None."""
    known = {w.casefold(): w for w in words}
    found = get_close_matches(word.casefold().replace("-", "_"), known, 1, 0.7) or get_close_matches(word.casefold(), known, 1, 0.6)
    return known[found[0]] if found else None


def _plain(value: Any) -> str:
    return {True: "ja", False: "nee"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _hint(error: ValidationError) -> dict[str, str]:
    return error.schema.get("x-inzage", {}) if isinstance(error.schema, dict) else {}


def _path(error: ValidationError) -> Path:
    return tuple(error.absolute_path)


def _unknown_field(error: ValidationError) -> Iterator[Finding]:
    known = list(error.schema.get("properties", {}))
    for key in error.instance:
        if key in known:
            continue
        meant = nearest(key, known)
        if meant:
            fix = f"Bedoelde u «{meant}»?"
        elif len(known) <= 12:
            fix = f"Kies uit: {choices(known)}."
        else:
            fix = "Haal dit veld weg. Welke velden er zijn, ziet u in een ander bestand in deze map."
        yield Finding((*_path(error), key), "onbekend-veld", f"Het veld «{key}» kennen wij niet.", fix, on_key=True)


def _missing(error: ValidationError) -> Iterator[Finding]:
    for key in error.validator_value:
        if key in error.instance:
            continue
        title = error.schema.get("properties", {}).get(key, {}).get("title", key)
        where = f" in {name_of(_path(error))}" if error.absolute_path else ""
        yield Finding(
            (*_path(error), key),
            "verplicht-veld",
            f"Het veld «{key}»{where} ontbreekt.",
            f"Voeg een regel toe: «{key}: …» ({title}).",
            on_key=True,
        )


def _missing_or_explained(error: ValidationError) -> Iterator[Finding]:
    key = _hint(error)["verplicht"]
    fix = f"Voeg een regel toe: «{key}: …». Weet u het nog niet? Zet dan onder «ontbreekt» waarom: «{key}: {{reden: onbekend}}»."
    yield Finding((*_path(error), key), "verplicht-veld", f"Het veld «{key}» ontbreekt.", fix, on_key=True)


def _type(error: ValidationError) -> Iterator[Finding]:
    wanted = error.validator_value if isinstance(error.validator_value, str) else error.validator_value[0]
    what, fix = {
        "boolean": ("ja of nee", "Typ ja of nee, zonder aanhalingstekens."),
        "integer": ("een heel getal", "Typ alleen cijfers, zoals 12."),
        "number": ("een getal", "Typ een getal met een punt, zoals 1.5."),
        "string": ("gewone tekst", "Zet de tekst op één regel achter de dubbele punt, of begin met «|»."),
        "array": ("een lijst", "Zet elk onderdeel op een eigen regel, met een streepje ervoor: «- …»."),
        "object": ("een groepje velden", _fields_hint(error.schema)),
    }.get(wanted, ("iets anders", "Kijk in een ander bestand hoe het moet."))
    yield Finding(_path(error), "verkeerde-soort", f"Bij {name_of(_path(error))} hoort {what}.", fix)


def _fields_hint(schema: dict[str, Any]) -> str:
    keys = list(schema.get("properties", {}))
    return (
        f"Zet op de volgende regels, iets ingesprongen: {choices(keys)}."
        if keys
        else "Zet de velden op de volgende regels, iets ingesprongen."
    )


def _choice(error: ValidationError) -> Iterator[Finding]:
    values = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    said = _plain(error.instance) if isinstance(error.instance, str | int | bool) else ""
    meant = nearest(said, [_plain(v) for v in values]) if said else None
    fix = f"Bedoelde u «{meant}»?" if meant else f"Kies uit: {choices(values)}."
    yield Finding(
        _path(error),
        "onbekende-waarde",
        f"Bij {name_of(_path(error))} kan «{said}» niet." if said else f"Bij {name_of(_path(error))} past dit niet.",
        fix,
    )


def _format(error: ValidationError) -> Iterator[Finding]:
    what, fix = HINTS[error.validator_value]
    yield Finding(
        _path(error),
        "geen-" + what.split()[1],
        f"«{_short(error.instance)}» bij {name_of(_path(error))} is niet {what}.".replace("niet een ", "geen "),
        _hint(error).get("typ", fix),
    )


def _pattern(error: ValidationError) -> Iterator[Finding]:
    fix = _hint(error).get("typ") or f"Een goed voorbeeld: {choices(error.schema.get('examples', ['zie een ander bestand']))}."
    yield Finding(
        _path(error),
        "verkeerde-vorm",
        f"«{_short(error.instance)}» bij {name_of(_path(error))} heeft niet de goede vorm.",
        fix,
    )


def _short(text: Any) -> str:
    return str(text) if len(str(text)) <= 60 else str(text)[:59] + "…"


def _too_short(error: ValidationError) -> Iterator[Finding]:
    if len(error.instance):
        message, fix = f"{name_of(_path(error))} is te kort.", f"Schrijf minstens {error.validator_value} tekens."
    else:
        message, fix = f"{name_of(_path(error))} is leeg.", "Vul het in, of haal de regel weg."
    yield Finding(_path(error), "leeg", message, fix)


def _too_long(error: ValidationError) -> Iterator[Finding]:
    most, now = error.validator_value, len(error.instance)
    yield Finding(
        _path(error),
        "te-lang",
        f"{name_of(_path(error))} is te lang: {now} tekens. Er passen er {most}.",
        f"Maak de tekst {now - most} tekens korter.",
    )


def _empty(error: ValidationError) -> Iterator[Finding]:
    yield Finding(
        _path(error),
        "te-weinig",
        f"Bij {name_of(_path(error))} staat te weinig. Vul minstens {error.validator_value} in.",
        "Vul het aan, of haal de hele regel weg.",
    )


def _too_many(error: ValidationError) -> Iterator[Finding]:
    yield Finding(
        _path(error),
        "te-veel",
        f"Bij {name_of(_path(error))} staat te veel. Er passen er {error.validator_value}.",
        "Haal er een paar weg.",
    )


def _double(error: ValidationError) -> Iterator[Finding]:
    seen: list[Any] = []
    for index, item in enumerate(error.instance):
        if item in seen:
            yield Finding(
                (*_path(error), index),
                "dubbele-waarde",
                f"Bij {name_of(_path(error))} staat twee keer hetzelfde.",
                "Haal een van de twee weg.",
            )
        seen.append(item)


def _too_small(error: ValidationError) -> Iterator[Finding]:
    yield Finding(
        _path(error),
        "getal-te-klein",
        f"Het getal bij {name_of(_path(error))} is te klein: {error.instance}.",
        f"Typ {error.validator_value} of meer.",
    )


def _too_large(error: ValidationError) -> Iterator[Finding]:
    yield Finding(
        _path(error),
        "getal-te-groot",
        f"Het getal bij {name_of(_path(error))} is te groot: {error.instance}.",
        f"Typ {error.validator_value} of minder.",
    )


def _other(error: ValidationError) -> Iterator[Finding]:
    hint = _hint(error)
    if "verplicht" in hint:
        yield from _missing_or_explained(error)
        return
    fix = hint.get("typ") or "Vergelijk het met een ander bestand in deze map."
    yield Finding(_path(error), "past-niet", hint.get("fout") or f"Wat bij {name_of(_path(error))} staat, past hier niet.", fix)


WORDING: dict[str, Callable[[ValidationError], Iterator[Finding]]] = {
    "additionalProperties": _unknown_field,
    "required": _missing,
    "type": _type,
    "enum": _choice,
    "const": _choice,
    "format": _format,
    "pattern": _pattern,
    "minLength": _too_short,
    "maxLength": _too_long,
    "minItems": _empty,
    "minProperties": _empty,
    "maxItems": _too_many,
    "maxProperties": _too_many,
    "uniqueItems": _double,
    "minimum": _too_small,
    "exclusiveMinimum": _too_small,
    "maximum": _too_large,
    "exclusiveMaximum": _too_large,
}
CODES = (
    "onbekend-veld", "verplicht-veld", "verkeerde-soort", "onbekende-waarde", "verkeerde-vorm", "leeg", "te-lang", "te-weinig", "te-veel",
    "dubbele-waarde", "getal-te-klein", "getal-te-groot", "past-niet", *sorted({"geen-" + what.split()[1] for what, _ in HINTS.values()}),
)  # fmt: skip


def sentences(error: ValidationError) -> Iterator[Finding]:
    """What a civil servant reads about one error of the schema. Every keyword has a sentence; those without their own get a general one."""
    yield from WORDING.get(error.validator, _other)(error)
