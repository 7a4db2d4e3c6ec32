"""Work divided over processes: contiguous slices, forked once, results sent back as bytes (DESIGN §9). Knows nothing of registers.

Fork, not threads: the work is pure Python. Not a pool: a worker keeps what it read, so that the entry it checked it also renders.
"""

from __future__ import annotations

import marshal
import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Any

Task = Callable[[Any], Any]
CHUNK = 200


class WorkerFailed(RuntimeError):
    """A task raised something; the text holds its traceback. This is a fault of ours, never of the input."""


class Crew:
    """`jobs` forked workers, each with the same named tasks. With one job the tasks run here. Use as a context manager.

    Arguments and results must be plain values that `marshal` can carry: the pipes are between a process and its own forks.
    """

    def __init__(self, jobs: int, tasks: dict[str, Task]):
        self.tasks = tasks
        self.jobs = max(1, jobs)
        self._pipes: list[Connection] = []
        self._children: list[int] = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in self._pipes:
            pipe.close()
        for child in self._children:
            os.waitpid(child, 0)
        self._pipes, self._children = [], []

    def run(self, name: str, slices: Sequence[Sequence[Any]]) -> Iterator[tuple[int, Any]]:
        """Runs a task on every item; slice i goes to worker i. Yields (number of items, result of a chunk) as they are ready.

        Raises WorkerFailed when a task raises, and OSError when the disk refuses.
        """
        if self.jobs == 1 or sum(map(len, slices)) <= CHUNK // 4:
            for items in slices:
                for start in range(0, len(items), CHUNK):
                    chunk = list(items[start : start + CHUNK])
                    yield len(chunk), self.tasks[name](chunk)
            return
        self._fork()
        yield from self._parallel(name, slices)

    def _fork(self) -> None:
        if self._pipes:
            return
        for _ in range(self.jobs):
            ours, theirs = Pipe()
            child = os.fork()
            if child == 0:
                for pipe in (*self._pipes, ours):
                    pipe.close()
                _serve(theirs, self.tasks)
            theirs.close()
            self._pipes.append(ours)
            self._children.append(child)

    def _parallel(self, name: str, slices: Sequence[Sequence[Any]]) -> Iterator[tuple[int, Any]]:
        chunks = [[list(items[s : s + CHUNK]) for s in range(0, len(items), CHUNK)] for items in slices]
        busy: dict[Connection, int] = {}
        for index, pipe in enumerate(self._pipes):
            # Two chunks ahead keep a worker from waiting for us.
            for _ in range(2):
                if chunks[index]:
                    _send(pipe, name, chunks[index].pop(0), busy)
        while busy:
            for ready in wait(list(busy)):
                pipe = next(p for p in busy if p is ready)
                try:
                    good, size, result = marshal.loads(pipe.recv_bytes())
                except EOFError:
                    raise WorkerFailed("a worker stopped without a word (out of memory?)") from None
                busy[pipe] -= 1
                if busy[pipe] == 0:
                    del busy[pipe]
                if not good:
                    raise OSError(*result) if isinstance(result, list) else WorkerFailed(result)
                rest = chunks[self._pipes.index(pipe)]
                if rest:
                    _send(pipe, name, rest.pop(0), busy)
                yield size, result


def _send(pipe: Connection, name: str, chunk: list[Any], busy: dict[Connection, int]) -> None:
    pipe.send_bytes(marshal.dumps((name, chunk)))
    busy[pipe] = busy.get(pipe, 0) + 1


def _serve(pipe: Connection, tasks: dict[str, Task]) -> None:
    """A worker's life: it answers until the pipe closes, and never returns into the code of its parent."""
    while True:
        try:
            name, chunk = marshal.loads(pipe.recv_bytes())
        except BaseException:  # the pipe closed, or Ctrl-C
            os._exit(0)
        try:
            answer: tuple[bool, int, Any] = (True, len(chunk), tasks[name](chunk))
        except OSError as error:
            answer = (False, len(chunk), [error.errno, error.strerror, str(error.filename or "")])
        except BaseException:
            answer = (False, len(chunk), traceback.format_exc())
        try:
            pipe.send_bytes(marshal.dumps(answer))
        except BaseException:
            os._exit(0)


def slices(items: Sequence[Any], parts: int) -> list[Sequence[Any]]:
    """`items` in `parts` contiguous slices of about equal length."""
    size = -(-len(items) // parts) if items else 0
    return [items[i * size : (i + 1) * size] for i in range(parts)]
