"""``/internal/desk…``: what the desk says to the assistant's process, signed with the secret ``desk_events``.

A letter is taken when its lines lie with the channel. Everything it does can be done twice: owners by version, lines by
name. So a process that dies in between takes the same letter again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response
from sqlalchemy.exc import SQLAlchemyError

from bot.desk.context import context_of
from bot.desk.letters import Letters
from bot.desk.line import Answer
from bot.desk.owners import Owners
from bot.desk.signing import is_signed
from bot.desk.words import DeskWords, Reader, opens_address
from bot.errors import StoreFailed
from bot.message import Button, OutboundMessage
from bot.router import DeskRouter
from bot.signing import PayloadSigner
from bot.tracker_tables import TrackerTables

logger = logging.getLogger(__name__)

PATH: Final = "/internal/desk"
CLIENT: Final = "desk"
#: Says a message in a conversation, as an agent or as a notice; the last argument names it, a name is said once.
#: False when it waits until the citizen writes again.
Say = Callable[[str, OutboundMessage, str, str], Awaitable[bool]]
#: Conversations shown to who looks for one to take over, and how fresh they must be, seconds.
_MOST_SHOWN: Final = 100
_FRESH_S: Final = 1800.0
#: Channels that show who speaks; elsewhere an agent's words carry the work number.
_SHOWS_SPEAKER: Final = frozenset({"web"})


@dataclass(frozen=True)
class Receiver:
    """Takes letters, and tells the desk of conversations."""

    secret: bytes
    owners: Owners
    letters: Letters
    words: DeskWords
    router: DeskRouter
    tables: TrackerTables
    signer: PayloadSigner
    says: dict[str, Say]
    clock: Callable[[], float] = time.time

    async def take(self, letter: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a letter says; return what the desk should know of the channel."""
        conversation_id, channel = str(letter["conversation_id"]), str(letter["channel"])
        await asyncio.to_thread(self.owners.learn, dict(letter))
        reader = Reader(str(letter["language"]), bool(letter["large_type"]))
        held = []
        for number, line in enumerate(letter["lines"]):
            message = self.words.line(line, letter, reader, named=channel not in _SHOWS_SPEAKER)
            sender, name = (
                "notice" if line["kind"] == "system" else "agent",
                f"desk-{letter['name']}-{number}",
            )
            if not await self.say(channel, conversation_id, message, sender, name):
                held.append(line["seq"])
        quota = await asyncio.to_thread(self.router.quota, channel, conversation_id)
        return {"status": "taken", "quota": quota, "held": held}

    async def say(
        self, channel: str, conversation_id: str, message: OutboundMessage, sender: str, name: str
    ) -> bool:
        """Say something through the channel's door; where it has none, with the next answer, as that channel does.

        False when the channel lets nothing through until the citizen writes again.
        """
        say = self.says.get(channel)
        if say is None:
            await asyncio.to_thread(self.letters.hold, conversation_id, asdict(message), name)
            return True
        return await say(conversation_id, self._signed(conversation_id, message), sender, name)

    async def at_contact(
        self, conversation_id: str, say: Callable[[OutboundMessage], Awaitable[None]]
    ) -> None:
        """Say what waited for a citizen whose channel cannot be pushed to."""
        for number, held in await asyncio.to_thread(self.letters.held, conversation_id):
            buttons = tuple(Button(**button) for button in held["buttons"])
            await say(OutboundMessage(held["text"], buttons, held["image"], held["custom"]))
            await asyncio.to_thread(self.letters.told, number)

    async def arrived(self, answer: Answer) -> None:
        """Tell the citizen of a letter that reached the desk later than the turn it belongs to."""
        letter, now = answer.letter, answer.body
        if letter.kind == "request" and now:
            channel, reader = (
                str(letter.body["channel"]),
                Reader(letter.body["language"], letter.body["large_type"]),
            )
            if now["owner"] == "queued":
                message = self.words.queued(now, reader)
            elif now["owner"] == "bot" and not answer.ended:
                message = self.words.ways_on(str(now["outcome"] or "nobody_there"), reader)
            else:
                return
        elif letter.kind == "message" and answer.ended and now:
            channel, reader = str(now["channel"]), Reader(now["language"], now["large_type"])
            message = self.words.plain("undelivered", reader)
        else:
            return
        await self.say(channel, letter.conversation_id, message, "notice", f"later-{letter.name}")

    def conversations(self) -> list[dict[str, Any]]:
        """Return the conversations the assistant has now, the newest first."""
        fresh = self.tables.fresh(self.clock() - _FRESH_S, _MOST_SHOWN)
        return [
            {"conversation_id": name, "at": at, "asked": asked}
            for name, at, asked in fresh
            if self.owners.get(name).owner == "bot"
        ]

    def context(self, conversation_id: str) -> dict[str, Any] | None:
        """Return a conversation as it is handed over; None when nothing is known of it."""
        events = self.tables.read_history(conversation_id)
        return asdict(context_of(events)) if events else None

    def _signed(self, conversation_id: str, message: OutboundMessage) -> OutboundMessage:
        sign = self.signer.sign
        signed = (
            button
            if opens_address(button)
            else replace(button, payload=sign(conversation_id, button.payload))
            for button in message.buttons
        )
        return replace(message, buttons=tuple(signed))


def desk_routes(receiver: Receiver) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("desk")

    async def read(request: Request) -> dict[str, Any] | None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        path = request.raw_url.decode("latin-1")
        if not is_signed(
            CLIENT, receiver.secret, headers, path=path, body=request.body, now=receiver.clock()
        ):
            return None
        return dict(json.loads(request.body))

    @routes.post(PATH, name="letter")
    async def letter(request: Request) -> HTTPResponse:
        try:
            body = await read(request)
            if body is None:
                return json_response({"status": "refused"}, status=401)
            return json_response(await receiver.take(body))
        except (KeyError, ValueError, TypeError):
            return json_response({"status": "not a letter"}, status=422)
        except (SQLAlchemyError, StoreFailed) as error:
            logger.warning("a letter of the desk could not be taken: %s", type(error).__name__)
            return json_response({"status": "later"}, status=503)

    @routes.post(f"{PATH}/history", name="history")
    async def history(request: Request) -> HTTPResponse:
        body = await read(request)
        if body is None:
            return json_response({"status": "refused"}, status=401)
        found = await asyncio.to_thread(receiver.context, str(body.get("conversation_id")))
        return json_response(found or {"status": "unknown"}, status=200 if found else 404)

    @routes.post(f"{PATH}/conversations", name="conversations")
    async def conversations(request: Request) -> HTTPResponse:
        if await read(request) is None:
            return json_response({"status": "refused"}, status=401)
        return json_response({"conversations": await asyncio.to_thread(receiver.conversations)})

    return routes
