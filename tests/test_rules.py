"""What the rules promise beyond their cases: one mistake is one Problem, and what is private never comes out."""

from __future__ import annotations

import copy
import re
from functools import cache

import pytest
import registers
from hypothesis import given, settings
from hypothesis import strategies as st

from inzage import personal
from inzage.check import check_file, public
from inzage.kinds import Kind
from inzage.load import load
from inzage.problem import FORMATS, Problem
from inzage.rules import ADVICE, RULES, texts
from inzage.whole import WHOLE


@cache
def kinds() -> dict[str, Kind]:
    return registers.kinds()


def found(extra: str = "", kind: str = "algoritmes", text: str = registers.ALGORITHM) -> list[Problem]:
    return check_file(kinds()[kind], (text + extra).encode(), "register/algoritmes/geval.yaml")[1]


def codes(extra: str = "", **more: str) -> list[str]:
    return [p.code for p in found(extra, **more)]


@pytest.mark.parametrize("rule", [*RULES, *ADVICE, *WHOLE], ids=lambda rule: rule.__name__)
def test_the_docstring_of_a_rule_is_the_rule_in_dutch(rule):
    assert rule.__doc__ and rule.__doc__.strip().endswith(".")
    assert re.search(r"\b(een|geen|het|de|elke|alleen|en|voor)\b", rule.__doc__, re.IGNORECASE)
    assert not re.search(r"\b(the|with|schema|string)\b", rule.__doc__)


# dates


@pytest.mark.parametrize(
    ("begin", "end", "good"),
    [("2024-05", "2024-05", True), ("2024-05", "2024-04", False), ("2024-05", "2025-01", True), ("2024-12", "2023-12", False)],
)
def test_an_end_is_not_before_its_begin(begin, end, good):
    assert codes(f"begindatum: {begin}\neinddatum: {end}\n") == ([] if good else ["einde-voor-begin"])


@pytest.mark.parametrize(
    ("begin", "end", "good"), [("2024", "2024-03", True), ("2024-03-05", "2024", True), ("2024-03-05T10:00Z", "2024-03-05", True)]
)
def test_rough_dates_are_compared_as_far_as_they_go(begin, end, good):
    kind = kinds()["algoritmes"]
    data = {"begindatum": begin, "einddatum": end}
    assert (list(RULES[0](kind, data)) == []) == good


@given(st.dates(), st.dates())
def test_an_end_before_its_begin_is_told_once_whatever_the_dates(one, other):
    data = {"begindatum": one.isoformat()[:7], "einddatum": other.isoformat()[:7]}
    assert len(list(RULES[0](kinds()["algoritmes"], data))) == (data["einddatum"] < data["begindatum"])


def test_dates_inside_lists_are_looked_at_too():
    text = "correcties:\n  - {gemeld_op: 2026-03-01, hersteld_op: 2026-04-01, wat: Een fout.}\n  - {gemeld_op: 2026-03-01, hersteld_op: 2026-02-01, wat: Nog een fout.}\n"
    assert [(p.code, p.field) for p in found(text)] == [("einde-voor-begin", "correcties.1.hersteld_op")]


# personal data

