"""The sample of each week, drawn by itself: once, after downtime too, and without the platform later."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from hotline.desk import Desk, build
from hotline.quality.room import QualityRoom
from hotline.quality.samples import Draw
from tests.hotline.conftest import Running, settings_for
from tests.hotline.fake_platform import FakePlatform, order
from tests.hotline.quality.conftest import talk, unix

CLOSED = {
    "closed_at": "2022-08-24T10:00:00+08:00",
    "taken_by": "A001",
}  # the last week the platform's clock has drawn


@pytest.fixture
def clock() -> list[float]:
    return [unix("2022-09-06", 8)]


@pytest.fixture
def still(platform: FakePlatform, tmp_path: Path, clock: list[float]) -> Any:
    """A desk whose clocks nobody runs but the test."""
    desk = build(settings_for(platform.url, tmp_path), lambda: clock[0])
    yield desk
    desk.close()


def draws_of(desk: Desk, source: str) -> list[tuple[Draw, int]]:
    return [
        (draw, size) for draw, size in QualityRoom(desk).samples.latest_draws(50) if draw.source == source
    ]


def test_weeks_missed_while_the_desk_was_down_are_drawn_once_each(still: Desk, clock: list[float]) -> None:
    running = Running("", still, clock)
    for day in ("2022-08-30", "2022-09-07", "2022-09-14"):
        talk(running, "A001", unix(day))
    asyncio.run(QualityRoom(still).draw_due())
    clock[0] = unix("2022-09-20", 8)
    asyncio.run(_together(still))
    found = {draw.period.first.isoformat(): size for draw, size in draws_of(still, "chat")}
    assert found == {"2022-08-29": 1, "2022-09-05": 1, "2022-09-12": 1}
    assert asyncio.run(QualityRoom(still).draw_due()) == 0


async def _together(desk: Desk) -> None:
    """Two processes of the desk look at the same moment."""
    await asyncio.gather(QualityRoom(desk).draw_due(), QualityRoom(desk).draw_due())


def test_orders_wait_for_the_platform_and_chats_do_not_wait_for_orders(
    still: Desk, clock: list[float], platform: FakePlatform
) -> None:
    platform.put(order(1, state="closed", handling=CLOSED))
    talk(Running("", still, clock), "A001", unix("2022-08-30"))
    asyncio.run(still.knowledge.clock.refresh())
    platform.fail = [(503, {})] * 3
    asyncio.run(QualityRoom(still).draw_due())
    assert len(draws_of(still, "chat")) == 1
    assert draws_of(still, "order") == []
    asyncio.run(QualityRoom(still).draw_due())
    ((draw, size),) = draws_of(still, "order")
    assert (draw.period.first, draw.population, size) == (dt.date(2022, 8, 22), 1, 1)


def test_a_week_by_hand_with_its_seed_gives_the_sample_it_gave_by_itself(
    still: Desk, clock: list[float]
) -> None:
    for number in range(8):
        talk(Running("", still, clock), "A001", unix("2022-08-30", 8 + number))
    room = QualityRoom(still)
    asyncio.run(room.draw_due())
    ((draw, _),) = draws_of(still, "chat")
    drawn = asyncio.run(room.draw_by_hand("chat", draw.period, draw.seed, "Q001"))
    assert (drawn.population, drawn.size, drawn.new) == (8, 3, 0)
    again = next(one for one, _ in draws_of(still, "chat") if not one.automatic)
    assert room.samples.subjects_of(again.name) == room.samples.subjects_of(draw.name)


def test_every_draw_of_something_is_in_the_audit_with_its_seed(still: Desk, clock: list[float]) -> None:
    talk(Running("", still, clock), "A001", unix("2022-08-30"))
    asyncio.run(QualityRoom(still).draw_due())
    (entry,) = [one for one in still.audit.recent(50) if one.action == "quality.drawn"]
    ((draw, _),) = draws_of(still, "chat")
    assert (entry.agent, entry.subject) == ("-", "auto/chat/2022-08-29")
    assert (entry.detail["seed"], entry.detail["population"], entry.detail["size"]) == (draw.seed, 1, 1)
