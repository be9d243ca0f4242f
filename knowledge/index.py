"""All phrasings of one snapshot as two matrices: meanings (sentence vectors) and words (BM25 weights).

A row is one way of asking, or the first sentence of an answer; rows of one family stand together. Versions of a
family share their rows: which version is told is a matter of date and region, not of likeness.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack

from knowledge.encoder import CachedEncoder, Vectors
from knowledge.models import PolicyEntry
from knowledge.text import read, terms

Scores = npt.NDArray[np.float64]

_SATURATION = 1.2
"""BM25's k1: how quickly a repeated word stops counting."""


@dataclass(frozen=True)
class Likeness:
    """How like a question is to every row."""

    meaning: Scores
    words: Scores


class PhrasingIndex:
    """Likeness of a question to every row of a snapshot, by meaning and by words."""

    def __init__(
        self, entries: Sequence[PolicyEntry], uncovered: Sequence[str], encoder: CachedEncoder
    ) -> None:
        """Encode every row (only those not seen before cost time).

        Args:
            entries: Entries of all dates and regions.
            uncovered: Questions no entry answers; they make up the last family, named "".
            encoder: Sentence encoder with memory.
        """
        groups: dict[str, dict[str, bool]] = {}
        for entry in entries:
            group = groups.setdefault(entry.family, {})
            for phrasing in entry.phrasings:
                group.setdefault(read(phrasing), True)
            group.setdefault(read(entry.answer.plain), False)
        groups[""] = {read(question): True for question in uncovered}
        self.families = tuple(groups)
        self.texts = tuple(text for group in groups.values() for text in group)
        self.is_question = np.array([asked for group in groups.values() for asked in group.values()])
        sizes = [len(group) for group in groups.values()]
        self.starts = np.cumsum([0, *sizes[:-1]])
        self.family_of_row = np.repeat(np.arange(len(sizes)), sizes)
        self._encoder = encoder
        self.meanings: Vectors = encoder.rows(self.texts)
        cut = [terms(text) for text in self.texts]
        self._columns, self._rarity = _vocabulary(cut, self.family_of_row, len(sizes))
        self.words = vstack([csr_matrix(self._weigh(row)) for row in cut], format="csr")

    def likeness(self, text: str) -> Likeness:
        """Likeness of a question that went through `read` to every row."""
        meaning = (self.meanings @ self._encoder.row(text)).astype(np.float64)
        return Likeness(meaning, np.asarray(self.words @ self._weigh(terms(text))))

    def _weigh(self, words: Sequence[str]) -> Scores:
        """Unit vector of BM25 weights; words never seen count towards the length with the weight of the rarest."""
        row = np.zeros(len(self._columns))
        unseen = 0.0
        for word, count in Counter(words).items():
            saturated = count * (_SATURATION + 1) / (count + _SATURATION)
            column = self._columns.get(word)
            if column is None:
                unseen += (saturated * float(self._rarity.max())) ** 2
            else:
                row[column] = saturated * self._rarity[column]
        length = float(np.sqrt(np.dot(row, row) + unseen))
        return row / length if length else row


def _vocabulary(
    rows: Sequence[Sequence[str]], family_of_row: npt.NDArray[np.int64], families: int
) -> tuple[dict[str, int], Scores]:
    """Column of each term and its BM25 rarity; a family counts once however often it says the word."""
    pairs = {(word, int(family)) for row, family in zip(rows, family_of_row, strict=True) for word in row}
    seen = Counter(word for word, _ in pairs)
    columns = {word: column for column, word in enumerate(sorted(seen))}
    rarity = np.array([np.log1p((families - seen[word] + 0.5) / (seen[word] + 0.5)) for word in columns])
    return columns, rarity
