"""What the search for personal data promises: finds slips, repeats no secret, leaves identifiers alone, is quick."""

import re
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inzage.personal import findings, is_bsn, mask, odd_letters

BSN = "123456782"  # passes the eleven test; nobody's number


def codes(text):
    return [finding.code for finding in findings(text)]


@pytest.mark.parametrize("digits", [BSN, "111222333", "010000008", "10000008"])
def test_numbers_that_pass_the_eleven_test(digits):
    assert is_bsn(digits)


@pytest.mark.parametrize("digits", ["123456789", "000000000", "00000000", "1234567", "1234567820", "", "12345678x", "²²²²²²²²²"])
def test_numbers_that_do_not(digits):
    assert not is_bsn(digits)


@pytest.mark.parametrize(
    "text",
    [
        f"BSN {BSN}",
        f"Het bsn van deze inwoner is {BSN}.",
        f"burgerservicenummer: {BSN}",
        f"sofinummer {BSN}",
        f"sofi-nummer {BSN}",
        f"persoonsnummer {BSN}",
        f"Het nummer {BSN} is zijn BSN.",
        "BSN 123 456 782",
        "BSN 123.456.782",
        "BSN 1234.56.782",
        "BSN 1234 56 782",
        "BSN 12 34 56 782",
        "BSN 123-456-782",
        "BSN 123\u00a0456\u00a0782",
        "BSN １２３４５６７８２",
        "BSN 10000008",
        f"BSN-{BSN}",
        f"bsn={BSN}&x",
        f"veld_bsn: {BSN}",
        f"KvK-nummer en BSN: {BSN}",
        f"KvK 12345678, BSN {BSN}",
        f"BSN 2024 {BSN}",
        f"BSN of KvK 12345678, {BSN}",
    ],
)
def test_a_citizen_number_with_a_word_that_says_so_blocks(text):
    assert [(each.code, each.severity) for each in findings(text)] == [("bsn", "fout")]


@pytest.mark.parametrize("text", [BSN, f"Nummer {BSN}.", "Bel 1234.56.782 of", "Zie 123 456 782", f"CVDR721556 {BSN}"])
def test_a_bare_number_that_passes_only_warns(text):
    assert [(each.code, each.severity) for each in findings(text)] == [("bsn-mogelijk", "waarschuwing")]


@pytest.mark.parametrize(
    "text",
    [
        "BSN 123456789",
        f"https://voorbeeld.nl/stuk/{BSN}",
        f"https://voorbeeld.nl/a.{BSN}",
        f"[het burgerservicenummer](https://voorbeeld.nl/{BSN})",
        f"CVDR{BSN}",
        "CVDR721556",
        "gmb-2024-280653",
        f"gmb-{BSN}",
        f"{BSN}0",
        f"0{BSN}1",
        f"{BSN}-2024",
        f"RSIN {BSN}",
        f"Uw BSN staat er niet in. RSIN: {BSN}",
        "KvK-nummer 10000008",
        f"€ {BSN}",
        f"{BSN} euro",
        "123.456.782,00",
        "12-10-2024 en 2024-10-12",
        "+31 318 123 456",
        "+31 123 456 782",
        f"{BSN}_x",
        "Versie 20240107",  # a date that passes the eleven test
        "Bel 14 038 of 038 123 45 67.",
        "Woo art. 5.1 lid 1 e, artikel 1.2.3.4.5.6.7.8.2",
        "",
    ],
)
def test_numbers_that_are_something_else(text):
    assert codes(text) == []


@pytest.mark.parametrize(
    "number",
    [
        "0612345678",
        "06-12345678",
        "06 12345678",
        "06 12 34 56 78",
        "06 - 1234 5678",
        "(06) 12345678",
        "06.12.34.56.78",
        "06/12345678",
        "06 10000008",  # its last eight digits pass the eleven test
        "+31612345678",
        "+31 6 12345678",
        "+31 (0)6 12 34 56 78",
        "+31-6-12345678",
        "0031612345678",
        "0031 6 1234 5678",
        "06\u201112345678",
        "tel:+31612345678",
    ],
)
def test_a_mobile_number_blocks(number):
    found = list(findings(f"Bel {number} voor hulp."))
    assert [(each.code, each.severity) for each in found] == [("telefoon-prive", "fout")]
    assert number not in found[0].message + found[0].excerpt + found[0].fix


@pytest.mark.parametrize(
    "text",
    [
        "Bel 038-1234567, 088 123 45 67, 14 038 of +31 38 123 45 67.",
        "Op 06-12-2024 12:34 besloten.",
        "https://voorbeeld.nl/0612345678",
        "gmb-2024-0612345678",
        "ISBN 9780612345678",
        "06123456789",
        "061234567",
    ],
)
def test_other_numbers_are_not_mobile(text):
    assert "telefoon-prive" not in codes(text)


@pytest.mark.parametrize("domain", ["gmail.com", "hotmail.nl", "Outlook.com", "live.nl", "ziggo.nl", "kpnmail.nl", "xs4all.nl"])
@pytest.mark.parametrize("local", ["info", "jan.jansen", "j_jansen85", "wijkteam+x"])
def test_an_address_at_a_provider_for_consumers_blocks(local, domain):
    assert [(each.code, each.severity) for each in findings(f"Mail {local}@{domain}.")] == [("email-prive", "fout")]


