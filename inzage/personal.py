"""Text → findings of personal data that must not be published, and of look-alike letters.

Flow: load → check (here) → model. Stands at the bottom: imports nothing of the project.
Source of the rules: THREATS.md (personal data, look-alike characters); GDPR art. 5; Woo art. 5.1 lid 1 e.
Messages and excerpts are masked, because they are shown in public pull requests. Whoever shows a finding must not show
the line of the file either. Nothing here proves that a text is clean: it finds slips, not somebody who hides a number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

# The whole cost of a clean text: everything below has an @, or eight digits with at most three signs between two of them.
_ISO_DATE = re.compile(r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?![0-9])")
_EIGHT_DIGITS = re.compile(r"[0-9０-９](?:[^\w@]{0,3}[0-9０-９]){7}")
_PLAIN = str.maketrans("０１２３４５６７８９＠\u00a0\u2007\u2009\u202f\u2010\u2011\u2012\u2013", "0123456789@    ----")

_BSN_WORD = r"(?<![a-z0-9])(?:bsn|burger ?-?service ?-?n(?:umme)?r|sofi ?-?n(?:umme)?r|persoonsn(?:umme)?r|persoonlijk nummer)"
_OTHER_WORD = r"\b(?:kvk|k\.v\.k|kamer van koophandel|handelsregister|rsin|oin|btw|vestigingsn|zaakn|kenmerk|iban)"
_LABEL = re.compile(rf"(?P<bsn>{_BSN_WORD})|{_OTHER_WORD}", re.IGNORECASE)
_BSN_NEAR = re.compile(_BSN_WORD, re.IGNORECASE)
_GLUED = re.compile(rf"{_BSN_WORD}[a-z]{{0,8}}\s?[=:#/_-]?\Z", re.IGNORECASE)
_NEAR = 40

_DIGITS = re.compile(r"(?<![0-9])(?<![0-9][.,-])[0-9](?:[ .-]?[0-9]){7,40}(?![.,-]?[0-9])")
_GROUP = re.compile(r"[0-9]+")
_USUAL_SHAPE = re.compile(r"[0-9]{8,9}|[0-9]{3}([ .])[0-9]{3}\1[0-9]{3}|[0-9]{4}([ .])[0-9]{2}\2[0-9]{3}")
_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])")

_MOBILE = re.compile(
    r"(?<![0-9A-Za-z_])(?<![0-9][.,-])(?!06[-./ ][0-9]{1,2}[-./ ](?:19|20)[0-9]{2}(?![0-9]))"  # not the 6th of a month
    r"(?:(?:\+ ?|00 ?)31[ .()/-]{0,3}0?[ .()/-]{0,3}6|0 ?6)(?:[ .()/-]{0,3}[0-9]){8}(?![0-9])"
)
_IBAN = re.compile(r"(?<![0-9A-Za-z])NL[ .-]?[0-9]{2}[ .-]?[A-Z]{4}(?:[ .-]?[0-9]){10}(?![0-9A-Za-z])", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<![\w.+%'-])([\w.+%'-]{1,64})@([\w-](?:[\w.-]{0,250}\w)?)")
_CONSUMER = re.compile(
    r"(?:[\w-]+\.)*(?:(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|icloud|gmx|aol|proton|protonmail)"
    r"\.(?:com|net|nl|me|ch|de|be|eu|org|co\.uk|fr)|(?:12move|caiway|casema|chello|freedom|freeler|hetnet|home|kpnmail"
    r"|kpnplanet|online|planet|quicknet|solcon|tele2|telfort|tiscali|upcmail|versatel|wanadoo|xs4all|zeelandnet|ziggo"
    r"|zonnet)\.nl|(?:caiway|zeelandnet|solcon)\.net|(?:me|mac|mail|zoho)\.com|pm\.me|(?:telenet|skynet)\.be)"
)
_PERSON = re.compile(
    r"[^\W\d_]+(?:['-][^\W\d_]+)*(?:[._][^\W\d_]+(?:['-][^\W\d_]+)*)*[._](?:[^\W\d_]['-])?[^\W\d_]{2,}(?:['-][^\W\d_]+)*[0-9]*"
)
# A mailbox of a function: one of these words as a part of its name, or one of these stems anywhere in it.
_FUNCTION = re.compile(
    r"(?:^|[._-])(?:ai|avg|b[en]w|bestuur|bouw|college|contact|cpo|crisis|data|ethiek|fg|geo|gis|help|hr"
    r"|hrm|ict|info|inkoop|it|jeugd|juridisch|jurist|kcc|klant|klanten|klantcontact|klacht|klachten|mail|markt|media"
    r"|meld|melden|melding|meldpunt|milieu|no|noreply|ombudsman|omgeving|open|participatie|pers|po|post|postbus|publiek"
    r"|raad|reply|ruimte|so|sociaal|sport|support|team|toezicht|veilig|voornaam|achternaam|vragen|vraag|web|welzijn|werk"
    r"|wmo|wob|wonen|woo|woz|zorg)(?=[._-]|$)"
    r"|griffie|gemeente|privacy|loket|beheer|secretari|servicepunt|servicedesk|dienst|bezwa|belasting|burgerzaken"
    r"|burgemeester|wethouder|overheid|gegevens|functionaris|algoritme|register|archief|informatie|redactie|webmaster"
    r"|communicatie|voorlichting|afdeling|directie|bureau|receptie|balie|helpdesk|vergunning|parkeren|handhaving"
    r"|subsidie|inkomen|schuld|financi|facturen|administratie|coordinat|integriteit|security|beveiliging|ombuds"
    r"|commissie|provincie|waterschap|stadhuis|projecten|secretariaat|toegankelijk|aanbesteding|cultuur|onderwijs"
)

_LATIN = re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]")
_FOREIGN = re.compile(r"(?P<Grieks>[\u0370-\u03ff\u1f00-\u1fff])|(?P<Cyrillisch>[\u0400-\u052f\u1c80-\u1c8f])")
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must be looked at: `severity` is fout or waarschuwing, `excerpt` is masked, the rest is Dutch."""

    code: str
    severity: str
    excerpt: str
    start: int
    message: str
    fix: str


