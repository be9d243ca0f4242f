"""How fast one connection may send and one address may open conversations."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from bot.channels.web.errors import TooFast

MESSAGES_AT_ONCE: Final = 20
MESSAGES_PER_SECOND: Final = 1.0
PICTURES_AT_ONCE: Final = 12
PICTURES_PER_SECOND: Final = 0.1
RECORDINGS_AT_ONCE: Final = 6
RECORDINGS_PER_SECOND: Final = 0.1


class Bucket:
    """A token bucket: ``size`` at once, then ``rate`` a second."""

    def __init__(self, size: float, rate: float, now: float) -> None:
        """Start full at ``now`` (monotonic seconds)."""
        self._size = size
        self._rate = rate
        self._level = size
        self._at = now

    def take(self, now: float) -> None:
        """Take one.

        Raises:
            TooFast: none is left; says when the next one is.
        """
        self._level = min(self._size, self._level + (now - self._at) * self._rate)
        self._at = now
        if self._level < 1:
            raise TooFast((1 - self._level) / self._rate)
        self._level -= 1


class Buckets:
    """One bucket a key, the least recently used forgotten beyond ``keys``."""

    def __init__(self, size: float, rate: float, clock: Callable[[], float], keys: int = 10_000) -> None:
        """Count time with ``clock`` (monotonic seconds)."""
        self._size = size
        self._rate = rate
        self._clock = clock
        self._keys = keys
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, key: str) -> None:
        """Take one for ``key``.

        Raises:
            TooFast: none is left for this key.
        """
        now = self._clock()
        bucket = self._buckets.pop(key, None) or Bucket(self._size, self._rate, now)
        self._buckets[key] = bucket
        if len(self._buckets) > self._keys:
            self._buckets.popitem(last=False)
        bucket.take(now)
