"""Tells what is due: pushes where a channel can, hands over at the next contact where it cannot.

A notice is told when its conversation still wants it at that moment, and once: a channel that pushes knows the event's
id, so a notice that was told by a process which died before noting it is not told again. A channel with several ways
(``ways``) is told by the first that reaches the person; each step is written down before it is made (``ledger``).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.message import OutboundMessage
from bot.notices.ledger import DeliveryLedger, Receipt, Settled
from bot.notices.routing import still_wanted
from bot.notices.store import Notice, NoticeStore
from bot.notices.ways import Attempt, Died, Letter, Told, Try, Verdict, Wait, Way, Ways, next_step
from bot.notices.wording import Wording
from bot.signing import PayloadSigner
from privacy.joins import Joins
from privacy.notices import Subscriptions

logger = logging.getLogger(__name__)

#: Says a message in a conversation; the last argument names it, the same name is said once.
Push = Callable[[str, OutboundMessage, str], Awaitable[None]]
_LOOK_EVERY_S: Final = 5.0
#: Seconds until a notice is looked at again that another process works on.
_BUSY_S: Final = 5.0
#: Notices with several ways that are worked on at the same time.
_AT_ONCE: Final = 16


@dataclass(frozen=True)
class Channel:
    """How a channel is told: ``push`` says something there; ``ways`` come before it, where it has any."""

    push: Push
    ways: Ways | None = None


class Courier:
    """Empties the store of notices; ``run`` is the process's task."""

    def __init__(
        self,
        store: NoticeStore,
        ledger: DeliveryLedger,
        subscriptions: Subscriptions,
        *,
        wording: Wording,
        signer: PayloadSigner,
        joins: Joins,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take notices from ``store`` and note in ``ledger`` what becomes of them; ``clock`` gives unix seconds."""
        self._store = store
        self._ledger = ledger
        self._subscriptions = subscriptions
        self._wording = wording
        self._signer = signer
        self._joins = joins
        self._clock = clock
        self._woken = asyncio.Event()
        self._pushed: frozenset[str] = frozenset()

    def wake(self) -> None:
        """Say that there is something new."""
        self._woken.set()

    async def run(self, channels: Mapping[str, Channel]) -> None:
        """Tell what is due on ``channels`` (by name), until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.push_due(channels)
            except SQLAlchemyError as error:
                logger.warning("notices wait: %s", type(error).__name__)
            try:
                await asyncio.wait_for(self._woken.wait(), _LOOK_EVERY_S)
            except asyncio.TimeoutError:
                continue

    async def push_due(self, channels: Mapping[str, Channel]) -> int:
        """Tell everything that is due now; return how many steps were taken."""
        self._pushed = frozenset(channels)
        steps = 0
        while due := await asyncio.to_thread(self._store.due, list(channels), self._clock()):
            stepwise = [notice for notice in due if channels[notice.to.channel].ways is not None]
            for notice in due:
                if notice not in stepwise:
                    await self._push(notice, channels[notice.to.channel].push)
            for first in range(0, len(stepwise), _AT_ONCE):
                some = stepwise[first : first + _AT_ONCE]
                await asyncio.gather(*(self._advance(n, channels[n.to.channel]) for n in some))
            steps += len(due)
        return steps

    async def heard(self, receipt: Receipt) -> None:
        """Take a receipt of a channel; a notice that was not delivered is told by its next way."""
        settled = await asyncio.to_thread(self._ledger.receive, receipt, self._clock())
        await asyncio.to_thread(self._follow, settled)

    async def _push(self, notice: Notice, push: Push) -> None:
        if await asyncio.to_thread(self._still_wanted, notice):
            await push(notice.to.conversation_id, self._signed(notice), f"notice-{notice.event_id}")
            await asyncio.to_thread(self._store.settle, notice, "told")

    async def _advance(self, notice: Notice, channel: Channel) -> None:
        """Take one step with a notice that may be told by several ways."""
        ways, now = channel.ways or {}, self._clock()
        place = (notice.event_id, notice.to.conversation_id)
        stages = await asyncio.to_thread(self._ledger.stages, *place)
        step = next_step(list(ways), stages, now)
        if isinstance(step, Told):
            await asyncio.to_thread(self._settle_told, notice, list(ways))
        elif isinstance(step, Wait):
            await asyncio.to_thread(self._store.put_off, notice, step.until)
        elif isinstance(step, Died):
            perhaps = Attempt(Verdict.UNKNOWN, "process_ended")
            await self._note(notice, step.stage.way, step.stage.tries, perhaps)
        elif not await asyncio.to_thread(self._may_be_told_now, notice):
            return
        elif isinstance(step, Try):
            await self._try(notice, step, ways)
        else:
            await self._leave(notice, channel.push, said=step.said)

    async def _try(self, notice: Notice, step: Try, ways: Ways) -> None:
        kind = self._wording.events[notice.event].kind
        letter = Letter(notice, kind, self._signed(notice), notice.matter.at(self._clock()))
        if not await asyncio.to_thread(self._ledger.begin, letter, step, self._clock()):
            await asyncio.to_thread(self._store.put_off, notice, self._clock() + _BUSY_S)
            return
        try:
            attempt = await ways[step.way](letter)
        except Exception as error:  # noqa: BLE001 - what went wrong may have come after the notice went out
            logger.error("a notice could not be told: %s", type(error).__name__)  # noqa: TRY400
            attempt = Attempt(Verdict.UNKNOWN, type(error).__name__)
        await self._note(notice, step.way, step.number, attempt)

    async def _note(self, notice: Notice, way: Way, tries: int, attempt: Attempt) -> None:
        place = (notice.event_id, notice.to.conversation_id)
        settled = await asyncio.to_thread(
            lambda: self._ledger.end(*place, way, tries=tries, attempt=attempt, now=self._clock())
        )
        await asyncio.to_thread(self._follow, settled)

    async def _leave(self, notice: Notice, push: Push, *, said: bool) -> None:
        """Leave a notice that nothing reached to the next contact, unless the conversation may hold it already."""
        if not said:
            name = f"notice-{notice.event_id}"
            await push(notice.to.conversation_id, self._signed(notice), name)
        await asyncio.to_thread(self._store.settle, notice, "told" if said else "left")

    def _settle_told(self, notice: Notice, order: Sequence[Way]) -> None:
        """End a notice, unless a receipt that came at this moment says that it did not arrive."""
        self._store.settle(notice, "told")
        place = (notice.event_id, notice.to.conversation_id)
        now = self._clock()
        if not isinstance(next_step(order, self._ledger.stages(*place), now), Told):
            self._store.look_again(*place, now, reopen=True)

    def _follow(self, settled: Sequence[Settled]) -> None:
        """Look again at notices that a receipt has settled."""
        for one in settled:
            self._store.look_again(one.event_id, one.conversation_id, self._clock(), reopen=not one.delivered)
        if settled:
            self.wake()

    def _may_be_told_now(self, notice: Notice) -> bool:
        """Tell whether a step may be made: still wanted, and not in the quiet hours."""
        if not self._still_wanted(notice):
            return False
        now = self._clock()
        quiet = self._wording.held_back(notice.event, notice.matter.platform_now(now)).total_seconds()
        if quiet > 0:
            self._store.put_off(notice, now + quiet)
        return quiet <= 0

    async def at_contact(
        self, conversation_id: str, say: Callable[[OutboundMessage], Awaitable[None]]
    ) -> None:
        """Tell what waited for this conversation, on a channel that cannot push and signs what it sends."""
        for notice in await asyncio.to_thread(self._store.waiting, conversation_id, self._clock()):
            if notice.to.channel in self._pushed:
                continue  # it is on its way, and would be told twice
            if await asyncio.to_thread(self._still_wanted, notice):
                await say(self._message(notice))
                await asyncio.to_thread(self._store.settle, notice, "told")

    def _still_wanted(self, notice: Notice) -> bool:
        """Tell whether to tell it; what is too late or was revoked meanwhile is settled."""
        if notice.until <= self._clock():
            self._store.settle(notice, "late")
            return False
        kind = self._wording.events[notice.event].kind
        if not still_wanted(self._joins, self._subscriptions, notice.to, kind):
            self._store.settle(notice, "revoked")
            return False
        return True

    def _message(self, notice: Notice) -> OutboundMessage:
        return self._wording.message(notice.event, notice.to, notice.matter, self._clock())

    def _signed(self, notice: Notice) -> OutboundMessage:
        message = self._message(notice)
        sign = self._signer.sign
        signed = (replace(b, payload=sign(notice.to.conversation_id, b.payload)) for b in message.buttons)
        kind = self._wording.events[notice.event].kind
        return replace(message, buttons=tuple(signed), about=f"notice.{kind}")
