"""A schema keyword → a Dutch sentence a civil servant can act on. One table. Flow: load → check (here, below validate.py).

Each writer takes the ValidationError of `jsonschema` and yields what it Said. No word of JSON Schema ever reaches a reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from .formats import HINTS, looks_like_day, meant_by
from .naming import canonical, choices, name_of, nearest, plain, short
from .problem import Finding, Path
from .text import slug

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

GAPS = "ontbreekt"


class Said(NamedTuple):
    """A Finding; `about`: the fields it is about, when not its own place; `explains`: fields of which nothing more needs to be said."""

    finding: Finding
    about: tuple[Path, ...] = ()
    explains: tuple[Path, ...] = ()


Writer = Callable[["ValidationError"], Iterator[Said]]


def _hint(error: ValidationError) -> dict[str, str]:
    return error.schema.get("x-inzage", {}) if isinstance(error.schema, dict) else {}


def _path(error: ValidationError) -> Path:
    return tuple(error.absolute_path)


def _unknown_field(error: ValidationError) -> Iterator[Said]:
    fields = {k: s if isinstance(s, dict) else {} for k, s in error.schema.get("properties", {}).items()}
    former = {old: key for key, spec in fields.items() for old in spec.get("x-inzage", {}).get("voorheen", ())}
    for key, value in error.instance.items():
        if key in fields:
            continue
        path = (*_path(error), key)
        above = next((p for p, spec in fields.items() if error.instance.get(p) == "" and key in spec.get("properties", {})), None)
        if above:  # «contact:» with its fields below it, not indented
            message = f"Het veld «{short(key)}» hoort bij «{above}», maar de regel springt niet in."
            yield Said(
                Finding(path, "onbekend-veld", message, "Zet twee spaties voor deze regel.", on_key=True), (), ((*path[:-1], above),)
            )
            continue
        meant = former.get(key) or nearest(key, fields)
        below = "" if meant else _deeper(key, fields)
        if meant:
            fix = f"Dit veld heet nu «{meant}»." if key in former else f"Bedoelde u «{meant}»?"
        elif below:
            fix = f"Bedoelde u {below}?"
        elif len(fields) <= 12:
            fix = f"Kies uit: {choices(fields)}."
        else:
            fix = "Haal dit veld weg. Welke velden er zijn, ziet u in een ander bestand in deze map."
        explained = [meant] if meant else []
        if meant == GAPS and isinstance(value, dict):  # all that it gives a reason for is explained too
            explained += value
        finding = Finding(path, "onbekend-veld", f"Het veld «{short(key)}» kennen wij niet.", fix, on_key=True)
        yield Said(finding, (), tuple((*path[:-1], k) for k in explained))


def _deeper(key: str, fields: dict[str, Any]) -> str:
    """The field of a group that was probably meant: «telefoon» onder «contact»."""
    found = ((name, nearest(key, spec.get("properties", {}))) for name, spec in fields.items())
    return next((f"«{inner}» onder «{name}»" for name, inner in found if inner), "")


def _unknown_name(error: ValidationError) -> Iterator[Said]:
    """A name that is no field, below `ontbreekt`: the field that was meant has its reason."""
    path, key = _path(error), str(error.instance)
    meant = nearest(key, error.validator_value) if error.validator == "enum" else None
    message = f"Onder {name_of(path)} staat «{short(key)}», maar dat veld kennen wij niet."
    finding = Finding((*path, key), "onbekend-veld", message, f"Bedoelde u «{meant}»?" if meant else "Haal deze regel weg.", on_key=True)
    yield Said(finding, (), ((*path[:-1], meant),) if meant else ())


def _missing(error: ValidationError) -> Iterator[Said]:
    for key in error.validator_value:
        if key in error.instance:
            continue
        title = error.schema.get("properties", {}).get(key, {}).get("title", key)
        where = f" in {name_of(_path(error))}" if error.absolute_path else ""
        fix = f"Voeg een regel toe: «{key}: …» ({title})." if title != key else f"Voeg een regel toe: «{key}: …»."
        yield Said(Finding((*_path(error), key), "verplicht-veld", f"Het veld «{key}»{where} ontbreekt.", fix, on_key=True))


def _missing_or_explained(error: ValidationError) -> Iterator[Said]:
    key = _hint(error)["verplicht"]
    fix = f"Voeg een regel toe: «{key}: …». Weet u het nog niet? Zet dan onder «{GAPS}» waarom: «{key}: {{reden: onbekend}}»."
    yield Said(Finding((*_path(error), key), "verplicht-veld", f"Het veld «{key}» ontbreekt.", fix, on_key=True))


def _blank(error: ValidationError, schema: dict[str, Any]) -> Iterator[Said]:
    path = _path(error)
    fix, away = "Vul het in", "of haal de regel weg"
    if error.validator in ("enum", "const"):
        fix = f"Vul in: {choices(_values(error))}"
    elif isinstance(error.schema.get("properties"), dict) and error.schema["properties"]:
        fix = _fields_hint(error).removesuffix(".")
    if len(path) == 1 and path[0] in schema.get("required", ()):
        fix += "."
    elif len(path) == 1 and any(part.get("x-inzage", {}).get("verplicht") == path[0] for part in schema.get("allOf", ())):
        fix += f". Weet u het nog niet? Haal de regel weg, en zet onder «{GAPS}» waarom: «{path[0]}: {{reden: onbekend}}»."
    else:
        fix += f", {away}." if fix == "Vul het in" else f". {away.capitalize()}."
    yield Said(Finding(path, "leeg", f"{name_of(path)} is leeg.", fix))


def _type(error: ValidationError) -> Iterator[Said]:
    wanted = error.validator_value if isinstance(error.validator_value, str) else error.validator_value[0]
    item = short(error.instance) if isinstance(error.instance, str) else "…"
    what, fix = {
        "boolean": ("ja of nee", "Typ ja of nee, met kleine letters."),
        "integer": ("een heel getal", "Typ alleen cijfers, zoals 12. Begin niet met een 0."),
        "number": ("een getal", "Typ een getal met een punt, zoals 1.5."),
        "string": (
            "gewone tekst",
            'Zet de tekst achter de dubbele punt, zonder streepje. Begint hij met [ of {? Zet hem dan tussen "aanhalingstekens".',
        ),
        "array": ("een lijst", f"Zet elk onderdeel op een eigen regel, met een streepje en een spatie ervoor: «- {item}»."),
        "object": ("een groepje velden", _fields_hint(error)),
    }.get(wanted, ("iets anders", "Kijk in een ander bestand hoe het moet."))
    yield Said(Finding(_path(error), "verkeerde-soort", f"Bij {name_of(_path(error))} hoort {what}.", fix))


def _fields_hint(error: ValidationError) -> str:
    keys, path = list(error.schema.get("properties", {})), _path(error)
    if not keys:
        return "Zet de velden op de volgende regels, met twee spaties ervoor."
    if path and isinstance(path[-1], int):
        first = short(error.instance) if isinstance(error.instance, str) and error.instance else "…"
        rest = f" De andere velden komen daaronder: {choices(keys[1:])}." if keys[1:] else ""
        return f"Schrijf achter het streepje «{keys[0]}: {first}».{rest}"
    return f"Zet op de volgende regels, met twee spaties ervoor: {choices(keys)}."


def _values(error: ValidationError) -> list[Any]:
    return error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]


def _choice(error: ValidationError) -> Iterator[Said]:
    values = _values(error)
    said = plain(error.instance) if isinstance(error.instance, str | int | float) else ""
    guess = sum(c.isalpha() for c in said) > 2  # of a code such as «5.1.2e» every other one is near
    meant = nearest(said, [plain(v) for v in values]) if guess else None
    fix = f"Bedoelde u «{meant}»?" if meant else f"Typ {choices(values)}." if len(values) == 1 else f"Kies uit: {choices(values)}."
    name = name_of(_path(error))
    message = f"Bij {name} kan «{short(said)}» niet." if said else f"Bij {name} kan maar één waarde staan."
    yield Said(Finding(_path(error), "onbekende-waarde", message, fix))


def _format(error: ValidationError) -> Iterator[Said]:
    what, fix = HINTS[error.validator_value]
    meant = meant_by(error.validator_value, error.instance)
    noun = what.split(maxsplit=1)[1]
    message = f"«{short(error.instance)}» bij {name_of(_path(error))} is geen {noun}."
    if noun == "datum" and looks_like_day(error.instance):
        message, fix = f"De dag «{error.instance}» bij {name_of(_path(error))} bestaat niet.", "Controleer het jaar, de maand en de dag."
    fix = f"Bedoelde u «{meant}»?" if meant else _hint(error).get("typ", fix)
    yield Said(Finding(_path(error), "geen-" + noun, message, fix))


def _pattern(error: ValidationError) -> Iterator[Said]:
    examples = error.schema.get("examples")
    fix = _hint(error).get("typ") or (
        f"Een goed voorbeeld: {choices(examples)}." if examples else "Kijk in een ander bestand hoe het moet."
    )
    folder = _hint(error).get("verwijst_naar", "*")
    if folder != "*" and "/" not in error.instance:
        fix += f" Bijvoorbeeld «{folder}/{slug(error.instance)}»."
    message = f"«{short(error.instance)}» bij {name_of(_path(error))} heeft niet de goede vorm."
    yield Said(Finding(_path(error), "verkeerde-vorm", message, fix))


def _too_short(error: ValidationError) -> Iterator[Said]:
    fix = f"Schrijf minstens {error.validator_value} tekens."
    yield Said(Finding(_path(error), "te-kort", f"{name_of(_path(error))} is te kort.", fix))


def _too_long(error: ValidationError) -> Iterator[Said]:
    most, now = error.validator_value, len(error.instance)
    message = f"{name_of(_path(error))} is te lang: {now} tekens. Er passen er {most}."
    yield Said(Finding(_path(error), "te-lang", message, f"Maak de tekst {now - most} tekens korter."))


def _empty(error: ValidationError) -> Iterator[Said]:
    least, now = error.validator_value, len(error.instance)
    message = f"Bij {name_of(_path(error))} staat nog te weinig." if now else f"Bij {name_of(_path(error))} staat niets."
    yield Said(Finding(_path(error), "te-weinig", message, f"Vul er minstens {least} in, of haal de hele regel weg."))


def _too_many(error: ValidationError) -> Iterator[Said]:
    most, now = error.validator_value, len(error.instance)
    message = f"Bij {name_of(_path(error))} staan er te veel: {now}. Er mogen er {most} staan."
    yield Said(Finding(_path(error), "te-veel", message, f"Haal er {now - most} weg."))


def _double(error: ValidationError) -> Iterator[Said]:
    seen: set[str] = set()
    for index, item in enumerate(error.instance):
        key = canonical(item)
        if key in seen:
            what = f"«{short(item)}» twee keer" if isinstance(item, str) else "twee keer hetzelfde"
            message = f"Bij {name_of(_path(error))} staat {what}."
            yield Said(Finding((*_path(error), index), "dubbele-waarde", message, "Haal een van de twee weg."))
        seen.add(key)


def _too_small(error: ValidationError) -> Iterator[Said]:
    fix = f"Typ {error.validator_value} of meer." if error.validator == "minimum" else f"Typ meer dan {error.validator_value}."
    yield Said(Finding(_path(error), "getal-te-klein", f"Het getal bij {name_of(_path(error))} is te klein: {error.instance}.", fix))


def _too_large(error: ValidationError) -> Iterator[Said]:
    fix = f"Typ {error.validator_value} of minder." if error.validator == "maximum" else f"Typ minder dan {error.validator_value}."
    yield Said(Finding(_path(error), "getal-te-groot", f"Het getal bij {name_of(_path(error))} is te groot: {error.instance}.", fix))


def _other(error: ValidationError) -> Iterator[Said]:
    hint = _hint(error)
    if "verplicht" in hint:
        yield from _missing_or_explained(error)
        return
    path = _path(error)
    branches = error.validator_value if isinstance(error.validator_value, list) else []
    about = tuple((*path, key) for branch in branches if isinstance(branch, dict) for key in branch.get("required", ()))
    fix = hint.get("typ") or "Vergelijk het met een ander bestand in deze map."
    message = hint.get("fout") or f"Wat bij {name_of(path)} staat, past hier niet."
    yield Said(Finding(path, "past-niet", message, fix), about)


WORDING: dict[str, Writer] = {
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
# Also the order in which mistakes at one place matter: of those only the first is said.
CODES = (
    "leeg", "verkeerde-soort", "onbekende-waarde", *sorted({"geen-" + what.split()[1] for what, _ in HINTS.values()}), "verkeerde-vorm",
    "te-kort", "te-lang", "te-weinig", "te-veel", "dubbele-waarde", "getal-te-klein", "getal-te-groot", "onbekend-veld", "verplicht-veld",
    "past-niet",
)  # fmt: skip


def sentences(error: ValidationError, schema: dict[str, Any]) -> Iterator[Said]:
    """What a civil servant reads about one error of `schema`. Every keyword has a sentence; those without their own get a general one."""
    where = list(error.absolute_schema_path)
    if where[-2:-1] == ["propertyNames"]:
        yield from _unknown_name(error)
    elif error.instance == "" and error.validator in ("type", "enum", "const", "format", "pattern", "minLength"):
        yield from _blank(error, schema)
    else:
        for said in WORDING.get(error.validator, _other)(error):
            key = _condition(where, schema) if said.finding.code == "past-niet" else ""
            here = isinstance(error.instance, dict) and key in error.instance
            yield said._replace(finding=_moved(said.finding, key)) if here else said


def _moved(finding: Finding, key: str) -> Finding:
    return Finding((*finding.path, key), finding.code, finding.message, finding.fix, finding.severity)


def _condition(where: list[Any], schema: dict[str, Any]) -> str:
    """The field that the last `if` on the way to a mistake looks at: its line says more than the first line of the file."""
    key, node = "", schema
    for step in where:
        if step == "then" and isinstance(node, dict) and isinstance(node.get("if"), dict):
            key = next(iter(node["if"].get("properties", ())), "")
        node = node[step]
    return key
