"""Rate limits: token buckets in this process, one for each key."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict

from backend.problems import RateLimited

#: Buckets remembered; a full one that nobody used for long is the first to be forgotten.
MAX_BUCKETS = 20_000


class Buckets:
    """`burst` requests at once, `rate` a second in the long run, for each key."""

    def __init__(self, rate: float, burst: int) -> None:
        """Fill each key's bucket with `burst` tokens and refill it with `rate` tokens a second."""
        self._rate = rate
        self._burst = burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def look(self, key: str, now: float) -> None:
        """Raise RateLimited when `take` would, without taking anything."""
        with self._lock:
            tokens, filled_at = self._buckets.get(key, (float(self._burst), now))
        self._refuse_empty(min(float(self._burst), tokens + max(0.0, now - filled_at) * self._rate))

    def take(self, key: str, now: float) -> None:
        """Take one token.

        Args:
            key: whose bucket.
            now: seconds on any steadily running clock.

        Raises:
            RateLimited: when the bucket is empty, with the seconds until it holds a token again.
        """
        with self._lock:
            tokens, filled_at = self._buckets.pop(key, (float(self._burst), now))
            tokens = min(float(self._burst), tokens + max(0.0, now - filled_at) * self._rate)
            self._buckets[key] = (tokens - 1 if tokens >= 1 else tokens, now)
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets.popitem(last=False)
        self._refuse_empty(tokens)

    def _refuse_empty(self, tokens: float) -> None:
        if tokens < 1:
            raise RateLimited("slow down", retry_after=max(1, math.ceil((1 - tokens) / self._rate)))
