"""The folder `register/` → the files to read, and Problems for what does not belong there. Flow: scan → load."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from .kinds import Kind
from .naming import choices, nearest
from .problem import FOUT, Problem, visible

MAX_FILES = 100_000
TOP = "register"
CODES = ("geen-register", "map-onbekend", "bestand-onbekend", "bestandsnaam-teken", "koppeling", "te-veel-bestanden")
_HARMLESS = (".gitkeep", "LEESMIJ.md", "README.md")


class Source(NamedTuple):
    """One file of the register. `stamp` is size, time of change and inode: equal stamps mean an unchanged file."""

    folder: str
    id: str
    file: str
    stamp: tuple[int, int, int]


def scan(root: Path, kinds: Mapping[str, Kind]) -> tuple[list[Source], list[Problem]]:
    """All entry files under `root/register`, sorted by path, and what is wrong with the folder itself. Raises nothing."""
    sources: list[Source] = []
    problems: list[Problem] = []
    top = root / TOP
    if not top.is_dir() or top.is_symlink():
        return [], [_wrong("register", "geen-register", "De map register/ is er niet.", "Maak de map, of kies met --root een andere map.")]
    for place in sorted(os.scandir(top), key=lambda e: e.name):
        file = f"register/{place.name}"
        if place.is_symlink():
            problems.append(_symlink(file))
        elif place.is_dir():
            if place.name in kinds:
                _scan_folder(place.path, place.name, sources, problems)
            elif any(os.scandir(place.path)):
                meant = nearest(place.name, kinds)
                fix = f"Bedoelde u «{meant}»?" if meant else f"Gebruik een van deze mappen: {choices(kinds)}."
                problems.append(_wrong(file, "map-onbekend", f"De map «{place.name}» kennen wij niet.", fix))
        elif place.name not in _HARMLESS:
            problems.append(_stray(file))
    if len(sources) > MAX_FILES:
        problems.append(_wrong("register", "te-veel-bestanden", f"Er zijn meer dan {MAX_FILES} bestanden.", "Vraag de beheerder om hulp."))
    return sources, problems


def _scan_folder(path: str, folder: str, sources: list[Source], problems: list[Problem]) -> None:
    with os.scandir(path) as found:
        entries = sorted(found, key=lambda e: e.name)
    for item in entries:
        file = f"register/{folder}/{item.name}"
        if item.is_symlink():
            problems.append(_symlink(file))
        elif not item.name.isprintable():
            problems.append(_wrong(file, "bestandsnaam-teken", "In deze bestandsnaam staat een vreemd teken.", "Kies een andere naam."))
        elif item.is_file() and item.name.endswith(".yaml"):
            stat = item.stat()
            sources.append(Source(folder, item.name[:-5], file, (stat.st_size, stat.st_mtime_ns, stat.st_ino)))
        elif item.name not in _HARMLESS:
            problems.append(_stray(file, item.is_dir()))


def _stray(file: str, is_folder: bool = False) -> Problem:
    name = file.rsplit("/", 1)[-1]
    stem, dot, suffix = name.rpartition(".")
    fix = "Een beschrijving is een bestand dat eindigt op .yaml. Zet het in een van de mappen onder register/."
    if is_folder:
        fix = f"Zet de bestanden zelf in {file.rsplit('/', 1)[0]}/, en haal deze map weg."
    elif dot and suffix.lower() in ("yml", "yaml"):
        fix = f"Noem het bestand «{stem}.yaml»." if suffix != "yaml" else "Zet het in een van de mappen onder register/."
    return _wrong(file, "bestand-onbekend", f"{'Deze map' if is_folder else 'Dit bestand'} hoort hier niet.", fix)


def _symlink(file: str) -> Problem:
    return _wrong(file, "koppeling", "Dit is een snelkoppeling en geen echt bestand.", "Zet hier het bestand zelf neer.")


def _wrong(file: str, code: str, message: str, fix: str) -> Problem:
    return Problem(visible(file), 1, 1, FOUT, code, "", visible(message), visible(fix))