PRIVATE = {
    "bsn 111222333": "111222333",
    "het BSN is 1112 22 333": "1112 22 333",
    "123456782": "123456782",
    "06-12345678": "12345678",
    "+31 6 1234 5678": "1234 5678",
    "jan.de.vries@almere.nl": "jan.de.vries",
    "piet_1970@hotmail.com": "piet_1970",
    "NL91ABNA0417164300": "0417164300",
}
PLACES = {
    "a text": "gegevens: {}\n",
    "a block": "gegevens: |\n  Een regel.\n  Hier staat {}.\n",
    "a folded block": "gegevens: >-\n  Een regel.\n  Hier staat {}.\n",
    "a list": "zoektermen:\n  - fiets\n  - '{}'\n",
    "a group": "contact:\n  afdeling: '{}'\n",
    "a group in a list": "bronnen:\n  - titel: '{}'\n    link: https://www.example.nl/\n",
    "the reason of a gap": "ontbreekt:\n  broncode: {{reden: onbekend, toelichting: '{}'}}\n",
    # with a mistake of another kind on the same line, or instead of a good value
    "a date": "begindatum: '{}'\n",
    "an address": "publiekspagina: '{}'\n",
    "a mail address": "contact:\n  email: '{}; x'\n",
    "a value from a list": "taal: '{}'\n",
    "a list of values": "themas:\n  - '{}'\n",
    "a key": "'{}': x\n",
    "a key in a group": "contact:\n  '{}': x\n",
    "a key under the gaps": "ontbreekt:\n  '{}': {{reden: onbekend}}\n",
    "a key twice": "'{0}': x\n'{0}': x\n",
    "a line that cannot be read": "gegevens: '{}' en meer\n",
    "a line with a tab": "gegevens: {}\there\n",
    "a line with a sign that nobody sees": "gegevens: {}\u200b\n",
    "behind a hash": "gegevens: Fiets # {}\n",
    "a text with code": "gegevens: 'Fiets <b>{}</b>'\n",
    "a text that is too long": "leverancier: '{} " + "x" * 300 + "'\n",
    "twice the same": "zoektermen:\n  - '{0}'\n  - '{0}'\n",
    "an anchor": "gegevens: &a {}\n",
    "a number": "landelijk_id: '{}'\n",
    "a reference": "relaties:\n  - soort: verwijst naar\n    naar: '{}'\n",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("form", FORMATS)
def test_personal_data_never_comes_out(place, form):
    """In no form of output, in no field of a Problem, wherever it stands and whatever else is wrong there."""
    said = 0
    for secret, part in PRIVATE.items():
        problems = found(PLACES[place].format(secret))
        text = "\n".join(FORMATS[form](problems)) + "".join(p.source + p.field for p in problems)
        said += bool(problems)
        assert part not in text and secret not in text, (place, secret, text)
    assert said > 4 or place in ("behind a hash",), "nothing was tried"


@pytest.mark.parametrize("secret", PRIVATE)
def test_personal_data_is_found_wherever_a_text_stands(secret):
    expected = {p.code for p in personal.findings(secret)}
    assert expected
    for place in ("a text", "a block", "a folded block", "a list", "a group", "a group in a list", "the reason of a gap"):
        assert expected <= set(codes(PLACES[place].format(secret))), place


def test_personal_data_is_told_also_when_something_else_is_wrong():
    assert {"bsn", "onbekend-veld"} <= set(codes("gegevens: Het BSN is 111222333.\nkleur: rood\n"))


def test_personal_data_in_the_settings_is_refused(tmp_path):
    root = registers.base(tmp_path)
    text = (root / "inzage.yaml").read_text()
    for line in ("  email: piet@gmail.com\n", "  afdeling: Bel Piet op 06-12345678\n"):
        registers.write(root, {"inzage.yaml": text + line})
        code, out = registers.check(root)
        assert code == 1 and "piet@" not in out and "12345678" not in out


def test_the_line_beside_is_shown_as_it_is():
    problems = found("gegevens: Het BSN is 111222333.\nkleur: rood\n")
    assert [p.source for p in problems if p.code == "onbekend-veld"] == ["kleur: rood"]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(PRIVATE)), st.text(max_size=12), st.text(max_size=12))
def test_masking_leaves_nothing_that_the_search_finds(secret, before, after):
    for message in (f"«{before}{secret}{after}» kan niet.", f"{before} {secret} {after}"):
        (masked,) = public([Problem("f", 1, 1, "fout", "x", message, message, message, message)])
        for text in (masked.field, masked.message, masked.fix, masked.source):
            assert not list(personal.findings(text))


def test_masking_leaves_the_rest_alone():
    p = Problem("f", 1, 1, "fout", "x", "naam", "«Proef» kan niet.", "Kies uit: «a» of «b».", "naam: Proef")
    assert public([p]) == [p]


# texts


def test_every_text_of_an_entry_is_seen():
    data = {"a": "1", "b": ["2", {"c": "3"}], "d": {"e": {"f": "4"}}, "g": True, "h": 5, "i": []}
    assert texts(data) == [(("a",), "1"), (("b", 0), "2"), (("b", 1, "c"), "3"), (("d", "e", "f"), "4")]


@given(
    st.recursive(
        st.text(max_size=3) | st.booleans() | st.integers(),
        lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=2), x, max_size=3),
    )
)
def test_a_path_of_a_text_leads_to_it(value):
    for path, text in texts(value):
        place = value
        for step in path:
            place = place[step]
        assert place == text


# rules never trip over an entry that the schema accepts, and never change it


@pytest.mark.parametrize("folder", ["algoritmes", "documenten", "organisaties"])
def test_rules_change_nothing(folder):
    kind, tried = kinds()[folder], 0
    for file in sorted((registers.PROJECT / "register" / folder).glob("*.yaml")):
        data = kind.typed(load(file.read_bytes(), "").data)
        before = copy.deepcopy(data)
        for rule in (*RULES, *ADVICE):
            list(rule(kind, data))
        assert data == before
        tried += 1
    assert tried > 3


# one mistake, one Problem

