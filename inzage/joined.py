"""Files that hold a part of every entry: JSON and CSV per kind, the texts of the search index. Flow: exports → joined → publish.

One changed entry must not cost the making of all parts: the others are cut out of the file that the last build left (DESIGN §9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from .cache import Known, State
from .exports.entries import header_csv, join_json
from .kinds import Kind
from .stock import Stock
from .workers import Made

JSON, CSV, SEARCH = 0, 1, 2


def parts(
    which: int, files: Sequence[str], made: Mapping[str, Made], before: Mapping[str, Known], old: bytes, head: int, gap: int
) -> list[bytes | memoryview]:
    """The part of each entry, in order; parts that stood side by side in the old file come as one, with the gaps between them.

    which: JSON, CSV or SEARCH; files: paths of the entries; made: what this build made; before: what was in the old joined file, in its order;
    old: that file's bytes, with `head` bytes before the first part and `gap` bytes between two. Raises KeyError when a part is in neither.
    """
    cut: dict[str, tuple[int, int]] = {}
    at = head
    for file, known in before.items():
        cut[file] = at, at + known.lengths[which]
        at += known.lengths[which] + gap
    found: list[bytes | memoryview] = []
    view, begin, end = memoryview(old), 0, -1  # no run of old parts is open
    for file in files:
        fresh = file in made
        if not fresh and cut[file][0] == end + gap:
            end = cut[file][1]
            continue
        if end >= 0:
            found.append(view[begin:end])
        begin, end = (0, -1) if fresh else cut[file]
        if fresh:
            found.append(made[file].parts[which])
    return [*found, view[begin:end]] if end >= 0 else found


def joined_files(
    kinds: Mapping[str, Kind], stock: Stock, made: Mapping[str, Made], state: State, old: Callable[[str], bytes]
) -> Iterator[tuple[str, bytes]]:
    """JSON and CSV of each kind, as (path, bytes). old: gives the bytes of a file as the last build left it."""
    for kind in kinds.values():
        inside = f"register/{kind.folder}/"
        files = [f for f in stock.cards if f.startswith(inside)]
        before = {f: k for f, k in state.files.items() if f.startswith(inside)}
        head = header_csv(kind)
        yield f"{kind.folder}.json", join_json(parts(JSON, files, made, before, old(f"{kind.folder}.json"), 2, 2))
        yield f"{kind.folder}.csv", b"".join([head, *parts(CSV, files, made, before, old(f"{kind.folder}.csv"), len(head), 0)])
