"""The one door for every channel: gate, privacy, router, Rasa."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from rasa.core.channels.channel import OutputChannel, UserMessage

from bot.bursts import join, next_batch
from bot.desk.owners import Ownership
from bot.desk.words import opens_address, read_command
from bot.gate import Refused, judge
from bot.handover import handed_over, payload
from bot.held_answers import HeldAnswers, RunningTurn, running_turn
from bot.mailboxes import Letter, Mailboxes, MailboxFull
from bot.message import InboundMessage, OutboundMessage
from bot.pacing import Pace
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

#: What an action's message to the bot itself is called.
TOLD: Final = "identity"
_WITHOUT_PUSH: Final = frozenset({"rest"})
_EXPECTED: Final = {
    "person_name": "name",
    "document_number": "document",
    "phone": "phone",
    "otp": "otp",
    "join_code": "join_code",
}


def expected_kind(asked: str | None) -> str | None:
    """Return what the masker looks for when the assistant has asked for this, e.g. ``account_form.new_phone``.

    Fields of forms are named after what they hold: ``…person_name``, ``…document_number``, ``…phone``, ``…otp``,
    ``…join_code``.
    """
    return next((kind for name, kind in _EXPECTED.items() if (asked or "").endswith(name)), None)


#: In the JSON of an action's response: the assistant wants a person to take over, and why.
WISH: Final = "hand_over"
#: Tells whether the assistant may speak, in a transaction when one is given.
Allowed = Callable[[Any], bool]


def _as_response(message: OutboundMessage) -> dict[str, Any]:
    """Return a message in the shape of Rasa's responses."""
    buttons = [
        {"type": "web_url", "title": b.title, "url": b.payload, "payload": b.payload}
        if opens_address(b)
        else {"title": b.title, "payload": b.payload}
        for b in message.buttons
    ]
    return {"text": message.text, "buttons": buttons}


async def _nothing(_sender_id: str) -> None:
    """Nothing follows a turn."""