@pytest.mark.parametrize(
    "address",
    [
        "jan.jansen@voorbeeldstad.nl",
        "j.jansen@voorbeeldstad.nl",
        "J.P.deVries@mail.voorbeeld.org",
        "jan.van.der.berg@voorbeeld.nl",
        "anne-marie.smit-bos@voorbeeld.nl",
        "zoë.d'hondt@voorbeeld.nl",
        "jan_jansen@voorbeeld.nl",
        "jan.jansen2@voorbeeld.nl",
        "jan.jansen+werk@voorbeeld.nl",
    ],
)
def test_an_address_with_the_name_of_a_person_blocks(address):
    for text in (address, f"'{address}'", f"_{address}_", f"<mailto:{address}>", f"[mail]({address})."):
        assert codes(text) == ["email-persoon"]


FUNCTIONS = """info privacy raadsgriffie open.overheid functionaris.gegevensbescherming fg team.inkomen loket.wmo
woo.verzoek jansen klacht.melding post.sociaaldomein burgerzaken.balie no.reply bezwaar.en.beroep gemeente data.team"""


@pytest.mark.parametrize("local", FUNCTIONS.split())
def test_the_address_of_a_function_is_fine(local):
    assert codes(f"Mail {local}@voorbeeldstad.nl") == []


def test_an_account_number_warns_when_its_check_digits_are_right():
    for account in ("NL91ABNA0417164300", "NL91 ABNA 0417 1643 00", "nl91abna0417164300"):
        assert [(each.code, each.severity) for each in findings(account)] == [("rekeningnummer", "waarschuwing")]
    assert codes("NL92ABNA0417164300") == []


def test_findings_come_in_order_and_point_at_the_place():
    text = f"Mail jan.jansen@voorbeeld.nl, bel 06-12345678, BSN {BSN}, NL91ABNA0417164300."
    found = list(findings(text))
    assert [each.code for each in found] == ["email-persoon", "telefoon-prive", "bsn", "rekeningnummer"]
    assert [text[each.start :][:2] for each in found] == ["ja", "06", "12", "NL"]
    assert [each.excerpt for each in found] == ["ja…nl", "06…78", "12…82", "NL…00"]


@settings(deadline=None)
@given(st.from_regex(r"[0-9]{8,9}", fullmatch=True))
def test_a_number_that_fails_the_eleven_test_is_no_bsn(digits):
    assume(not is_bsn(digits))
    assert "bsn" not in codes(f"BSN {digits}")


def with_check_digit(eight: int) -> str:
    """Eight digits → nine digits that pass the eleven test, or ten when the check digit would be 10."""
    return f"{eight:08}{sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), f'{eight:08}', strict=True)) % 11}"


passing = st.integers(1, 99_999_999).map(with_check_digit).filter(lambda digits: len(digits) == 9)


@settings(deadline=None)
@given(passing, st.sampled_from(["BSN {}", "{} is het bsn", "sofinummer: {}."]))
def test_every_number_that_passes_is_found_and_never_repeated(digits, frame):
    found = [each for each in findings(frame.format(digits)) if each.code == "bsn"]
    assert len(found) == 1
    assert digits not in found[0].message + found[0].excerpt + found[0].fix


PIECES = [
    "06",
    "+31",
    "NL91",
    "ABNA",
    "bsn ",
    "@",
    "gmail.com",
    "jan.",
    "-",
    " ",
    ".",
    "1",
    BSN,
    "0612345678",
    "://",
    "kvk ",
    "j.x@y.nl",
]
mixed = st.lists(st.sampled_from(PIECES)).map("".join)


@settings(deadline=None)
@given(st.one_of(st.text(), mixed))
def test_any_text_raises_nothing_and_shows_no_secret(text):
    for each in findings(text):
        assert 0 <= each.start < len(text)
        assert len(each.excerpt) <= 5
        assert not re.search(r"[0-9]{3}", each.message + each.fix)
        assert "@" not in each.message[: each.message.index(")")].replace(each.excerpt, "")
    list(odd_letters(text))


@given(st.text())
def test_a_mask_never_holds_the_whole(secret):
    assert secret not in mask(secret) or secret in ("", "…")


def test_a_word_of_two_scripts_warns():
    found = list(odd_letters("De gem\u0435ente en de g\u03bfvernance."))
    assert [(each.code, each.severity, each.start) for each in found] == [
        ("schriften-gemengd", "waarschuwing", 3),
        ("schriften-gemengd", "waarschuwing", 18),
    ]
    assert "Cyrillisch" in found[0].message
    assert "Grieks" in found[1].message


@pytest.mark.parametrize("text", ["gemeente", "café Zoë", "Привет wereld", "α-waarde", "10 µg", ""])
def test_whole_words_of_one_script_are_fine(text):
    assert list(odd_letters(text)) == []


SLOW = [
    *PIECES,
    "1 ",
    "1.",
    "12 ",
    "1" * 9 + " ",
    BSN + " ",
    "06 ",
    "0 6",
    "+31 (0)",
    "06-",
    "a@",
    "a.",
    "a@a.",
    "a@-",
    "a@a-",
    "@@",
]
SLOW += [
    "a'",
    "a-",
    "bsn" + BSN,
    "bsn 1",
    "kvk 1",
    "NL91ABNA1 ",
    "nl",
    "٣",
    "1\u00a0",
    "x" * 300 + "1",
    "http://1",
    "\u0435a",
    "\u0435",
    "_",
]


@pytest.mark.parametrize("piece", SLOW)
def test_a_hundred_kilobytes_of_trouble_takes_less_than_a_second(piece):
    text = "1" + piece * (100_000 // len(piece)) + "x@"
    begin = time.perf_counter()
    list(findings(text))
    list(odd_letters(text))
    assert time.perf_counter() - begin < 1
