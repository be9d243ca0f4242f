"""Identities between conversations: tickets that are good once, and tokens that only their conversation gets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.identity.arrivals import ARRIVAL, LINK, Arrivals
from bot.identity.passing import Doors, Passing, Place
from bot.identity.tickets import Tickets, forget_tickets, purge_tickets
from bot.message import OutboundMessage
from bot.tracker_tables import TrackerTables
from privacy.database import open_engine
from privacy.vault import Vault

CHAT, PAGE = Place("wechat", f"wx_{'0' * 40}"), Place("web", f"web-{'0' * 32}")
TOKEN = f"h1.{'a' * 40}.{'0' * 64}"
KEY = b"k" * 32


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tickets(tmp_path: Path, clock: Clock) -> Tickets:
    return Tickets(open_engine(f"sqlite:///{tmp_path}/bot.sqlite3"), KEY, clock)


def test_a_ticket_is_taken_once_also_by_many_at_the_same_moment(tickets: Tickets) -> None:
    ticket = tickets.give("state", {"a": 1})
    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(lambda _: tickets.take("state", ticket), range(6)))
    assert [body for body in taken if body] == [{"a": 1}]


def test_a_ticket_is_of_one_purpose_one_conversation_and_five_minutes(tickets: Tickets, clock: Clock) -> None:
    ticket = tickets.give("scan", {"a": 1}, "mine")
    assert tickets.take("state", ticket, "mine") is None
    assert tickets.take("scan", ticket, "yours") is None
    assert tickets.take("scan", ticket) is None
    assert tickets.take("scan", "", "mine") is None
    assert tickets.take("scan", ticket, "mine") == {"a": 1}
    late = tickets.give("scan", {}, "mine")
    clock.now += 300
    assert tickets.take("scan", late, "mine") is None


def test_a_later_ticket_of_a_conversation_takes_the_place_of_the_one_before(tickets: Tickets) -> None:
    first, second = tickets.give("scan", {"n": 1}, "mine"), tickets.give("scan", {"n": 2}, "mine")
    assert tickets.held("scan", "mine") == {"n": 2}
    assert tickets.take("scan", first, "mine") is None
    assert tickets.take("scan", second, "mine") == {"n": 2}
    assert tickets.held("scan", "mine") is None


def test_the_store_holds_neither_ticket_nor_content_and_forgets(
    tickets: Tickets, tmp_path: Path, clock: Clock
) -> None:
    ticket = tickets.give("scan", {"secret": "content"}, "mine")
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("*.sqlite3*"))
    assert ticket.encode() not in stored
    assert b"content" not in stored
    forget_tickets(tickets._engine, "mine")
    assert tickets.held("scan", "mine") is None
    tickets.give("scan", {}, "mine")
    assert purge_tickets(tickets._engine, clock.now - 1) == 0
    assert purge_tickets(tickets._engine, clock.now) == 1


class Talks:
    """Both conversations, played by the test: the chat makes a token when it is asked."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.vault = Vault(f"sqlite:///{folder}/vault.sqlite3", KEY, lambda: datetime.now(timezone.utc))
        self.tables = TrackerTables(f"sqlite:///{folder}/bot.sqlite3")
        self.clock = clock
        self.passing = Passing(self.vault, self.tables, clock)
        self.makes: str | None = TOKEN
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.arrived: list[tuple[str, str, str]] = []
        for channel in ("wechat", "web"):
            self.passing.connect(channel, Doors(self._ask, self._say))

    def verified(self, place: Place, seconds: float = 60) -> None:
        values = {"session": "<SESSION#aaaaaaaa>", "session_until": self.clock.now + seconds}
        events = [{"event": "slot", "name": n, "value": v, "timestamp": 1.0} for n, v in values.items()]
        row = self.tables.read(place.conversation_id)
        version = None if row is None else row.version
        self.tables.write(place.conversation_id, version, events, events, None)

    async def _ask(self, conversation_id: str, text: str) -> None:
        choice = json.loads(text.removeprefix("/inform"))["choice"]
        kept = self.vault.get(conversation_id, choice.removeprefix("handing=")).value
        self.asked.append((conversation_id, json.loads(kept)))
        made = None if self.makes is None else self.vault.put(conversation_id, "SESSION", self.makes)
        await self.passing.heard(conversation_id, {"token": made})

    async def _say(self, conversation_id: str, text: str, name: str) -> None:
        kind, _, kept = json.loads(text.removeprefix("/inform"))["choice"].partition("=")
        self.arrived.append((conversation_id, kind, self.vault.get(conversation_id, kept).value))
        assert TOKEN not in name


