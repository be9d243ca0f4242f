"""A desk with agents before their screens, and citizens who come as the assistant brings them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.hotline.conftest import PASSWORD, Running
from tests.support.desk_screen import CUT, enter, look, watched

WIDE, TABLET = (1280, 800), (900, 800)
#: 1280 by 800 at 200 %: a page has half as many pixels of its own.
ZOOMED = (640, 400)
Service = Callable[..., requests.Response]

expect.set_options(timeout=10_000)


class Person:
    """Somebody of the desk before a screen: an agent, or (`page`) somebody of a department."""

    def __init__(
        self,
        browser: Any,
        desk: Any,
        number: str,
        size: tuple[int, int] = WIDE,
        password: str = PASSWORD,
        page: str = "desk",
    ) -> None:
        self.number = number
        self.context = browser.new_context(
            base_url=desk.url, viewport={"width": size[0], "height": size[1]}, locale="zh-CN"
        )
        self.page: Page = self.context.new_page()
        self.faults = watched(self.page, desk.url, CUT)
        enter(self.page, number, password)
        self.page.goto(f"/{page}")
        self.connected()

    def connected(self) -> None:
        """Wait until the page is live."""
        expect(self.page.locator("#link-state")).to_have_text("已连接")

    def become(self, word: str) -> None:
        """Choose a state: 在线, 忙碌, 离开."""
        self.page.get_by_role("button", name=word, exact=True).click()
        expect(self.page.locator("#there")).to_contain_text(f"{self.number} {word}")

    def take(self) -> None:
        """Take the first chat of the queue."""
        self.page.locator("#queue .row > button.small").first.click()
        expect(self.page.locator("#talk-title")).to_contain_text("您在接待")

    def say(self, words: str) -> None:
        """Write to the citizen and send."""
        self.page.locator("#box").fill(words)
        self.page.get_by_role("button", name="发送", exact=True).click()
        expect(self.page.locator(".speech.own", has_text=words)).to_be_visible()

    def look(self, name: str) -> None:
        """Take a picture of what is on the screen; it must fit."""
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        look(self.page, f"live-{name}-{width}", whole=False)

    def close(self) -> None:
        """Go; nothing went wrong in the page meanwhile."""
        self.context.close()
        assert self.faults == []


@pytest.fixture
def people(browser: Any, desk: Running) -> Iterator[Callable[..., Person]]:
    """Seats an agent before a screen; all go home at the end."""
    seated: list[Person] = []

    def seat(number: str = "A001", size: tuple[int, int] = WIDE) -> Person:
        seated.append(Person(browser, desk, number, size))
        return seated[-1]

    yield seat
    for person in seated:
        person.close()


class Citizen:
    """A citizen, as the assistant tells the desk of one."""

    def __init__(self, service: Service, name: str, **changes: Any) -> None:
        self._service = service
        asked = {
            "request_id": uuid.uuid4().hex,
            "conversation_id": name,
            "channel": "web",
            "reason": "asked",
            "language": "zh",
            "topic": "query_test_result",
            "district": "510107",
            "transcript": [
                {"who": "person", "text": "昨天做的核酸咋还没出结果", "at": 1662340000.0},
                {"who": "assistant", "text": "一般12到24小时出结果。要人工帮您查吗？", "at": 1662340001.0},
                {"who": "person", "text": "转人工", "at": 1662340010.0},
            ],
            "facts": {"topic": "query_test_result", "place": "武侯区"},
            **changes,
        }
        answer = service("POST", "/v1/chats", asked)
        assert answer.status_code == 201, answer.text
        self.chat_id = str(answer.json()["chat_id"])
        self.standing: dict[str, Any] = answer.json()

    def say(self, text: str, **more: Any) -> None:
        """Write a line."""
        body = {"id": uuid.uuid4().hex, "text": text, **more}
        answer = self._service("POST", f"/v1/chats/{self.chat_id}/messages", body)
        assert answer.status_code == 200, answer.text

    def rate(self, score: int) -> None:
        """Say how it was."""
        assert self._service("POST", f"/v1/chats/{self.chat_id}/rating", {"score": score}).status_code == 200


@pytest.fixture
def citizen(service: Service) -> Callable[..., Citizen]:
    """Brings a citizen to the desk."""

    def come(name: str = "web-1", **changes: Any) -> Citizen:
        return Citizen(service, name, **changes)

    return come