def may_hold(text: str) -> bool:
    """Whether a text can hold anything that `findings` looks for. Quick, and never wrong when it says no."""
    if "@" in text or "＠" in text:
        return True
    hit = _EIGHT_DIGITS.search(text)
    while hit and _ISO_DATE.match(text, hit.start()):
        hit = _EIGHT_DIGITS.search(text, hit.end())
    return hit is not None


def findings(text: str) -> Iterator[Finding]:
    """Text → a Finding for every BSN, mobile number, e-mail address of a person and bank account, in order of place.

    Raises nothing on any text. Linear in the length of the text; a text without @ or digits costs one search.
    """
    if not may_hold(text):
        return
    plain = text if text.isascii() else text.translate(_PLAIN)  # one character for one: places stay right
    found = [*_addresses(plain)] if "@" in plain else []
    phones = [hit for hit in _MOBILE.finditer(plain) if not _in_link(plain, hit.start())]
    accounts = [hit for hit in _IBAN.finditer(plain) if _is_iban(hit.group())]
    found += [_phone(hit) for hit in phones] + [_account(hit) for hit in accounts]
    taken = {place for hit in phones + accounts for place in range(*hit.span())}
    found += _citizen_numbers(plain, taken)
    yield from sorted(found, key=lambda finding: finding.start)


def is_bsn(digits: str) -> bool:
    """Eight or nine digits → do they pass the eleven test (elfproef) of the BSN? Zeros alone do not."""
    if len(digits) not in (8, 9) or not digits.isdecimal():
        return False
    numbers = [int(digit) for digit in digits.zfill(9)]
    total = sum(weight * number for weight, number in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), numbers, strict=True))
    return total % 11 == 0 and any(numbers)


def odd_letters(text: str) -> Iterator[Finding]:
    """Text → a warning for every word that mixes Latin letters with Greek or Cyrillic ones. Raises nothing."""
    if text.isascii() or not _FOREIGN.search(text):
        return
    for word in _LETTERS.finditer(text):
        odd = _FOREIGN.search(word.group())
        if odd and _LATIN.search(word.group()):
            message = f"In het woord «{word.group()[:40]}» is de letter «{odd.group()}» {odd.lastgroup}, geen gewone letter."
            fix = "Typ het woord opnieuw op uw eigen toetsenbord."
            yield Finding("schriften-gemengd", "waarschuwing", word.group()[:40], word.start(), message, fix)


def mask(secret: str) -> str:
    """The first two and the last two characters; a short text is hidden altogether."""
    return f"{secret[:2]}…{secret[-2:]}" if len(secret) > 6 else "…"


def _in_link(text: str, place: int) -> bool:
    """Does this place stand inside a web address?"""
    before = text[max(0, place - 200) : place]
    word = before[-1:].strip() and before.rsplit(None, 1)[-1]
    return "://" in word or "www." in word


def _is_iban(account: str) -> bool:
    """A Dutch IBAN with the right check digits (modulo 97, ISO 13616)."""
    bare = "".join(sign for sign in account.upper() if sign.isalnum())
    return int("".join(str(int(sign, 36)) for sign in bare[4:] + bare[:4])) % 97 == 1