@pytest.fixture
def talks(tmp_path: Path, clock: Clock) -> Talks:
    return Talks(tmp_path, clock)


async def test_the_conversation_that_knows_the_person_makes_the_token_for_the_other(talks: Talks) -> None:
    talks.verified(CHAT)
    assert await talks.passing.hand_on(CHAT, PAGE, asks=True)
    made_for = {"channel": "web", "conversation_id": PAGE.conversation_id}
    assert talks.asked == [(CHAT.conversation_id, made_for)]
    assert talks.arrived == [(PAGE.conversation_id, "carried", TOKEN)]
    assert await talks.passing.hand_on(CHAT, PAGE, asks=False)
    assert talks.arrived[-1][1] == "handover"


async def test_nobody_is_asked_where_nobody_is_verified_any_more(talks: Talks, clock: Clock) -> None:
    assert not await talks.passing.hand_on(CHAT, PAGE, asks=True)
    talks.verified(CHAT)
    clock.now += 60
    assert not await talks.passing.hand_on(CHAT, PAGE, asks=True)
    assert talks.asked == []


async def test_what_the_platform_refuses_arrives_nowhere(talks: Talks) -> None:
    talks.verified(CHAT)
    talks.makes = None
    assert not await talks.passing.hand_on(CHAT, PAGE, asks=True)
    assert talks.arrived == []


async def test_a_token_nobody_waits_for_goes_nowhere(talks: Talks) -> None:
    kept = talks.vault.put(CHAT.conversation_id, "SESSION", TOKEN)
    assert await talks.passing.heard(CHAT.conversation_id, {"token": kept}) is None
    assert talks.arrived == []


async def test_other_words_of_an_action_go_to_who_listens(talks: Talks) -> None:
    heard: list[tuple[str, Mapping[str, Any]]] = []

    async def hears(conversation_id: str, what: Mapping[str, Any]) -> OutboundMessage:
        heard.append((conversation_id, what))
        return OutboundMessage("好")

    assert await talks.passing.heard("x", {"continue_in": "wechat"}) is None
    talks.passing.let_hear(hears)
    assert await talks.passing.heard("x", {"continue_in": "wechat"}) == OutboundMessage("好")
    assert heard == [("x", {"continue_in": "wechat"})]


async def test_a_page_opened_from_a_verified_chat_asks_once(talks: Talks, tickets: Tickets) -> None:
    arrivals = Arrivals(tickets, talks.passing)
    chat = {"channel": CHAT.channel, "conversation_id": CHAT.conversation_id}
    talks.verified(CHAT)
    ticket = tickets.give(ARRIVAL, chat)
    assert await arrivals.arrived(PAGE.conversation_id, ticket)
    assert [kind for _, kind, _ in talks.arrived] == ["carried"]
    assert tickets.held(LINK, PAGE.conversation_id) == chat
    assert not await arrivals.arrived(PAGE.conversation_id, ticket)
    assert not await arrivals.arrived(PAGE.conversation_id, "x")
    assert len(talks.arrived) == 1


async def test_a_chat_that_knows_nobody_and_a_page_that_does_leave_the_page_alone(
    talks: Talks, tickets: Tickets
) -> None:
    arrivals = Arrivals(tickets, talks.passing)
    chat = {"channel": CHAT.channel, "conversation_id": CHAT.conversation_id}
    assert await arrivals.arrived(PAGE.conversation_id, tickets.give(ARRIVAL, chat))
    talks.verified(CHAT)
    talks.verified(PAGE)
    assert await arrivals.arrived(PAGE.conversation_id, tickets.give(ARRIVAL, chat))
    assert talks.arrived == []
