"""Cutting text to WeChat's size: over 2,048 bytes a passive reply shows a fault to the person, a call gets 45002."""

from __future__ import annotations

import re
from typing import Final

#: Bytes of UTF-8 in one message; community measurements put the end at 2,047.
MOST_BYTES: Final = 2000
_LINK: Final = re.compile(r"<a\s[^>]*>.*?</a>", re.DOTALL | re.IGNORECASE)
_TAG: Final = re.compile(r"<[^>]*>")
#: One character with what belongs to it: marks, variation selectors, skin tones, joined emoji.
_CHARACTER: Final = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|.(?:[\u0300-\u036f\u20d0-\u20ff\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]|\u200d.)*",
    re.DOTALL,
)
_BREAKS: Final = ("\n\n", "\n", "。", "；", "！", "？", ". ", "，", " ")


def size(text: str) -> int:
    """Return how many bytes ``text`` takes on the wire."""
    return len(text.encode("utf-8", "replace"))


def split(text: str, most: int = MOST_BYTES) -> list[str]:
    """Divide ``text`` into pieces of at most ``most`` bytes (at least 40), at paragraphs and sentences where it can.

    No character is divided and no link: a link that is larger than a piece is kept as its words alone. Nothing is
    lost but white space at the ends of pieces.
    """
    pieces: list[str] = []
    rest = _atoms(text.strip(), most)
    while rest:
        count = _fitting(rest, most)
        if count < len(rest):
            count = _nice_end(rest, count)
        piece = "".join(rest[:count]).strip()
        if piece:
            pieces.append(piece)
        rest = rest[count:]
    return pieces


def _atoms(text: str, most: int) -> list[str]:
    """What is never divided: links and characters."""
    atoms: list[str] = []
    done = 0
    for link in _LINK.finditer(text):
        atoms += _CHARACTER.findall(text[done : link.start()])
        whole = link.group()
        atoms += [whole] if size(whole) <= most else _CHARACTER.findall(_TAG.sub("", whole))
        done = link.end()
    atoms += _CHARACTER.findall(text[done:])
    return [part for atom in atoms for part in ([atom] if size(atom) <= most else list(atom))]


def _fitting(atoms: list[str], most: int) -> int:
    used = 0
    for count, atom in enumerate(atoms):
        used += size(atom)
        if used > most:
            return max(1, count)
    return len(atoms)


def _nice_end(atoms: list[str], count: int) -> int:
    """The end of the last paragraph, sentence or word in the second half of what fits; else all that fits."""
    for mark in _BREAKS:
        for end in range(count, count // 2, -1):
            if "".join(atoms[max(0, end - len(mark)) : end]) == mark:
                return end
    return count
