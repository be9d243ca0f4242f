"""Stops calling WeChat for a while when it has not answered several times in a row."""

from __future__ import annotations

from collections.abc import Callable


class Breaker:
    """Closed → ``threshold`` failures in a row → open for ``cool_down`` seconds → one trial → closed or open again.

    For one event loop: nothing here waits or locks.
    """

    def __init__(self, threshold: int, cool_down: float, clock: Callable[[], float]) -> None:
        """``clock`` gives monotonic seconds."""
        self._threshold = threshold
        self._cool_down = cool_down
        self._clock = clock
        self._failures = 0
        self._opens_at = 0.0

    def admits(self) -> bool:
        """Whether a call may be made now; when it was open, this is the trial, and the next waits again."""
        if self._failures < self._threshold:
            return True
        now = self._clock()
        if now < self._opens_at:
            return False
        self._opens_at = now + self._cool_down
        return True

    def succeeded(self) -> None:
        """WeChat has answered, whatever it said."""
        self._failures = 0

    def failed(self) -> None:
        """WeChat has not answered."""
        self._failures += 1
        if self._failures >= self._threshold:
            self._opens_at = self._clock() + self._cool_down
