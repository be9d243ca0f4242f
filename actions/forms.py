"""What all forms share: leaving, interruptions, corrections, two failures."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from actions.base import TOPICS, FormAction, answer
from actions.turn import Turn

#: After this many answers in a row that do not fit, a person is offered.
MAX_FAILURES = 2

#: Intents that answer a form's question or steer it; every other known intent interrupts it.
_ANSWERS = frozenset(
    {"inform", "affirm", "deny", "share_location", "nlu_fallback", "out_of_scope", "chitchat", "repeat"}
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
        waiting = turn.slots.get("requested_slot") or self.fields[0]
        if turn.intent in ("stop", "goodbye"):
            await self._close(turn)
        elif turn.intent in ("request_human", "emergency"):
            await answer(turn, TOPICS[turn.intent])
            self.end(turn)
        elif turn.intent == "go_back":
            await self._correct(turn, waiting)
        elif await self.take(turn, waiting):
            turn.set("form_failures", None)
        elif turn.intent == "repeat":
            await self.ask_next(turn)
        elif turn.intent in TOPICS and turn.intent not in _ANSWERS:
            await self._interrupt(turn)
        else:
            await self._fail(turn, waiting)

    def end(self, turn: Turn) -> None:
        """Let Rasa close the form after this turn."""
        turn.set("requested_slot", None)

    async def _close(self, turn: Turn) -> None:
        await self.leave(turn)
        turn.clear("pending_topic")
        self.end(turn)

    async def _interrupt(self, turn: Turn) -> None:
        """Answer the question in between, then go on where the form was."""
        await answer(turn, TOPICS[turn.intent])
        if turn.slots.get("requested_slot"):
            turn.say("form.go_on", label=self.label(turn, turn.slots["requested_slot"]))
            await self.ask_next(turn)

    async def _correct(self, turn: Turn, waiting: str) -> None:
        """Ask again for the field the person names, else for the one before."""
        field = self.named_field(turn) or self._before(waiting)
        for later in self.undone_by(field):
            turn.clear(later)
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
        wordings = turn.kit.words.wordings(f"{self.label_key}.{field}")
        return (wordings.get(turn.language) or wordings["zh"])[0]

    def undone_by(self, field: str) -> tuple[str, ...]:
        """Slots to clear when ``field`` is corrected."""
        return (field,)

    def _before(self, waiting: str) -> str:
        return self.fields[max(0, self.fields.index(waiting) - 1)]

    async def _fail(self, turn: Turn, waiting: str) -> None:
        failures = int(turn.slots.get("form_failures") or 0) + 1
        turn.set("form_failures", failures)
        if failures >= MAX_FAILURES:
            turn.say(
                "form.stuck",
                [turn.button("person", "request_human"), turn.button("stop", "stop")],
                label=self.label(turn, waiting),
            )
        else:
            turn.say(f"{self.form}.unclear.{waiting}")
