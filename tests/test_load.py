"""The strict reader: it never raises, what it says is at the right place, and what it reads means what it looks like."""

from __future__ import annotations

import time
import unicodedata

import pytest
import registers
from hypothesis import given, settings
from hypothesis import strategies as st

from inzage.grammar import _BEFORE, _SYNTAX
from inzage.load import CODES, MAX_BYTES, MAX_DEPTH, Loaded, load
from inzage.place import placed
from inzage.problem import Finding, Problem, as_github, as_json, as_text

REAL = sorted((registers.PROJECT / "register").rglob("*.yaml"))
PIECES = st.sampled_from(
    ["naam", ": ", ":", "- ", "\n", "  ", "\t", "\r", "\r\n", "#", " #", "&a", "*a", "!x", "!!", "|", ">", "|2", "{", "}", "[", "]", ",", '"', "'", "\\",
     "\\u202e", "---", "...", "%YAML", "? ", "<<: ", "@", "`", "é", "\u202e", "\u2028", "\x00", "\ufeff", "\u0085", "\ud800", "😀", "x" * 50, "0" * 30, "e\u0301"]
)  # fmt: skip


def read(text: str | bytes) -> Loaded:
    return load(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"), "geval.yaml")


def sound(raw: bytes) -> Loaded:
    """Reads, and holds the promise: data or a blocking Problem, at a place that exists, of a code that is known."""
    loaded = load(raw, "geval.yaml")
    blocking = [p for p in loaded.problems if p.severity == "fout"]
    assert (loaded.data is None) == bool(blocking)
    assert len(blocking) <= 1
    for p in loaded.problems:
        assert isinstance(p, Problem) and p.code in CODES and p.message and p.fix
        assert p.line >= 1 and p.column >= 1 and "\n" not in p.source + p.message + p.fix
        assert "\n" not in "".join([*as_json([p]), *as_github([p])])
        assert all(line.isprintable() for line in as_text([p]))
        assert p.source == "" or p.column <= len(p.source) + 1
    return loaded


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_give_data_or_a_problem(raw):
    sound(raw)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES | st.text(max_size=4), max_size=14).map("".join))
def test_any_text_gives_data_or_a_problem(text):
    sound(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_real_file_with_a_few_changes_gives_data_or_a_problem(data):
    raw = data.draw(st.sampled_from(REAL)).read_bytes()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.integers(start, min(len(raw), start + 20)))
        raw = raw[:start] + data.draw(PIECES.map(lambda t: t.encode("utf-8", "surrogatepass")) | st.binary(max_size=4)) + raw[end:]
    sound(raw)


def test_real_files_are_all_read():
    assert len(REAL) > 50
    assert all(sound(p.read_bytes()).problems == [] for p in REAL)


