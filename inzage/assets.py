"""What comes along on every site besides pages: stylesheets, scripts, schemas, sitemap, robots.txt. Flow: kinds, config → assets → publish. Pure but for reading."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from .kinds import Kind
from .model import Card, Settings
from .pages.views import dial
from .search import words

ASSETS = "vormgeving"


def site_facts(kinds: Mapping[str, Kind], settings: Settings, base_url: str, history: bool) -> dict[str, Any]:
    """What every page shows of the register itself. Nothing here changes from day to day, or every page would."""
    address = base_url or settings.address
    return {
        "name": settings.name,
        "municipality": settings.municipality,
        "phone": settings.phone,
        "dial": dial(settings.phone),
        "contact": settings.contact,
        "owner": settings.owner,
        "trial": settings.trial,
        "intro": settings.intro,
        "address": address,
        # Only the 404 page needs it: it is served at any depth, so relative addresses do not work there.
        "base": "/"
        + "/".join(address.split("/")[3:]).strip("/")
        + ("/" if address.count("/") > 2 and address.split("/", 3)[3].strip("/") else ""),
        "repository": settings.repository,
        "accessibility": settings.accessibility,
        "kinds": list(kinds.values()),
        "history": history,
    }


def asset_files(
    kinds: Mapping[str, Kind], cards: Iterable[Card], folders: Iterable[Path], address: str, paths: Iterable[str]
) -> Iterator[tuple[str, bytes]]:
    """Every file of this module as (path, bytes). paths: the files of the site so far, for the sitemap."""
    for kind in kinds.values():
        yield f"schemas/{kind.name}.schema.json", json.dumps(published_schema(kind), ensure_ascii=False, indent=2).encode() + b"\n"
    yield from static_files(folders).items()
    yield "zoekwoorden.json", json.dumps(words(cards), ensure_ascii=False, separators=(",", ":")).encode()
    if address:
        yield "sitemap.xml", sitemap(address, [public(p) for p in paths if p.endswith("index.html")])
        yield "robots.txt", robots(address)


def static_files(folders: Iterable[Path]) -> dict[str, bytes]:
    """Stylesheets, scripts and pictures: all of `templates/vormgeving/`, a root's own over the shipped. Path in the site → bytes."""
    found = {}
    for folder in folders:
        place = folder / ASSETS
        if place.is_dir():
            found.update({f"{ASSETS}/{p.name}": p.read_bytes() for p in sorted(place.iterdir()) if p.is_file()})
    return found


def published_schema(kind: Kind) -> dict[str, Any]:
    """The schema of a kind as anyone can use it: whole, without references to other files."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **{k: v for k, v in kind.schema.items() if k != "$schema"}}


def sitemap(address: str, paths: Iterable[str]) -> bytes:
    """The addresses of all pages, for search engines (sitemaps.org 0.9)."""
    base = escape(address.rstrip("/") + "/")
    urls = "".join([f"<url><loc>{base}{path}</loc></url>\n" for path in sorted({*map(escape, paths)})])
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'.encode()
    )


def robots(address: str) -> bytes:
    """Search engines are welcome everywhere."""
    return f"User-agent: *\nAllow: /\nSitemap: {address.rstrip('/')}/sitemap.xml\n".encode()


def public(path: str) -> str:
    """The address of a page: `a/index.html` is `a/`."""
    return path.removesuffix("index.html")
