"""The WebSocket: one reader, one writer, and the store between them."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from websockets.exceptions import ConnectionClosed

from bot.channels.web.errors import BadFrame, TooFast, WebChannelError
from bot.channels.web.frames import client_message, parse, sequence
from bot.channels.web.hub import Hub, Subscription
from bot.channels.web.limits import MESSAGES_AT_ONCE, MESSAGES_PER_SECOND, Bucket
from bot.channels.web.sessions import Session, Sessions
from bot.channels.web.store import MessageStore
from bot.channels.web.turns import Turns, refusal

logger = logging.getLogger(__name__)

HELLO_SECONDS: Final = 10
BEAT_SECONDS: Final = 20
FRAMES_AT_ONCE: Final = 60
FRAMES_PER_SECOND: Final = 5.0
TOO_FAST: Final = "您发得有点快，马上替您补发。"
_PAGE: Final = 200


class Socket:
    """One connection of a page, from its first frame to its last."""

    def __init__(
        self,
        ws: Any,
        sessions: Sessions,
        store: MessageStore,
        hub: Hub,
        turns: Turns,
        *,
        may_open: Callable[[], None],
    ) -> None:
        """Serve ``ws`` (Sanic's WebSocket). ``may_open`` raises TooFast when too many conversations are opened."""
        self._ws = ws
        self._may_open = may_open
        self._sessions = sessions
        self._store = store
        self._hub = hub
        self._turns = turns
        self._sent = 0  # number of the last message this connection has
        self._token = ""
        now = time.monotonic()
        self._messages = Bucket(MESSAGES_AT_ONCE, MESSAGES_PER_SECOND, now)
        self._frames = Bucket(FRAMES_AT_ONCE, FRAMES_PER_SECOND, now)

    async def serve(self) -> None:
        """Talk until either side closes; what the page does wrong is told to it, then the connection ends."""
        try:
            hello = await self._hello()
            if hello is None:
                return
            session, last = hello
            with self._hub.subscribe(session.conversation_id) as subscription:
                await self._welcome(session, last)
                await self._talk(session, subscription)
        except WebChannelError as error:
            logger.info("page connection refused", extra={"code": error.code})
            await self._say_why(error)
        except ConnectionClosed:
            logger.debug("page connection closed")

    async def _say_why(self, error: WebChannelError) -> None:
        with suppress(ConnectionClosed):
            await self._send({"type": "error", "code": error.code})
            await self._ws.close(error.close, error.code)

    async def _talk(self, session: Session, subscription: Subscription) -> None:
        tasks = {
            asyncio.ensure_future(self._read(session)),
            asyncio.ensure_future(self._write(session.conversation_id, subscription)),
        }
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _hello(self) -> tuple[Session, int | None] | None:
        """Return whose connection this is; None when nobody wanted to talk: it was only laid in advance."""
        raw = await self._ws.recv(timeout=HELLO_SECONDS)
        if raw is None:
            await self._ws.close()
            return None
        value = parse(raw)
        token, invitation = value.get("token"), value.get("invitation")
        if value["type"] != "hello":
            raise BadFrame("the first frame is hello")
        if isinstance(invitation, str):
            self._may_open()
            return self._sessions.accept(invitation), None
        if not isinstance(token, str):
            raise BadFrame("hello has a token or an invitation")
        return self._sessions.check(token), sequence(value, "last_seq")

    async def _welcome(self, session: Session, last: int | None) -> None:
        """Send what the page has missed, or the newest messages when it has none."""
        conversation = session.conversation_id
        if last is None:
            messages = await self._store.before(conversation, None)
        else:
            messages = await self._store.after(conversation, last, _PAGE)
        renewed = self._sessions.renew(session)
        self._token = renewed.token
        self._sent = messages[-1].seq if messages else (last or 0)
        await self._send(
            {
                "type": "welcome",
                "session": session_json(renewed),
                "messages": [message.frame() for message in messages],
                "more": last is None and bool(messages) and messages[0].seq > 1,
                "typing": self._turns.is_busy(conversation),
            }
        )

    async def _read(self, session: Session) -> None:
        while True:
            raw = await self._ws.recv()
            if raw is None:
                return
            self._frames.take(time.monotonic())
            value = parse(raw)
            if value["type"] == "message":
                await self._message(session, value)
            elif value["type"] == "ping":
                await self._send({"type": "pong"})
            elif value["type"] == "seen":
                await self._store.delivered(session.conversation_id, sequence(value, "seq") or 0)
            else:
                raise BadFrame("type: message, ping or seen")

    async def _message(self, session: Session, value: dict[str, Any]) -> None:
        message = client_message(value)
        await self._stay()
        try:
            self._messages.take(time.monotonic())
        except TooFast as error:
            await self._send(refusal(message.client_id, error.code, TOO_FAST, error.retry_after))
            return
        begun = await self._turns.begin(session.conversation_id, message)
        await self._send({"type": begun, "id": message.client_id})

    async def _stay(self) -> None:
        """Keep the session alive while the person talks.

        Raises:
            SessionExpired: it has reached its limit.
        """
        session = self._sessions.check(self._token)
        renewed = self._sessions.renew(session)
        if renewed is not session:
            self._token = renewed.token
            await self._send({"type": "session", "session": session_json(renewed)})

    async def _write(self, conversation_id: str, subscription: Subscription) -> None:
        await self._catch_up(conversation_id)
        while True:
            frame = await subscription.next(BEAT_SECONDS)
            if frame is None or (frame["type"] == "message" and frame["seq"] > self._sent + 1):
                await self._catch_up(conversation_id)
            elif frame["type"] != "message":
                await self._send(frame)
            elif frame["seq"] == self._sent + 1:
                self._sent += 1
                await self._send(frame)

    async def _catch_up(self, conversation_id: str) -> None:
        while messages := await self._store.after(conversation_id, self._sent, _PAGE):
            for message in messages:
                self._sent = message.seq
                await self._send(message.frame())

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._ws.send(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))


def session_json(session: Session) -> dict[str, str]:
    """Return what the page keeps of a session."""
    return {
        "conversation_id": session.conversation_id,
        "token": session.token,
        "expires_at": _utc(session.expires_at),
    }


def _utc(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
