"""Files that hold a part of every entry: JSON and CSV per kind, the texts of the search index. Flow: exports → joined → publish.

One changed entry must not cost the making of all parts: the others are cut out of the file that the last build left (DESIGN §9).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .cache import Known
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
