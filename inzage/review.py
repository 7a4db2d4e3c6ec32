"""The whole register → all Problems, for `check`: fouten, waarschuwingen and adviezen. Writes nothing. Flow: scan → check → whole."""

from __future__ import annotations

from pathlib import Path

from .check import check_file, file_problem
from .model import Card, make_card
from .problem import Problem
from .scan import scan
from .site import load_site
from .whole import findings


def review(root: Path) -> list[Problem]:
    """Every Problem of the register in `root`. Raises Refused when schemas or settings cannot be read at all."""
    kinds, settings = load_site(root)
    sources, problems = scan(root, kinds)
    cards: dict[str, Card] = {}
    for source in sources:
        kind = kinds[source.folder]
        entry, found = check_file(kind, (root / source.file).read_bytes(), source.file, advice=True)
        problems += found
        if entry:
            cards[entry.ref] = make_card(kind, entry)
    files = {f"{s.folder}/{s.id}": s.file for s in sources}
    complete = len(cards) == len(sources)
    for ref, finding in findings(cards.values(), settings):
        # While a file cannot be read, its entry seems not to exist: that is one Problem, not one for each that names it.
        if complete or finding.code != "verwijzing-onbekend" or not _unread(finding.message, files, cards):
            file = files.get(ref, ref)
            problems.append(file_problem(finding, (root / file).read_bytes(), file))
    return problems


def _unread(message: str, files: dict[str, str], cards: dict[str, Card]) -> bool:
    target = message.split("«")[1].split("»")[0]
    return target in files and target not in cards
