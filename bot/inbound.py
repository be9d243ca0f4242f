"""The one door for every channel: gate, privacy, router, Rasa."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Final

from rasa.core.channels.channel import OutputChannel, UserMessage

from bot.bursts import join, next_batch
from bot.gate import Refused, judge
from bot.held_answers import HeldAnswers, RunningTurn, running_turn
from bot.mailboxes import Letter, Mailboxes, MailboxFull
from bot.message import InboundMessage, OutboundMessage
from bot.refusals import Refusals
from bot.router import Router
from bot.scrubbing import scrub_values
from bot.signing import PayloadSigner, looks_signed
from privacy.masking import Keeps, Masker, neutralise
from privacy.recognise import find

logger = logging.getLogger(__name__)

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]
WaitingNotices = Callable[[str, Callable[[OutboundMessage], Awaitable[None]]], Awaitable[None]]
RequestedSlot = Callable[[str], Awaitable[str | None]]

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the turn that is running, for log lines."""

_WITHOUT_PUSH: Final = frozenset({"rest"})
_EXPECTED: Final = {"person_name": "name", "document_number": "document", "phone": "phone", "otp": "otp"}


def expected_kind(asked: str | None) -> str | None:
    """Return what the masker looks for when the assistant has asked for this, e.g. ``account_form.new_phone``.

    Fields of forms are named after what they hold: ``…person_name``, ``…document_number``, ``…phone``, ``…otp``.
    """
    return next((kind for name, kind in _EXPECTED.items() if (asked or "").endswith(name)), None)


async def _nothing(_sender_id: str) -> None:
    """Nothing follows a turn."""


@dataclass(frozen=True)
class Steps:
    """What stands behind the door, built once in the process's factory.

    Attributes:
        signer: knows our own buttons.
        vault: keeps what is masked.
        held: keeps answers until their channel has them.
        router: knows who answers.
        requested_slot: which slot a conversation was last asked for.
        refusals: sentences of the gate.
        holds: whether a picture (its id) belongs to a conversation.
        longest: characters allowed in one message.
        most_waiting: messages of one person that may wait.
        turn_limit: seconds a turn may take.
        after_turn: what is done when a turn of a conversation is over.
        waiting_notices: tells what waited for a conversation on a channel that cannot push.
    """

    signer: PayloadSigner
    vault: Keeps
    held: HeldAnswers
    router: Router
    requested_slot: RequestedSlot
    refusals: Refusals
    holds: Callable[[str, str], bool]
    longest: int = 500
    most_waiting: int = 20
    turn_limit: float = 30.0
    after_turn: Callable[[str], Awaitable[None]] = _nothing
    waiting_notices: WaitingNotices | None = None


