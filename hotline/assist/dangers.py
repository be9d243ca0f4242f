"""Danger to life in notes, and which number the caller must dial first. Pure.

The words are those by which the assistant knows an emergency (`data/lexicon/emergency.yml`): rather one call too many
than one too few. Each sentence is looked at by itself, so that an idiom in one does not hide danger in the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from privacy.folding import fold_width

from .notes import sentences

_KINDS_FILE: Final = Path(__file__).with_suffix(".yml")


@dataclass(frozen=True)
class Kind:
    """A kind of danger: what it is called, which numbers to dial, what the agent does."""

    kind: str
    label: str
    numbers: tuple[str, ...]
    act: str
    words: re.Pattern[str]


@dataclass(frozen=True)
class Danger:
    """Words of danger in notes."""

    start: int
    end: int
    kind: Kind


class Dangers:
    """Recognises danger by lists of words."""

    def __init__(self, lexicon: dict[str, Any], kinds: tuple[Kind, ...]) -> None:
        """Compile the lists `danger`, `idioms` and `unless`; the last of `kinds` fits whatever no other fits."""
        self._danger = _any(lexicon["danger"])
        self._idioms = _any(lexicon["idioms"])
        self._unless = _any(lexicon["unless"])
        self._kinds = kinds

    @classmethod
    def read(cls, path: Path) -> Dangers:
        """Read the assistant's file of lists."""
        raw = yaml.safe_load(_KINDS_FILE.read_text("utf-8"))["kinds"]
        kinds = (
            Kind(one["kind"], one["label"], tuple(one["numbers"]), one["act"], _any([one["words"]]))
            for one in raw
        )
        return cls(yaml.safe_load(path.read_text("utf-8")), tuple(kinds))

    def find(self, notes: str) -> Danger | None:
        """Return the last danger that notes speak of; None when they speak of none."""
        found = None
        for sentence in sentences(notes):
            said = self._idioms.sub(lambda match: "。" * len(match[0]), fold_width(sentence.text))
            if self._unless.search(said):
                continue
            for match in self._danger.finditer(said):
                kind = next((kind for kind in self._kinds if kind.words.search(match[0])), self._kinds[-1])
                found = Danger(sentence.start + match.start(), sentence.start + match.end(), kind)
        return found


def _any(expressions: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(expressions), re.IGNORECASE)
