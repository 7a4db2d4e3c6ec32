"""Why a line cannot be read: the parser's words → what a civil servant can do. Bottom of the flow; used by load.py."""

from __future__ import annotations

import yaml

# libyaml's words → what a civil servant can do. The first that occurs in the message wins; the last is for all else.
_SYNTAX = (
    ("mapping values are not allowed", "Staat er een dubbele punt in uw tekst? Zet de hele tekst tussen \"aanhalingstekens\". Kijk ook of de regel evenveel inspringt als de regel erboven."),
    ("block sequence entries are not allowed", "Zet elk streepje op een eigen regel, onder de naam van het veld. Begint uw tekst met een streepje? Zet hem dan tussen \"aanhalingstekens\"."),
    ("could not find expected ':'", "Achter de naam van een veld hoort een dubbele punt en een spatie. Hoort deze regel bij de tekst erboven? Laat hem dan evenveel inspringen."),
    ("<document start>", "Deze regel springt minder ver in dan de eerste regel. Laat de namen van alle velden even ver inspringen."),
    ("while scanning a quoted scalar", "Hier begint een aanhalingsteken dat niet is gesloten. Zet aan het einde van de tekst ook een aanhalingsteken."),
    ("found character that cannot start", "Zet de hele tekst tussen \"aanhalingstekens\": een tekst mag niet beginnen met @, ` of %."),
    ("while scanning an a", "Begint uw tekst met & of *? Zet de hele tekst dan tussen \"aanhalingstekens\"."),
    (" a tag", "Begint uw tekst met een uitroepteken? Zet de hele tekst dan tussen \"aanhalingstekens\"."),
    ("while parsing a quoted scalar", "In uw tekst staat een \\. Zet de tekst tussen enkele 'aanhalingstekens' in plaats van dubbele."),
    ("did not find expected '-' indicator", "Begin elke regel van een lijst met een streepje en een spatie, even ver ingesprongen."),
    ("while parsing a flow", "Begint uw tekst met [ of {? Zet de hele tekst dan tussen \"aanhalingstekens\"."),
    ("", "Kijk of de regel begint met een veldnaam en een dubbele punt, en of hij goed inspringt. Staan er leestekens in de tekst? Zet de tekst dan tussen \"aanhalingstekens\"."),
)  # fmt: skip


# «did not find expected key» has many causes; what stands on the line before the place tells which.
_BEFORE = (
    ('"', "Achter het aanhalingsteken staat nog tekst. Zet de hele tekst tussen 'enkele aanhalingstekens'."),
    ("'", 'Achter het aanhalingsteken staat nog tekst. Zet de hele tekst tussen "dubbele aanhalingstekens".'),
    ("]}", 'Achter het haakje staat nog tekst. Begint uw tekst met [ of {? Zet de hele tekst dan tussen "aanhalingstekens".'),
    (":", "Voor de dubbele punt hoort de naam van een veld te staan."),
    ("", "Deze regel springt niet evenveel in als de regels erboven. Zet er evenveel spaties voor."),
)
OTHERWISE = _SYNTAX[-1][1]


def explain(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, int, str]:
    """Line and column (from 0) where reading went wrong, and what to do. Raises nothing."""
    said = f"{error.context or ''} {error.problem or ''}"
    # Of a quote or bracket that is never closed the beginning says more than the end of the file.
    unclosed = any(words in said for words in ("while scanning a quoted", "while parsing a flow", "expected ':'"))
    mark = (error.context_mark if unclosed else error.problem_mark) or error.problem_mark or error.context_mark
    hint = next(hint for words, hint in _SYNTAX if words in said)
    if mark and "did not find expected key" in said:
        row = lines[mark.line] if mark.line < len(lines) else ""
        last = row[: mark.column].rstrip()[-1:] or (":" if row[mark.column :].startswith(":") else "")
        hint = next(hint for signs, hint in _BEFORE if not signs or (last and last in signs))
    return (mark.line, mark.column, hint) if mark else (0, 0, hint)
