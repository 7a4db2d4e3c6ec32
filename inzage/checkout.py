"""The register as it was at a commit, in a folder of its own, so that it can be built again. Flow: git → checkout → commands."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import git
from .logbook import end_of_day, published_at, until
from .logline import Log
from .problem import FOUT, Problem, Refused

PARTS = ("register", "schemas", "templates", "inzage.yaml")
CODES = ("niets-gepubliceerd",)


@contextmanager
def checkout(root: Path, commit: str) -> Iterator[Path]:
    """A temporary folder with what a build reads of `root` at a commit. Only plain files are written. Raises Refused outside git."""
    with tempfile.TemporaryDirectory(prefix="inzage-toen-") as place:
        files = {path: file for path, file in git.ls_tree(root, commit, PARTS).items() if file.mode in (git.FILE_MODE, "100755")}
        for (path, _), (_, raw) in zip(files.items(), git.blobs(root, (f.blob for f in files.values())), strict=True):
            target = Path(place, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(raw)
        yield Path(place).resolve()


def as_of(root: Path, day: str, log: Log | None) -> tuple[str, Log | None]:
    """The commit that was public at the end of a day, and the log as it was then.

    It goes by the log; where there is none, by the committer dates of the first-parent line (DESIGN §6). Raises Refused when nothing was
    published by then.
    """
    git.refuse_shallow(root)
    if log is not None:
        line = published_at(log, day)
        if line:
            return line.commit, until(log, line)
    else:
        commit = git.commit_at(root, int(end_of_day(day).timestamp()))
        if commit:
            return commit, None
    message = f"Op {day} was er nog niets gepubliceerd."
    raise Refused([Problem("register", 1, 1, FOUT, "niets-gepubliceerd", "", message, "Kies met --as-of een latere dag.")])
