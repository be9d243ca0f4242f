"""Counts of days in the store: written again without doubling, final once, caught up after a downtime; both stores."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.figures.book import Counted, FigureBook
from hotline.figures.counting import Counting, Source, due, is_final
from hotline.figures.counts import Counts
from hotline.figures.days import bounds, day_of
from hotline.store import open_store
from tests.support.postgres import BOTH, own_database

DAY = dt.date(2026, 9, 7)
DAY_S = 86_400.0


@pytest.fixture(params=BOTH)
def engine(request: Any, tmp_path: Path) -> Iterator[Any]:
    with own_database(request.param, tmp_path, "figures") as url:
        engine = open_store(url)
        yield engine
        engine.dispose()


def asked(amount: int) -> Counts:
    counts = Counts()
    counts.note("asked", amount, channel="web")
    return counts


async def here(work: Callable[[], object]) -> object:
    return work()


def test_a_day_written_twice_counts_once(engine: Any) -> None:
    book = FigureBook(engine)
    for amount in (3, 5):
        assert book.put("chats", {DAY: (asked(amount), False)}, 1.0) == [DAY]
    assert book.total(DAY, DAY) == asked(5)
    assert book.days(DAY, DAY)[DAY].whole("asked") == 5


def test_a_final_day_stays_as_it_is(engine: Any) -> None:
    book = FigureBook(engine)
    assert book.put("chats", {DAY: (asked(3), True)}, 1.0) == [DAY]
    assert book.put("chats", {DAY: (asked(9), True)}, 2.0) == []
    assert (book.total(DAY, DAY), book.counted("chats", DAY, DAY)) == (asked(3), {DAY: Counted(1.0, True)})


def test_sources_and_days_keep_apart_and_add_up(engine: Any) -> None:
    book = FigureBook(engine)
    book.put("chats", {DAY: (asked(3), False), DAY + dt.timedelta(1): (asked(4), False)}, 1.0)
    book.put("orders", {DAY: (Counts(), False)}, 1.0)
    assert book.total(DAY, DAY + dt.timedelta(1)) == asked(7)
    book.put("orders", {DAY: (Counts(), False)}, 2.0)
    assert book.total(DAY, DAY) == asked(3)


def test_two_processes_that_count_the_same_days_at_once_write_them_once(engine: Any) -> None:
    days = {DAY + dt.timedelta(days=n): (asked(n + 1), True) for n in range(20)}
    books, begin, written = [FigureBook(engine), FigureBook(engine)], threading.Barrier(2), []

    def work(book: FigureBook) -> None:
        begin.wait()
        written.extend(book.put("chats", days, 1.0))

    threads = [threading.Thread(target=work, args=(book,)) for book in books]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == sorted(days)
    assert books[0].total(DAY, DAY + dt.timedelta(days=19)).whole("asked") == sum(range(1, 21))


class Working:
    """A source that says one thing a day, and remembers for which days it was asked; `away`: it cannot be reached."""

    def __init__(self) -> None:
        self.asked: list[dt.date] = []
        self.away = False
        self.source = Source("chats", "会话", self.count, reach=40, settle=3, fresh_s=60.0)

    async def count(self, days: Sequence[dt.date]) -> Mapping[dt.date, Counts]:
        self.asked += days
        return {} if self.away else {day: asked(day.day) for day in days}


def test_after_a_downtime_every_day_is_counted_and_for_good_only_once(engine: Any) -> None:
    working, now, book = Working(), [bounds(DAY)[0] + 3600], FigureBook(engine)
    counting = Counting(book, [working.source], lambda: now[0], here)
    asyncio.run(counting.catch_up())
    now[0] += 12 * DAY_S
    working.asked.clear()
    asyncio.run(counting.catch_up())
    missed = [DAY + dt.timedelta(days=n) for n in range(-3, 13)]
    assert working.asked == missed
    final = book.counted("chats", DAY, DAY + dt.timedelta(days=8))
    assert all(one.final for one in final.values()) and len(final) == 9
    working.asked.clear()
    now[0] += 61
    asyncio.run(counting.catch_up())
    assert working.asked == [DAY + dt.timedelta(days=12)]


def test_a_source_that_is_away_is_asked_again_and_keeps_nobody_from_counting(engine: Any) -> None:
    away, there, now = Working(), Working(), bounds(DAY)[0] + 3600
    away.away, there.source = True, Source("orders", "工单", there.count, 2, 1, 60.0)
    book = FigureBook(engine)
    counting = Counting(book, [away.source, there.source], lambda: now, here)
    asyncio.run(counting.catch_up())
    assert not book.counted("chats", DAY, DAY) and book.counted("orders", DAY, DAY)
    away.away = False
    asyncio.run(counting.catch_up())
    assert book.counted("chats", DAY, DAY)


@given(
    st.dictionaries(st.integers(-50, 0), st.tuples(st.floats(0, 60 * DAY_S), st.booleans())),
    st.floats(0, DAY_S - 1),
)
def test_what_is_due_is_in_reach_not_final_and_not_fresh(
    known: dict[int, tuple[float, bool]], hour: float
) -> None:
    source, now = Working().source, bounds(DAY)[0] + hour
    counted = {
        DAY + dt.timedelta(days=back): Counted(now - ago, final) for back, (ago, final) in known.items()
    }
    days = due(source, counted, now)
    assert days == sorted(set(days))
    for day in days:
        assert 0 <= (day_of(now) - day).days <= source.reach
        assert day not in counted or not counted[day].final
    for back in range(source.reach + 1):
        day = DAY - dt.timedelta(days=back)
        if day not in counted or (is_final(source, day, now) and not counted[day].final):
            assert day in days
