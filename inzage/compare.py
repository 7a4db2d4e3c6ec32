"""`changes FROM TO`: two registers by name (a folder, a day, a git revision) → RegisterDiff. Flow: git, logbook, load → compare → exports.

Entries need not be valid, and their folders need not be kinds: what was once written is compared as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import git, logbook
from .diff import RegisterDiff, compare_registers
from .kinds import Kind
from .load import MAX_BYTES, load
from .logbook import Log
from .problem import Refused
from .sentences import RAW

CODES = ("vergelijk-onbekend", "vergelijk-dag")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_INVISIBLE, _PRIVATE = ("Cc", "Cf", "Zl", "Zp"), 0xF0000
_ENTRY = re.compile(r"register/([^/]+)/([^/]+)\.yaml\Z")


@dataclass(frozen=True, slots=True)
class Read:
    """One entry as it was found: its data, or None when it cannot be read, and its text."""

    data: dict[str, Any] | None
    text: str


def compare(root: Path, before: str, after: str, kinds: Mapping[str, Kind], log: Log | None = None) -> RegisterDiff:
    """The meaningful differences between two registers.

    before, after: each a folder of entries (with `register/<kind>/*.yaml` or `<kind>/*.yaml`), a day (`2026-05-13`: what was public at its
    end, by the log, else by committer dates of the first-parent line), or a git revision. Kinds are those of today. An entry that cannot be
    read on one side is compared by its text, as the field «(tekst)». Raises Refused when a name means none of these.
    """
    old, new = (register(root, name, kinds, log) for name in (before, after))
    raw = {ref for ref in old.keys() & new.keys() if old[ref].data is None or new[ref].data is None}
    before_data, after_data = ({ref: _fields(found, ref in raw) for ref, found in side.items()} for side in (old, new))
    return compare_registers(before_data, after_data, kinds)


def _fields(found: Read, raw: bool) -> dict[str, Any]:
    return {RAW: found.text} if raw or found.data is None else found.data


def register(root: Path, name: str, kinds: Mapping[str, Kind], log: Log | None = None) -> dict[str, Read]:
    """The entries that a name stands for: `folder/id` → what was found. A day before the first publication gives none."""
    folder = Path(name)
    if folder.is_dir() and (below := _entries_folder(folder)):
        files = _in_folder(below)
    elif _DAY.match(name):
        commit = _on_day(root, name, log)
        files = _at_commit(root, commit) if commit else iter(())
    elif git.is_repository(root):
        files = _at_commit(root, _commit(root, name, folder))
    else:
        raise _unknown(name)
    return {f"{kind}/{id}": _read(raw, kinds.get(kind)) for kind, id, raw in files}


def _unknown(name: str) -> Exception:
    fix = "Noem een map met register/<soort>/*.yaml, een dag zoals 2026-05-13, of een tak, label of commit van git."
    return git.refusal("vergelijk-onbekend", f"«{name}» is geen map met beschrijvingen, geen dag en geen versie in git.", fix, name)


def _commit(root: Path, name: str, folder: Path) -> str:
    try:
        return git.resolve(root, name)
    except Refused:
        raise _unknown(name) from None


def _entries_folder(folder: Path) -> Path | None:
    """Where the kinds are: `register/` in the folder, or the folder itself when it has entries."""
    if (folder / "register").is_dir():
        return folder / "register"
    return folder if next(folder.glob("*/*.yaml"), None) else None


def _in_folder(below: Path) -> Iterator[tuple[str, str, bytes]]:
    for path in sorted(below.glob("*/*.yaml")):
        if path.is_file() and not path.is_symlink() and not path.parent.is_symlink():  # a link could show any file of this computer
            yield path.parent.name, path.stem, path.read_bytes()


def _on_day(root: Path, day: str, log: Log | None) -> str | None:
    """The commit that was public at the end of a day, or None."""
    try:
        moment = logbook.end_of_day(day)
    except ValueError:
        raise git.refusal("vergelijk-dag", f"De dag «{day}» bestaat niet.", "Schrijf jaar, maand en dag, zoals 2026-05-13.", day) from None
    if log is None:
        git.refuse_shallow(root)
        return git.commit_at(root, int(moment.timestamp()))
    line = logbook.published_at(log, moment)
    if line is None or git.has_commit(root, line.commit):
        return line.commit if line else None
    return logbook.commits_now(log, root).get(line.number) or git.resolve(root, line.commit)


def _at_commit(root: Path, commit: str) -> Iterator[tuple[str, str, bytes]]:
    files = {path: file for path, file in git.ls_tree(root, commit, ["register"]).items() if file.mode.startswith("100")}
    found = [(match[1], match[2], files[path].blob) for path in files if (match := _ENTRY.match(path))]
    raws = dict(git.blobs(root, dict.fromkeys(blob for _, _, blob in found), MAX_BYTES + 1))
    return ((kind, id, raws[blob]) for kind, id, blob in found)


def _read(raw: bytes, kind: Kind | None) -> Read:
    text = raw.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    data = load(raw, "").data
    if data is None:
        data = _without_judging_signs(text)
    return Read(kind.typed(data) if kind and data is not None else data, text)


def _without_judging_signs(text: str) -> dict[str, Any] | None:
    """The data of an entry whose only fault is an invisible sign or a tab: such a sign goes through the loader in disguise."""
    signs = sorted({c for c in text if c != "\n" and unicodedata.category(c) in _INVISIBLE})
    if not signs or len(signs) > 1000:
        return None
    disguise = {ord(sign): chr(_PRIVATE + i) for i, sign in enumerate(signs)}
    back = {_PRIVATE + i: sign for i, sign in enumerate(signs)}
    data = load(text.translate(disguise).encode("utf-8", "replace"), "").data
    return None if data is None else _translated(data, back)


def _translated(value: Any, table: dict[int, str]) -> Any:
    if isinstance(value, dict):
        return {key.translate(table): _translated(inner, table) for key, inner in value.items()}
    return [_translated(inner, table) for inner in value] if isinstance(value, list) else value.translate(table)
