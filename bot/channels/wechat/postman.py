"""Says what waits in the outbox as customer-service messages: in order, within the quota, and as few as possible."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.wechat.cards import Cards
from bot.channels.wechat.errors import CallFailed, Outcome, Refused
from bot.channels.wechat.line import Line, Lines
from bot.channels.wechat.outbox import KEPT, Outbox, Parcel
from bot.channels.wechat.outgoing import ImageOut, Outgoing
from bot.channels.wechat.quota_store import QuotaStore
from bot.channels.wechat.voice import Voice
from bot.channels.wechat.wire import Blob
from privacy.errors import PrivacyError
from privacy.media import MediaStore

logger = logging.getLogger(__name__)

#: Seconds between two looks when nobody wakes the postman.
_LOOK_EVERY: Final = 2.0
#: Seconds for which a process has parcels to itself; longer than a call with all its tries.
_LEASE: Final = 60.0
#: Seconds until a call is made again that WeChat has not answered, or has put off.
_AGAIN: Final = 5.0
_LATER: Final = 60.0
_AT_ONCE: Final = 16
#: What is to be dropped: nobody can or may be told.
_LOST: Final = frozenset({Outcome.STOP, Outcome.NOT_FOLLOWING, Outcome.NO_CONSENT})
#: What only the person can change, by writing again.
_UNTIL_CONTACT: Final = frozenset({Outcome.NO_QUOTA, Outcome.NO_WINDOW, Outcome.NOT_ALLOWED})


class Postman:
    """Empties the outbox; ``run`` is the process's task."""

    def __init__(
        self,
        lines: Lines,
        outbox: Outbox,
        quotas: QuotaStore,
        voice: Voice,
        media: MediaStore,
        *,
        cards: Cards,
    ) -> None:
        """Take the accounts, what waits, what may be sent, how it is said, where pictures lie, and the cards."""
        self._lines = lines
        self._outbox = outbox
        self._quotas = quotas
        self._voice = voice
        self._media = media
        self._cards = cards
        self._woken = asyncio.Event()
        self._under_way: dict[str, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Say that there is something new."""
        self._woken.set()

    async def run(self) -> None:
        """Say what is due, until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.say_due()
            except SQLAlchemyError as error:
                logger.warning("messages wait: %s", type(error).__name__)
            try:
                await asyncio.wait_for(self._woken.wait(), _LOOK_EVERY)
            except asyncio.TimeoutError:
                continue

    async def say_due(self) -> None:
        """Begin to say what is due now; conversations side by side, each in order."""
        for conversation_id in await asyncio.to_thread(self._outbox.due):
            if conversation_id not in self._under_way and len(self._under_way) < _AT_ONCE:
                self._begin(conversation_id)

    async def say_now(self, conversation_id: str, limit: float) -> None:
        """Say what is due in a conversation; return when it is said or put off, after ``limit`` seconds at the latest.

        What another task is saying just now comes first.
        """
        for _ in range(2):
            task = self._under_way.get(conversation_id)
            first = task is not None
            _, late = await asyncio.wait({task or self._begin(conversation_id)}, timeout=limit)
            if late or not first:
                return

    async def drain(self) -> None:
        """Wait until what was begun is said."""
        while self._under_way:
            await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    def _begin(self, conversation_id: str) -> asyncio.Task[None]:
        task = self._under_way[conversation_id] = asyncio.create_task(self._deliver(conversation_id))
        task.add_done_callback(lambda _done: self._ended(conversation_id))
        return task

    def _ended(self, conversation_id: str) -> None:
        task = self._under_way.pop(conversation_id)
        if not task.cancelled() and task.exception() is not None:
            logger.error("a message could not be said: %s", type(task.exception()).__name__)
        self.wake()

    async def _deliver(self, conversation_id: str) -> None:
        parcels = await asyncio.to_thread(self._outbox.take, conversation_id, _LEASE)
        if not parcels:
            return
        line = self._lines.get(parcels[0].person.account)
        if line is None or not line.can_send:
            await asyncio.to_thread(self._outbox.put_off, parcels, KEPT)
            return
        try:
            said = await self._say(line, conversation_id, parcels)
        except CallFailed as failure:
            await self._failed(line, parcels, failure)
            return
        if said:
            await asyncio.to_thread(self._outbox.said, parcels)
            messages = [parcel.message for parcel in parcels]
            await self._cards.follow(line, conversation_id, parcels[0].person, messages)
        else:
            await asyncio.to_thread(self._outbox.put_off, parcels, KEPT)

    async def _say(self, line: Line, conversation_id: str, parcels: Sequence[Parcel]) -> bool:
        """Say parcels as one message, their pictures after it; False when the quota does not allow it."""
        quota = await asyncio.to_thread(self._quotas.quota, conversation_id)
        messages = [parcel.message for parcel in parcels]
        wanted = sum(1 for message in messages if message.image)
        words = any(message.text or message.buttons for message in messages)
        shows = quota.left(self._quotas.now()) >= wanted + words
        composed = await asyncio.to_thread(self._voice.composed, messages, with_pictures=shows)
        if composed.text or composed.links or composed.buttons:
            said = await asyncio.to_thread(self._voice.as_service_message, line, conversation_id, composed)
            if not await self._send(line, parcels[0], said):
                return False
        for address in composed.pictures:
            picture = await self._picture(line, address)
            if picture is not None and not await self._send(line, parcels[0], picture):
                return False
        return True

    async def _send(self, line: Line, to: Parcel, message: Outgoing) -> bool:
        """Send one message of the quota; False when there is none left."""
        if not await asyncio.to_thread(self._quotas.take, to.conversation_id):
            return False
        try:
            await line.client.send(to.person.openid, message)
        except Refused:
            await asyncio.to_thread(self._quotas.give_back, to.conversation_id)
            raise
        return True

    async def _picture(self, line: Line, address: str) -> Outgoing | None:
        """A picture of ours, handed to WeChat; None when its time is over."""
        try:
            item = await asyncio.to_thread(self._media.get, address.rsplit("/", 1)[-1])
        except PrivacyError:
            return None
        return ImageOut(await line.client.upload_image(Blob(item.media_type, item.content)))

    async def _failed(self, line: Line, parcels: Sequence[Parcel], failure: CallFailed) -> None:
        """Decide what becomes of parcels that were not taken.

        A call that may have been carried out is made again: an answer that comes twice serves a person who waits
        better than none.
        """
        outcome = failure.outcome if isinstance(failure, Refused) else None
        if outcome in _LOST:
            await asyncio.to_thread(self._outbox.said, parcels)
        elif outcome in _UNTIL_CONTACT:
            if outcome is Outcome.NOT_ALLOWED:
                line.lose_service()
            await asyncio.to_thread(self._quotas.exhaust, parcels[0].conversation_id)
            await asyncio.to_thread(self._outbox.put_off, parcels, KEPT)
        else:
            pause = _AGAIN if outcome is None or outcome is Outcome.BUSY else _LATER
            await asyncio.to_thread(self._outbox.put_off, parcels, pause)
