"""Writes the demonstration's traffic through the desk's own doors: chats at their moments, and open questions.

Everything has a name of its own by date and number, so that a second run adds nothing that is there. The citizens do
not exist: no letter goes to the assistant. Every conversation's id begins with `demo-`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..chats import model as m
from ..chats.model import Chat, Timers
from ..chats.records import ChatEvent, NewChat, Said
from ..chats.store import ChatStore
from ..desk import Desk
from ..words import CHINA
from .day import PlannedChat, day_file, plan
from .phones import ring

#: Begins the id of each conversation of the demonstration's traffic.
MARK: Final = "demo-"
_NEVER: Final = 1e12
#: Nothing of a chat that is being written falls due: the running desk leaves it alone.
_PATIENT: Final = Timers(*[_NEVER] * 7)
_NOTES_S: Final = 40.0
#: Between two moves in a chat; less than between two lines.
_MOMENT_S: Final = 6.0
#: Place of an agent's first answer in a talk.
_FIRST_ANSWER: Final = 1


class _Alone(ChatStore):
    """Chats of citizens who do not exist: the assistant is told nothing."""

    def _write_letter(
        self, connection: Any, before: Chat, after: Chat, events: Iterable[ChatEvent], now: float
    ) -> None:
        """Owe nothing."""


class Filling:
    """Fills a desk of the demonstration."""

    def __init__(self, desk: Desk, file: Mapping[str, Any] | None = None) -> None:
        """Write what `file` says (`day.yml` as it is shipped) into this desk.

        Raises:
            NotADemonstration: it is a real one.
        """
        if not desk.settings.demo:
            raise NotADemonstration
        self._desk = desk
        self._file = day_file() if file is None else file
        self._patient = _Alone(desk.engine, desk.settings.chats.key, _PATIENT)
        self._usual = _Alone(desk.engine, desk.settings.chats.key, desk.settings.chats.timers)

    def chats(self, now: float) -> int:
        """Write yesterday's chats and today's that are over by `now` (unix seconds); return how many were new."""
        today = dt.datetime.fromtimestamp(now, CHINA).date()
        written = 0
        for day in (today - dt.timedelta(days=1), today):
            for planned in plan(day, self._file):
                if planned.at + _longest(planned) < now:
                    written += self._write(day, planned)
        return written

    def questions(self, now: float) -> int:
        """Add the questions nobody could answer, unless there are any; return how many."""
        book = self._desk.knowledge.questions
        known = {question.text for question in book.listed("open", 500)}
        moment = dt.datetime.fromtimestamp(now, dt.timezone.utc)
        new = [text for text in self._file["questions"] if text not in known]
        return sum(book.add(text, "fallback", "", moment) for text in new)

    def phones(self, now: float) -> int:
        """Let the exchange tell of yesterday's calls and today's that are over by `now`; return how many were new."""
        return ring(self._desk.telephone, self._file, now)

    def _write(self, day: dt.date, planned: PlannedChat) -> bool:
        name = f"{MARK}{day.isoformat()}-{planned.number:03d}"
        new = NewChat(
            request_id=name,
            conversation_id=name,
            channel=planned.channel,
            reason=planned.reason,
            language=planned.language,
            large_type=planned.large_type,
            topic=planned.topic,
            district=planned.district,
            context={"transcript": [], "facts": {"demonstration": "演示数据", "topic": planned.topic}},
        )
        refused: m.Outcome | None = "nobody_there" if planned.outcome == "nobody_there" else None
        opened = self._patient.open(new, planned.at, refused)
        if opened.again:
            return False
        chat_id = opened.chat.chat_id
        if planned.outcome == "abandoned":
            self._patient.apply(chat_id, m.Leave(), planned.at + planned.steps[0])
        elif planned.outcome == "expired":
            self._usual.apply(chat_id, m.Tick(), planned.at + self._usual.timers.queue)
        elif refused is None:
            self._talk(chat_id, name, planned)
        return True

    def _talk(self, chat_id: str, name: str, planned: PlannedChat) -> None:
        at, agent, store = planned.at + planned.steps[0], planned.agent, self._patient
        taken: m.Event = m.TakeOver(agent) if planned.reason == "taken_over" else m.Take(agent)
        store.apply(chat_id, taken, at)
        for number, ((who, words), pause) in enumerate(zip(planned.lines, planned.steps[1:], strict=True)):
            at += pause
            spoke: m.Event = m.AgentWrote(agent) if who == "agent" else m.CitizenWrote()
            author = agent if who == "agent" else ""
            said = Said("agent" if who == "agent" else "citizen", author, words, f"{name}-{number}")
            store.apply(chat_id, spoke, at, said=said)
            if number == _FIRST_ANSWER:
                agent = self._helped(chat_id, name, planned, at)
        self._end(chat_id, planned, agent, at)

    def _helped(self, chat_id: str, name: str, planned: PlannedChat, at: float) -> str:
        """Let whoever was called come; return the work number of who goes on."""
        agent, helper, store = planned.agent, planned.helper, self._patient
        if planned.turn == "transferred":
            store.apply(chat_id, m.Transfer(agent, to_agent=helper), at + _MOMENT_S)
            store.apply(chat_id, m.Take(helper), at + 2 * _MOMENT_S)
            return helper
        if planned.turn == "joined":
            called = self._file["departments"][helper]
            store.apply(chat_id, m.Join(agent, helper, called), at + _MOMENT_S)
            more = {"name": called, "by": agent, "relayed": True}
            said = Said("department", helper, self._file["department_says"], f"{name}-joined", more)
            store.apply(chat_id, m.DepartmentWrote(helper), at + 2 * _MOMENT_S, said=said)
        return agent

    def _end(self, chat_id: str, planned: PlannedChat, agent: str, at: float) -> None:
        store = self._patient
        if planned.outcome == "citizen_idle":
            timers = self._usual.timers
            at += timers.citizen_lost
            self._usual.apply(chat_id, m.Tick(), at - timers.citizen_lost + timers.citizen_prompt)
            self._usual.apply(chat_id, m.Tick(), at)
        else:
            ends: Mapping[str, m.Event] = {
                "answered": m.WrapUp(agent),
                "returned": m.GiveBack(agent),
                "left_by_citizen": m.Leave(),
            }
            store.apply(chat_id, ends[planned.outcome], at)
        if planned.turn == "reopened":
            store.apply(chat_id, m.Reopen(agent), at + _MOMENT_S)
            at += 2 * _MOMENT_S
            store.apply(chat_id, m.WrapUp(agent), at)
        if store.get(chat_id).state == "wrap_up":
            store.apply(chat_id, m.Finish(agent), at + _NOTES_S)
        if planned.rating is not None:
            rated = {"rating": planned.rating}
            store.mark(chat_id, at + _NOTES_S, "rated", rated, rating=planned.rating)


class NotADemonstration(Exception):  # noqa: N818 - a state of the desk, read as a sentence
    """Invented traffic is written into a demonstration alone."""


def _longest(planned: PlannedChat) -> float:
    """Return the seconds after which a chat is certainly over."""
    waits = {"citizen_idle": Timers().citizen_lost, "expired": Timers().queue}
    return sum(planned.steps) + waits.get(planned.outcome, 0.0) + 2 * _NOTES_S
