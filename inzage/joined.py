"""Files that hold a part of every entry: JSON and CSV per kind, the texts of the search index. Flow: exports → joined → publish.

One changed entry must not cost the making of all parts: the others are cut out of the file that the last build left (DESIGN §9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from .cache import Known, State
from .exports.entries import JSON_GAP, JSON_HEAD, JSON_TAIL, header_csv
from .kinds import Kind
from .publish import Piece
from .stock import Stock
from .workers import Made

JSON, CSV, SEARCH = 0, 1, 2


def pieces(
    which: int, files: Sequence[str], made: Mapping[str, Made], before: Mapping[str, Known], old: Piece, head: int, gap: bytes
) -> list[Piece]:
    """The parts of the entries in order, with `gap` between two; side by side, in this build or in the old file, they come as one piece.

    which: JSON, CSV or SEARCH; files: paths of the entries; made: what this build made; before: what was in the old joined file, in its order;
    old: that file's bytes, with `head` bytes before the first part. Raises KeyError when a part is in neither.
    """
    cut: dict[str, tuple[int, int]] = {}
    at = head
    for file, known in before.items():
        cut[file] = at, at + known.lengths[which]
        at += known.lengths[which] + len(gap)
    found: list[Piece] = []
    for fresh, run in groupby(files, made.__contains__):
        together = list(run)
        found += (
            [gap.join([made[f].parts[which] for f in together])] if fresh else _runs(memoryview(old), [cut[f] for f in together], len(gap))
        )
    return [piece for part in found for piece in (gap, part)][1:]


def _runs(old: memoryview, places: Sequence[tuple[int, int]], gap: int) -> list[memoryview]:
    """Parts of the old file, from place to place; what stood side by side comes as one."""
    found = []
    begin, end = places[0]
    for start, stop in places[1:]:
        if start != end + gap:
            found.append(old[begin:end])
            begin = start
        end = stop
    return [*found, old[begin:end]]


def joined_files(
    kinds: Mapping[str, Kind], stock: Stock, made: Mapping[str, Made], state: State, old: Callable[[str], Piece]
) -> Iterator[tuple[str, list[Piece]]]:
    """JSON and CSV of each kind, as (path, pieces). old: gives the bytes of a file as the last build left it."""
    for kind in kinds.values():
        inside = f"register/{kind.folder}/"
        files = [f for f in stock.cards if f.startswith(inside)]
        before = {f: k for f, k in state.files.items() if f.startswith(inside)}
        path, head = f"{kind.folder}.json", JSON_HEAD
        yield path, [head, *pieces(JSON, files, made, before, old(path), len(head), JSON_GAP), JSON_TAIL]
        path, head = f"{kind.folder}.csv", header_csv(kind)
        yield path, [head, *pieces(CSV, files, made, before, old(path), len(head), b"")]
