"""Conversation files, played by people at the page: through its own WebSocket, with the frames which the page sends.

:class:`ByPage` stands where a ``Stack`` stands for the player. Words are text frames, tapped choices payload frames
with the title that was tapped, pictures are uploaded first. A line that breaks is laid again, and what has not come
back in the log is sent again under the same id.
"""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

import requests
import websockets
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from bot.channels.web.page import WORDS
from tests.support.conversation import WentWrong
from tests.support.stack import Stack

#: Seconds until everything that a message leads to must have been said.
_PATIENCE = 60.0
#: Seconds between two tries where nobody answers.
_PAUSE = 0.3
#: Seconds that are listened for what others say.
_MOMENT = 0.2
_NO_LINE = (ConnectionClosed, InvalidHandshake, InvalidMessage, OSError, asyncio.TimeoutError)
_INVITATION = re.compile(r'data-invitation="([^"]+)"')
#: What the page says about a picture that was not taken, by code.
_REFUSALS: dict[str, str] = json.loads(WORDS.read_text("utf-8"))["zh-CN"]["refusals"]


@dataclass
class _Visit:
    """One person's page: what it keeps and what stands on it.

    Attributes:
        url: of the product.
        loop: on which the line runs while something is said.
    """

    url: str
    loop: asyncio.AbstractEventLoop
    session: dict[str, str] | None = None
    invitation: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    looked: int = 0
    _line: Any = None
    _typing: bool = False

    @property
    def conversation_id(self) -> str:
        """The conversation's id, as the platform knows it."""
        if self.session is None:
            raise WentWrong("nothing has been said on this page")
        return self.session["conversation_id"]

    def say(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        """Send a message until it stands in the log with its answers; returns what is new on the page."""
        frame = {"type": "message", "id": uuid.uuid4().hex, **message}
        try:
            self.loop.run_until_complete(asyncio.wait_for(self._say(frame), _PATIENCE))
        except asyncio.TimeoutError:
            heard = "and was heard" if self._has(frame["id"]) else "and was not heard"
            raise WentWrong(f"the page waits {_PATIENCE:g} seconds {heard}") from None
        return self._news()

    def upload(self, picture: bytes) -> str:
        """Hand a picture over, as the page does before it says it.

        Raises:
            NotTaken: the page says why not.
        """
        self.loop.run_until_complete(asyncio.wait_for(self._open(), _PATIENCE))
        assert self.session is not None
        headers = {"Authorization": f"Bearer {self.session['token']}", "Content-Type": "image/jpeg"}
        answer = requests.post(f"{self.url}/chat/pictures", data=picture, headers=headers, timeout=30)
        if answer.status_code == requests.codes.created:
            return str(answer.json()["picture"])
        raise NotTaken(str(answer.json()["code"]))

    def hear(self) -> list[dict[str, Any]]:
        """Listen for a moment; returns what is new on the page."""
        self.loop.run_until_complete(asyncio.wait_for(self._listen(), _PATIENCE))
        return self._news()

    async def _listen(self) -> None:
        try:
            await self._open()
            while True:
                self._take(json.loads(await asyncio.wait_for(self._line.recv(), _MOMENT)))
        except asyncio.TimeoutError:
            return
        except _NO_LINE:
            self._line = None

    def _news(self) -> list[dict[str, Any]]:
        news = [m for m in self.messages if m["seq"] > self.looked and m["from"] != "person"]
        self.looked = self.messages[-1]["seq"]
        return news

    def close(self) -> None:
        """Leave the page."""
        if self._line is not None:
            self.loop.run_until_complete(self._line.close())

    async def _say(self, frame: dict[str, Any]) -> None:
        while not self._has(frame["id"]) or self._typing:
            try:
                await self._open()
                await self._line.send(json.dumps(frame))
                while not self._has(frame["id"]) or self._typing:
                    self._take(json.loads(await self._line.recv()))
            except _NO_LINE:
                self._line = None
                await asyncio.sleep(_PAUSE)
            except _Again as again:
                await asyncio.sleep(again.pause)

    def _has(self, client_id: str) -> bool:
        return any(m.get("client_id") == client_id for m in self.messages)

    async def _open(self) -> None:
        """Lay the line and greet: as the person of a conversation, or with the invitation that came with the page."""
        if self._line is not None and self._line.open:
            return
        last = self.messages[-1]["seq"] if self.messages else None
        hello: dict[str, Any] = {"type": "hello", "last_seq": last}
        if self.session is not None:
            hello["token"] = self.session["token"]
        else:
            hello["invitation"] = self._invited()
        self._line = await websockets.connect(
            f"{self.url.replace('http', 'ws', 1)}/chat/ws", origin=websockets.Origin(self.url)
        )
        await self._line.send(json.dumps(hello))
        self._take(json.loads(await self._line.recv()))

    def _invited(self) -> str:
        if not self.invitation:
            found = _INVITATION.search(requests.get(self.url, timeout=10).text)
            if found is None:
                raise WentWrong("the page comes without an invitation")
            self.invitation = found[1]
        return self.invitation

    def _take(self, frame: dict[str, Any]) -> None:
        kind = frame["type"]
        if kind == "welcome":
            self.session, self._typing = frame["session"], frame["typing"]
            self._add(frame["messages"])
        elif kind == "session":
            self.session = frame["session"]
        elif kind == "message":
            self._add([frame])
        elif kind == "typing":
            self._typing = frame["on"]
        elif kind == "refused" and frame["reason"] == "rate_limited":
            raise _Again(frame["retry_after"])
        elif kind == "refused":
            raise _Again(_PAUSE)  # 重发
        elif kind == "error":
            self._line = None
            if frame["code"] != "rate_limited":
                raise WentWrong(f"the page is refused: {frame['code']}")
            raise _Again(1.0)

    def _add(self, messages: list[dict[str, Any]]) -> None:
        known = {m["seq"] for m in self.messages}
        self.messages += [m for m in messages if m["seq"] not in known]


class _Again(Exception):  # noqa: N818 - read as what to do
    """To be sent again after ``pause`` seconds."""

    def __init__(self, pause: float) -> None:
        super().__init__(pause)
        self.pause = pause


class NotTaken(Exception):  # noqa: N818 - read as a sentence
    """The page says that a picture was not taken; carries the code of the reason."""


class ByPage:
    """A running product, talked to at its page."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._loop = asyncio.new_event_loop()
        self._visits: dict[str, _Visit] = {}

    def __getattr__(self, name: str) -> Any:
        """Everything that is not said at the page is the product's."""
        return getattr(self.stack, name)

    def say(self, sender: str, message: str) -> list[dict[str, Any]]:
        """Type something, or tap the choice that has this payload; returns what is new on the page."""
        visit = self._visit(sender)
        tapped = _choices(visit.messages).get(message)
        if tapped is None:
            return visit.say({"kind": "text", "text": message})
        return visit.say({"kind": "payload", "text": message, "title": tapped})

    def send_picture(self, sender: str, picture: bytes) -> list[dict[str, Any]]:
        """Upload a picture and say it; returns what is new on the page, which may be its own word of refusal."""
        visit = self._visit(sender)
        try:
            return visit.say({"kind": "image", "picture": visit.upload(picture)})
        except NotTaken as refused:
            return [{"text": _REFUSALS[str(refused)]}]

    def hear(self, sender: str) -> list[dict[str, Any]]:
        """What is new on the page without a word of one's own."""
        return self._visit(sender).hear()

    def conversation(self, sender: str) -> str:
        """The id of somebody's conversation."""
        return self._visit(sender).conversation_id

    def work_orders(self, sender: str) -> list[dict[str, Any]]:
        """Work orders of somebody's conversation."""
        return self.stack.work_orders(self._visit(sender).conversation_id)

    def pass_days(self, sender: str, days: float) -> None:
        """Let somebody's conversation lie for days."""
        self.stack.pass_days(self._visit(sender).conversation_id, days)

    def close(self) -> None:
        """Everybody leaves."""
        for visit in self._visits.values():
            visit.close()
        self._loop.close()

    def _visit(self, sender: str) -> _Visit:
        if sender not in self._visits:
            self._visits[sender] = _Visit(self.stack.service("bot").url, self._loop)
        return self._visits[sender]


def _choices(messages: list[dict[str, Any]]) -> dict[str, str]:
    """Every choice that stands on the page: payload → title."""
    return {b["payload"]: b["title"] for m in messages for b in m.get("buttons") or [] if "payload" in b}
