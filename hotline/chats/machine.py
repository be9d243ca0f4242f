"""The life of a chat: a pure function of chat, event and time.

::

    bot → queued → offered → active ⇄ wrap_up → closed
             ↑________|_________|       (nobody accepted, the agent was lost, handed on)

Exactly one of assistant, queue and agent owns a conversation (`Chat.owner`); the version grows whenever that, the
state, the agent or the department changes. Every state but `closed` ends by time alone (`due`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from . import model as m
from .errors import NotYours, WrongState
from .model import Chat, Noted, Outcome, Step, Tell, Timers

#: Agent and citizen talk without a department.
_ALONE: Final[dict[str, None]] = {"department": None, "department_name": None}


def opened(chat: Chat, *, refused: Outcome | None = None) -> Step:
    """Return a new chat in the queue; or, `refused`, at its end at once, because nobody can take it."""
    asked = Noted("asked", {"reason": chat.reason})
    if refused is not None:
        return _end(chat, refused, chat.opened_at, [asked])
    return Step(replace(chat, version=chat.version + 1), (asked,))


def taken_over(chat: Chat, agent: str) -> Step:
    """Return a new chat that an agent began: the assistant had the conversation until now."""
    return _taken(chat, agent, chat.opened_at, "taken_over")


def step(chat: Chat, event: m.Event, now: float, timers: Timers) -> Step:
    """Return what follows when `event` happens to `chat` at `now`.

    Raises:
        NotYours: somebody else owns it, or nobody does.
        WrongState: its state does not allow the event.
    """
    return _HANDLERS[type(event)](chat, event, now, timers)


def due(chat: Chat, timers: Timers) -> float | None:
    """Return when the next `Tick` will change something; `None` for a chat that has ended."""
    if chat.state == "queued":
        return chat.queued_since + timers.queue
    if chat.state == "offered":
        return chat.state_since + timers.accept
    if chat.state == "wrap_up":
        return chat.state_since + timers.wrap_up
    if chat.state == "active":
        first, last = _limits(chat, timers)
        return chat.waits_since + (last if chat.reminded else first)
    return None


def _limits(chat: Chat, timers: Timers) -> tuple[float, float]:
    if chat.waits_for == "agent":
        return timers.agent_warn, timers.agent_lost
    return timers.citizen_prompt, timers.citizen_lost


# --- the queue ---


def _offer(chat: Chat, event: m.Offer, now: float, _timers: Timers) -> Step:
    _must_be(chat, "queued")
    return Step(_moved(chat, "offered", now, agent=event.agent), (Noted("offered", {"agent": event.agent}),))


def _take(chat: Chat, event: m.Take, now: float, _timers: Timers) -> Step:
    _must_be(chat, "queued", "offered")
    if chat.state == "offered" and chat.agent != event.agent:
        raise NotYours(f"offered to {chat.agent}")
    return _taken(chat, event.agent, now, "taken")


def _decline(chat: Chat, event: m.Decline, now: float, _timers: Timers) -> Step:
    _must_be(chat, "offered")
    _must_own(chat, event.agent)
    return _passed_by(chat, now, "declined")


def _take_over(chat: Chat, event: m.TakeOver, now: float, _timers: Timers) -> Step:
    _must_be(chat, "queued", "offered", "active")
    if chat.owner == "agent" and chat.agent == event.agent:
        raise WrongState("it is yours already")
    return _taken(chat, event.agent, now, "taken_over")


def _taken(chat: Chat, agent: str, now: float, what: str) -> Step:
    taken = _moved(
        chat,
        "active",
        now,
        agent=agent,
        **_ALONE,
        passed=(),
        waits_for="agent",
        waits_since=now,
        reminded=False,
        taken_at=now if chat.taken_at is None else chat.taken_at,
    )
    before = chat.agent if chat.owner == "agent" else None
    noted = Noted(what, {"agent": agent, "from": before} if before else {"agent": agent})
    return Step(taken, (noted, Tell("taken", {"agent": agent})))


def _passed_by(chat: Chat, now: float, what: str, *effects: m.Effect) -> Step:
    """Return a chat to the queue whose agent did not come; he is not asked again while others can be."""
    agent = chat.agent or ""
    back = _moved(chat, "queued", now, agent=None, passed=(*chat.passed, agent))
    return Step(back, (Noted(what, {"agent": agent}), *effects))


# --- the talk ---


def _citizen_wrote(chat: Chat, event: m.CitizenWrote, now: float, _timers: Timers) -> Step:
    _must_be(chat, "queued", "offered", "active")
    effects: tuple[m.Effect, ...] = ()
    if event.urgent and chat.priority > 0:
        chat, effects = replace(chat, priority=0), (Noted("urgent"),)
    if chat.waits_for == "citizen":
        chat = replace(chat, waits_for="agent", waits_since=now, reminded=False)
    return Step(chat, effects)


def _agent_wrote(chat: Chat, event: m.AgentWrote, now: float, _timers: Timers) -> Step:
    _must_own_active(chat, event.agent)
    first = now if chat.first_reply_at is None else chat.first_reply_at
    return Step(_waiting_for_citizen(replace(chat, first_reply_at=first), now))


def _department_wrote(chat: Chat, event: m.DepartmentWrote, now: float, _timers: Timers) -> Step:
    _must_be(chat, "active")
    if chat.department is None or chat.department != event.department:
        raise NotYours("the department was not joined")
    return Step(_waiting_for_citizen(chat, now))


def _waiting_for_citizen(chat: Chat, now: float) -> Chat:
    return replace(chat, waits_for="citizen", waits_since=now, reminded=False)


def _transfer(chat: Chat, event: m.Transfer, now: float, _timers: Timers) -> Step:
    _must_own_active(chat, event.agent)
    if event.to_agent == event.agent or (event.to_agent is None) == (not event.group):
        raise WrongState("to another agent or to a group")
    waiting: dict[str, Any] = {
        **_ALONE,
        "waits_for": None,
        "reminded": False,
        "queued_since": now,
        "passed": (event.agent,),
        "priority": min(chat.priority, m.RETURNED_TO_QUEUE),
    }
    noted = Noted("transferred", {"agent": event.agent, "to": event.to_agent or event.group})
    tell = Tell("transferring")
    if event.to_agent is not None:
        offered = _moved(chat, "offered", now, agent=event.to_agent, **waiting)
        return Step(offered, (noted, Noted("offered", {"agent": event.to_agent}), tell))
    return Step(_moved(chat, "queued", now, agent=None, group=event.group, **waiting), (noted, tell))


def _join(chat: Chat, event: m.Join, now: float, _timers: Timers) -> Step:
    _must_own_active(chat, event.agent)
    if chat.department is not None:
        raise WrongState(f"{chat.department} is there already")
    joined = _moved(chat, "active", now, department=event.department, department_name=event.name)
    values = {"department": event.department, "name": event.name}
    return Step(joined, (Noted("joined", values), Tell("joined", values)))


def _part(chat: Chat, event: m.Part, now: float, _timers: Timers) -> Step:
    _must_be(chat, "active")
    if event.by not in (chat.agent, chat.department):
        raise NotYours("neither owner nor department")
    if chat.department is None:
        raise WrongState("nobody was joined")
    values = {"department": chat.department, "name": chat.department_name}
    return Step(_moved(chat, "active", now, **_ALONE), (Noted("parted", values), Tell("parted", values)))


# --- the end ---


def _wrap_up(chat: Chat, event: m.WrapUp, now: float, _timers: Timers) -> Step:
    _must_own_active(chat, event.agent)
    return _wrapping_up(chat, "answered", now)


def _wrapping_up(chat: Chat, outcome: Outcome, now: float) -> Step:
    """The citizen is with the assistant again; the agent has some time for notes."""
    wrapping = _moved(
        chat, "wrap_up", now, **_ALONE, waits_for=None, outcome=outcome, ended_at=now, reminded=False
    )
    key = "ended_idle" if outcome == "citizen_idle" else "ended"
    return Step(wrapping, (Noted("wrapping_up", {"outcome": outcome}), Tell(key, {"rate": True})))


def _reopen(chat: Chat, event: m.Reopen, now: float, _timers: Timers) -> Step:
    _must_be(chat, "wrap_up")
    _must_own(chat, event.agent)
    return _taken(replace(chat, outcome=None, ended_at=None), event.agent, now, "reopened")


def _finish(chat: Chat, event: m.Finish, now: float, _timers: Timers) -> Step:
    _must_be(chat, "wrap_up")
    _must_own(chat, event.agent)
    return _closed_after_notes(chat, now)


def _closed_after_notes(chat: Chat, now: float) -> Step:
    return Step(_moved(chat, "closed", now), (Noted("closed", {"outcome": chat.outcome}),))


def _give_back(chat: Chat, event: m.GiveBack, now: float, _timers: Timers) -> Step:
    _must_own_active(chat, event.agent)
    return _end(chat, "returned", now, [], Tell("returned", {"rate": True}))


def _leave(chat: Chat, _event: m.Leave, now: float, _timers: Timers) -> Step:
    _must_be(chat, "queued", "offered", "active")
    if chat.state == "active":
        return _wrapping_up(chat, "left_by_citizen", now)
    return _end(chat, "abandoned", now, [], Tell("left_queue"))


def _end(chat: Chat, outcome: Outcome, now: float, before: list[m.Effect], *after: m.Effect) -> Step:
    closed = _moved(
        chat,
        "closed",
        now,
        agent=chat.agent if chat.state == "active" else None,
        **_ALONE,
        waits_for=None,
        outcome=outcome,
        ended_at=now,
        reminded=False,
    )
    return Step(closed, (*before, Noted("closed", {"outcome": outcome}), *after))


# --- time and absence ---


def _agent_gone(chat: Chat, event: m.AgentGone, now: float, timers: Timers) -> Step:
    if chat.agent != event.agent:
        raise NotYours("of another agent")
    if chat.state == "offered":
        return _passed_by(chat, now, "unaccepted")
    if chat.state == "active":
        return _requeued(chat, now, "agent_gone")
    if chat.state == "wrap_up":
        return _closed_after_notes(chat, now)
    raise WrongState(f"nobody has a chat that is {chat.state}")


def _requeued(chat: Chat, now: float, why: str) -> Step:
    """The agent was lost: the chat goes to the front of the queue, with everything that was said."""
    back = _moved(
        chat,
        "queued",
        now,
        agent=None,
        **_ALONE,
        waits_for=None,
        reminded=False,
        queued_since=now,
        priority=min(chat.priority, m.RETURNED_TO_QUEUE),
        passed=(*chat.passed, chat.agent or ""),
    )
    return Step(back, (Noted(why, {"agent": chat.agent}), Tell("requeued")))


def _tick(chat: Chat, _event: m.Tick, now: float, timers: Timers) -> Step:
    """Do all that is due at `now`; nothing when nothing is."""
    effects: list[m.Effect] = []
    while (moment := due(chat, timers)) is not None and moment <= now:
        after = _timed_out(chat, now)
        effects.extend(after.effects)
        chat = after.chat
    return Step(chat, tuple(effects))


def _timed_out(chat: Chat, now: float) -> Step:
    """Return what follows from the one limit that was passed."""
    if chat.state == "queued":
        return _end(chat, "expired", now, [], Tell("expired"))
    if chat.state == "offered":
        return _passed_by(chat, now, "unaccepted", m.Missed(chat.agent or ""))
    if chat.state == "wrap_up":
        return _closed_after_notes(chat, now)
    return _kept_waiting(chat, now)


def _kept_waiting(chat: Chat, now: float) -> Step:
    """One side has waited for the other: remind, then give up."""
    if not chat.reminded:
        reminded = replace(chat, reminded=True)
        if chat.waits_for == "agent":
            return Step(reminded, (Noted("agent_slow", {"agent": chat.agent}),))
        return Step(reminded, (Noted("citizen_slow"), Tell("still_there")))
    if chat.waits_for == "agent":
        return _requeued(chat, now, "agent_lost")
    return _wrapping_up(chat, "citizen_idle", now)


# --- what all share ---


def _moved(chat: Chat, state: m.State, now: float, **changes: Any) -> Chat:
    since = chat.state_since if state == chat.state else now
    return replace(chat, state=state, state_since=since, version=chat.version + 1, **changes)


def _must_be(chat: Chat, *states: m.State) -> None:
    if chat.state not in states:
        raise WrongState(f"it is {chat.state}")


def _must_own(chat: Chat, agent: str) -> None:
    if chat.agent != agent:
        raise NotYours(f"it is {chat.agent or 'nobody'}'s")


def _must_own_active(chat: Chat, agent: str) -> None:
    _must_be(chat, "active")
    _must_own(chat, agent)


_HANDLERS: dict[type, Callable[[Chat, Any, float, Timers], Step]] = {
    m.Offer: _offer,
    m.Take: _take,
    m.Decline: _decline,
    m.TakeOver: _take_over,
    m.CitizenWrote: _citizen_wrote,
    m.AgentWrote: _agent_wrote,
    m.DepartmentWrote: _department_wrote,
    m.Transfer: _transfer,
    m.Join: _join,
    m.Part: _part,
    m.WrapUp: _wrap_up,
    m.Reopen: _reopen,
    m.Finish: _finish,
    m.GiveBack: _give_back,
    m.Leave: _leave,
    m.AgentGone: _agent_gone,
    m.Tick: _tick,
}
