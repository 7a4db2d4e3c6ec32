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
) -> list[bytes]:
    """The part of each entry, in order.

    which: JSON, CSV or SEARCH; files: paths of the entries; made: what this build made; before: what was in the old joined file, in its order;
    old: that file's bytes, with `head` bytes before the first part and `gap` bytes between two. Raises KeyError when a part is in neither.
    """
    cut: dict[str, bytes] = {}
    at = head
    for file, known in before.items():
        cut[file] = old[at : at + known.lengths[which]]
        at += known.lengths[which] + gap
    return [made[file].parts[which] if file in made else cut[file] for file in files]


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
        yield f"{kind.folder}.csv", head + b"".join(parts(CSV, files, made, before, old(f"{kind.folder}.csv"), len(head), 0))
