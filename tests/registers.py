"""Small registers for the tests, made in a folder of their own; and what `build.py check` says of them. Only tests use it."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from pathlib import Path

import pytest

import build
from inzage import scan
from inzage.kinds import Kinds, load_kinds

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
BASE = HERE / "cases" / "base"
SCHEMAS = PROJECT / "schemas"
CASE = "geval"  # the name of the file that a case of one file gets
RECIPE = "recept.json"
ALGORITHM = (BASE / "register/algoritmes/goed.yaml").read_text("utf-8")


def kinds() -> Kinds:
    """The kinds of the project."""
    return load_kinds(SCHEMAS)


def base(folder: Path) -> Path:
    """The small good register in `folder`; gives its root."""
    return Path(shutil.copytree(BASE, folder / "root"))


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    """Writes files below a root and gives the root back."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def check(root: Path, *options: str) -> tuple[int, str]:
    """`build.py check` in this process: its exit and what it printed."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = build.main(["check", "--root", str(root), *options])
    return code, out.getvalue()


def problems(root: Path) -> list[dict[str, object]]:
    """All Problems of a register, from the JSON lines."""
    return [json.loads(line) for line in check(root, "--format", "json")[1].splitlines()]


def lay(case: Path, root: Path, patch: pytest.MonkeyPatch) -> None:
    """Lays a case over a register: one YAML file as the extra entry, or a folder file by file, with its recipe carried out."""
    if case.is_file():
        raw = case.read_bytes()
        first = raw.split(b"\n", 1)[0].decode("utf-8", "replace").strip()
        folder = first.removeprefix("# ").strip("/") if first.startswith("# register/") else "register/algoritmes"
        write(root, {f"{folder}/{CASE}.yaml": raw})
        return
    shutil.copytree(case, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns(RECIPE))
    if (case / RECIPE).is_file():
        recipe = json.loads((case / RECIPE).read_text("utf-8"))
        patch.setattr(scan, "MAX_FILES", recipe.pop("hooguit", scan.MAX_FILES))
        _cook(recipe, root)


def _cook(recipe: dict[str, dict[str, str]], root: Path) -> None:
    """What git cannot hold well: links, odd bytes, odd names, large files, and files that are not there."""
    for name, hexadecimal in recipe.get("bytes", {}).items():
        write(root, {name: bytes.fromhex(hexadecimal)})
    for name, text in recipe.get("tekst", {}).items():
        write(root, {name: text})
    for name, text in recipe.get("herhaal", {}).items():
        count, _, part = text.partition(" x ")
        write(root, {name: part * int(count)})
    for name, target in recipe.get("koppeling", {}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(target)
    for name in recipe.get("weg", ()):
        path = root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
