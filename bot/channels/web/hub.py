"""Who is looking at which conversation right now, in this process.

The hub only wakes connections up: what they show comes from the store, by number. A connection that misses an event
(another process said something, or its queue was full) therefore loses nothing; it catches up at its next beat.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_QUEUE: Final = 256


class Subscription:
    """The events of one conversation for one connection, oldest first; the newest are dropped when it is full."""

    def __init__(self) -> None:
        """Make an empty queue."""
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_QUEUE)

    def put(self, frame: dict[str, Any]) -> None:
        """Add an event, unless the connection has stopped reading."""
        if not self._queue.full():
            self._queue.put_nowait(frame)

    async def next(self, timeout: float) -> dict[str, Any] | None:
        """Wait for the next event; None after ``timeout`` seconds without one."""
        try:
            return await asyncio.wait_for(self._queue.get(), timeout)
        except asyncio.TimeoutError:
            return None


class Hub:
    """Hands the events of a conversation to all connections that show it."""

    def __init__(self) -> None:
        """Start without connections."""
        self._subscriptions: defaultdict[str, set[Subscription]] = defaultdict(set)

    @contextmanager
    def subscribe(self, conversation_id: str) -> Iterator[Subscription]:
        """Receive the events of a conversation inside the ``with`` block."""
        subscription = Subscription()
        self._subscriptions[conversation_id].add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions[conversation_id].discard(subscription)
            if not self._subscriptions[conversation_id]:
                del self._subscriptions[conversation_id]

    def publish(self, conversation_id: str, frame: dict[str, Any]) -> int:
        """Hand ``frame`` to everybody who looks; return how many that are."""
        looking = self._subscriptions.get(conversation_id, set())
        for subscription in looking:
            subscription.put(frame)
        return len(looking)
