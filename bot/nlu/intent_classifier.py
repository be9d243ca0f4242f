"""The intent of a message with a calibrated confidence."""

import logging
from typing import Any, Dict, List, Optional, Type

import numpy as np
import scipy.sparse
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.intent_model import IntentModel, Matrix, Settings
from bot.nlu.normalizer import normalized
from bot.nlu.resources import digest

logger = logging.getLogger(__name__)
_INTENT_RANKING = "intent_ranking"
_UNREADABLE = "out_of_scope"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CalibratedIntentClassifier(GraphComponent, IntentClassifier):
    """Ranks all intents; a message without a readable character is out of scope."""

    @classmethod
    def required_components(cls) -> List[Type[Any]]:
        """Components that should be included in the pipeline before this component."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Returns default config (see parent class for full docstring).

        `c` and `tolerance` belong to the support vector machines, `neighbours` weighs the most similar phrases, `folds`
        belongs to the calibration; `ranking_length` limits the ranking that is kept with each message.
        """
        return {"c": 1.0, "tolerance": 0.1, "neighbours": 1.0, "folds": 3, "seed": 7, "ranking_length": 10}

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Optional[IntentModel] = None,
    ) -> None:
        """Keep where to write the model; `model` is that of a trained component."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "CalibratedIntentClassifier":
        """Creates component (see parent class for full docstring)."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "CalibratedIntentClassifier":
        """Loads trained component (see parent class for full docstring)."""
        with model_storage.read_from(resource) as folder:
            model = IntentModel.load(folder)
        return cls(config, model_storage, resource, model)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Retrain when code, lexicons or places change."""
        return digest()

    def train(self, training_data: TrainingData) -> Resource:
        """Train the intent model and write it to storage."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        settings = Settings(
            **{key: self._config[key] for key in ("c", "tolerance", "neighbours", "folds", "seed")}
        )
        self._model = IntentModel.train(
            scipy.sparse.vstack([_sparse(example) for example in examples]).tocsr(),
            np.vstack([_dense(example) for example in examples]),
            [example.get(INTENT) for example in examples],
            settings,
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Set intent and ranking of the incoming messages."""
        for message in messages:
            ranking = self._rank(message)[: self._config["ranking_length"]]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(_INTENT_RANKING, ranking, add_to_output=True)
        return messages

    def _rank(self, message: Message) -> List[Dict[str, Any]]:
        if self._model is None or not normalized(message).text:
            return [{"name": _UNREADABLE, "confidence": 1.0}]
        ranked = self._model.rank(_sparse(message), _dense(message))
        return [{"name": name, "confidence": confidence} for name, confidence in ranked]


def _sparse(message: Message) -> scipy.sparse.csr_matrix:
    """Return all sparse sentence features side by side (by hand: scipy's `hstack` takes a millisecond a message)."""
    blocks = [
        feature.features
        for feature in message.features
        if feature.attribute == TEXT and feature.type == FEATURE_TYPE_SENTENCE and feature.is_sparse()
    ]
    width, columns, values = 0, [], []
    for block in blocks:
        columns.append(block.col + width)
        values.append(block.data)
        width += block.shape[1]
    if not blocks:
        return scipy.sparse.csr_matrix((1, 0))
    data = np.concatenate(values)
    return scipy.sparse.csr_matrix((data, np.concatenate(columns), [0, len(data)]), shape=(1, width))


def _dense(message: Message) -> Matrix:
    _, sentence = message.get_dense_features(attribute=TEXT)
    return np.asarray(sentence.features, dtype=np.float32)
