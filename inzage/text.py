"""Small words: slugs, labels, dates and lists in Dutch. Bottom of the flow; imports nothing of ours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def fold(text: str) -> str:
    """Text without accents and capitals, to sort and compare by: «Één» → «een»."""
    plain = text if text.isascii() else "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain.casefold()


def slug(text: str) -> str:
    """Text as a step of an address: «Zorg en gezondheid» → «zorg-en-gezondheid»; text without letters gives «leeg»."""
    return _NOT_SLUG.sub("-", fold(text)).strip("-") or "leeg"


def letter(text: str) -> str:
    """The letter a name stands under in an A–Z list; «0-9» for all that is no letter."""
    first = fold(text.lstrip("'\"‘“ "))[:1]
    return first.upper() if "a" <= first <= "z" else "0-9"


def label_from_key(key: str) -> str:
    """A key as a label: «datum_van_besluit» → «Datum van besluit»."""
    words = key.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def date_text(value: str) -> str:
    """A date, month or year in words: «2026-11-23» → «23 november 2026». What is no date comes back as it is."""
    found = _DATE.match(value)
    if not found:
        return value
    year, month, day = found.groups()
    if not month:
        return year
    if not 1 <= int(month) <= 12:
        return value
    return f"{int(day)} {MONTHS[int(month) - 1]} {year}" if day else f"{MONTHS[int(month) - 1]} {year}"


def in_words(items: Iterable[str]) -> str:
    """A list in a sentence: «a, b en c»."""
    words = list(items)
    return " en ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def number(value: int) -> str:
    """A number with a dot for each thousand, as Dutch is written: 10000 → «10.000»."""
    return f"{value:,}".replace(",", ".")


def count(value: int, one: str, more: str) -> str:
    """A number and its noun: «1 pagina», «2 pagina's»."""
    return f"{number(value)} {one if value == 1 else more}"
