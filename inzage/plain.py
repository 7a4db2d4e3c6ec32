"""Text → friendly hints (advies) for plain Dutch, level B1.

Flow: load → check (here) → model. Stands at the bottom: imports nothing of the project.
Source of the rules: ACCESSIBILITY.md, "Plain Dutch (B1)". Hints advise; they never block.
The office words stand in `kantoorwoorden.yaml`, beside this module.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import yaml

MAX_WORDS = 20
LONG_WORD = 17


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


KNOWN_ABBREVIATIONS = _set(
    "AED AI ANWB AOW APK BSN BTW BV CSV CV DNA EHBO EU GB GGD GGZ GPS HBO HTML ICT ID II III IT IV IX KB KVK MB MBO NL "
    "NOS NS NV OK OV PC PDF QR RIVM SMS SVB TV UK USA USB UWV VI VII VIII VMBO VN VS WC WOZ WW XI XII XML"
)
KNOWN_LONG_WORDS = _set("algoritmeregister burgerservicenummer gegevensbescherming omgevingsvergunning")

# After these a full stop ends no sentence. Those of single letters (o.a., d.w.z., J.P.) need no list.
_SHORTENED = _set(
    "aant afb afd art artt bijv bv blz ca cf dhr dr drs evt excl fig gem hfst incl ing inw ir jl max mevr mln mld mr mw "
    "nr nrs par pag pct prof resp sr stb stcrt tel vgl vnl vs"
)
_MAY_END = _set("a.u.b e.a e.d e.v n.v.t s.v.p v.chr")

_SKIP = re.compile(
    r"(?:^|(?<=\n))[ \t]{0,3}(?:```|~~~).*?(?:\n[ \t]{0,3}(?:```|~~~)[^\n]*|\Z)"  # fenced code
    r"|(?<!`)`++[^`]{1,500}`++"  # code span
    r"|\]\([^()\n]{1,500}\)"  # target of a link
    r"|\bhttps?://[^\s)>\]]+|\bwww\.[^\s)>\]]+",
    re.DOTALL,
)
_MAY_SKIP = re.compile(r"[`~]|\]\(|://|www\.")
# Where a sentence may end: the last of .!?… before white space, an empty line, or a line that opens a list item,
# heading, quotation or table row. The first class is fixed, so that the search can jump to it.
_BULLET = r"[ \t]{0,12}(?:[-*+•][ \t]|[0-9]{1,3}[.)][ \t]|[>|])"
_EDGE = re.compile(
    rf"[.!?…\n|](?:(?<=\n)(?:[ \t]{{0,12}}(?=\n)|{_BULLET}|#{{1,6}}[ \t][^\n]*)"
    r"|(?<=[.!?…])[)\"'»”’\]*_]{0,4}(?=\s|\Z)|(?<=\|))"
)
_LAW_PART = re.compile(r"(?:\blid|\bleden|\bartikel|\bart\.)\s[0-9]{1,4}[a-z]?\Z")
_LAW_NEXT = re.compile(r"(?:AVG|Awb|BW|Gw|Pw|Sr|Sv|UAVG|Wbp|Wmo|Wob|Woo|Wpg|Wvggz)\b")
_WORD = re.compile(r"\w+(?:[-'’.,:/@]\w+)*")

_PASSIVE = re.compile(r"\b[Ww](?:ordt|orden|ord|erd|erden)\b")
_CLAUSE_END = re.compile(r"[.,;:!?()|…]|\n\s{0,9}\n|\n[ \t]{0,9}[-*+] ")
# Words that look like a participle but are none («gevolgen», «beleid»), then the participles themselves.
_NO_PARTICIPLE = (
    r"gemeente|gegevens|gebruikers|[a-zë]{1,40}(?:heid|heden|ingen|(?<!ge)geven)\b|(?:voor)?ge(?:bied|bieden|bouwen"
    r"|breken|bruiken|beuren|dachten|duld|heimen|lden|loven|luid|luiden|middeld|nieten|rechten|recht|sprekken|tallen"
    r"|tuigen|vallen|varen|volgen|voelens|weld|wicht|wichten|woonten|zicht|zichten|zinnen|zond)\b"
    r"|be(?:eld|kend|leid|reid|richt|sluit|stand|taat|wind|wust)\b|ver(?:band|bod|driet|stand|trouwd)\b|herkomst\b|omtrent\b"
    r"|over(?:dracht|last|macht|zicht|eenkomst)\b|onder(?:kant|stand)\b|voor(?:beeld|dracht|kant|raad|schot|uit)\b"
)
_STRONG = (  # irregular, without ge-
    r"be(?:grepen|houden|keken|schreven|sloten|sproken|trokken|vonden|wezen)|ver(?:boden|bonden|geleken|geten|kregen"
    r"|laten|loren|meden|nomen|schoven|vangen|wezen|worpen|worven|zonden)|ont(?:bonden|houden|nomen|slagen|trokken"
    r"|vangen|worpen)|onder(?:broken|nomen|schreven)|herzien|herroepen|voorzien|over(?:schreden|wogen|wonnen)"
)
_PARTICIPLE = re.compile(
    rf"\b(?!{_NO_PARTICIPLE})(?:(?:aan|achter|af|bij|binnen|buiten|door|goed|in|klaar|los|mede|mee|na|om|onder|op|over"
    r"|samen|stil|tegen|terug|toe|uit|vast|vol|voor|vrij|weer|weg)?ge[a-zëï]{2,30}(?:d|t|en)|(?:aan|af|her|toe|uit|voor)?"
    rf"(?:be|ver|ont|her|er|onder|over|door|voor|mis|om)[a-zëï]{{3,30}}[dt]|(?:aan|toe|uit|voor)?(?:{_STRONG})"
    r"|(?:aan|af|mee|over|toe|uit)?gedaan)\b"
)
_TOKEN = re.compile(r"[\w-]+|[^\w\s]")
_MODALS = _set("dient dienen hoeft hoeven kan kon konden kunnen mag mogen moest moet moeten te zal zou zouden zullen")

_CAPITALS = re.compile(r"[A-Z](?<![\w-].)(?<![0-9]{4} .)[A-Z]{1,7}(?![\w@]|\.\w)")
_EXPLAINED = re.compile(
    r"\([a-z :]{0,20}[\"'“‘«*]{0,2}([A-Z]{2,8})[\"'”’»*]{0,2}\)"
    r"|\b([A-Z]{2,8})(?=\*{0,2} \((?!zie\b)\w+[ -]?\w{3}|,? (?:staat voor|betekent|is de afkorting|is kort voor|ofwel)\b)"
)
_LONG = re.compile(rf"(?<![@.\w])[^\W\d_]{{{LONG_WORD},}}+(?!@|\.\w)")


@dataclass(frozen=True, slots=True)
class Hint:
    """One piece of advice: where (`start` counts characters in the text), what, and how to mend it (Dutch)."""

    code: str
    excerpt: str
    start: int
    message: str
    fix: str


def hints(text: str, allow: Collection[str] = ()) -> Iterator[Hint]:
    """Markdown text → at most one Hint a code; the message says how many more there are.

    `allow` holds names that cannot be avoided: long words and abbreviations, in any case. Code, link targets and
    web addresses are skipped. Raises nothing on any text (OSError if `kantoorwoorden.yaml` is missing).
    """
    prose = _SKIP.sub(_blank, text) if _MAY_SKIP.search(text) else text
    allowed = {name.lower() for name in allow}
    yield from _long_sentences(prose)
    yield from _passives(prose)
    yield from _office_words(prose)
    yield from _abbreviations(prose, allowed)
    yield from _long_words(prose, allowed)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Text → (start, end) of every sentence, list item and table cell; headings are left out."""
    text, start = "\n" + text, 0  # so that a bullet on the first line looks like any other
    cuts = [edge.span() for edge in _EDGE.finditer(text) if not _goes_on(text, edge)]
    for stop, following in [*cuts, (len(text), 0)]:
        if inner := text[start:stop].lstrip():
            yield stop - len(inner) - 1, stop - 1
        start = following


