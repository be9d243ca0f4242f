"""Predictions for training phrases by models that have not seen them, with the product's own features and model."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse
import yaml
from sklearn.model_selection import StratifiedKFold

from bot.nlu.char_tfidf_featurizer import CharTfidfFeaturizer
from bot.nlu.concept_featurizer import ConceptFeaturizer
from bot.nlu.encoder import sentence_encoder
from bot.nlu.intent_classifier import CalibratedIntentClassifier
from bot.nlu.intent_model import IntentModel, Settings
from bot.nlu.normalization import text_normalizer
from bot.nlu.resources import PROJECT_ROOT
from bot.nlu.term_weights import Counts, TermWeights

Prediction = tuple[str, str, float, bool]


def _pipeline() -> dict[str, dict[str, Any]]:
    config = yaml.safe_load((PROJECT_ROOT / "config.yml").read_text(encoding="utf-8"))
    return {entry["name"].rsplit(".", 1)[-1]: entry for entry in config["pipeline"]}


class Features:
    """Everything the model needs to know of a set of texts, computed once."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Normalise, encode and count `texts`."""
        pipeline = _pipeline()
        normal = [text_normalizer()(text).text for text in texts]
        self.dense = sentence_encoder().encode_all(normal)
        self._scales: list[float] = []
        self._terms: list[list[Counts]] = []
        for kind in (CharTfidfFeaturizer, ConceptFeaturizer):
            config = {**kind.get_default_config(), **pipeline[kind.__name__]}
            featurizer = kind(config, kind.__name__, None, None)
            self._scales.append(config["scale"])
            self._terms.append([featurizer.terms(text) for text in normal])

    def sparse(self, fit: Sequence[int], use: Sequence[int]) -> scipy.sparse.csr_matrix:
        """Return rows `use` with weights learnt from rows `fit`."""
        blocks = []
        for scale, terms in zip(self._scales, self._terms, strict=True):
            weights = TermWeights.fit([terms[row] for row in fit])
            blocks.append(scipy.sparse.vstack([weights.transform(terms[row], scale) for row in use]))
        return scipy.sparse.hstack(blocks).tocsr()


def settings() -> Settings:
    """Return the training settings of `config.yml`."""
    config = {**CalibratedIntentClassifier.get_default_config(), **_pipeline()["CalibratedIntentClassifier"]}
    return Settings(**{key: config[key] for key in ("c", "tolerance", "neighbours", "folds", "seed")})


def predict_unseen(texts: Sequence[str], labels: Sequence[str], folds: int, seed: int) -> list[Prediction]:
    """Return `(truth, first intent, confidence, below the fallback threshold)` for every text."""
    features = Features(texts)
    threshold = _pipeline()["FallbackClassifier"]["threshold"]
    predictions: list[Prediction] = [("", "", 0.0, False)] * len(texts)
    for seen, unseen in StratifiedKFold(folds, shuffle=True, random_state=seed).split(texts, labels):
        model = IntentModel.train(
            features.sparse(seen, seen), features.dense[seen], [labels[row] for row in seen], settings()
        )
        sparse = features.sparse(seen, unseen)
        for position, row in enumerate(unseen):
            name, sure = model.rank(sparse[position], features.dense[row][np.newaxis, :])[0]
            predictions[row] = (labels[row], name, sure, sure < threshold)
    return predictions
