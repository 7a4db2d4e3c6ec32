"""Markdown → safe HTML: the only place where text becomes markup. Flow: … → pages → render (used by both, and by rules.py).

CommonMark in safe mode, then nh3 with a short allow-list (docs/besluiten/0005-markdown.md). Headings become bold paragraphs, so that a
text never breaks the order of headings of the page it stands on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import nh3
from cmarkgfm.cmark import Options, markdown_to_html, markdown_to_html_with_extensions
from markupsafe import Markup

SCHEMES = {"https", "mailto", "tel"}
_CLEANER = nh3.Cleaner(
    tags={"p", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "br", "hr", "a"},
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    url_schemes=SCHEMES,
    url_relative="deny",
    link_rel=None,
)
_HEADING = re.compile(r"<h[1-6]>(.*?)</h[1-6]>", re.DOTALL)
_OMITTED = "<!-- raw HTML omitted -->"
# A text without any of these holds nothing to leave out: no tag, no picture, and only links to a good address.
_SUSPECT = re.compile(
    r"<[a-zA-Z/!?]|!\[|(?<!https://)www\.|xmpp:|(?<!\]\()mailto:|xn--|\][:\[]|(?<!https)://|\]\((?!https://|mailto:[^\s]|tel:[+0-9])"
    r"|https://(?!(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}(?:[/?#\s),.;]|\Z))"  # a host that an address may not have
)
_OF_SUSPECTS = ("<", "![", "www.", "://", "](", "]:", "][", "xmpp:", "mailto:")
_HREF = re.compile(r'<a href="([^"]*)"')
_KEPT = re.compile(r'<a(?: title="[^"]*")? href="')
_GOOD_HREF = re.compile(r"(?:https://[^\s/]|mailto:[^\s]|tel:[+0-9])")


def to_html(text: str) -> Markup:
    """Safe HTML of a Markdown text: paragraphs, lists, bold, links to https, mailto and tel. Raw HTML and images never come through."""
    html = _render(text)
    return Markup(_CLEANER.clean(_HEADING.sub(r"<p><strong>\1</strong></p>", html) if "<h" in html else html))


def refused_parts(text: str) -> Iterator[str]:
    """What `to_html` would leave out of a text: `html`, `afbeelding`, `link`. Each at most once. Nothing is dropped silently (DESIGN §4)."""
    for part in _OF_SUSPECTS:
        if part in text:
            break
    else:
        return
    if not _SUSPECT.search(text):
        return
    html = _render(text)
    if _OMITTED in html:
        yield "html"
    if "<img" in html:
        yield "afbeelding"
    links = _HREF.findall(html)
    if not all(map(_GOOD_HREF.match, links)) or len(_KEPT.findall(_CLEANER.clean(html))) < len(links):
        yield "link"


def _render(text: str) -> str:
    if "://" not in text and "@" not in text and "www." not in text:  # nothing that becomes a link by itself: half the time
        return str(markdown_to_html(text, Options.CMARK_OPT_DEFAULT))
    return str(markdown_to_html_with_extensions(text, Options.CMARK_OPT_DEFAULT, extensions=["autolink"]))
