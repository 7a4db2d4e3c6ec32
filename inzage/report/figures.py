"""The sixteen figures, in the order of REPORT.md. Pure. Flow: year → figures → words, files."""

from __future__ import annotations

from collections.abc import Callable

from .figure import Figure, not_known, numbered
from .people_figures import answering, archive, errata, partners
from .quality_figures import assessments, late_documents, publication_lag, secrecy
from .stock_figures import completeness, flow, overdue, stock
from .trust_figures import dead_links, integrity, risk_class, unreviewed
from .year import Year

FIGURES: tuple[Callable[[Year], Figure], ...] = (
    stock, flow, overdue, completeness, publication_lag, unreviewed, assessments, secrecy,
    late_documents, dead_links, risk_class, partners, answering, errata, archive, integrity,
)  # fmt: skip
LOG, LINKS = "publicaties.jsonl", "links.json"


def all_figures(year: Year) -> list[Figure]:
    """Sixteen Figures, numbered, with the command that recomputes them. Before anything was public all are unknown."""
    command = command_of(year)
    found = [make(year) for make in FIGURES]
    if not year.end and not year.events:
        why = (
            "In dit jaar was er nog niets openbaar."
            if year.history.head
            else "Dit register staat niet in git. Dan is er geen geschiedenis."
        )
        found = [not_known(figure.name, why) for figure in found]
    return [numbered(figure, i, command) for i, figure in enumerate(found, 1)]


def command_of(year: Year) -> str:
    """The command that makes these figures again. A running year needs its day, or tomorrow's answer would differ."""
    words = [f"python build.py report {year.number} --root ."]
    words += [f"--today {year.last}"] if year.running else []
    words += [f"--log {LOG}"] if year.history.log else []
    words += [f"--links {LINKS}"] if year.links is not None else []
    return " ".join(words)
