"""The code: its colour now (C1), why (C2), how and when it turns green (C3)."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from actions import speech
from actions.notices import offer
from actions.personal import PersonalTopic
from actions.persons import Subject
from actions.turn import Button, Turn
from backend_client import Code, Reason, Requirement


class _OfCode(PersonalTopic):
    """A topic that reads one person's code first."""

    instead: ClassVar[tuple[tuple[str, str], ...]] = (
        ("how_to_link", "manage_family"),
        ("my_code", "query_code_status"),
    )

    async def tell(self, turn: Turn, who: Subject) -> None:
        """Read the code, then answer from it."""
        code = await turn.kit.platform.run(lambda p: p.code(who.access.session, who.person_id))
        self.tell_code(turn, who, code)

    @abstractmethod
    def tell_code(self, turn: Turn, who: Subject, code: Code) -> None:
        """Answer from the code."""


class CodeStatus(_OfCode):
    """C1: the colour in words, since when, valid until, what it allows."""

    intents: ClassVar[tuple[str, ...]] = ("query_code_status",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_code_status"

    def tell_code(self, turn: Turn, who: Subject, code: Code) -> None:
        """The colour, then validity, pop-up and what is still to do."""
        lines = [_status(turn, who, code)]
        if code.popup and code.popup.until:
            lines.append(turn.word("code.popup", until=speech.moment(code.popup.until, turn.language)))
        if code.checkin_expired:
            lines.append(turn.word("code.checkin_expired"))
        elif code.valid_until and code.colour != "none":
            lines.append(turn.word("code.valid_until", until=speech.moment(code.valid_until, turn.language)))
        if code.colour in ("yellow", "red") and code.requirements:
            lines.append(next_step(turn, code))
        lines.append(as_of(turn, code))
        question, choice = offer(turn, "code")
        turn.say_text("\n".join([*lines, *question]), [*_choices(turn, code), *choice], private=True)


class ColourReason(_OfCode):
    """C2: the rule behind the colour, with its event and date; nothing about other people."""

    intents: ClassVar[tuple[str, ...]] = ("ask_color_reason",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_color_reason"

    def tell_code(self, turn: Turn, who: Subject, code: Code) -> None:
        """The reasons, then the way to green and the way to contest."""
        lines = [_status(turn, who, code)]
        if code.popup and code.popup.until:
            lines.append(turn.word("code.popup_reason", until=speech.moment(code.popup.until, turn.language)))
        lines += [_reason(turn, reason) for reason in code.reasons]
        if code.colour in ("yellow", "red"):
            lines.append(next_step(turn, code))
        lines.append(as_of(turn, code))
        question, choice = offer(turn, "code")
        turn.say_text("\n".join([*lines, *question]), [*_choices(turn, code), *choice], private=True)


class TurnGreen(_OfCode):
    """C3: the remaining steps of this person, with dates."""

    intents: ClassVar[tuple[str, ...]] = ("ask_turn_green",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_turn_green"

    def tell_code(self, turn: Turn, who: Subject, code: Code) -> None:
        """What is done, what remains, and when it can be green."""
        if code.colour == "green":
            lines = [turn.word("code.already_green", whose=who.label(turn.language))]
        elif code.colour == "none":
            lines = [_status(turn, who, code)]
        else:
            lines = [next_step(turn, code), *_green_at(turn, code)]
            lines += [_reason(turn, reason) for reason in code.reasons[:1]]
        lines.append(as_of(turn, code))
        turn.say_text("\n".join(lines), _choices(turn, code), private=True)


def _status(turn: Turn, who: Subject, code: Code) -> str:
    since = turn.word("code.since", since=speech.moment(code.since, turn.language)) if code.since else ""
    return turn.word(f"code.status.{code.colour}", whose=who.label(turn.language), since=since)


def _reason(turn: Turn, reason: Reason) -> str:
    """The rule in words; the summary is Chinese, so English names its kind and day."""
    if turn.language == "en":
        day = f" on {speech.day(reason.event_at, 'en')}" if reason.event_at else ""
        summary = turn.word(f"code.category.{reason.category}") + day
        source = f"{reason.source}, {speech.day(reason.source_date, 'en')} {reason.source_date.year}"
        return turn.word("code.reason", summary=summary, source=source)
    summary = reason.summary
    if reason.event_at and speech.day(reason.event_at) not in summary:
        summary = f"{speech.day(reason.event_at)}，{summary}"
    published = f"{reason.source_date.year}年{speech.day(reason.source_date)}"
    return turn.word("code.reason", summary=summary, source=f"{reason.source}（{published}）")


def next_step(turn: Turn, code: Code) -> str:
    """What this person has to do next, in one sentence."""
    open_steps = [r for r in code.requirements if r.done < r.needed or r.kind in ("wait", "isolation")]
    if not open_steps:
        return turn.word("code.step.unknown" if not code.requirements else "code.step.all_done")
    return "".join(_step(turn, step) for step in open_steps)


def _step(turn: Turn, step: Requirement) -> str:
    values = {
        "needed": step.needed,
        "done": step.done,
        "left": step.needed - step.done,
        "hours": step.interval_hours or 24,
        "from": "",
        "deadline": speech.moment(step.deadline, turn.language) if step.deadline else "",
        "earliest": speech.moment(step.earliest_at, turn.language) if step.earliest_at else "",
    }
    key = f"code.step.{step.kind}"
    if step.kind == "nucleic_test" and step.done:
        key += ".begun"
    if step.earliest_at and step.earliest_at > turn.now:
        key += ".from"
    elif step.deadline:
        key += ".by"
    return turn.word(key, **values)


def _green_at(turn: Turn, code: Code) -> list[str]:
    if code.green_at is None:
        return []
    return [turn.word("code.green_at", when=speech.moment(code.green_at, turn.language))]


def as_of(turn: Turn, code: Code) -> str:
    """The freshness of the data, as every answer from data says it."""
    return turn.word("data.as_of", when=speech.moment(code.as_of, turn.language))


def _choices(turn: Turn, code: Code) -> list[Button]:
    if code.colour in ("yellow", "red"):
        where = turn.button("yellow_sites" if code.colour == "yellow" else "sites", "find_test_site")
        return [where, turn.button("appeal", "submit_appeal"), turn.button("person", "request_human")]
    if code.colour == "none":
        return [turn.button("how_to_apply", "apply_code"), turn.button("person", "request_human")]
    return [turn.button("results", "query_test_result"), turn.button("sites", "find_test_site")]
