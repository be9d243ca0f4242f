"""Health check-in (C7): 14 days from a declaration, its history, and the correction of a wrong one."""

from __future__ import annotations

import re
from typing import ClassVar

from actions import speech
from actions.base import open_form
from actions.checkin_form import CheckinForm, described
from actions.notices import Notices, wish_in
from actions.personal import PersonalTopic
from actions.persons import Subject
from actions.policy import answer_from_knowledge
from actions.turn import Button, Turn
from backend_client import Declaration

_ASKS = re.compile(
    r"怎么|如何|咋个?|啷个|多久|几天|好久|哪里|在哪|为什么|啥|什么|能不能|可不可以|要不要|吗[？?]?$|[？?]$"
    r"|\b(?:how|where|what|why|when|can|do)\b",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"[填选点报写打]错|更正|改(?:一下|回|成|正|过)|误[填选报点]|弄错|wrong|mistake|correct|fix", re.IGNORECASE
)
_HISTORY = re.compile(r"记录|上次|历史|打过卡|history|last check|record", re.IGNORECASE)
#: To be told of an end is another wish than to check in.
_TELL_ME = re.compile(r"提醒|通知|remind|notify|notice", re.IGNORECASE)
_SHOWN = 5


class HealthCheckin(PersonalTopic):
    """C7: check in, correct, look back; questions are answered from knowledge."""

    intents: ClassVar[tuple[str, ...]] = ("health_checkin",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_health_checkin"

    async def handle(self, turn: Turn) -> None:
        """Answer a question, with a button to begin; else find out who is meant."""
        typed = not turn.text.startswith("/") and turn.intent == "health_checkin"
        if typed and _TELL_ME.search(turn.text) and str(wish_in(turn.text)).endswith(":reminder"):
            turn.intent = "ask_notification"
            await Notices().handle(turn)
            return
        asks = typed and _ASKS.search(turn.text) and not _HISTORY.search(turn.text)
        if asks and answer_from_knowledge(turn, "health_checkin"):
            turn.say(
                "checkin.offer", [turn.button("checkin", "health_checkin", choice="checkin=new"), _fix(turn)]
            )
            return
        await super().handle(turn)

    async def tell(self, turn: Turn, who: Subject) -> None:
        """The records, the correction of the last declaration, or a new one."""
        page = await turn.kit.platform.run(
            lambda p: p.health_declarations(who.access.session, who.person_id, limit=_SHOWN)
        )
        tapped = turn.first("choice")
        fixes = tapped is not None and tapped.value == "checkin=fix"
        begins = tapped is not None and tapped.value == "checkin=new"
        if not tapped and _HISTORY.search(turn.text):
            _tell_history(turn, who, page.items)
        elif fixes or (not begins and _WRONG.search(turn.text)):
            await _correct(turn, who, page.items)
        else:
            await _begin(turn, who)


async def _begin(turn: Turn, who: Subject) -> None:
    code = await turn.kit.platform.run(lambda p: p.code(who.access.session, who.person_id))
    whose = who.label(turn.language)
    if code.colour == "none":
        turn.say("checkin.no_code", [turn.button("how_to_apply", "apply_code")], private=True, whose=whose)
        return
    if code.valid_until is not None:
        key = "checkin.expired" if code.checkin_expired else "checkin.valid"
        until = speech.day(code.valid_until, turn.language)
        turn.say(key, private=True, whose=whose, until=until)
    await open_form(turn, CheckinForm.form, {"person": who.person_id, "whose": whose})


async def _correct(turn: Turn, who: Subject, declared: tuple[Declaration, ...]) -> None:
    """Say what was declared and what its correction does, then take the right declaration."""
    known = {"person": who.person_id, "whose": who.label(turn.language), "fixes": "yes"}
    if declared:
        last = declared[0]
        known["corrects"] = last.declaration_id
        key = "checkin.fix_abnormal" if last.health == "abnormal" else "checkin.fix_normal"
        turn.say(key, private=True, when=speech.moment(last.at, turn.language), what=described(turn, last))
    else:
        turn.say("checkin.fix_unknown")
    await open_form(turn, CheckinForm.form, known)


def _tell_history(turn: Turn, who: Subject, declared: tuple[Declaration, ...]) -> None:
    if not declared:
        buttons = [turn.button("checkin", "health_checkin", choice="checkin=new")]
        turn.say("checkin.no_history", buttons, private=True, whose=who.label(turn.language))
        return
    lines = [
        turn.word("checkin.line", when=speech.moment(d.at, turn.language), what=described(turn, d))
        for d in declared
    ]
    until = speech.day(max(d.valid_until for d in declared), turn.language)
    turn.say_text(
        "\n".join([turn.word("checkin.history", whose=who.label(turn.language), until=until), *lines]),
        [turn.button("checkin", "health_checkin", choice="checkin=new"), _fix(turn)],
        private=True,
    )


def _fix(turn: Turn) -> Button:
    return turn.button("fix_checkin", "health_checkin", choice="checkin=fix")
