"""A desk on loopback beside a fake platform, and an agent with a browser's manners."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from lxml import html as lxml_html

from backend_client.signing import signed_headers
from hotline.app import create_app
from hotline.chats.settings import ChatSettings
from hotline.desk import Desk
from hotline.settings import Settings
from privacy.secrets import SecretStore
from tests.hotline.fake_platform import SECRET, FakePlatform
from tests.support.chromium import chromium

#: Viewports the pages are looked at in.
WIDTHS = {"phone": (390, 844), "desktop": (1280, 800)}
#: The one script that every page has.
OUR_SCRIPT = "/static/live/leaving.js"
PASSWORD = "right-password"
SERVICE_SECRET = b"a" * 32
EXCHANGE_SECRET = b"x" * 32


@dataclass
class Running:
    """A desk that serves on its own thread; `now` is its real time, moved by hand."""

    url: str
    desk: Desk
    clock: list[float]


def settings_for(platform_url: str, folder: Path, **changes: Any) -> Settings:
    options: dict[str, Any] = {
        "database_url": f"sqlite:///{folder}/desk.sqlite3",
        "platform_url": platform_url,
        "platform_secret": SECRET,
        "services": {"assistant": SERVICE_SECRET, "exchange": EXCHANGE_SECRET},
        "session_key": b"k" * 32,
        "account_key": b"n" * 32,
        "secrets": _secrets_in(folder),
        "demo": True,
        "hash_time": 1,
        "hash_memory_kib": 64,
        "chats": ChatSettings(key=b"c" * 32, bot_secret=b"e" * 32),
    }
    return Settings(**{**options, **changes})


def _secrets_in(folder: Path) -> SecretStore:
    """Return secrets in which the demonstration's people have the password of these tests."""
    secrets = SecretStore(folder / "secrets")
    path = secrets.path("desk_password")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PASSWORD, "ascii")
    path.chmod(0o600)
    return secrets


def serve(settings: Settings) -> Iterator[Running]:
    """Serve a desk until the generator is closed."""
    clock = [time.time()]
    app = create_app(settings, unix=lambda: clock[0])
    listener = socket.create_server(("127.0.0.1", 0))
    loop = asyncio.new_event_loop()
    started = threading.Event()

    async def run() -> None:
        server = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
        await server.startup()
        await server.after_start()
        started.set()

    def work() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(run())
        loop.run_forever()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert started.wait(60)
    yield Running(f"http://127.0.0.1:{listener.getsockname()[1]}", app.ctx.desk, clock)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    app.ctx.desk.close()
    listener.close()


@contextmanager
def at_time(desk: Running, moment: float) -> Iterator[None]:
    """Let a desk live at another moment: its clock ends chats that have waited too long."""
    now, desk.clock[0] = desk.clock[0], moment
    try:
        yield
    finally:
        desk.clock[0] = now


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    with FakePlatform() as running:
        yield running


@pytest.fixture
def desk(platform: FakePlatform, tmp_path: Path) -> Iterator[Running]:
    yield from serve(settings_for(platform.url, tmp_path))


@dataclass
class Agent:
    """Somebody with a browser: keeps cookies, fills in forms as they stand on the page."""

    base: str
    http: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.http.get(self.base + path, **options)

    def press(
        self, page: requests.Response, action: str, typed: dict[str, str] | None = None, **options: Any
    ) -> requests.Response:
        """Send the form of `page` that goes to `action` (and whose button does what `typed` says)."""
        tree = lxml_html.fromstring(page.content)
        typed = typed or {}
        for form in tree.forms:
            fields = {name: value or "" for name, value in form.form_values()}
            does = (name for name in ("action", "to") if name in typed)
            if form.action == action and all(fields.get(name) == typed[name] for name in does):
                return self.http.post(self.base + action, data={**fields, **typed}, **options)
        raise AssertionError(f"no form to {action} on the page")

    def log_in(self, number: str = "A001", password: str = PASSWORD, **options: Any) -> requests.Response:
        return self.press(
            self.get("/login"), "/login", {"work_number": number, "password": password}, **options
        )


@pytest.fixture
def stranger(desk: Running) -> Agent:
    return Agent(desk.url)


@pytest.fixture
def agent(stranger: Agent) -> Agent:
    assert stranger.log_in().status_code == 200
    return stranger


@pytest.fixture
def auditor(desk: Running) -> Agent:
    """Somebody who may read the audit, in a browser of their own."""
    reader = Agent(desk.url)
    assert reader.log_in("U001").status_code == 200
    return reader


def text_of(page: requests.Response) -> str:
    """Return what a person reads on a page."""
    words = lxml_html.fromstring(page.content).find("body").text_content()
    return re.sub(r"\s+", " ", words)


@pytest.fixture
def service(desk: Running) -> Callable[..., requests.Response]:
    """Return a function that calls the desk's API as the assistant does."""

    def call(
        method: str, path: str, body: object = None, *, secret: bytes = SERVICE_SECRET, **changes: str
    ) -> requests.Response:
        data = b"" if body is None else json.dumps(body).encode()
        headers = signed_headers(
            "assistant",
            secret,
            method=method,
            path_with_query=path,
            body=data,
            now=desk.clock[0],
            nonce=uuid.uuid4().hex,
        )
        headers.update({name.replace("_", "-"): value for name, value in changes.items()})
        return requests.request(method, desk.url + path, data=data, headers=headers, timeout=10)

    return call
