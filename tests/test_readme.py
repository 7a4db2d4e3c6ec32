"""The documents tell the truth: commands, options, links, decisions and the example of a new kind. Flow: none; reads files and build.parser()."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

import build
from inzage.check import check_file
from inzage.kinds import load_kinds

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DECISIONS = sorted((ROOT / "docs/besluiten").glob("*.md"))
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *DECISIONS]
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command of build.py with its parser."""
    (sub,) = (a for a in build.parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(sub.choices)


def options(parser: argparse.ArgumentParser) -> set[str]:
    """The long options of a command."""
    return {o for action in parser._actions for o in action.option_strings if o.startswith("--")} - {"--help"}


def sections() -> dict[str, str]:
    """The part of the README about each command: name → text."""
    part = README.split("\n## The command line\n")[1].split("\n## ")[0]
    return {found[1]: text for text in part.split("\n### ")[1:] if (found := re.match(r"`([a-z]+)", text))}


def shared() -> str:
    """What the README says of all commands."""
    return README.split("\n## The command line\n")[1].split("\n### ")[0]


def blocks(language: str) -> list[str]:
    """The code blocks of the README in a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def links(text: str) -> list[str]:
    """The files of this repository that a document links to or shows."""
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    found = re.findall(r"\]\(([^)\s#]+)", text)
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def test_two_commands_stand_at_the_top() -> None:
    lines = [line for line in README.splitlines() if line.strip()]
    assert lines[0].startswith("# ") and lines[1] == "```sh"
    assert [line.split("#")[0].strip() for line in lines[2:4]] == ["make serve", "make test"] and lines[4] == "```"


def test_the_two_commands_are_targets() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    said = set(re.findall(r"\bmake ([a-z]+)\b", README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    named = {word for word in said if f"`make {word}" in README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")} | {
        "serve",
        "test",
    }
    assert len(named) >= 5 and named <= set(targets)


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_and_option_stands_in_the_readme(name: str) -> None:
    assert name in sections(), f"README says nothing of «{name}»"
    missing = options(commands()[name]) - set(OPTION.findall(sections()[name] + shared()))
    assert not missing, f"README, «{name}», leaves out {sorted(missing)}"


@pytest.mark.parametrize("name", sorted(sections()))
def test_the_readme_names_no_command_or_option_that_is_not_there(name: str) -> None:
    assert name in commands(), f"build.py has no «{name}»"
    extra = set(OPTION.findall(sections()[name] + shared())) - options(commands()[name])
    assert not extra, f"build.py {name} has no {sorted(extra)}"


def test_exit_codes_are_told() -> None:
    assert all(f"**{code}**" in shared() for code in (0, 1, 2))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.name)
def test_every_file_linked_to_exists(document: Path) -> None:
    missing = [link for link in links(document.read_text(encoding="utf-8")) if not (document.parent / link).exists()]
    assert not missing


def test_there_are_links_and_a_picture() -> None:
    assert len(links(README)) >= 8
    assert "docs/beeld/algoritme.png" in links(README)


def test_files_named_in_the_documents_exist() -> None:
    named = {
        n for d in DOCUMENTS for n in re.findall(r"`((?:inzage|schemas|tests|tools|\.github)/[\w./-]+)`", d.read_text(encoding="utf-8"))
    }
    named -= {"schemas/sensor.schema.json", "tests/cases/invalid/FIELD_REASON.yaml"}  # examples
    assert len(named) >= 10
    assert not {n for n in named if not (ROOT / n).exists()}


def test_decisions_are_numbered_and_whole() -> None:
    assert [int(d.name[:4]) for d in DECISIONS] == list(range(1, len(DECISIONS) + 1)) and len(DECISIONS) >= 14
    for decision in DECISIONS:
        text = decision.read_text(encoding="utf-8")
        assert re.match(rf"# {int(decision.name[:4])}\. \S", text), decision.name
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequence"], decision.name


def test_decisions_that_the_code_names_exist() -> None:
    sources = [*(ROOT / "inzage").rglob("*.py"), ROOT / "build.py"]
    named = {n for s in sources for n in re.findall(r"docs/besluiten/[\w-]+\.md", s.read_text(encoding="utf-8"))}
    assert len(named) >= 4
    assert not {n for n in named if not (ROOT / n).is_file()}


def test_every_library_that_is_installed_has_its_reason() -> None:
    table = (ROOT / "docs/besluiten/0014-libraries.md").read_text(encoding="utf-8").lower()
    wanted = [
        line.split("[")[0].strip().lower()
        for file in ("requirements.in", "requirements-dev.in")
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines()
        if line.strip() and line[0] not in "#-"
    ]
    assert len(wanted) >= 10
    assert not [name for name in wanted if name not in table]


def test_the_kind_of_the_readme_works(tmp_path: Path) -> None:
    (tmp_path / "sensor.schema.json").write_text(blocks("json")[0], encoding="utf-8")
    kinds = load_kinds(ROOT / "schemas", tmp_path)
    raw = blocks("yaml")[0].encode()
    entry, problems = check_file(kinds["sensoren"], raw, "register/sensoren/geluidsmeter-voorbeeld.yaml")
    assert entry and not problems
    assert check_file(kinds["sensoren"], raw.replace(b"meet: geluid", b"meet: gelud"), "register/sensoren/x.yaml")[0] is None
    assert "`schemas/sensor.schema.json`" in README and "`register/sensoren/geluidsmeter-voorbeeld.yaml`" in README


def test_the_form_of_the_links_file_is_the_one_that_is_read(tmp_path: Path) -> None:
    from inzage.commands import dead_links, read_checks

    text = (ROOT / "docs/besluiten/0009-links.md").read_text(encoding="utf-8")
    path = tmp_path / "links.json"
    path.write_text(re.findall(r"```json\n(.*?)```", text, re.DOTALL)[0], encoding="utf-8")
    assert list(dead_links(read_checks(path))) == ["https://www.example.org/besluit.pdf"]
