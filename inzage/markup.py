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
# A text in which none of these is found holds nothing to leave out: no tag, no picture, and only links to a good address. Each begins with the
# word beside it: looking for a plain word first, and for a pattern that begins with one, is many times faster than one pattern for all.
_SUSPECTS = [
    (word, re.compile(pattern))
    for word, pattern in (
        ("<", r"<[a-zA-Z/!?]"),
        ("![", r"!\["),
        ("][", r"\]\["),
        ("]:", r"\]:"),
        ("](", r"\]\((?!https://|mailto:[^\s]|tel:[+0-9])"),
        ("www.", r"www\.(?<!https://www\.)"),
        ("xmpp:", r"xmpp:"),
        ("mailto:", r"mailto:(?<!\]\(mailto:)"),
        ("xn--", r"xn--"),
        ("://", r"://(?<!https://)"),
        ("https://", r"https://(?!(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}(?:[/?#\s),.;]|\Z))"),  # a host that an address may not have
    )
]
# Tags that may stand in a page as they are, and plain web addresses; a text with any other goes through nh3.
_OTHER = re.compile(
    r"<(?!/?(?:p|ul|ol|li|strong|em|code|pre|blockquote)>|(?:br|hr) />|/a>"
    r'|a href="https://(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}(?:/[\w./?=&;#%~+-]*)?">)',
    re.ASCII,
)
_HREF = re.compile(r'<a href="([^"]*)"')
_KEPT = re.compile(r'<a(?: title="[^"]*")? href="')
_GOOD_HREF = re.compile(r"(?:https://[^\s/]|mailto:[^\s]|tel:[+0-9])")


def to_html(text: str) -> Markup:
    """Safe HTML of a Markdown text: paragraphs, lists, bold, links to https, mailto and tel. Raw HTML and images never come through."""
    html = _render(text)
    if "<h" in html:
        html = _HEADING.sub(r"<p><strong>\1</strong></p>", html)
    return Markup(_CLEANER.clean(html) if _OTHER.search(html) else html)


def refused_parts(text: str) -> Iterator[str]:
    """What `to_html` would leave out of a text: `html`, `afbeelding`, `link`. Each at most once. Nothing is dropped silently (DESIGN §4)."""
    if not any(word in text and pattern.search(text) for word, pattern in _SUSPECTS):
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
