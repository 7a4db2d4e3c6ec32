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
