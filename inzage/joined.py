"""Files that hold a part of every entry: JSON and CSV per kind, the texts of the search index. Flow: exports → joined → publish.

One changed entry must not cost the making of all parts: the others are cut out of the file that the last build left (DESIGN §9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from mmap import mmap

from .cache import Known, State
from .exports.entries import JSON_GAP, JSON_HEAD, JSON_TAIL, header_csv
from .kinds import Kind
from .stock import Stock
from .workers import Made

JSON, CSV, SEARCH = 0, 1, 2
Old = bytes | mmap | memoryview


def pieces(
    which: int, files: Sequence[str], made: Mapping[str, Made], before: Mapping[str, Known], old: Old, head: int, gap: bytes
) -> list[Old]:
    """The parts of the entries in order, with `gap` between two; parts that stood side by side in the old file come as one piece.

    which: JSON, CSV or SEARCH; files: paths of the entries; made: what this build made; before: what was in the old joined file, in its order;
    old: that file's bytes, with `head` bytes before the first part. Raises KeyError when a part is in neither.
    """
    cut: dict[str, tuple[int, int]] = {}
    at = head
    for file, known in before.items():
        cut[file] = at, at + known.lengths[which]
        at += known.lengths[which] + len(gap)
    found: list[Old] = []
    view, begin, end = memoryview(old), 0, -1  # no run of old parts is open
    for file in files:
        fresh = file in made
        if not fresh and cut[file][0] == end + len(gap):
            end = cut[file][1]
            continue
        if end >= 0:
            found.append(view[begin:end])
        begin, end = (0, -1) if fresh else cut[file]
        if fresh:
            found.append(made[file].parts[which])
    if end >= 0:
        found.append(view[begin:end])
    return [piece for part in found for piece in (gap, part)][1:]


def joined_files(
    kinds: Mapping[str, Kind], stock: Stock, made: Mapping[str, Made], state: State, old: Callable[[str], Old]
) -> Iterator[tuple[str, list[Old]]]:
    """JSON and CSV of each kind, as (path, pieces). old: gives the bytes of a file as the last build left it."""
    for kind in kinds.values():
        inside = f"register/{kind.folder}/"
        files = [f for f in stock.cards if f.startswith(inside)]
        before = {f: k for f, k in state.files.items() if f.startswith(inside)}
        path, head = f"{kind.folder}.json", JSON_HEAD
        yield path, [head, *pieces(JSON, files, made, before, old(path), len(head), JSON_GAP), JSON_TAIL]
        path, head = f"{kind.folder}.csv", header_csv(kind)
        yield path, [head, *pieces(CSV, files, made, before, old(path), len(head), b"")]
