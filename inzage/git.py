"""The only module that runs git. Flow: git → logbook, history, compare, verify. Reads only; never writes to a repository.

Each function takes `root`: the top of a repository or a folder inside one. Paths that go in and come out are relative to `root`.
What git does is fixed here: no settings of the user, no pager, no replaced objects, no grafts, UTC, plain C messages (AUDIT, reading history).
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from .problem import FOUT, Problem, Refused

CODES = ("git-geen", "git-ondiep", "git-onvolledig", "git-onbekend", "git-fout")
FILE_MODE = "100644"
NO_COMMIT = "0" * 40
_TRAILERS = ("Reviewed-by", "Approved-by", "Co-authored-by")
_ENVIRONMENT = {
    "LC_ALL": "C", "TZ": "UTC", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_PAGER": "cat", "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": os.devnull, "GIT_NO_LAZY_FETCH": "1",
}  # fmt: skip
# A repository may belong to another user (a container), so every folder is safe; in return nothing that a repository names is ever run.
_SETTINGS = ("core.quotepath=off", "safe.directory=*", "core.fsmonitor=false", "log.showSignature=false")


class Change(NamedTuple):
    """What one commit did to one file, against its first parent. `status`: A, M, D or T; `mode` and `blob` as they became (zeros for D)."""

    status: str
    mode: str
    blob: str
    path: str


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of the first-parent line. Times are seconds since 1970: `authored` is a claim, `committed` a better one (AUDIT)."""

    id: str
    parents: tuple[str, ...]
    authored: int
    committed: int
    subject: str
    body: str
    trailers: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]


class File(NamedTuple):
    """One file in a tree."""

    mode: str
    blob: str


class Where(NamedTuple):
    """The place of a root below the top of its repository (`""` or `sub/folder/`), the id of HEAD, whether older commits lack."""

    prefix: str
    head: str
    shallow: bool


def refusal(code: str, message: str, fix: str, file: str = ".git") -> Refused:
    """A Refused with one Problem about the repository as a whole."""
    return Refused([Problem(file, 1, 1, FOUT, code, "", message, fix)])


def is_repository(root: Path) -> bool:
    """Whether `root` lies in a git work tree that has at least one commit. Raises nothing."""
    return root.is_dir() and _try(root, "rev-parse", "--is-inside-work-tree", "--verify", "HEAD^{commit}").returncode == 0


def where(root: Path) -> Where:
    """Where `root` lies and what is checked out there, in one call. Raises Refused outside git."""
    done = _try(root, "rev-parse", "--is-shallow-repository", "--show-prefix", "--verify", "HEAD^{commit}")
    if done.returncode:
        raise refusal("git-geen", f"De map {root} is geen opslag van git met een geschiedenis.", "Haal de opslag op met «git clone».")
    shallow, prefix, commit = done.stdout.decode("utf-8", "surrogateescape").split("\n")[:3]
    return Where(prefix, commit, shallow == "true")


def head(root: Path) -> str:
    """The id of HEAD. Raises Refused outside git."""
    return where(root).head


def tree(root: Path, commit: str) -> str:
    """The git id of the whole tree of a commit (of the repository, also when `root` is a sub-folder)."""
    return _text(root, "rev-parse", "--verify", "--end-of-options", f"{_revision(commit)}^{{tree}}").strip()


def is_shallow(root: Path) -> bool:
    """Whether this copy lacks older commits."""
    return where(root).shallow


def refuse_shallow(root: Path) -> None:
    """Raises Refused for a shallow clone: it gives an old entry the newest commit as its only history, silently (AUDIT)."""
    if is_shallow(root):
        fix = "Haal alles op met «git fetch --unshallow». In een workflow: zet «fetch-depth: 0» bij actions/checkout."
        raise refusal("git-ondiep", "Deze kopie van de opslag heeft niet de hele geschiedenis.", fix)


