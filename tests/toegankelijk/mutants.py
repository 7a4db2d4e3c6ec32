"""Small faults, one a clause of a promise, each put into good.html to see that its promise notices.

A mutant is (promise, what is wrong, {"html": (old, new), "css": text, "js": text}).
"""

from pathlib import Path
from typing import Any

END = "</main>"
SKIP = '<a class="skip" href="#inhoud">Naar de inhoud</a>'
SHEET = '<link rel="stylesheet" href="good.css">'
TELEPHONE = '<a href="tel:+31101234567">010 123 45 67</a>'
LINK = '<a href="lijst.html#parkeren">bladzijde over parkeren in de stad</a>'
FIELD = '<input id="zoek" name="q" type="search">'
LABEL = '<label for="zoek">Zoeken in het register</label>'
SCROLLER = '<div class="scroll" role="region" aria-label="Tabel met gegevens" tabindex="0">'


def _more(html: str) -> dict[str, Any]:
    return {"html": (END, html + END)}


MUTANTS: list[tuple[int, str, dict[str, Any]]] = [
    (0, "a picture without alternative", _more('<img src="icoon.svg" width="44" height="44">')),
    (
        1,
        "a faint placeholder",
        {"html": (FIELD, FIELD[:-1] + ' placeholder="x y">'), "css": "::placeholder{color:#999}"},
    ),
    (1, "text on a gradient", {"css": "footer{background:linear-gradient(red,blue)}"}),
    (1, "large text of 5:1", {"css": "h1{color:#707070;background:#fff}"}),
    (2, "a small button", {"css": "button{min-height:30px;padding:0}"}),
    (2, "a small summary", {"css": "summary{min-height:0;padding:0}"}),
    (
        2,
        "links in a sentence too close",
        _more('<p class="dicht">Zie <a href="#a">a1</a>, <a href="#b">b1</a> en verder.</p>') | {"css": ".dicht{letter-spacing:-6px}"},
    ),
    (3, "body text of 19 px", {"css": "main p{font-size:19px}"}),
    (3, "a small field", {"css": "input{font-size:16px}"}),
    (3, "small words from the style sheet", {"css": "h2::after{content:'nieuw';font-size:12px}"}),
    (4, "a page that scrolls sideways", {"css": "h1{min-width:500px}"}),
    (4, "a wide thing hidden by the body", {"css": "html,body{overflow-x:hidden}h1{min-width:500px}"}),
    (
        4,
        "a table without label",
        {"html": (SCROLLER, '<div class="scroll" tabindex="0">'), "css": "table{min-width:30em}"},
    ),
    (
        4,
        "a table without keyboard",
        {"html": (SCROLLER, SCROLLER.replace(' tabindex="0"', "")), "css": "table{min-width:30em}"},
    ),
    (
        4,
        "something else that scrolls",
        {"css": "h1{overflow-x:auto;white-space:nowrap}h1::after{content:'en nog heel veel meer'}"},
    ),
    (
        5,
        "a button of fixed height",
        {"css": "button{height:48px;min-height:0;line-height:1.5;width:96px;overflow:hidden}"},
    ),
    (5, "lines cut off", {"css": "main>p:nth-of-type(1){max-height:6.5em;overflow:hidden}"}),
    (
        6,
        "a fixed header over the text",
        {"css": "header{position:fixed;top:0;height:180px}body{padding-top:180px}.skip{z-index:2}"},
    ),
    (6, "a box of fixed width", {"css": ".nl-data-badge{display:inline-block;width:150px;white-space:nowrap}"}),
    (7, "no ring", {"css": ":focus-visible{outline:none}"}),
    (7, "a ring of 2:1", {"css": ":focus-visible{outline-color:light-dark(#b0b0b0,#444)}"}),
    (7, "a ring that is clipped", {"css": "footer p{overflow:hidden}footer .alone{outline-offset:0}"}),
    (
        7,
        "a focus that is covered",
        {"css": "footer{position:relative}footer::after{content:'';position:absolute;inset:0}"},
    ),
    (7, "no skip link", {"html": (SKIP, "")}),
    (7, "a skip link that does not move the focus", {"html": (' tabindex="-1"', "")}),
    (7, "a skip link that stays hidden", {"css": ".skip:focus{left:-9999px}"}),
    (
        7,
        "a button out of reach",
        {
            "js": "document.querySelector('main button').addEventListener('focus',e=>e.target.blur());document.querySelector('#naam').addEventListener('keydown',e=>e.key==='Tab'&&e.preventDefault())"
        },
    ),
    (8, "lines close together", {"css": "main p{line-height:1.3}"}),
    (8, "long lines", {"css": "p{max-width:none}"}),
    (8, "justified text", {"css": "p{text-align:justify}"}),
    (8, "forced capitals", {"css": "h2{text-transform:uppercase}"}),
    (9, "no number to read", {"html": (TELEPHONE, TELEPHONE.replace("010 123 45 67", "Bel ons"))}),
    (9, "another number than is dialled", {"html": (TELEPHONE, TELEPHONE.replace("45 67", "45 68"))}),
    (9, "no number on paper", {"css": "@media print{a[href^='tel']{display:none}}"}),
    (
        10,
        "a menu made by the script",
        {"js": "document.querySelector('nav ul').insertAdjacentHTML('beforeend','<li><a class=\"alone\" href=\"x.html\">Nieuws</a></li>')"},
    ),
    (10, "no list from A to Z", {"html": ("Alle algoritmes van A tot Z", "Alle algoritmes")}),
    (10, "a list from A to Z without entries", {"html": ('href="lijst.html"', 'href="leeg.html"')}),
    (11, "one text to two places", _more('<p><a class="alone" href="x.html">Slim parkeren</a></p>')),
    (11, "a link without text", _more('<p><a class="alone" href="x.html"></a></p>')),
    (11, "klik hier", {"html": (LINK, LINK.replace("bladzijde over parkeren in de stad", "Klik hier!"))}),
    (12, "small text", {"css": "@media print{body{font-size:14pt}}"}),
    (12, "navigation", {"css": "@media print{nav{display:block}}"}),
    (12, "an address not written out", {"css": "@media print{a::after{content:none!important}}"}),
    (
        12,
        "a status in colour only",
        {"html": ("In gebruik</span>", "</span>"), "css": ".nl-data-badge{background:green}"},
    ),
    (12, "white letters", {"css": "@media print{.nl-data-badge{color:#fff;background:#060}}"}),
    (13, "a button without border", {"css": "button{border:0;background:#036;color:#fff}"}),
    (13, "an animation", {"css": "@keyframes k{to{opacity:.9}}h1{animation:k 2s infinite}"}),
    (13, "smooth scrolling", {"css": "html{scroll-behavior:smooth}"}),
    (13, "one orientation only", {"css": "@media (orientation:landscape){main{transform:rotate(90deg)}}"}),
    (
        14,
        "a placeholder for a label",
        {"html": (LABEL + "\n" + FIELD, FIELD[:-1] + ' placeholder="Zoeken in het register">')},
    ),
    (
        14,
        "a hidden label",
        {"css": "label{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}"},
    ),
    (14, "focus that stays at the button", {"js": "document.querySelector('#fouten').focus=()=>{}"}),
    (
        14,
        "a wrong field without text",
        {"js": "document.querySelector('[data-fouten]').addEventListener('submit',()=>document.querySelector('#naam-fout').remove())"},
    ),
    (
        14,
        "a wrong field not marked",
        {
            "html": (
                '<input id="naam" name="naam" required>',
                '<input id="naam" name="naam" required><label for="straat">Straat</label><input id="straat" required>',
            )
        },
    ),
    (15, "a request to another site", {"js": "new Image().src='http://localhost:9/x.png'"}),
    (15, "a page that is too heavy", {"js": "/*" + "x" * 100_000 + "*/"}),
    (15, "an error on the console", {"js": "console.error('kapot')"}),
    (15, "an error in a script", {"js": "nietBestaand()"}),
    (15, "a second h1", _more("<h1>Nog een kop</h1>")),
    (15, "no language", {"html": ('<html lang="nl">', "<html>")}),
    (15, "another language without lang", {"html": ('<p lang="en">', "<p>")}),
    (
        15,
        "an abbreviation not explained",
        {"html": ('<abbr title="Algemene verordening gegevensbescherming">AVG</abbr>', "AVG")},
    ),
    (15, "an abbreviation without title", {"html": (' title="Algemene verordening gegevensbescherming"', "")}),
]


def write_mutant(folder: Path, number: int) -> str:
    """Write mutant number as a page into a copy of the folder bad; gives the name of the page."""
    edit, name = MUTANTS[number][2], f"mutant-{number}"
    html = (folder / "good.html").read_text("utf-8").replace("good.html", f"{name}.html")
    if "html" in edit:
        old, new = edit["html"][0].replace("good.html", f"{name}.html"), edit["html"][1]
        assert old in html, f"{old} is not in good.html"
        html = html.replace(old, new)
    if "css" in edit:
        (folder / f"{name}.css").write_text(edit["css"], "utf-8")
        html = html.replace(SHEET, f'{SHEET}<link rel="stylesheet" href="{name}.css">')
    if "js" in edit:
        (folder / f"{name}.js").write_text(edit["js"], "utf-8")
        html = html.replace("</head>", f'<script src="{name}.js" defer></script></head>')
    (folder / f"{name}.html").write_text(html, "utf-8")
    return f"{name}.html"
