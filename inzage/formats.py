"""What a `format` in a schema means here: one table, used by both validators so that they cannot differ. Bottom of the flow."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])\Z", re.ASCII)
_YEAR = re.compile(r"[12]\d{3}\Z", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})\Z", re.ASCII)
_LINK = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::\d{1,5})?(?:[/?#][^\s<>\"{}|\\^`]*)?\Z",
    re.ASCII | re.IGNORECASE,
)
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}\Z", re.ASCII)
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{1,18}[0-9]\Z", re.ASCII)


def is_day(text: str) -> bool:
    """A real day, as 2026-11-23 (RFC 3339 full-date)."""
    try:
        return bool(_DAY.match(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def is_month(text: str) -> bool:
    """A month, as 2026-11 (Publicatiestandaard 1.0, begindatum)."""
    return bool(_MONTH.match(text))


def is_rough_day(text: str) -> bool:
    """A year, a month or a day (MDTO and DiWoo allow all three)."""
    return bool(_YEAR.match(text)) or is_month(text) or is_day(text)


def is_moment(text: str) -> bool:
    """A day, or a day and time with a zone (RFC 3339 date-time)."""
    if is_day(text):
        return True
    try:
        return bool(_MOMENT.match(text)) and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def is_link(text: str) -> bool:
    """A full web address with a host name."""
    return bool(_LINK.match(text))


def is_mail(text: str) -> bool:
    """One e-mail address (the pattern of HTML's input type=email, with a dot in the host)."""
    return bool(_MAIL.match(text))


def is_phone(text: str) -> bool:
    """A telephone number: digits, spaces, brackets and hyphens."""
    return bool(_PHONE.match(text))


FORMATS: dict[str, Callable[[str], bool]] = {
    "date": is_day,
    "maand": is_month,
    "datum": is_rough_day,
    "moment": is_moment,
    "uri": is_link,
    "email": is_mail,
    "telefoon": is_phone,
}
HINTS = {
    "date": ("een datum", "Typ jaar, maand en dag, zoals 2026-11-23."),
    "maand": ("een maand", "Typ jaar en maand, zoals 2026-11."),
    "datum": ("een datum", "Typ een jaar (2026), een maand (2026-11) of een dag (2026-11-23)."),
    "moment": ("een datum", "Typ jaar, maand en dag, zoals 2026-11-23."),
    "uri": ("een webadres", "Typ het hele webadres, zoals https://www.almere.nl/."),
    "email": ("een e-mailadres", "Typ één e-mailadres, zoals info@almere.nl."),
    "telefoon": ("een telefoonnummer", "Typ alleen cijfers en spaties, zoals 14 036."),
}

_MONTHS = {name: f"{number:02}" for number, name in enumerate("jan feb maa apr mei jun jul aug sep okt nov dec".split(), 1)} | {"mrt": "03"}
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2}|[a-z]{3,9})[-/. ]+(\d{4})\Z", re.ASCII | re.IGNORECASE)
_MONTH_FIRST = re.compile(r"(\d{1,2}|[a-z]{3,9})[-/. ]+(\d{4})\Z", re.ASCII | re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})[-/. ]+(\d{1,2})(?:[-/. ]+(\d{1,2}))?(?:[T ].*)?\Z", re.ASCII)


def looks_like_day(text: str) -> bool:
    """Written as a day, whether it exists or not: 2026-02-30."""
    return bool(_DAY.match(text))


def meant_by(name: str, text: str) -> str:
    """What someone probably meant who typed this for a format, or "": 23-11-2026 → 2026-11-23; www.almere.nl → https://www.almere.nl."""
    bare = text.strip()[:500]
    guesses = {
        "uri": [f"https://{bare.removeprefix('//')}", bare.replace(" ", "%20")],
        "email": [bare.lower().removeprefix("mailto:").strip("<>. ")],
        "telefoon": [bare.lower().removeprefix("tel:").strip().replace(".", " ").replace("/", "-")],
    }.get(name) or _dates(bare)
    return next((guess for guess in guesses if guess != text and FORMATS[name](guess)), "")


def _dates(text: str) -> list[str]:
    """The day, month and year that a text may stand for, the most exact one first."""
    if found := _DAY_FIRST.match(text):
        year, month, day = found[3], _month(found[2]), found[1]
    elif found := _MONTH_FIRST.match(text):
        year, month, day = found[2], _month(found[1]), ""
    elif found := _YEAR_FIRST.match(text):
        year, month, day = found[1], found[2], found[3] or ""
    else:
        return []
    return [f"{year}-{month:0>2}-{day:0>2}", f"{year}-{month:0>2}"]


def _month(text: str) -> str:
    return text if text.isdecimal() else _MONTHS.get(text[:3].lower(), "")