def has_commit(root: Path, commit: str) -> bool:
    """Whether this copy has the commit."""
    return _try(root, "cat-file", "-e", f"{_revision(commit)}^{{commit}}").returncode == 0


def has_revision(root: Path, revision: str) -> bool:
    """Whether a name means a commit here."""
    return _try(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").returncode == 0


def once_removed(root: Path, revision: str) -> set[str]:
    """Paths below `register/` that a commit of the first-parent line up to `revision` took away. Relative to root."""
    commits = first_parent_raw_log(root, ["register"], "", resolve(root, revision))
    return {change.path for commit in commits for change in commit.changes if change.status == "D"}


def resolve(root: Path, revision: str) -> str:
    """The id of the commit that a revision (branch, tag, id) names. Raises Refused when there is none."""
    done = _try(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{_revision(revision)}^{{commit}}")
    if done.returncode:
        raise refusal("git-onbekend", f"De opslag kent «{revision}» niet.", "Noem een tak, een label, of het nummer van een commit.")
    return done.stdout.decode().strip()


def first_parents(root: Path, revision: str = "HEAD") -> list[str]:
    """The first-parent line, oldest first: the order in which the main branch was published (DESIGN §6)."""
    return _text(root, "rev-list", "--first-parent", "--reverse", "--end-of-options", _revision(revision)).split()


def commit_at(root: Path, moment: int, revision: str = "HEAD") -> str | None:
    """The last commit of the first-parent line that can have stood there at `moment` (seconds since 1970), by committer dates; or None.

    A commit counts as no older than those before it, so a back-dated commit never shows too early.
    """
    last = None
    for line in _text(root, "log", "--first-parent", "--reverse", "--format=%H %ct", "--end-of-options", _revision(revision)).splitlines():
        commit, committed = line.split()
        if int(committed) > moment:
            break
        last = commit
    return last


def first_parent_raw_log(root: Path, paths: Iterable[str], after: str = "", revision: str = "HEAD") -> Iterator[Commit]:
    """Every commit of the first-parent line, newest first, with what it changed under `paths`. One pass (AUDIT, reading history).

    after: a commit on the line; only what came after it is read. A commit that changed nothing there comes with no changes.
    """
    trailers = "".join(f"%x00%(trailers:key={key},valueonly,separator=%x1f)" for key in _TRAILERS)
    span = f"{_revision(after)}..{_revision(revision)}" if after else _revision(revision)
    arguments = ("log", "--first-parent", "-m", "--raw", "-z", "--no-renames", "--no-abbrev", "--root", "--relative", "--encoding=UTF-8",
                 "--no-ext-diff", "--no-textconv", "--ignore-submodules=none", f"--format=%H%x00%P%x00%at%x00%ct%x00%s%x00%b{trailers}")  # fmt: skip
    out = _run(root, *arguments, "--end-of-options", span, "--")  # the paths are picked here: git compares every tree twice for them
    return _commits(out.decode("utf-8", "surrogateescape").split("\0"), tuple(paths))


def _commits(tokens: list[str], paths: tuple[str, ...]) -> Iterator[Commit]:
    below = tuple(f"{path}/" for path in paths)
    width, at = 6 + len(_TRAILERS), 0
    while at + width <= len(tokens):
        id, parents, authored, committed, subject, body, *people = tokens[at : at + width]
        at += width
        changes = []
        while tokens[at].lstrip("\n").startswith(":"):
            _, mode, _, blob, status = tokens[at].split()
            if tokens[at + 1].startswith(below) or tokens[at + 1] in paths:
                changes.append(Change(status[0], mode, blob, tokens[at + 1]))
            at += 2
        trailers = tuple((k, v) for k, values in zip(_TRAILERS, people, strict=True) for v in values.split("\x1f") if v)
        yield Commit(id, tuple(parents.split()), int(authored), int(committed), subject, body.strip(), trailers, tuple(changes))


def ls_tree(root: Path, commit: str, paths: Iterable[str]) -> dict[str, File]:
    """Every file under `paths` at a commit: path → mode and blob, sorted by path."""
    out = _run(root, "ls-tree", "-r", "-z", "--end-of-options", _revision(commit), "--", *paths).decode("utf-8", "surrogateescape")
    found = {}
    for row in out.split("\0")[:-1]:
        mode, _, rest = row.split(" ", 2)
        blob, path = rest.split("\t", 1)
        found[path] = File(mode, blob)
    return dict(sorted(found.items()))


def file_at(root: Path, commit: str, path: str) -> bytes | None:
    """The bytes of one file at a commit, or None when it was not there."""
    found = ls_tree(root, commit, [path]).get(path)
    return dict(blobs(root, [found.blob]))[found.blob] if found and found.mode != "160000" else None


def blobs(root: Path, ids: Iterable[str], limit: int | None = None) -> Iterator[tuple[str, bytes]]:
    """The bytes of many files by their git id, in the order asked, through one `git cat-file --batch`.

    limit: cut what is longer than this (a huge old file must not fill the memory). Raises Refused when this copy lacks one.
    """
    wanted = list(ids)
    if not wanted:
        return
    with tempfile.TemporaryFile() as asked:
        asked.write("".join(f"{_revision(i)}\n" for i in wanted).encode())
        asked.seek(0)
        process = subprocess.Popen(
            _command(root, "cat-file", "--batch"), stdin=asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
        )
        assert process.stdout is not None
        try:
            for id in wanted:
                parts = process.stdout.readline().split()
                if len(parts) != 3:
                    fix = "Haal de opslag opnieuw op met «git clone», zonder --filter."
                    raise refusal("git-onvolledig", f"Deze kopie van de opslag mist het bestand met nummer {id}.", fix)
                size = int(parts[2])
                yield id, _take(process.stdout, size, size if limit is None else min(size, limit))
        finally:
            process.stdout.close()
            process.kill()  # after an early stop it would wait for a reader for ever
            process.wait()


def damage(root: Path) -> list[str]:
    """What git finds wrong when it recomputes the id of every object that a branch or tag reaches. Empty when all is sound."""
    done = _try(root, "fsck", "--full", "--no-dangling", "--no-progress")
    said = (done.stdout + done.stderr).decode("utf-8", "replace").splitlines()
    return [line for line in said if line.startswith(("error:", "fatal:", "missing ", "broken "))]  # "error in …" is about style


def _take(stream: object, size: int, keep: int) -> bytes:
    """`keep` bytes of the next `size` in the stream, and the LF after them."""
    read = stream.read  # type: ignore[attr-defined]
    kept: bytes = read(keep)
    left = size - keep + 1
    while left:
        left -= len(read(min(left, 1 << 20))) or left
    return kept


def _revision(text: str) -> str:
    """A revision from outside: never an option, never more than one word."""
    if not text or text.startswith("-") or any(c.isspace() or c == "\0" for c in text):
        raise refusal("git-onbekend", f"«{text}» is geen naam van een versie.", "Noem een tak, een label, of het nummer van een commit.")
    return text


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), **_ENVIRONMENT}


def _command(root: Path, *arguments: str) -> list[str]:
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    return ["git", "--no-pager", "--literal-pathspecs", *settings, "-C", str(root.absolute()), *arguments]


def _try(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(_command(root, *arguments), env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except FileNotFoundError:
        raise refusal("git-geen", "Het programma git staat niet op deze computer.", "Installeer git en probeer het opnieuw.") from None


def _run(root: Path, *arguments: str) -> bytes:
    done = _try(root, *arguments)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise refusal(
            "git-fout", f"Git kon dit niet lezen: {said[-1] if said else arguments[0]}", "Haal de opslag opnieuw op met «git clone»."
        )
    return done.stdout


def _text(root: Path, *arguments: str) -> str:
    return _run(root, *arguments).decode("utf-8", "surrogateescape")