def leaves(data, path=()):
    """Every value that is a text, with its path."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        if isinstance(value, str):
            yield (*path, key), value
        else:
            yield from leaves(value, (*path, key))


def test_the_place_of_every_key_and_value_in_real_files():
    seen = 0
    for file in REAL:
        loaded = read(file.read_bytes())
        for path, value in leaves(loaded.data):
            line, column, source = loaded.place(path)
            shown = source[column - 1 :]
            assert source == loaded.lines[line - 1]
            assert shown.startswith((value[:10], "|", ">", '"', "'")), (file, path)
            if isinstance(path[-1], str):
                line, column, source = loaded.place(path, on_key=True)
                assert source[column - 1 :].startswith(path[-1] + ":")
            seen += 1
    assert seen > 1000


def test_a_word_inside_a_long_text_is_pointed_at():
    """Of every real text: the sign at an offset stands where the Problem says, also in «|», «>», and between quotes."""
    styles = set()
    for file in REAL:
        loaded = read(file.read_bytes())
        for path, value in leaves(loaded.data):
            for offset in {0, len(value) // 3, len(value) // 2, max(0, len(value) - 1)}:
                if not value[offset : offset + 1].strip():
                    continue
                _, column, source = loaded.place(path)
                styles.add(source[column - 1])
                p = placed(Finding(path, "x", "x", "x", offset=offset), loaded, "x")
                exact = source[column - 1] in "|>" or value in source
                assert not exact or p.source[p.column - 1] == value[offset], (file, path, offset)
    assert {"|", ">", "'"} <= styles


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("a: |\n  een\n  twee\n", 4, (3, 3)),
        ("a: |\n  een\n\n  twee\n", 5, (4, 3)),
        ("a: |\n  een\n    twee\n", 6, (3, 5)),
        ("a: >-\n  een\n  twee\n\n  drie\n", 4, (3, 3)),
        ("a: >-\n  een\n  twee\n\n  drie\n", 9, (5, 3)),
        ("a: >\n  een\n\n\n  twee\n", 5, (5, 3)),
        ("a: >-\n  een\n    schuin\n  twee\n", 8, (3, 7)),
        ('a: "een twee"\n', 4, (1, 9)),
        ("a: een twee\n", 4, (1, 8)),
        ("b: x\na: |-\n  één twee\n", 4, (3, 7)),
    ],
)
def test_places_in_blocks(text, offset, place):
    loaded = read(text)
    p = placed(Finding(("a",), "x", "x", "x", offset=offset), loaded, "x")
    assert (p.line, p.column) == place
    assert p.source[p.column - 1] == loaded.data["a"][offset]


@pytest.mark.parametrize(("text", "offset"), [('a: "een\n  twee"\n', 5), ("a: |1\n  een\n  twee\n", 6), ("a: 'een''s'\n", 5)])
def test_an_odd_text_points_at_its_beginning(text, offset):
    loaded = read(text)
    p = placed(Finding(("a",), "x", "x", "x", offset=offset), loaded, "x")
    assert (p.line, p.column) == (1, 4)


@pytest.mark.parametrize(
    ("path", "on_key", "place"),
    [
        (("naam",), False, (1, 7)),
        (("naam",), True, (1, 1)),
        (("wetten", 1, "titel"), False, (4, 14)),
        (("wetten", 1, "titel"), True, (4, 5)),
        (("wetten", 1, "link"), True, (4, 5)),  # not there: the group it belongs to
        (("wetten", 7), False, (3, 3)),
        (("nergens",), True, (1, 1)),
        ((), False, (1, 1)),
    ],
)
def test_where_a_field_stands(path, on_key, place):
    loaded = read("naam: Proef\nwetten:\n  - titel: A\n  - titel:   B\n")
    assert loaded.place(path, on_key)[:2] == place


def test_columns_count_letters_also_wide_ones():
    loaded = read("{é: 😀, naam: x}")
    assert loaded.place(("naam",), on_key=True)[:2] == (1, 8)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_make_no_difference(ends):
    text = "naam: Proef\ntekst: |\n  een\n  twee\nnaam: x\n"
    loaded = read(text.replace("\n", ends))
    assert (loaded.problems[0].line, loaded.problems[0].code, loaded.problems[0].field) == (5, "dubbel-veld", "naam")
    assert loaded.problems[0].source == "naam: x"
    good = text.removesuffix("naam: x\n")
    assert read(good.replace("\n", ends)).data == read(good).data


def test_letters_are_put_together_also_when_written_out():
    for text in ("naam: cafe\u0301", 'naam: "cafe\\u0301"', 'naam: "caf\\xe9"', "naam: café"):
        assert read(text).data == {"naam": "café"}
    assert read('"e\\u0301": a\né: b').problems[0].code == "dubbel-veld"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30).filter(lambda text: "\r" not in text))  # that is a line end
def test_a_text_between_quotes_comes_back_as_it_was(text):
    """Whatever can be typed and is not refused is kept, in its composed form."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    loaded = read(f'a: "{escaped}"')
    if loaded.data is not None:
        assert loaded.data == {"a": unicodedata.normalize("NFC", text)}
    else:
        assert loaded.problems[0].code in ("verboden-teken", "tab")


INVISIBLE = [0x00, 0x07, 0x1B, 0x7F, 0x85, 0xAD, 0x61C, 0x115F, 0x180E, 0x200B, 0x200E, 0x2028, 0x2029, 0x202E, 0x2060, 0x2066, 0x3164, 0xFEFF, 0xFFFE, 0xFFFF, 0xE0041]  # fmt: skip


@pytest.mark.parametrize("sign", INVISIBLE, ids=hex)
@pytest.mark.parametrize("form", ["zoals het is", "uitgeschreven"])
def test_signs_that_nobody_sees_are_refused(sign, form):
    shown = chr(sign) if form == "zoals het is" else f"\\U{sign:08x}"
    loaded = read(f'naam: goed\ntekst: "ab{shown}c"\n')
    assert loaded.data is None
    assert loaded.problems[0].line == 2
    assert loaded.problems[0].code == "verboden-teken"


@pytest.mark.parametrize("text", ["é", "ß", "ı", "Łódź", "日本", "العربية", "€", "½", "…", "“”", "👍", "\u00a0", "–"])
def test_what_people_do_type_is_kept(text):
    assert read(f"naam: a{text}b").data == {"naam": f"a{text}b"}


def test_exactly_as_large_and_as_deep_as_may_be():
    assert (MAX_BYTES, MAX_DEPTH) == (256 * 1024, 20)
    head = b"naam: "
    assert read(head + b"x" * (MAX_BYTES - len(head))).problems == []
    assert read(head + b"x" * (MAX_BYTES - len(head) + 1)).problems[0].code == "te-groot"
    deep = MAX_DEPTH - 1  # the file itself is the first
    assert read("a: " + "[" * deep + "]" * deep).problems == []
    assert read("a: " + "[" * (deep + 1) + "]" * (deep + 1)).problems[0].code == "te-diep"


