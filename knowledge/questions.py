"""What may be kept of a question that nobody could answer: its words, without whatever could name a person. Pure.

Questions arrive masked already (`privacy.masking`); everything is looked at once more here, at both ends of the way.
"""

from __future__ import annotations

import re
from typing import Final

from knowledge.text import read
from privacy.recognise import find

LONGEST: Final = 100
"""Characters; longer ones are stories of one person, and no question of many."""

_SHORTEST: Final = 2
_TOKEN: Final = re.compile(r"<[A-Z]+#[^>\s]{1,20}>")
_DIGITS: Final = re.compile(r"(?:[0-9０-９一二三四五六七八九零〇两][ -]?){5,}")
_LETTERS: Final = re.compile(r"[一-鿿A-Za-z]")
_GAP: Final = "〔略〕"


def forgettable(text: str) -> str | None:
    """The question without numbers, names and tokens; None when nothing of it may be kept."""
    clean = " ".join(_TOKEN.sub(_GAP, text).split())
    if len(clean) > LONGEST or clean.startswith("/"):
        return None
    pieces, done = [], 0
    for finding in find(clean):
        pieces += [clean[done : finding.start], _GAP]
        done = finding.end
    clean = _DIGITS.sub(_GAP, "".join([*pieces, clean[done:]])).strip()
    words = "".join(_LETTERS.findall(clean.replace(_GAP, "")))
    return clean if len(words) >= _SHORTEST else None


def folded(text: str) -> str:
    """The key under which the same question is counted."""
    return re.sub(r"[^\w一-鿿]", "", read(text)) or text
