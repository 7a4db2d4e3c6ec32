"""What the templates promise without a browser: small files, no inline script or style, every word known, abbreviations explained."""

import re
from pathlib import Path

import pytest
import yaml

from inzage.pages.abbreviations import Explainer

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
PAGES = sorted(TEMPLATES.glob("*.html"))
WORDS = yaml.safe_load((TEMPLATES / "nl.yaml").read_text("utf-8"))
LIMITS = {"inzage.css": 10_000, "thema.css": 2_000, "zoeken.js": 6_000, "zoekhulp.js": 6_000, "voorlezen.js": 6_000, "icoon.svg": 1_000}


@pytest.mark.parametrize("name", LIMITS)
def test_what_every_page_loads_stays_small(name: str) -> None:
    assert 0 < (TEMPLATES / "vormgeving" / name).stat().st_size <= LIMITS[name]


def test_no_page_has_script_or_style_in_it() -> None:
    assert PAGES
    for page in PAGES:
        text = page.read_text("utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|\|\s*safe\b|autoescape", text), page.name
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text)), page.name


def test_every_word_that_a_page_asks_for_exists() -> None:
    asked = {(page.name, word) for page in PAGES for word in re.findall(r"\bt\.(\w+)", page.read_text("utf-8")) if word != "get"}
    assert asked
    assert [pair for pair in sorted(asked) if pair[1] not in WORDS] == []


def test_every_word_is_asked_for() -> None:
    text = " ".join(page.read_text("utf-8") for page in PAGES)
    unused = [w for w in WORDS if not re.search(rf"\bt\.{w}\b", text) and not w.startswith("vragen_") and w != "afkortingen"]
    assert unused == []


def test_the_theme_holds_every_property_that_the_style_uses() -> None:
    theme = (TEMPLATES / "vormgeving" / "thema.css").read_text("utf-8")
    used = set(re.findall(r"var\((--[\w-]+)\)", (TEMPLATES / "vormgeving" / "inzage.css").read_text("utf-8")))
    assert used
    assert [name for name in sorted(used) if f"{name}:" not in theme] == []


EXPLAIN = Explainer({"AI": "kunstmatige intelligentie", "B&W": "burgemeester en wethouders", "AP": "toezichthouder"})
AI = '<abbr title="kunstmatige intelligentie">AI</abbr>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<h1>Proef met AI</h1><p>AI helpt.</p>", f"<h1>Proef met {AI}</h1><p>AI helpt.</p>"),
        ("<p>De AI-verordening</p>", f"<p>De {AI}-verordening</p>"),
        ("<p>AI (kunstmatige intelligentie) helpt.</p>", "<p>AI (kunstmatige intelligentie) helpt.</p>"),
        ("<p>kunstmatige intelligentie (AI), zegt men.</p>", "<p>kunstmatige intelligentie (AI), zegt men.</p>"),
        ("<p>documenten (AI stukken)</p>", f"<p>documenten ({AI} stukken)</p>"),
        ('<a href="/AI/x" title="AI">AI</a>', f'<a href="/AI/x" title="AI">{AI}</a>'),
        ("<p>MAIL, AIDA, x.AI en gen-AI</p>", "<p>MAIL, AIDA, x.AI en gen-AI</p>"),
        ("<code>AI</code><p>AI</p>", f"<code>AI</code><p>{AI}</p>"),
        ('<abbr title="iets anders">AI</abbr> en AI', '<abbr title="iets anders">AI</abbr> en AI'),
        ("<p>B&amp;W beslist</p>", '<p><abbr title="burgemeester en wethouders">B&amp;W</abbr> beslist</p>'),
    ],
)
def test_an_abbreviation_is_explained_at_its_first_use_in_main(before: str, after: str) -> None:
    page = "<title>AI</title><nav>AI</nav><main>{}</main>"
    assert EXPLAIN(page.format(before).encode()).decode() == page.format(after)


def test_a_page_without_main_or_abbreviations_comes_back_as_it_is() -> None:
    assert EXPLAIN(b"<p>AI</p>") == b"<p>AI</p>"
    assert Explainer({})(b"<main>AI</main>") == b"<main>AI</main>"
