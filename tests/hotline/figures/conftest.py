"""A desk with a worked day: every chat and order of it is written out, so that every figure can be reckoned by hand."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from hotline.chats.tables import chats
from hotline.figures.days import bounds
from hotline.figures.door import Figures
from hotline.words import CHINA
from tests.hotline.conftest import Agent, Running

#: A Monday to come: what the desk counts at its start lies before it.
DAY = dt.date(2036, 9, 8)


def moment(clock: str, day: dt.date = DAY) -> float:
    """Return a time of the worked day, unix seconds."""
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), CHINA).timestamp()


def chat_row(number: int, opened: float, **changes: Any) -> dict[str, Any]:
    """Return a chat as the store keeps it; it waits unless `changes` say otherwise."""
    ended = changes.get("ended_at")
    return {
        "chat_id": f"chat-{number}",
        "conversation_id": f"conversation-{number}",
        "channel": "web",
        "version": 1,
        "state": "queued" if ended is None else "closed",
        "reason": "asked",
        "priority": 2,
        "language": "zh",
        "topic": "query_test_result",
        "district": "510107",
        "group": "",
        "passed": "[]",
        "opened_at": opened,
        "state_since": opened,
        "queued_since": opened,
        "waits_since": 0.0,
        "reminded": False,
        "last_seq": 1,
        "large_type": False,
        "request_id": f"request-{number}",
        "context": b"",
        **changes,
    }


def put_chats(engine: Any, *rows: dict[str, Any]) -> None:
    """Have these chats."""
    with engine.begin() as connection:
        for row in rows:
            connection.execute(sa.insert(chats).values(**row))


def worked_day() -> list[dict[str, Any]]:
    """The chats of the day: eight requests and one take-over."""
    nine, ten, late = moment("09:00"), moment("10:00"), moment("23:55")
    return [
        # taken after 20 s, answered after 50 s, ended after 10 min, rated 5
        chat_row(1, nine, agent="A001", taken_at=nine + 20, first_reply_at=nine + 50, ended_at=nine + 620,
                 outcome="answered", rating=5),
        # taken after 100 s, answered after 200 s: too late; rated 2
        chat_row(2, nine, agent="A002", taken_at=nine + 100, first_reply_at=nine + 200, ended_at=nine + 400,
                 outcome="returned", rating=2, channel="wechat", topic="submit_appeal", district="510700"),
        # left after 30 s: proves nothing about the first reply
        chat_row(3, ten, ended_at=ten + 30, outcome="abandoned"),
        # nobody came within ten minutes
        chat_row(4, ten, ended_at=ten + 600, outcome="expired", reason="failures"),
        # nobody was there
        chat_row(5, ten, ended_at=ten, outcome="nobody_there", district=""),
        # began before midnight, ended after it; not rated
        chat_row(6, late, agent="A001", taken_at=late + 60, first_reply_at=late + 120, ended_at=late + 320,
                 outcome="left_by_citizen", topic="", reason="distress"),
        # taken, still under way, nothing said yet after three minutes
        chat_row(7, moment("23:56"), agent="A002", taken_at=moment("23:57"), state="active"),
        # still waits
        chat_row(8, moment("23:59")),
        # an agent took it over from the assistant: no request; rated 4
        chat_row(9, ten, agent="A001", reason="taken_over", taken_at=ten, first_reply_at=ten + 5, ended_at=ten + 60,
                 outcome="answered", rating=4),
    ]  # fmt: skip


def count_now(running: Running) -> None:
    """Count what is due, as the desk's process does by itself every minute."""

    async def work() -> None:
        door = Figures(running.desk)
        await door.counting.catch_up()
        await door.close()

    with ThreadPoolExecutor(1) as beside:  # a browser's test has a loop of its own on this thread
        beside.submit(asyncio.run, work()).result()


@pytest.fixture
def after_midnight() -> float:
    """The moment at which the day is looked at: a minute past midnight."""
    return bounds(DAY)[1] + 60


@pytest.fixture
def worked(desk: Running, after_midnight: float) -> Running:
    """The desk after the worked day; what happened is there before its time comes, so that nothing is counted early."""
    put_chats(desk.desk.engine, *worked_day())
    desk.clock[0] = after_midnight
    count_now(desk)
    return desk


@pytest.fixture
def leader(worked: Running) -> Iterator[Agent]:
    """The shift leader, in a browser of her own, after the day."""
    reader = Agent(worked.url)
    assert reader.log_in("L001").status_code == 200
    yield reader
