"""A page of the site → the same page in a folder of its own, or on paper: no link leads nowhere. Pure. Flow: render → alone → pdf, run."""

from __future__ import annotations

import re
from collections.abc import Collection
from posixpath import dirname, join, normpath

_HREF = re.compile(r'(<a\b[^>]*?) href="([^"]*)"')
_NAV = re.compile(r"<nav\b.*?</nav>\s*", re.DOTALL)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def alone(html: str, path: str, here: Collection[str], address: str) -> str:
    """A page with its links settled.

    path: its place in the folder, whose top stands for the top of the site; here: the files in the folder; address: of the site, or ''.
    A link to a file in the folder names that file; any other goes to the site, or is plain text when the site has no address. A
    navigation without links goes.
    """

    def settle(found: re.Match[str]) -> str:
        target = found[2]
        if target.startswith("#") or _SCHEME.match(target):
            return found[0]
        place = normpath(join(dirname(path), target.split("#")[0] or "."))
        file = "index.html" if place == "." else join(place, "index.html") if target.endswith("/") else place
        if file in here:
            up = "../" * path.count("/")
            return f'{found[1]} href="{up}{file}"'
        public = "" if place == "." else place + ("/" if target.endswith("/") else "")
        return f'{found[1]} href="{address.rstrip("/")}/{public}"' if address else found[1]

    settled = _HREF.sub(settle, html)
    return _NAV.sub(lambda nav: nav[0] if "href=" in nav[0] else "", settled)
