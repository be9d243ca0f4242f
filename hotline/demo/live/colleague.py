"""A colleague's shift: logs in, keeps the stream open, is there, and sees every chat through that comes.

What has got lost in between (a cut, a restart, an earlier simulation that was killed) is found again at the next sign
of life: a chat that is this agent's and that nobody attends to is attended to.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from .attending import Attending
from .browser import LOGGED_OUT, Browser
from .script import Script
from .wire import LOST, Away, Pace, Refused

Chat = dict[str, Any]
#: Seconds between two signs of life, as the desk's page gives them, and until an agent who was away is back.
_BEAT_S: Final = 15.0
_BACK_S: Final = (5.0, 15.0)
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 15.0
_MINE: Final = ("offered", "active", "wrap_up")


@dataclass(frozen=True)
class Floor:
    """What everybody at the desk shares.

    Attributes:
        tell: prints who does what.
        name_of: how a conversation's citizen is called there.
    """

    script: Script
    pace: Pace
    tell: Callable[[str, str], None]
    name_of: Callable[[str], str]
    seed: str


class Colleague:
    """One of the demonstration's agents."""

    def __init__(self, browser: Browser, floor: Floor) -> None:
        """Use the browser of this agent."""
        self.browser = browser
        self.number = browser.number
        self.floor = floor
        self.dice = random.Random(f"{floor.seed} {self.number}")
        #: One thing is typed at a time.
        self.hands = asyncio.Lock()
        #: The number of the call that is open; "" for none.
        self.call = ""
        self.there: list[dict[str, Any]] = []
        self._state = "online"
        self._in = False
        self._line: aiohttp.ClientWebSocketResponse | None = None
        self._after: int | None = None
        self._chats: dict[str, Chat] = {}
        self._attending: dict[str, Attending] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_free(self) -> bool:
        """Tell whether somebody could be spoken to on the telephone now."""
        return self._line is not None and self._state == "online" and len(self._attending) <= 1

    @property
    def is_in(self) -> bool:
        """Tell whether the stream is open."""
        return self._line is not None

    async def works(self, password: str) -> None:
        """Work until cancelled; comes back after whatever cuts the line.

        Raises:
            WrongPassword: the account does not let anybody in with the demonstration's password.
        """
        pause = _FIRST_PAUSE_S
        while True:
            try:
                if not self._in:
                    await self.browser.log_in(password)
                    self._in = True
                    self._after = None
                await self._shift()
                pause = _FIRST_PAUSE_S
            except Refused:
                self._in = False
            except (Away, *LOST):
                pause = min(2 * pause, _LONGEST_PAUSE_S)
            await asyncio.sleep(pause)

    async def becomes(self, state: str) -> None:
        """Choose to be online or busy."""
        self._state = state
        await self._sign(chosen=True)
        self.floor.tell(self.number, f"is {state}")

    async def looks(self, chat_id: str, *, typing: bool) -> None:
        """Show the others which chat is open here, and whether something is typed."""
        await self._put({"type": "look", "chat": chat_id, "typing": typing})

    def helpers(self, language: str) -> list[str]:
        """Return the work numbers of others who are online, have room and speak the citizen's language."""
        return [
            one["number"]
            for one in self.there
            if one["number"] != self.number
            and one["state"] == "online"
            and one["load"] < one["capacity"]
            and f"lang:{language}" in one["skills"]
        ]

    async def goes_home(self) -> None:
        """Bring every chat to an end, leave the desk, log out."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            if self._in:
                await self._hands_in()
        finally:
            await self.browser.close()

    async def hangs_up(self) -> None:
        """End the call that is open, if there is one."""
        if self.call:
            await self.browser.send_form(f"/calls/{self.call}/end", {})
            self.call = ""

    async def _hands_in(self) -> None:
        snapshot = await self.browser.get("/desk/chats")
        for chat in (*snapshot["queue"], *snapshot["under_way"]):
            if chat["agent"] == self.number:
                with suppress(Refused):
                    await self._lets_go(chat)
        await self.hangs_up()
        await self.browser.post("/desk/chats/left", {})
        await self.browser.log_out()

    async def _lets_go(self, chat: Chat) -> None:
        """End a chat at once; one that is only offered is the next agent's."""
        if chat["state"] == "offered":
            await self.moves(chat, "decline")
            return
        if chat["state"] == "active":
            chat = await self.moves(chat, "wrap_up")
        await self.moves(chat, "finish")

    async def moves(self, chat: Mapping[str, Any], move: str, **more: Any) -> Chat:
        """Make a move on a chat as it was last seen; return it as it is now."""
        body = {"move": move, "version": chat["version"], **more}
        return await self.browser.post(f"/desk/chats/{chat['chat_id']}/moves", body)

    async def _shift(self) -> None:
        async with self.browser.stream(self._after) as line:
            hello = await _frame(line)
            if hello.get("type") != "hello":
                raise Away
            self._line = line
            self._begin(hello)
            await self._sign(chosen=True)
            self.floor.tell(self.number, f"is {self._state}")
            beats = asyncio.ensure_future(self._beats())
            try:
                while True:
                    self._take(await _frame(line))
            finally:
                self._line = None
                beats.cancel()

    def _begin(self, hello: dict[str, Any]) -> None:
        snapshot = hello["snapshot"]
        self._after = hello["after"]
        self.there = snapshot["there"]
        known = {chat["chat_id"]: chat for chat in (*snapshot["queue"], *snapshot["under_way"])}
        for chat_id in self._attending.keys() - known.keys():
            self._attending[chat_id].gone()
        for chat in known.values():
            self._know(chat)

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "event":
            self._after = frame["seq"]
            event, chat = frame["event"], frame["chat"]
            if chat is None:
                self._chats.pop(event["chat_id"], None)
            else:
                self._know(chat, event)
        elif frame["type"] == "who":
            self.there = frame["there"]
        elif frame["type"] == "here" and frame["state"] == "away":
            self._start(self._comes_back())
        elif frame["type"] == "over":
            raise Refused(LOGGED_OUT, frame["reason"])

    def _know(self, chat: Chat, event: Mapping[str, Any] | None = None) -> None:
        """Keep how a chat stands, and let whoever attends to it here know."""
        chat_id = chat["chat_id"]
        attending = self._attending.get(chat_id)
        if attending is not None:
            attending.news(chat, event)
        if chat["agent"] == self.number and chat["state"] in _MINE:
            self._chats[chat_id] = chat
            if attending is None:
                self._attend(chat)
        else:
            self._chats.pop(chat_id, None)

    def _attend(self, chat: Chat) -> None:
        attending = self._attending[chat["chat_id"]] = Attending(self, chat)
        self._start(self._sees_through(attending))

    async def _sees_through(self, attending: Attending) -> None:
        try:
            with suppress(
                Refused
            ):  # somebody was faster: what is still ours is looked at again with the next beat
                await attending.runs()
        finally:
            del self._attending[attending.chat_id]

    async def _beats(self) -> None:
        while True:
            await asyncio.sleep(_BEAT_S)
            await self._sign(chosen=False)
            for chat_id, chat in list(self._chats.items()):
                if chat_id not in self._attending:
                    self._attend(chat)

    async def _comes_back(self) -> None:
        """Be online again after an offer was missed."""
        await self.floor.pace.pause(self.dice, *_BACK_S)
        await self._sign(chosen=True)

    async def _sign(self, *, chosen: bool) -> None:
        await self._put({"type": "here", "state": self._state, "chosen": chosen, "active": True})

    async def _put(self, frame: Mapping[str, Any]) -> None:
        """Send a frame; when the line is cut just now, the next one will do."""
        if self._line is not None:
            with suppress(*LOST):
                await self._line.send_json(frame)

    def _start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _frame(line: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    message = await line.receive()
    if message.type != aiohttp.WSMsgType.TEXT:
        raise Away
    frame: dict[str, Any] = json.loads(message.data)
    return frame
