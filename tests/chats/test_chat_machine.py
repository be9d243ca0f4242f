"""The life of a chat: exactly one owner, no stale voice, and time alone always leads to the end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hotline.chats import machine
from hotline.chats import model as m
from hotline.chats.errors import ChatRefused, NotYours, WrongState
from hotline.chats.model import Chat, Missed, Noted, Tell, Timers

T = Timers()
AGENTS = ("A001", "A002", "A003")
CDC = "cdc:510100"


def new(now: float = 0.0, **changes: Any) -> Chat:
    chat = Chat("c1", "web-1", "web", "asked", "zh", opened_at=now, state_since=now, queued_since=now)
    return replace(chat, **changes)


def queued(now: float = 0.0, **changes: Any) -> Chat:
    return machine.opened(new(now, **changes)).chat


def active(now: float = 0.0, agent: str = "A001") -> Chat:
    return go(queued(now), m.Take(agent), now).chat


def go(chat: Chat, event: m.Event, now: float = 0.0) -> m.Step:
    return machine.step(chat, event, now, T)


def tells(step: m.Step) -> list[str]:
    return [effect.key for effect in step.effects if isinstance(effect, Tell)]


def noted(step: m.Step) -> list[str]:
    return [effect.what for effect in step.effects if isinstance(effect, Noted)]


def test_an_offer_not_accepted_in_30_seconds_goes_to_the_next_and_marks_the_agent() -> None:
    offered = go(queued(), m.Offer("A001"), 5.0).chat
    assert go(offered, m.Tick(), 34.9).chat == offered
    back = go(offered, m.Tick(), 35.0)
    assert (back.chat.state, back.chat.agent, back.chat.passed) == ("queued", None, ("A001",))
    assert Missed("A001") in back.effects


def test_a_slow_agent_is_warned_after_3_minutes_and_loses_the_chat_after_5() -> None:
    chat = active()
    assert noted(go(chat, m.Tick(), 179.9)) == []
    warned = go(chat, m.Tick(), 180.0)
    assert noted(warned) == ["agent_slow"]
    assert warned.chat.owner == "agent"
    assert go(warned.chat, m.Tick(), 200.0).effects == ()
    lost = go(warned.chat, m.Tick(), 300.0)
    assert (lost.chat.state, tells(lost), lost.chat.passed) == ("queued", ["requeued"], ("A001",))
    assert lost.chat.priority < queued().priority


def test_an_answer_in_time_is_no_reason_for_a_warning() -> None:
    answered = go(active(), m.AgentWrote("A001"), 170.0).chat
    assert go(answered, m.Tick(), 301.0).effects == ()
    asked_again = go(answered, m.CitizenWrote(), 310.0).chat
    assert noted(go(asked_again, m.Tick(), 489.9)) == []
    assert noted(go(asked_again, m.Tick(), 490.0)) == ["agent_slow"]


def test_more_words_of_the_citizen_do_not_give_the_agent_more_time() -> None:
    chat = go(active(), m.CitizenWrote(), 290.0).chat
    assert "agent_lost" in noted(go(chat, m.Tick(), 300.0))


def test_a_silent_citizen_is_asked_after_5_minutes_and_let_go_after_10_with_a_question() -> None:
    chat = go(active(), m.AgentWrote("A001"), 0.0).chat
    asked = go(chat, m.Tick(), 300.0)
    assert tells(asked) == ["still_there"]
    ended = go(asked.chat, m.Tick(), 600.0)
    assert (ended.chat.state, ended.chat.owner, ended.chat.outcome) == ("wrap_up", "bot", "citizen_idle")
    assert Tell("ended_idle", {"rate": True}) in ended.effects


def test_nobody_in_time_ends_the_wait_with_other_ways_on() -> None:
    ended = go(queued(), m.Tick(), 600.0)
    assert (ended.chat.outcome, tells(ended)) == ("expired", ["expired"])


def test_what_time_has_done_in_between_is_done_at_once_and_in_order() -> None:
    offered = go(queued(), m.Offer("A001"), 590.0).chat
    ended = go(offered, m.Tick(), 10_000.0)
    assert noted(ended) == ["unaccepted", "closed"]
    assert ended.chat.outcome == "expired"


def test_off_hours_a_chat_ends_before_it_waits() -> None:
    step = machine.opened(new(), refused="off_hours")
    assert (step.chat.state, step.chat.owner, step.chat.outcome) == ("closed", "bot", "off_hours")


def test_an_offered_chat_is_not_anybody_elses() -> None:
    offered = go(queued(), m.Offer("A001")).chat
    with pytest.raises(NotYours):
        go(offered, m.Take("A002"))
    assert go(offered, m.Take("A001")).chat.owner == "agent"


def test_declining_asks_the_next() -> None:
    offered = go(queued(), m.Offer("A001")).chat
    assert go(offered, m.Decline("A001")).chat.passed == ("A001",)
    with pytest.raises(NotYours):
        go(offered, m.Decline("A002"))


def test_a_transfer_to_an_agent_is_an_offer_and_to_a_group_the_queue() -> None:
    offered = go(active(), m.Transfer("A001", "A002"), 10.0)
    assert (offered.chat.state, offered.chat.agent, tells(offered)) == ("offered", "A002", ["transferring"])
    assert go(offered.chat, m.Take("A002"), 11.0).chat.agent == "A002"
    grouped = go(active(), m.Transfer("A001", None, "group:medical"), 10.0).chat
    assert (grouped.state, grouped.group, grouped.agent) == ("queued", "group:medical", None)


@pytest.mark.parametrize("to", [("A001", ""), (None, ""), ("A002", "group:medical")])
def test_a_transfer_names_one_other_place(to: tuple[str | None, str]) -> None:
    with pytest.raises(WrongState):
        go(active(), m.Transfer("A001", *to))


def test_a_department_talks_while_it_is_joined_and_the_agent_stays_the_owner() -> None:
    joined = go(active(), m.Join("A001", CDC, "成都市疾控中心"), 1.0).chat
    assert joined.owner == "agent"
    assert joined.agent == "A001"
    assert go(joined, m.DepartmentWrote(CDC), 2.0).chat.waits_for == "citizen"
    with pytest.raises(NotYours):
        go(joined, m.DepartmentWrote("health:510100"), 2.0)
    parted = go(joined, m.Part(CDC), 3.0).chat
    with pytest.raises(NotYours):
        go(parted, m.DepartmentWrote(CDC), 4.0)


def test_after_the_end_the_assistant_has_the_citizen_and_the_agent_can_go_on() -> None:
    wrapping = go(active(), m.WrapUp("A001"), 60.0)
    assert (wrapping.chat.owner, wrapping.chat.state) == ("bot", "wrap_up")
    again = go(wrapping.chat, m.Reopen("A001"), 70.0).chat
    assert (again.owner, again.outcome, again.ended_at) == ("agent", None, None)
    assert go(wrapping.chat, m.Tick(), 180.0).chat.state == "closed"
    assert go(wrapping.chat, m.Finish("A001"), 61.0).chat.state == "closed"


def test_given_back_the_assistant_goes_on_at_once() -> None:
    back = go(active(), m.GiveBack("A001"), 5.0)
    assert (back.chat.owner, back.chat.outcome, tells(back)) == ("bot", "returned", ["returned"])


def test_the_citizen_can_leave_queue_and_chat() -> None:
    assert go(queued(), m.Leave()).chat.outcome == "abandoned"
    assert go(active(), m.Leave()).chat.state == "wrap_up"


def test_words_of_danger_come_first() -> None:
    chat = go(queued(), m.CitizenWrote(urgent=True), 1.0)
    assert chat.chat.priority == 0
    assert noted(chat) == ["urgent"]
    assert go(chat.chat, m.CitizenWrote(urgent=True), 2.0).effects == ()


def test_a_leader_takes_over_and_the_agent_before_may_not_speak_any_more() -> None:
    taken = go(active(agent="A001"), m.TakeOver("A009"), 9.0)
    assert (taken.chat.agent, tells(taken)) == ("A009", ["taken"])
    with pytest.raises(NotYours):
        go(taken.chat, m.AgentWrote("A001"))
    with pytest.raises(WrongState):
        go(taken.chat, m.TakeOver("A009"))


def test_an_agent_who_is_gone_leaves_nothing_behind() -> None:
    assert go(active(), m.AgentGone("A001"), 3.0).chat.state == "queued"
    assert go(go(queued(), m.Offer("A001")).chat, m.AgentGone("A001")).chat.state == "queued"
    assert go(go(active(), m.WrapUp("A001")).chat, m.AgentGone("A001")).chat.state == "closed"
    with pytest.raises(NotYours):
        go(active(), m.AgentGone("A002"))


EVENTS = st.one_of(
    st.builds(m.Offer, st.sampled_from(AGENTS)),
    st.builds(m.Take, st.sampled_from(AGENTS)),
    st.builds(m.Decline, st.sampled_from(AGENTS)),
    st.builds(m.TakeOver, st.sampled_from(AGENTS)),
    st.builds(m.CitizenWrote, st.booleans()),
    st.builds(m.AgentWrote, st.sampled_from(AGENTS)),
    st.builds(m.DepartmentWrote, st.just(CDC)),
    st.builds(
        m.Transfer, st.sampled_from(AGENTS), st.sampled_from([*AGENTS, None]), st.sampled_from(["", "g"])
    ),
    st.builds(m.Join, st.sampled_from(AGENTS), st.just(CDC), st.just("疾控")),
    st.builds(m.Part, st.sampled_from([*AGENTS, CDC])),
    st.builds(m.WrapUp, st.sampled_from(AGENTS)),
    st.builds(m.Reopen, st.sampled_from(AGENTS)),
    st.builds(m.Finish, st.sampled_from(AGENTS)),
    st.builds(m.GiveBack, st.sampled_from(AGENTS)),
    st.builds(m.Leave),
    st.builds(m.AgentGone, st.sampled_from(AGENTS)),
    st.builds(m.Tick),
)


class LifeOfAChat(RuleBasedStateMachine):
    """Anything may happen at any time, in any order."""

    chat: Chat
    now: float

    @initialize()
    def begin(self) -> None:
        self.now = 1000.0
        self.chat = queued(self.now)

    @rule(event=EVENTS, pause=st.floats(0, 400))
    def happens(self, event: m.Event, pause: float) -> None:
        self.now += pause
        before = self.chat
        try:
            step = go(before, event, self.now)
        except ChatRefused:
            return
        self.chat = after = step.chat
        said = [e for e in step.effects if isinstance(e, Tell)]
        self.check_version(before, after)
        if isinstance(event, m.AgentWrote):
            assert before.owner == after.owner == "agent"
            assert before.agent == event.agent
        if isinstance(event, m.DepartmentWrote):
            assert (before.state, before.department) == ("active", event.department)
            assert (after.agent, after.department) == (before.agent, before.department)
        if after.owner not in (before.owner, "queued"):
            assert said, "who takes over from whom is told"
        if before.state == "closed":
            assert after == before
        assert before.ended_at is None or after.ended_at is not None or isinstance(event, m.Reopen)

    @staticmethod
    def check_version(before: Chat, after: Chat) -> None:
        shape = [(c.state, c.agent, c.department) for c in (before, after)]
        assert after.version >= before.version
        if shape[0] != shape[1]:
            assert after.version > before.version

    @invariant()
    def exactly_one_owner(self) -> None:
        chat = self.chat
        assert chat.lives == (chat.state in ("queued", "offered", "active"))
        if chat.state == "active":
            assert chat.owner == "agent"
            assert chat.agent is not None
            assert chat.waits_for is not None
        if chat.state == "queued":
            assert chat.agent is None
        assert (chat.department is None) or chat.state == "active"
        assert (chat.department is None) == (chat.department_name is None)

    @invariant()
    def only_the_owner_may_speak(self) -> None:
        may = []
        for agent in AGENTS:
            try:
                go(self.chat, m.AgentWrote(agent), self.now)
            except ChatRefused:
                continue
            may.append(agent)
        assert may == ([self.chat.agent] if self.chat.owner == "agent" else [])

    @invariant()
    def time_alone_leads_to_the_end(self) -> None:
        chat, now = self.chat, self.now
        for _ in range(10):
            moment = machine.due(chat, T)
            if moment is None:
                break
            now = max(now, moment)
            after = go(chat, m.Tick(), now).chat
            assert after != chat, "what is due changes something"
            chat = after
        assert chat.state == "closed"
        assert chat.outcome is not None


TestLifeOfAChat = LifeOfAChat.TestCase


@given(EVENTS, st.floats(0, 1e6))
def test_a_closed_chat_takes_nothing(event: m.Event, now: float) -> None:
    closed = go(queued(), m.Leave()).chat
    try:
        step = go(closed, event, now)
    except ChatRefused:
        return
    assert step == m.Step(closed)
