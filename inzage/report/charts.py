"""A Figure → bars: a label with its value, and how long the bar is. The template draws them in `currentColor`; pure. Flow: figures → here → pages.

Nothing is told by colour: each bar has its value in its label and a text of its own, and the table stands beside it (REPORT).
"""

from __future__ import annotations

from typing import NamedTuple

from ..text import number
from .figure import DAYS, Figure

MOST = 8
_PARTS_ONLY = (1, 2)  # of these the whole is the sum of its parts


class Bar(NamedTuple):
    """label: what it shows, with its value; alternative: the same for who cannot see it; width: percent of the whole, as SVG writes it."""

    label: str
    alternative: str
    width: str


def bars(figure: Figure) -> list[Bar]:
    """At most eight bars: the figure and its parts out of their whole; where there is no whole, the parts beside each other."""
    found = [] if figure.number in _PARTS_ONLY else [figure]
    shown = [f for f in (*found, *figure.parts) if f.value is not None and f.unit != DAYS]
    whole = [_share(f) for f in shown if f.of]
    if whole and figure.number not in _PARTS_ONLY:
        return whole[:MOST]
    beside = [f for f in figure.parts if f.value is not None and f.unit != DAYS and not f.of]
    most = max((f.value or 0 for f in beside), default=0)
    return [_beside(f, most) for f in beside if f.value][:MOST] if most else []


def _share(figure: Figure) -> Bar:
    value, of = figure.value or 0, figure.of or 1
    label = f"{figure.name}: {number(value)} van {number(of)}"
    return Bar(label, f"{label}, dat is {round(100 * value / of)} procent", _percent(value, of))


def _beside(figure: Figure, most: int) -> Bar:
    label = f"{figure.name}: {number(figure.value or 0)}"
    return Bar(label, f"{label}. De langste balk is {number(most)}", _percent(figure.value or 0, most))


def _percent(value: int, of: int) -> str:
    return f"{min(100.0, 100 * value / of):.1f}%"
