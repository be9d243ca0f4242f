"""Sparse features: the concepts of a question, alone and in pairs."""

from itertools import combinations
from typing import Any, Dict

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer

from bot.nlu.concepts import concept_finder
from bot.nlu.skeleton import signs
from bot.nlu.sparse_featurizing import TermFeaturizer
from bot.nlu.term_weights import Counts

_VERY_SHORT, _SHORT, _LONG = 4, 8, 25


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class ConceptFeaturizer(TermFeaturizer):
    """One column a concept, a pair of concepts, and a length of message."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Returns default config (see parent class for full docstring)."""
        return {**SparseFeaturizer.get_default_config(), "scale": 0.7}

    def terms(self, text: str) -> Counts:
        """Return concepts (see parent class for full docstring)."""
        found = concept_finder().find(text)
        counts: Counts = dict.fromkeys(found, 1)
        counts.update({f"{first}&{second}": 1 for first, second in combinations(found, 2)})
        counts.update({f"has {sign}": 1 for sign in set(signs(text)) & set("ⓅⒶⒾⒹⓉⓃ")})
        counts["length " + _length(text)] = 1
        return counts


def _length(text: str) -> str:
    if len(text) < _VERY_SHORT:
        return "very short"
    return "short" if len(text) < _SHORT else "long" if len(text) > _LONG else "usual"
