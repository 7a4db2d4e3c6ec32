"""The commands about the past: changes, log, verify, report. Flow: top, beside commands.py."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from . import logbook
from .checkout import checkout
from .compare import compare
from .exports import changes as exports
from .formats import is_day
from .logline import Log
from .order import Order, load_site
from .problem import FOUT, Problem, Refused, blocking
from .site import build
from .text import count, date_text
from .verify import Rebuild
from .verify import verify as find_faults


def read_log(path: Path | None, root: Path) -> Log | None:
    """The publication log of --log, held against the repository. Raises Refused for every condition of AUDIT that a build refuses."""
    if path is None:
        return None
    log = logbook.read(path)
    logbook.check_against(log, root)
    return log


def changes(options: Namespace) -> int:
    """`changes FROM TO`: the meaningful differences between two revisions, days or folders."""
    kinds, _ = load_site(options.root)
    log = logbook.read(options.log) if options.log else None
    found = compare(options.root, options.before, options.after, kinds, log)
    text = {"json": exports.as_json, "csv": exports.as_csv}.get(options.format)
    print(text(found) if text else exports.as_text(found, kinds), end="")
    return 0


def log(options: Namespace) -> int:
    """`log FILE`: checks and prints the log; with --append adds the line for HEAD first."""
    if options.append:
        line = _append(options)
        print(f"Regel {line.number} is toegevoegd.")
    found = logbook.read(options.file)
    for line in found.lines:
        what = f"herschrijving van {count(len(line.rewrite.paths), 'bestand', 'bestanden')}" if line.rewrite else _numbers(line)
        print(f"{line.number:>4}  {date_text(logbook.day_of(line.time))}  {line.time[11:16]} UTC  {line.commit[:12]}  {what}")
    print(f"Het logboek klopt: {count(len(found.lines), 'regel', 'regels')}. Controlegetal van de laatste regel: {found.head}")
    return 0


def _append(options: Namespace) -> logbook.Line:
    """Adds the line for HEAD, or with --redact the declaration that history was rewritten (GDPR art. 17)."""
    if not options.redact:
        return logbook.append(options.file, options.root, options.time, options.reviewed, options.role)
    if not options.ground or not options.decision:
        fix = "Noem met --ground de grond (zoals «AVG artikel 17») en met --decision wie het besloot."
        raise Refused(
            [Problem(str(options.file), 1, 1, FOUT, "log-grond", "", "Bij een herschrijving horen een grond en een besluit.", fix)]
        )
    return logbook.append_rewrite(options.file, options.root, options.time, options.redact, options.ground, options.decision, options.role)


def _numbers(line: logbook.Line) -> str:
    return f"{count(len(line.plus), 'bestand nieuw of veranderd', 'bestanden nieuw of veranderd')}, {len(line.minus)} weg, nagekeken: {line.reviewed}"


def verify(options: Namespace) -> int:
    """`verify`: recomputes log, manifests and site. 0 only when all holds."""
    from .commands import show

    problems = find_faults(options.root, options.log, options.earlier, options.site, rebuilder(options.root, options.log, options.site))
    show(problems, "text")
    if not problems:
        print("Alles klopt.")
    return 1 if blocking(problems) else 0


def rebuilder(root: Path, log_path: Path | None, site: Path | None) -> Rebuild | None:
    """A function that builds a commit again, just as the site says it was built: (commit, folder). None without a site."""
    if site is None:
        return None

    from .commands import CannotRun, dead_links, read_checks

    def rebuild(commit: str, target: Path) -> None:
        said = json.loads((site / "bestanden.json").read_bytes())
        if not is_day(str(said.get("datum"))) or not isinstance(said.get("basis"), str):
            raise _unreadable(site / "bestanden.json", "site-lijst", "De lijst van bestanden van de site is niet te lezen.")
        whole = logbook.read(log_path) if log_path else None
        line = next((line for line in whole.lines if line.digest == said["logkop"]), None) if whole else None
        try:
            checks = read_checks(site / "links.json" if (site / "links.json").is_file() else None)
        except CannotRun:
            raise _unreadable(site / "links.json", "site-bestand", "Het bestand links.json van de site is niet te lezen.") from None
        then = logbook.until(whole, line) if whole and said["logkop"] else None
        with checkout(root, commit) as place:
            build(
                Order(root=place, out=target / "site", today=said["datum"], base_url=said["basis"], links=dead_links(checks), checks=checks, cached=False, judge=False,
                      repo=root, revision=commit, log=then)
            )  # fmt: skip
        for item in (target / "site").iterdir():
            item.rename(target / item.name)
        (target / "site").rmdir()

    return rebuild


def _unreadable(file: Path, code: str, message: str) -> Refused:
    """Without this file of the site nobody knows how it was built: a failure of the site, not of the program."""
    return Refused([Problem(str(file), 1, 1, FOUT, code, "", message, "Bouw de site opnieuw.")])