class Inbound:
    """Takes one message on its way; built by ``bot.footing.Footing.inbound(on_new_message)``.

    A channel's ``blueprint(on_new_message)`` does::

        inbound = self.footing.inbound(on_new_message)     # footing: bot.footing.Footing
        await inbound.receive(message, output_channel)      # returns when the answer has been sent
    """

    def __init__(self, on_new_message: OnNewMessage, steps: Steps) -> None:
        """Connect Rasa's handler with the steps before it."""
        self._on_new_message = on_new_message
        self._steps = steps
        self._masker = Masker(steps.vault)
        self._mailboxes = Mailboxes(self._choose, self._answer, steps.most_waiting)

    async def receive(self, message: InboundMessage, output_channel: OutputChannel) -> None:
        """Answer ``message`` through ``output_channel`` (a Rasa ``OutputChannel``); returns when all is sent.

        Messages of one ``sender_id`` are handled one after another, in the order of the calls. Short
        fragments that wait behind a running turn may be joined: then the joined turn answers on the channel
        of the last. Never raises for anything a person can send; a failing turn is answered in words.
        """
        verdict = judge(message, self._steps.longest)
        if isinstance(verdict, Refused):
            await self._refuse(verdict.reason, message, output_channel)
            return
        try:
            await self._mailboxes.deliver(verdict.message, output_channel)
        except MailboxFull:
            await self._refuse("too_many", message, output_channel)

    async def _choose(self, waiting: Sequence[InboundMessage]) -> int:
        if len(waiting) == 1:
            return 1
        asked = await self._steps.requested_slot(waiting[0].sender_id)
        return next_batch(waiting, asked is not None)

    async def _answer(self, letters: Sequence[Letter]) -> None:
        """Run one turn; whatever happens, the person gets words. What was answered before a kill is said again."""
        fresh = [letter for letter in letters if not await self._said_before(letter)]
        if not fresh:
            return
        message = join([letter.message for letter in fresh])
        output = Counting(fresh[-1].output)
        turn = request_id.set(uuid.uuid4().hex)
        running_turn.set(self._running([letter.message for letter in fresh], output))
        try:
            await asyncio.wait_for(self._turn(message, output), self._steps.turn_limit)
        except Exception as error:  # noqa: BLE001 - a turn that fails for any reason still answers
            _log_failure(error)
        try:
            if not output.sent:
                await self._refuse("failed", message, output)
            if message.channel in _WITHOUT_PUSH:
                await self._tell_waiting(message.sender_id, output)
            await self._after_turn(message.sender_id)
        finally:
            request_id.reset(turn)

    async def _after_turn(self, sender_id: str) -> None:
        """Do what follows a turn; when it cannot be done now, it is done later."""
        try:
            await self._steps.after_turn(sender_id)
        except Exception as error:  # noqa: BLE001 - the person has their answer already
            _log_failure(error)

    async def _tell_waiting(self, conversation_id: str, output: OutputChannel) -> None:
        async def say(notice: OutboundMessage) -> None:
            buttons = [{"title": b.title, "payload": b.payload} for b in notice.buttons]
            await output.send_response(conversation_id, {"text": notice.text, "buttons": buttons})

        if self._steps.waiting_notices is None:
            return
        try:
            await self._steps.waiting_notices(conversation_id, say)
        except Exception as error:  # noqa: BLE001 - the turn is answered; the notice waits for the next one
            _log_failure(error)

    async def _said_before(self, letter: Letter) -> bool:
        """Whether the message was answered in a turn that was stored; its answers are said now."""
        message = letter.message
        if message.client_id is None:
            return False
        held = await asyncio.to_thread(self._steps.held.recall, message.sender_id, message.client_id)
        for answer in held or ():
            await letter.output.send_response(message.sender_id, answer)
        return held is not None

    def _running(self, messages: Sequence[InboundMessage], output: Counting) -> RunningTurn:
        ids = [message.client_id for message in messages if message.client_id is not None]
        known = tuple(ids) if len(ids) == len(messages) else ()
        return RunningTurn(self._steps.held, messages[-1].sender_id, known, output.answers)

    async def _turn(self, message: InboundMessage, output: Counting) -> None:
        ownership = await self._steps.router.ownership(message.sender_id)
        text = await self._safe_text(message)
        if text is None:
            await self._refuse("no_image" if message.kind == "image" else "old_button", message, output)
            return
        if ownership.owner != "bot":
            await self._steps.router.to_person(replace(message, text=text, kind="text"), ownership)
            output.sent += 1  # the person of the hotline answers
            return
        await self._on_new_message(
            UserMessage(
                text,
                output,
                message.sender_id,
                input_channel=message.channel,
                message_id=message.client_id,
                metadata={**scrub_values(message.metadata), "request_id": request_id.get()},
            )
        )

    async def _safe_text(self, message: InboundMessage) -> str | None:
        """Return what Rasa may see; None for a button that is not ours or a picture of another conversation."""
        if message.kind == "location":
            return await self._shared_location(message)
        if message.kind == "image":
            return await self._sent_picture(message)
        if message.kind == "payload" or looks_signed(message.text):
            payload = self._steps.signer.verify(message.sender_id, message.text)
            if payload is not None:
                return payload
            if message.kind == "payload":
                return None
        expects = expected_kind(await self._steps.requested_slot(message.sender_id))
        if not find(message.text, expects):
            return neutralise(message.text)
        masked = await asyncio.to_thread(self._masker.mask, message.text, message.sender_id, expects)
        return masked.text

    async def _shared_location(self, message: InboundMessage) -> str:
        latitude, longitude = message.location or (0.0, 0.0)
        place = f"{latitude:.6f},{longitude:.6f}"
        token = await asyncio.to_thread(self._steps.vault.put, message.sender_id, "GEO", place)
        return f"/share_location{json.dumps({'location': token})}"

    async def _sent_picture(self, message: InboundMessage) -> str | None:
        picture = message.picture or ""
        if not await asyncio.to_thread(self._steps.holds, picture, message.sender_id):
            return None
        return f"/send_picture{json.dumps({'picture': picture})}"

    async def _refuse(self, reason: str, message: InboundMessage, output: OutputChannel) -> None:
        sentence = self._steps.refusals.sentence(reason, message.text if message.kind == "text" else "")
        await output.send_response(message.sender_id, {"text": sentence})


class Counting(OutputChannel):
    """Passes everything on to a channel and counts it: silence is a failure too."""

    def __init__(self, channel: OutputChannel) -> None:
        """Stand in front of ``channel``."""
        self._channel = channel
        self.sent = 0
        self.answers: list[dict[str, Any]] = []

    def name(self) -> str:
        """Return the name of the channel behind."""
        return self._channel.name()

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Pass one message on."""
        self.sent += 1
        self.answers.append(dict(message))
        await self._channel.send_response(recipient_id, message)

    def __getattr__(self, attribute: str) -> Any:
        """Give everything else of the channel behind."""
        return getattr(self._channel, attribute)


def _log_failure(error: Exception) -> None:
    """Say what failed and where, without the error's words: they may hold the person's."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = f"{last[0].filename.rsplit('/', 1)[-1]}:{last[0].lineno}" if last else "?"
    logger.error(
        "a turn failed: %s at %s", type(error).__name__, place, extra={"request_id": request_id.get()}
    )
