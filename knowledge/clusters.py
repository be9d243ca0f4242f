"""Questions that ask the same, together: average-linkage clustering of sentence vectors. Deterministic.

Average linkage keeps a chain of small likenesses from pulling everything into one heap, and needs no number of
clusters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from knowledge.encoder import CachedEncoder
from knowledge.text import read

ALIKE = 0.6
"""Mean cosine from which two groups are one: of two different questions only one pair in a hundred is as alike
(docs/decisions/knowledge-workflow.md). Too many groups are work, wrongly joined ones hide a question."""

MOST = 800
"""Texts clustered at once: time grows with the square, and so many vectors of questions the encoder remembers."""


@dataclass(frozen=True)
class Cluster:
    """Places of texts in what was given, the most central first."""

    members: tuple[int, ...]


def clusters(texts: Sequence[str], weights: Sequence[int], encoder: CachedEncoder) -> list[Cluster]:
    """Group texts that ask the same, the heaviest group first.

    Args:
        texts: at most `MOST`.
        weights: how often each was asked.
        encoder: sentence encoder.
    """
    if not texts:
        return []
    # The order in which texts come must not matter: ties are broken by the texts themselves.
    order = sorted(range(len(texts)), key=lambda place: (texts[place], place))
    vectors = np.stack([encoder.row(read(texts[place]) or texts[place]) for place in order])
    labels = _labels(vectors)
    groups: dict[int, list[int]] = {}
    for row, label in enumerate(labels):
        groups.setdefault(label, []).append(row)
    found = [Cluster(tuple(order[row] for row in _central_first(rows, vectors))) for rows in groups.values()]
    return sorted(found, key=lambda c: (-sum(weights[m] for m in c.members), texts[c.members[0]]))


def _labels(vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> list[int]:
    if len(vectors) == 1:
        return [1]
    cosines = np.clip(vectors.astype(np.float64) @ vectors.T.astype(np.float64), -1.0, 1.0)
    upper = np.triu_indices(len(vectors), k=1)
    tree = linkage(1.0 - cosines[upper], method="average")
    return [int(label) for label in fcluster(tree, t=1.0 - ALIKE, criterion="distance")]


def _central_first(
    rows: Sequence[int], vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]]
) -> list[int]:
    """Rows of one group by how like they are to the others, on the average."""
    inside = vectors[list(rows)].astype(np.float64)
    likeness = (inside @ inside.T).sum(axis=1)
    return [row for _, row in sorted(zip(-np.round(likeness, 9), rows, strict=True))]
