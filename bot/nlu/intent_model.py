"""A linear intent model with honest confidence.

One-against-rest support vector machines give a margin an intent, and the most similar training phrase of each intent
adds its cosine. Two small models turn these scores into probabilities, both fitted on predictions for examples that had
not been seen (cross-validation):

* a temperature that makes the softmax of the scores fit,
* the probability that the first intent is right, from its softmax probability, its lead over the second, its raw score
  and how close the nearest training phrase is. The last is the similarity gate: what resembles nothing known is
  doubted.
"""

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import List, Sequence, Tuple

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

Matrix = NDArray[np.float32]
_TEMPERATURES = np.geomspace(0.05, 2.0, 40)
_FEWEST_A_FOLD = 2
_REMEMBERED = 4096


@dataclass(frozen=True)
class Settings:
    """Regularisation `c`, stopping tolerance, weight of the neighbours, folds of the calibration, random seed."""

    c: float = 1.0
    tolerance: float = 0.1
    neighbours: float = 1.0
    folds: int = 3
    seed: int = 7


@dataclass(frozen=True)
class Calibration:
    """Temperature of the softmax, and weights of the doubt model (four features and a constant)."""

    temperature: float
    doubt: NDArray[np.float64]


class Neighbours:
    """The vectors of all training phrases, sorted by intent."""

    def __init__(self, vectors: Matrix, y: NDArray[np.int64]) -> None:
        """Keep `vectors` (unit length, one row a phrase) with the number of the intent of each."""
        order = np.argsort(y, kind="stable")
        self.vectors, self.y = vectors[order], y[order]
        self._present, self._bounds = np.unique(self.y, return_index=True)
        self._remembered = functools.lru_cache(maxsize=_REMEMBERED)(self._of_one)

    def closest_to(self, vector: Matrix, intents: int) -> NDArray[np.float64]:
        """Return the highest cosine between one `vector` and the phrases of each intent; the latest are remembered.

        The vectors of all phrases are more than a processor keeps at hand, and what many people ask comes again.
        """
        return self._remembered(vector.astype(np.float32).tobytes(), intents)

    def _of_one(self, vector: bytes, intents: int) -> NDArray[np.float64]:
        found = self.closest(np.frombuffer(vector, dtype=np.float32)[np.newaxis, :], intents)[0]
        found.flags.writeable = False
        return found

    def closest(self, dense: Matrix, intents: int) -> NDArray[np.float64]:
        """Return the highest cosine between each row of `dense` and the phrases of each of `intents` intents."""
        found = np.zeros((len(dense), intents))
        cosines = (
            self.vectors @ dense.T
        ).T  # row-major: three times faster than dense @ vectors.T for one message
        found[:, self._present] = np.maximum.reduceat(cosines, self._bounds, axis=1)
        return found


class IntentModel:
    """A trained model: weights (features × intents), bias, neighbours and calibration."""

    def __init__(
        self,
        intents: Sequence[str],
        linear: Tuple[Matrix, Matrix],
        neighbours: Neighbours,
        neighbour_weight: float,
        calibration: Calibration,
    ) -> None:
        """Keep the parameters; `linear` is weights and bias."""
        self.intents = list(intents)
        self._weights, self._bias = linear
        self._neighbours = neighbours
        self._neighbour_weight = neighbour_weight
        self._calibration = calibration

    @classmethod
    def train(
        cls, sparse: scipy.sparse.csr_matrix, dense: Matrix, labels: Sequence[str], settings: Settings
    ) -> "IntentModel":
        """Fit machines and calibration.

        Args:
            sparse: one row an example.
            dense: unit vectors, one row an example.
            labels: intent of each example; at least two different ones.
            settings: see `Settings`.

        Raises:
            ValueError: fewer than two intents.
        """
        intents = sorted(set(labels))
        if len(intents) < _FEWEST_A_FOLD:
            raise ValueError("an intent model needs examples of at least two intents")
        y = np.array([intents.index(label) for label in labels])
        features = scipy.sparse.hstack([scipy.sparse.csr_matrix(dense), sparse]).tocsr()
        scores, nearest = _unseen_scores(features, dense, y, len(intents), settings)
        calibration = _calibrate(scores, nearest, y)
        linear = _fit(features, y, len(intents), settings)
        return cls(intents, linear, Neighbours(dense, y), settings.neighbours, calibration)

    def rank(self, sparse: scipy.sparse.csr_matrix, dense: Matrix) -> List[Tuple[str, float]]:
        """Return all intents with their probabilities, most probable first; the probabilities sum to 1."""
        closest = self._neighbours.closest_to(dense[0], len(self.intents))
        scores = (dense @ self._weights[: dense.shape[1]]).ravel() + self._bias
        scores += _sparse_row_product(sparse, self._weights[dense.shape[1] :])
        probabilities = self._probabilities(scores + self._neighbour_weight * closest, float(closest.max()))
        order = np.argsort(-probabilities, kind="stable")
        return [(self.intents[at], float(probabilities[at])) for at in order]

    def _probabilities(self, scores: NDArray[np.float64], nearest: float) -> NDArray[np.float64]:
        softmax = _softmax(scores[np.newaxis, :], self._calibration.temperature)[0]
        first = int(np.argmax(softmax))
        described = _describe(scores[np.newaxis, :], softmax[np.newaxis, :], np.array([nearest]))
        right = float(_sigmoid(described @ self._calibration.doubt[:-1] + self._calibration.doubt[-1])[0])
        others = 1.0 - softmax[first]
        if others <= 0.0 or len(softmax) == 1:
            return softmax
        spread = softmax * ((1.0 - right) / others)
        # However much the first is doubted, no other intent is believed more: the ranking stays that of the scores.
        spread = np.minimum(spread, right)
        spread[first] = right
        return np.asarray(spread / spread.sum())

    def save(self, folder: Path) -> None:
        """Write `model.npz` and `model.json`: numbers and names, no code."""
        np.savez_compressed(
            folder / "model.npz",
            weights=self._weights.astype(np.float16),
            bias=self._bias,
            known=self._neighbours.vectors.astype(np.float16),
            known_intents=self._neighbours.y,
            doubt=self._calibration.doubt,
        )
        description = {
            "intents": self.intents,
            "temperature": self._calibration.temperature,
            "neighbours": self._neighbour_weight,
        }
        (folder / "model.json").write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "IntentModel":
        """Read what `save` wrote."""
        description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            return cls(
                description["intents"],
                (arrays["weights"].astype(np.float32), arrays["bias"]),
                Neighbours(arrays["known"].astype(np.float32), arrays["known_intents"]),
                float(description["neighbours"]),
                Calibration(float(description["temperature"]), arrays["doubt"]),
            )


