"""Sparse features: runs of characters of the question's shape, weighted by how telling they are."""

from typing import Any, Dict

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer

from bot.nlu.skeleton import signs
from bot.nlu.sparse_featurizing import TermFeaturizer
from bot.nlu.term_weights import Counts, character_runs


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class CharTfidfFeaturizer(TermFeaturizer):
    """Runs of `min_ngram` to `max_ngram` characters, with one sign for each place, day, token …"""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Returns default config (see parent class for full docstring)."""
        return {**SparseFeaturizer.get_default_config(), "min_ngram": 1, "max_ngram": 4, "scale": 1.0}

    def terms(self, text: str) -> Counts:
        """Return character runs (see parent class for full docstring)."""
        return character_runs(signs(text), self._config["min_ngram"], self._config["max_ngram"])
