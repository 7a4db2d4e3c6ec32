"""Bytes → the site's folder, all of it or none of it, with `bestanden.json`. Last of the flow: render → publish (here).

Two folders take turns: the site, and a hidden one beside it that holds the site before. A build makes the hidden one equal to the new list
(only what differs is written) and swaps the two in one move. Killed half-way, the site has not been touched. The first build makes a second folder
along with the first, of hard links, so that the next has it. Why: docs/besluiten/0008-omruilen.md.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import orjson

Piece = bytes | mmap | memoryview  # what a file is written from
LIST = "bestanden.json"
INDEX = "/index.html"
_RENAME_EXCHANGE = 2
_ONE_A_LINE = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Waits until no other build makes a site in the same folder: two would write in one spare folder.

    The lock is on the folder around the site, so that it leaves no file; processes started from here hold it too, so that the next build
    waits for what a killed one left running. A folder that cannot be locked is not.
    """
    handle = -1
    try:
        handle = os.open(next(p for p in out.parents if p.is_dir()), os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
        os.set_inheritable(handle, True)
    except OSError:
        pass
    try:
        yield
    finally:
        if handle >= 0:
            os.close(handle)


class Output:
    """The folder being made. Workers write into it; `finish` completes it and swaps it in."""

    def __init__(self, out: Path, twinned: bool = False):
        """twinned: make a second folder along with the first, for the next build."""
        self.out, self.twinned = out, twinned
        self.spare = out.parent / f".{out.name}.vorige"
        self.twin = out.parent / f".{out.name}.tweede"
        self.current = read_list(out)
        self.kept = read_list(self.spare)
        self._spare = f"{self.spare}/"

    def begin(self, fresh: bool) -> None:
        """Makes the spare folder ready. Without its list it is not trusted: whoever was killed half-way left it so."""
        if fresh or not self.kept:
            shutil.rmtree(self.spare, ignore_errors=True)
            self.kept = {}
        self.spare.mkdir(parents=True, exist_ok=True)
        (self.spare / LIST).unlink(missing_ok=True)
        shutil.rmtree(self.twin, ignore_errors=True)

    def write(self, path: str, *pieces: Piece) -> str:
        """Writes one file into the spare folder, piece after piece, and returns its SHA-256."""
        target = f"{self._spare}{path}"
        handle = _create(target)
        total = hashlib.sha256()
        try:
            for piece in pieces:
                if os.write(handle, piece) != len(piece):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), target)
                total.update(piece)
        finally:
            os.close(handle)
        if self.twinned:
            self._double(path)
        return total.hexdigest()

    def adopt(self, paths: Iterable[str]) -> None:
        """Counts files that another program wrote into the spare folder among ours."""
        for path in paths if self.twinned else ():
            self._double(path)

    def _double(self, path: str) -> None:
        source, target = f"{self._spare}{path}", f"{self.twin}/{path}"
        _make_folder(os.path.dirname(target))
        try:
            os.link(source, target)
        except OSError:  # a file system without links
            shutil.copyfile(source, target)

    def finish(self, files: Mapping[str, str], written: set[str], about: Mapping[str, Any]) -> None:
        """Completes the spare folder and makes it the site, in one move.

        files: every path of the new site → SHA-256; written: the paths of this build; the rest is taken from the spare folder or the present site.
        about: what else `bestanden.json` says (commit, head of the log, date). Raises OSError when the disk refuses; the site is then untouched.
        """
        for path, digest in files.items():
            if path not in written and self.kept.get(path) != digest:
                self._copy(path)
        for path in self.kept.keys() - files.keys():
            self._remove(path)
        self.write(LIST, orjson.dumps({**about, "bestanden": files}, option=_ONE_A_LINE))
        swap(self.spare, self.out)
        if self.twinned:
            shutil.rmtree(self.spare, ignore_errors=True)
            os.rename(self.twin, self.spare)

    def _copy(self, path: str) -> None:
        self.write(path, self.present(path))

    def present(self, path: str) -> Piece:
        """A file of the present site. Raises OSError when it is not what the site's own list says: then someone changed it by hand."""
        content: Piece = b""
        try:
            with (self.out / path).open("rb") as file:
                content = mmap(file.fileno(), 0, access=ACCESS_READ)  # a kind's file is large: it is not copied
        except (FileNotFoundError, ValueError):  # ValueError: an empty file
            pass
        if hashlib.sha256(content).hexdigest() != self.current.get(path):
            raise OSError(errno.EIO, "dit bestand van de oude site is veranderd; maak alles opnieuw met --no-cache", str(self.out / path))
        return content

    def _remove(self, path: str) -> None:
        target = self.spare / path
        target.unlink(missing_ok=True)
        for parent in target.parents:
            if parent == self.spare:
                break
            try:
                parent.rmdir()
            except FileNotFoundError:
                continue
            except OSError:  # something is still in it
                break


def _create(target: str) -> int:
    """A new file, open for writing. What stood there is let go and never written over: the site may hold the same file."""
    if target.endswith(INDEX):  # a page has a folder of its own
        _make_folder(target[: -len(INDEX)])
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        return os.open(target, flags, 0o644)
    except FileExistsError:
        os.unlink(target)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(target), exist_ok=True)
    return os.open(target, flags, 0o644)


def _make_folder(path: str) -> None:
    try:
        os.mkdir(path)
    except FileExistsError:
        pass
    except FileNotFoundError:
        os.makedirs(path, exist_ok=True)


def read_list(folder: Path) -> dict[str, str]:
    """The files of a site by its own list: path → SHA-256. Empty when there is no good list."""
    try:
        return dict(orjson.loads((folder / LIST).read_bytes())["bestanden"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def list_digest(folder: Path) -> str:
    """The SHA-256 of a site's own list, or '' when it has none."""
    try:
        return hashlib.sha256((folder / LIST).read_bytes()).hexdigest()
    except OSError:
        return ""


def swap(new: Path, old: Path) -> None:
    """Puts `new` in the place of `old`, and `old` in the place of `new`, in one move (Linux renameat2). A missing `old` is a plain rename.

    A site that is not ours (no `bestanden.json`, yet not empty) is refused, so that nobody loses a folder by a slip in --out.
    Where the file system has no exchange, two renames follow each other: for an instant there is no site.
    """
    if not old.exists():
        os.rename(new, old)
        return
    if _exchange(new, old):
        return
    aside = old.with_name(f".{old.name}.weg")
    shutil.rmtree(aside, ignore_errors=True)
    os.rename(old, aside)
    os.rename(new, old)
    os.rename(aside, new)


def _exchange(one: Path, other: Path) -> bool:
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    at_cwd = -100
    if renameat2(at_cwd, os.fsencode(one), at_cwd, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(other))


def may_replace(out: Path) -> bool:
    """Whether a folder is a site of ours, empty, or absent."""
    return not out.exists() or (out.is_dir() and ((out / LIST).is_file() or not any(out.iterdir())))