BOMBS = {
    "aliases": "a: &a [x,x,x]\n" + "".join(f"b{n}: &b{n} [*a,*a,*a,*a,*a,*a]\n" for n in range(300)),
    "laughs": "a: &a lol\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n",
    "brackets": "a: " + "[" * 200_000,
    "braces": "a: " + "{" * 200_000,
    "dashes": "a:\n  " + "- " * 100_000,
    "questions": "? " * 100_000,
    "keys": "".join(f"k{n}: v\n" for n in range(22_000)),
    "items": "zoektermen:\n" + "".join(f"- w{n}\n" for n in range(25_000)) + "- w1\n",
    "groups": "wetten:\n" + "".join(f"- {{titel: w{n}}}\n" for n in range(11_000)) + "- {titel: w1}\n",
    "colons": "a: " + "x: " * 60_000,
    "quotes": 'a: "' + "\\x41" * 60_000,
    "quote open": "a: '" + "x\n" * 100_000,
    "spaces": "a:" + " " * 250_000,
    "remarks": "a: x" + " #" * 120_000,
    "lines": "a: |\n" + "\n" * 250_000,
    "bang": "a: " + "!" * 250_000,
    "digits": "omvang: " + "9" * 250_000,
    "letters": "beslist_zelf: " + "ja" * 120_000,
    "link": "publiekspagina: https://" + "a-" * 120_000,
    "dots": "publiekspagina: https://" + "a." * 120_000,
    "mail": "contact: {email: " + "a." * 120_000 + "}",
    "reference": "organisatie: organisaties/" + "a-" * 120_000 + "A",
    "date": "begindatum: " + "1-" * 120_000,
    "bad markdown": "gegevens: '" + "[" * 100_000 + "](" * 50_000 + "'",
    "numbers": "gegevens: '" + "123456782 " * 20_000 + "'",
    "unknown": "namm: x\n" + "".join(f"naamm{n}: v\n" for n in range(15_000)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_file_is_judged_quickly(name):
    """Reading and checking together, also of what is refused; a person at most waits a moment."""
    from inzage.check import check_file

    kind = registers.kinds()["algoritmes"]
    kind.validator._slow  # noqa: B018  importing is not what is timed
    start = time.perf_counter()
    entry, problems = check_file(kind, BOMBS[name].encode(), "register/algoritmes/geval.yaml")
    assert time.perf_counter() - start < 3, name
    assert entry is None and problems
    assert len(problems) < 1000


@pytest.mark.parametrize(
    "text",
    ["naam: Fiets #3", "naam: Fiets # drie", "lijst:\n  - een # twee\n  - drie\n", "a: [een # twee\n  ]", "naam: een\n  twee #drie\n"],
)
def test_what_falls_away_behind_a_hash_is_said(text):
    loaded = read(text)
    assert [p.code for p in loaded.problems] == ["opmerking"] and loaded.data is not None
    assert loaded.problems[0].source[loaded.problems[0].column - 1] == "#"


@pytest.mark.parametrize(
    "text",
    [
        "# los\nnaam: Fiets\n# los\n",
        "naam: C#\n",
        "naam: 'Fiets' # uitleg\n",
        "naam: 'Fiets #3'\n",
        "a: |\n  #een\n  twee #drie\n",
        "a: # uitleg\n  b: c\n",
    ],
)
def test_other_hashes_are_left_alone(text):
    assert read(text).problems == []


@pytest.mark.parametrize("text", ["", " ", "\n\n", "# niets\n", "---\n", "\ufeff", "''", '""'])
def test_nothing_is_an_empty_file(text):
    assert [p.code for p in read(text).problems] == ["leeg-bestand"]


def test_every_hint_about_grammar_can_be_reached():
    """Each row of the table is met by some text, so that none is a sentence that nobody ever reads."""
    texts = [
        "a: b: c", "a: - b", "a: b\nc\nd: e", "  a: b\nc: d", 'a: "b', "a: @b", "a: **b", "a: !! b", 'a: "\\q"', "a:\n  - b\n  c: d\n", "a: {b\nc: d",
        "%YAML 9.9\n---\na: b", 'a: "b" c', "a: 'b' c", "a: [b] c", "a: b\n: c", "a:\n    b: c\n  d: e",
    ]  # fmt: skip
    met = {p.fix for text in texts for p in read(text).problems}
    assert {hint for _, hint in (*_SYNTAX, *_BEFORE)} == met


def test_data_is_only_text_lists_and_groups():
    data = read("a: 1\nb: [true, null, 1.5, 2026-01-01]\nc: {d: ~}\ne:\n").data
    assert data == {"a": "1", "b": ["true", "null", "1.5", "2026-01-01"], "c": {"d": "~"}, "e": ""}


def test_a_very_long_name_of_a_field_is_no_name():
    assert read(f"{'x' * 201}: a").problems[0].code == "vreemde-sleutel"
    assert read("? |\n  een\n  twee\n: x\n").problems[0].code == "vreemde-sleutel"
