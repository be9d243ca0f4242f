"""Words that somebody spoke, in the characters this service writes them with.

A recogniser writes what it hears: 城华区 for 成华区, 雷线码 for 离线码. People read what was understood before it
counts, and should not have to wonder about it.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.nlu.homophones import HomophoneFixer
from bot.nlu.mapped_text import MappedText
from bot.nlu.resources import read_lexicon
from bot.nlu.rewriting import Rewriter


class Spelling:
    """Puts right what only sounds right: words of this service, Sichuan's places, what is known to be misheard."""

    def __init__(self, vocabulary: Path) -> None:
        """Read the lexicon of homophones, the places, and ``misheard`` of ``vocabulary``.

        Raises:
            OSError, yaml.YAMLError, KeyError: a file cannot be read, or is not of its form.
        """
        homophones = read_lexicon("homophones")
        misheard = yaml.safe_load(vocabulary.read_text(encoding="utf-8"))["misheard"]
        self._known = Rewriter([*homophones["typos"], *misheard])
        self._sounds = HomophoneFixer(homophones["words"])

    def __call__(self, heard: str) -> str:
        """Return the sentence as it is written; all that is not known to be wrong stays."""
        return self._sounds.apply(self._known.apply(MappedText.of(heard))).text
