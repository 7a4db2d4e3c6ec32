"""Entries → the search index of Pagefind, made only when a searched text changed. Flow: model → search → publish.

Pagefind reads records, not our pages: what is searched is the entry, without the words that stand on every page. They are handed over as small
HTML files and its own command line: its Python interface waits a tenth of a second for every record (docs/besluiten/0007-zoeken.md).
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

import orjson

from .kinds import Kind
from .model import Card, Entry

FOLDER = "pagefind"
_FRONT_END = ("pagefind-ui", "pagefind-modular-ui", "pagefind-component-ui", "pagefind-highlight", "wasm.unknown")


def record(kind: Kind, entry: Entry, card: Card, labels: Mapping[str, list[str]]) -> bytes:
    """One entry as a line for the index: its names weigh most, then the summary, then all its text. labels: filter label → values."""
    data = entry.data
    names = [card.name, *card.names, *(n for key in ("zoektermen", "trefwoorden", "alternatieve_titels") for n in _strings(data.get(key)))]
    rest = [text for key, value in data.items() if key not in (kind.name_field, "samenvatting") for text in _strings(value)]
    whole = {
        "ref": entry.ref,
        "names": names,
        "summary": card.summary,
        "text": rest,
        "meta": {"title": card.name, "samenvatting": card.summary, "soort": kind.title},
        "filters": {"Soort": [kind.plural], **labels},
    }
    return orjson.dumps(whole, option=orjson.OPT_APPEND_NEWLINE)


_WORD = re.compile(r"[^\W\d_]{4,}")


def words(cards: Iterable[Card]) -> list[str]:
    """The words that a misspelt search may have meant: those of names and summaries, in lower case."""
    written = "\n".join(text for c in cards for text in (c.name, c.summary, *c.names)).lower()
    return sorted(set(_WORD.findall("\n".join(set(written.split())))))  # each once: far fewer to look at


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        if not value.startswith("https://"):
            yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)


def write_index(records: Iterable[bytes], folder: Path) -> None:
    """Makes the index in `folder`; no records, no folder. records: lines as `record` makes them.

    Raises RuntimeError, with what Pagefind said, when it fails.
    """
    lines = list(records)
    if not lines:
        return
    with tempfile.TemporaryDirectory(prefix="inzage-zoek-") as place:
        for line in lines:
            one = orjson.loads(line)
            target = Path(place, one["ref"], "index.html")
            target.parent.mkdir(parents=True)
            target.write_text(_html(one), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pagefind",
            "--site",
            place,
            "--output-path",
            str(folder.resolve()),
            "--force-language",
            "nl",
            "--quiet",
        ]
        done = subprocess.run(command, capture_output=True, text=True, close_fds=False)  # it holds the lock of publish.py too
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
    for file in folder.iterdir():
        if file.name.startswith(_FRONT_END):  # its own interface: we have our own form (DESIGN §10)
            shutil.rmtree(file) if file.is_dir() else file.unlink()


def refresh(texts: bytes, spare: Path, kept: Mapping[str, str], before: str) -> tuple[dict[str, str], str, bool]:
    """The index of a site, made in `spare` only when the texts changed.

    texts: lines as `record` makes them; kept: the files of the present index → digest; before: the digest of its texts. Returns the files of the
    index → digest, the digest of the texts, and whether it was made anew.
    """
    digest = hashlib.sha256(texts).hexdigest()
    if kept and digest == before:
        return dict(kept), digest, False
    folder = spare / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    write_index(texts.splitlines(), folder)
    made = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(spare).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in made}, digest, True


def _html(one: Mapping[str, Any]) -> str:
    meta = "".join(f'<i data-pagefind-meta="{escape(k)}">{escape(v)}</i>' for k, v in one["meta"].items())
    filters = "".join(f'<i data-pagefind-filter="{escape(k)}">{escape(v)}</i>' for k, values in one["filters"].items() for v in values)
    names = "".join(f"<h2>{escape(n)}</h2>" for n in one["names"])
    text = "".join(f"<p>{escape(t)}</p>" for t in one["text"])
    body = f'{names}<p data-pagefind-weight="3">{escape(one["summary"])}</p>{text}'
    return f'<!doctype html><html lang="nl"><body><div data-pagefind-ignore>{meta}{filters}</div><main data-pagefind-body>{body}</main></body></html>'
