"""How a place, a list of choices or a value is called in a sentence, and which word was probably meant. Bottom of the flow."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from .problem import Path


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
    items = [f"«{plain(v)}»" for v in values]
    if len(items) > limit:
        return ", ".join(items[:limit]) + f" en nog {len(items) - limit} andere"
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " of " + items[-1]


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word that was probably meant, or None."""
    known = {w.casefold(): w for w in words}
    found = get_close_matches(word.casefold().replace("-", "_"), known, 1, 0.7) or get_close_matches(word.casefold(), known, 1, 0.6)
    return known[found[0]] if found else None


def plain(value: Any) -> str:
    """A value as it is typed: ja and nee for the booleans."""
    return {True: "ja", False: "nee"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def short(value: Any) -> str:
    """A value on one line, of at most 60 characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:59] + "…"


def canonical(value: Any) -> str:
    """A text that two values share when JSON Schema calls them equal: 1 and 1.0 are, 1 and ja are not."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{k!r}:{canonical(value[k])}" for k in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return repr(int(value) if isinstance(value, float) and value.is_integer() else value)
