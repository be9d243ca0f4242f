"""A real platform on loopback, with a clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from sanic import Sanic

from backend.app import create_app
from backend.auth import signature
from backend.clock import DEMO_START
from backend.database import Database
from backend.migrations import migrate
from backend.models import Document, Person, new_id
from backend.pass_keys import PassKeys
from backend.registry.folding import fold_name
from backend.serving import Platform
from backend.settings import Settings
from tests.support.postgres import own_schema

SECRETS = {"assistant": b"a" * 32, "desk": b"d" * 32, "province": b"p" * 32, "bot": b"b" * 32}


class ManualClock:
    """A clock that a test sets."""

    mode = "demo"

    def __init__(self) -> None:
        self.moment = DEMO_START

    def now(self) -> datetime:
        return self.moment

    def advance(self, **amount: float) -> None:
        self.moment += timedelta(**amount)


@dataclass
class RunningPlatform:
    """A platform that answers on loopback, and its parts."""

    url: str
    settings: Settings
    database: Database
    clock: ManualClock
    parts: Platform
    http: requests.Session = field(default_factory=requests.Session)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        session: str | None = None,
        key: str | None = None,
        client: str = "assistant",
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> requests.Response:
        """Send one signed request; writes get a fresh idempotency key unless one is given."""
        raw = b"" if body is None else (body if isinstance(body, bytes) else json.dumps(body).encode())
        prepared = self.http.prepare_request(
            requests.Request(method, self.url + path, params=query, data=raw or None)
        )
        sent = {"Content-Type": "application/json"} if raw else {}
        if method != "GET":
            sent["Idempotency-Key"] = key or uuid.uuid4().hex
        if session:
            sent["X-Person-Session"] = session
        sent |= signed(client, SECRETS[client], method, prepared.path_url, raw)
        prepared.headers.update(sent | (headers or {}))
        return self.http.send(prepared, timeout=30)

    def get(self, path: str, **rest: Any) -> requests.Response:
        return self.call("GET", path, **rest)

    def post(self, path: str, body: Any, **rest: Any) -> requests.Response:
        return self.call("POST", path, body, **rest)

    def delete(self, path: str, **rest: Any) -> requests.Response:
        return self.call("DELETE", path, **rest)


def signed(client: str, secret: bytes, method: str, path: str, body: bytes) -> dict[str, str]:
    """Return the headers that sign one request now."""
    timestamp, nonce = str(int(time.time())), uuid.uuid4().hex
    return {
        "X-Client-Id": client,
        "X-Timestamp": timestamp,
        "X-Nonce": nonce,
        "X-Signature": signature(secret, method, path, timestamp=timestamp, nonce=nonce, body=body),
    }


class Server:
    """Serves one application from a thread of its own."""

    def __init__(self, app: Any) -> None:
        Sanic.test_mode = True  # lets one process start several applications one after another
        self._app = app
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(20), "the platform did not start"

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        server = await self._app.create_server(sock=self._socket, return_asyncio_server=True)
        await server.startup()
        await server.before_start()
        await server.start_serving()
        await server.after_start()
        self._ready.set()
        await self._stop.wait()
        await server.before_stop()
        await server.close()
        await server.after_stop()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows; tests work on copies."""
    file = tmp_path_factory.mktemp("store") / "empty.sqlite3"
    migrate(f"sqlite:///{file}")
    return file


def settings_for(file: Path) -> Settings:
    """Return settings of a demonstration on a SQLite file, without rate limits."""
    return Settings(
        database_url=f"sqlite:///{file}",
        clients=SECRETS,
        record_key=b"r" * 32,
        pass_keys=PassKeys(b"p" * 32),
        demo=True,
        client_rate=1e6,
        client_burst=1_000_000,
    )


@contextmanager
def running(settings: Settings, clock: ManualClock) -> Iterator[RunningPlatform]:
    """Run a platform for a while."""
    app = create_app(settings, clock)
    server = Server(app)
    database = Database(settings.database_url)
    server.start()
    try:
        yield RunningPlatform(server.url, settings, database, clock, app.ctx.platform)
    finally:
        server.stop()
        database.dispose()