def _quote(words: str) -> str:
    """Words from the text, on one line."""
    return f"«{' '.join(words.split())}»"


def _blank(found: re.Match[str]) -> str:
    """Spaces of the same length: every position in the text stays what it was."""
    return " " * len(found.group())


def _more(count: int, what: str) -> str:
    """The number of further cases, as the tail of a sentence; nothing if there are none."""
    return f" (en nog {count} keer {what})" if count else ""


def _goes_on(text: str, edge: re.Match[str]) -> bool:
    """Is this full stop part of an abbreviation, an initial or «lid 1.» rather than the end of a sentence?"""
    stop = edge.start()
    if text[stop] not in ".!?…":
        return False
    following = text[edge.end() : edge.end() + 12].lstrip()
    if text[stop] != "." or following[:1].islower():
        return following[:1].islower()
    before = text[max(0, stop - 24) : stop].replace("\n", " ")
    word = before.rpartition(" ")[2].lstrip("(\"'«“‘*_[")
    if word[-1:].isdigit():
        return bool(_LAW_PART.search(before) and _LAW_NEXT.match(following))
    if "." in word:
        return word.lower() not in _MAY_END and all(len(part) == 1 for part in word.split("."))
    return word.lower() in _SHORTENED or (len(word) == 1 and word.isupper())


def _long_sentences(text: str) -> Iterator[Hint]:
    """A sentence has at most 20 words."""
    spans = [span for span in sentences(text) if len(text[slice(*span)].split()) > MAX_WORDS]  # quick, but «-» counts
    counts = [(*span, len(_WORD.findall(text[slice(*span)]))) for span in spans]
    found = [each for each in counts if each[2] > MAX_WORDS]
    if found:
        start, end, count = found[0]
        excerpt = text[start:end] if end - start <= 60 else text[start : start + 60].rsplit(None, 1)[0] + " …"
        message = f"Deze zin heeft {count} woorden{_more(len(found) - 1, 'een lange zin')}. Korter leest prettiger."
        parts = "twee" if count <= 36 else "drie" if count <= 54 else "een paar korte"
        yield Hint("lange-zin", excerpt, start, message, f"Maak er {parts} zinnen van.")


