"""Changes as an Atom feed (RFC 4287), so that anyone can follow the register, a kind or an organisation. Flow: pages.changes → exports. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..pages.changes import Event

MOST = 50


def feed(title: str, path: str, address: str, events: Sequence[Event]) -> bytes:
    """The newest changes as Atom.

    path: where the feed goes in the site; address: the site's own, or '' when it is not known: ids then are names (RFC 4151's form) and links
    are relative. events: newest first; at most MOST are given. Times are midnight UTC of the day of publication.
    """
    base = address.rstrip("/") + "/" if address else "../" * path.count("/")
    name = address.rstrip("/") + "/" if address else "tag:inzage,2026:"
    shown = events[:MOST]
    updated = shown[0].date if shown else "1970-01-01"
    entries = "".join(_entry(e, base, name) for e in shown)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nl">\n<title>{escape(title)}</title>\n'
        f"<id>{escape(name + path)}</id>\n<updated>{updated}T00:00:00Z</updated>\n<author><name>{escape(title)}</name></author>\n"
        f'<link rel="self" href="{escape(base + path)}"/>\n{entries}</feed>\n'
    ).encode()


def _entry(event: Event, base: str, name: str) -> str:
    text = " ".join([*event.what, f"Reden: {event.reason}" if event.reason else ""]).strip()
    return (
        f"<entry>\n<title>{escape(event.name)}</title>\n<id>{escape(name + event.path)}</id>\n<updated>{event.date}T00:00:00Z</updated>\n"
        f'<link href="{escape(base + event.path)}"/>\n<summary>{escape(text)}</summary>\n</entry>\n'
    )
