"""How long a citizen will wait, from how long chats have taken; unknown where too few were measured. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

#: Fewer chats than these say nothing about the next one.
LEAST_MEASURED = 5
#: How many of the newest chats are looked at, at most, and how old they may be, in seconds.
MOST_MEASURED = 50
MEASURED_WITHIN_S = 24 * 3600.0


def expected_wait(ahead: int, handled: Sequence[float], capacity: int, load: int) -> float | None:
    """Return the seconds until an agent is free; `None` when that cannot be said.

    A desk that can have `capacity` chats at once, each taking the mean of `handled`, becomes free for one chat every
    `mean / capacity` seconds.

    Args:
        ahead: how many are served before.
        handled: seconds that the latest chats took from taking to the end.
        capacity: chats that all who are there may have at once.
        load: chats that they have.
    """
    if capacity <= 0:
        return None
    free = max(0, capacity - load)
    if ahead < free:
        return 0.0
    if len(handled) < LEAST_MEASURED:
        return None
    return (ahead + 1 - free) * fmean(handled) / capacity
