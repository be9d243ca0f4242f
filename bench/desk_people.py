"""Citizens and agents of the desk's measurement, over HTTP, and the assistant's process that letters go to."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
from aiohttp import web

from backend_client.signing import signed_headers

#: An agent's page says so often that it is open, seconds.
_HERE_EVERY_S: Final = 15.0
_HERE: Final = {"type": "here", "state": "online", "chosen": True, "active": True}
_REFUSED: Final = 400
_TRIES: Final = 3


@dataclass
class Clockings:
    """Seconds between a message and the screen it is for, by direction; a message by its own id."""

    sent: dict[str, float] = field(default_factory=dict)
    to_agent: list[float] = field(default_factory=list)
    to_citizen: list[float] = field(default_factory=list)

    def begin(self) -> str:
        """A message is about to be sent; returns its id."""
        name = uuid.uuid4().hex
        self.sent[name] = time.perf_counter()
        return name

    def seen(self, name: str, times: list[float]) -> None:
        """A message stands on the screen it is for."""
        began = self.sent.pop(name, None)
        if began is not None:
            times.append(time.perf_counter() - began)


class Assistant:
    """Takes the desk's letters, as the assistant's process does; what it has taken is on the citizen's screen."""

    def __init__(self, clockings: Clockings) -> None:
        self._clockings = clockings
        self._runner: web.AppRunner | None = None

    async def start(self, port: int) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_post("/internal/desk", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        letter = await request.json()
        for line in letter["lines"]:
            if line["kind"] == "agent":
                self._clockings.seen(line["text"].partition(" ")[0], self._clockings.to_citizen)
        return web.json_response({"status": "taken", "quota": None})


class Citizens:
    """Citizens as the assistant's process carries them to the desk: signed."""

    def __init__(self, http: aiohttp.ClientSession, url: str, secret: bytes) -> None:
        self._http, self._url, self._secret = http, url, secret

    async def asks(self, number: int) -> None:
        """One asks for a person."""
        lines = [{"who": "person", "text": f"我的码咋黄了{n}", "at": time.time()} for n in range(10)]
        body = {
            "request_id": uuid.uuid4().hex,
            "conversation_id": f"bench-{number}-{uuid.uuid4().hex[:8]}",
            "channel": "web",
            "reason": "asked",
            "language": "zh",
            "transcript": lines,
            "facts": {"topic": "explain_code_reason"},
        }
        await self._post("/v1/chats", body)

    async def says(self, chat_id: str, name: str) -> None:
        """One says something in a chat."""
        body = {"id": name, "text": "昨天去做了核酸，今天早上看还是黄的，您帮我看看嘛"}
        await self._post(f"/v1/chats/{chat_id}/messages", body)

    async def _post(self, path: str, body: dict[str, Any]) -> None:
        content = json.dumps(body, ensure_ascii=False).encode()

        def signed() -> dict[str, str]:
            return signed_headers(
                "assistant",
                self._secret,
                method="POST",
                path_with_query=path,
                body=content,
                now=time.time(),
                nonce=uuid.uuid4().hex,
            )

        await _ask(self._http, "POST", self._url + path, signed, data=content)


class Page:
    """An agent's page: says that it is open, takes what is offered, and shows the feed as it comes."""

    def __init__(self, http: aiohttp.ClientSession, url: str, number: str, clockings: Clockings) -> None:
        self._http, self._url, self.number, self._clockings = http, url, number, clockings
        self.chats: dict[str, int] = {}
        self._line: aiohttp.ClientWebSocketResponse | None = None

    async def opens(self) -> None:
        """Come, and begin to listen."""
        ticket = (await self._post("/desk/live/tickets", {}))["ticket"]
        self._line = await self._http.ws_connect(f"{self._url}/desk/ws", origin=self._url, max_msg_size=0)
        await self._line.send_json({"type": "open", "ticket": ticket, "page": self.number, "after": None})
        hello = await self._line.receive_json()
        if hello["type"] != "hello":
            raise RuntimeError(f"the desk refused the page: {hello}")
        await self._line.send_json(_HERE)

    async def takes(self) -> None:
        """Accept everything that is offered now."""
        for chat in (await self._get("/desk/chats"))["queue"]:
            if chat["state"] == "offered" and chat["agent"] == self.number:
                move = {"move": "take", "version": chat["version"]}
                taken = await self._post(f"/desk/chats/{chat['chat_id']}/moves", move)
                self.chats[taken["chat_id"]] = taken["version"]

    async def says(self, chat_id: str) -> None:
        """Say something in one's chat."""
        name = self._clockings.begin()
        body = {
            "id": name,
            "text": f"{name} 看到了，您稍等，我查一下采样的时间。",
            "version": self.chats[chat_id],
        }
        await self._post(f"/desk/chats/{chat_id}/messages", body)

    async def shows(self) -> None:
        """Show events as they come, for as long as the page is open."""
        assert self._line is not None
        async for message in self._line:
            event = json.loads(message.data).get("event")
            if event is not None and event["kind"] == "citizen" and event["chat_id"] in self.chats:
                self._clockings.seen(event["client_id"], self._clockings.to_agent)

    async def stays(self) -> None:
        """Go on saying that the page is open."""
        assert self._line is not None
        while True:
            await asyncio.sleep(_HERE_EVERY_S)
            await self._line.send_json({**_HERE, "chosen": False})

    async def _get(self, path: str) -> dict[str, Any]:
        return await _ask(self._http, "GET", self._url + path)

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return await _ask(self._http, "POST", self._url + path, json=body)


async def _ask(
    http: aiohttp.ClientSession,
    method: str,
    url: str,
    headers: Callable[[], dict[str, str]] = dict,
    **more: Any,
) -> dict[str, Any]:
    """Ask, and again where the server has just closed a connection that lay idle, as a browser does."""
    for left in reversed(range(_TRIES)):
        try:
            async with http.request(method, url, headers=headers(), **more) as answer:
                body: dict[str, Any] = await answer.json()
                if answer.status >= _REFUSED:
                    raise RuntimeError(f"the desk refused: {answer.status} {body}")
                return body
        except (aiohttp.ServerDisconnectedError, ConnectionResetError):
            if not left:
                raise
    raise AssertionError("unreachable")
