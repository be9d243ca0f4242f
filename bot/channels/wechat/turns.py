"""One push to the assistant and its answer back, once and only once, in WeChat's five seconds or after them.

WeChat waits five seconds and sends a push three times. Whatever it sends while the turn runs joins the turn. When the
answer comes while somebody waits, it goes back with the push; when nobody waits any more, WeChat has been told
``success`` and the answer goes to the outbox. What a process that died has left is taken up by :meth:`Turns.take_over`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.wechat import pushes as p
from bot.channels.wechat.errors import BadBody, CallFailed, Outcome, Refused
from bot.channels.wechat.inbox import LEASE, Inbox, Known, Reply, Work
from bot.channels.wechat.leaving import Leaving
from bot.channels.wechat.line import Line, Lines
from bot.channels.wechat.meaning import Entered, Interpreter, trigger
from bot.channels.wechat.notifying import Notifier, receipts
from bot.channels.wechat.outbox import Outbox, Parcel, packed, unpacked
from bot.channels.wechat.parsing import parse
from bot.channels.wechat.patience import Patience
from bot.channels.wechat.people import People, Person
from bot.channels.wechat.quota_store import QuotaStore
from bot.channels.wechat.reading import Tree
from bot.channels.wechat.voice import Voice
from bot.lock_store import ProcessLocks
from bot.message import InboundMessage, OutboundMessage
from bot.notices.ledger import Receipt
from bot.output import Sign, TurnOutput

logger = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[None]]
Heard = Callable[[Receipt], Awaitable[None]]
#: Seconds an answer waits for WeChat's next try when the one before broke off.
_NEXT_TRY: Final = 8.0
#: Seconds between two looks at a push that another process answers.
_LOOK_EVERY: Final = 0.2
#: WeChat's tries of one push.
_TRIES: Final = 3
#: Tries, ours included, after which a push that always fails is given up.
_MOST_TRIES: Final = 10
#: Seconds for which an answer that was made stays at hand in this process.
_AT_HAND: Final = 60.0
#: Seconds for the pictures and voices that one person sends in a row to be fetched.
_ORDERED: Final = 30.0
_POSITION: Final = ("Location_X", "Location_Y", "Label")


class Door(Protocol):
    """Where messages go: ``bot.inbound.Inbound``."""

    async def receive(self, message: InboundMessage, output_channel: Any) -> None:
        """Answer ``message`` through ``output_channel``."""

    async def ask(self, message: InboundMessage) -> None:
        """Play a message of our own that nobody sees."""


class WeChatOutput(TurnOutput):
    """Collects the answers of one turn."""

    def __init__(self, channel: str, sign: Sign) -> None:
        """Take the channel's name and what signs buttons."""
        super().__init__(sign)
        self._name = channel

    def name(self) -> str:
        """Return the channel's name: ``wechat`` or ``mini_program``."""
        return self._name


@dataclass
class Turn:
    """A push that is being answered in this process.

    Attributes:
        line, push, work: what came, and through which account.
        done: set when it is known how the answer goes out.
        waiting: WeChat's requests that wait for it now.
        tries: how often WeChat has sent it.
        told: whether WeChat has been told ``success``: it will not ask again.
        text: the answer that goes back with the push; None: nothing does.
        parcels: what waited in the outbox and goes out with it.
        pictures: what follows as messages of their own.
    """

    line: Line
    push: p.Push
    work: Work
    done: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    tries: int = 1
    told: bool = False
    text: str | None = None
    parcels: list[Parcel] = field(default_factory=list)
    pictures: list[OutboundMessage] = field(default_factory=list)

    @property
    def person(self) -> Person:
        """Who sent it."""
        return Person(self.line.account.name, self.push.openid)


@dataclass(frozen=True)
class Stores:
    """Where this channel keeps things."""

    inbox: Inbox
    outbox: Outbox
    quotas: QuotaStore
    people: People


