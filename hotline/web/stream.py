"""One connection of a page that listens: one reader, one writer. docs/desk.md describes the frames.

Whose page it is, a subclass says: how everything stands, what a sign of life and a look mean, what the page gets.
"""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

import structlog
from sanic.exceptions import WebsocketClosed
from sqlalchemy.exc import SQLAlchemyError
from websockets.exceptions import ConnectionClosed

from ..accounts.people import Agent as Account
from ..accounts.sessions import Present
from ..chats.service import Chats
from ..desk import Desk
from ..live import frames
from ..live.errors import BadFrame, BadTicket
from ..live.hub import Seat
from ..live.room import LiveRoom

log = structlog.get_logger(__name__)

#: Seconds for the first frame, and the longest silence afterwards: three signs of life.
OPENING_S, SILENCE_S = 10.0, 60.0
#: A page that has missed more events than this begins anew.
MOST_RESUMED = 2_000
#: Close codes of our own (RFC 6455 §7.4.2: 4000 to 4999).
CLOSE_FRAME, CLOSE_SESSION, CLOSE_TICKET, CLOSE_SLOW = 4400, 4401, 4403, 4408
_OVER = "登录已经结束，请重新登录。没发出去的字都还在。"


class Stream(ABC):
    """One connection, from its first frame to its last."""

    def __init__(self, request: Any, ws: Any) -> None:
        """Serve the page that has opened `ws`."""
        self._ws = ws
        self.desk: Desk = request.app.ctx.desk
        self.chats: Chats = request.app.ctx.chats
        self.live: LiveRoom = request.app.ctx.live
        self.account: Account = request.ctx.agent
        self.page = ""
        self._session_id: str = request.ctx.session.session_id

    @abstractmethod
    def seat(self) -> Seat:
        """Take a seat at the hub."""

    @abstractmethod
    async def standing(self, who: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return the newest event's number, and what a hello tells of how everything stands."""

    @abstractmethod
    async def alive(self, frame: frames.Here, present: Present) -> dict[str, Any] | None:
        """Take a sign of life; return what the answer says besides the time, `None` when the page is over."""

    @abstractmethod
    async def look(self, frame: frames.Look) -> None:
        """Take what the page shows now."""

    async def serve(self) -> None:
        """Talk until either side closes; why the desk closes is said in a frame first."""
        with suppress(ConnectionClosed, WebsocketClosed):
            await self._serve()

    async def _serve(self) -> None:
        try:
            opening = await self._opening()
        except (BadFrame, BadTicket) as error:
            log.info("a stream was refused", kind=type(error).__name__)
            await self._ws.close(CLOSE_TICKET, error.code)
            return
        self.page = opening.page
        seat = self.seat()
        try:
            await self._talk(seat, opening.after)
        finally:
            self.live.hub.leave(seat)
            gone = self.desk.on_thread(lambda: self.live.looks.gone(self.page, self.account.number))
            await self._quietly(gone)

    async def _opening(self) -> frames.Open:
        raw = await self._ws.recv(timeout=OPENING_S)
        opening = frames.read(raw or "")
        if not isinstance(opening, frames.Open):
            raise BadFrame("the first frame opens")
        now, ticket = self.desk.unix(), opening.ticket
        await self.desk.on_thread(lambda: self.live.tickets.redeem(ticket, self._session_id, now))
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
        feed, stands = await self.standing(await self.live.hub.who())
        known = after is not None and 0 <= feed - after <= MOST_RESUMED
        begin = after if after is not None and known else feed
        await self._send(
            {"type": "hello", "now": self.desk.unix(), "after": begin, "resumed": known, **stands}
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
                await self._quietly(self.look(frame))
            elif isinstance(frame, frames.Resume):
                seat.put({"type": "resume", "after": frame.after})
            else:
                raise BadFrame("opened already")

    async def _quietly(self, work: Awaitable[None]) -> None:
        """Write down what the page will say again soon; if it cannot be written now, the next time will do."""
        try:
            await work
        except SQLAlchemyError as error:
            log.warning("a look was not kept", kind=type(error).__name__)

    async def _stays(self, frame: frames.Here) -> bool:
        """Take a sign of life; False when the session is over. A store that is busy just now ends nothing."""
        try:
            return await self._here(frame)
        except SQLAlchemyError as error:
            log.warning("a sign of life was not kept", kind=type(error).__name__)
            return True

    async def _here(self, frame: frames.Here) -> bool:
        desk, now = self.desk, self.desk.unix()
        present = await desk.on_thread(lambda: desk.sessions.find(self._session_id, now, used=frame.active))
        answer = None if present is None else await self.alive(frame, present)
        if answer is None:
            return False
        await desk.on_thread(lambda: self.live.looks.renew(self.page, self.account.number, now))
        await self._send({"type": "here", "now": now, **answer})
        return True

    async def _write(self, seat: Seat, sent: int) -> None:
        """Send what the seat gets; `read` is how far the feed was looked at, `told` what the page has of it."""
        read, told = await self._catch_up(seat, sent)
        while True:
            frame = await seat.frames.get()
            if frame is None:
                await self._ws.close(CLOSE_SLOW, "slow")
                return
            if frame["type"] == "resume":
                read, told = await self._catch_up(seat, frame["after"])
            elif "seq" not in frame:
                await self._send(frame)
            elif frame["seq"] > read:
                read = told = await self._tell(frame, told)

    async def _catch_up(self, seat: Seat, sent: int) -> tuple[int, int]:
        """Send what follows number `sent` from the store; return how far that was, and the last that was told."""
        read = told = sent
        while missed := await self.live.hub.after(read):
            for frame in missed:
                fitted = seat.fit(frame)
                if fitted is not None:
                    told = await self._tell(fitted, told)
            read = missed[-1]["seq"]
        return read, told

    async def _tell(self, frame: dict[str, Any], told: int) -> int:
        """Send an event with the number of the one the page was told before it; return its own."""
        await self._send({**frame, "after": told})
        return int(frame["seq"])

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._ws.send(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))
