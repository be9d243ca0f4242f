"""Word-for-word rewriting of a text: dialect and typing mistakes to the words everybody knows."""

from typing import Any, Dict, Iterable

from bot.nlu.guarded_words import GuardedWords, longest
from bot.nlu.mapped_text import Edit, MappedText
from bot.nlu.private_tokens import PRIVATE_TOKEN


class Rewriter:
    """Applies rules `{say: word or list of words, mean: word, **guards}`; the longest word wins."""

    def __init__(self, rules: Iterable[Dict[str, Any]]) -> None:
        """Index `rules`; for guards see `guarded_words`."""
        self._words: GuardedWords[str] = GuardedWords(
            (str(word), rule, str(rule["mean"]))
            for rule in rules
            for word in (rule["say"] if isinstance(rule["say"], list) else [rule["say"]])
        )

    def apply(self, text: MappedText) -> MappedText:
        """Return `text` with every rule applied; private tokens stay as they are."""
        hits = self._words.hits(text.text)
        if not hits:
            return text
        protected = [match.span() for match in PRIVATE_TOKEN.finditer(text.text)]
        edits = [
            Edit(start, end, meaning)
            for start, end, meaning in longest(hits)
            if not any(first < end and start < last for first, last in protected)
        ]
        return text.apply(edits)