async def _unheard(_sender_id: str, _what: Mapping[str, Any]) -> OutboundMessage | None:
    """Nobody listens to what actions tell the bot."""
    return None


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
        told_identity: takes what an action tells the bot about identities; returns what is said then.
        waiting_notices: tells what waited for a conversation on a channel that cannot push.
        pace: lets turns step aside for everything else; one for all channels of a process.
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
    told_identity: Callable[[str, Mapping[str, Any]], Awaitable[OutboundMessage | None]] = _unheard
    waiting_notices: WaitingNotices | None = None
    pace: Pace = field(default_factory=Pace)


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
        self._pace = steps.pace
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
            number = await self._pace.begin()
            turn_ends = self._pace.run(number, self._turn(message, output))
            await asyncio.wait_for(turn_ends, self._steps.turn_limit)
        except Exception as error:  # noqa: BLE001 - a turn that fails for any reason still answers
            _log_failure(error)
        try:
            if not output.sent and await self._may_speak(message.sender_id, output):
                await self._refuse("failed", message, output)
            await self._tell_identity(message.sender_id, output)
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

    async def ask(self, message: InboundMessage) -> None:
        """Play a message of our own at once, past what waits in the mailbox, and show nobody what is answered.

        Only its words to the bot itself are heard. A turn that runs is not disturbed: Rasa takes one after the other.
        """
        output = Counting(_Nobody(message.channel))
        nobody = running_turn.set(None)
        try:
            await asyncio.wait_for(self._turn(message, output), self._steps.turn_limit)
            await self._tell_identity(message.sender_id, output)
        except Exception as error:  # noqa: BLE001 - whoever asked sees that nothing came
            _log_failure(error)
        finally:
            running_turn.reset(nobody)

    async def _tell_identity(self, sender_id: str, output: Counting) -> None:
        """Pass on what the turn's action told the bot, and say what comes of it."""
        for told in list(output.told):
            try:
                said = await self._steps.told_identity(sender_id, told)
            except Exception as error:  # noqa: BLE001 - the turn is over; what was asked for is asked for again
                _log_failure(error)
                continue
            if said is not None:
                answer = {**_as_response(said), "image": said.image, "custom": said.custom}
                await output.send_response(sender_id, answer)

    async def _tell_waiting(self, conversation_id: str, output: OutputChannel) -> None:
        async def say(notice: OutboundMessage) -> None:
            await output.send_response(conversation_id, _as_response(notice))

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
        if held is None:
            return False
        output = Counting(letter.output)
        for answer in held:
            await output.send_response(message.sender_id, answer)
        ownership = await self._steps.router.ownership(message.sender_id)
        if output.wish is not None:
            await self._hand_over(message, output)
        elif ownership.owner != "bot":
            output.drop()  # a person has the conversation since: the assistant is silent
        return True

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
        if ownership.owner != "bot" and message.kind == "internal":
            output.sent += 1  # nothing for a person of the hotline to read
            return
        tapped = message.kind == "payload" or looks_signed(message.text)
        asked = read_command(text) if tapped else None
        if asked is not None:
            await self._say_all(message.sender_id, await self._steps.router.command(message, asked), output)
            return
        if ownership.owner != "bot":
            passed_on = replace(message, text=text, kind="payload" if tapped else message.kind)
            told = await self._steps.router.to_person(passed_on, ownership)
            if told is not None:
                await self._say_all(message.sender_id, told, output)
                return
            ownership = await self._steps.router.ownership(message.sender_id)
        await self._assistant(text, message, ownership, output)

    async def _assistant(
        self, text: str, message: InboundMessage, ownership: Ownership, output: Counting
    ) -> None:
        """Let the assistant answer; what it says is dropped when a person takes the conversation meanwhile."""
        router = self._steps.router
        output.only_if(partial(router.may_speak, message.sender_id, ownership.version))
        came_back = {"after_agent": ownership.outcome} if ownership.back else {}
        await self._on_new_message(
            UserMessage(
                text,
                output,
                message.sender_id,
                input_channel=message.channel,
                message_id=message.client_id,
                metadata={**scrub_values(message.metadata), **came_back, "request_id": request_id.get()},
            )
        )
        if output.wish is not None:
            output.only_if(None)  # the assistant itself has asked for the person
            await self._hand_over(message, output)
        elif not await self._may_speak(message.sender_id, output):
            output.drop()
        if ownership.back:
            await router.answered(message.sender_id)

    async def _hand_over(self, message: InboundMessage, output: Counting) -> None:
        told = await self._steps.router.hand_over(message, output.wish or {})
        await self._say_all(message.sender_id, told, output)

    async def _may_speak(self, conversation_id: str, output: Counting) -> bool:
        allowed = output.allowed
        if allowed is None or await asyncio.to_thread(allowed, None):
            return True
        logger.info(
            "an answer came after a person had taken the conversation", extra={"id": conversation_id[:8]}
        )
        return False

    async def _say_all(
        self, conversation_id: str, messages: Sequence[OutboundMessage], output: Counting
    ) -> None:
        """Say what belongs to a hand-over; saying nothing is right too: a person answers."""
        for message in messages:
            await output.send_response(conversation_id, _as_response(message))
        output.sent += 1

    async def _safe_text(self, message: InboundMessage) -> str | None:
        """Return what Rasa may see; None for a button that is not ours or a picture of another conversation."""
        if message.kind == "internal":
            return message.text
        if message.kind == "location":
            return await self._shared_location(message)
        if message.kind == "image":
            return await self._sent_picture(message)
        if message.kind == "payload" or looks_signed(message.text):
            signed = self._steps.signer.verify(message.sender_id, message.text)
            if signed is not None:
                return signed
            if message.kind == "payload":
                return None
        return await self._typed(message)

    async def _typed(self, message: InboundMessage) -> str:
        """Words with what is personal replaced by tokens; an identity handed over as what it is."""
        token = handed_over(message.text)
        if token is not None:
            return await asyncio.to_thread(payload, self._steps.vault, message.sender_id, token)
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


class _Nobody(OutputChannel):
    """Takes what is said in a turn that nobody sees."""

    def __init__(self, channel: str) -> None:
        self._channel = channel

    def name(self) -> str:
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Let it go."""


class Counting(OutputChannel):
    """Passes everything on to a channel and counts it: silence is a failure too."""

    def __init__(self, channel: OutputChannel) -> None:
        """Stand in front of ``channel``."""
        self._channel = channel
        self.sent = 0
        self.answers: list[dict[str, Any]] = []
        self.told: list[Mapping[str, Any]] = []
        self.wish: dict[str, Any] | None = None
        self.allowed: Allowed | None = None

    def name(self) -> str:
        """Return the name of the channel behind."""
        return self._channel.name()

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Pass one message on; what is for the bot itself stays here, and the wish for a person is done at the end."""
        self.sent += 1
        told = (message.get("custom") or {}).get(TOLD)
        if isinstance(told, Mapping):
            self.told.append(told)
            return
        self.answers.append(dict(message))
        wish = (message.get("custom") or {}).get(WISH)
        if wish is not None:
            self.wish = dict(wish)
            return
        await self._channel.send_response(recipient_id, message)

    def only_if(self, allowed: Allowed | None) -> None:
        """Let the channel say what was collected only when ``allowed`` says so at that moment; None: always."""
        self.allowed = allowed
        self._channel.allowed = allowed

    def drop(self) -> None:
        """Say nothing of what was collected."""
        getattr(self._channel, "messages", []).clear()

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
