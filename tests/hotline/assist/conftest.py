"""A desk with the product's own entries beside the fake platform, and an agent with a browser's manners."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hotline.conftest import Agent, Running, serve, settings_for
from tests.hotline.fake_platform import FakePlatform

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def platform() -> Iterator[FakePlatform]:
    with FakePlatform() as running:
        yield running


@pytest.fixture(scope="module")
def desk(platform: FakePlatform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A desk that has read the product's entries; its index is built once for a module."""
    folder = tmp_path_factory.mktemp("assist")
    settings = settings_for(platform.url, folder, data_dir=ROOT / "data", domain=ROOT / "domain.yml")
    for running in serve(settings):
        running.desk.knowledge.take_files()
        running.desk.knowledge.finder.index()  # here and now, so that no page waits for it
        yield running


@pytest.fixture
def agent(desk: Running) -> Agent:
    somebody = Agent(desk.url)
    assert somebody.log_in().status_code == 200
    return somebody


class OnThePhone:
    """An agent in a call, over what the page asks."""

    def __init__(self, agent: Agent) -> None:
        page = agent.press(agent.get("/calls"), "/calls/new")
        self.agent = agent
        self.number = page.url.rsplit("/", 1)[1]
        self.token = page.text.split('data-token="', 1)[1].split('"', 1)[0]
        self.seq = 0

    def ask(self, what: str, **body: Any) -> Any:
        """Post what the page posts."""
        return self.agent.http.post(
            f"{self.agent.base}/desk/calls/{self.number}/{what}",
            json=body,
            headers={"X-Form-Token": self.token},
        )

    def hear(self, notes: str, **more: Any) -> dict[str, Any]:
        """Return what comes of notes."""
        answer = self.ask("heard", seq=self.seq, notes=notes, **more)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def save(self, notes: str, seq: int | None = None, **more: Any) -> Any:
        """Save notes, under the next number if none is given."""
        self.seq = self.seq + 1 if seq is None else seq
        return self.ask("notes", seq=self.seq, notes=notes, **more)

    def page(self) -> Any:
        """Return the call's page."""
        return self.agent.get(f"/calls/{self.number}")


@pytest.fixture
def call(agent: Agent) -> OnThePhone:
    return OnThePhone(agent)
