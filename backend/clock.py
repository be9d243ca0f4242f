"""The platform's time. Everything that depends on time asks a clock that was handed in."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import Protocol

CHINA = timezone(timedelta(hours=8), "+08:00")

#: The demonstration set lives here: codes, tests and risk areas fit together on this morning.
DEMO_START = datetime(2022, 9, 5, 9, 0, tzinfo=CHINA)


class Clock(Protocol):
    """Anything that can say what time it is on the platform."""

    mode: str

    def now(self) -> datetime:
        """Return the platform's time with the offset of China (+08:00)."""
        ...


class RealClock:
    """The time of the machine."""

    mode = "real"

    def now(self) -> datetime:
        """Return the machine's time, in China."""
        return datetime.now(CHINA)


class DemoClock:
    """A clock that was set to `start` when it was made and runs on from there."""

    mode = "demo"

    def __init__(self, start: datetime = DEMO_START) -> None:
        """Start the clock at `start` (aware)."""
        self._start = start
        self._made = time.monotonic()

    def now(self) -> datetime:
        """Return the start plus the time that has passed since."""
        return self._start + timedelta(seconds=time.monotonic() - self._made)


def clock_for(mode: str, not_before: datetime = DEMO_START) -> Clock:
    """Return the clock a setting names; that of the demonstration starts at `not_before` at the earliest.

    Raises:
        ValueError: for a mode other than `real` and `demo`.
    """
    if mode == "real":
        return RealClock()
    if mode == "demo":
        return DemoClock(max(DEMO_START, not_before))
    raise ValueError(f"JKT_CLOCK must be real or demo, not {mode!r}")
