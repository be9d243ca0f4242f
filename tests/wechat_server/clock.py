"""Time as WeChat sees it: moved by the test, or the machine's."""

from __future__ import annotations

import asyncio
import time


class ManualClock:
    """Stands still until it is moved; who sleeps on it wakes when its time has come."""

    def __init__(self, now: float = 1_714_000_000.0) -> None:
        self.now = now
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def __call__(self) -> float:
        """Unix seconds."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock has been moved so far."""
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now + seconds, woken))
        await woken

    def advance(self, seconds: float) -> None:
        """Move the clock and wake whoever has slept long enough."""
        self.now += seconds
        for until, woken in list(self._sleepers):
            if until <= self.now:
                self._sleepers.remove((until, woken))
                if not woken.done():
                    woken.set_result(None)

    async def someone_sleeps(self) -> None:
        """Return when somebody waits on this clock."""
        while not self._sleepers:
            await asyncio.sleep(0)


class RealClock:
    """The machine's time."""

    def __call__(self) -> float:
        """Unix seconds."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