@pytest.fixture
def settings(tmp_path: Path, migrated_file: Path) -> Settings:
    return settings_for(Path(shutil.copy(migrated_file, tmp_path / "backend.sqlite3")))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The store of this test, beside the platform that serves from it."""
    database = Database(settings.database_url)
    yield database
    database.dispose()


@pytest.fixture
def start_platform(clock: ManualClock) -> Iterator[Callable[[Settings], RunningPlatform]]:
    """Start platforms with settings of the test's choice; all are stopped after it."""
    with ExitStack() as stack:
        yield lambda settings: stack.enter_context(running(settings, clock))


@pytest.fixture(scope="module")
def shared_platform(
    migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningPlatform]:
    """A platform that all tests of a module share, without any data."""
    file = tmp_path_factory.mktemp("shared") / "backend.sqlite3"
    with running(settings_for(Path(shutil.copy(migrated_file, file))), ManualClock()) as platform:
        yield platform


@pytest.fixture
def platform(settings: Settings, start_platform: Callable[[Settings], RunningPlatform]) -> RunningPlatform:
    """A platform on SQLite, without any data."""
    return start_platform(settings)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A migrated schema of this test's own on PostgreSQL; the test is skipped when there is no server."""
    with own_schema("core") as url:
        migrate(url)
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Database]:
    """A migrated store of each kind the platform supports."""
    url = settings.database_url if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = Database(url)
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_platform(request: pytest.FixtureRequest, settings: Settings) -> RunningPlatform:
    """The platform on each store it supports; it has stopped when its schema is dropped."""
    if request.param == "postgresql":
        settings = replace(settings, database_url=request.getfixturevalue("postgres_url"))
    started: RunningPlatform = request.getfixturevalue("start_platform")(settings)
    return started


@dataclass(frozen=True)
class Citizen:
    """Somebody on the platform's books, and how to verify them."""

    person_id: str
    name: str
    number: str
    phone: str | None
    document_type: str = "id_card"

    def identity(self, conversation: str = "conversation-1") -> dict[str, str]:
        return {
            "name": self.name,
            "document_type": self.document_type,
            "document_number": self.number,
            "phone": self.phone or "13900000000",
            "channel": "web",
            "conversation_id": conversation,
        }


@pytest.fixture
def register(platform: RunningPlatform) -> Callable[..., Citizen]:
    """Put a person on the books of `platform`."""
    return lambda **facts: register_citizen(platform, **facts)


def register_citizen(
    platform: RunningPlatform,
    *,
    name: str = "王小明",
    number: str = "51010719900307123X",
    phone: str | None = "13900000001",
    document_type: str = "id_card",
    birth_date: date | None = date(1990, 3, 7),
) -> Citizen:
    person_id = new_id("per")
    with platform.database.write() as session:
        session.add(
            Person(
                person_id=person_id,
                name=name,
                name_key=fold_name(name),
                phone=phone,
                birth_date=birth_date,
                demo=True,
                created_at=platform.clock.now(),
                documents=[Document(document_id=new_id("doc"), type=document_type, number=number)],
            )
        )
    return Citizen(person_id, name, number, phone, document_type)


def one_time_password(platform: RunningPlatform, phone: str) -> str:
    """Read the newest password sent to a phone, as a tester would."""
    items = requests.get(f"{platform.url}/dev/outbox", params={"phone": phone}, timeout=10).json()["items"]
    found = re.search(r"\d{6}", items[0]["text"])
    assert found, items[0]
    return found[0]


@pytest.fixture(scope="session")
def verified() -> Callable[..., str]:
    """Verify a citizen on any platform and return their session token."""
    return verify_citizen


@pytest.fixture
def verify(platform: RunningPlatform) -> Callable[..., str]:
    """Verify a citizen and return their session token."""
    return lambda citizen, conversation="conversation-1": verify_citizen(platform, citizen, conversation)


def verify_citizen(platform: RunningPlatform, citizen: Citizen, conversation: str = "conversation-1") -> str:
    started = platform.post("/v1/verifications", citizen.identity(conversation))
    assert started.status_code == 202, started.text
    path = f"/v1/verifications/{started.json()['verification_id']}/confirm"
    confirmed = platform.post(path, {"code": one_time_password(platform, str(citizen.phone))})
    assert confirmed.status_code == 200, confirmed.text
    token: str = confirmed.json()["session_token"]
    return token


@pytest.fixture(scope="session")
def new_citizen() -> Callable[..., Citizen]:
    """Put a person on the books of any platform."""
    return register_citizen
