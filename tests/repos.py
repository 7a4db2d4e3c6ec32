"""Real git repositories for the tests: fixed people, fixed dates, no settings of the machine. Flow: none; only tests use it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

DAY = 86_400
START = 1_767_268_800  # 2026-01-01 12:00 UTC


def day(number: int) -> str:
    """Noon UTC of a day, counted from 1 January 2026, as git reads it."""
    return f"{START + number * DAY} +0000"


class Repo:
    """A repository in a folder; `sub` is the folder of the register inside it (the root that the package gets)."""

    def __init__(self, folder: Path, sub: str = ""):
        self.top, self.root, self.clock = folder, folder / sub, 0
        self.root.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str, date: str | None = None, author_date: str | None = None, say: str | None = None) -> str:
        """Runs git here with fixed people and dates; gives what it printed."""
        when = date or day(self.clock)
        env = {
            "PATH": os.environ["PATH"], "HOME": str(self.top), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C",
            "GIT_AUTHOR_NAME": "Ans de Wit", "GIT_AUTHOR_EMAIL": "ans@voorbeeld.example", "GIT_AUTHOR_DATE": author_date or when,
            "GIT_COMMITTER_NAME": "Bert Bos", "GIT_COMMITTER_EMAIL": "bert@voorbeeld.example", "GIT_COMMITTER_DATE": when,
            "FILTER_BRANCH_SQUELCH_WARNING": "1",
        }  # fmt: skip
        options = ("-c", "core.autocrlf=false", "-c", "core.fsync=none", "-c", "protocol.file.allow=always", "-c", "gc.auto=0")
        done = subprocess.run(
            ["git", *options, *words], cwd=self.top, env=env, capture_output=True, input=(say or "").encode(), check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    @property
    def head(self) -> str:
        """The id of the commit that is checked out, read from its file: a test makes many."""
        branch = (self.top / ".git/HEAD").read_text().removeprefix("ref: ").strip()
        return (self.top / ".git" / branch).read_text().strip()

    def write(self, files: dict[str, str | bytes | None]) -> None:
        """Writes files below the root; None removes one."""
        for name, content in files.items():
            path = self.root / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(
        self, files: dict[str, str | bytes | None], message: str = "Wijziging", date: str | None = None, author_date: str | None = None
    ) -> str:
        """One commit, a day later than the one before unless `date` says otherwise; gives its id."""
        self.clock += 1
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-F", "-", date=date, author_date=author_date, say=message)
        return self.head

    def branch(self, name: str, at: str = "HEAD") -> None:
        """A new branch, checked out."""
        self.git("checkout", "-q", "-b", name, at)

    def go(self, name: str) -> None:
        """Checks a branch out."""
        self.git("checkout", "-q", name)

    def merge(
        self, other: str, message: str = "Merge pull request #1 from ans/tak", files: dict[str, str | bytes | None] | None = None
    ) -> str:
        """A merge commit into the branch that is checked out; with `files` an evil one, which changes more than its parents."""
        self.clock += 1
        self.git("merge", "-q", "--no-ff", "--no-commit", "-s", "recursive", "-X", "theirs", other)
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-F", "-", say=message)
        return self.head

    def swapped_merge(self, other: str, message: str = "Verwisseld") -> str:
        """A merge with its parents the wrong way round: the main branch becomes the second parent."""
        self.clock += 1
        both = self.git("merge-tree", "--write-tree", "HEAD", other).split()[0]
        made = self.git("commit-tree", both, "-p", other, "-p", "HEAD", "-m", message)
        self.git("reset", "-q", "--hard", made)
        return made

    def squash(self, other: str, message: str) -> str:
        """A squash merge: the work of a branch as one commit, its authors lost."""
        self.clock += 1
        self.git("merge", "-q", "--squash", "-X", "theirs", other)
        self.git("commit", "-q", "--allow-empty", "-F", "-", say=message)
        return self.head


def shallow(repo: Repo, folder: Path) -> Path:
    """A clone of depth 1; gives the root inside it."""
    repo.git("clone", "-q", "--depth", "1", repo.top.as_uri(), str(folder))
    return folder / repo.root.relative_to(repo.top)


def entry(naam: str = "Parkeren", **fields: str) -> str:
    """The YAML of a small entry."""
    return "".join(f"{key}: {value}\n" for key, value in {"naam": naam, **fields}.items())
