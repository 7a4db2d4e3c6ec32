"""What is asked of a build, what it answers, and where schemas and templates come from. Flow: kinds, config → order → site, commands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import VERSION
from .cache import digest_of_files
from .config import load_settings
from .kinds import Kinds, load_kinds
from .logline import Log
from .model import Settings
from .problem import Problem

SHIPPED = Path(__file__).resolve().parent.parent
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Order:
    """What is asked of a build. today: ISO day; links: address → day on which it did not work; checks: all checks of
    links, for the year report; jobs: number of processes.

    judge: False takes the files as they are, without today's rules (`--as-of`). repo and revision: where the history is read and up to which commit (by default: the root, HEAD); log: the publication log.
    """

    root: Path
    out: Path
    today: str
    base_url: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    checks: Sequence[Mapping[str, Any]] | None = None
    jobs: int = 1
    cached: bool = True
    search: bool = True
    judge: bool = True
    repo: Path | None = None
    revision: str = "HEAD"
    log: Log | None = None


@dataclass
class Result:
    """What a build did: counts, seconds a stage, and the Problems that do not block."""

    entries: int = 0
    files: int = 0
    rendered: int = 0
    warnings: list[Problem] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def folders(root: Path, name: str) -> list[Path]:
    """The shipped folder and the root's own, which comes over it."""
    own = root / name
    return [SHIPPED / name] + ([own] if own.resolve() != (SHIPPED / name).resolve() else [])


def load_site(root: Path) -> tuple[Kinds, Settings]:
    """The kinds and settings of a root. Raises Refused."""
    places = folders(root, "schemas")
    return load_kinds(*places), load_settings(root, *places)


def epoch(order: Order, kinds: Kinds, history: bool) -> str:
    """Changes when anything changes that every page may depend on: tool, schemas, templates, settings, address, links. history: is there one?"""
    code = digest_of_files(p for p in Path(__file__).parent.rglob("*.*") if p.suffix in (".py", ".json", ".yaml"))
    templates = [p for f in folders(order.root, "templates") if f.is_dir() for p in f.rglob("*") if p.is_file()]
    settings = (order.root / "inzage.yaml").read_bytes().decode(errors="replace")
    asked = [order.base_url, order.search, history, sorted(order.links.items())]
    return hashlib.sha256(json.dumps([VERSION, code, digest_of_files(templates), kinds.digest, settings, asked]).encode()).hexdigest()
