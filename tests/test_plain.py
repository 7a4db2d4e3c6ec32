"""What plain-Dutch hints promise: friendly, one a code, at the right place, quick, and never in the way."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inzage.plain import Hint, hints, office_words, sentences

LONG = "Dit is een zin van meer dan twintig woorden die maar niet ophoudt en die de lezer dus niet in een keer begrijpt"


def codes(text, **options):
    return [hint.code for hint in hints(text, **options)]


def hint(text, code, **options) -> Hint:
    return next(each for each in hints(text, **options) if each.code == code)


def parts(text):
    return [text[start:end].strip() for start, end in sentences(text)]


def test_plain_dutch_gets_no_hints():
    assert codes("De gemeente kijkt of u recht hebt op hulp. Een medewerker beslist. U kunt bezwaar maken.") == []


@pytest.mark.parametrize("text", ["", " ", "\n", ".", "...", "- ", "# ", "```", "|", "1.", "`", "](", "é", "\x00"])
def test_almost_nothing_gives_nothing(text):
    assert codes(text) == []


def test_a_sentence_of_more_than_twenty_words():
    found = hint(f"Kort begin. {LONG}.", "lange-zin")
    assert found.message == "Deze zin heeft 23 woorden. Korter leest prettiger."
    assert found.fix == "Maak er twee zinnen van."
    assert found.start == 12


def test_twenty_words_is_not_too_long_and_twenty_one_is():
    assert codes(" ".join(["dag"] * 20) + ".") == []
    assert codes(" ".join(["dag"] * 21) + ".") == ["lange-zin"]


def test_dashes_and_marks_are_not_words():
    assert codes(" ".join(["dag"] * 20) + " - – * & ** .") == []


def test_one_hint_a_code_says_how_many_more():
    found = [each for each in hints(f"{LONG}. {LONG}. {LONG}! {LONG}?") if each.code == "lange-zin"]
    assert len(found) == 1
    assert "en nog 3 keer" in found[0].message


@pytest.mark.parametrize(
    "text",
    [
        "Dit staat in art. 5 van de wet.",
        "Neem bijv. De Wit als voorbeeld.",
        "Dat geldt voor o.a. Amsterdam en d.w.z. Rotterdam.",
        "Er zijn 3.500 mensen.",
        "Volgens lid 1. van het besluit.",
        "Volgens artikel 3, lid 1. Awb mag het.",
        "Dat zei J.P. Jansen of P. Jansen.",
        "Vraag het dhr. Jansen of mevr. De Boer.",
        "Kijk op voorbeeld.nl voor meer.",
    ],
)
def test_a_full_stop_that_ends_no_sentence(text):
    assert len(parts(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Bel a.u.b. Twee",
        "Op voorbeeld.nl. Twee",
        "Een. Twee",
        "Een! Twee",
        "Een? Twee",
        "Een… Twee",
        "(Een.) Twee",
        "Een, enz. Twee",
        "«Een.» Twee",
        "Om 3. Ja",
    ],
)
def test_a_mark_that_does_end_a_sentence(text):
    assert len(parts(text)) == 2


def test_list_items_headings_and_cells_are_not_one_sentence():
    text = "# Kop\n- een twee\n- drie vier\n\n1. vijf\n2. zes\n\n| a | b |\n> zeven"
    assert parts(text) == ["een twee", "drie vier", "vijf", "zes", "a", "b", "zeven"]
    assert codes("\n".join(f"- punt {number} van de lijst" for number in range(20))) == []


def test_a_bullet_on_the_first_line_is_no_word():
    assert parts("1. Eerste\n2. Tweede") == ["Eerste", "Tweede"]


def test_lines_of_one_paragraph_are_one_sentence():
    assert codes(LONG.replace(" die ", "\ndie ")) == ["lange-zin"]


@pytest.mark.parametrize(
    ("text", "excerpt"),
    [
        ("Uw aanvraag wordt door een medewerker beoordeeld.", "wordt door een medewerker beoordeeld"),
        ("De gegevens worden bewaard.", "worden bewaard"),
        ("Het besluit werd genomen.", "werd genomen"),
        ("Er werden fouten gemaakt.", "werden fouten gemaakt"),
        ("Wat verwerkt kan worden, staat hier.", "verwerkt kan worden"),
        ("Uw gegevens worden doorgegeven.", "worden doorgegeven"),
        ("Het wordt gedaan.", "wordt gedaan"),
        ("Dit wordt vergeleken met de wet.", "wordt vergeleken"),
    ],
)
def test_a_passive(text, excerpt):
    found = hint(text, "lijdende-vorm")
    assert found.excerpt == excerpt == text[found.start : found.start + len(excerpt)]


@pytest.mark.parametrize(
    "text",
    [
        "De gevolgen worden groter.",
        "Het wordt tijd.",
        "Het beleid wordt strenger in dit gebied.",
        "De kosten worden hoger, verwacht de gemeente.",
        "De gemeente heeft het besluit genomen.",
        "Dat wordt een verantwoordelijkheid van de gemeenteraad.",
        "Wij verwerken gegevens. Wij worden beter.",
        "De wereld is veranderd.",
    ],
)
def test_not_a_passive(text):
    assert "lijdende-vorm" not in codes(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Dit doen wij middels een brief.", "met"),
        ("INDIEN u dat wilt.", "als"),
        ("Dit is ten\n  behoeve van u.", "voor"),
        ("Wij doen dat i.v.m. of m.b.t. de wet.", "over"),
        ("Teneinde te helpen.", "om"),
    ],
)
def test_an_office_word_comes_with_its_everyday_word(text, plain):
    assert hint(text, "kantoorwoord").fix == f"Schrijf liever «{plain}»."


def test_only_whole_words_are_office_words():
    assert codes("Uw ingediende aanvraag, de indiener en de dochter.") == []
    assert codes("De dochter is conformist.") == []


def test_every_office_word_of_the_list_is_found():
    assert len(office_words()) >= 150
    for word in office_words():
        assert hint(f"Zie {word} hier", "kantoorwoord").excerpt == word


def test_the_list_holds_no_doubles_and_advises_no_office_word():
    source = Path(__file__).parents[1].joinpath("inzage", "kantoorwoorden.yaml").read_text(encoding="utf-8")
    keys = re.findall(r"^([^#:\n]+):", source, re.MULTILINE)
    assert len(keys) == len(set(keys)) == len(office_words())
    assert all(key == key.lower().strip() for key in keys)
    assert not [plain for plain in office_words().values() if "kantoorwoord" in codes(plain)]


def test_an_abbreviation_that_nobody_explains():
    found = hint("De gegevens komen uit de BRP en de BAG.", "afkorting")
    assert (found.excerpt, found.start) == ("BRP", 25)
    assert "en nog 1 keer" in found.message


@pytest.mark.parametrize(
    "text",
    [
        "De Basisregistratie Personen (BRP). De BRP is een lijst.",
        "De BRP (Basisregistratie Personen) is een lijst.",
        "Eerst de BRP. Later de uitleg: Basisregistratie Personen (afgekort: BRP).",
        "De BRP staat voor Basisregistratie Personen.",
        "Het UWV, de GGD en de NS gebruiken AI en een PDF.",
        "LET OP dit.",
        "Postbus 12, 1234 AB Ons Dorp.",
        "Hoofdstuk III, CVDR721556 en A4.",
    ],
)
def test_an_abbreviation_that_is_explained_or_well_known(text):
    assert codes(text) == []


def test_many_times_the_same_abbreviation_counts_once():
    assert "en nog" not in hint("De BRP. De BRP. De BRP.", "afkorting").message


def test_a_long_word_and_the_names_that_cannot_be_avoided():
    word = "schuldhulpverleningstraject"
    assert hint(f"Een {word}.", "lang-woord").excerpt == word
    assert codes(f"Een {word}.", allow=[word.upper()]) == []
    assert codes("De BRP.", allow=["BRP"]) == []
    assert codes("a" * 16) == []
    assert codes("a" * 17) == ["lang-woord"]


@pytest.mark.parametrize(
    "text",
    [
        "Gebruik `indien BRP schuldhulpverleningstraject`.",
        "```\nindien BRP wordt gebruikt\n```\n",
        "Zie [de uitleg](/indien/BRP/schuldhulpverleningstraject).",
        "Zie https://voorbeeld.nl/indien/BRP/schuldhulpverleningstraject nu.",
        "Mail schuldhulpverleningsloket@schuldhulpverleningsloket.nl.",
    ],
)
def test_code_and_addresses_are_skipped(text):
    assert codes(text) == []


def test_places_stay_right_after_skipped_parts():
    text = "Zie [dit](https://voorbeeld.nl) en `code`. Indien u wilt."
    found = hint(text, "kantoorwoord")
    assert text[found.start :].startswith("Indien")


def test_lower_case_never_moves_a_place():
    longer = [chr(code) for code in range(0x110000) if len(chr(code).lower()) != 1]
    assert longer == ["İ"]
    assert hint("İİİ indien", "kantoorwoord").start == 4


PIECES = [
    "indien ",
    "wordt ",
    "gebruikt",
    ". ",
    "\n- ",
    "BRP ",
    "(",
    "`",
    "](",
    "http://",
    "a" * 18,
    " ",
    "art. ",
    "|",
    "\n\n",
]


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
def test_any_text_gives_hints_at_places_that_exist(text):
    found = list(hints(text))
    assert len({each.code for each in found}) == len(found)
    for each in found:
        excerpt = each.excerpt.removesuffix(" …")
        assert excerpt
        assert text[each.start : each.start + len(excerpt)].split() or "`" in text
        assert each.message.endswith(".")
        assert each.fix.endswith(".")
        assert "\n" not in each.message + each.fix


SLOW = [
    *PIECES,
    "a",
    ".",
    "`a",
    "``` ",
    "\n```",
    "~~~\n",
    "[x](",
    "ten ",
    "\n",
    "\n ",
    "A",
    "AB ",
    "ABCD (",
    "(a",
    "wordt ge",
    "1. ",
]
SLOW += [
    "worden be",
    "?!",
    "ge",
    "verver",
    "a-",
    "a'",
    "e.d. ",
    "lid 1. ",
    "\t",
    "İ",
    "#",
    "\n# ",
    "http://a)",
    "www.",
    "aa@",
    "|\n",
]


@pytest.mark.parametrize("piece", SLOW)
def test_a_hundred_kilobytes_of_trouble_takes_less_than_a_second(piece):
    text = "a " + piece * (100_000 // len(piece)) + "!"
    begin = time.perf_counter()
    list(hints(text))
    assert time.perf_counter() - begin < 1
