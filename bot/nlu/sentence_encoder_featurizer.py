"""Dense features: the sentence encoder's 512 numbers for the normalised text."""

from typing import Any, Dict, List, Optional

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.encoder import sentence_encoder
from bot.nlu.normalizer import normalized
from bot.nlu.resources import digest

_BATCH = 256


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds one sentence vector a message (no word vectors: nothing in this pipeline reads them)."""

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        """Creates component (see parent class for full docstring)."""
        return cls(execution_context.node_name, config)

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """Validates that the component is configured properly."""

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Retrain when code, lexicons or places change."""
        return digest()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Encode all training examples, many at a time."""
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        for first in range(0, len(examples), _BATCH):
            batch = examples[first : first + _BATCH]
            vectors = sentence_encoder().encode_all([normalized(example).text for example in batch])
            for example, vector in zip(batch, vectors, strict=True):
                self._add(example, vector)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Encode the incoming messages."""
        for message in messages:
            if isinstance(message.get(TEXT), str):
                self._add(message, sentence_encoder().encode(normalized(message).text))
        return messages

    def _add(self, message: Message, vector: Any) -> None:
        self.add_features_to_message(
            sequence=None, sentence=np.asarray(vector)[np.newaxis, :], attribute=TEXT, message=message
        )
