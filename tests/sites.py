"""Sites for the tests: small roots, builds in this process or in one of their own, and what came out. Flow: none; only tests use it."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import jinja2
import lxml.html
from jinja2.bccache import Bucket, BytecodeCache
from registers import ALGORITHM, BASE, PROJECT, write

from inzage import render
from inzage.problem import Refused
from inzage.publish import LIST
from inzage.search import FOLDER as INDEX
from inzage.site import Order, Result, build

TODAY = "2026-11-23"
BUILD = PROJECT / "build.py"
OWNER = "organisaties/gemeente-voorbeeldstad"
SETTINGS = (BASE / "inzage.yaml").read_text("utf-8") + "inleiding: Hier leest u wat de computers van Voorbeeldstad doen.\n"
LAMPS = """\
naam: Lampen vervangen
samenvatting: Dit kiest welke lamp de gemeente eerst vervangt.
organisatie: organisaties/gemeente-voorbeeldstad
themas: [Verkeer]
status: in gebruik
publicatiecategorie: overig algoritme
in_brieven: [Lampenplan]
doel_en_impact: Zo branden de lampen op straat vaker.
wie_merkt_het: Iedereen die in het donker over straat gaat.
beslist_zelf: nee
menselijke_tussenkomst: Een monteur beslist.
gegevens: De leeftijd van elke lamp.
bezwaar: Bel de gemeente.
wettelijke_basis: De gemeente zorgt voor de straten.
ontbreekt:
  leverancier: {reden: geheim, grond: Woo art. 5.1 lid 1c, toelichting: De leverancier vroeg dit.}
  impacttoetsen: {reden: nog niet gedaan, gepland: 2027-03-01}
laatst_gecontroleerd: 2026-01-02
herzien_voor: 2026-06-01
bronnen:
  - {titel: De site van de stad, link: "https://www.example.org/lampen"}
"""
OLD = """\
naam: Lampen tellen
samenvatting: Dit telde de lampen.
organisatie: organisaties/gemeente-voorbeeldstad
status: buiten gebruik
publicatiecategorie: overig algoritme
ingetrokken: {datum: 2026-02-03, reden: De lampen tellen zichzelf., vervangen_door: algoritmes/lampen}
relaties:
  - {soort: is uitwerking van, naar: documenten/goed}
"""
SMALL: dict[str, str | bytes] = {
    "inzage.yaml": SETTINGS,
    f"register/{OWNER}.yaml": (BASE / f"register/{OWNER}.yaml").read_bytes(),
    "register/documenten/goed.yaml": (BASE / "register/documenten/goed.yaml").read_bytes(),
    "register/algoritmes/lampen.yaml": LAMPS,
    "register/algoritmes/oud.yaml": OLD,
}


class _Compiled(BytecodeCache):
    """Templates compiled once in a process: that is most of the time of a small build. Never on disk."""

    def __init__(self) -> None:
        self.known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key] = bucket.bytecode_to_string()


render.Environment = partial(jinja2.Environment, bytecode_cache=_Compiled())  # type: ignore[misc, assignment]


def small(folder: Path, more: dict[str, str | bytes] | None = None) -> Path:
    """A small register with a bit of everything in `folder`/root, and `more` over it; gives its root."""
    return write(folder / "root", {**SMALL, **(more or {})})


def many(folder: Path, number: int) -> Path:
    """A register with `number` algorithms, whose names run through the alphabet; gives its root."""
    names = [f"{chr(ord('a') + i * 26 // number)}{i:04}" for i in range(number)]
    more = {f"register/algoritmes/{n}.yaml": ALGORITHM.replace("Lampen vervangen", f"{n.upper()} lampen") for n in names}
    return write(folder / "root", {k: v for k, v in SMALL.items() if "algoritmes" not in k} | more)


def make(root: Path, out: Path | None = None, **options: Any) -> Result:
    """Builds a site in this process, without the index and in one process unless `options` of the Order say otherwise."""
    return build(Order(**{"root": root, "out": out or root / "site", "today": TODAY, "search": False, **options}))


def outcome(root: Path, out: Path, **options: Any) -> list[str]:
    """The codes of the Problems that stopped a build; none when it was made."""
    try:
        make(root, out, **options)
    except Refused as refused:
        return [p.code for p in refused.problems]
    return []


def command(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Runs `build.py` in a process of its own."""
    words = [*options.pop("before", ()), sys.executable, str(BUILD), *map(str, arguments)]
    return subprocess.run(words, **{"capture_output": True, "text": True, "timeout": 60, **options})


def environment(**more: str) -> dict[str, str]:
    """The environment of a process, with some things changed."""
    return {**os.environ, **more}


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder: path → bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def same(folder: Path) -> dict[str, bytes]:
    """What must be the same in two builds: every file, without those of the index and their lines in the list."""
    files = {path: raw for path, raw in tree(folder).items() if not path.startswith(INDEX + "/")}
    if LIST in files:
        files[LIST] = b"".join(line for line in files[LIST].splitlines(keepends=True) if f'"{INDEX}/'.encode() not in line)
    return files


def assert_same(one: Path, other: Path) -> None:
    """Two sites are equal, byte for byte."""
    first, second = same(one), same(other)
    assert first.keys() == second.keys()
    assert [path for path in first if first[path] != second[path]] == []


def assert_listed(folder: Path) -> dict[str, Any]:
    """The list of a site names exactly its files, with their digests; gives the list."""
    listed: dict[str, Any] = json.loads((folder / LIST).read_bytes())
    assert listed["bestanden"] == {path: hashlib.sha256(raw).hexdigest() for path, raw in tree(folder).items() if path != LIST}
    return listed


def page(folder: Path, path: str) -> lxml.html.HtmlElement:
    """A page of a site, parsed: `algoritmes/` or `404.html`."""
    return parsed((folder / path / "index.html" if not path.endswith(".html") else folder / path).read_bytes())


def parsed(raw: bytes) -> lxml.html.HtmlElement:
    """A page, parsed."""
    return lxml.html.document_fromstring(raw.decode())


_INLINE = frozenset("a abbr b code em i small span strong time".split())


def text(node: lxml.html.HtmlElement) -> str:
    """The words of a part of a page, with single spaces; what stands on a line of its own does not touch the next."""
    return re.sub(r"\s+", " ", "".join(_words(node))).strip()


def _words(node: lxml.html.HtmlElement) -> Iterator[str]:
    around = "" if node.tag in _INLINE else " "
    yield around + (node.text or "")
    for child in node.iterchildren():
        if isinstance(child.tag, str):
            yield from _words(child)
        yield child.tail or ""
    yield around


def texts(document: lxml.html.HtmlElement, xpath: str) -> list[str]:
    """The words of every part that an XPath finds."""
    return [text(node) for node in document.xpath(xpath)]


def pages(folder: Path) -> Iterator[tuple[str, lxml.html.HtmlElement]]:
    """Every page of a site, parsed."""
    for path in sorted(folder.rglob("*.html")):
        yield path.relative_to(folder).as_posix(), parsed(path.read_bytes())


@cache
def real() -> Path:
    """The site of the register in this repository, as the command makes it; made once a process and removed at its end."""
    place = Path(tempfile.mkdtemp(prefix="inzage-test-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    done = command(
        "build", "--root", PROJECT, "--out", place / "site", "--today", TODAY, "--no-cache", "--base-url", "https://register.example.org/"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return place / "site"
