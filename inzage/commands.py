"""What each command does with its options, and what it prints. Flow: top; build.py → commands → site, check, serve."""

from __future__ import annotations

import json
import re
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from .audit import read_log
from .checkout import as_of, checkout
from .formats import is_day
from .order import Order
from .problem import FORMATS, SEVERITIES, Problem, Refused, blocking
from .text import count

GOOD, PROBLEMS, FAILED = 0, 1, 2


def run(options: Namespace) -> int:
    """Runs the chosen command; whatever goes wrong becomes a sentence and an exit code, never a traceback."""
    options.root = options.root.resolve()
    try:
        return int(options.run(options))
    except Refused as refused:
        show(refused.problems, getattr(options, "format", "text"))
        return PROBLEMS
    except CannotRun as error:
        print(f"Dit kon niet: {error}", file=sys.stderr)
        return FAILED
    except OSError as error:
        print(f"Dit kon niet: {error.strerror or error} ({error.filename or options.root}).", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return FAILED
    except Exception as error:  # a fault of ours or of a template: one sentence for whoever runs it, the traceback for who asks
        if options.trace:
            raise
        print(f"Het programma zelf ging fout: {type(error).__name__}: {str(error).strip().splitlines()[-1:]}", file=sys.stderr)
        print("Uw bestanden en de oude site zijn niet veranderd. Met --trace ziet u waar het misging.", file=sys.stderr)
        return FAILED


class CannotRun(Exception):
    """The command itself cannot run: an option, a file or a folder is not there. The text is a Dutch sentence."""


def show(problems: Sequence[Problem], form: str) -> None:
    """Prints Problems; with `text` also how many there are of each severity."""
    ordered = sorted(set(problems), key=lambda p: (p.file, p.line, p.column, p.code))
    for line in FORMATS[form](ordered):
        print(line)
    if form == "text" and ordered:
        words = {"fout": ("fout", "fouten"), "waarschuwing": ("waarschuwing", "waarschuwingen"), "advies": ("advies", "adviezen")}
        print(", ".join(count(n, *words[s]) for s in SEVERITIES if (n := sum(p.severity == s for p in ordered))) + ".")


def check(options: Namespace) -> int:
    """`check`: all Problems of the register, or of the given paths."""
    from .review import review

    if not options.root.is_dir():
        raise CannotRun(f"de map {options.root} bestaat niet.")
    wanted = [_inside(options.root, path) for path in options.paths]
    problems = review(options.root, options.base)
    if wanted:
        problems = [p for p in problems if any(p.file == w or p.file.startswith(w.rstrip("/") + "/") or w == "." for w in wanted)]
    show(problems, options.format)
    if options.format == "text" and not problems:
        print("Alles klopt.")
    return PROBLEMS if blocking(problems) else GOOD


def _inside(root: Path, path: Path) -> str:
    for full in (path.resolve(), (root / path).resolve()):
        if full.exists() and full.is_relative_to(root):
            return full.relative_to(root).as_posix()
    raise CannotRun(f"{path} bestaat niet in {root}.")


def order_of(options: Namespace) -> Order:
    """The Order of a build of the files as they are now, from the options."""
    out = (options.out or options.root / "site").resolve()
    checks = read_checks(options.links)
    if options.base_url and not re.match(r"https?://[^/]", options.base_url):
        raise CannotRun(f"het webadres «{options.base_url}» begint niet met https://. Typ het hele adres bij --base-url.")
    return Order(
        root=options.root, out=out, today=options.today, base_url=options.base_url.rstrip("/"), links=dead_links(checks), checks=checks,
        jobs=options.jobs, cached=not options.no_cache, search=not options.no_search, log=read_log(options.log, options.root),
    )  # fmt: skip


@contextmanager
def as_ordered(options: Namespace) -> Iterator[Order]:
    """The Order of a build: of the files as they are, or with --as-of of what was published on that day."""
    order = order_of(options)
    if not options.as_of:
        yield order
        return
    commit, log = as_of(options.root, options.as_of, order.log)
    with checkout(options.root, commit) as place:
        yield replace(order, root=place, repo=options.root, revision=commit, log=log, today=options.as_of, cached=False, judge=False)


def read_checks(path: Path | None) -> list[dict[str, Any]] | None:
    """The file of the weekly check of links; None without one.

    It is a JSON list of {"url", "controles": [{"datum": "YYYY-MM-DD", "status": number}]}, oldest check first. Raises CannotRun when it
    cannot be read or has another form.
    """
    if path is None:
        return None
    try:
        items = json.loads(path.read_bytes())
        good = all(
            isinstance(i["url"], str) and all(is_day(c["datum"]) and isinstance(c["status"], int) for c in i["controles"]) for i in items
        )
    except OSError:
        raise CannotRun(f"het bestand {path} is er niet. Kies met --links een ander bestand.") from None
    except (ValueError, KeyError, TypeError):
        good = False
    if not good:
        raise CannotRun(f"het bestand {path} heeft niet de goede vorm (zie docs/besluiten/0009-links.md).")
    return list(items)


def dead_links(checks: Sequence[Mapping[str, Any]] | None) -> dict[str, str]:
    """Address → day on which it did not work, for those that failed in their last two checks; a status of 200–399 works (REPORT, figure 10)."""
    rows = {item["url"]: item["controles"] for item in checks or ()}
    return {url: c[-1]["datum"] for url, c in rows.items() if len(c) > 1 and not any(200 <= x["status"] < 400 for x in c[-2:])}


def build(options: Namespace) -> int:
    """`build`: checks, then makes the site. Problems are printed, and the old site stays as it is."""
    from .progress import progress
    from .site import build as make

    start = time.perf_counter()
    with progress() as tell, as_ordered(options) as order:
        result = make(order, tell)
    warnings = f", {count(len(result.warnings), 'waarschuwing', 'waarschuwingen')} (zie «build.py check»)" if result.warnings else ""
    pages = f"{count(result.entries, 'beschrijving', 'beschrijvingen')}, {count(result.files, 'bestand', 'bestanden')}"
    made = count(result.rendered, "pagina", "pagina's")
    print(f"Klaar: {pages}, {made} opnieuw gemaakt{warnings}, in {time.perf_counter() - start:.1f} seconden.")
    return GOOD


def serve(options: Namespace) -> int:
    """`serve`: builds, serves and rebuilds until Ctrl-C."""
    from .serve import serve as run_server

    only_ours = ArgumentParser(add_help=False)
    only_ours.add_argument("--port")
    _, arguments = only_ours.parse_known_args(options.typed)  # the rest goes to each build as it was typed: its day may be another
    try:
        return run_server(order_of(options), arguments, options.port)
    except OSError as error:
        raise CannotRun(f"poort {options.port} is bezet ({error.strerror}). Kies een andere met --port.") from None


def report(options: Namespace) -> int:
    """`report YEAR`: the commissioner's year in a folder: page, data and large print."""
    from .report import run_report

    checks = read_checks(options.links)
    made = run_report(options.root, options.out, options.year, options.today, options.log, checks)
    place = options.out or options.root / f"jaarverslag-{options.year}"
    print(f"Klaar: {count(len(made), 'bestand', 'bestanden')} in {place}.")
    return GOOD
