"""Breaking a line too long for its place: evenly, never inside a Latin word, no mark at the beginning of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

#: Never at the beginning of a row (GB/T 15834-2011, 5.1).
_CLOSING: Final = "，。、；：？！）】》”’…,.;:?!)"
_BLANK: Final = "　"
_STEPS: Final = 12


def wrap(line: str, width: Callable[[str], float], room: float) -> list[str]:
    """Return the rows of a line, each at most ``room`` wide where a single word is.

    What full-width blanks set apart comes into rows of its own; the rest is broken so that its rows are about equal.

    Args:
        line: the words.
        width: how wide a text is.
        room: how wide a row may be, in the same unit.
    """
    if width(line) <= room:
        return [line] if line else []
    if _BLANK in line:
        return [row for part in line.split(_BLANK) for row in wrap(part.strip(), width, room)]
    pieces = _pieces(line, lambda text: width(text) <= room)
    rows = _filled(pieces, width, room)
    low, high = room / 2, room
    for _ in range(_STEPS):  # the narrowest place that takes as few rows
        middle = (low + high) / 2
        tried = _filled(pieces, width, middle)
        if len(tried) > len(rows) or any(width(row) > room for row in tried):
            low = middle
        else:
            rows, high = tried, middle
    return rows


def _filled(pieces: Iterable[str], width: Callable[[str], float], room: float) -> list[str]:
    rows, row = [], ""
    for piece in pieces:
        if row.strip() and width((row + piece).rstrip()) > room:
            rows.append(row.strip())
            row = ""
        row += piece
    return [one for one in (*rows, row.strip()) if one]


def _pieces(line: str, fits: Callable[[str], bool]) -> list[str]:
    """Return what may not be torn: Latin words as far as they fit into a row at all, and a mark with what it closes."""
    pieces: list[str] = []
    for character in line:
        joins = bool(pieces) and (
            character in _CLOSING or (_is_latin(character) and _is_latin(pieces[-1][-1]))
        )
        if joins and fits(pieces[-1] + character):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _is_latin(character: str) -> bool:
    return character.isascii() and not character.isspace()
