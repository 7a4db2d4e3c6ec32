"""Long texts become safe HTML, and whatever would fall away is noticed before it does."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
from cmarkgfm import markdown_to_html_with_extensions
from cmarkgfm.cmark import Options
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inzage import markup
from inzage.markup import refused_parts, to_html

TAGS = {"p", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "br", "hr", "a"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = ("https:", "mailto:", "tel:")


class Reader(HTMLParser):
    """Everything a browser would find in a piece of HTML."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.text = ""
        self.odd: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.odd.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment

    @property
    def links(self) -> list[str]:
        return [value or "" for tag, name, value in self.attributes if (tag, name) == ("a", "href")]


def safe(text: str) -> Reader:
    """Reads what `to_html` made and holds it to the short list."""
    found = Reader(str(to_html(text)))
    assert set(found.tags) <= TAGS, found.tags
    for tag, name, _ in found.attributes:
        assert name in ATTRIBUTES.get(tag, set()), (tag, name)
    assert all(link.lower().startswith(SCHEMES) for link in found.links), found.links
    assert found.odd == []
    return found


PAYLOADS = [
    "<script>alert(1)</script>", "<SCRIPT SRC=//x.nl/x.js></SCRIPT>", "<scr<script>ipt>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    "<svg><script>alert&#40;1)</script>", "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">", "<iframe src=javascript:alert(1)>", "<body onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>", "<a href=\"https://x.nl\" onclick=alert(1)>x</a>", "<style>*{background:url(https://x.nl)}</style>", "<base href=//x.nl>",
    "<meta http-equiv=refresh content=0;url=//x.nl>", "<form action=//x.nl><input name=bsn></form>", "<object data=x>", "<embed src=x>", "<link rel=stylesheet href=//x.nl>",
    "<template><img src=x></template>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<!--><img src=x onerror=alert(1)>-->", "<!-- x -->", "<?php x ?>",
    "<![CDATA[<script>alert(1)</script>]]>", "<!DOCTYPE x>", "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>", "<details open ontoggle=alert(1)>",
    "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java\nscript:alert(1))", "[x](java&#10;script:alert(1))", "[x](&#106;avascript:alert(1))", "[x](javascript&colon;alert(1))",
    "[x](\u0001javascript:alert(1))", "[x]( javascript:alert(1))", "[x](<javascript:alert(1)>)", "[x](vbscript:x)", "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](file:///etc/passwd)",
    "[x](//x.nl)", "[x](/x)", "[x](x)", "[x](#x)", "[x](?x)", "[x]()", "[x](\\\\x.nl)", "[x](http://x.nl)", "[x](HTTPS://x.nl)", "[x](https:x.nl)", "[x](https:///x.nl)", "[x](https:\\\\x.nl)",
    "[x](mailto:a@b.nl?subject=<script>)", "[x](tel:14036)", "[x](https://x.nl/\"onmouseover=alert(1))", "[x](https://x.nl 'title\" onmouseover=\"alert(1)')", "[x](https://x.nl/<script>)",
    "[x][1]\n\n[1]: javascript:alert(1)", "[1]\n\n[1]: <javascript:alert(1)>", "[x][]\n\n[x]: data:x 'y'", "<javascript:alert(1)>", "<https://x.nl/\"onmouseover=alert(1)>", "<mailto:a@b.nl>",
    "![x](https://x.nl/x.png)", "![x](javascript:alert(1))", "![x][1]\n\n[1]: https://x.nl/x.png", "[![x](https://x.nl/x.png)](https://x.nl)", "!\\[x](https://x.nl)",
    "https://x.nl/\"onmouseover=alert(1)", "http://x.nl", "www.x.nl", "ftp://x.nl", "xmpp:a@b.nl", "mailto:a@b.nl", "a@b.nl", "javascript:alert(1)", "https://x.nl<script>",
    "{{7*7}}", "{% include 'x' %}", "{{ ''.__class__ }}", "${7*7}", "`<script>alert(1)</script>`", "```html\n<script>alert(1)</script>\n```", "    <script>alert(1)</script>",
    "```\" onmouseover=\"alert(1)\nx\n```", "# <script>x</script>", "# [x](javascript:alert(1))", "> <img src=x>", "- <b>x</b>", "|a|\n|-|\n|<b>x</b>|", "a <b", "a < b", "3<5", "<3", "x > y", "&lt;script&gt;",
    "&#60;script&#62;", "\\<script>", "<b", "</b>", "<b/>", "<b\n>", "\u2028<b>", "<\u0000b>", "a\u0000b", "\ud7ff", "<a@b.nl>", "\\![x](https://x.nl)", "1. a\n3. b", "7. zeven", "Kop\n===", "###### kop", "***vet***",
    "<h1>x</h1>", "<p>x</p>", "x<br>y", "x  \ny", "x\\\ny", "---", "* * *", "<details>", "[^1]\n\n[^1]: x", "~~x~~", "- [ ] x", "\x1b[31m", "<!-- raw HTML omitted -->", "`<!-- raw HTML omitted -->`",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("around", ["{}", "Begin {} einde.", "**{}**", "[{}](https://x.nl)", "# {}\n\nx", "- {}", "> {}"])
def test_no_payload_gets_through(payload, around):
    safe(around.replace("{}", payload))


def everything(text: str) -> Reader:
    """What the text would be with nothing left out: the same reader of Markdown, with raw HTML and all links kept."""
    options = Options.CMARK_OPT_DEFAULT | Options.CMARK_OPT_UNSAFE
    return Reader(markdown_to_html_with_extensions(text, options, extensions=["autolink"]))


def same(text: str) -> bool:
    """Did `to_html` leave out nothing: no words, no link, no picture?"""
    kept, whole = safe(text), everything(text)
    words = [re.sub(r"\s+", "", r.text) for r in (kept, whole)]
    extra = set(whole.tags) - TAGS - {f"h{n}" for n in range(1, 7)}
    return words[0] == words[1] and kept.links == whole.links and not extra and not whole.odd


MARKS = st.sampled_from(["<", ">", "</", "b>", "<b>", "[", "]", "(", ")", "](", "![", "]:", "\n", "\n\n", " ", "`", "**", "_", "#", "- ", "1. ", "\\", "&", "&lt;", "&#58;", ":", "//", "https://", "http://", "HTTPS://",
                         "www.", "ftp://", "mailto:", "tel:", "xmpp:", "javascript:", "x.nl", "a@b.nl", "/", "x", "\"", "'", "<!--", "-->", "<?", "    ", "~~~", "!", "?", "=", "[x]"])  # fmt: skip


@settings(max_examples=700, deadline=None)
@example("www.x.nl")
@example("[x](https://x.nl 'titel')")
@example("xmpp:a@b.nl")
@example("http://x.nl")
@example("[x]\n\n[x]: //x.nl")
@example("a@b.nl/x")
@example("https://www.>")
@example("[x](https://a..nl:99999/)")
@example("[x](https://xn--0.nl/)")
@example("[x](https://1.2.3.999/)")
@example("https://x.nl:99999/")
@given(st.lists(MARKS | st.text(max_size=2), max_size=12).map("".join))
def test_whatever_is_left_out_is_noticed(text):
    """The other way round the search may be stricter: it asks for https written in small letters, for one."""
    if not list(refused_parts(text)):
        assert same(text), (str(to_html(text)), text)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_is_left_out_of_a_payload_is_noticed(payload):
    if "\u0000" not in payload and not list(refused_parts(payload)):
        assert same(payload)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("<b>x</b>", ["html"]), ("![x](https://x.nl/x.png)", ["afbeelding"]), ("[x](http://x.nl)", ["link"]), ("[x](x)", ["link"]), ("www.x.nl", ["link"]),
        ("<b>x</b> ![x](https://x.nl/y) [x](//y)", ["html", "afbeelding", "link"]), ("<!-- x -->", ["html"]), ("[x](javascript:x)", ["link"]),
        ("[x][y]\n\n[y]: http://x.nl", ["link"]), ("http://x.nl", ["link"]), ("ftp://x.nl", ["link"]), ("<http://x.nl>", ["link"]),
    ],
)  # fmt: skip
def test_what_is_noticed(text, parts):
    assert list(refused_parts(text)) == parts


