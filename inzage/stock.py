"""What the register holds now, beside what the last build knew: which files to read, which pages may differ. Flow: scan, check → model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .cache import EMPTY, State, is_current
from .model import Card, Register, card_from_json
from .pages.around import review_state
from .problem import Problem
from .scan import Source

Read = Callable[[Sequence[tuple[str, str]]], Iterable[tuple[str, Any, Any]]]


@dataclass
class Stock:
    """Cards and stamps by file, in order of file; the files read anew (in reading order) and what was found in each."""

    cards: dict[str, Card]
    stamps: dict[str, tuple[int, int, int]]
    fresh: list[str]
    warnings: dict[str, list[list[Any]]]
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._place = {file: i for i, file in enumerate(self.fresh)}

    def slice_of(self, file: str, index: int, jobs: int) -> int:
        """The worker that read a file, which still has it in memory; any other file goes round."""
        place = self._place.get(file)
        return index % jobs if place is None else place // max(1, -(-len(self.fresh) // jobs))


def take(state: State, sources: Sequence[Source], read: Read) -> Stock:
    """Reads what changed since the last build and takes the rest from the cache.

    read: turns (folder, file) into (file, Card or None, Problems as values). Returns the Stock, whose problems may block. Raises nothing of its own.
    """
    known = {s.file: k for s in sources if (k := state.files.get(s.file)) and is_current(k, s.stamp, state.saved)}
    fresh = [(s.folder, s.file) for s in sources if s.file not in known]
    cards = {file: k.card for file, k in known.items()}
    warnings = {file: k.warnings for file, k in known.items()}
    for file, card, found in read(fresh):
        warnings[file] = found
        if card is not None:
            cards[file] = card_from_json(card)
    ordered = {s.file: cards[s.file] for s in sources if s.file in cards}
    problems = [Problem(*values) for s in sources for values in warnings.get(s.file, ())]
    return Stock(ordered, {s.file: s.stamp for s in sources}, [file for _, file in fresh], warnings, problems)


def touched(state: State, stock: Stock, register: Register, today: str, rows: Mapping[str, str]) -> list[str]:
    """Files whose page may differ from the last build's: changed entries, whom they name or named, who names them, and those whose
    day of review came between the two builds or whose history grew (rows: reference → digest of the history on its page). All of them on a cold build."""
    if state is EMPTY:
        return list(stock.cards)
    before = {k.card.ref: k.card for k in state.files.values()}
    fresh = {stock.cards[file] and stock.cards[file].ref for file in stock.fresh}
    gone = before.keys() - register.by_ref.keys()
    changed = {ref for ref in fresh if before.get(ref) != register.by_ref[ref]} | gone
    near = set(changed)
    for ref in changed:
        for card in filter(None, (before.get(ref), register.by_ref.get(ref))):
            near.update(r.target for r in card.refs)
        near.update(other.ref for _, other in register.back.get(ref, ()))
    near.update(ref for ref, digest in rows.items() if state.rows.get(ref) != digest)
    return [f for f, c in stock.cards.items() if c.ref in near or review_state(c, state.day) != review_state(c, today)]
