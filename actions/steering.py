"""Turns that steer the talk: a value alone, yes, no, stop, back, again, help, and what was not understood."""

from __future__ import annotations

import re
from typing import ClassVar

from actions import handover, notices
from actions.base import TOPICS, Topic, answer, open_form
from actions.forms import MAX_FAILURES
from actions.joined_drafts import to_go_on_with
from actions.places import DIVISION_KINDS
from actions.policy import answer_from_knowledge, take_dispute, tell_detail
from actions.site_wishes import states_wish
from actions.turn import DOCUMENT_KINDS, Button, Turn

_DETAIL = re.compile(
    r"^(?:再?说?(?:得)?详细(?:点|一点|些)?|展开(?:说说|讲讲)?|具体(?:点|一点|说说)?|more|details?)[。.!！?？]?$",
    re.IGNORECASE,
)
#: “接着填” outside a form.
_GO_ON = re.compile(
    r"(?:我要|我想|帮我)?(?:接着|接到|继续|接倒)(?:填|办|弄|写|申|上次|刚才)|(?:please )?(?:go on|carry on|continue)\b",
    re.IGNORECASE,
)
_PLACE_TOPICS = (
    "find_test_site",
    "query_risk_area",
    "query_vaccine",
    "ask_policy",
    "ask_travel_policy",
    "ask_restrictions",
)
_PERSON_TOPICS = (
    "query_code_status",
    "ask_color_reason",
    "ask_turn_green",
    "query_test_result",
    "query_vaccine",
)
_FIRST_CHOICES = ("query_code_status", "find_test_site", "query_risk_area", "query_test_result")
_GUESSES = 3


