"""An exchange that tells the desk of its calls, and stores to keep them in."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from backend_client.signing import signed_headers
from hotline.assist.calls import Calls
from hotline.store import open_store
from hotline.telephone.events import Event
from hotline.telephone.room import TelephoneRoom
from hotline.words import CHINA
from tests.hotline.conftest import EXCHANGE_SECRET, Agent, Running
from tests.support.postgres import BOTH, own_database

KEY = b"c" * 32
PATH = "/v1/calls/events"
#: A Monday morning.
NINE = dt.datetime(2026, 9, 7, 9, tzinfo=CHINA).timestamp()


@dataclass
class Store:
    """The records of the telephone on a store of their own."""

    room: TelephoneRoom
    calls: Calls
    engine: Any
    now: float = NINE

    def tell(self, *events: Event) -> list[tuple[str, str]]:
        """Take events; return agent and number of the calls that open."""
        return [(one.agent, one.number) for one in self.room.take(events, self.now).opened]


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with own_database(request.param, tmp_path, "telephone") as url:
        opened = store_at(url)
        yield opened
        opened.engine.dispose()


def store_at(url: str) -> Store:
    engine = open_store(url)
    calls = Calls(engine, KEY)
    return Store(TelephoneRoom(engine, KEY, calls), calls, engine)


def lost(call_id: str, at: float, caller: str = "13900001234", waited: float = 20) -> list[Event]:
    """The events of a call nobody answered."""
    return [
        Event("ringing", call_id, at, caller, "12345"),
        Event("abandoned", call_id, at + waited),
        Event("ended", call_id, at + waited),
    ]


def taken(call_id: str, at: float, agent: str = "A001", caller: str = "13900001234") -> list[Event]:
    """The events of a call that goes on: answered after ten seconds."""
    return [
        Event("ringing", call_id, at, caller, "12345"),
        Event("answered", call_id, at + 10, agent=agent),
    ]


@dataclass
class Exchange:
    """The exchange of a running desk."""

    desk: Running
    secret: bytes = EXCHANGE_SECRET
    client: str = "exchange"

    def post(self, events: Any, path: str = PATH) -> requests.Response:
        """Send events signed."""
        body = json.dumps({"events": events}).encode()
        headers = signed_headers(
            self.client,
            self.secret,
            method="POST",
            path_with_query=path,
            body=body,
            now=self.desk.clock[0],
            nonce=uuid.uuid4().hex,
        )
        return requests.post(self.desk.url + path, data=body, headers=headers, timeout=10)

    def say(self, kind: str, call_id: str, after: float = 0, **more: str) -> None:
        """Tell one thing that happens `after` seconds from now."""
        at = dt.datetime.fromtimestamp(self.desk.clock[0] + after, CHINA).isoformat()
        answer = self.post([{"event": kind, "call_id": call_id, "at": at, **more}])
        assert answer.status_code == 200, answer.text


@pytest.fixture
def exchange(desk: Running) -> Exchange:
    return Exchange(desk)


@pytest.fixture
def log_in(desk: Running) -> Callable[[str], Agent]:
    """Log somebody of the demonstration in."""

    def enter(number: str) -> Agent:
        somebody = Agent(desk.url)
        assert somebody.log_in(number).status_code == 200
        return somebody

    return enter
