"""Events are part of the transaction that causes them, and carry what their receiver needs and no more."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from backend.clock import DEMO_START
from backend.contract import load_contract
from backend.models import OutgoingEvent, Person
from backend.outbox import KINDS, emit, emit_all


def add_people(store, *ids):
    with store.write() as session:
        session.add_all(Person(person_id=i, name="甲", name_key="甲", created_at=DEMO_START) for i in ids)


def events(store):
    with store.read() as session:
        return session.execute(select(OutgoingEvent).order_by(OutgoingEvent.seq)).scalars().all()


def test_an_event_is_kept_with_its_transaction(store):
    add_people(store, "per_1")
    with store.write() as session:
        event_id = emit(session, "appeal.decided", "per_1", {"number": "SS20220905-000001"}, DEMO_START)
    (event,) = events(store)
    assert (event.event_id, event.kind, event.person_id) == (event_id, "appeal.decided", "per_1")
    assert json.loads(event.data) == {"number": "SS20220905-000001"}
    assert event.occurred_at == DEMO_START


def test_an_event_is_lost_with_its_transaction(store):
    add_people(store, "per_1")
    with pytest.raises(RuntimeError), store.write() as session:
        emit(session, "code.changed", "per_1", {}, DEMO_START)
        raise RuntimeError
    assert events(store) == []


def test_events_for_many_people_are_written_at_once(store):
    add_people(store, "per_1", "per_2", "per_3")
    with store.write() as session:
        emit_all(session, "code.changed", ["per_1", "per_3"], DEMO_START)
    written = events(store)
    assert [e.person_id for e in written] == ["per_1", "per_3"]
    assert len({e.event_id for e in written}) == 2
    assert {(e.kind, e.data, e.stream == e.person_id, e.planned) for e in written} == {
        ("code.changed", "{}", True, False)
    }


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("code.exploded", {}),
        ("code.changed", {"colour": "yellow"}),
        ("appeal.decided", {}),
        ("appeal.decided", {"number": 7}),
    ],
)
def test_what_no_receiver_needs_cannot_be_said(store, kind, data):
    with store.write() as session, pytest.raises(ValueError):
        emit(session, kind, None, data, DEMO_START)


def test_no_kind_carries_a_colour_a_result_or_a_name():
    assert {"colour", "result", "name", "reason", "previous_colour"}.isdisjoint(
        name for names in KINDS.values() for name in names
    )


def test_the_contract_names_the_same_kinds_and_data():
    schema = load_contract().document["components"]["schemas"]["OutgoingEvent"]
    assert set(schema["properties"]["kind"]["enum"]) == set(KINDS)
    named = {
        condition["if"]["properties"]["kind"]["const"]: frozenset(
            condition["then"]["properties"]["data"]["required"]
        )
        for condition in schema["allOf"]
    }
    assert named == {kind: fields for kind, fields in KINDS.items() if fields}
    assert set(schema["properties"]["data"]["properties"]) == set().union(*KINDS.values())


def test_events_of_a_stranger_are_ordered_by_their_conversation(store):
    data = {"number": "JKT20220905-000001", "conversation_id": "conversation-1", "channel": "web"}
    with store.write() as session:
        emit(session, "service_request.answered", None, data, DEMO_START)
    assert events(store)[0].stream == "conversation-1"
