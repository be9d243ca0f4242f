"""Counts of requests: a day of orders reckoned by hand, on each store; nobody but the desk; every count once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from backend.contract import load_contract
from tests.backend.test_core_cases import REQUEST
from tests.backend.test_orders import TO_HEALTH, Order, with_divisions

CHINA = timezone(timedelta(hours=8))
DAY = datetime(2022, 9, 5, tzinfo=CHINA)


@pytest.fixture
def places(any_platform: Any) -> Any:
    return with_divisions(any_platform)


def counted(platform: Any, day: datetime, days: int = 1) -> Counter[tuple[str, ...]]:
    query = {"since": day.isoformat(), "until": (day + timedelta(days=days)).isoformat()}
    answer = platform.get("/v1/service-request-figures", client="desk", **query)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    load_contract().validator("OrderFigures").validate(found)
    return Counter(
        {
            tuple(word for word in (item["figure"], item["by"], item["part"]) if word): item["count"]
            for item in found["items"]
        }
    )


def test_a_day_of_orders_reckoned_by_hand(places: Any) -> None:
    kept, late, sent_back, uncalled = (
        Order(places),
        Order(places, division_code="510107", kind="consult"),
        Order(places),
        Order(places),
    )
    for order in (kept, late, sent_back):
        order.done("dispatch", **TO_HEALTH)
    kept.done("sign", agent="D001")
    kept.done("answer", reply="结果已补传。")
    kept.done("call_back", reached=True, solved=True, satisfaction=5)
    sent_back.done("return", agent="D001", reason="不归我局管")
    uncalled.done("answer", reply="请看公告。")
    uncalled.done("close", reason="来电人不愿回访")
    day = counted(places, DAY)
    assert day["made",] == 4
    assert day["made", "kind", "consult"] == 1
    assert day["made", "prefecture", "510100"] == 4
    assert (day["dispatched",], day["returned",], day["reopened",]) == (3, 1, 0)
    assert (day["signed_in_time",], day["signed_late",]) == (1, 0)
    assert (day["answered_in_time",], day["answered_late",]) == (2, 0)
    assert (day["closed",], day["to_call_back",], day["called_back",]) == (2, 2, 1)
    assert (day["rated",], day["rated", "score", "5"], day["satisfied",], day["solved",]) == (1, 1, 1, 1)
    places.clock.advance(hours=96)
    assert (counted(places, DAY)["signed_late",], counted(places, DAY + timedelta(1))["signed_late",]) == (
        0,
        1,
    )
    assert counted(places, DAY + timedelta(3))["answered_late", "prefecture", "510100"] == 1


def test_nobody_calls_back_who_did_not_say_who_they_are(places: Any) -> None:
    body = REQUEST | {"intake": {"taken_by": "A001", "anonymous": True}}
    number = places.post("/v1/service-requests", body, client="desk").json()["number"]
    for version, step in enumerate(
        ({"action": "answer", "reply": "已处理。"}, {"action": "close", "reason": "匿名"})
    ):
        moved = {**step, "agent": "A001", "version": version + 1}
        answer = places.post(f"/v1/service-requests/{number}/steps", moved, client="desk")
        assert answer.status_code == 200, answer.text
    assert (counted(places, DAY)["closed",], counted(places, DAY)["to_call_back",]) == (1, 0)


def test_a_limit_that_is_not_over_counts_neither_way(places: Any) -> None:
    Order(places).done("dispatch", **TO_HEALTH)
    whole = counted(places, DAY, days=31)
    assert not {"signed_in_time", "signed_late", "answered_in_time", "answered_late"} & {
        key[0] for key in whole
    }


def test_an_order_taken_up_again_counts_with_its_last_handling(places: Any) -> None:
    order = Order(places)
    order.done("answer", reply="请再等等。")
    order.done("call_back", reached=True, solved=False, satisfaction=1)
    assert (counted(places, DAY)["reopened",], counted(places, DAY)["answered_in_time",]) == (1, 0)
    order.done("answer", reply="已补传。")
    assert counted(places, DAY)["answered_in_time",] == 1


def test_days_add_up_to_their_span(places: Any) -> None:
    for _ in range(3):
        order = Order(places)
        order.done("dispatch", **TO_HEALTH)
        places.clock.advance(hours=20)
        order.done("sign", agent="D001")
    total: Counter[tuple[str, ...]] = Counter()
    for number in range(5):
        total += counted(places, DAY + timedelta(days=number))
    assert total == counted(places, DAY, days=5)


@pytest.mark.parametrize(("days", "status"), [(0, 422), (-1, 422), (32, 422), (31, 200)])
def test_a_span_is_neither_empty_nor_longer_than_a_month(places: Any, days: int, status: int) -> None:
    until = (DAY + timedelta(days=days)).isoformat()
    answer = places.get("/v1/service-request-figures", client="desk", since=DAY.isoformat(), until=until)
    assert answer.status_code == status


def test_the_assistant_gets_no_figures(places: Any) -> None:
    query = {"since": DAY.isoformat(), "until": (DAY + timedelta(days=1)).isoformat()}
    assert places.get("/v1/service-request-figures", **query).status_code == 403
