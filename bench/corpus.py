"""N realistic entries of invented towns, the same on every run: what `bench.py` builds. No fact in it is about a real city."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

THEMES = ["Verkeer", "Werk", "Wonen", "Economie", "Recht", "Sociale zekerheid", "Zorg en gezondheid", "Natuur en milieu"]
TOWNS = ["Amersveld", "Bergdrecht", "Coevoort", "Dalmeer", "Eemstad", "Fijnwoude", "Gouwerijk", "Haarlo", "Joostland", "Kromwijk"]
WHAT = ["Herkennen van", "Verdelen van", "Voorspellen van", "Zoeken in", "Controleren van", "Tellen van", "Ordenen van"]
OF = [
    "parkeerboetes",
    "uitkeringen",
    "meldingen",
    "vergunningen",
    "rioolbuizen",
    "lege woningen",
    "bezwaren",
    "grondwater",
    "verkeersstromen",
]
SENTENCES = [
    "Een medewerker kijkt altijd naar de uitkomst voordat u een brief krijgt.",
    "De gegevens komen uit de *Basisregistratie Personen* en uit het eigen zaaksysteem.",
    "Elk kwartaal vergelijken wij de uitkomsten met een steekproef van {n} dossiers.",
    "Het algoritme neemt zelf **geen besluit** over uw aanvraag.",
    "Zie ook de [uitleg over de werkwijze](https://voorbeeld.example/uitleg/{n}).",
    "Wij gebruiken geen nationaliteit, geloof of andere gevoelige gegevens.",
    "U kunt bezwaar maken; de commissie krijgt inzage in de kenmerken die telden.",
    "Fouten schrijven wij op en bespreken wij elke maand.",
]
LONG = [
    "doel_en_impact",
    "wie_merkt_het",
    "menselijke_tussenkomst",
    "bezwaar",
    "afwegingen",
    "risicobeheer",
    "gegevens",
    "technische_werking",
]


def _text(r: random.Random) -> str:
    paragraphs = [" ".join(s.format(n=r.randint(10, 99)) for s in r.sample(SENTENCES, 3)) for _ in range(2)]
    points = "\n".join(f"- {p}" for p in r.sample(OF, 3))
    return f"{paragraphs[0]}\n\n{points}\n\n{paragraphs[1]}"


def entry(i: int, organisations: int) -> str:
    """Entry i as YAML, about 4 KB; it depends on i and the number of organisations only."""
    r = random.Random(i)
    town = TOWNS[i % len(TOWNS)]
    lines = [
        f"naam: {r.choice(WHAT)} {r.choice(OF)} in {town} ({i})",
        f"samenvatting: Dit algoritme helpt medewerkers van {town} bij hun werk. Een mens beslist altijd zelf.",
        f"organisatie: organisaties/organisatie-{r.randrange(organisations)}",
        f"themas: [{', '.join(sorted(r.sample(THEMES, 2)))}]",
        f"status: {r.choice(['in ontwikkeling', 'in gebruik', 'buiten gebruik'])}",
        f"begindatum: {r.randint(2015, 2025)}-0{r.randint(1, 9)}",
        f"publicatiecategorie: {r.choice(['hoog-risico AI-systeem', 'impactvol algoritme', 'overig algoritme'])}",
        f"beslist_zelf: {r.choice(['ja', 'nee'])}",
        f"zelflerend: {r.choice(['ja', 'nee'])}",
        f"leverancier: Stichting Rekenhulp {r.randint(1, 40)}",
        f"zoektermen: [{', '.join(r.sample(OF, 3))}]",
        f"wetten: [{{titel: Gemeentewet}}, {{titel: Wet {r.randint(1, 99)}, link: 'https://voorbeeld.example/wet/{i}'}}]",
        f"bronnen: [{{titel: Bron {i}, link: 'https://voorbeeld.example/bron/{i}'}}]",
        f"herzien_voor: {r.randint(2026, 2028)}-05-01",
    ]
    for key in LONG:
        lines += [f"{key}: |", *(f"  {line}" if line else "" for line in _text(r).split("\n"))]
    return "\n".join(lines) + "\n"


def write(root: Path, n: int) -> None:
    """A whole register of n algorithms and n/25 organisations (5 to 200) in `root`."""
    shutil.rmtree(root, ignore_errors=True)
    organisations = max(5, min(200, n // 25))
    for folder in ("algoritmes", "organisaties"):
        (root / "register" / folder).mkdir(parents=True)
    (root / "inzage.yaml").write_text(
        "naam: Meetregister\ngemeente: gemeente Meetstad\ncontact: {telefoon: 14 000}\nwebadres: https://register.example\n"
    )
    for i in range(organisations):
        text = f"naam: Organisatie {i}\nsoort: gemeente\nsamenvatting: Deze organisatie bestaat alleen om te meten.\n"
        (root / f"register/organisaties/organisatie-{i}.yaml").write_text(text)
    for i in range(n):
        (root / f"register/algoritmes/algoritme-{i:06}.yaml").write_text(entry(i, organisations), encoding="utf-8")
