"""From likeness to a judgement: which family of entries a question belongs to, and how sure that is.

Kernel ridge regression over all phrasings. Against taking the nearest phrasing alone it weighs what every family
says against every other, which is worth ten points of recall (docs/decisions/knowledge-search.md). The confidence
is a logistic function of four evidences, fitted on phrasings held out of the index (`knowledge.calibration`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

from knowledge.index import Likeness, PhrasingIndex, Scores

WORDS_SHARE = 0.35
"""Part of the kernel that comes from words; the rest from meaning."""
RIDGE = 0.2
INTENT_WEIGHT = 0.1
"""What a fitting (or unfitting) intent adds to (or takes from) a family's strength."""
EVIDENCES = ("strength", "lead", "nearest", "intent")

CALIBRATION_FILE = Path(__file__).with_name("calibration.json")


@dataclass(frozen=True)
class Calibration:
    """Weights of the evidences, the constant, and the probability from which an answer is given as certain."""

    weights: tuple[float, ...]
    constant: float
    confident_from: float

    @classmethod
    def load(cls, path: Path = CALIBRATION_FILE) -> Calibration:
        """Read the fitted figures."""
        raw = json.loads(path.read_text("utf-8"))
        return cls(tuple(raw["weights"][name] for name in EVIDENCES), raw["constant"], raw["confident_from"])

    def probability(self, evidence: npt.ArrayLike) -> Scores:
        """Probability that a family with these evidences answers the question; rows of `EVIDENCES`."""
        log_odds = np.asarray(evidence) @ np.asarray(self.weights) + self.constant
        return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


class Ranker:
    """Strength of every family for a question."""

    def __init__(self, index: PhrasingIndex) -> None:
        """Solve the regression for the rows of the index."""
        self.index = index
        self.targets = _targets(index)
        system = kernel_matrix(index)
        system[np.diag_indices_from(system)] += RIDGE
        solved = cho_solve(cho_factor(system, lower=True, overwrite_a=True), self.targets)
        self._coefficients = solved.astype(np.float32)

    def strengths(self, likeness: Likeness) -> Scores:
        """Regression value of each family, shape (families,)."""
        shared = kernel(likeness.meaning, likeness.words).astype(np.float32)
        return np.asarray(shared @ self._coefficients, dtype=np.float64)

    def nearest(self, likeness: Likeness) -> Scores:
        """Cosine of the nearest phrasing of each family, shape (families,)."""
        return np.asarray(np.maximum.reduceat(likeness.meaning, self.index.starts))


def kernel(meaning: Scores, words: Scores) -> Scores:
    """How much two texts have in common; the square keeps far meanings from adding up."""
    return (1 - WORDS_SHARE) * meaning * meaning + WORDS_SHARE * words


def kernel_matrix(index: PhrasingIndex) -> npt.NDArray[np.float32]:
    """Kernel of every row with every row, built in place: it is by far the largest thing in memory."""
    matrix = index.meanings @ index.meanings.T
    np.multiply(matrix, matrix, out=matrix)
    matrix *= 1 - WORDS_SHARE
    shared_words = (index.words @ index.words.T).tocoo()
    matrix[shared_words.row, shared_words.col] += (WORDS_SHARE * shared_words.data).astype(np.float32)
    return matrix


def evidence(
    strengths: Scores, nearest: Scores, intent_fit: Scores, allowed: npt.NDArray[np.bool_]
) -> Scores:
    """The `EVIDENCES` of every family, shape (families, 4); meaningless where not allowed.

    Args:
        strengths: Regression value of each family.
        nearest: Cosine of the nearest phrasing of each family.
        intent_fit: 1 where the asked intent fits the family, -1 where it does not, 0 where nothing is known.
        allowed: Families that may be told at all; the family of uncovered questions is always allowed.
    """
    ranked = np.where(allowed, strengths + INTENT_WEIGHT * intent_fit, -np.inf)
    first, second = np.partition(ranked, -2)[[-1, -2]]
    rivals = np.where(ranked == first, second, first)
    lead = np.where(allowed, ranked, 0.0) - np.where(np.isfinite(rivals), rivals, 0.0)
    return np.column_stack([strengths, lead, nearest, intent_fit])


def _targets(index: PhrasingIndex) -> Scores:
    membership = np.eye(len(index.families))[index.family_of_row]
    return np.asarray(membership - membership.mean(axis=0))
