#!/usr/bin/env python3
"""The command line of Inzage: check · build · serve · changes · log · verify · report. This page is the table of contents; the work is in `inzage/`."""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from inzage import audit, commands

EXITS = "Exit: 0 in orde, 1 er is iets te verbeteren, 2 het kon niet worden uitgevoerd."


def main(arguments: list[str] | None = None) -> int:
    """Runs one command. Returns 0 (clean), 1 (problems) or 2 (could not run)."""
    options = parser().parse_args(arguments)
    options.typed = (sys.argv[1:] if arguments is None else arguments)[1:]
    return commands.run(options)


def parser() -> argparse.ArgumentParser:
    """Every command and option. tests/test_readme.py asks that each stands in the README."""
    top = argparse.ArgumentParser(
        prog="build.py", description="Inzage: van YAML-bestanden naar een leesbaar openbaar register.", epilog=EXITS
    )
    sub = top.add_subparsers(dest="command", required=True, metavar="OPDRACHT")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--root", type=Path, default=Path("."), metavar="DIR", help="map met inzage.yaml en register/ (nu: deze map)")

    common.add_argument("--trace", action="store_true", help="toon bij een fout in het programma waar het misging")

    check = sub.add_parser(
        "check", parents=[common], help="kijk of alles klopt", description="Kijkt of alle beschrijvingen kloppen.", epilog=EXITS
    )
    check.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="toon alleen wat er mis is in deze bestanden of mappen")
    check.add_argument("--format", choices=["text", "json", "github"], default="text", help="vorm van de uitvoer")
    check.add_argument("--base", default="", metavar="REV", help="vergelijk met deze versie in git: wat is weggehaald of teruggekomen?")
    check.set_defaults(run=commands.check)

    site = argparse.ArgumentParser(add_help=False, parents=[common])
    site.add_argument("--out", type=Path, metavar="DIR", help="map voor de site (standaard: site/ in de root)")
    site.add_argument("--base-url", default="", metavar="URL", help="het webadres waar de site komt te staan")
    site.add_argument("--today", type=day, default=date.today().isoformat(), metavar="YYYY-MM-DD", help="doe alsof het deze dag is")
    site.add_argument("--as-of", type=day, metavar="YYYY-MM-DD", help="maak de site zoals zij op die dag was gepubliceerd")
    site.add_argument("--log", type=Path, metavar="FILE", help="het logboek van publicaties (publicaties.jsonl)")
    site.add_argument("--links", type=Path, metavar="FILE", help="uitkomst van de wekelijkse controle van links")
    site.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="aantal processen tegelijk")
    site.add_argument("--no-cache", action="store_true", help="maak alles opnieuw")
    site.add_argument("--no-search", action="store_true", help="maak geen zoekmachine (alleen om te meten)")

    build = sub.add_parser(
        "build", parents=[site], help="maak de site", description="Controleert alles en maakt dan de site.", epilog=EXITS
    )
    build.set_defaults(run=commands.build)

    serve = sub.add_parser(
        "serve",
        parents=[site],
        help="maak de site en toon haar",
        description="Maakt de site opnieuw bij elke wijziging en toont haar op 127.0.0.1.",
    )
    serve.add_argument("--port", type=int, default=8000, metavar="N", help="poort (nu: 8000)")
    serve.set_defaults(run=commands.serve)

    changes = sub.add_parser(
        "changes",
        parents=[common],
        help="toon wat er veranderde",
        description="Toont wat er inhoudelijk veranderde tussen twee versies, dagen of mappen.",
    )
    changes.add_argument("before", metavar="FROM", help="een versie in git, een dag of een map")
    changes.add_argument("after", metavar="TO", help="een versie in git, een dag of een map")
    changes.add_argument("--format", choices=["text", "json", "csv"], default="text", help="vorm van de uitvoer")
    changes.add_argument("--log", type=Path, metavar="FILE", help="het logboek van publicaties: daarnaar gaan dagen")
    changes.set_defaults(run=audit.changes)

    log = sub.add_parser(
        "log",
        parents=[common],
        help="controleer het logboek",
        description="Controleert het logboek van publicaties en toont het.",
        epilog=EXITS,
    )
    log.add_argument("file", type=Path, metavar="FILE", help="het logboek (publicaties.jsonl)")
    log.add_argument("--append", action="store_true", help="voeg de regel toe voor de huidige versie")
    log.add_argument(
        "--time", default=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), metavar="T", help="tijd van die regel, in UTC (nu: deze tijd)"
    )
    log.add_argument(
        "--reviewed", choices=["ja", "nee", "onbekend"], default="onbekend", help="keek iemand anders dan de schrijver ernaar?"
    )
    log.add_argument("--role", action="append", default=[], metavar="ROL", help="de rol van wie ernaar keek; nooit een naam")
    log.add_argument(
        "--redact", action="append", default=[], metavar="PATH", help="leg met --append vast dat dit bestand uit het verleden is gehaald"
    )
    log.add_argument("--ground", default="", metavar="TEKST", help="op grond waarvan (bij --redact)")
    log.add_argument("--decision", default="", metavar="TEKST", help="wie dat besloot, en wanneer; geen namen (bij --redact)")
    log.set_defaults(run=audit.log)

    report = sub.add_parser(
        "report",
        parents=[common],
        help="maak het jaarverslag",
        description="Maakt het jaarverslag van de informatiecommissaris.",
        epilog=EXITS,
    )
    report.add_argument("year", type=year, metavar="YEAR", help="het jaar")
    report.add_argument("--out", type=Path, metavar="DIR", help="map voor het verslag (standaard: jaarverslag-YEAR in de root)")
    report.add_argument("--today", type=day, default=date.today().isoformat(), metavar="YYYY-MM-DD", help="doe alsof het deze dag is")
    report.add_argument("--log", type=Path, metavar="FILE", help="het logboek van publicaties (publicaties.jsonl)")
    report.add_argument("--links", type=Path, metavar="FILE", help="uitkomst van de wekelijkse controle van links")
    report.set_defaults(run=commands.report)

    verify = sub.add_parser(
        "verify", parents=[common], help="reken alles na", description="Rekent logboek, geschiedenis en site na.", epilog=EXITS
    )
    verify.add_argument("--log", type=Path, metavar="FILE", help="het logboek van publicaties")
    verify.add_argument("--earlier", type=Path, metavar="FILE", help="een oude kopie van het logboek")
    verify.add_argument("--site", type=Path, metavar="DIR", help="een gemaakte site, om opnieuw te maken en te vergelijken")
    verify.set_defaults(run=audit.verify)
    return top


def day(text: str) -> str:
    """A day for --today. Raises ArgumentTypeError for anything else."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"«{text}» is geen dag. Typ jaar, maand en dag, zoals 2026-11-23.") from None


def year(text: str) -> int:
    """A year for `report`. Raises ArgumentTypeError for anything else."""
    if not re.fullmatch(r"(?:19|20)[0-9]{2}", text):
        raise argparse.ArgumentTypeError(f"«{text}» is geen jaar. Typ vier cijfers, zoals 2026.")
    return int(text)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # in a locale that has no « the work goes on, and the sentence shows \xab
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main())
