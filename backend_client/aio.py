"""The client for asynchronous callers: calls run on threads, the event loop stays free.

When the platform is slow and many ask, calls wait for a thread. One that has waited longer than a call may take is not
made any more: whoever asked is told that the platform cannot be reached, while there is somebody to tell it to.
"""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from .client import PlatformClient
from .errors import Unavailable
from .policy import Timeouts

ResultT = TypeVar("ResultT")


class AsyncPlatform:
    """Runs calls of a `PlatformClient` on a thread pool, each with the context variables of its caller.

    Example:
        ``code = await platform.run(lambda p: p.code(session, person_id))``
    """

    def __init__(
        self, client: PlatformClient, max_workers: int = 32, longest_wait: float = Timeouts().total
    ) -> None:
        """Wrap a client; threads start when first needed, and a call waits ``longest_wait`` seconds for one."""
        self._client = client
        self._longest_wait = longest_wait
        self._pool = ThreadPoolExecutor(max_workers=max_workers, thread_name_prefix="platform")

    async def run(self, call: Callable[[PlatformClient], ResultT]) -> ResultT:
        """Run `call` with the client on a thread and return what it returns.

        Raises:
            Unavailable: every thread was busy for too long; nothing was sent (cause ``crowded``).
            PlatformError: whatever `call` raises. When the waiting task is cancelled, the call goes on to its
                end unseen: repeat a write only with its key.
        """
        context = contextvars.copy_context()
        until = time.monotonic() + self._longest_wait

        def made() -> ResultT:
            if time.monotonic() > until:
                raise Unavailable(cause="crowded")
            return context.run(call, self._client)

        return await asyncio.get_running_loop().run_in_executor(self._pool, made)

    def close(self) -> None:
        """Wait for calls under way, then close threads and connections."""
        self._pool.shutdown(wait=True)
        self._client.close()
