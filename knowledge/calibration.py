"""Fits how sure the search may be, on phrasings it has not seen.

Every phrasing is asked twice: once held out alone (its family should be found), once with its whole family held
out (nothing should be found, though its neighbours are there). Both come from the regression in closed form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from knowledge.index import PhrasingIndex, Scores
from knowledge.models import PolicyEntry
from knowledge.ranking import EVIDENCES, RIDGE, Ranker, evidence, kernel_matrix

WRONG_INTENT_SHARE = 0.15
"""How often the intent a search is given is taken to be a wrong one."""
UNANSWERABLE_WEIGHT = 1 / 3
"""Weight of a trial without an answer: about one question in four is taken to have none here."""
CONFIDENT_FROM = 0.35
"""Probability from which an answer is given as certain. Held-out phrasings are harder than people's questions
(an entry's phrasings avoid one another), so what is told with 0.35 here is right far more often in use."""


@dataclass(frozen=True)
class Trials:
    """Held-out questions: evidence of the family ranked first, and whether it was the right one."""

    evidence: Scores
    right: npt.NDArray[np.bool_]
    has_answer: npt.NDArray[np.bool_]


def hold_out(ranker: Ranker, entries: Sequence[PolicyEntry], seed: int = 7) -> Trials:
    """Ask every phrasing alone held out, and again with its whole family held out."""
    index = ranker.index
    inverse = np.linalg.inv(kernel_matrix(index).astype(np.float64) + RIDGE * np.eye(len(index.texts)))
    coefficients = inverse @ ranker.targets
    alone = ranker.targets - coefficients / np.diag(inverse)[:, None]
    together = np.empty_like(alone)
    for family in range(len(index.families)):
        rows = np.flatnonzero(index.family_of_row == family)
        held = np.linalg.solve(inverse[np.ix_(rows, rows)], coefficients[rows])
        together[rows] = ranker.targets[rows] - held
    cosines = index.meanings.astype(np.float64) @ index.meanings.T
    np.fill_diagonal(cosines, -1.0)
    nearest = np.maximum.reduceat(cosines, index.starts, axis=1)
    intents = _intents_by_family(index, entries)
    dice = np.random.default_rng(seed)
    found: list[tuple[Scores, bool, bool]] = []
    for row in np.flatnonzero(index.is_question):
        own = int(index.family_of_row[row])
        fit = _intent_fit(index, intents, own, dice)
        everything = np.ones(len(index.families), dtype=bool)
        others = everything.copy()
        others[own] = False
        for strengths, allowed, has_answer in (
            (alone, everything, own != _last(index)),
            (together, others, False),
        ):
            proof = evidence(strengths[row], nearest[row], fit, allowed)
            best = _best(proof, allowed, index)
            if best is not None:
                found.append((proof[best], has_answer and best == own, has_answer))
    return Trials(
        np.array([f[0] for f in found]), np.array([f[1] for f in found]), np.array([f[2] for f in found])
    )


def fit(trials: Trials) -> dict[str, object]:
    """Figures for `calibration.json`."""
    weight = np.where(trials.has_answer, 1.0, UNANSWERABLE_WEIGHT)
    model = LogisticRegression(C=10.0).fit(trials.evidence, trials.right, sample_weight=weight)
    chance = model.predict_proba(trials.evidence)[:, 1]
    sure = chance >= CONFIDENT_FROM
    return {
        "weights": {
            name: round(float(value), 4) for name, value in zip(EVIDENCES, model.coef_[0], strict=True)
        },
        "constant": round(float(model.intercept_[0]), 4),
        "confident_from": CONFIDENT_FROM,
        "held_out": {
            "trials": len(chance),
            "right_and_confident": round(float(sure[trials.right].mean()), 3),
            "confident_without_answer": round(float(sure[~trials.has_answer].mean()), 3),
        },
    }


def write(figures: Mapping[str, object], path: Path) -> None:
    """Store the figures."""
    path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _last(index: PhrasingIndex) -> int:
    return len(index.families) - 1


def _best(proof: Scores, allowed: npt.NDArray[np.bool_], index: PhrasingIndex) -> int | None:
    """The family ranked first, None when that is the family of uncovered questions."""
    lead = np.where(allowed, proof[:, EVIDENCES.index("lead")], -np.inf)
    best = int(lead.argmax())
    return None if best == _last(index) else best


def _intents_by_family(index: PhrasingIndex, entries: Sequence[PolicyEntry]) -> list[frozenset[str]]:
    named: dict[str, set[str]] = {}
    for entry in entries:
        named.setdefault(entry.family, set()).update(entry.intents)
    return [frozenset(named.get(family, ())) for family in index.families]


def _intent_fit(
    index: PhrasingIndex, intents: Sequence[frozenset[str]], own: int, dice: np.random.Generator
) -> Scores:
    """Nothing known half the time, else the fit of an intent of the own family, now and then of another."""
    if dice.random() < 0.5 or not intents[own]:  # noqa: PLR2004
        return np.zeros(len(index.families))
    asked_family = int(dice.integers(_last(index))) if dice.random() < WRONG_INTENT_SHARE else own
    asked = dice.choice(sorted(intents[asked_family]))
    return np.array([(1.0 if asked in named else -1.0) if named else 0.0 for named in intents])
