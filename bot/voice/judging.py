"""Whether what a recogniser wrote is what somebody said.

Whisper never says that it heard nothing: from noise it makes loops, thanks for watching, or its own prompt. Such words
must not reach the assistant, nor be shown to the person as theirs.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.voice.errors import NotUnderstood
from bot.voice.recogniser import Heard

#: Whisper's own limits (``transcribe.py`` of openai/whisper): silence, and text that packs too well.
_NO_SPEECH: Final = 0.6
_UNSURE: Final = -1.0
_PACKS_TOO_WELL: Final = 2.4
#: Mean probability of a token below which nothing is shown.
_LEAST_CONFIDENCE: Final = 0.35
#: Chinese characters a second; the fastest newsreaders stay below eight.
_FASTEST: Final = 11.0
#: A unit said four times or more in a row, over this many characters, is no speech.
_LOOP: Final = re.compile(r"(.{1,20}?)\1{3,}")
_LOOP_LENGTH: Final = 12
_HALF: Final = 0.5
_TRIGRAM: Final = 3
#: So many characters of the prompt in a row are the prompt, not a question.
_ECHO: Final = 10
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_NOT_WORDS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Piece:
    """One piece of what a recogniser wrote.

    Attributes:
        text: its words.
        seconds: how long it took to say.
        log_probability: mean over its tokens.
        no_speech: probability that nobody speaks, 0 to 1.
    """

    text: str = field(repr=False)
    seconds: float
    log_probability: float
    no_speech: float


@dataclass(frozen=True)
class Known:
    """What a recogniser writes by itself.

    Attributes:
        prompt: what it was given to expect.
        phantoms: sentences it writes where nobody speaks, without punctuation.
    """

    prompt: str = ""
    phantoms: frozenset[str] = frozenset()


def judge(pieces: Sequence[Piece], known: Known) -> Heard:
    """Return what was said.

    Raises:
        NotUnderstood: nothing, or nothing that may be trusted.
    """
    kept = [piece for piece in pieces if piece.text.strip() and not is_silence(piece)]
    text = " ".join(piece.text.strip() for piece in kept)
    plain = bare(text)
    seconds = sum(piece.seconds for piece in kept)
    if not plain or is_phantom(plain, known) or is_loop(plain) or packs_too_well(text):
        raise NotUnderstood("no words")
    if len(_HAN.findall(plain)) > _FASTEST * max(seconds, 1.0):
        raise NotUnderstood("more words than anybody says in this time")
    weights = [max(piece.seconds, 0.1) for piece in kept]
    mean = sum(w * piece.log_probability for w, piece in zip(weights, kept, strict=True)) / sum(weights)
    confidence = min(1.0, math.exp(mean))
    if confidence < _LEAST_CONFIDENCE:
        raise NotUnderstood("unsure")
    return Heard(re.sub(r"\s+", " ", text), confidence)


def bare(text: str) -> str:
    """Return the letters, characters and digits of ``text``."""
    return _NOT_WORDS.sub("", text).lower()


def is_silence(piece: Piece) -> bool:
    """Whether nobody speaks in a piece, by Whisper's own two signs together."""
    return piece.no_speech > _NO_SPEECH and piece.log_probability < _UNSURE


def packs_too_well(text: str) -> bool:
    """Whether ``text`` repeats itself so much that it shrinks more than speech does."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) > _PACKS_TOO_WELL


def is_loop(plain: str) -> bool:
    """Whether the same few characters come again and again, in a row or all over a text of some length."""
    if any(len(run.group(0)) >= _LOOP_LENGTH for run in _LOOP.finditer(plain)):
        return True
    trigrams = [plain[at : at + _TRIGRAM] for at in range(len(plain) - _TRIGRAM + 1)]
    return len(trigrams) >= _LOOP_LENGTH and len(set(trigrams)) < _HALF * len(trigrams)


def is_phantom(plain: str, known: Known) -> bool:
    """Whether these are words that the recogniser writes by itself: of its prompt, or of its training."""
    if any(phantom in plain for phantom in known.phantoms):
        return True
    return len(plain) >= _ECHO and plain in bare(known.prompt)
