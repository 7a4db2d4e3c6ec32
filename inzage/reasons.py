"""The title of a commit as a reason that residents can read: no numbers of pull requests, no names, no addresses. Pure; imports nothing of ours."""

from __future__ import annotations

import re

_MERGE = re.compile(r"Merge (?:pull request|branch|branches|remote-tracking branch|tag|commit)\b")
_TRAILER = re.compile(r"(?:[A-Za-z][A-Za-z-]*-(?:by|with)|cc|See merge request|Closes|Fixes|Change-Id)\b", re.I)
_NUMBER = re.compile(r"\s*\((?:#|!|GH-)\d+\)|(?<!\w)(?:#|GH-)\d+\b")
_WORDS_BEFORE = r"(?:\b(?:door|van|by|from|thanks to|met dank aan|namens|voor|aan|cc:?)\s+)?"
_ADDRESS = re.compile(_WORDS_BEFORE + r"(?:[\w.'-]+ ){0,2}<[^<>\s]+@[^<>\s]+>|" + _WORDS_BEFORE + r"[^\s<>()]+@[^\s<>()]+\.\w+", re.I)
_NAME = re.compile(_WORDS_BEFORE + r"(?<![\w.])@[A-Za-z0-9][\w-]*(?:/[\w-]+)?", re.I)


def from_title(subject: str, body: str) -> str:
    """The title, or of a merge the first line of its body, without what names a person. "" when nothing is left.

    A name that is written out in a sentence is not recognised; the handbook asks not to write one. Source: AUDIT, reading history.
    """
    lines = body.splitlines() if _MERGE.match(subject) else [subject]
    text = next((line for line in lines if line.strip() and not _TRAILER.match(line.strip())), "")
    for pattern in (_ADDRESS, _NAME, _NUMBER):
        text = pattern.sub("", text)
    text = re.sub(r"\(\s*\)", "", text)
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split())).strip(" ,;:-–")
