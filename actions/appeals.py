"""Appeals against a colour (C10): filed with evidence, followed by number or without, taken back, filed again."""

from __future__ import annotations

import re
from typing import ClassVar

from actions import speech
from actions.appeal_form import AppealForm
from actions.base import open_form
from actions.drafts import open_draft
from actions.personal import PersonalTopic
from actions.persons import NotLinked, SeveralLinked, Subject, subject
from actions.policy import answer_from_knowledge
from actions.turn import Button, Turn
from backend_client import Appeal, Conflict, NotFound

#: Words that ask how one appeals, rather than to do it.
_ASKS_HOW = re.compile(
    r"怎么|如何|咋个?|啷个|多久|几天|好久|哪里|在哪|要什么|需要|材料|吗[？?]?$|\b(?:how|where|what)\b",
    re.IGNORECASE,
)
#: Words that say in so many words that an appeal is wanted.
_WANTS = re.compile(r"申诉|申述|\bappeal\b|contest|dispute", re.IGNORECASE)
_TAKES_BACK = re.compile(
    r"撤回|撤销|撤掉|取消.{0,4}申诉|不申诉了|withdraw|take back|cancel my appeal", re.IGNORECASE
)
_OPEN = ("accepted", "reviewing")


class FileAppeal(PersonalTopic):
    """C10: how one appeals, the offer to do it, and the form."""

    intents: ClassVar[tuple[str, ...]] = ("submit_appeal",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_appeal"

    async def handle(self, turn: Turn) -> None:
        """Answer a question from knowledge, offer it to who only says that it is wrong, begin when asked to."""
        typed = not turn.text.startswith("/")
        if typed and turn.intent == "submit_appeal" and not _TAKES_BACK.search(turn.text):
            begin = turn.button("start_appeal", "submit_appeal")
            if _ASKS_HOW.search(turn.text):
                if not answer_from_knowledge(turn):
                    turn.say("appeal.how")
                turn.say("appeal.offer_after", [begin])
                return
            if not _WANTS.search(turn.text):
                turn.say("appeal.offer", [begin, turn.button("why", "ask_color_reason")])
                return
        await super().handle(turn)

    async def tell(self, turn: Turn, who: Subject) -> None:
        """Take an open appeal back, go on with a draft, or begin with the code as it is."""
        tapped = turn.first("choice")
        if tapped is not None and tapped.value.startswith("withdraw="):
            await _take_back(turn, who, tapped.value.removeprefix("withdraw="))
            return
        under_way = await _open_appeal(turn, who)
        if under_way is not None:
            key = "appeal.take_back" if _TAKES_BACK.search(turn.text) else "appeal.open_already"
            _tell_open(turn, under_way, key)
        elif _TAKES_BACK.search(turn.text):
            turn.say("appeal.none_open", [turn.button("start_appeal", "submit_appeal")])
        else:
            await _begin(turn, who)


async def _begin(turn: Turn, who: Subject) -> None:
    """Open the form for a yellow or red code; say so when there is nothing to contest."""
    code = await turn.kit.platform.run(lambda p: p.code(who.access.session, who.person_id))
    whose = who.label(turn.language)
    if code.colour not in ("yellow", "red"):
        key = "appeal.no_code" if code.colour == "none" else "appeal.green"
        turn.say(key, [turn.button("person", "request_human")], private=True, whose=whose)
        return
    held = open_draft(turn, AppealForm.form).values
    if held.get("person") == who.person_id and held.get("reason"):
        await open_form(turn, AppealForm.form)
        return
    known = {
        "person": who.person_id,
        "whose": whose,
        "colour": code.colour,
        "rules": {r.rule_id: r.summary for r in code.reasons if r.colour in ("yellow", "red")},
    }
    if len(known["rules"]) == 1:
        known["rule"] = next(iter(known["rules"]))
    colour = speech.colour(code.colour, turn.language)
    turn.say("appeal.begin", private=True, whose=whose, colour=colour)
    await open_form(turn, AppealForm.form, known)


async def _open_appeal(turn: Turn, who: Subject) -> Appeal | None:
    page = await turn.kit.platform.run(lambda p: p.my_appeals(who.access.session, limit=20))
    return next((a for a in page.items if a.state in _OPEN and a.person_id == who.person_id), None)


def _tell_open(turn: Turn, appeal: Appeal, key: str) -> None:
    take_back = Button(
        turn.word("button.take_back"), "submit_appeal", {"choice": f"withdraw={appeal.number}"}
    )
    buttons = [take_back, turn.button("appeal_progress", "query_ticket", choice="appeal")]
    due = speech.moment(appeal.due_at, turn.language)
    turn.say(key, buttons, private=True, number=appeal.number, due=due)


async def _take_back(turn: Turn, who: Subject, number: str) -> None:
    """Withdraw once; the number makes the key, so that a second tap is the same act."""
    try:
        key = f"withdraw:{number}"
        await turn.kit.platform.run(lambda p: p.withdraw_appeal(who.access.session, number, key=key))
    except (Conflict, NotFound):
        turn.say("appeal.over_already", [turn.button("appeal_progress", "query_ticket", choice="appeal")])
    else:
        turn.say("appeal.taken_back", [turn.button("start_appeal", "submit_appeal")], number=number)


def asks_for_appeal(turn: Turn, number: str | None) -> bool:
    """Whether a question about progress is about an appeal: by its number, its word, or the tapped choice."""
    tapped = turn.first("choice")
    if number is not None:
        return number.upper().startswith("SS")
    return (tapped is not None and tapped.value == "appeal") or bool(_WANTS.search(turn.text))


async def tell_progress(turn: Turn, number: str | None) -> None:
    """Say how far an appeal of the verified person is; without a number the newest.

    Raises:
        NeedsIdentity: nobody is verified.
    """
    access = turn.access()
    try:
        if number is not None:
            appeal = await turn.kit.platform.run(lambda p: p.appeal(access.session, number.upper()))
        else:
            newest = await _newest(turn)
            if newest is None:
                turn.say("appeal.none", [turn.button("start_appeal", "submit_appeal")])
                return
            appeal = newest
    except NotFound:
        turn.say("appeal.not_found", [turn.button("person", "request_human")])
        return
    turn.say_text("\n".join(_progress(turn, appeal)), _ways_on(turn, appeal), private=True)


async def _newest(turn: Turn) -> Appeal | None:
    """The newest appeal this person filed, or filed for the relative spoken of."""
    try:
        who = await subject(turn, ())
        relative = who.person_id if who.relation else None
    except (NotLinked, SeveralLinked):
        relative = None
    session = turn.access().session
    page = await turn.kit.platform.run(lambda p: p.my_appeals(session, limit=20))
    return next((a for a in page.items if relative in (None, a.person_id)), None)


def _progress(turn: Turn, appeal: Appeal) -> list[str]:
    """State, due date, the reply and what can be done next."""
    late = appeal.state in _OPEN and turn.now > appeal.due_at
    lines = [
        turn.word(
            f"appeal.state.{appeal.state}",
            number=appeal.number,
            created=speech.day(appeal.created_at, turn.language),
            due=speech.moment(appeal.due_at, turn.language),
        )
    ]
    if late:
        lines.append(turn.word("appeal.late"))
    if appeal.reply:
        lines.append(turn.word("ticket.reply", reply=appeal.reply))
    if appeal.state == "rejected":
        lines.append(turn.word("appeal.rejected_next"))
    lines.append(turn.word("data.as_of", when=speech.moment(turn.now, turn.language)))
    return lines


def _ways_on(turn: Turn, appeal: Appeal) -> list[Button]:
    if appeal.state in _OPEN:
        take_back = {"choice": f"withdraw={appeal.number}"}
        return [Button(turn.word("button.take_back"), "submit_appeal", take_back)]
    if appeal.state == "upheld":
        return [turn.button("my_code", "query_code_status")]
    return [turn.button("appeal_again", "submit_appeal"), turn.button("person", "request_human")]