def _fit(
    features: scipy.sparse.csr_matrix, y: NDArray[np.int64], intents: int, settings: Settings
) -> Tuple[Matrix, Matrix]:
    machine = LinearSVC(C=settings.c, tol=settings.tolerance, random_state=settings.seed)
    machine.fit(features, y)
    if intents == 2:  # noqa: PLR2004 - sklearn keeps one column for two classes
        coefficients = np.vstack([-machine.coef_, machine.coef_])
        intercepts = np.concatenate([-machine.intercept_, machine.intercept_])
    else:
        coefficients, intercepts = machine.coef_, machine.intercept_
    return coefficients.T.astype(np.float32), intercepts.astype(np.float32)


def _unseen_scores(
    features: scipy.sparse.csr_matrix, dense: Matrix, y: NDArray[np.int64], intents: int, settings: Settings
) -> Tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return scores and nearest cosines of all examples, each from machines that had not seen it; else no rows."""
    folds = min(settings.folds, int(np.bincount(y).min()))
    if folds < _FEWEST_A_FOLD:
        return np.zeros((0, intents)), np.zeros(0)
    scores, nearest = np.zeros((len(y), intents)), np.zeros(len(y))
    splits = StratifiedKFold(folds, shuffle=True, random_state=settings.seed).split(features, y)
    for seen, unseen in splits:
        weights, bias = _fit(features[seen], y[seen], intents, settings)
        closest = Neighbours(dense[seen], y[seen]).closest(dense[unseen], intents)
        scores[unseen] = features[unseen] @ weights + bias + settings.neighbours * closest
        nearest[unseen] = closest.max(axis=1)
    return scores, nearest


def _calibrate(
    scores: NDArray[np.float64], nearest: NDArray[np.float64], y: NDArray[np.int64]
) -> Calibration:
    """Fit temperature and doubt to scores of unseen examples."""
    if len(scores) == 0:
        return Calibration(0.3, np.zeros(5))
    temperature = min(_TEMPERATURES, key=lambda t: _loss(_softmax(scores, t), y))
    softmax = _softmax(scores, temperature)
    right = softmax.argmax(axis=1) == y
    if right.all() or not right.any():
        return Calibration(float(temperature), np.array([0.0, 0.0, 0.0, 0.0, 3.0 if right.all() else -3.0]))
    doubt = LogisticRegression(C=10.0, max_iter=1000).fit(_describe(scores, softmax, nearest), right)
    return Calibration(float(temperature), np.append(doubt.coef_[0], doubt.intercept_[0]))


def _describe(
    scores: NDArray[np.float64], softmax: NDArray[np.float64], nearest: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the features of the doubt model, one row a message."""
    ordered = np.sort(softmax, axis=1)[:, ::-1]
    first, second = np.clip(ordered[:, 0], 1e-6, 1 - 1e-6), np.clip(ordered[:, 1], 1e-6, 1)
    return np.stack(
        [np.log(first / (1 - first)), np.log(first / second), scores.max(axis=1), nearest], axis=1
    )


def _softmax(scores: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    scaled = scores / temperature
    grown = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def _sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -30, 30))))


def _loss(probabilities: NDArray[np.float64], y: NDArray[np.int64]) -> float:
    return float(-np.log(np.clip(probabilities[np.arange(len(y)), y], 1e-12, 1)).mean())


def _sparse_row_product(row: scipy.sparse.csr_matrix, weights: Matrix) -> NDArray[np.float64]:
    """Return `row @ weights` for one sparse row (twenty times faster than scipy's own for a row this short)."""
    return np.asarray(row.data @ weights[row.indices]) if len(row.indices) else np.zeros(weights.shape[1])