def _phone(hit: re.Match[str]) -> Finding:
    shown = mask(hit.group())
    message = f"Hier staat een mobiel nummer ({shown}). Dat is vaak van één persoon."
    fix = "Gebruik het vaste nummer van het team of van de gemeente."
    return Finding("telefoon-prive", "fout", shown, hit.start(), message, fix)


def _account(hit: re.Match[str]) -> Finding:
    shown = mask(hit.group())
    message = f"Hier staat een rekeningnummer ({shown}). Is het van een persoon? Dan mag het niet openbaar worden."
    fix = "Haal het nummer weg, of controleer of het van een organisatie is."
    return Finding("rekeningnummer", "waarschuwing", shown, hit.start(), message, fix)


def _addresses(text: str) -> Iterator[Finding]:
    """E-mail addresses at providers for consumers, and addresses that hold the name of a person."""
    fix = "Gebruik het adres van het team of van de gemeente, bijvoorbeeld een adres dat begint met «info»."
    for hit in _ADDRESS.finditer(text):
        local, domain, shown = hit[1].lower().strip("_.+%'-"), hit[2].lower().strip("_-"), mask(hit.group())
        if _CONSUMER.fullmatch(domain):
            message = f"Dit e-mailadres ({shown}) is waarschijnlijk privé."
            yield Finding("email-prive", "fout", shown, hit.start(), message, fix)
        elif "." in domain and _PERSON.fullmatch(local.split("+")[0]) and not _FUNCTION.search(local):
            message = f"In dit e-mailadres ({shown}) staat de naam van een persoon."
            yield Finding("email-persoon", "fout", shown, hit.start(), message, fix)


def _citizen_numbers(text: str, taken: set[int]) -> Iterator[Finding]:
    """Numbers that pass the eleven test: with a word such as «bsn» nearby a mistake, without it a warning."""
    for run in _DIGITS.finditer(text):
        for start, end in _candidates(run):
            if start in taken or end - 1 in taken:
                continue
            code = _judge(text, start, end, run.start())
            if code == "bsn":
                yield _bsn(mask(text[start:end]), start)
            elif code:
                yield _maybe_bsn(mask(text[start:end]), start)


def _candidates(run: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Neighbouring groups of digits that make nine digits together, or one group of eight, and pass the test."""
    groups = [(group.start() + run.start(), group.end() + run.start()) for group in _GROUP.finditer(run.group())]
    done = 0
    for number, (start, _) in enumerate(groups):
        ahead = groups[number : number + 9]
        sizes = list(accumulate(last - first for first, last in ahead))
        ends = [ahead[sizes.index(9)][1]] if 9 in sizes else []
        ends += [ahead[0][1]] if sizes[0] == 8 else []
        for end in ends:
            if start >= done and is_bsn("".join(_GROUP.findall(run.string, start, end))):
                yield start, end
                done = end


def _judge(text: str, start: int, end: int, run: int) -> str:
    """Which code fits this number: bsn, bsn-mogelijk, or nothing («»)?"""
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if _GLUED.search(before):
        return "bsn"
    previous, following = before[-1:], after[:1]
    inside = previous.isalnum() or following.isalnum() or (previous and previous in "_-/#=+@") or following == "_"
    if inside or text[max(0, run - 1) : run] == "+" or _in_link(text, start):
        return ""
    for label in reversed([*_LABEL.finditer(before)]):
        if label["bsn"]:
            return "bsn"
        if not _GROUP.search(before, label.end()):
            return ""  # this number has a name of its own: a KvK number, an RSIN …
    if _BSN_NEAR.search(after):
        return "bsn"
    return "bsn-mogelijk" if _looks_like_bsn(text[start:end], before, after) else ""


def _looks_like_bsn(number: str, before: str, after: str) -> bool:
    """Is it written as a BSN, and not an amount, a date or the beginning of a reference?"""
    money = before.rstrip()[-1:] == "€" or after.lstrip()[:4].lower() == "euro"
    reference = after[:1] and after[0] in "-/@"
    return not (money or reference or _DATE.fullmatch(number)) and bool(_USUAL_SHAPE.fullmatch(number))


def _bsn(shown: str, start: int) -> Finding:
    message = f"Hier staat een burgerservicenummer ({shown}). Dat mag niet openbaar worden."
    fix = "Haal het nummer weg. Vertel het ook aan uw privacyteam, want anderen kunnen het al gezien hebben."
    return Finding("bsn", "fout", shown, start, message, fix)


def _maybe_bsn(shown: str, start: int) -> Finding:
    message = f"Dit nummer ({shown}) kan een burgerservicenummer zijn."
    fix = "Controleer het nummer. Is het van een persoon? Haal het dan weg. Anders hoeft u niets te doen."
    return Finding("bsn-mogelijk", "waarschuwing", shown, start, message, fix)
