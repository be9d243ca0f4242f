"""The parts beside the page: who looks where, who was called, and a page that cannot keep up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from hotline.live.hub import MOST_WAITING, Seat
from hotline.live.looks import FRESH_S, TYPING_S, LookBook, Looking
from hotline.live.mentions import KEPT_S, MentionBook, mentioned_in
from hotline.store import open_store
from tests.hotline.conftest import Agent, Running
from tests.hotline.live.conftest import Citizen
from tests.support.postgres import BOTH, own_database

Citizens = Callable[..., Citizen]


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """The desk's store: SQLite in every run, PostgreSQL where it is."""
    with own_database(request.param, tmp_path, "desk") as url:
        opened = open_store(url)
        yield opened
        opened.dispose()


def test_two_pages_of_an_agent_on_a_chat_are_one_who_looks(engine: Any) -> None:
    book = LookBook(engine)
    book.look("p1", "A001", "c1", typing=False, now=100.0)
    book.look("p2", "A001", "c1", typing=True, now=100.0)
    book.look("p3", "A002", "", typing=False, now=100.0)
    assert book.now(101.0) == [Looking("c1", "A001", True)]
    assert book.now(100.0 + TYPING_S) == [Looking("c1", "A001", False)]
    book.gone("p2", "A001")
    book.look("p1", "A001", "c2", typing=False, now=110.0)
    assert book.now(111.0) == [Looking("c2", "A001", False)]


def test_a_look_ends_when_its_page_falls_silent(engine: Any) -> None:
    book = LookBook(engine)
    book.look("p1", "A001", "c1", typing=False, now=0.0)
    book.renew("p1", "A001", 30.0)
    assert book.now(30.0 + FRESH_S - 1) == [Looking("c1", "A001", False)]
    assert book.now(30.0 + FRESH_S) == []


def test_nobody_takes_over_the_page_of_another_agent(engine: Any) -> None:
    book = LookBook(engine)
    book.look("p1", "A001", "c1", typing=False, now=100.0)
    book.gone("p1", "A002")
    assert book.now(101.0) == [Looking("c1", "A001", False)]
    book.look("p1", "A002", "c2", typing=False, now=101.0)
    assert book.now(102.0) == [Looking("c2", "A002", False)]


def test_work_numbers_in_a_note() -> None:
    assert mentioned_in("@A002 @a003，请看；@A002") == ["A002", "A003"]
    assert mentioned_in("没有人") == []


def test_a_call_waits_until_the_chat_is_opened_or_a_week_has_passed(engine: Any) -> None:
    book = MentionBook(engine)
    book.call(["A001", "A002"], "c1", "A001", 0.0)
    book.call(["A002"], "c1", "A003", 5.0)
    book.call(["A002"], "c2", "A001", 6.0)
    assert book.of("A001") == []
    assert [(one["chat_id"], one["by"]) for one in book.of("A002")] == [("c2", "A001"), ("c1", "A003")]
    book.seen("A002", "c2")
    assert [one["chat_id"] for one in book.of("A002")] == ["c1"]
    book.call(["A003"], "c3", "A001", 5.0 + KEPT_S)
    assert book.of("A002") == []


def test_a_note_calls_over_http_and_opening_the_chat_answers(
    agent: Agent, desk: Running, citizen: Citizens
) -> None:
    colleague = Agent(desk.url)
    colleague.log_in("A002")
    chat_id = citizen().chat_id

    def mentions() -> list[str]:
        return [one["chat_id"] for one in colleague.get("/desk/live/mentions").json()["mentions"]]

    token = agent.get("/profile").text.split('form_token" value="')[1].split('"')[0]
    answer: requests.Response = agent.http.post(
        f"{desk.url}/desk/chats/{chat_id}/notes",
        json={"id": "n1", "text": "@a002 您处理过"},
        headers={"X-Form-Token": token},
    )
    assert answer.status_code == 200
    assert mentions() == [chat_id]
    assert colleague.get(f"/desk/chats/{chat_id}").status_code == 200
    assert mentions() == []


def test_a_page_that_cannot_keep_up_is_let_go() -> None:
    seat = Seat()
    taken = [seat.put({"seq": number}) for number in range(MOST_WAITING + 1)]
    assert taken == [True] * MOST_WAITING + [False]
    frames = [seat.frames.get_nowait() for _ in range(MOST_WAITING + 1)]
    assert frames[-1] is None
