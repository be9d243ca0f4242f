"""The line to the desk: letters go over it in order, at once when it is up, later when it is not."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import aiohttp
from rasa.core.lock_store import LockError
from sqlalchemy.exc import SQLAlchemyError

from bot.desk.letters import Letter, Letters
from bot.desk.owners import Owners
from bot.desk.signing import signed_headers
from bot.lock_store import ProcessLocks

logger = logging.getLogger(__name__)

CLIENT: Final = "assistant"
_LIMIT_S: Final = 3.0
_LOOK_EVERY_S: Final = 1.0
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 20.0
_HELD_S: Final = 10.0
_CONFLICT: Final = 409
_UNKNOWN: Final = 404
_REFUSED: Final = 400


class DeskAway(Exception):  # noqa: N818 - a state of the world
    """The desk did not answer in time, or could not."""


@dataclass(frozen=True)
class Answer:
    """What the desk said to a letter; ``ended``: the chat it was for is over."""

    letter: Letter
    body: dict[str, Any]
    ended: bool = False


#: Is told of each letter that arrived when nobody waited for it.
Arrived = Callable[[Answer], Awaitable[None]]


async def _nothing(_answer: Answer) -> None:
    """Nobody is told."""


class DeskLine:
    """Carries letters; ``run`` is the process's task."""

    def __init__(self, url: str, secret: bytes, letters: Letters, owners: Owners) -> None:
        """Talk to the desk at ``url``, signed with the secret ``desk_service``."""
        self._url = url
        self._secret = secret
        self._letters = letters
        self._owners = owners
        self._session: aiohttp.ClientSession | None = None
        self._order = ProcessLocks()
        self._woken = asyncio.Event()
        self._arrived: Arrived = _nothing

    def wake(self) -> None:
        """Say that there is something to carry."""
        self._woken.set()

    async def carry(self, conversation_id: str, name: str) -> Answer:
        """Carry a conversation's letters up to the one called ``name``; return the desk's answer to it.

        Raises:
            DeskAway: it waits, behind or because of what the desk does not take now.
        """
        try:
            async with self._order.hold(conversation_id, _HELD_S):
                for letter in await asyncio.to_thread(self._letters.of, conversation_id):
                    answer = await self._carry(letter)
                    if letter.name == name:
                        return answer
                    await self._arrived(answer)
        except LockError:
            raise DeskAway("others are on the line") from None
        raise DeskAway("carried by another task")

    def tell(self, arrived: Arrived) -> None:
        """Name who is told of letters that arrived when nobody waited for them."""
        self._arrived = arrived

    async def run(self) -> None:
        """Carry what waits, until cancelled."""
        while True:
            self._woken.clear()
            try:
                for conversation_id in await asyncio.to_thread(self._letters.due):
                    await self._carry_all(conversation_id)
            except (SQLAlchemyError, LockError) as error:
                logger.warning("letters to the desk wait: %s", type(error).__name__)
            try:
                await asyncio.wait_for(self._woken.wait(), _LOOK_EVERY_S)
            except asyncio.TimeoutError:
                continue

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()

    async def _carry_all(self, conversation_id: str) -> None:
        async with self._order.hold(conversation_id, _HELD_S):
            for letter in await asyncio.to_thread(self._letters.of, conversation_id):
                if self._letters.is_late(letter):
                    await asyncio.to_thread(self._letters.done, letter)
                    continue
                try:
                    answer = await self._carry(letter)
                except DeskAway:
                    return
                await self._arrived(answer)

    async def _carry(self, letter: Letter) -> Answer:
        """Carry one letter; what the desk says of the conversation is learnt before the letter is done with."""
        try:
            answer = await self._send(letter)
        except DeskAway:
            pause = min(_FIRST_PAUSE_S * 2**letter.tries, _LONGEST_PAUSE_S)
            await asyncio.to_thread(self._letters.put_off, letter, pause)
            raise
        if "owner" in answer.body:
            await asyncio.to_thread(self._owners.learn, answer.body)
        await asyncio.to_thread(self._letters.done, letter)
        return answer

    async def _send(self, letter: Letter) -> Answer:
        method, path, body = _request(letter, self._owners.get(letter.conversation_id).chat_id)
        status, answered = await self._call(method, path, body)
        if status in (_CONFLICT, _UNKNOWN) and letter.kind != "erase":
            known, now = await self._call(
                "GET", f"/v1/chats/of/{quote(letter.conversation_id, safe='')}", None
            )
            return Answer(letter, now if known < _REFUSED else {}, ended=True)
        if status >= _REFUSED:
            logger.error("the desk refused a letter: %s %d", letter.kind, status)
            return Answer(letter, {}, ended=letter.kind == "message")
        return Answer(letter, answered)

    async def _call(self, method: str, path: str, body: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        headers = signed_headers(CLIENT, self._secret, method, path, content)
        try:
            async with self._kept().request(
                method, self._url + path, data=content, headers=headers
            ) as answer:
                if answer.status >= 500 or answer.status in (401, 429):  # noqa: PLR2004
                    raise DeskAway(f"status {answer.status}")
                return answer.status, dict(await answer.json(content_type=None))
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            raise DeskAway(type(error).__name__) from None

    def _kept(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_LIMIT_S))
        return self._session


def _request(letter: Letter, chat_id: str) -> tuple[str, str, dict[str, Any] | None]:
    """Return method, path and body of a letter; a letter for a chat without an id goes to the newest one."""
    if letter.kind == "request":
        return "POST", "/v1/chats", letter.body
    if letter.kind == "erase":
        return "DELETE", f"/v1/chats/of/{quote(letter.conversation_id, safe='')}", None
    chat = quote(str(letter.body.get("chat_id") or chat_id or "-"), safe="")
    path = {"message": "messages", "leave": "leave", "rating": "rating"}[letter.kind]
    body = {name: value for name, value in letter.body.items() if name != "chat_id"}
    return "POST", f"/v1/chats/{chat}/{path}", body
