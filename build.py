#!/usr/bin/env python3
"""The command line of Inzage: check · build · serve. This page is the table of contents; the work is in `inzage/`."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date
from pathlib import Path

from inzage import commands

EXITS = "Exit: 0 in orde, 1 er is iets te verbeteren, 2 het kon niet worden uitgevoerd."


def main(arguments: list[str] | None = None) -> int:
    """Runs one command. Returns 0 (clean), 1 (problems) or 2 (could not run)."""
    options = parser().parse_args(arguments)
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
    check.set_defaults(run=commands.check)

    site = argparse.ArgumentParser(add_help=False, parents=[common])
    site.add_argument("--out", type=Path, metavar="DIR", help="map voor de site (standaard: site/ in de root)")
    site.add_argument("--base-url", default="", metavar="URL", help="het webadres waar de site komt te staan")
    site.add_argument("--today", type=day, default=date.today().isoformat(), metavar="YYYY-MM-DD", help="doe alsof het deze dag is")
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
    return top


def day(text: str) -> str:
    """A day for --today. Raises ArgumentTypeError for anything else."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"«{text}» is geen dag. Typ jaar, maand en dag, zoals 2026-11-23.") from None


if __name__ == "__main__":
    sys.exit(main())
