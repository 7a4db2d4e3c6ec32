"""Every rule has a case that shows what it says, word for word; and nothing that is right is refused.

A case is `cases/invalid/FIELD_REASON.yaml`, laid beside a small good register as the one extra file, or a folder `FIELD_REASON/` laid over
it; `FIELD_REASON.txt` is what `build.py check` must print. `FIELD_REASON--WORD` is another case of the same. After changing a sentence:
`INZAGE_SCHRIJF=1 .venv/bin/python -m pytest tests/test_cases.py`, and read what changed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import registers

from inzage import check, config, load, rules, scan, schema_files, validate, whole, wording
from inzage.plain import hints

INVALID = sorted(p for p in (registers.HERE / "cases/invalid").iterdir() if p.suffix != ".txt")
VALID = sorted((registers.HERE / "cases/valid").glob("*.yaml"))
CODES = {code for module in (load, wording, validate, rules, whole, check, scan, schema_files, config) for code in module.CODES}
NAME = re.compile(r"(?P<field>[a-z0-9_.-]+)_(?P<code>[a-z0-9-]+?)(?:--(?P<variant>[a-z-]+))?")
HEAD = re.compile(r"(?P<file>[^:\n]*):\d+:\d+: (?P<severity>fout|waarschuwing|advies): .* \[(?P<code>[a-z0-9-]+)\]")
# What a civil servant must never have to know. «…» holds their own words, and names of fields.
FORBIDDEN = re.compile(
    r"\b(schema|keyword|string|array|object|pattern|regex|enum|boolean|null|type|json|yaml|token|mapping|utf-8)\b", re.IGNORECASE
)
MAY_SAY = {"schema-onleesbaar": "JSON", "geen-utf8": "UTF-8"}  # whoever mends a kind knows JSON; an editor calls it UTF-8


def named(case: Path) -> re.Match[str]:
    found = NAME.fullmatch(case.name.removesuffix(".yaml"))
    assert found, f"{case.name} is not FIELD_REASON"
    return found


def told(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """All that `check` prints of a case, without the closing line of counts."""
    root = registers.base(tmp_path)
    registers.lay(case, root, monkeypatch)
    code, text = registers.check(root)
    heads = [found["severity"] for found in HEAD.finditer(text)]
    assert code == (1 if "fout" in heads else 0)
    return "".join(text.splitlines(keepends=True)[:-1])


@pytest.mark.parametrize("case", INVALID, ids=lambda case: case.name.removesuffix(".yaml"))
def test_a_case_prints_exactly_its_text(case, tmp_path, monkeypatch):
    text = told(case, tmp_path, monkeypatch)
    expected = case.with_name(case.name.removesuffix(".yaml") + ".txt")
    if os.environ.get("INZAGE_SCHRIJF"):
        expected.write_text(text, "utf-8")
    assert text == expected.read_text("utf-8")


@pytest.mark.parametrize("case", INVALID, ids=lambda case: case.name.removesuffix(".yaml"))
def test_one_mistake_is_one_problem_and_the_name_of_the_case_says_which(case, tmp_path, monkeypatch):
    root = registers.base(tmp_path)
    registers.lay(case, root, monkeypatch)
    found = registers.problems(root)
    name = named(case)
    if name["code"] == "te-veel-fouten":
        assert found[0]["code"] == name["code"] and len(found) == validate.MOST + 1
        return
    assert len(found) == 1, found
    field = re.sub(r"\.\d+|\$", "", str(found[0]["field"])) or "bestand"
    assert (field, found[0]["code"]) == (name["field"], name["code"])


def test_every_rule_has_a_case():
    assert sorted(CODES - {named(case)["code"] for case in INVALID}) == []


def test_every_case_is_of_a_rule_that_exists():
    assert sorted(named(case)["code"] for case in INVALID if named(case)["code"] not in CODES) == []


def test_no_code_is_promised_twice():
    every = [code for module in (load, wording, validate, rules, whole, check, scan, schema_files, config) for code in module.CODES]
    assert len(every) == len(set(every))


def test_every_case_has_its_text_and_every_text_its_case():
    texts = {p.stem for p in (registers.HERE / "cases/invalid").glob("*.txt")}
    assert texts == {case.name.removesuffix(".yaml") for case in INVALID}
    assert len(INVALID) > 100


def sentences(text: str) -> list[str]:
    """The sentences of a printed text, without places, lines of files and what stands between «»."""
    lines = [line for line in text.splitlines() if HEAD.match(line) or line.startswith("      → ")]
    spoken = [re.sub(r"^.*?: (?:fout|waarschuwing|advies): | \[[a-z0-9-]+\]$|^      → ", "", line) for line in lines]
    return [re.sub(r"«[^»]*»|\S+\.yaml\b|zonder \.yaml|op \.yaml", "", line) for line in spoken]


@pytest.mark.parametrize("case", INVALID, ids=lambda case: case.name.removesuffix(".yaml"))
def test_the_sentences_are_plain_dutch_without_technical_words(case):
    text = case.with_name(case.name.removesuffix(".yaml") + ".txt").read_text("utf-8")
    spoken = sentences(text)
    assert len(spoken) >= 2, "each Problem says what is wrong and what to do"
    for sentence in spoken:
        words = {found[0] for found in FORBIDDEN.finditer(sentence)} - {MAY_SAY.get(named(case)["code"])}
        assert not words, sentence
        assert not re.search(r"\b(je|jij|jouw|jullie)\b", sentence), "u-form"
        assert sentence.strip().endswith((".", "?", "»", "")), sentence
        # A sentence about long sentences and passive forms may be neither itself.
        assert [h.message for h in hints(sentence) if h.code in ("lange-zin", "lijdende-vorm", "kantoorwoord")] == [], sentence


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.stem)
def test_what_is_right_is_not_refused(case, tmp_path, monkeypatch):
    root = registers.base(tmp_path)
    registers.lay(case, root, monkeypatch)
    found = [p for p in registers.problems(root) if p["severity"] != "advies"]
    assert found == []


def test_the_good_files_are_as_tricky_as_their_names_say():
    files = {case.stem: case.read_bytes() for case in VALID}
    assert b"\r\n" in files["regeleinden-van-windows"] and b"\n" not in files["regeleinden-van-windows"].replace(b"\r\n", b"")
    assert files["met-volgordeteken"].startswith(b"\xef\xbb\xbf")
    assert "e\u0301".encode() in files["letters-los-van-accenten"]
    assert not files["zonder-laatste-regeleinde"].endswith(b"\n")


def test_words_mean_what_they_look_like():
    kind = registers.kinds()["algoritmes"]
    raw = (registers.HERE / "cases/valid/wat-er-staat-telt.yaml").read_bytes()
    data = kind.typed(load.load(raw, "x").data)
    assert (data["wettelijke_basis"], data["leverancier"], data["bron_id"], data["gebied"]) == ("nee", "1.10", "010", "12:30")
    assert data["zoektermen"] == ["nee", "010", "12:30:45", "1.10", "2026-11-23", "1e3", "0x1F", ".inf", "null", "~~", "1_000"]
    assert (data["beslist_zelf"], data["zelflerend"]) == (False, True)


def test_the_base_itself_is_good(tmp_path):
    assert registers.check(registers.base(tmp_path)) == (0, "Alles klopt.\n")
