"""The platform's clock as the editors' pages need it: asked now and then, carried on in between.

Entries hold on days of the platform's calendar, which is September 2022 in the demonstration.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from backend_client import AsyncPlatform, PlatformError

TRUST_S = 300.0


class PlatformClock:
    """The platform's time; real time, shifted as last seen, while the platform is away."""

    def __init__(self, platform: AsyncPlatform, unix: Callable[[], float]) -> None:
        """Ask `platform`; `unix` is real time in seconds."""
        self._platform = platform
        self._unix = unix
        self._offset = dt.timedelta(0)
        self._asked: float | None = None

    async def refresh(self) -> None:
        """Ask again when the last answer is old."""
        if self._asked is not None and self._unix() - self._asked < TRUST_S:
            return
        try:
            clock = await self._platform.run(lambda p: p.clock())
        except PlatformError:
            return
        self._offset = clock.now - self._real()
        self._asked = self._unix()

    def now(self) -> dt.datetime:
        """The platform's time as far as it is known."""
        return self._real() + self._offset

    def _real(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self._unix(), dt.timezone.utc)
