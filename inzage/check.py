"""One file → an Entry, or Problems. Collects all, stops at none. Flow: load → check (here) → model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from . import personal
from .kinds import RESERVED_IDS, Kind
from .load import ID, Loaded, load
from .model import Entry
from .place import placed
from .problem import FOUT, Finding, Problem, blocking
from .rules import ADVICE, ALWAYS, RULES, Rule
from .text import slug

CODES = ("bestandsnaam", "id-gereserveerd")
PRIVATE = frozenset({"bsn", "bsn-mogelijk", "telefoon-prive", "email-prive", "email-persoon", "rekeningnummer"})
_QUOTED = re.compile("«[^»]*»")


def check_file(kind: Kind, raw: bytes, file: str, advice: bool = False) -> tuple[Entry | None, list[Problem]]:
    """Judges one file.

    raw: its bytes; file: its path from the root, ending in `<id>.yaml`; advice: also give hints for plain Dutch.
    Returns the Entry (None when anything blocks) and all Problems. Raises nothing.
    """
    id = file.rsplit("/", 1)[-1].removesuffix(".yaml")
    loaded = load(raw, file)
    problems = [*check_id(kind, id, file), *loaded.problems]
    if loaded.data is None:
        return None, public(problems)
    data = kind.typed(loaded.data)
    wrong = kind.validator.problems(data, loaded, file)
    # Most rules may trust the shape of what they get; personal data is looked for in any shape.
    problems += wrong + run_rules(kind, data, loaded, file, ALWAYS if wrong else (*RULES, *ADVICE) if advice else RULES)
    if problems:
        problems = public(problems)
    if blocking(problems):
        return None, problems
    return Entry(kind.folder, id, data, file, hashlib.sha256(raw).hexdigest()), problems


def take_as_is(kind: Kind, raw: bytes, file: str) -> Entry:
    """A file of the past, taken without judging it by the rules of today: for `build --as-of`.

    What does not have the shape that its page needs is left out of the page; the page of the version and the file itself show all. A file
    that cannot be read gives an Entry without fields.
    """
    loaded = load(raw, file)
    data = kind.typed(loaded.data) if loaded.data is not None else {}
    wrong = {p.field.split(".")[0] for p in kind.validator.problems(data, loaded, file)}
    kept = {
        k: v for k, v in data.items() if k in kind.by_key and (k not in wrong or (isinstance(v, str) and kind.by_key[k].shape == "text"))
    }
    return Entry(kind.folder, file.rsplit("/", 1)[-1].removesuffix(".yaml"), kept, file, hashlib.sha256(raw).hexdigest())


def run_rules(kind: Kind, data: dict[str, Any], loaded: Loaded, file: str, rules: Iterable[Rule]) -> list[Problem]:
    """What the rules find in one entry, placed in its file."""
    return [placed(finding, loaded, file) for rule in rules for finding in rule(kind, data)]


def public(problems: Iterable[Problem]) -> list[Problem]:
    """Problems are shown in public pull requests: no line and no words that hold personal data come along."""
    problems = list(problems)
    private = {(p.file, p.line) for p in problems if p.code in PRIVATE}
    return [_masked(p, (p.file, p.line) in private) for p in problems]


def _masked(problem: Problem, private: bool) -> Problem:
    source = "" if private or _is_private(problem.source) else problem.source
    steps = problem.field.split(".")
    field = "…" if any(_is_private(".".join(steps[n:])) for n in range(len(steps))) else problem.field
    return replace(problem, source=source, field=field, message=_without_private(problem.message), fix=_without_private(problem.fix))


def _without_private(text: str) -> str:
    if not _is_private(text):
        return text
    masked = _QUOTED.sub(lambda found: "«…»" if _is_private(found[0]) else found[0], text)
    return "…" if _is_private(masked) else masked


def _is_private(text: str) -> bool:
    return any(found.code in PRIVATE for found in personal.findings(text))


def check_id(kind: Kind, id: str, file: str) -> Iterable[Problem]:
    """The file name is the id, for ever: lower case letters, digits and hyphens, and no fixed part of an address (DESIGN §4, §7)."""
    if not ID.match(id):
        fix = f"Gebruik alleen kleine letters, cijfers en streepjes, bijvoorbeeld «{slug(id)}.yaml»."
        yield Problem(file, 1, 1, FOUT, "bestandsnaam", "", f"De bestandsnaam «{id}» kan niet.", fix)
    elif id in RESERVED_IDS or id in {f.filter for f in kind.filters}:
        yield Problem(
            file, 1, 1, FOUT, "id-gereserveerd", "", f"De bestandsnaam «{id}» is een vast deel van de site.", "Kies een andere naam."
        )


def file_problem(finding: Finding, raw: bytes, file: str) -> Problem:
    """A Finding about a file that is read again only now: the register-wide rules keep no positions."""
    return public([placed(finding, load(raw, file), file)])[0]
