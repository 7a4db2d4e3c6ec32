"""One file → an Entry, or Problems. Collects all, stops at none. Flow: load → check (here) → model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from .kinds import RESERVED_IDS, Kind
from .load import ID, Loaded, load, placed
from .model import Entry
from .problem import FOUT, Finding, Problem, blocking
from .rules import ADVICE, RULES, Rule

CODES = ("bestandsnaam", "id-gereserveerd")
# A Problem about personal data is shown in public, so the line itself is not.
PRIVATE = frozenset({"bsn", "bsn-mogelijk", "telefoon-prive", "email-prive", "email-persoon", "rekeningnummer"})


def check_file(kind: Kind, raw: bytes, file: str, advice: bool = False) -> tuple[Entry | None, list[Problem]]:
    """Judges one file.

    raw: its bytes; file: its path from the root, ending in `<id>.yaml`; advice: also give hints for plain Dutch.
    Returns the Entry (None when anything blocks) and all Problems. Raises nothing.
    """
    id = file.rsplit("/", 1)[-1].removesuffix(".yaml")
    problems = list(check_id(kind, id, file))
    loaded = load(raw, file)
    problems += loaded.problems
    if loaded.data is None:
        return None, problems
    data = kind.typed(loaded.data)
    wrong = kind.validator.problems(data, loaded, file)
    problems += wrong
    if not wrong:  # rules may trust the shape of what they get
        problems += run_rules(kind, data, loaded, file, (*RULES, *ADVICE) if advice else RULES)
    if blocking(problems):
        return None, problems
    return Entry(kind.folder, id, data, file, hashlib.sha256(raw).hexdigest()), problems


def run_rules(kind: Kind, data: dict[str, Any], loaded: Loaded, file: str, rules: Iterable[Rule]) -> list[Problem]:
    """What the rules find in one entry, placed in its file."""
    return [_hidden(placed(finding, loaded, file)) for rule in rules for finding in rule(kind, data)]


def _hidden(problem: Problem) -> Problem:
    if problem.code not in PRIVATE:
        return problem
    return Problem(problem.file, problem.line, problem.column, problem.severity, problem.code, problem.field, problem.message, problem.fix)


def check_id(kind: Kind, id: str, file: str) -> Iterable[Problem]:
    """The file name is the id, for ever: lower case letters, digits and hyphens, and no fixed part of an address (DESIGN §4, §7)."""
    if not ID.match(id):
        fix = "Gebruik alleen kleine letters, cijfers en streepjes, zoals parkeren-scanauto.yaml."
        yield Problem(file, 1, 1, FOUT, "bestandsnaam", "", f"De bestandsnaam «{id}» kan niet.", fix)
    elif id in RESERVED_IDS or id in {f.filter for f in kind.filters}:
        yield Problem(
            file, 1, 1, FOUT, "id-gereserveerd", "", f"De bestandsnaam «{id}» is een vast deel van de site.", "Kies een andere naam."
        )


def file_problem(finding: Finding, raw: bytes, file: str) -> Problem:
    """A Finding about a file that is read again only now: the register-wide rules keep no positions."""
    return placed(finding, load(raw, file), file)
