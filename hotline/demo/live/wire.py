"""What simulated people share on the wire: pauses as people make them, patience with processes that are away."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import aiohttp

T = TypeVar("T")
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 15.0
#: Seconds for one request; a poll for news may take as long as the bot lets it wait.
LIMIT: Final = aiohttp.ClientTimeout(total=40)
SERVER_ERROR: Final = 500
TOO_MANY: Final = 429


class Away(Exception):  # noqa: N818 - a state of the world
    """The process did not answer, or could not just now."""


class Refused(Exception):  # noqa: N818 - the answer of a process that works
    """The process does not take this; `code` says why, in its own words."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


#: What a connection fails with while its other end is being restarted.
LOST: Final = (aiohttp.ClientError, asyncio.TimeoutError, ConnectionError)


@dataclass(frozen=True)
class Pace:
    """How fast everybody is; `speed` 2 makes all pauses half as long."""

    speed: float = 1.0

    async def pause(self, dice: random.Random, shortest: float, longest: float) -> None:
        """Wait as long as a person takes, between so many seconds."""
        await asyncio.sleep(dice.uniform(shortest, longest) / self.speed)

    def patience(self, seconds: float) -> float:
        """Return how long a person waits who would wait so many seconds, at least a second."""
        return max(1.0, seconds / self.speed)


async def patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Do it; while the process is away, do it again after 0.5, 1, 2 … 15 seconds."""
    pause = _FIRST_PAUSE_S
    while True:
        try:
            return await work()
        except (Away, *LOST):
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)
