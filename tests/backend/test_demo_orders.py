"""The demonstration's work orders: as their file says at 09:00, by legal steps alone, once, also when loaded late."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend import demo
from backend.clock import DEMO_START
from backend.contract import load_contract
from backend.demo.orders import MARK, OrderStoryError, load_orders, moves_of
from backend.orders.escalating import escalate_due
from backend.orders.states import RUNNING, STEPS

from .conftest import ManualClock, RunningPlatform, running, settings_for
from .data_support import ROOT
from .test_core_cases import REQUEST

STORIES: dict[str, dict[str, Any]] = yaml.safe_load(demo.ORDERS.read_text(encoding="utf-8"))["orders"]
#: What the platform's clock notes of its own accord, and what stands in an order that another one was merged into.
NOTED = {"yellow", "red", "overdue", "unsigned", "merged"}

Orders = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def places(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """A platform with the demonstration set."""
    file = Path(shutil.copy(migrated_file, tmp_path_factory.mktemp("orders") / "backend.sqlite3"))
    with running(settings_for(file), ManualClock()) as platform:
        demo.load(platform.parts, ROOT)
        yield platform


@pytest.fixture(scope="module")
def orders(places: RunningPlatform) -> Orders:
    """The orders at 09:00 as the desk sees them, by their names in the file."""
    return listed(places)


def listed(platform: RunningPlatform) -> Orders:
    page = platform.get("/v1/service-requests", client="desk", limit=100).json()
    load_contract().validator("ServiceRequestPage").validate(page)
    return {
        one["conversation_id"].removeprefix(MARK): one
        for one in page["items"]
        if one["conversation_id"].startswith(MARK)
    }


def standing(orders: Orders) -> dict[str, tuple[str, str]]:
    return {key: (one["state"], one["handling"]["light"]) for key, one in orders.items()}


def log_of(order: dict[str, Any]) -> list[dict[str, Any]]:
    return list(order["handling"]["log"])


def test_every_order_stands_as_its_story_says(orders: Orders) -> None:
    assert standing(orders) == {key: (story["state"], story["light"]) for key, story in STORIES.items()}


def test_lights_of_every_colour_wait_to_be_signed_and_are_worked_on(orders: Orders) -> None:
    seen = set(standing(orders).values())
    colours = ("normal", "yellow", "red")
    assert {(state, light) for state in ("dispatched", "in_progress") for light in colours} <= seen
    assert ("in_progress", "overdue") in seen
    to_sign = {one["handling"]["sign_light"] for one in orders.values() if one["state"] == "dispatched"}
    assert to_sign == set(colours)


def test_every_kind_of_turn_is_there(orders: Orders) -> None:
    assert {"suspended", "accepted", "merged", "answered", "closed", "archived", "in_review"} <= {
        one["state"] for one in orders.values()
    }
    how = {key: one["handling"] for key, one in orders.items()}
    asked = {one["extension"]["state"] for one in how.values() if one["extension"]}
    assert asked == {"asked", "granted"}
    done = {key: [line["action"] for line in log_of(one)] for key, one in orders.items()}
    assert done["price_overdue"].count("overdue") == 1
    assert {"yellow", "red", "unsigned"} <= set(done["price_overdue"])
    assert "return" in done["name_returned"]
    assert how["name_returned"]["department"] is None
    assert done["station_redispatched"] == ["accept", "dispatch", "unsigned", "yellow", "redispatch", "red"]
    assert orders["result_merged"]["merged_into"] == orders["result_red"]["number"]
    assert "merged" in done["result_red"]
    assert how["result_red"]["urged"] == 1
    assert how["closing_reopened"]["reopened"] == 1
    assert [one["satisfaction"] for one in how["closing_reopened"]["call_backs"]] == [2]
    assert orders["booster_satisfied"]["satisfaction"] == 4
    assert how["bedridden_call_back"]["call_back_by"] == "2022-09-07T23:59:59+08:00"


def test_what_is_most_pressing_is_due_within_two_hours(orders: Orders) -> None:
    order = orders["fire_lane"]
    due = datetime.fromisoformat(order["due_at"])
    assert order["urgency"] == "critical"
    assert timedelta(0) < due - DEMO_START <= timedelta(hours=2)


def test_the_departments_account_of_the_demonstration_finds_its_own(places: RunningPlatform) -> None:
    page = places.get("/v1/service-requests", client="desk", department="cdc:510100").json()
    assert {one["state"] for one in page["items"]} == {"dispatched", "in_progress"}


def test_orders_come_from_all_over_the_province_and_from_every_channel(orders: Orders) -> None:
    assert len({one["division_code"][:4] for one in orders.values()}) >= 10
    assert {one["channel"] for one in orders.values()} == {"phone", "web", "wechat", "mini_program"}
    offices = {one["handling"]["department_name"] for one in orders.values()}
    assert len(offices) >= 10


def test_every_history_is_a_legal_path(orders: Orders) -> None:
    for key, order in orders.items():
        first, *rest = log_of(order)
        assert (first["action"], first["state"]) == ("accept", "accepted"), key
        state, at = "accepted", first["at"]
        for line in rest:
            action = line["action"]
            if action in NOTED:
                assert state in RUNNING | {"suspended"}, (key, line)
                assert line["state"] == state, (key, line)
            else:
                assert state in STEPS[action].start, (key, line)
                assert action == "call_back" or line["state"] == (STEPS[action].to or state), (key, line)
            assert at <= line["at"] <= "2022-09-05T09:00:00+08:00", (key, line)
            state, at = line["state"], line["at"]
        assert state == order["state"], key


def test_nobody_is_named_and_no_phone_belongs_to_anybody() -> None:
    people = yaml.safe_load(demo.PERSONAS.read_text(encoding="utf-8"))["personas"]
    phones = {story["request"]["contact_phone"] for story in STORIES.values()}
    assert all(phone.startswith("1990000") for phone in phones)
    assert not phones & {person.get("phone") for person in people}
    told = demo.ORDERS.read_text(encoding="utf-8")
    assert not [person["name"] for person in people if person["name"] in told]


def test_all_begins_and_ends_before_the_demonstration_does() -> None:
    assert max(move.at for move in moves_of(demo.ORDERS)) < DEMO_START


def test_loaded_after_the_clock_has_gone_on_it_is_as_late_as_if_it_had_been_there(
    platform: RunningPlatform,
) -> None:
    made = platform.post("/v1/service-requests", REQUEST).json()
    platform.clock.advance(days=3)
    demo.load(platform.parts, ROOT)
    late = listed(platform)
    assert {key: one["state"] for key, one in late.items()} == {
        key: story["state"] for key, story in STORIES.items()
    }
    assert late["fire_lane"]["number"] == "JKT20220905-000002"
    assert made["number"] == "JKT20220905-000001"
    noted = [(line["action"], line["at"]) for line in log_of(late["fire_lane"]) if line["by"] == "clock"]
    assert noted == [
        ("yellow", "2022-09-05T09:29:01+08:00"),
        ("red", "2022-09-05T09:53:01+08:00"),
        ("overdue", "2022-09-05T10:05:01+08:00"),
    ]
    assert escalate_due(platform.database, platform.clock.now()) == 0


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"action": "sign", "agent": "D001"}, "sign is not possible"),
        ({"action": "merge", "agent": "A001", "into": "nothing"}, "into"),
        ({"action": "dispatch", "agent": "A001", "department": "health", "colour": "red"}, "unknown fields"),
        ({"wish": "rate", "satisfaction": 5}, "rate is not possible"),
    ],
)
def test_a_story_that_cannot_be_is_named_and_leaves_nothing(
    platform: RunningPlatform, tmp_path: Path, wrong: dict[str, Any], what: str
) -> None:
    file = tmp_path / "orders.yml"
    story = {**STORIES["name_returned"], "steps": [{"at": DEMO_START, **wrong}]}
    file.write_text(yaml.safe_dump({"orders": {"odd": story}}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(OrderStoryError, match=f"odd.*{what}"), platform.database.write() as session:
        load_orders(platform.parts, session, file, DEMO_START)
    assert listed(platform) == {}