class Turns:
    """Plays pushes through the door. ``begun`` turns belong to this process until their answer is out."""

    def __init__(
        self,
        lines: Lines,
        stores: Stores,
        *,
        interpreter: Interpreter,
        voice: Voice,
        door: Door,
        leaving: Leaving,
        notifier: Notifier,
        heard: Heard,
        wake: Callable[[], None],
        patience: float,
        clock: Callable[[], float] = time.time,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """``heard`` takes receipts of notices, ``wake`` tells the postman.

        WeChat is kept waiting ``patience`` seconds of ``clock``, on ``sleep``.
        """
        self._lines = lines
        self._stores = stores
        self._interpreter = interpreter
        self._voice = voice
        self._door = door
        self._leaving = leaving
        self._notifier = notifier
        self._heard = heard
        self._wake = wake
        self._patience = Patience(patience, clock)
        self._sleep = sleep
        self._running: dict[str, Turn] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._order = ProcessLocks()
        # A push is taken in five seconds, however many turns use the threads that all share.
        self._claims = ThreadPoolExecutor(2, thread_name_prefix="wechat-claims")

    async def take(self, line: Line, push: p.Push, fields: Tree) -> tuple[str | None, str]:
        """Return what goes back with a push (None: ``success``), and its name for :meth:`sent`."""
        until = self._patience.until(len(self._tasks))
        name = self._stores.inbox.name(line.account.name, push.key)
        turn = self._running.get(name)
        if turn is not None:
            turn.tries += 1
            return await self._wait(turn, until), name
        work = self._work(line, push, fields, name)
        known = await asyncio.get_running_loop().run_in_executor(self._claims, self._stores.inbox.claim, work)
        if known is None:
            return await self._wait(self._begin(line, push, work), until), name
        turn = self._running.get(name)
        if turn is not None:
            turn.tries = max(turn.tries, known.tries)
            return await self._wait(turn, until), name
        return await self._of_others(name, known), name

    async def sent(self, name: str) -> None:
        """Note that WeChat has fetched the answer to a push; what belongs to it follows."""
        turn = self._running.pop(name, None)
        if turn is not None:
            await asyncio.to_thread(self._follow, turn)
            self._wake()
        await asyncio.to_thread(self._stores.inbox.end, name)

    def _follow(self, turn: Turn) -> None:
        """Note what went out with an answer, and let its pictures follow."""
        outbox, name = self._stores.outbox, f"{turn.work.name[:50]}-pictures"
        outbox.said(turn.parcels)
        if turn.pictures:
            outbox.put(turn.work.conversation_id, turn.person, turn.pictures, name)

    async def ask(self, channel: str, conversation_id: str, text: str) -> None:
        """Play a message of our own in a conversation; nobody sees what is answered."""
        await self._door.ask(InboundMessage(channel, conversation_id, "internal", text))

    async def arrives(self, channel: str, conversation_id: str, text: str, name: str) -> None:
        """Play something that has come from elsewhere, once; what is answered is said as soon as the quota allows."""
        person = await asyncio.to_thread(self._stores.people.find, conversation_id)
        if person is None:
            return
        output = WeChatOutput(channel, self._interpreter.signer.sign)
        await self._door.receive(
            InboundMessage(channel, conversation_id, "internal", text, client_id=name), output
        )
        await asyncio.to_thread(self._stores.outbox.put, conversation_id, person, output.messages, name)
        self._wake()

    async def take_over(self) -> None:
        """Go on with what processes that died have left."""
        for work, known in await asyncio.to_thread(self._stores.inbox.take_over):
            line = self._lines.get(str(work.body.get("account")))
            push = _read_again(work)
            mine = self._running.get(work.name)
            if line is None or push is None or known.tries > _MOST_TRIES:
                logger.error("a push was given up after %d tries", known.tries)
                await asyncio.to_thread(self._stores.inbox.end, work.name)
            elif known.state == "running":
                if mine is None:
                    self._begin(line, push, work).told = True
            else:
                self._running.pop(work.name, None)
                turn = mine or Turn(line, push, work)
                await self._put(turn, [unpacked(m) for m in known.reply.messages] if known.reply else [])

    async def keep_leases(self) -> None:
        """Renew what is being answered, and look for what was left, until cancelled."""
        while True:
            try:
                running = [name for name, turn in self._running.items() if not turn.done.is_set()]
                await asyncio.to_thread(self._stores.inbox.renew, running)
                await self.take_over()
            except SQLAlchemyError as error:
                logger.warning("pushes wait: %s", type(error).__name__)
            await asyncio.sleep(LEASE / 5)

    async def drain(self, timeout: float) -> None:
        """Let running turns end before the process does, ``timeout`` seconds at most; others take up what is left."""
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=timeout)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _work(self, line: Line, push: p.Push, fields: Tree, name: str) -> Work:
        """What is kept of a push until it is answered; of a position nothing is."""
        kept = {key: value for key, value in fields.items() if key not in _POSITION}
        conversation_id = self._stores.people.conversation(Person(line.account.name, push.openid))
        return Work(name, conversation_id, {"account": line.account.name, "fields": kept})

    def _begin(self, line: Line, push: p.Push, work: Work) -> Turn:
        turn = self._running[work.name] = Turn(line, push, work)
        turn.told = not line.account.abilities.passive
        task = asyncio.create_task(self._play(turn))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return turn

    async def _wait(self, turn: Turn, until: float) -> str | None:
        """Wait as long as WeChat can be kept waiting. Cancelled when its connection breaks: then it will ask again.

        What it took to claim the push counts: WeChat's five seconds run from its first byte.
        """
        if not turn.line.account.abilities.passive:
            return None
        turn.waiting += 1
        try:
            await self._until(turn.done, self._patience.left(until))
            if turn.done.is_set():
                return turn.text
            self._patience.rang(until)
            if turn.line.can_send:
                turn.told = True
                self._show_typing(turn)
                return None
            if turn.tries < _TRIES:
                await turn.done.wait()  # WeChat gives up on this try and asks again
                return turn.text
            turn.told = True
            return self._interpreter.says("later", "")
        finally:
            turn.waiting -= 1

    async def _until(self, done: asyncio.Event, seconds: float) -> None:
        waits = [asyncio.ensure_future(done.wait()), asyncio.ensure_future(self._sleep(seconds))]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()

    async def _of_others(self, name: str, known: Known) -> str | None:
        """What another process answers, or has answered; nothing when it takes too long: then it sends it."""
        looks = int(self._patience.seconds / _LOOK_EVERY)
        for _ in range(looks):
            if known.state != "running":
                return known.reply.text if known.reply else None
            await self._sleep(_LOOK_EVERY)
            seen = await asyncio.to_thread(self._stores.inbox.known, name)
            known = seen or known
        return None

    async def _play(self, turn: Turn) -> None:
        try:
            await asyncio.to_thread(self._note, turn)
            await self._finish(turn, await self._answers(turn))
        except Exception as error:  # noqa: BLE001 - the lease runs out and somebody tries again
            logger.error("a push could not be answered: %s", type(error).__name__)  # noqa: TRY400
            self._running.pop(turn.work.name, None)
            turn.done.set()

    def _note(self, turn: Turn) -> None:
        """Remember whom we talk with, and what they let us send."""
        line, push, conversation_id = turn.line, turn.push, turn.work.conversation_id
        if isinstance(push, p.Unsubscribe):
            return
        tapped = self._interpreter.is_tap(line, push, conversation_id)
        granted = trigger(line, push, tapped=tapped)
        if granted is not None:
            self._stores.people.note(turn.person)
            self._stores.quotas.grant(conversation_id, granted)

    async def _answers(self, turn: Turn) -> Sequence[OutboundMessage]:
        line, push, conversation_id = turn.line, turn.push, turn.work.conversation_id
        if isinstance(push, p.Unsubscribe):
            await self._leaving.leave(line.account.channel, conversation_id, turn.work.name)
            return ()
        if isinstance(push, p.ConsentChanged):
            await asyncio.to_thread(self._notifier.note, line, conversation_id, push)
            return ()
        if isinstance(push, p.NoticesSent | p.NoticeDelivered):
            for receipt in receipts(line, conversation_id, push):
                await self._heard(receipt)
            return ()
        output = WeChatOutput(line.account.channel, self._interpreter.signer.sign)
        async with self._order.hold(conversation_id, _ORDERED):
            meaning = await self._interpreter.meaning(line, push, conversation_id, turn.work.name)
            before: Sequence[OutboundMessage] = ()
            if isinstance(meaning, Entered):
                before, meaning = meaning.greeting, meaning.brings
            if not isinstance(meaning, InboundMessage):
                return meaning
            received = asyncio.ensure_future(self._door.receive(meaning, output))
            await asyncio.sleep(0)  # it lies in the person's mailbox now, before whatever they sent next
        await received
        if output.allowed is not None and not await asyncio.to_thread(output.allowed, None):
            return before  # a person has the conversation since
        return [*before, *output.messages]

    async def _finish(self, turn: Turn, messages: Sequence[OutboundMessage]) -> None:
        """Decide which way the answer goes; a request that waits gets it."""
        if turn.told and not turn.waiting:
            await self._put(turn, messages)
            return
        text = await asyncio.to_thread(self._reply, turn, messages)
        if text is None:
            await asyncio.to_thread(self._stores.inbox.end, turn.work.name)
            self._running.pop(turn.work.name, None)
            turn.done.set()
            return
        reply = Reply(text, [packed(message) for message in messages])
        await asyncio.to_thread(self._stores.inbox.answer, turn.work.name, reply, _NEXT_TRY)
        turn.text = text
        turn.done.set()
        asyncio.get_running_loop().call_later(_AT_HAND, self._running.pop, turn.work.name, None)
        if turn.told and not turn.waiting:  # the last one left meanwhile, and WeChat will not ask again
            await asyncio.to_thread(self._stores.outbox.put_off, turn.parcels, 0.0)
            await self._put(turn, messages)

    def _reply(self, turn: Turn, messages: Sequence[OutboundMessage]) -> str | None:
        """The text that goes back, with what else was to be said to this person; None when there is nothing."""
        conversation_id, line = turn.work.conversation_id, turn.line
        turn.parcels = self._stores.outbox.take(conversation_id, _NEXT_TRY)
        said = [*(parcel.message for parcel in turn.parcels), *messages]
        pictures = [OutboundMessage(image=message.image) for message in said if message.image]
        quotas = self._stores.quotas
        shows = line.can_send and quotas.quota(conversation_id).left(quotas.now()) >= len(pictures)
        composed = self._voice.composed(said, with_pictures=shows)
        if shows:
            turn.pictures = pictures
            if not composed.text and pictures:
                composed = self._voice.composed(said, with_pictures=False)
        return None if composed.is_empty else self._voice.as_text(line, conversation_id, composed)

    async def _put(self, turn: Turn, messages: Sequence[OutboundMessage]) -> None:
        """Let the answer be said as a message of its own."""
        name, conversation_id, outbox = turn.work.name, turn.work.conversation_id, self._stores.outbox
        if messages:
            await asyncio.to_thread(outbox.put, conversation_id, turn.person, messages, name)
        await asyncio.to_thread(outbox.hurry, conversation_id)
        await asyncio.to_thread(self._stores.inbox.end, name)
        self._running.pop(name, None)
        turn.text = None
        turn.done.set()
        self._wake()

    def _show_typing(self, turn: Turn) -> None:
        task = asyncio.create_task(_try_typing(turn))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _try_typing(turn: Turn) -> None:
    """Show “对方正在输入” while the answer is made."""
    try:
        await turn.line.client.show_typing(turn.push.openid, on=True)
    except CallFailed as failure:
        if isinstance(failure, Refused) and failure.outcome is Outcome.NOT_ALLOWED:
            turn.line.lose_service()


def _read_again(work: Work) -> p.Push | None:
    """The push of a work that was left; a position is gone, and the person is asked for it again."""
    fields = work.body.get("fields")
    if not isinstance(fields, dict):
        return None
    try:
        return parse(fields)
    except BadBody:
        return p.OtherMessage(
            str(fields.get("ToUserName")), str(fields.get("FromUserName")), 0, work.name, kind="left"
        )
