"""What is typed and said survives a reload, a lost answer, an ended session, a stream that will not open, a kill."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import WebSocketRoute, expect

from backend_client.signing import signed_headers
from privacy.secrets import SecretStore
from tests.hotline.conftest import PASSWORD, Running
from tests.hotline.live.conftest import Citizen, Person
from tests.support.stack import Stack

pytestmark = pytest.mark.browser
People = Callable[..., Person]
Citizens = Callable[..., Citizen]


def owner_of_a_chat(people: People, citizen: Citizens) -> tuple[Person, Citizen]:
    agent = people()
    agent.become("忙碌")
    stranger = citizen()
    agent.take()
    return agent, stranger


def reopened(agent: Person) -> None:
    agent.page.reload()
    agent.connected()
    agent.page.locator("#mine .pick").click()


def test_a_reload_in_mid_typing_loses_nothing(people: People, citizen: Citizens) -> None:
    agent, _ = owner_of_a_chat(people, citizen)
    agent.page.locator("#box").fill("您的结果我查到了，")
    agent.page.get_by_role("button", name="内部备注").click()
    agent.page.locator("#box").fill("要回访")
    reopened(agent)
    expect(agent.page.locator("#mine")).to_contain_text("有草稿")
    expect(agent.page.locator("#box")).to_have_value("您的结果我查到了，")
    agent.page.get_by_role("button", name="内部备注").click()
    expect(agent.page.locator("#box")).to_have_value("要回访")


def test_a_message_whose_answer_was_lost_is_sent_once(people: People, citizen: Citizens) -> None:
    agent, _ = owner_of_a_chat(people, citizen)

    def lose(route: Any) -> None:
        route.fetch()  # the desk takes it, its answer never comes
        route.abort()

    agent.page.route("**/messages", lose, times=1)
    agent.page.locator("#box").fill("马上好")
    agent.page.get_by_role("button", name="发送", exact=True).click()
    expect(agent.page.locator("#fault")).to_contain_text("不会发重")
    reopened(agent)
    expect(agent.page.locator("#box")).to_have_value("")
    expect(agent.page.locator(".speech.own")).to_have_count(1)


def test_an_ended_session_is_said_and_the_draft_is_there_after_the_next_log_in(
    people: People, citizen: Citizens, desk: Running
) -> None:
    agent, _ = owner_of_a_chat(people, citizen)
    agent.page.locator("#box").fill("还没写完")
    desk.desk.sessions.end_all("A001")
    agent.page.get_by_role("button", name="在线", exact=True).click()
    expect(agent.page.locator("#link-state")).to_contain_text(
        "登录已经结束，请重新登录。没发出去的字都还在。"
    )
    expect(agent.page.get_by_role("button", name="发送", exact=True)).to_be_disabled()
    agent.look("over")
    agent.page.get_by_role("link", name="重新登录").click()
    agent.page.get_by_label("工号").fill("A001")
    agent.page.get_by_label("密码").fill(PASSWORD)
    agent.page.get_by_label("密码").press("Enter")
    agent.connected()
    agent.page.locator("#mine .pick").click()
    expect(agent.page.locator("#box")).to_have_value("还没写完")


def test_logging_out_takes_the_drafts_along_and_gives_the_chats_back(
    people: People, citizen: Citizens, desk: Running
) -> None:
    agent, _ = owner_of_a_chat(people, citizen)
    agent.page.locator("#box").fill("不该留下")
    agent.page.get_by_role("button", name="退出", exact=True).click()
    agent.page.wait_for_url("**/login")
    assert agent.page.evaluate("Object.keys(localStorage).filter((key) => key.includes('draft'))") == []
    colleague = people("A002")
    expect(colleague.page.locator("#queue-title")).to_have_text("排队（1）")


def test_without_a_stream_the_page_asks_by_itself(people: People, citizen: Citizens) -> None:
    agent, stranger = owner_of_a_chat(people, citizen)

    def shut(socket: WebSocketRoute) -> None:
        socket.close()

    agent.page.route_web_socket("**/desk/ws", shut)
    agent.page.reload()
    expect(agent.page.locator("#link-state")).to_contain_text("改为定时取")
    agent.page.locator("#mine .pick").click()
    stranger.say("听得到吗")
    expect(agent.page.locator("#log")).to_contain_text("听得到吗")
    agent.say("听得到")


class RealDesk:
    """A desk in a process of its own, which can be killed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.stack = Stack(folder)
        self.stack.start("desk")
        self.url = self.stack.service("desk").url
        self._secrets = SecretStore(folder / "secrets")

    def password(self) -> str:
        return (self.stack.folder / "secrets" / "desk_password").read_text().strip()

    def call(self, method: str, path: str, body: object) -> requests.Response:
        data = json.dumps(body).encode()
        headers = signed_headers(
            "assistant",
            self._secrets.get("desk_service"),
            method=method,
            path_with_query=path,
            body=data,
            now=time.time(),
            nonce=uuid.uuid4().hex,
        )
        return requests.request(method, self.url + path, data=data, headers=headers, timeout=20)


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RealDesk]:
    desk = RealDesk(tmp_path / "var")
    yield desk
    desk.stack.stop()


def test_after_a_kill_the_page_goes_on_without_gap_or_double(browser: Any, real: RealDesk) -> None:
    agent = Person(browser, real, "A001", password=real.password())
    agent.become("忙碌")
    stranger = Citizen(real.call, "web-1")
    agent.take()
    stranger.say("第一句")
    expect(agent.page.locator("#log")).to_contain_text("第一句")
    real.stack.kill("desk")
    expect(agent.page.locator("#link-state")).to_contain_text("连接断了")
    agent.page.locator("#box").fill("断的时候写的")
    agent.page.get_by_role("button", name="发送", exact=True).click()
    expect(agent.page.locator("#fault")).to_contain_text("连上后自动再发")
    real.stack.start("desk")
    stranger.say("第二句")
    agent.connected()
    expect(agent.page.locator(".speech.own")).to_have_count(1, timeout=20_000)
    stranger.say("第三句")
    expect(agent.page.locator("#log")).to_contain_text("第三句")
    said = agent.page.locator("#log .speech[data-seq] .line-text").all_inner_texts()
    assert sorted(said) == sorted(["第一句", "第二句", "断的时候写的", "第三句"])
    numbers = [
        int(each)
        for each in agent.page.locator("#log [data-seq]").evaluate_all("all => all.map((e) => e.dataset.seq)")
    ]
    assert numbers == sorted(set(numbers))
    agent.close()
