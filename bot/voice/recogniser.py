"""What every recogniser does, and the one that an installation has without the extra."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

from bot.voice.errors import NotInstalled

LONGEST: Final = 60.0
"""Seconds of one recording; WeChat's own limit."""
LARGEST: Final = 2 * 1024 * 1024
"""Bytes of one recording; WeChat's own limit, and more than a minute of what browsers record."""


@dataclass(frozen=True)
class Heard:
    """What was understood.

    Attributes:
        text: the words, in simplified characters.
        confidence: mean probability of its pieces, 0 to 1. Good for comparing, not for sending words unseen.
    """

    text: str = field(repr=False)
    confidence: float


class SpeechRecogniser(Protocol):
    """Makes words of what a person said."""

    @property
    def is_installed(self) -> bool:
        """Whether speech can be understood here at all."""

    async def recognise(self, speech: bytes) -> Heard:
        """Return the words of ``speech``; the recording is kept nowhere.

        Args:
            speech: a whole recording: AMR, Ogg (Opus, Speex), MP3, WAV, WebM or MP4. What it is, is read from
                its first bytes; what a sender calls it is not trusted.

        Raises:
            NotHeard: the kind says why.
        """

    async def close(self) -> None:
        """Let go of what it runs on."""


class Deaf:
    """Understands nothing: the extra is not installed."""

    is_installed = False

    async def recognise(self, speech: bytes) -> Heard:
        """Refuse."""
        raise NotInstalled("no recogniser is installed")

    async def close(self) -> None:
        """Nothing runs."""