KEYS = [
    ("naam", "Fiets"),
    ("samenvatting", "Dit telt."),
    ("organisatie", "organisaties/gemeente-voorbeeldstad"),
    ("status", "in gebruik"),
    ("publicatiecategorie", "overig algoritme"),
]


@settings(max_examples=120, deadline=None)
@given(st.sampled_from([k for k, _ in KEYS]), st.data())
def test_a_typo_in_a_required_key_is_one_problem_that_says_what_was_meant(key, data):
    """A letter dropped, doubled, swapped with its neighbour or replaced: never also «ontbreekt»."""
    at = data.draw(st.integers(0, len(key) - 1))
    typo = data.draw(
        st.sampled_from(
            [key[:at] + key[at + 1 :], key[:at] + key[at] + key[at:], key[:at] + "x" + key[at + 1 :], key.capitalize(), key + "s"]
        )
    )
    if typo == key:
        return
    problems = found(text=registers.ALGORITHM.replace(f"{key}:", f"{typo}:"))
    assert [(p.code, p.field, p.fix) for p in problems] == [("onbekend-veld", typo, f"Bedoelde u «{key}»?")]


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(
        [
            ("status", "in gebruik"),
            ("status", "in ontwikkeling"),
            ("publicatiecategorie", "hoog-risico AI-systeem"),
            ("publicatiecategorie", "overig algoritme"),
        ]
    ),
    st.data(),
)
def test_a_typo_in_a_value_says_what_was_meant(pair, data):
    key, value = pair
    at = data.draw(st.integers(0, len(value) - 1))
    typo = data.draw(
        st.sampled_from(
            [value[:at] + value[at + 1 :], value[:at] + value[at] + value[at:], value.upper(), value.replace(" ", "_"), value + "."]
        )
    ).strip()
    if typo == value:
        return
    problems = found(text=re.sub(rf"(?m)^{key}: .*$", f"{key}: {typo}", registers.ALGORITHM))
    assert [(p.code, p.field, p.fix) for p in problems] == [("onbekende-waarde", key, f"Bedoelde u «{value}»?")]


def test_a_typo_beside_another_mistake_hides_neither():
    text = registers.ALGORITHM.replace("naam:", "namm:").replace("status: in gebruik", "status: weg")
    assert sorted(codes(text=text)) == ["onbekend-veld", "onbekende-waarde"]
    assert sorted(codes("naamm: x\n", text=registers.ALGORITHM.replace("Lampen vervangen", "x" * 101))) == ["onbekend-veld", "te-lang"]


def test_an_organisation_that_cannot_be_read_is_one_problem_and_not_one_for_each_that_names_it(tmp_path):
    root = registers.base(tmp_path)
    settings_text = (root / "inzage.yaml").read_text().split("contact:")[0]
    registers.write(root, {"inzage.yaml": settings_text, "register/organisaties/gemeente-voorbeeldstad.yaml": "naam: 'open\n"})
    assert [(p["file"], p["code"]) for p in registers.problems(root)] == [
        ("register/organisaties/gemeente-voorbeeldstad.yaml", "geen-yaml")
    ]


def test_a_number_to_call_may_stand_in_three_places(tmp_path):
    root = registers.base(tmp_path)
    bare = (root / "inzage.yaml").read_text().split("contact:")[0]
    owner = (root / "register/organisaties/gemeente-voorbeeldstad.yaml").read_text()
    registers.write(root, {"inzage.yaml": bare})
    assert registers.check(root)[0] == 0, "the organisation has one"
    registers.write(
        root, {"register/organisaties/gemeente-voorbeeldstad.yaml": owner.split("contact:")[0] + "contact:\n  email: info@example.nl\n"}
    )
    assert [(p["code"], p["file"]) for p in registers.problems(root)] == [
        ("geen-telefoon", "register/algoritmes/goed.yaml"), ("geen-telefoon", "register/organisaties/gemeente-voorbeeldstad.yaml"),
    ]  # fmt: skip
    registers.write(root, {"register/algoritmes/goed.yaml": registers.ALGORITHM + "contact:\n  telefoon: 14 099\n"})
    assert [p["file"] for p in registers.problems(root)] == ["register/organisaties/gemeente-voorbeeldstad.yaml"]


def test_organisations_may_name_each_other_and_may_be_named_by_all(tmp_path):
    root = registers.base(tmp_path)
    registers.write(root, {"register/organisaties/fietsclub.yaml": "naam: De Fietsclub\nsamenvatting: De club telt.\nsoort: stichting\nhoort_bij: organisaties/gemeente-voorbeeldstad\nrelaties:\n  - soort: verwijst naar\n    naar: https://www.example.nl/\n"})  # fmt: skip
    assert registers.check(root)[0] == 0
