"""A page → the same page with each known abbreviation explained at its first use in `main` (ACCESSIBILITY, promise 15). Pure.

Texts and names are written by many people; that an abbreviation is explained on every page it stands on is therefore the work of the site.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import NamedTuple

_TOLD_AFTER = re.compile(r"[\w'’-]*\s*\([^)<]{6,}\)")
_TOLD_BEFORE = re.compile(r"[\w-]{6,}[^(<>]*\($")
_LEFT_ALONE = ("<abbr", "<code", "<pre", "<option", "<textarea", "<script", "<title")


class Short(NamedTuple):
    """An abbreviation as it stands in HTML, the pattern of a use of it, and the tag that explains it."""

    text: str
    use: re.Pattern[str]
    tag: str


def shorts(words: Mapping[str, str]) -> list[Short]:
    """Abbreviation → meaning, as `explain` wants it; the longest first."""
    found = []
    for word in sorted(words, key=lambda w: (-len(w), w)):
        text = escape(word)
        use = re.compile(rf"(?<![\w./-]){re.escape(text)}(?![\w/])")
        found.append(Short(text, use, f'<abbr title="{escape(words[word])}">{text}</abbr>'))
    return found


def explain(html: str, known: Iterable[Short]) -> str:
    """The page with an `abbr` around the first use of each known abbreviation in `main`, unless the text there already explains it."""
    start = html.find("<main")
    if start < 0:
        return html
    for short in known:
        # Most pages hold few of them: `find` is many times faster than one pattern for all.
        at = html.find(short.text, start)
        if at >= 0:
            html = _explained(html, short, at)
    return html


def _explained(html: str, short: Short, start: int) -> str:
    for use in short.use.finditer(html, start):
        at, end = use.span()
        tag = html.rfind("<", 0, at)
        if tag > html.rfind(">", 0, at):  # inside a tag: an address or a title
            continue
        if html.startswith(_LEFT_ALONE[1:], tag):
            continue
        told = html.startswith("<abbr", tag) or _TOLD_AFTER.match(html, end) or _TOLD_BEFORE.search(html, max(0, at - 80), at)
        return html if told else html[:at] + short.tag + html[end:]
    return html
