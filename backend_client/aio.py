"""The client for asynchronous callers: calls run on threads, the event loop stays free."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from .client import PlatformClient

ResultT = TypeVar("ResultT")


class AsyncPlatform:
    """Runs calls of a `PlatformClient` on a thread pool, each with the context variables of its caller.

    Example:
        ``code = await platform.run(lambda p: p.code(session, person_id))``
    """

    def __init__(self, client: PlatformClient, max_workers: int = 32) -> None:
        """Wrap a client; threads start when first needed."""
        self._client = client
        self._pool = ThreadPoolExecutor(max_workers=max_workers, thread_name_prefix="platform")

    async def run(self, call: Callable[[PlatformClient], ResultT]) -> ResultT:
        """Run `call` with the client on a thread and return what it returns.

        Raises:
            PlatformError: whatever `call` raises. When the waiting task is cancelled, the call goes on to its
                end unseen: repeat a write only with its key.
        """
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: context.run(call, self._client))

    def close(self) -> None:
        """Wait for calls under way, then close threads and connections."""
        self._pool.shutdown(wait=True)
        self._client.close()
