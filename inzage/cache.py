"""What the last build knew, by content: one JSON file a site under `.cache/` (DESIGN §9). JSON and never pickle: the folder may be someone else's.

It is used only when the epoch is the same (tool, schemas, templates, settings) and the site is still the one that build made.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from .model import Card, card_from_json

# A file changed within two seconds of our look may change again without its stamp changing (git calls it racy): it is read again.
_RACY_NS = 2_000_000_000
TEXTS = ".zoek"


class Known(NamedTuple):
    """What a cached file gave: its stamp, Card and warnings; the length of its part in each joined file."""

    stamp: list[int]
    card: Card
    warnings: list[list[Any]]
    lengths: list[int]


class Told(NamedTuple):
    """What a version's page gave: the key it was made with, the SHA-256 of the page, and its changes in sentences."""

    key: str
    digest: str
    what: list[str]


class State(NamedTuple):
    """The whole of what a build left behind. `pages`: path → key of the page that stands there; `told`: path of a version → Told;
    `rows`: reference → digest of the history on its page."""

    epoch: str
    site: str
    day: str
    saved: int
    files: dict[str, Known]
    pages: dict[str, str]
    search: str
    told: dict[str, Told]
    rows: dict[str, str]


EMPTY = State("", "", "", 0, {}, {}, "", {}, {})


def path_for(root: Path, out: Path) -> Path:
    """Where the state of one site is kept."""
    return root / ".cache" / f"site-{hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:12]}.json"


def read_state(path: Path, epoch: str, site: str) -> State:
    """The state of the last build, or EMPTY when it is of another epoch, another site, or unreadable."""
    try:
        raw = orjson.loads(path.read_bytes())
        if raw["epoch"] != epoch or raw["site"] != site or raw["search"] not in ("", hashlib.sha256(read_texts(path)).hexdigest()):
            return EMPTY
        files = {file: Known(v[0], card_from_json(v[1]), v[2], v[3]) for file, v in raw["files"].items()}
        told = {path: Told(*v) for path, v in raw["told"].items()}
        return State(epoch, site, raw["day"], raw["saved"], files, raw["pages"], raw["search"], told, raw["rows"])
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return EMPTY


def read_texts(path: Path) -> bytes:
    """The texts of the search index that belong to the state at `path`; nothing when there are none."""
    try:
        return path.with_suffix(TEXTS).read_bytes()
    except OSError:
        return b""


def write_state(path: Path, state: State, texts: bytes | None) -> None:
    """Keeps the state for the next build, and the texts of the index when they changed. A disk that refuses, or a file from the year 2554, costs only
    time: the next build is a cold one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if texts is not None:
            path.with_suffix(TEXTS).write_bytes(texts)
        aside = path.with_suffix(".nieuw")
        aside.write_bytes(orjson.dumps(state._asdict(), default=list))  # list: for the named tuples in it
        os.replace(aside, path)
    except (OSError, orjson.JSONEncodeError):
        with suppress(OSError):
            path.unlink()


def is_current(known: Known, stamp: Iterable[int], saved: int) -> bool:
    """Whether a file is still the one that was read then. saved: when that build began to look, in nanoseconds."""
    now = list(stamp)
    return known.stamp == now and now[1] < saved - _RACY_NS


def digest_of_files(paths: Iterable[Path]) -> str:
    """One digest of the names and bytes of files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.parent.name}/{path.name}".encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
