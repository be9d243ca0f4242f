"""A desk with finished chats and closed orders, on SQLite and PostgreSQL, and people who score them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hotline.accounts.people import Profile
from hotline.chats import model as m
from hotline.chats.model import Timers
from hotline.chats.records import NewChat, Said
from hotline.chats.store import ChatStore
from hotline.quality.casebook import CaseBook
from hotline.quality.samples import Draw, SampleBook
from hotline.quality.sampling import Case, Pick, Source
from hotline.quality.sheetbook import SheetBook
from hotline.quality.weeks import Period
from hotline.store import open_store
from hotline.words import CHINA
from tests.hotline.conftest import PASSWORD, Agent, Running, at_time
from tests.support.postgres import BOTH, own_database

KEY = b"q" * 32
MONDAY = dt.date(2022, 8, 29)
WEEK = Period(MONDAY, dt.date(2022, 9, 4))


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """The desk's database: SQLite in every run, PostgreSQL where it is."""
    with own_database(request.param, tmp_path, "quality") as url:
        opened = open_store(url)
        yield opened
        opened.dispose()


class Books:
    """The three books of one store."""

    def __init__(self, engine: Any) -> None:
        self.samples = SampleBook(engine)
        self.cases = CaseBook(engine, KEY)
        self.sheets = SheetBook(self.cases)

    def put(self, *subjects: str, agent: str = "A001", scorers: tuple[str, ...] = ("Q001",)) -> list[str]:
        """Draw these chats of an agent; return the ids of their cases."""
        picks = [Pick(case(subject, agent=agent), "random") for subject in subjects]
        self.samples.keep_draw(a_draw(uuid.uuid4().hex), picks, scorers)
        ids = {one.subject: one.case_id for one in self.cases.listed()}
        return [ids[subject] for subject in subjects]


@pytest.fixture
def books(engine: Any) -> Books:
    return Books(engine)


def case(subject: str, **changes: Any) -> Case:
    """A finished chat of A001."""
    agent = changes.pop("agent", "A001")
    values: dict[str, Any] = {
        "source": "chat",
        "subject": subject,
        "agent": agent,
        "taking_part": frozenset({agent}),
        "stratum": "code",
        "ended_at": WEEK.starts + 3600.0,
    }
    return Case(**{**values, **changes})


def a_draw(name: str, source: Source = "chat", *, automatic: bool = False, period: Period = WEEK) -> Draw:
    return Draw(name, source, automatic, period, "seed", "-", WEEK.ends, 10)


def unix(day: str, hour: int = 12) -> float:
    """Noon of a day in China, or another hour."""
    return dt.datetime.fromisoformat(day).replace(hour=hour, tzinfo=CHINA).timestamp()


def talk(desk: Running, agent: str, at: float, **how: Any) -> str:
    """Let a citizen talk with an agent ten minutes before `at`; return the chat's id.

    `rating`, `reason`, `topic` and `also` (another agent who wrote a note) change the usual.
    """
    with at_time(desk, at - 600.0):
        return _talk(desk, agent, at, how)


def _talk(desk: Running, agent: str, at: float, how: dict[str, Any]) -> str:
    store = ChatStore(desk.desk.engine, desk.desk.settings.chats.key, Timers())
    new = NewChat(
        request_id=uuid.uuid4().hex,
        conversation_id=f"web-{uuid.uuid4().hex}",
        channel="web",
        reason=how.get("reason", "asked"),
        topic=how.get("topic", "query_code_status"),
        context={"transcript": [{"who": "person", "text": "码咋黄了嘛", "at": at - 640}], "facts": {}},
    )
    began = at - 600.0
    chat_id = store.open(new, began).chat.chat_id
    store.apply(chat_id, m.Take(agent), began + 20)
    _say(store, chat_id, m.CitizenWrote(), Said("citizen", "", "我电话13912345678", "c1"), began + 30)
    _say(store, chat_id, m.AgentWrote(agent), Said("agent", agent, "您好，我帮您查。", "a1"), began + 60)
    if "also" in how:
        store.annotate(chat_id, Said("note", how["also"], "我来帮忙", "n1"), began + 70)
    store.apply(chat_id, m.WrapUp(agent), at - 60)
    store.apply(chat_id, m.Finish(agent), at)
    if "rating" in how:
        store.mark(chat_id, at + 60, "rated", {"rating": how["rating"]}, rating=how["rating"])
    return chat_id


def _say(store: ChatStore, chat_id: str, event: Any, said: Said, at: float) -> None:
    store.apply(chat_id, event, at, said=said)


@pytest.fixture
def people(desk: Running) -> Callable[..., Agent]:
    """Log somebody in by work number; one without an account gets one with these roles."""

    def log_in(number: str, *roles: str) -> Agent:
        if desk.desk.accounts.find(number) is None:
            profile = Profile("某某", frozenset(roles), capacity=0)
            desk.desk.accounts.add(
                number, profile, desk.desk.entry.passwords.hashed(PASSWORD), must_change=False
            )
        agent = Agent(desk.url)
        assert agent.log_in(number).status_code == 200
        return agent

    return log_in
