"""Circuit breaker: after some failures in a row, calls fail at once for a while, without waiting.

closed → (`threshold` failures in a row) → open → (`cool_down` seconds) → half open → one trial call →
closed again, or open for another `cool_down`. Unlike pybreaker's it holds no lock while a call is under way
(docs/decisions/circuit-breaker.md). A call that began before the breaker opened cannot close it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal, NamedTuple

State = Literal["closed", "open", "half_open"]


class Permit(NamedTuple):
    """Leave to make one call; handed back with its outcome."""

    generation: int
    is_trial: bool


class BreakerOpen(Exception):  # noqa: N818 – a state, not a fault
    """No call may be made now; the next trial is possible in `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__("breaker open")


class CircuitBreaker:
    """Counts failures of one remote service, shared by all threads that call it."""

    def __init__(self, threshold: int, cool_down: float, clock: Callable[[], float]) -> None:
        """Create a closed breaker.

        Args:
            threshold: failures in a row that open it, at least 1.
            cool_down: seconds it stays open before a trial.
            clock: monotonic seconds.
        """
        self._threshold = threshold
        self._cool_down = cool_down
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._trial_since: float | None = None
        self._generation = 0

    @property
    def state(self) -> State:
        """Return the present state."""
        with self._lock:
            if self._opened_at is None:
                return "closed"
            return "open" if self._waiting() > 0 else "half_open"

    def acquire(self) -> Permit:
        """Ask leave for one call.

        Raises:
            BreakerOpen: when open, or half open with the trial already under way.
        """
        with self._lock:
            if self._opened_at is None:
                return Permit(self._generation, is_trial=False)
            waiting = self._waiting()
            if waiting > 0:
                raise BreakerOpen(waiting)
            now = self._clock()
            if self._trial_since is not None and now - self._trial_since < self._cool_down:
                raise BreakerOpen(self._cool_down - (now - self._trial_since))
            self._trial_since = now
            return Permit(self._generation, is_trial=True)

    def succeeded(self, permit: Permit) -> None:
        """Record that the service answered the call."""
        with self._lock:
            if permit.generation != self._generation:
                return
            self._failures = 0
            if permit.is_trial:
                self._opened_at = None
                self._trial_since = None
                self._generation += 1

    def failed(self, permit: Permit) -> None:
        """Record that the service gave no usable answer to the call."""
        with self._lock:
            if permit.generation != self._generation:
                return
            self._failures += 1
            if permit.is_trial or (self._opened_at is None and self._failures >= self._threshold):
                self._opened_at = self._clock()
                self._trial_since = None
                self._failures = 0
                self._generation += 1

    def _waiting(self) -> float:
        opened_at = self._opened_at if self._opened_at is not None else self._clock()
        return self._cool_down - (self._clock() - opened_at)
