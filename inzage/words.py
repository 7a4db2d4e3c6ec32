"""Two texts word by word, for `<ins>` and `<del>`. Pure; bottom of the flow: imports nothing of ours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher

Parts = list[tuple[str, str]]
MOST_WORDS, MOST_PAIRS = 2_000, 200_000
_TOKEN = re.compile(r"\s*(?:\w+|[^\w\s])|\s+")
_SIGN = re.compile(r"\s*\S")
_PARAGRAPH = re.compile(r".*?\n\s*\n|.+\Z", re.S)


def word_diff(a: str, b: str) -> Parts:
    """Two texts word by word: ("=", same), ("-", gone), ("+", new). "=" and "+" give `b`; "=" and "-" give `a` but for white space.

    autojunk is off: at 200 words difflib's default found one change of three (AUDIT). Long texts are compared by paragraph first.
    """
    left, right = _TOKEN.findall(a), _TOKEN.findall(b)
    start = _shared(left, right)
    end = _shared(left[start:][::-1], right[start:][::-1])
    before, after = "".join(right[:start]), "".join(right[len(right) - end :])
    middle = _middle(left[start : len(left) - end], right[start : len(right) - end])
    return _joined([("=", before), *middle, ("=", after)])


def sides(a: str, b: str) -> tuple[Parts, Parts]:
    """Two texts to lay side by side: `a` in parts ("=", "-") and `b` in parts ("=", "+"). Each side joined is its text, to the last space."""
    parts = word_diff(a, b)
    ends = [0, *(sign.end() for sign in _SIGN.finditer(a))]  # of each sign, with the white space before it
    old, signs = [], 0
    for op, text in (p for p in parts if p[0] != "+"):
        begin, signs = ends[signs], signs + len("".join(text.split()))
        old.append((op, a[begin : ends[signs]]))
    return _joined([*old, ("=", a[ends[-1] :])]), [p for p in parts if p[0] != "-"]


def _shared(left: Sequence[str], right: Sequence[str]) -> int:
    """How many words two texts begin with alike."""
    alike = (x.split() == y.split() for x, y in zip(left, right, strict=False))
    return next((i for i, same in enumerate(alike) if not same), min(len(left), len(right)))


def _middle(left: list[str], right: list[str]) -> Iterable[tuple[str, str]]:
    if _bearable(left, right):
        return _matched(left, right, None)
    a, b = "".join(left), "".join(right)
    paragraphs = _PARAGRAPH.findall(a), _PARAGRAPH.findall(b)
    if min(map(len, paragraphs)) > 1 and _bearable(*paragraphs):
        return _matched(*paragraphs, word_diff)
    return [("-", a), ("+", b)]


def _bearable(left: Sequence[str], right: Sequence[str]) -> bool:
    return max(len(left), len(right)) <= MOST_WORDS and _pairs(left, right) <= MOST_PAIRS


def _pairs(left: Sequence[str], right: Sequence[str]) -> int:
    """What difflib's search costs: how often a word of one text can be a word of the other."""
    counts, other = Counter(map(str.strip, left)), Counter(map(str.strip, right))
    return sum(n * other[word] for word, n in counts.items())


def _matched(left: Sequence[str], right: Sequence[str], inner: Callable[[str, str], Parts] | None) -> Iterator[tuple[str, str]]:
    a, b = [" ".join(t.split()) for t in left], [" ".join(t.split()) for t in right]
    for op, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        gone, new = "".join(left[i:j]), "".join(right[k:m])
        if op == "equal":
            yield "=", new
        elif inner and gone and new and j - i + m - k < len(a) + len(b):
            yield from inner(gone, new)
        else:
            yield from (("-", gone), ("+", new))


def _joined(parts: Iterable[tuple[str, str]]) -> Parts:
    """Neighbours of one sort as one part, what went before what came; no empty parts."""
    found: Parts = []
    for op, text in parts:
        if text and found and found[-1][0] == op:
            found[-1] = (op, found[-1][1] + text)
        elif text:
            found.append((op, text))
    return found
