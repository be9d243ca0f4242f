"""How long a failed delivery waits before it is tried again: exponential, with jitter, bounded."""

from __future__ import annotations

FIRST_S = 1.0
LONGEST_S = 3_600.0
#: Tries of one delivery before it goes to the dead letters: about nine hours with these pauses.
MAX_ATTEMPTS = 20


def pause(attempts: int, chance: float, asked: float | None = None) -> float:
    """Return the seconds to wait after `attempts` failures (1 or more).

    Args:
        attempts: failures so far.
        chance: 0 to 1; spreads the second half of the pause, so that those who failed together do not return together.
        asked: what the receiver's Retry-After asks for, in seconds; honoured up to the longest pause.
    """
    full = min(FIRST_S * 2.0 ** min(attempts - 1, 30), LONGEST_S)
    return max(full / 2 + full / 2 * chance, min(asked or 0.0, LONGEST_S))
