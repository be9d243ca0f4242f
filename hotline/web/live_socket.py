"""The stream of an agent's page: one reader, one writer. docs/desk.md describes the frames."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from sanic import Blueprint
from sanic.exceptions import WebsocketClosed
from sqlalchemy.exc import SQLAlchemyError
from websockets.exceptions import ConnectionClosed

from ..accounts.people import Agent as Account
from ..chats.service import Chats
from ..desk import Desk
from ..live import frames
from ..live.errors import BadFrame, BadTicket
from ..live.hub import Seat
from ..live.room import LiveRoom
from ..live.wire import snapshot_wire
from .chat_moves import agent_of

log = structlog.get_logger(__name__)

PATH = "/desk/ws"
#: Seconds for the first frame, and the longest silence afterwards: three signs of life.
OPENING_S, SILENCE_S = 10.0, 60.0
#: A page that has missed more events than this begins anew.
MOST_RESUMED = 2_000
#: Close codes of our own (RFC 6455 §7.4.2: 4000 to 4999).
CLOSE_FRAME, CLOSE_SESSION, CLOSE_TICKET, CLOSE_SLOW = 4400, 4401, 4403, 4408
_OVER = "登录已经结束，请重新登录。没发出去的字都还在。"


def blueprint() -> Any:
    """Return the route of the stream."""
    routes = Blueprint("live_socket")
    routes.add_websocket_route(_serve, PATH)
    return routes


async def _serve(request: Any, ws: Any) -> None:
    with suppress(ConnectionClosed, WebsocketClosed):
        await _Stream(request, ws).serve()


class _Stream:
    """One connection, from its first frame to its last."""

    def __init__(self, request: Any, ws: Any) -> None:
        self._ws = ws
        self._desk: Desk = request.app.ctx.desk
        self._chats: Chats = request.app.ctx.chats
        self._live: LiveRoom = request.app.ctx.live
        self._session_id: str = request.ctx.session.session_id
        self._account: Account = request.ctx.agent
        self._page = ""

    async def serve(self) -> None:
        """Talk until either side closes; why the desk closes is said in a frame first."""
        try:
            opening = await self._opening()
        except (BadFrame, BadTicket) as error:
            log.info("a stream was refused", kind=type(error).__name__)
            await self._ws.close(CLOSE_TICKET, error.code)
            return
        self._page = opening.page
        seat = self._live.hub.join()
        try:
            await self._talk(seat, opening.after)
        finally:
            self._live.hub.leave(seat)
            await self._quietly(lambda: self._live.looks.gone(self._page, self._account.number))

    async def _opening(self) -> frames.Open:
        raw = await self._ws.recv(timeout=OPENING_S)
        opening = frames.read(raw or "")
        if not isinstance(opening, frames.Open):
            raise BadFrame("the first frame opens")
        now, ticket = self._desk.unix(), opening.ticket
        await self._desk.on_thread(lambda: self._live.tickets.redeem(ticket, self._session_id, now))
        return opening

    async def _talk(self, seat: Seat, after: int | None) -> None:
        sent = await self._hello(after)
        tasks = {
            asyncio.ensure_future(self._read(seat)),
            asyncio.ensure_future(self._write(seat, sent)),
        }
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, BadFrame):
                await self._ws.close(CLOSE_FRAME, result.code)
            elif isinstance(result, Exception):
                raise result

    async def _hello(self, after: int | None) -> int:
        """Say how everything stands; return the number after which events follow."""
        snapshot = await self._chats.snapshot()
        known = after is not None and 0 <= snapshot.feed - after <= MOST_RESUMED
        begin = after if after is not None and known else snapshot.feed
        who = await self._live.hub.who()
        await self._send(
            {
                "type": "hello",
                "now": self._desk.unix(),
                "after": begin,
                "resumed": known,
                "snapshot": snapshot_wire(snapshot),
                "looks": who["looks"],
            }
        )
        return begin

    async def _read(self, seat: Seat) -> None:
        while True:
            raw = await self._ws.recv(timeout=SILENCE_S)
            if raw is None:
                return
            frame = frames.read(raw)
            if isinstance(frame, frames.Here):
                if not await self._stays(frame):
                    await self._send({"type": "over", "reason": "session", "sentence": _OVER})
                    await self._ws.close(CLOSE_SESSION, "session")
                    return
            elif isinstance(frame, frames.Look):
                await self._look(frame)
            elif isinstance(frame, frames.Resume):
                seat.put({"type": "resume", "after": frame.after})
            else:
                raise BadFrame("opened already")

    async def _stays(self, frame: frames.Here) -> bool:
        """Take a sign of life; False when the session is over. A store that is busy just now ends nothing."""
        try:
            return await self._here(frame)
        except SQLAlchemyError as error:
            log.warning("a sign of life was not kept", kind=type(error).__name__)
            return True

    async def _quietly(self, work: Callable[[], None]) -> None:
        """Write down what the page will say again soon; if it cannot be written now, the next time will do."""
        try:
            await self._desk.on_thread(work)
        except SQLAlchemyError as error:
            log.warning("a look was not kept", kind=type(error).__name__)

    async def _here(self, frame: frames.Here) -> bool:
        """Take a sign of life; False when the session is over or may no longer take chats."""
        desk, now = self._desk, self._desk.unix()
        present = await desk.on_thread(lambda: desk.sessions.find(self._session_id, now, used=frame.active))
        if present is None or not present.agent.may("chat.take"):
            return False
        number = present.agent.number
        state = frame.state
        if not frame.chosen:
            kept = await desk.on_thread(lambda: self._chats.presence.state_of(number, now))
            state = kept or state
        await self._chats.here(agent_of(present.agent), state)
        await desk.on_thread(lambda: self._live.looks.renew(self._page, number, now))
        await self._send({"type": "here", "state": state, "now": now})
        return True

    async def _look(self, frame: frames.Look) -> None:
        """Note what the page shows; who opens a chat has answered the notes that called them there."""
        live, now = self._live, self._desk.unix()
        page, number, chat_id = self._page, self._account.number, frame.chat_id

        def work() -> None:
            live.looks.look(page, number, chat_id, typing=frame.typing, now=now)
            if chat_id and not frame.typing:
                live.mentions.seen(number, chat_id)

        await self._quietly(work)

    async def _write(self, seat: Seat, sent: int) -> None:
        sent = await self._catch_up(sent)
        while True:
            frame = await seat.frames.get()
            if frame is None:
                await self._ws.close(CLOSE_SLOW, "slow")
                return
            if frame["type"] == "resume":
                sent = await self._catch_up(frame["after"])
            elif frame["type"] != "event":
                await self._send(frame)
            elif frame["seq"] > sent:
                sent = frame["seq"]
                await self._send(frame)

    async def _catch_up(self, sent: int) -> int:
        """Send what follows number `sent` from the store; return the number of the last one."""
        while missed := await self._live.hub.after(sent):
            for frame in missed:
                await self._send(frame)
            sent = missed[-1]["seq"]
        return sent

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._ws.send(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))
