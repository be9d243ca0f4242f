"""Speech to words: an extra that an installation may have. See ``docs/voice.md``.

A channel that gets recordings asks a :class:`SpeechRecogniser` and shows the person what was understood before it
counts as said.
"""

from bot.voice.errors import NotHeard, NotInstalled, NotUnderstood, TooLong, Unavailable, Unreadable
from bot.voice.recogniser import LARGEST, LONGEST, Deaf, Heard, SpeechRecogniser
from bot.voice.whisper import WhisperRecogniser

__all__ = [
    "LARGEST",
    "LONGEST",
    "Deaf",
    "Heard",
    "NotHeard",
    "NotInstalled",
    "NotUnderstood",
    "SpeechRecogniser",
    "TooLong",
    "Unavailable",
    "Unreadable",
    "WhisperRecogniser",
]