@pytest.mark.parametrize(
    "text",
    ["", "Gewone tekst.", "a < b en b > a", "3 < 5", "**vet** en _schuin_", "- een\n- twee", "1. een\n2. twee", "# Kop", "[x](https://x.nl)", "<https://x.nl>", "https://x.nl/a_b", "[x](mailto:a@b.nl)",
     "[bel](tel:14036)", "a@b.nl", "`<b>`", "\\<b>", "&lt;b&gt;", "C# & D", "[geen link]", "(haakjes) [x] (y)", "a\\[b](c)", "> citaat", "x  \ny", "---", "e.g. x://y"],
)  # fmt: skip
def test_what_is_left_alone(text):
    if text != "e.g. x://y":
        assert list(refused_parts(text)) == []
    assert same(text)


def test_headings_become_bold_so_that_the_order_of_headings_stays_whole():
    assert str(to_html("# Een\n\n## Twee *drie*")) == "<p><strong>Een</strong></p>\n<p><strong>Twee <em>drie</em></strong></p>\n"


def test_templates_are_just_text():
    assert "{{7*7}}" in to_html("{{7*7}}")


@given(st.text(max_size=40))
def test_plain_text_comes_through_whole(text):
    """Text without any mark of Markdown stands on the page as it was typed."""
    plain = re.sub(r"[^\w ,;é€]", "", text)
    words = html.unescape(re.sub(r"<[^>]*>", "", str(to_html(plain))))
    if plain[:1].strip():
        assert words.split() == plain.split() or "_" in plain


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_safe(text):
    safe(text)
    list(refused_parts(text))


def sanitised(text: str) -> Reader:
    """What nh3 itself leaves of a text."""
    rendered = markup._HEADING.sub(r"<p><strong>\1</strong></p>", markup._render(text))
    return Reader(markup._CLEANER.clean(rendered))


SIGNS = st.sampled_from(
    [
        '"',
        "'",
        "<",
        ">",
        "&",
        "&lt;",
        "*",
        "**",
        "`",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "3. ",
        "a",
        "[b](",
        ")",
        "https://a.nl",
        "?x=1&y",
        "#",
        " ",
        "\\",
        "é",
        "%22",
        "mailto:a@b.nl",
    ]
)


@settings(max_examples=1000, derandomize=True, deadline=None)
@example("https://a.nl\\")
@example("[b](https://xn--0.nl/)")
@example("[b](https://a..nl/)")
@example("[b](https://1.2.3.999/)")
@example("[b](https://a.nl/%22onclick=x)")
@example('[b](https://a.nl "titel")')
@example("- een **vette** [link](https://a.nl/b?c=1&d=2#e)")
@given(st.lists(SIGNS, max_size=14).map("".join))
def test_what_needs_no_sanitising_is_what_sanitising_would_leave(text):
    """Plain paragraphs, lists and web addresses skip nh3, for speed; a reader must never be able to tell."""
    ours, theirs = Reader(str(to_html(text))), sanitised(text)
    assert (ours.tags, ours.attributes, ours.text) == (theirs.tags, theirs.attributes, theirs.text)
