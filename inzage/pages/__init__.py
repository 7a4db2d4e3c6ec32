"""Register → Pages: path, template and context. Pure: templates choose markup, never facts. Flow: model, history → pages (here) → render."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple


class Page(NamedTuple):
    """One page to render. `path` is where it goes in the site, as `algoritmes/x/index.html`."""

    path: str
    template: str
    context: dict[str, Any]


class Planned(NamedTuple):
    """A page that may not have to be made: an equal `key` means an equal page."""

    path: str
    key: str
    make: Callable[[], Page]


def digest_of(*values: Any) -> str:
    """A digest of plain values and named tuples, for keys."""
    return hashlib.sha256(repr(values).encode()).hexdigest()


def root_of(path: str) -> str:
    """From a page back to the root of the site, so that the site works under any base path: `a/b/index.html` → `../../`."""
    return "../" * path.count("/")
