"""Calls of the exchange in the store: each once, open for their agents, called back once; SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import pytest
import sqlalchemy as sa

from hotline.telephone.errors import MissedChanged, NoSuchMissed, NotClaimed
from hotline.telephone.events import Event
from hotline.telephone.pads import NOTES_S
from hotline.telephone.tables import (
    missed_calls,
    telephone_calls,
    telephone_events,
    telephone_pads,
    telephone_turns,
)
from tests.hotline.telephone.conftest import NINE, Store, lost, taken

CALLER = "13900001234"


def moment(unix: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(unix, dt.timezone.utc)


def at_once(*works: Callable[[], object]) -> None:
    """Do things at the same moment, each on a thread of its own."""
    begin = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        begin.wait()
        work()

    with ThreadPoolExecutor(len(works)) as threads:
        for done in [threads.submit(run, work) for work in works]:
            done.result()


def test_the_same_events_again_change_nothing(store: Store) -> None:
    events = [*taken("c1", NINE - 60), Event("ended", "c1", NINE - 5)]
    assert [agent for agent, _ in store.tell(*events)] == ["A001"]
    before = store.room.book.call("c1")
    again = store.room.take(events, NINE)
    assert (again.new, again.known, again.opened) == (0, 3, ())
    assert store.room.book.call("c1") == before


def test_a_late_answer_makes_a_lost_call_an_answered_one_in_every_order(store: Store) -> None:
    events = [*lost("", NINE - 60), Event("answered", "", NINE - 55, agent="A001")]
    for number, order in enumerate(permutations(events)):
        name, caller = f"c{number}", f"139{number:08d}"
        for one in order:
            shown = caller if one.kind == "ringing" else ""
            store.tell(Event(one.kind, name, one.at, shown, one.line, one.agent))
        assert store.room.book.call(name).outcome == "answered"
    assert store.room.callbacks.open_count() == 0


def test_events_that_arrive_at_once_are_one_call_with_one_pad(store: Store) -> None:
    events = [*taken("c1", NINE - 60), Event("transferred", "c1", NINE - 20, agent="A002")]
    at_once(*(lambda event=event: store.tell(event) for event in (*events, *events)))  # type: ignore[misc]
    call = store.room.book.call("c1")
    assert [leg.agent for leg in call.legs] == ["A001", "A002"]
    with store.engine.connect() as connection:
        pads = connection.execute(sa.select(telephone_pads.c.agent)).scalars().all()
        assert sorted(pads) == ["A001", "A002"]
        assert connection.execute(sa.select(sa.func.count()).select_from(telephone_events)).scalar() == 3


def test_the_number_lies_sealed_and_is_known_again(store: Store) -> None:
    ((_, first),) = store.tell(*taken("c1", NINE - 600), Event("ended", "c1", NINE - 500))
    ((_, second),) = store.tell(*taken("c2", NINE - 60, "A002"))
    store.calls.ordered(store.calls.get(first, "A001"), "JKT20260907-000009")
    behind = store.room.pads.behind(second, NINE)
    assert behind is not None
    assert (behind.shown, behind.caller) == ("139****1234", CALLER)
    assert (behind.earlier, behind.orders) == ((first,), ("JKT20260907-000009",))
    with store.engine.connect() as connection:
        for table in (telephone_calls, telephone_events):
            for row in connection.execute(sa.select(table)):
                assert CALLER not in str(tuple(row)) and CALLER.encode() not in (row.caller or b"")


def test_a_call_taken_by_hand_is_the_exchanges_call(store: Store) -> None:
    number, _ = store.room.pads.begin("A001", NINE - 52)
    assert store.tell(*taken("c1", NINE - 60)) == []
    assert store.room.pads.begin("A001", NINE) == (number, False)
    behind = store.room.pads.behind(number, NINE)
    assert behind is not None and behind.shown == "139****1234"


def test_a_call_the_exchange_has_opened_is_not_taken_a_second_time_by_hand(store: Store) -> None:
    ((_, number),) = store.tell(*taken("c1", NINE - 60))
    assert store.room.pads.begin("A001", NINE) == (number, False)
    store.tell(Event("ended", "c1", NINE))
    other, is_new = store.room.pads.begin("A001", NINE + 1)
    assert is_new and other != number


def test_pressing_and_answering_at_the_same_moment_make_one_call(store: Store) -> None:
    for number in range(6):
        agent = f"B{number:03d}"
        at_once(
            lambda agent=agent: store.room.pads.begin(agent, NINE),  # type: ignore[misc]
            lambda agent=agent: store.tell(*taken(f"c-{agent}", NINE - 10, agent)),  # type: ignore[misc]
        )
        assert len(store.calls.listed(agent, 9)) == 1


def test_an_earlier_call_by_hand_is_not_taken_for_the_exchanges(store: Store) -> None:
    ended, _ = store.room.pads.begin("A001", NINE - 100)
    store.calls.end(store.calls.get(ended, "A001"), moment(NINE - 70))
    store.room.pads.begin("A001", NINE - 3_000)
    ((_, number),) = store.tell(*taken("c1", NINE - 60))
    assert number not in (ended,) and len(store.calls.listed("A001", 9)) == 3


def test_a_call_that_was_over_long_ago_opens_nothing(store: Store) -> None:
    over = [*taken("c1", NINE - 9_000), Event("ended", "c1", NINE - 8_000)]
    assert store.tell(*over) == []
    assert store.room.book.call("c1").outcome == "answered"


def test_a_call_ends_by_itself_after_the_time_for_notes(store: Store) -> None:
    ((_, number),) = store.tell(*taken("c1", NINE - 60), Event("ended", "c1", NINE))
    assert store.room.pads.end_left(NINE + NOTES_S) == 0
    assert store.room.pads.end_left(NINE + NOTES_S + 1) == 1
    assert store.calls.get(number, "A001").ended_at == moment(NINE)
    assert store.room.pads.caller_of(number) == ""


def test_a_telephone_is_its_agents_from_when_they_sit_down(store: Store) -> None:
    store.room.seats.sit("A001", "8001", NINE - 3_600)
    store.room.seats.sit("A002", "8001", NINE - 60)
    assert (store.room.seats.seat_of("A001"), store.room.seats.seat_of("A002")) == ("", "8001")
    for name, at, agent in (("c1", NINE - 600, "A001"), ("c2", NINE - 30, "A002"), ("c3", NINE - 9_000, "")):
        store.tell(Event("answered", name, at, extension="8001"))
        assert [leg.agent for leg in store.room.book.call(name).legs] == ([agent] if agent else [])
    store.room.seats.sit("A002", "", NINE)
    assert store.room.seats.seat_of("A002") == ""


def test_a_caller_is_listed_once_however_often_they_ring(store: Store) -> None:
    store.tell(
        *lost("c1", NINE - 600), *lost("c2", NINE - 300, waited=45), *lost("c3", NINE - 200, "02886110000")
    )
    first, second = store.room.callbacks.listed(NINE)
    assert (first.shown, first.times, first.last_at, first.waited_s) == ("139****1234", 2, NINE - 300, 45)
    assert (second.shown, second.times, second.case.state) == ("028****0000", 1, "open")
    assert first.case.number == "LJ20260907-000001"


def test_lost_calls_of_one_caller_at_once_are_one_case(store: Store) -> None:
    at_once(*(lambda n=n: store.tell(*lost(f"c{n}", NINE - n)) for n in range(4)))  # type: ignore[misc]
    (only,) = store.room.callbacks.listed(NINE)
    assert (only.times, only.case.first_at) == (4, NINE - 3)


def test_two_agents_never_call_the_same_person(store: Store) -> None:
    store.tell(*lost("c1", NINE - 600))
    (listed,) = store.room.callbacks.listed(NINE)
    number, claimed = listed.case.number, []

    def claim(agent: str) -> None:
        try:
            claimed.append(store.room.callbacks.move(number, 1, "claim", agent, now=NINE).agent)
        except MissedChanged:
            return

    at_once(*(lambda agent=agent: claim(agent) for agent in ("A001", "A002", "A003")))  # type: ignore[misc]
    assert len(claimed) == 1
    assert store.room.callbacks.number_for(number, claimed[0]) == CALLER
    other = next(agent for agent in ("A001", "A002") if agent != claimed[0])
    with pytest.raises(NotClaimed):
        store.room.callbacks.number_for(number, other)
    store.room.callbacks.move(number, 2, "reached", claimed[0], now=NINE + 60)
    with pytest.raises(NotClaimed):
        store.room.callbacks.number_for(number, claimed[0])
    with pytest.raises(NoSuchMissed):
        store.room.callbacks.get("LJ20260907-000099")


def test_who_rings_again_and_is_answered_needs_no_call(store: Store) -> None:
    store.tell(*lost("c1", NINE - 600))
    store.tell(*taken("c0", NINE - 900))  # answered before they were lost: they still wait
    (listed,) = store.room.callbacks.listed(NINE - 9_000)
    assert listed.case.state == "open"
    store.room.callbacks.move(listed.case.number, 1, "claim", "A002", now=NINE)
    store.tell(*taken("c2", NINE - 60))
    (listed,) = store.room.callbacks.listed(NINE - 9_000)
    assert (listed.case.state, listed.case.closed_at) == ("came", NINE - 50)
    with pytest.raises(MissedChanged):
        store.room.callbacks.move(listed.case.number, 2, "reached", "A002", now=NINE)


def test_that_they_came_through_may_be_told_first(store: Store) -> None:
    store.tell(*taken("c2", NINE - 60))
    store.tell(*lost("c1", NINE - 600))
    assert store.room.callbacks.open_count() == 0


def test_a_lost_call_told_after_they_were_called_back_opens_no_second_case(store: Store) -> None:
    store.tell(*lost("c1", NINE - 600))
    (listed,) = store.room.callbacks.listed(NINE)
    store.room.callbacks.move(listed.case.number, 1, "claim", "A001", now=NINE)
    store.room.callbacks.move(listed.case.number, 2, "reached", "A001", now=NINE)
    store.tell(*lost("c2", NINE - 400))
    assert store.room.callbacks.open_count() == 0
    assert store.room.callbacks.get(listed.case.number).times == 2
    store.tell(*lost("c3", NINE + 40))
    assert store.room.callbacks.open_count() == 1


def test_who_withholds_the_number_is_counted_and_not_listed(store: Store) -> None:
    store.tell(*lost("c1", NINE - 600, ""))
    assert store.room.book.call("c1").is_lost
    assert store.room.callbacks.listed(0) == []


def test_everything_goes_with_its_time(store: Store) -> None:
    store.tell(*lost("c1", NINE - 600), *taken("c2", NINE - 60, caller="02886110000"))
    store.room.seats.sit("A001", "8001", NINE - 600)
    store.room.seats.sit("A001", "8002", NINE - 500)
    assert store.room.book.first_at() == NINE - 600
    assert store.room.book.purge(NINE - 300) == 1
    assert store.room.book.first_at() == NINE - 60
    assert store.room.book.purge(NINE + 1) == 1
    with store.engine.connect() as connection:
        for table in (telephone_calls, telephone_events, telephone_pads, missed_calls, telephone_turns):
            assert connection.execute(sa.select(table)).all() == [], table.name
    assert store.room.seats.seat_of("A001") == "8002"
