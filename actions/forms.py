"""What all forms share: leaving, interruptions, corrections, two failures."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from actions import handover
from actions.base import TOPICS, FormAction, answer, respond
from actions.fields import Fault, title
from actions.followups import follow_up
from actions.turn import Turn

#: After this many answers in a row that do not fit, a person is offered.
MAX_FAILURES = 2

#: Whoever leaves a form says so plainly; half a word is no reason to end it.
SURE_TO_LEAVE = 0.6

#: Intents that answer a form's question or steer it; every other known intent interrupts it.
_ANSWERS = frozenset(
    {
        "inform",
        "affirm",
        "deny",
        "share_location",
        "nlu_fallback",
        "out_of_scope",
        "chitchat",
        "repeat",
        "stop",
        "goodbye",
    }
)


class Form(FormAction):
    """A form with named fields.

    Attributes:
        fields: slots in the order they are asked.
        label_key: prefix of the response keys that name a field in words.
    """

    fields: ClassVar[tuple[str, ...]] = ()
    label_key: ClassVar[str] = ""

    @abstractmethod
    async def take(self, turn: Turn, waiting: str) -> bool:
        """Take values for fields from the message; True when something was taken or answered."""

    async def leave(self, turn: Turn) -> None:
        """Say goodbye to the form when the person stops it; what was entered stays for later."""
        turn.say(f"{self.form}.stopped")

    async def step(self, turn: Turn) -> None:
        """Take a value, or an interruption, or say what is missing."""
        waiting = self.waiting(turn)
        if turn.intent in ("stop", "goodbye") and turn.confidence >= SURE_TO_LEAVE:
            await self._close(turn)
        elif turn.intent in ("request_human", "emergency"):
            turn.clear("parked")
            await answer(turn, TOPICS[turn.intent])
            self.end(turn)
        elif turn.intent == "go_back":
            await self._correct(turn, waiting)
        else:
            await self._hear(turn, waiting)

    async def _hear(self, turn: Turn, waiting: str) -> None:
        """Take values; a value that cannot be right is named and counts as a failure."""
        if await handover.hand_on(turn):
            return  # nothing was said to this form
        if handover.received(turn) is not None and self.form != "identity_form":
            await answer(turn, TOPICS["inform"])  # this form waits until the person is known
            return
        asked_between = follow_up(turn, in_form=True)
        if asked_between is not None:
            await answer(turn, TOPICS[asked_between])
            await self._take_up(turn)
            return
        try:
            taken = await self.take(turn, waiting)
        except Fault as fault:
            self._count_failure(turn, self.waiting(turn), fault)
            return
        if taken:
            turn.set("form_failures", None)
        elif turn.intent == "repeat":
            await self.ask_next(turn)
        elif turn.intent in TOPICS and turn.intent not in _ANSWERS:
            await self._interrupt(turn)
        else:
            self._count_failure(turn, waiting)

    def waiting(self, turn: Turn) -> str:
        """The field that was asked for."""
        asked = str(turn.slots.get("requested_slot") or self.fields[0])
        return asked.removeprefix(f"{self.form}.")

    async def go_on(self, turn: Turn) -> None:
        """Say where the form was, and ask again."""
        waiting = self.waiting(turn)
        if waiting in self.fields:
            turn.say("form.go_on", label=self.label(turn, waiting))
        await self.ask_next(turn)

    async def _close(self, turn: Turn) -> None:
        await self.leave(turn)
        turn.clear("pending_topic")
        self.end(turn)

    async def _interrupt(self, turn: Turn) -> None:
        """Answer the question in between, two if there are two, then go on where the form was."""
        await respond(turn, TOPICS[turn.intent])
        await self._take_up(turn)

    async def _take_up(self, turn: Turn) -> None:
        if turn.active_form == self.form:
            await self.go_on(turn)

    async def _correct(self, turn: Turn, waiting: str) -> None:
        """Ask again for the field the person names, else for the one before."""
        field = self.named_field(turn) or self.before(turn, waiting)
        self.forget(turn, field)
        turn.say("form.corrected", label=self.label(turn, field))
        await self.ask_next(turn)

    def named_field(self, turn: Turn) -> str | None:
        """The field a correction speaks of (“身份证号打错了”), if it names one."""
        chosen = turn.first("field")
        if chosen is not None and chosen.value in self.fields:
            return chosen.value
        for field in self.fields:
            names = turn.kit.words.wordings(f"{self.label_key}.{field}")
            if any(name in turn.text for voice in names.values() for name in voice):
                return field
        return None

    def label(self, turn: Turn, field: str) -> str:
        """The name of a field: its first wording; the others are how people may call it."""
        return title(turn, f"{self.label_key}.{field}")

    @abstractmethod
    def forget(self, turn: Turn, field: str) -> None:
        """Drop the value of a field that is corrected, and what depends on it."""

    def before(self, turn: Turn, waiting: str) -> str:
        """The field a correction without a name means: the one filled before."""
        return self.fields[max(0, self.fields.index(waiting) - 1)]

    @abstractmethod
    def unclear(self, turn: Turn, waiting: str) -> None:
        """Say that the answer was not understood, and what would be."""

    def _count_failure(self, turn: Turn, waiting: str, fault: Fault | None = None) -> None:
        failures = int(turn.slots.get("form_failures") or 0) + 1
        turn.set("form_failures", failures)
        if fault is not None:
            turn.say_text(turn.word(fault.key, **fault.values))
        if failures >= MAX_FAILURES:
            turn.say(
                "form.stuck",
                [turn.button("person", "request_human"), turn.button("stop", "stop")],
                label=self.label(turn, waiting),
            )
        elif fault is None:
            self.unclear(turn, waiting)
