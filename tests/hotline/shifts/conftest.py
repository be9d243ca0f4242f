"""Plans on SQLite and PostgreSQL, and people of the desk with browsers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hotline.shifts.book import shift_book
from hotline.shifts.planning import Shift, span_of
from hotline.shifts.roster import Roster
from hotline.shifts.wishes import Wishes
from hotline.store import open_store
from hotline.words import CHINA
from tests.hotline.conftest import Agent, Running
from tests.support.postgres import BOTH, own_database

MONDAY = dt.date(2022, 9, 5)
BOOK = shift_book()


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """The desk's database: SQLite in every run, PostgreSQL where it is."""
    with own_database(request.param, tmp_path, "shifts") as url:
        opened = open_store(url)
        yield opened
        opened.dispose()


@pytest.fixture
def roster(engine: Any) -> Roster:
    return Roster(engine, BOOK.templates)


@pytest.fixture
def wishes(roster: Roster) -> Wishes:
    return Wishes(roster)


def day(offset: int) -> dt.date:
    """A day after Monday, 5 September 2022."""
    return MONDAY + dt.timedelta(days=offset)


def at(offset: int, hour: int, minute: int = 0) -> dt.datetime:
    """A moment in China on that day."""
    return dt.datetime.combine(day(offset), dt.time(hour, minute), CHINA)


def shift(agent: str, offset: int, template: str) -> Shift:
    """A shift that is on no plan."""
    one = day(offset)
    return Shift(f"{agent}-{one}-{template}", agent, one, template, span_of(one, BOOK.templates[template]))


@pytest.fixture
def people(desk: Running) -> Callable[[str], Agent]:
    """Log somebody of the demonstration in."""

    def log_in(number: str) -> Agent:
        agent = Agent(desk.url)
        assert agent.log_in(number).status_code == 200
        return agent

    return log_in


def china_day(desk: Running, offset: int = 0) -> dt.date:
    """Today at a desk, or a day from there."""
    return dt.datetime.fromtimestamp(desk.clock[0], CHINA).date() + dt.timedelta(days=offset)