class Inform(Topic):
    """Only a value: it completes what was asked before."""

    intents: ClassVar[tuple[str, ...]] = ("inform",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_inform"

    async def handle(self, turn: Turn) -> None:
        """Run the topic the value belongs to, else ask what to do with it."""
        last = turn.slots.get("last_topic")
        if await handover.hand_on(turn):
            return
        handed = handover.received(turn)
        if handed is not None:
            turn.set("verification_id", handed)
            await open_form(turn, "identity_form")
            return
        if _DETAIL.match(turn.text) and last_detail(turn):
            return
        if turn.tokens("CODE") or (turn.slots.get("shift") and turn.tokens(*DOCUMENT_KINDS)):
            await self._run(turn, "staff_check")
        elif turn.all("venue_code"):
            await self._run(turn, "ask_venue_code")
        elif turn.all("ticket_number"):
            await self._run(turn, "query_ticket")
        elif last == "find_test_site" and states_wish(turn.text):
            await self._run(turn, last)
        elif turn.all("person_relation"):
            remembered = turn.slots.get("last_person_topic") or "query_code_status"
            await self._run(turn, last if last in _PERSON_TOPICS else remembered)
        elif turn.all("address") and last not in _PLACE_TOPICS:
            await self._run(turn, "query_risk_area")
        elif turn.all(*DIVISION_KINDS, "landmark", "address") and last in _PLACE_TOPICS:
            await self._run(turn, last)
        elif turn.all(*DIVISION_KINDS, "landmark"):
            turn.say(
                "steer.place_for_what", _choices(turn, ("find_test_site", "query_risk_area", "query_vaccine"))
            )
        else:
            turn.say("steer.value_for_what", _choices(turn, _FIRST_CHOICES))

    async def _run(self, turn: Turn, topic: str) -> None:
        await answer(turn, TOPICS[topic])


def last_detail(turn: Turn) -> bool:
    """Give the details of the last policy answer; False when there is none."""
    entry = turn.slots.get("last_policy")
    return bool(entry) and tell_detail(turn, str(entry))


def _choices(turn: Turn, intents: tuple[str, ...] | list[str]) -> list[Button]:
    return [turn.button(f"topic.{intent}", intent) for intent in intents]


class Affirm(Topic):
    """Yes outside a form: nothing was asked, so offer what can be done."""

    intents: ClassVar[tuple[str, ...]] = ("affirm",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_affirm"

    async def handle(self, turn: Turn) -> None:
        """Take up what was offered, or ask what for."""
        if notices.offered_kind(turn):
            await notices.Notices().handle(turn)
            return
        if _GO_ON.match(turn.text.strip()):
            form = await to_go_on_with(turn)
            if form is not None:
                await open_form(turn, form)
                return
        turn.say("steer.affirm", _choices(turn, _FIRST_CHOICES))


class Deny(Topic):
    """No outside a form."""

    intents: ClassVar[tuple[str, ...]] = ("deny",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_deny"

    async def handle(self, turn: Turn) -> None:
        """Leave it, offer more; “不要发短信” is a no to something of its own."""
        if notices.wants_no_text(turn.text):
            notices.by_text(turn, wished=False)
            return
        offered = notices.offered_kind(turn)
        if offered:
            notices.decline(turn, offered)
        elif not take_dispute(turn):
            turn.say("steer.deny")


class Stop(Topic):
    """Stop outside a form."""

    intents: ClassVar[tuple[str, ...]] = ("stop",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_stop"

    async def handle(self, turn: Turn) -> None:
        """Drop what was under way."""
        turn.clear("pending_topic", "last_topic", "place_text", "site_filters", "whose")
        turn.say("steer.stopped")


class GoBack(Topic):
    """Back or a correction outside a form: ask for the right value."""

    intents: ClassVar[tuple[str, ...]] = ("go_back",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_go_back"

    async def handle(self, turn: Turn) -> None:
        """Run the last topic with a new value when one came along, else ask."""
        last = turn.slots.get("last_topic")
        if last in _PLACE_TOPICS and turn.all(*DIVISION_KINDS, "landmark", "address"):
            turn.intent = "inform"
            await answer(turn, TOPICS[last])
        else:
            turn.say("steer.go_back", _choices(turn, _FIRST_CHOICES))


class Repeat(Topic):
    """Again: the last question is answered anew, with fresh data."""

    intents: ClassVar[tuple[str, ...]] = ("repeat",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_repeat"

    async def handle(self, turn: Turn) -> None:
        """Run the last topic again."""
        last = turn.slots.get("last_topic")
        if _DETAIL.match(turn.text) and last_detail(turn):
            return
        if last is not None and last in TOPICS:
            if last in _PLACE_TOPICS:
                turn.intent = "inform"
            await answer(turn, TOPICS[last])
        else:
            turn.say("steer.nothing_to_repeat", _choices(turn, _FIRST_CHOICES))


class Help(Topic):
    """What the assistant can do."""

    intents: ClassVar[tuple[str, ...]] = ("help",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_help"

    async def handle(self, turn: Turn) -> None:
        """List it, with choices to tap."""
        turn.say("steer.help", [*_choices(turn, _FIRST_CHOICES), turn.button("person", "request_human")])


class NotUnderstood(Topic):
    """Fallback: the knowledge base first, then choices; a person offered the second time."""

    intents: ClassVar[tuple[str, ...]] = ("nlu_fallback",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_default_fallback"

    async def handle(self, turn: Turn) -> None:
        """Try the policy entries, then offer the likeliest topics."""
        if _DETAIL.match(turn.text) and last_detail(turn):
            return
        if answer_from_knowledge(turn):
            turn.clear("failures")
            return
        turn.kit.unanswered.note(turn.text, "fallback")
        failures = int(turn.slots.get("failures") or 0) + 1
        turn.set("failures", failures)
        guesses = [i for i in turn.ranking if i in TOPICS and f"button.topic.{i}" in turn.kit.words.keys][
            :_GUESSES
        ]
        choices = _choices(turn, guesses or list(_FIRST_CHOICES))
        person = turn.button("person", "request_human")
        turn.say("fallback.again" if failures >= MAX_FAILURES else "fallback.first", [*choices, person])


class OutOfScope(Topic):
    """A wish the assistant is not for."""

    intents: ClassVar[tuple[str, ...]] = ("out_of_scope",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_out_of_scope"

    async def handle(self, turn: Turn) -> None:
        """Say so, and what can be done instead."""
        if answer_from_knowledge(turn):
            return
        turn.kit.unanswered.note(turn.text, "out_of_scope")
        turn.say(
            "steer.out_of_scope", [*_choices(turn, _FIRST_CHOICES), turn.button("person", "request_human")]
        )
