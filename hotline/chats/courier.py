"""Carries letters to the assistant's process: signed, in order for each conversation, at least once."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import aiohttp
import structlog
from sqlalchemy.exc import SQLAlchemyError

from backend_client.signing import signed_headers

from .outbox import Outbox
from .records import Letter

log = structlog.get_logger(__name__)

PATH = "/internal/desk"
FIGURES = "/internal/figures"
CLIENT = "desk"
_LIMIT_S = 5.0
#: Twice the longest call: letters of a process that was killed wait no longer than this.
_LEASE_S = 2 * _LIMIT_S
_AT_ONCE = 16
_LOOK_EVERY_S = 1.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 30.0


class Assistant(Protocol):
    """The assistant's process, as the desk sees it."""

    async def deliver(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """Hand over one letter; `None` when it has not certainly arrived."""


class HttpAssistant:
    """The assistant's process over signed HTTP."""

    def __init__(self, url: str, secret: bytes) -> None:
        """Talk to `url` (without a path), signed with the secret `desk_events`."""
        self._url = url
        self._secret = secret
        self._session: aiohttp.ClientSession | None = None

    async def deliver(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """Post one letter; what the assistant answers, or `None`."""
        return await self._post(PATH, body)

    async def history(self, conversation_id: str) -> dict[str, Any] | None:
        """Ask for what was said in a conversation; `None` when it is not known or the assistant is away."""
        return await self._post(f"{PATH}/history", {"conversation_id": conversation_id})

    async def conversations(self) -> list[dict[str, Any]] | None:
        """Ask which conversations the assistant has now; `None` when it is away."""
        answer = await self._post(f"{PATH}/conversations", {})
        return None if answer is None else list(answer["conversations"])

    async def figures(self, first: dt.date, last: dt.date) -> dict[str, Any] | None:
        """Ask what the assistant did on the days from `first` to `last`, as counts; `None` when it is away."""
        return await self._post(FIGURES, {"first": first.isoformat(), "last": last.isoformat()})

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        headers = signed_headers(
            CLIENT,
            self._secret,
            method="POST",
            path_with_query=path,
            body=content,
            now=time.time(),
            nonce=uuid.uuid4().hex,
        )
        try:
            async with self._kept().post(self._url + path, data=content, headers=headers) as answer:
                answer.raise_for_status()
                return dict(await answer.json())
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            log.info("the assistant did not take it", path=path, kind=type(error).__name__)
            return None

    def _kept(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_LIMIT_S))
        return self._session

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()


class Courier:
    """Empties the outbox; `run` is the process's task."""

    def __init__(
        self,
        outbox: Outbox,
        assistant: Assistant,
        arrived: Callable[[Letter, dict[str, Any]], Awaitable[None]],
        clock: Callable[[], float],
        on_thread: Callable[..., Awaitable[Any]],
    ) -> None:
        """Tell `arrived` of each letter the assistant has taken, with its answer."""
        self._outbox = outbox
        self._assistant = assistant
        self._arrived = arrived
        self._clock = clock
        self._on_thread = on_thread
        self._woken = asyncio.Event()
        self._under_way: set[asyncio.Task[bool]] = set()

    def wake(self) -> None:
        """Say that there is something new."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver what is due, until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self._begin_due()
            except SQLAlchemyError as error:
                log.warning("letters wait", kind=type(error).__name__)
            try:
                await asyncio.wait_for(self._woken.wait(), _LOOK_EVERY_S)
            except asyncio.TimeoutError:
                continue

    async def deliver_due(self) -> int:
        """Deliver the first letters of all conversations, side by side; return how many arrived."""
        letters = await self._due(_AT_ONCE)
        return sum(await asyncio.gather(*(self._deliver(letter) for letter in letters)))

    async def _begin_due(self) -> None:
        """Begin to deliver what is due; nobody waits for a letter of another conversation."""
        for letter in await self._due(_AT_ONCE - len(self._under_way)):
            task = asyncio.ensure_future(self._deliver(letter))
            self._under_way.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[bool]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.warning("a letter waits", kind=type(task.exception()).__name__)
        self.wake()

    async def _due(self, most: int) -> list[Letter]:
        now = self._clock()
        if most <= 0:
            return []
        letters: list[Letter] = await self._on_thread(lambda: self._outbox.take(now, _LEASE_S, most))
        return letters

    async def _deliver(self, letter: Letter) -> bool:
        answer = await self._assistant.deliver(letter.body)
        if answer is None:
            pause = min(_FIRST_PAUSE_S * 2**letter.tries, _LONGEST_PAUSE_S)
            until = self._clock() + pause
            await self._on_thread(lambda: self._outbox.put_off(letter, until))
            return False
        await self._on_thread(lambda: self._outbox.done(letter))
        await self._arrived(letter, answer)
        return True
