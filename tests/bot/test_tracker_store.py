"""The tracker store: bounded, exact, honest about failure, without raw personal data."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    ConversationPaused,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.errors import ConversationChanged, StoreFailed
from bot.event_relay import EventRelay, FileSink
from bot.live_state import newest_turns
from bot.tracker_store import BoundedTrackerStore
from bot.tracker_tables import TrackerTables
from privacy.vault import Vault, utc_now

FORM = "identity_form"


def live_bytes(store: BoundedTrackerStore) -> int:
    with store.tables.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT sum(length(events)) FROM live_conversations").scalar())


def rows(store: BoundedTrackerStore, table: str) -> int:
    with store.tables.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar())


async def test_three_hundred_turns_stay_as_small_as_a_few(talk: Any) -> None:
    sizes = {}
    for turn in range(1, 301):
        await talk.words("核酸" if turn % 2 else "你好")
        if turn in (6, 7, 299, 300):
            tracker = await talk.store.retrieve("person")
            sizes[turn] = (len(tracker.events), live_bytes(talk.store))
    for early, late in ((7, 299), (6, 300)):
        assert sizes[late][0] == sizes[early][0]
        assert abs(sizes[late][1] - sizes[early][1]) < 200  # digits of times
    assert rows(talk.store, "live_conversations") == 1
    history = await talk.store.retrieve_full_tracker("person")
    assert sum(isinstance(event, UserUttered) for event in history.events) == 300


async def test_a_form_goes_on_after_many_interruptions(talk: Any) -> None:
    assert await talk.words("我要登记") == ["请问姓名"]
    for _ in range(20):
        await talk.words("核酸")
    tracker = await talk.store.retrieve("person")
    assert tracker.active_loop_name == FORM
    assert await talk.store.requested_slot("person") == tracker.get_slot("requested_slot")


async def test_a_form_is_filled_with_tokens_and_ends(talk: Any) -> None:
    await talk.words("我要登记")
    assert await talk.store.requested_slot("person") == "person_name"
    assert await talk.words("王小明") == ["请问手机号"]
    assert await talk.store.requested_slot("person") == "phone"
    assert await talk.words("138 1234 5678") == ["登记好了"]
    tracker = await talk.store.retrieve("person")
    assert tracker.active_loop is None and await talk.store.requested_slot("person") is None
    name, phone = tracker.get_slot("person_name"), tracker.get_slot("phone")
    assert talk.footing.vault.get("person", name).value == "王小明"
    assert talk.footing.vault.get("person", phone).value == "13812345678"


async def test_no_raw_personal_data_in_any_store_after_a_conversation(talk: Any, tmp_path: Path) -> None:
    said = [
        "我叫李秀英，身份证51 0104 1990 0307 1236，电话１３８-１２３４-５６７８",
        "我要登记",
        "王小明",
        "幺三八一二三四五六七九",
        "护照E12345678",
    ]
    for text in said:
        await talk.words(text, metadata={"note": "13812345678"})
    EventRelay(talk.footing.tables, FileSink(tmp_path / "log" / "events.jsonl")).drain()
    raw = (
        "李秀英",
        "王小明",
        "51010419900307",
        "13812345678",
        "13812345679",
        "一二三四五六",
        "E12345678",
        "１２３４",
        "1990 0307",
    )
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [value for value in raw if value.encode() in content], path.name
            escaped = [value.encode("unicode_escape") for value in raw if not value.isascii()]
            assert not [value for value in escaped if value in content], path.name
    assert (tmp_path / "log" / "events.jsonl").stat().st_size > 1000


async def test_chinese_is_stored_as_chinese(talk: Any) -> None:
    await talk.words("核酸")
    with talk.store.tables.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT events FROM live_conversations").scalar()
    assert "核酸" in stored


async def test_a_failed_read_is_an_error_and_never_an_empty_conversation(talk: Any, tmp_path: Path) -> None:
    await talk.words("我要登记")
    with sqlite3.connect(tmp_path / "db" / "bot.sqlite3") as database:
        database.execute("ALTER TABLE live_conversations RENAME TO away")
    with pytest.raises(StoreFailed):
        await talk.agent.tracker_store.retrieve("person")
    [answer] = await talk.words("王小明")
    assert "12345" in answer
    with sqlite3.connect(tmp_path / "db" / "bot.sqlite3") as database:
        database.execute("ALTER TABLE away RENAME TO live_conversations")
    assert await talk.words("王小明") == ["请问手机号"]


async def test_a_write_on_an_older_version_is_refused_and_changes_nothing(talk: Any) -> None:
    await talk.words("你好")
    first = await talk.store.retrieve("person")
    second = await talk.store.retrieve("person")
    first.update(SlotSet("phone", "one"))
    second.update(SlotSet("phone", "two"))
    await talk.store.save(first)
    before = rows(talk.store, "conversation_events")
    with pytest.raises(ConversationChanged):
        await talk.store.save(second)
    assert (await talk.store.retrieve("person")).get_slot("phone") == "one"
    assert rows(talk.store, "conversation_events") == before


async def test_two_first_turns_of_one_person_do_not_overwrite_each_other(footing: Any) -> None:
    store = BoundedTrackerStore(Domain.empty(), tables=footing.tables)
    first, second = await store.create_tracker("new"), await store.create_tracker("new")
    await store.save(first)
    with pytest.raises(ConversationChanged):
        await store.save(second)


async def test_a_missing_conversation_is_none(footing: Any) -> None:
    store = BoundedTrackerStore(Domain.empty(), tables=footing.tables)
    assert await store.retrieve("nobody") is None
    assert await store.requested_slot("nobody") is None
    assert not await store.exists("nobody")


async def test_a_new_session_starts_clean_and_keeps_history(
    talk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk.words("我要登记")
    await talk.words("王小明")
    monkeypatch.setattr(talk.agent.processor, "_has_session_expired", lambda tracker: True)
    await talk.words("你好")
    tracker = await talk.store.retrieve("person")
    assert tracker.active_loop is None and tracker.get_slot("person_name") is None
    assert sum(isinstance(event, UserUttered) for event in tracker.events) == 1
    history = await talk.store.retrieve_full_tracker("person")
    assert sum(isinstance(event, UserUttered) for event in history.events) == 3


async def test_what_is_older_than_it_may_be_kept_is_deleted(talk: Any) -> None:
    await talk.words("你好", sender="old")
    newest = (await talk.store.retrieve("old")).events[-1].timestamp
    assert talk.store.tables.purge(newest - 3600) == 0
    assert talk.store.tables.purge(newest + 1) > 5
    assert await talk.store.retrieve("old") is None
    assert await talk.store.retrieve_full_tracker("old") is None


async def test_forgetting_leaves_nothing_live_or_past(talk: Any) -> None:
    await talk.words("你好")
    talk.store.tables.forget("person")
    assert await talk.store.retrieve("person") is None
    assert await talk.store.retrieve_full_tracker("person") is None


def turn(text: str, *after: Any) -> list[Any]:
    return [ActionExecuted("action_listen"), UserUttered(text, {"name": "ask"}), *after]


def state(tracker: DialogueStateTracker) -> dict[str, Any]:
    current = tracker.current_state()
    return {key: value for key, value in current.items() if key not in ("events", "latest_event_time")}


LONG = {
    "rejected form": [
        *turn("1", ActionExecuted(FORM), ActiveLoop(FORM), SlotSet("requested_slot", "phone")),
        *turn("2", ActionExecutionRejected(FORM), ActionExecuted("utter_ask")),
        *turn("3", ActionExecuted("utter_ask")),
        *turn("4", ActionExecuted("utter_ask")),
    ],
    "form left": [
        *turn("1", ActionExecuted(FORM), ActiveLoop(FORM), SlotSet("requested_slot", "phone")),
        *turn(
            "2",
            ActionExecuted(FORM),
            ActiveLoop(None),
            SlotSet("requested_slot", None),
            SlotSet("phone", "x"),
        ),
        *turn("3"),
        *turn("4"),
    ],
    "paused": [*turn("1", ConversationPaused()), *turn("2"), *turn("3"), *turn("4")],
    "slot set and unset": [
        *turn("1", SlotSet("phone", "a")),
        *turn("2", SlotSet("phone", None)),
        *turn("3"),
        *turn("4"),
    ],
    "restarted": [
        *turn("1", SlotSet("phone", "a")),
        *turn("2", ActionExecuted("action_restart"), Restarted()),
        *turn("3"),
        *turn("4"),
    ],
    "new session": [
        *turn("1", SlotSet("phone", "a")),
        ActionExecuted("action_session_start"),
        SessionStarted(),
        SlotSet("person_name", "kept"),
        *turn("2"),
        *turn("3"),
        *turn("4"),
    ],
}


@pytest.mark.parametrize("keep", [1, 2, 3, 9])
@pytest.mark.parametrize("events", LONG.values(), ids=LONG.keys())
def test_fewer_events_lead_to_the_same_state(events: list[Any], keep: int) -> None:
    slots = Domain.load(str(Path(__file__).parent / "fixtures" / "domain.yml")).slots
    whole = DialogueStateTracker.from_events("p", events, slots)
    kept = newest_turns("p", events, slots, keep)
    bounded = DialogueStateTracker.from_events("p", kept, slots)
    assert state(bounded) == state(whole)
    assert state(bounded.copy()) == state(whole)
    assert sum(isinstance(event, UserUttered) for event in kept) <= keep + 1  # one a form began with
    assert bounded.applied_events()
    assert json.dumps([event.as_dict() for event in kept])


def test_the_store_works_inside_rasas_own_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JKT_BOT_DB", f"sqlite:///{tmp_path}/rasa.sqlite3")
    endpoints = AvailableEndpoints.read_endpoints(str(Path(__file__).parents[2] / "endpoints.yml"))
    assert isinstance(TrackerStore.create(endpoints.tracker_store), BoundedTrackerStore)


@pytest.mark.services
async def test_the_same_on_postgres(
    talk_with: Callable[..., Any], footing: Any, postgres_url: str, tmp_path: Path
) -> None:
    tables = TrackerTables(postgres_url)
    vault = Vault(postgres_url, bytes(32), utc_now)
    talk = talk_with(replace(footing, tables=tables, vault=vault))
    await talk.words("我要登记")
    for _ in range(8):
        await talk.words("核酸")
    await talk.words("王小明")
    name = (await talk.store.retrieve("person")).get_slot("person_name")
    assert vault.get("person", name).value == "王小明"
    assert (await talk.store.retrieve("person")).active_loop_name == FORM
    first, second = await talk.store.retrieve("person"), await talk.store.retrieve("person")
    await talk.store.save(first)
    with pytest.raises(ConversationChanged):
        await talk.store.save(second)
    assert EventRelay(tables, FileSink(tmp_path / "events.jsonl")).drain() > 20
    tables.engine.dispose()
    vault.close()
