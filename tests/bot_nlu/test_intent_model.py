"""The intent model: ranks well, doubts what it does not know, survives being written and read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.sparse

from bot.nlu.intent_model import IntentModel, Neighbours, Settings
from bot.nlu.term_weights import TermWeights, character_runs


def _clouds(seed: int = 3) -> tuple[scipy.sparse.csr_matrix, np.ndarray, list[str]]:
    """Three intents: clouds of unit vectors around three axes, with one telling sparse column each."""
    random = np.random.default_rng(seed)
    rows, labels, sparse = [], [], []
    for number, label in enumerate(["apply", "cancel", "greet"]):
        for _ in range(30):
            vector = random.normal(0, 0.35, 12)
            vector[number] += 1
            rows.append(vector / np.linalg.norm(vector))
            sparse.append([float(number == column) for column in range(4)])
            labels.append(label)
    return scipy.sparse.csr_matrix(sparse), np.array(rows, dtype=np.float32), labels


@pytest.fixture(scope="module")
def model() -> IntentModel:
    sparse, dense, labels = _clouds()
    return IntentModel.train(sparse, dense, labels, Settings())


def test_unseen_examples_get_their_intent(model: IntentModel) -> None:
    sparse, dense, labels = _clouds(seed=4)
    found = [model.rank(sparse[row], dense[row : row + 1])[0][0] for row in range(len(labels))]
    assert np.mean([a == b for a, b in zip(found, labels, strict=True)]) > 0.95


def test_a_ranking_is_complete_ordered_and_sums_to_one(model: IntentModel) -> None:
    sparse, dense, _ = _clouds(seed=5)
    ranking = model.rank(sparse[0], dense[:1])
    assert sorted(name for name, _ in ranking) == ["apply", "cancel", "greet"]
    shares = [share for _, share in ranking]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)


def test_what_resembles_nothing_known_is_doubted_more(model: IntentModel) -> None:
    sparse, dense, _ = _clouds(seed=6)
    strange = np.zeros((1, 12), dtype=np.float32)
    strange[0, 11] = 1
    nothing = scipy.sparse.csr_matrix((1, 4))
    assert model.rank(nothing, strange)[0][1] < model.rank(sparse[0], dense[:1])[0][1]


def test_a_model_written_and_read_ranks_the_same(model: IntentModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"model.npz", "model.json"}
    again = IntentModel.load(tmp_path)
    sparse, dense, _ = _clouds(seed=7)
    for row in range(0, 90, 9):
        before, after = (each.rank(sparse[row], dense[row : row + 1]) for each in (model, again))
        assert before[0][0] == after[0][0]
        assert before[0][1] == pytest.approx(after[0][1], abs=0.01)


def test_two_intents_are_enough_and_one_is_not() -> None:
    sparse, dense, labels = _clouds()
    two = IntentModel.train(sparse[:60], dense[:60], labels[:60], Settings())
    assert two.rank(sparse[0], dense[:1])[0][0] == "apply"
    assert two.rank(sparse[59], dense[59:60])[0][0] == "cancel"
    with pytest.raises(ValueError, match="two intents"):
        IntentModel.train(sparse[:30], dense[:30], labels[:30], Settings())


def test_neighbours_give_the_highest_cosine_of_each_intent() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)
    closest = Neighbours(vectors, np.array([2, 0, 0])).closest(np.array([[1, 0]], dtype=np.float32), 3)
    assert closest[0] == pytest.approx([0.6, 0.0, 1.0])


def test_term_rows_have_unit_length_and_forget_unknown_terms(tmp_path: Path) -> None:
    weights = TermWeights.fit([character_runs("黄码转绿", 1, 2), character_runs("黄码", 1, 2)])
    texts = (character_runs("黄码", 1, 2), character_runs("xyz", 1, 2), {})
    rows = np.vstack([weights.transform(counts).toarray() for counts in texts])
    assert np.linalg.norm(rows[0]) == pytest.approx(1)
    assert not rows[1:].any()
    weights.save(tmp_path)
    assert (TermWeights.load(tmp_path).transform({"黄码": 1}) != weights.transform({"黄码": 1})).nnz == 0


def test_rare_terms_weigh_more_than_common_ones() -> None:
    weights = TermWeights.fit([{"码": 1, "红": 1}, {"码": 1}, {"码": 1}])
    row = weights.transform({"码": 1, "红": 1}).toarray()[0]
    assert row[weights._columns["红"]] > row[weights._columns["码"]]
