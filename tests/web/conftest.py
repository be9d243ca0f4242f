"""The scripted assistant as a process, and a browser in front of it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.support.chromium import CHROMIUM

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
SERVER = Path(__file__).parent / "fake_assistant.py"


class Assistant:
    """The scripted assistant on a port of its own; it may be stopped, killed and started again."""

    def __init__(self, var: Path, *options: str) -> None:
        self.var = var
        self._options = options
        self._process: subprocess.Popen[str] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/chat/ws"

    def start(self) -> None:
        command = [
            sys.executable,
            str(SERVER),
            "--port",
            str(self.port),
            "--var",
            str(self.var),
            *self._options,
        ]
        log = (self.var / "server.log").open("a", encoding="utf-8")
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        output: IO[str] = self._process.stdout or pytest.fail("no output")
        while (line := output.readline()) != "ready\n":
            if not line:
                pytest.fail((self.var / "server.log").read_text(encoding="utf-8")[-2000:])

    def stop(self, *, kill: bool = False) -> None:
        if self._process is not None:
            (self._process.kill if kill else self._process.terminate)()
            self._process.wait()
            self._process = None

    def received(self) -> list[dict[str, Any]]:
        """What the assistant was asked, in order."""
        path = self.var / "received.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """One assistant for all tests that leave it running."""
    served = Assistant(tmp_path_factory.mktemp("web"))
    served.start()
    yield served
    served.stop()


@pytest.fixture
def own_assistant(tmp_path: Path) -> Iterator[Assistant]:
    """An assistant that a test may stop."""
    served = Assistant(tmp_path)
    served.start()
    yield served
    served.stop()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Headless Chromium."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine (set CHROMIUM to its path)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


OpenPage = Callable[..., Awaitable[Page]]


@pytest.fixture
async def open_page(chromium: Browser) -> AsyncIterator[OpenPage]:
    """Open the page in a new phone; any script error on it fails the test."""
    errors: list[str] = []

    async def opened(url: str, **options: Any) -> Page:
        options = {"viewport": {"width": 360, "height": 740}, "locale": "zh-CN", **options}
        context = await chromium.new_context(**options)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(url)
        await page.locator("textarea").wait_for()
        return page

    yield opened
    assert errors == []