def _passives(text: str) -> Iterator[Hint]:
    """Say who acts: no form of «worden» with a past participle."""
    found = [span for verb in _PASSIVE.finditer(text) if (span := _passive_span(text, verb))]
    if found:
        start, end = found[0]
        message = f"In {_quote(text[start:end])} staat niet voorop wie het doet{_more(len(found) - 1, 'een lijdende zin')}."
        fix = "Noem wie het doet. Schrijf bijvoorbeeld «de gemeente beslist» en niet «er wordt beslist»."
        yield Hint("lijdende-vorm", text[start:end], start, message, fix)


def _passive_span(text: str, verb: re.Match[str]) -> tuple[int, int] | None:
    """From «wordt» to its participle: after it in the same clause, or just before it («gebruikt kan worden»)."""
    limit = min(len(text), verb.end() + 120)
    if stop := _CLAUSE_END.search(text, verb.end(), limit):
        limit = stop.start()
    if participle := _PARTICIPLE.search(text, verb.end(), limit):
        return verb.start(), participle.end()
    begin = max(0, verb.start() - 60)
    words = list(_TOKEN.finditer(text, begin, verb.start()))
    while words and words[-1].group() in _MODALS:
        words.pop()
    return (words[-1].start(), verb.end()) if words and _PARTICIPLE.fullmatch(words[-1].group()) else None


@cache
def office_words() -> dict[str, str]:
    """The list of `kantoorwoorden.yaml`, read once: office word → everyday word. Raises OSError if it is missing."""
    source = Path(__file__).with_name("kantoorwoorden.yaml").read_text(encoding="utf-8")
    return dict(yaml.load(source, Loader=yaml.CBaseLoader))  # strings only


@cache
def _office_pattern() -> re.Pattern[str]:
    """All office words in one pattern. Shared beginnings are one branch: many times quicker than a plain list."""
    return re.compile(rf"\b{_branch(sorted(office_words()))}(?!\w)")


def _branch(words: list[str]) -> str:
    """Sorted words → a pattern that reads every letter once; the longest word wins."""
    heads: dict[str, list[str]] = {}
    for word in words:
        heads.setdefault(word[:1], []).append(word[1:])
    optional = heads.pop("", None)
    parts = [(r"\s{1,9}" if head == " " else re.escape(head)) + _branch(tails) for head, tails in heads.items()]
    return (f"(?:{'|'.join(parts)})" + ("?" if optional else "")) if parts else ""


def _office_words(text: str) -> Iterator[Hint]:
    """An everyday word rather than an office word."""
    low = text.replace("İ", "I").lower()  # the one letter that lower() makes longer
    found = list(_office_pattern().finditer(low))
    if found:
        start, end = found[0].span()
        plain = office_words()[" ".join(low[start:end].split())]
        message = f"{_quote(text[start:end])} is een kantoorwoord{_more(len(found) - 1, 'een kantoorwoord')}."
        yield Hint("kantoorwoord", text[start:end], start, message, f"Schrijf liever «{plain}».")


def _abbreviations(text: str, allowed: set[str]) -> Iterator[Hint]:
    """An abbreviation is explained somewhere in the text. Words in a row of capitals are shouting, not abbreviations."""
    spans = [found.span() for found in _CAPITALS.finditer(text)]
    shouted = {place for left, right in pairwise(spans) if right[0] - left[1] == 1 for place in (left, right)}
    first = {text[slice(*span)]: span[0] for span in reversed(spans) if span not in shouted}
    unknown = [name for name in first if name not in KNOWN_ABBREVIATIONS and name.lower() not in allowed]
    explained = {one or other for one, other in _EXPLAINED.findall(text)} if unknown else set()
    if unknown := sorted(set(unknown) - explained, key=first.__getitem__):
        name, start = unknown[0], first[unknown[0]]
        message = f"De afkorting «{name}» is niet uitgelegd{_more(len(unknown) - 1, 'een andere afkorting')}."
        yield Hint("afkorting", name, start, message, f"Schrijf de eerste keer alle woorden, met «({name})» erachter.")


def _long_words(text: str, allowed: set[str]) -> Iterator[Hint]:
    """A word has fewer than 17 letters, unless it cannot be avoided."""
    found = [word for word in _LONG.finditer(text) if not {word.group().lower()} & (KNOWN_LONG_WORDS | allowed)]
    if found:
        word, start = found[0].group(), found[0].start()
        message = f"Het woord «{word}» heeft {len(word)} letters{_more(len(found) - 1, 'een lang woord')}."
        yield Hint("lang-woord", word, start, message, "Gebruik een korter woord, of zeg het in twee woorden.")
