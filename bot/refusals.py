"""Sentences that the bot says itself, read from a file of ``data/responses``: the gate's, a channel's."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Final

import yaml

_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_LATIN: Final = re.compile(r"[A-Za-z]{2}")


class Refusals:
    """What to say for each reason, in Chinese or English."""

    def __init__(self, sentences: dict[str, dict[str, list[str]]]) -> None:
        """Use sentences by reason, language (``zh``, ``en``) and variant."""
        self._sentences = sentences

    @classmethod
    def load(cls, path: Path, prefix: str) -> Refusals:
        """Read the file, whose keys begin with ``prefix``; raises OSError or yaml.YAMLError when it cannot be."""
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls({key.removeprefix(prefix): value for key, value in raw.items()})

    def sentence(self, reason: str, answering: str) -> str:
        """Return what to say for ``reason`` to somebody who wrote ``answering``."""
        return random.choice(self._sentences[reason]["en" if is_english(answering) else "zh"])


def is_english(text: str) -> bool:
    """Tell whether somebody who reads or wrote ``text`` is spoken to in English."""
    sample = text[:200]
    return _LATIN.search(sample) is not None and _HAN.search(sample) is None
