"""A desk's chats on a clock that is moved by hand, and an assistant that can be switched off."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hotline.chats.hours import Hours
from hotline.chats.model import Department, Timers
from hotline.chats.presence import Agent, Presence
from hotline.chats.records import NewChat
from hotline.chats.service import Chats
from hotline.chats.store import ChatStore
from hotline.store import open_store
from tests.support.postgres import BOTH, own_database

KEY = b"c" * 32
CDC = Department("cdc:510100", "成都市疾病预防控制中心")
A1, A2, A3 = (Agent(number) for number in ("A001", "A002", "A003"))


def new_chat(conversation: str = "web-1", **changes: Any) -> NewChat:
    values: dict[str, Any] = {
        "request_id": uuid.uuid4().hex,
        "conversation_id": conversation,
        "channel": "web",
        "reason": "asked",
        "context": {"transcript": [{"who": "person", "text": "码咋黄了", "at": 1.0}], "facts": {}},
    }
    return NewChat(**{**values, **changes})


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """The desk's database: SQLite in every run, PostgreSQL where it is."""
    with own_database(request.param, tmp_path, "desk") as url:
        opened = open_store(url)
        yield opened
        opened.dispose()


@pytest.fixture
def store(engine: Any) -> ChatStore:
    return ChatStore(engine, KEY, Timers())


@dataclass
class FakeAssistant:
    """The assistant's process: takes letters while it is up, and knows some conversations."""

    up: bool = True
    quota: dict[str, Any] | None = None
    holds: bool = False
    letters: list[dict[str, Any]] = field(default_factory=list)
    known: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def deliver(self, body: dict[str, Any]) -> dict[str, Any] | None:
        if not self.up:
            return None
        self.letters.append(body)
        held = [line["seq"] for line in body["lines"]] if self.holds else []
        return {"status": "taken", "quota": self.quota, "held": held}

    async def history(self, conversation_id: str) -> dict[str, Any] | None:
        return self.known.get(conversation_id) if self.up else None

    async def conversations(self) -> list[dict[str, Any]] | None:
        return [{"conversation_id": name} for name in self.known] if self.up else None

    async def close(self) -> None:
        """Nothing is open."""

    def keys(self) -> list[str]:
        """What the citizen was told by the desk, in order."""
        return [
            line["key"] for letter in self.letters for line in letter["lines"] if line["kind"] == "system"
        ]

    def words(self) -> list[str]:
        """What people of the desk have said, in order."""
        return [
            line["text"] for letter in self.letters for line in letter["lines"] if line["kind"] != "system"
        ]


@dataclass
class Floor:
    """A desk: its chats, its clock, its assistant, its audit."""

    chats: Chats
    clock: list[float]
    assistant: FakeAssistant
    audit: list[tuple[str, str, str]]

    async def later(self, seconds: float, *still_here: Agent) -> None:
        """Let time pass, second for second as far as anything is due; agents named keep their pages open."""
        end = self.clock[0] + seconds
        while self.clock[0] < end:
            self.clock[0] = min(end, self.clock[0] + 10.0)
            for agent in still_here:
                state = self.chats.presence.state_of(agent.number, self.clock[0])
                await self.chats.here(agent, state or "online")
            await self.chats.tick()
        await self.settle()

    async def settle(self) -> None:
        """Deliver what is due."""
        while await self.chats.courier.deliver_due():
            continue


async def _at_once(work: Callable[[], Any]) -> Any:
    return work()


@pytest.fixture
def floor(engine: Any) -> Floor:
    return make_floor(engine)


def make_floor(
    engine: Any, hours: Hours | None = None, on_thread: Callable[..., Awaitable[Any]] = _at_once
) -> Floor:
    """Open a desk on a database; a second one on the same is the same desk after a restart."""
    clock, audit, assistant = [1_662_340_000.0], [], FakeAssistant()
    entries: list[tuple[str, str, str]] = audit

    async def note(agent: str, action: str, subject: str, **_detail: Any) -> None:
        entries.append((agent, action, subject))

    chats = Chats(
        store=ChatStore(engine, KEY, Timers()),
        presence=Presence(engine, 45.0),
        assistant=assistant,
        hours=hours or Hours(),
        clock=lambda: clock[0],
        on_thread=on_thread,
        note=note,
    )
    return Floor(chats, clock, assistant, entries)
