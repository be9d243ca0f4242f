"""One reader of the feed for all pages of a process, and what it hands on to each of them.

What is not for a page (`Seat.fit`) never comes into its queue.

Each event is read and unsealed once, however many agents watch. A seat that cannot keep up is closed; its page comes
back with the number of the last event it has, and gets the rest from the store.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ..chats.errors import NoSuchChat
from ..chats.records import ChatEvent
from ..chats.service import Chats
from .looks import LookBook
from .wire import chat_wire, event_wire, present_wire

log = structlog.get_logger(__name__)

#: Frames that may wait for a slow page before it is let go.
MOST_WAITING = 2_000
_AGAIN_S = 1.0
OnThread = Callable[[Callable[[], Any]], Awaitable[Any]]


def everything(frame: dict[str, Any]) -> dict[str, Any] | None:
    """Return a frame as it is: what an agent's page gets of it."""
    return frame


@dataclass(eq=False)
class Seat:
    """A page that listens. `frames` ends with `None` when it was too slow; `fit` says what of a frame it gets."""

    fit: Callable[[dict[str, Any]], dict[str, Any] | None] = everything
    frames: asyncio.Queue[dict[str, Any] | None] = field(
        default_factory=lambda: asyncio.Queue(MOST_WAITING + 1)
    )

    def put(self, frame: dict[str, Any]) -> bool:
        """Hand on what of a frame is for this page; False when too many wait already."""
        fitted = self.fit(frame)
        if fitted is None:
            return True
        if self.frames.qsize() >= MOST_WAITING:
            self.frames.put_nowait(None)
            return False
        self.frames.put_nowait(fitted)
        return True


class Hub:
    """Reads the feed and tells all seats."""

    def __init__(
        self, chats: Chats, looks: LookBook, clock: Callable[[], float], on_thread: OnThread
    ) -> None:
        """Read `chats` and `looks`; `clock` is unix seconds."""
        self._chats = chats
        self._looks = looks
        self._clock = clock
        self._on_thread = on_thread
        self._seats: set[Seat] = set()
        self._at = 0
        self._who: dict[str, Any] = {}

    async def start(self) -> None:
        """Begin at the newest event. Before pages are served."""
        self._at = await self._on_thread(self._chats.store.head)

    def join(self, fit: Callable[[dict[str, Any]], dict[str, Any] | None] = everything) -> Seat:
        """Give a page a seat; from now on it gets what the hub reads, as far as it is for it."""
        seat = Seat(fit)
        self._seats.add(seat)
        return seat

    def leave(self, seat: Seat) -> None:
        """Take a seat back."""
        self._seats.discard(seat)

    async def run(self) -> None:
        """Read and tell, until cancelled."""
        while True:
            try:
                read = await self._step()
                if self._seats:
                    await self._tell_who()
                if not read:
                    await self._chats.changed()
            except SQLAlchemyError as error:
                log.warning("the stream waits", kind=type(error).__name__)
                await asyncio.sleep(_AGAIN_S)

    async def after(self, after: int) -> list[dict[str, Any]]:
        """Return the frames of the events after a number, for a page that has missed them (a part, when many)."""
        return await self.frames_of(await self._chats.feed(after), after)

    async def frames_of(self, events: Sequence[ChatEvent], after: int) -> list[dict[str, Any]]:
        """Return a frame for each event: with the number before it, and the chat as it is now."""
        wires = {chat_id: await self._chat(chat_id) for chat_id in {event.chat_id for event in events}}
        frames: list[dict[str, Any]] = []
        for event in events:
            frames.append(
                {
                    "type": "event",
                    "after": after,
                    "seq": event.feed,
                    "event": event_wire(event),
                    "chat": wires[event.chat_id],
                }
            )
            after = event.feed
        return frames

    async def who(self) -> dict[str, Any]:
        """Return the frame of who is there and who looks where, agents and departments."""
        there = await self._chats.there()
        looks = await self._on_thread(lambda: self._looks.now(self._clock()))
        visits = await self._on_thread(lambda: self._looks.visiting(self._clock()))
        return {
            "type": "who",
            "there": [present_wire(present) for present in there],
            "looks": [asdict(look) for look in looks],
            "departments": [asdict(visit) for visit in visits],
        }

    async def _step(self) -> bool:
        events = await self._chats.feed(self._at)
        if not events:
            return False
        frames = await self.frames_of(events, self._at) if self._seats else []
        self._at = events[-1].feed
        for frame in frames:
            self._tell(frame)
        return True

    async def _tell_who(self) -> None:
        who = await self.who()
        if who != self._who:
            self._who = who
            self._tell(who)

    def _tell(self, frame: dict[str, Any]) -> None:
        for seat in [seat for seat in self._seats if not seat.put(frame)]:
            self._seats.discard(seat)

    async def _chat(self, chat_id: str) -> dict[str, Any] | None:
        """Return a chat; `None` when it was deleted meanwhile."""
        try:
            return chat_wire(await self._on_thread(lambda: self._chats.store.get(chat_id)))
        except NoSuchChat:
            return None
