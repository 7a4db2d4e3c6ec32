"""Rules about the register as a whole: references exist, everyone has a number to call, names differ. Flow: check (here) → model.

A rule is a generator over all Cards; it yields the entry's reference and a Finding. Its docstring is the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .model import OWNERS, Card, Reference, Settings
from .naming import nearest
from .problem import WAARSCHUWING, Finding

Cards = dict[str, Card]
WholeRule = Callable[[Cards, Settings], Iterator[tuple[str, Finding]]]
CODES = ("verwijzing-onbekend", "verwijzing-buiten-organisaties", "geen-telefoon", "naam-dubbel")
_OWN_FILE = "inzage.yaml"


def unknown_reference(cards: Cards, settings: Settings) -> Iterator[tuple[str, Finding]]:
    """Een verwijzing wijst naar iets dat in het register staat."""
    for where, card in cards.items():
        for ref in card.refs:
            if ref.target not in cards and not _leaves_the_organisations(card, ref):
                yield where, _unknown(tuple(ref.path), ref.target, cards)
    if settings.owner and settings.owner not in cards:
        yield _OWN_FILE, _unknown(("organisatie",), settings.owner, cards)


def _unknown(path: tuple[str | int, ...], target: str, cards: Cards) -> Finding:
    meant = nearest(target, (ref for ref in cards if ref.split("/")[0] == target.split("/")[0])) or nearest(target, cards)
    fix = (
        f"Bedoelde u «{meant}»?"
        if meant
        else "Kijk in de map register/ hoe het bestand heet, en typ de map en die naam zonder .yaml. Is het bestand er nog niet? Maak het dan eerst."
    )
    return Finding(path, "verwijzing-onbekend", f"«{target}» staat niet in het register.", fix)


def organisations_keep_to_themselves(cards: Cards, settings: Settings) -> Iterator[tuple[str, Finding]]:
    """Een organisatie verwijst alleen naar andere organisaties. De rest verwijst naar de organisatie, en dat ziet u op haar pagina."""
    for where, card in cards.items():
        for ref in card.refs if card.folder == OWNERS else ():
            if _leaves_the_organisations(card, ref):
                message = f"Een organisatie kan niet verwijzen naar «{ref.target}»."
                fix = "Haal deze regel weg. Zet in het andere bestand een verwijzing naar deze organisatie."
                yield where, Finding(tuple(ref.path), "verwijzing-buiten-organisaties", message, fix)


def _leaves_the_organisations(card: Card, ref: Reference) -> bool:
    return card.folder == OWNERS and not ref.target.startswith(OWNERS + "/")


def someone_to_call(cards: Cards, settings: Settings) -> Iterator[tuple[str, Finding]]:
    """Op elke pagina staat een telefoonnummer: van de beschrijving, van haar organisatie of van het register."""
    if settings.phone:
        return
    for where, card in cards.items():
        owner = cards.get(card.owner)
        if card.owner and not owner:  # its organisation is unknown or unreadable: that is the Problem
            continue
        if not card.phone and not (owner and owner.phone):
            message = "Er is geen telefoonnummer: niet hier, niet bij de organisatie en niet in inzage.yaml."
            yield (
                where,
                Finding(
                    ("contact",),
                    "geen-telefoon",
                    message,
                    "Voeg hier een regel toe: «contact: {telefoon: …}». Of zet het nummer bij de organisatie of in inzage.yaml.",
                    on_key=True,
                ),
            )


def names_differ(cards: Cards, settings: Settings) -> Iterator[tuple[str, Finding]]:
    """Twee beschrijvingen met dezelfde naam krijgen een waarschuwing: lezers zien het verschil niet."""
    seen: dict[tuple[str, str], str] = {}
    for where, card in cards.items():
        other = seen.setdefault((card.folder, card.name.casefold()), where)
        if other != where:
            message = f"De naam «{card.name}» staat ook bij «{other}»."
            yield (
                where,
                Finding((), "naam-dubbel", message, "Maak de namen verschillend, bijvoorbeeld met een jaar of een plaats.", WAARSCHUWING),
            )


WHOLE: tuple[WholeRule, ...] = (
    unknown_reference,
    organisations_keep_to_themselves,
    someone_to_call,
    names_differ,
)


def findings(cards: Cards, settings: Settings) -> Iterator[tuple[str, Finding]]:
    """All that the rules about the whole find: (reference of the entry, or `inzage.yaml`; Finding). cards: by reference."""
    for rule in WHOLE:
        yield from rule(cards, settings)
