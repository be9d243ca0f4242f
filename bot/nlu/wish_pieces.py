"""Cut a message into the pieces that may each be a wish: “我妈黄码了咋办，哪里能做核酸”."""

import functools
import re
from typing import Any, Dict, List, Tuple

from bot.nlu.resources import read_lexicon

Piece = Tuple[int, int]


class Pieces:
    """Finds the two places of a message where a wish may stand, by the lists of `data/lexicon/two_wishes.yml`."""

    def __init__(self, lexicon: Dict[str, Any]) -> None:
        """Compile the lists."""
        self._borders = re.compile(lexicon["borders"], re.IGNORECASE)
        self._wishes = re.compile(lexicon["wishes"], re.IGNORECASE)
        self._shortest = int(lexicon["shortest"])

    def two(self, text: str) -> List[Piece]:
        """Return the first and the second piece that asks something, each with what leads up to it, or nothing.

        A piece that asks nothing belongs to the wish it leads up to: “我妈黄码了，咋办” is one. A third is left out:
        never more than two are answered.
        """
        found: List[Piece] = []
        start = 0
        for begin, end in self._clauses(text):
            if self._asks(text[begin:end]):
                found.append((start, end))
                start = end
        if len(found) < 2:  # noqa: PLR2004 - two wishes are looked for
            return []
        first, second = (self._trimmed(text, piece) for piece in found[:2])
        return [first, second]

    def _clauses(self, text: str) -> List[Piece]:
        clauses, start = [], 0
        for border in self._borders.finditer(text):
            # A question mark belongs to what it ends, a connective to what it begins.
            end = border.end() if border.group()[0] in "？?" else border.start()
            clauses.append((start, end))
            start = border.end()
        clauses.append((start, len(text)))
        return [clause for clause in clauses if text[clause[0] : clause[1]].strip()]

    def _asks(self, clause: str) -> bool:
        letters = sum(char.isalnum() for char in clause)
        return letters >= self._shortest and bool(self._wishes.search(clause.strip()))

    def _trimmed(self, text: str, piece: Piece) -> Piece:
        start, end = piece
        while True:
            border = self._borders.match(text, start, end)
            if border is None and not text[start:end][:1].isspace():
                return start, end
            start = border.end() if border else start + 1


@functools.lru_cache(maxsize=1)
def pieces() -> Pieces:
    """Return the cutter of this process, built at first use."""
    return Pieces(read_lexicon("two_wishes"))
