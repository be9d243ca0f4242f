"""Weighted counts of short character runs (tf-idf), kept as plain arrays so that no model file is a pickle."""

import json
import math
from pathlib import Path
from typing import Dict, Sequence

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

Counts = Dict[str, float]


class TermWeights:
    """A fitted vocabulary: column and weight of each term; rows come out with unit length."""

    def __init__(self, terms: Sequence[str], weights: NDArray[np.float64]) -> None:
        """Keep the vocabulary in the order of its columns."""
        self._terms = list(terms)
        self._floats = weights.tolist()
        self._columns = {term: column for column, term in enumerate(terms)}
        self._weights = weights

    @classmethod
    def fit(cls, documents: Sequence[Counts]) -> "TermWeights":
        """Learn smoothed inverse document frequencies from `documents` (term counts)."""
        seen: Dict[str, int] = {}
        for counts in documents:
            for term in counts:
                seen[term] = seen.get(term, 0) + 1
        terms = sorted(seen)
        frequency = np.array([seen[term] for term in terms], dtype=np.float64)
        return cls(terms, np.log((1 + len(documents)) / (1 + frequency)) + 1)

    def transform(self, counts: Counts, scale: float = 1.0) -> scipy.sparse.coo_matrix:
        """Return one row of length `scale`; unknown terms are left out, without known terms it is a zero row."""
        known = [
            (column, (1 + math.log(count)) * self._floats[column])
            for term, count in counts.items()
            if (column := self._columns.get(term)) is not None
        ]
        # plain numbers: numpy's take longer for the few terms of a message
        factor = scale / (math.sqrt(sum(value * value for _, value in known)) or 1.0)
        values = np.array([value * factor for _, value in known])
        columns = np.array([column for column, _ in known], dtype=np.int32)
        places = (np.zeros(len(known), dtype=np.int32), columns)
        return scipy.sparse.coo_matrix((values, places), shape=(1, len(self._floats)))

    def save(self, folder: Path) -> None:
        """Write `terms.json` and `weights.npy` into `folder`."""
        (folder / "terms.json").write_text(json.dumps(self._terms, ensure_ascii=False), encoding="utf-8")
        np.save(folder / "weights.npy", self._weights, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> "TermWeights":
        """Read what `save` wrote."""
        terms = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
        return cls(terms, np.load(folder / "weights.npy", allow_pickle=False))


def character_runs(text: str, shortest: int, longest: int) -> Counts:
    """Count the runs of `shortest` to `longest` characters in `text`."""
    counts: Counts = {}
    for size in range(shortest, longest + 1):
        for start in range(len(text) - size + 1):
            run = text[start : start + size]
            counts[run] = counts.get(run, 0) + 1
    return counts
