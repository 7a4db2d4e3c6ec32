"""The whole register → all Problems, for `check`: fouten, waarschuwingen and adviezen. Writes nothing. Flow: scan → check → whole."""

from __future__ import annotations

from pathlib import Path

from . import git
from .check import check_file, file_problem
from .model import Card, make_card
from .order import load_site
from .problem import FOUT, WAARSCHUWING, Problem
from .scan import TOP, scan
from .whole import findings

CODES = ("verwijderd", "id-terug")


def review(root: Path, base: str = "") -> list[Problem]:
    """Every Problem of the register in `root`. base: a revision in git to find deleted and returned entries by; without one, `origin/main`
    if there is one, else HEAD. Raises Refused when schemas, settings or the base cannot be read at all."""
    kinds, settings = load_site(root)
    sources, problems = scan(root, kinds)
    if not (root / TOP).is_dir():  # that is the one Problem; without files every reference would be another
        return problems
    cards: dict[str, Card] = {}
    for source in sources:
        kind = kinds[source.folder]
        entry, found = check_file(kind, (root / source.file).read_bytes(), source.file, advice=True)
        problems += found
        if entry:
            cards[entry.ref] = make_card(kind, entry)
    files = {f"{s.folder}/{s.id}": s.file for s in sources}
    problems += vanished(root, set(files.values()), base)
    complete = len(cards) == len(sources)
    for ref, finding in findings(cards, settings):
        # While a file cannot be read, its entry seems not to exist: that is one Problem, not one for each that names it.
        if complete or finding.code != "verwijzing-onbekend" or not _unread(finding.message, files, cards):
            file = files.get(ref, ref)
            problems.append(file_problem(finding, (root / file).read_bytes(), file))
    return problems


def _unread(message: str, files: dict[str, str], cards: dict[str, Card]) -> bool:
    target = message.split("«")[1].split("»")[0]
    return target in files and target not in cards


def vanished(root: Path, present: set[str], base: str) -> list[Problem]:
    """Entries that were there at the base and are gone now: a fout. Entries that were gone at the base and are back: a warning (DESIGN §3)."""
    if not git.is_repository(root):
        return []
    revision = base or next((r for r in ("origin/main", "HEAD") if git.has_revision(root, r)), "")
    if not revision:
        return []
    before = {path for path in git.ls_tree(root, git.resolve(root, revision), ["register"]) if path.endswith(".yaml")}
    gone = "Zet het bestand terug. Geldt de beschrijving niet meer? Vul dan «ingetrokken: {datum, reden}» in; de pagina blijft dan bestaan."
    back = "Is dit dezelfde als toen? Dan is het goed. Is het iets anders? Kies dan een nieuwe bestandsnaam."
    problems = [
        Problem(p, 1, 1, FOUT, "verwijderd", "", "Dit bestand is weggehaald. Een beschrijving verdwijnt nooit.", gone)
        for p in sorted(before - present)
    ]
    new = present - before
    returned = sorted(new & git.once_removed(root, revision)) if new else []
    return problems + [
        Problem(p, 1, 1, WAARSCHUWING, "id-terug", "", "Een bestand met deze naam stond eerder in het register.", back) for p in returned
    ]
