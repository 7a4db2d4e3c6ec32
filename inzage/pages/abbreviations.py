"""A page → the same page with each known abbreviation explained at its first use in `main` (ACCESSIBILITY, promise 15). Pure.

Texts and names are written by many people; that an abbreviation is explained on every page it stands on is therefore the work of the site.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

_TOLD_AFTER = re.compile(rb"[\w'-]*\s*\([^)<]{6,}\)")
_TOLD_BEFORE = re.compile(rb"[\w-]{6,}[^(<>]*\($")
_LEFT_ALONE = (b"<title", b"<code", b"<pre", b"<option", b"<textarea", b"<script")


def _told(html: bytes, at: int, end: int) -> bool:
    """Whether the text itself explains it: «AI (kunstmatige intelligentie)» or «kunstmatige intelligentie (AI)»."""
    if _TOLD_AFTER.match(html, end):
        return True
    return html[end : end + 1] in (b")", b",", b";") and bool(_TOLD_BEFORE.search(html, max(0, at - 80), at))


class Explainer:
    """Knows abbreviations and what they mean, and puts an `abbr` around their first use."""

    def __init__(self, words: Mapping[str, str]):
        """words: abbreviation → meaning."""
        texts = {escape(word, quote=False): escape(meaning) for word, meaning in words.items()}
        self._tags = {text.encode(): f'<abbr title="{meaning}">{text}</abbr>'.encode() for text, meaning in texts.items()}
        longest_first = sorted(texts, key=lambda text: (-len(text), text))
        # No look-behind in front: a pattern that begins with letters is searched for many times faster.
        self._use = re.compile(rf"(?:{'|'.join(map(re.escape, longest_first))})(?![\w/])".encode()) if texts else None
        self._joined = re.compile(rb"[\w./-]")

    def __call__(self, html: bytes) -> bytes:
        """The page with the first use of each abbreviation in `main` explained, unless the text there already does."""
        start = html.find(b"<main")
        if start < 0 or self._use is None:
            return html
        seen: set[bytes] = set()
        parts, done = [], 0
        for use in self._use.finditer(html, start):
            word, (at, end) = use[0], use.span()
            if word in seen or self._joined.match(html, at - 1):
                continue
            tag = html.rfind(b"<", 0, at)
            if tag > html.rfind(b">", tag, at) or html.startswith(_LEFT_ALONE, tag):  # in an address or a title, or in code
                continue
            seen.add(word)
            if html.startswith(b"<abbr", tag) or _told(html, at, end):
                continue
            parts += [html[done:at], self._tags[word]]
            done = end
        return b"".join([*parts, html[done:]]) if parts else html
