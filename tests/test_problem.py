"""What people and machines read of a Problem, and how `build.py check` ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import registers
from hypothesis import given
from hypothesis import strategies as st

from inzage.problem import ADVIES, FOUT, WAARSCHUWING, Problem, Refused, as_github, as_json, as_text, blocking, visible

KEYS = ["file", "line", "column", "severity", "code", "field", "message", "fix"]
BAD = {"register/algoritmes/slecht.yaml": "naam: 'open\n", "register/documenten/slechter.yaml": "- x\n"}


def problem(**more: object) -> Problem:
    return Problem(**{"file": "a.yaml", "line": 2, "column": 3, "severity": FOUT, "code": "x", "field": "naam", "message": "Mis.", "fix": "Doe dit.", "source": "naam: Fiets", **more})  # type: ignore[arg-type]  # fmt: skip


def test_json_lines_have_exactly_these_fields():
    (line,) = as_json([problem()])
    assert list(json.loads(line)) == KEYS
    assert json.loads(line) == {"file": "a.yaml", "line": 2, "column": 3, "severity": "fout", "code": "x", "field": "naam", "message": "Mis.", "fix": "Doe dit."}  # fmt: skip


WILD = st.text(st.characters() | st.sampled_from("\n\r\u2028,:%"), max_size=12)


@given(st.builds(problem, message=WILD, fix=WILD, file=WILD, field=WILD, source=WILD))
def test_each_problem_is_one_line_of_json_and_one_of_github(p):
    for form in (as_json, as_github):
        (line,) = form([p])
        assert "\n" not in line and "\r" not in line
    assert json.loads(next(as_json([p])))["message"] == p.message


def test_github_gets_its_own_signs_escaped():
    (line,) = as_github([problem(file="a,b:c%.yaml", message="50% is\nveel: «a,b».", fix="Kies::een.\r\n")])
    assert line == "::error file=a%2Cb%3Ac%25.yaml,line=2,col=3,title=x::50%25 is%0Aveel: «a,b». Kies::een.%0D%0A"


@pytest.mark.parametrize(("severity", "word"), [(FOUT, "error"), (WAARSCHUWING, "warning"), (ADVIES, "notice")])
def test_github_words(severity, word):
    assert next(as_github([problem(severity=severity)])).startswith(f"::{word} file=a.yaml,line=2,col=3,title=x::")


@given(st.text(alphabet="ab:,%\n\r", max_size=12))
def test_a_message_for_github_can_be_read_back(text):
    (line,) = as_github([problem(message=text, fix="")])
    assert "\n" not in line and "\r" not in line
    assert line.split("::", 2)[2].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%") == text


def test_text_shows_the_place_the_line_the_mark_and_the_way_out():
    assert list(as_text([problem(column=7)])) == [
        "a.yaml:2:7: fout: Mis. [x]",
        "    2 | naam: Fiets",
        "      |       ^",
        "      → Doe dit.",
        "",
    ]


def test_text_without_a_line_or_a_way_out():
    assert list(as_text([problem(source="", fix="")])) == ["a.yaml:2:3: fout: Mis. [x]", ""]


@pytest.mark.parametrize("column", [1, 60, 121, 250, 499, 500, 501])
def test_of_a_long_line_the_part_around_the_mark_is_shown(column):
    source = "".join(chr(0x4E00 + n) for n in range(500))  # every sign another
    lines = list(as_text([problem(source=source, column=column)]))
    assert len(lines[1]) <= 8 + 122
    at = lines[2].index("^")
    if column <= 500:
        assert lines[1][at] == source[column - 1]


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_shown(text):
    shown = visible(text)
    assert shown.isprintable() and len(shown) == len(text)


def test_only_a_fout_blocks():
    each = [problem(severity=s) for s in (FOUT, WAARSCHUWING, ADVIES)]
    assert blocking(each) == each[:1]


def test_refused_sorts_and_drops_doubles():
    one, other = problem(line=9), problem(line=1)
    assert Refused([one, other, one]).problems == [other, one]


# build.py check, as a process of its own


def run(*words: str | Path, cwd: Path = registers.PROJECT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(registers.PROJECT / "build.py"), *map(str, words)], cwd=cwd, capture_output=True, text=True, encoding="utf-8"
    )


@pytest.fixture
def root(tmp_path):
    return registers.base(tmp_path)


def test_exit_0_when_all_is_well(root):
    done = run("check", "--root", root)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Alles klopt.\n", "")


@pytest.mark.parametrize("form", ["json", "github"])
def test_forms_for_machines_say_nothing_when_all_is_well(root, form):
    assert registers.check(root, "--format", form) == (0, "")


def test_exit_1_on_a_fout_and_each_is_told(root):
    done = run("check", "--root", registers.write(root, BAD), "--format", "json")
    assert (done.returncode, done.stderr) == (1, "")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(p["file"], p["code"]) for p in told] == [
        ("register/algoritmes/slecht.yaml", "geen-yaml"),
        ("register/documenten/slechter.yaml", "geen-velden"),
    ]
    assert all(list(p) == KEYS for p in told)


@pytest.mark.parametrize("line", ["gegevens: Fiets # drie\n", "gegevens: Ten behoeve van u.\n", "gegevens: Ten behoeve van u. # drie\n"])
def test_warnings_and_advice_block_nothing(root, line):
    code, text = registers.check(registers.write(root, {"register/algoritmes/goed.yaml": registers.ALGORITHM + line}))
    assert code == 0 and text.splitlines()[-1] in ("1 waarschuwing.", "1 advies.", "1 waarschuwing, 1 advies.")


def test_the_closing_line_counts(root):
    code, text = registers.check(registers.write(root, BAD))
    assert code == 1 and text.splitlines()[-1] == "2 fouten."


@pytest.mark.parametrize(
    "words",
    [("check", "--root", "{root}/nergens"), ("check", "--root", "{root}", "nergens.yaml"), ("check", "--format", "xml"), ("chek",), ()],
)
def test_exit_2_when_it_cannot_run_and_never_a_traceback(root, words):
    done = run(*(word.format(root=root) for word in words))
    assert done.returncode == 2
    assert done.stderr and "Traceback" not in done.stderr + done.stdout


def test_no_settings_is_a_problem(tmp_path):
    code, text = registers.check(tmp_path)
    assert code == 1 and "[geen-instellingen]" in text


@pytest.mark.parametrize("cwd", ["root", "elders"])
def test_a_path_shows_only_what_is_in_it(root, tmp_path, cwd, monkeypatch):
    registers.write(root, BAD)
    monkeypatch.chdir(root if cwd == "root" else tmp_path)
    for path, files in {
        "register/algoritmes/slecht.yaml": ["register/algoritmes/slecht.yaml"],
        "register/documenten": ["register/documenten/slechter.yaml"],
        "register/documenten/": ["register/documenten/slechter.yaml"],
        "register": sorted(BAD),
        ".": sorted(BAD),
        "register/organisaties": [],
        "register/algoritmes/goed.yaml": [],
    }.items():
        if cwd == "elders" and path == ".":
            path = str(root)
        code, out = registers.check(root, "--format", "json", path)
        assert [json.loads(line)["file"] for line in out.splitlines()] == files, path
        assert code == (1 if files else 0)


def test_one_bad_file_never_hides_another(root):
    files = {
        f"register/algoritmes/slecht-{n}.yaml": text
        for n, text in enumerate(["", "naam: 'x\n", "- a\n", "naam: x\n", "\tnaam: x\n", "&a", "naam: {\n"])
    }
    told = registers.problems(registers.write(root, files))
    assert {p["file"] for p in told} == set(files)


def test_an_unreadable_file_is_one_problem_also_when_others_name_it(root):
    registers.write(root, {"register/organisaties/gemeente-voorbeeldstad.yaml": b"naam: caf\xe9\n"})
    assert [p["code"] for p in registers.problems(root)] == ["geen-utf8"]


def test_problems_come_in_order_of_file_and_line(root):
    registers.write(root, {"register/algoritmes/goed.yaml": registers.ALGORITHM + "kleur: rood\nmaat: groot\n", **BAD})
    told = [(p["file"], p["line"]) for p in registers.problems(root)]
    assert told == sorted(told) and len(told) == 4


def test_checking_writes_nothing(root):
    before = sorted(p.relative_to(root) for p in root.rglob("*"))
    registers.check(root)
    assert sorted(p.relative_to(root) for p in root.rglob("*")) == before
