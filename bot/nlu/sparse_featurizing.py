"""What the two sparse featurizers share: fit term weights at training, turn each message into one sparse row."""

import abc
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.normalizer import normalized
from bot.nlu.resources import digest
from bot.nlu.term_weights import Counts, TermWeights

LONGEST = 400  # characters of a message that count; the gate refuses far longer ones, tests may not


class TermFeaturizer(SparseFeaturizer, GraphComponent, abc.ABC):
    """Base of the sparse featurizers: subclasses say which terms a normalised text holds."""

    def __init__(
        self,
        config: Dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        weights: Optional[TermWeights] = None,
    ) -> None:
        """Keep where to write the weights; `weights` are those of a trained component."""
        super().__init__(name, config)
        self._model_storage = model_storage
        self._resource = resource
        self._weights = weights

    @abc.abstractmethod
    def terms(self, text: str) -> Counts:
        """Return the terms of a normalised text with their counts."""

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        """Creates component (see parent class for full docstring)."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> GraphComponent:
        """Loads trained component (see parent class for full docstring)."""
        with model_storage.read_from(resource) as folder:
            weights = TermWeights.load(folder)
        return cls(config, execution_context.node_name, model_storage, resource, weights)

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """Validates that the component is configured properly."""

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Retrain when code, lexicons or places change."""
        return digest()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the weights of all terms and write them to the model."""
        texts = [normalized(example).text for example in training_data.intent_examples if example.get(TEXT)]
        self._weights = TermWeights.fit([self.terms(text[:LONGEST]) for text in texts])
        with self._model_storage.write_to(self._resource) as folder:
            self._weights.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Featurize all training examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Featurize the incoming messages."""
        for message in messages:
            if isinstance(message.get(TEXT), str) and self._weights is not None:
                terms = self.terms(normalized(message).text[:LONGEST])
                row = self._weights.transform(terms, self._config["scale"])
                self.add_features_to_message(sequence=None, sentence=row, attribute=TEXT, message=message)
        return messages
