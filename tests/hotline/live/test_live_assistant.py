"""Watching what the assistant talks about, taking it over, and what becomes of words that leave the desk."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from hotline.chats.settings import ChatSettings
from tests.hotline.conftest import Running, serve, settings_for
from tests.hotline.fake_platform import FakePlatform
from tests.hotline.live.conftest import Citizen, Person

pytestmark = pytest.mark.browser
People = Callable[..., Person]
Citizens = Callable[..., Citizen]
TALK = {
    "channel": "web",
    "language": "zh",
    "large_type": False,
    "topic": "find_test_site",
    "district": "510107",
    "transcript": [
        {"who": "person", "text": "武侯哪里做核酸", "at": 1662340000.0},
        {"who": "assistant", "text": "离您最近的有三处。", "at": 1662340001.0},
    ],
    "facts": {"topic": "find_test_site"},
}


@dataclass
class Assistant:
    """The assistant's process on loopback: has one talk, takes letters; `holds` as WeChat does."""

    holds: bool = False
    letters: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if path.endswith("/conversations"):
            return {"conversations": [{"conversation_id": "web-9", "at": 1662340001.0, "asked": True}]}
        if path.endswith("/history"):
            return TALK
        self.letters.append(body)
        held = [line["seq"] for line in body["lines"]] if self.holds else []
        return {"status": "taken", "quota": {"left": 0, "until": None} if self.holds else None, "held": held}


def handler_of(assistant: Assistant) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            data = json.dumps(assistant.answer(self.path, body)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def assistant() -> Assistant:
    return Assistant()


@pytest.fixture
def desk(platform: FakePlatform, tmp_path: Path, assistant: Assistant) -> Iterator[Running]:
    """A desk that reaches the assistant."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(assistant))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    chats = ChatSettings(key=b"c" * 32, bot_secret=b"e" * 32, bot_url=url)
    yield from serve(settings_for(platform.url, tmp_path, chats=chats))
    server.shutdown()


def test_a_talk_of_the_assistant_is_watched_and_taken_over(people: People, desk: Running) -> None:
    agent = people()
    agent.become("忙碌")
    agent.page.locator("#assistant summary").click()
    agent.page.locator("#assistant-list .pick").click()
    expect(agent.page.locator("#talk-title")).to_have_text("旁观：助手正在接待")
    expect(agent.page.locator("#log")).to_contain_text("武侯哪里做核酸")
    agent.look("watching")
    agent.page.get_by_role("button", name="从助手接管").click()
    expect(agent.page.locator("#talk-title")).to_contain_text("您在接待")
    agent.say("您好，我是坐席。")
    actions = [one.action for one in desk.desk.audit.recent()]
    assert {"conversation.watched", "chat.taken_over"} <= set(actions)


def test_words_are_marked_when_they_have_arrived(people: People, citizen: Citizens) -> None:
    agent = people()
    agent.become("忙碌")
    citizen()
    agent.take()
    agent.say("马上查")
    expect(agent.page.locator(".speech.own .mark")).to_have_text("已送达")


def test_words_that_wechat_holds_back_are_marked_and_explained(
    people: People, citizen: Citizens, assistant: Assistant
) -> None:
    agent = people()
    agent.become("忙碌")
    assistant.holds = True
    citizen(channel="wechat", quota={"left": 1, "until": None})
    agent.take()
    agent.say("马上查")
    expect(agent.page.locator(".speech.own .mark")).to_have_text("微信暂时不让发，先留着")
    expect(agent.page.locator(".speech.note")).to_contain_text("系统提示")
    expect(agent.page.locator(".quota.low")).to_contain_text("微信还能发0条")
