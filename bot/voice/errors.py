"""Why speech has not become words.

::

    NotHeard                  root; ``reason`` names the sentence that is said
    ├── NotInstalled          this installation has no recogniser
    ├── NotUnderstood         silence, noise, or nothing that may be trusted
    ├── TooLong               more than a minute
    ├── Unreadable            no recording of a kind that is read
    └── Unavailable           the recogniser is busy, too slow or has died: later it may work
"""

from __future__ import annotations

from typing import ClassVar


class NotHeard(Exception):  # noqa: N818 - a finding
    """Root of this package's errors."""

    reason: ClassVar[str] = "unavailable"


class NotInstalled(NotHeard):
    """Nobody here can hear."""

    reason = "not_installed"


class NotUnderstood(NotHeard):
    """No words could be made of the speech that are worth showing to the person."""

    reason = "not_understood"


class TooLong(NotHeard):
    """The recording is longer than :data:`bot.voice.recogniser.LONGEST` seconds."""

    reason = "too_long"


class Unreadable(NotHeard):
    """The bytes are no recording, or of a kind that is not read."""

    reason = "unreadable"


class Unavailable(NotHeard):
    """The recogniser cannot answer now."""

    reason = "unavailable"


BY_REASON = {kind.reason: kind for kind in (NotInstalled, NotUnderstood, TooLong, Unreadable, Unavailable)}
"""Each finding by its name, as it crosses from the recogniser's process."""
