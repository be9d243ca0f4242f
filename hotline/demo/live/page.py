"""A citizen's chat page without a browser: a session, messages sent until they are taken, news as they come."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any, Final

import aiohttp

from .wire import SERVER_ERROR, TOO_MANY, Away, Refused, patiently

_REFUSED: Final = 400
#: Seconds that a question for news waits for some.
_WAIT_S: Final = 15


class Page:
    """One conversation on the page."""

    def __init__(self, http: aiohttp.ClientSession, url: str, *, large_type: bool = False) -> None:
        """Talk to the bot at `url`; nothing is asked of it yet."""
        self._http = http
        self._url = url
        self._large_type = large_type
        self._session: Mapping[str, str] = {}
        self._seen = 0

    @property
    def conversation_id(self) -> str:
        """The conversation's id; "" before anything was said."""
        return self._session.get("conversation_id", "")

    async def say(self, text: str) -> str:
        """Send words; return the id under which they stand in the conversation."""
        return await self._send({"kind": "text", "text": text})

    async def tap(self, choice: Mapping[str, str]) -> str:
        """Tap a choice of a message."""
        return await self._send({"kind": "payload", "text": choice["payload"], "title": choice["title"]})

    async def news(self, wait: int = _WAIT_S) -> list[dict[str, Any]]:
        """Return the messages since the last look, also one's own; wait for some, at most so many seconds."""
        found: list[dict[str, Any]] = (await self._poll(wait))["messages"]
        self._seen = found[-1]["seq"] if found else self._seen
        return found

    async def everything(self) -> list[dict[str, Any]]:
        """Return the whole conversation once more, when the assistant has finished what it is about."""
        self._seen, heard = 0, []
        while True:
            got = await self._poll(1)
            heard += got["messages"]
            self._seen = heard[-1]["seq"] if heard else 0
            if not got["typing"]:
                return heard

    async def answer(self, client_id: str, limit_s: float) -> list[dict[str, Any]]:
        """Return what was said after one's own message until the assistant has finished, or for so long."""
        heard: list[dict[str, Any]] = []
        end = asyncio.get_running_loop().time() + limit_s
        taken = False
        while asyncio.get_running_loop().time() < end:
            got = await self._poll(1)
            self._seen = got["messages"][-1]["seq"] if got["messages"] else self._seen
            taken = taken or any(message.get("client_id") == client_id for message in got["messages"])
            heard += [message for message in got["messages"] if message["from"] != "person"]
            if taken and heard and not got["typing"]:
                break
        return heard

    async def _send(self, message: dict[str, Any]) -> str:
        name = uuid.uuid4().hex
        body = {"type": "message", "id": name, "large_type": self._large_type, **message}
        await patiently(lambda: self._ask("POST", "/chat/messages", json=body))
        return name

    async def _poll(self, wait: int) -> dict[str, Any]:
        return await patiently(lambda: self._ask("GET", f"/chat/poll?after={self._seen}&wait={wait}"))

    async def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        if not self._session:
            self._session = await self._read("POST", "/chat/session")
        headers = {"Authorization": f"Bearer {self._session['token']}"}
        return await self._read(method, path, headers=headers, **more)

    async def _read(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        async with self._http.request(method, self._url + path, **more) as answer:
            if answer.status >= SERVER_ERROR or answer.status == TOO_MANY:
                raise Away
            body: dict[str, Any] = await answer.json(content_type=None)
            if answer.status >= _REFUSED:
                raise Refused(answer.status, str(body.get("code")))
            return body
