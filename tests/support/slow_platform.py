"""A platform that takes its time: what is asked goes on to the real one, after a pause."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import aiohttp
from aiohttp import web

from tests.support.stack import free_port

_NOT_PASSED_ON = frozenset({"host", "content-length", "transfer-encoding", "connection", "content-encoding"})


def between(shortest: float, longest: float, seed: int = 20220905) -> Callable[[], float]:
    """Pauses of any length between two, in seconds; the same ones every time."""
    dice = random.Random(seed)
    return lambda: dice.uniform(shortest, longest)


class SlowPlatform:
    """Stands before a platform on an address of its own.

    Attributes:
        pause: seconds before a request goes on; none until a test or a measurement says so.
        asked: how many requests came.
    """

    def __init__(self, target: Callable[[], str]) -> None:
        """``target`` gives the base address of the real platform."""
        self._target = target
        self._port = free_port()
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self.pause: Callable[[], float] = lambda: 0.0
        self.asked = 0

    @property
    def url(self) -> str:
        """Base address."""
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Listen."""
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def stop(self) -> None:
        """Close everything."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def _pass_on(self, request: web.Request) -> web.Response:
        assert self._session is not None
        self.asked += 1
        body = await request.read()
        await asyncio.sleep(self.pause())
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _NOT_PASSED_ON}
        url = f"{self._target()}{request.raw_path}"
        async with self._session.request(
            request.method, url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            said = {k: v for k, v in answer.headers.items() if k.lower() not in _NOT_PASSED_ON}
            return web.Response(status=answer.status, body=await answer.read(), headers=said)
