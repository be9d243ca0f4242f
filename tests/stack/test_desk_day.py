"""A day of the desk on the running product: a citizen at the page, two agents before their screens, a rating.

And a desk that simulated people keep busy: what happens there, and that nobody and nothing is left when they go.
"""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from hotline.demo.live.script import script
from tests.hotline.live.conftest import Person
from tests.support.agent import DeskAgent, soon
from tests.support.chromium import chromium
from tests.support.page import PagePerson
from tests.support.stack import ROOT, Stack, running

pytestmark = [pytest.mark.stack, pytest.mark.browser]
PHONE = "19900000001"


class Desk:
    """The desk of a running product, as `Person` sits down at it."""

    def __init__(self, stack: Stack) -> None:
        self.url = stack.service("desk").url
        self.password = (stack.folder / "secrets" / "desk_password").read_text().strip()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A product whose offers wait for a slow machine."""
    with running(tmp_path_factory.mktemp("day") / "var", {"JKT_DESK_ACCEPT_S": "3600"}) as stack:
        yield stack


@pytest.fixture
def screens(product: Stack) -> Iterator[Any]:
    """Seats agents before their screens."""
    desk = Desk(product)
    with chromium() as browser:
        yield lambda number: Person(browser, desk, number, password=desk.password)


def accept(agent: Person) -> None:
    agent.page.get_by_role("button", name="接待（Alt+T）").click()
    expect(agent.page.locator("#talk-title")).to_contain_text("您在接待")


def looked_up(agent: Person, shots: Path) -> str:
    """See the citizen's phone for a minute, with a reason; return it."""
    agent.page.get_by_role("button", name="看完整信息…", exact=True).click()
    agent.page.get_by_label("看哪一项").select_option("phone")
    agent.page.get_by_label("为什么要看").select_option("callback")
    agent.page.get_by_label("具体原因").fill("核对回电号码")
    agent.page.get_by_role("button", name="显示60秒").click()
    value = agent.page.locator(".value").inner_text()
    agent.page.screenshot(path=str(shots / "2-revealed.png"))
    agent.page.keyboard.press("Escape")
    return value


def register(agent: Person, title: str, shots: Path) -> None:
    """Make a work order of the chat in the next tab."""
    with agent.context.expect_page() as opened:
        agent.page.get_by_role("link", name="登记工单").click()
    form = opened.value
    form.get_by_label("标题").fill(title)
    form.get_by_role("button", name="登记").click()
    expect(form.get_by_role("heading", name="工单已登记")).to_be_visible()
    form.screenshot(path=str(shots / "3-order.png"))
    form.close()
    agent.page.get_by_role("button", name="刷新背景").click()
    expect(agent.page.locator("#context")).to_contain_text(title)


def hand_on(agent: Person, to: Person) -> None:
    to.become("在线")
    expect(agent.page.locator("#there")).to_contain_text(f"{to.number} 在线")
    agent.page.get_by_role("button", name="转接…").click()
    agent.page.get_by_label("转给谁").select_option(f"agent {to.number}")
    agent.page.get_by_role("button", name="转接", exact=True).click()
    accept(to)


def test_from_the_request_to_the_rating_with_two_agents(product: Stack, screens: Any, tmp_path: Path) -> None:
    citizen = PagePerson(product)
    citizen.send("我要投诉，金牛区那个检测点早上八点就没人上班，我等了一个小时")
    citizen.send(PHONE)
    assert "工单已提交" in citizen.send(tap="提交")
    first, second = screens("A001"), screens("A002")
    first.become("在线")
    assert "下一位就是您" in citizen.send("转人工")
    expect(first.page.locator("#offer")).to_contain_text("新会话请您接待")
    first.page.screenshot(path=str(tmp_path / "1-offer.png"))
    accept(first)
    expect(first.page.locator("#log")).to_contain_text("金牛区那个检测点早上八点就没人上班")
    first.say("您好，我看到您的投诉了，先核对一下电话。")
    soon(lambda: "您好，我看到您的投诉了，先核对一下电话。" in citizen.heard("agent"))
    citizen.tell("好的，麻烦快一点")
    expect(first.page.locator("#log")).to_contain_text("好的，麻烦快一点")
    assert looked_up(first, tmp_path) == PHONE
    register(first, "检测点不按时上班", tmp_path)
    assert len(product.work_orders(citizen.conversation_id)) == 2
    hand_on(first, second)
    soon(lambda: any("A002" in said for said in citizen.heard("notice")))
    second.say("我接着为您办，检测点已经通知了。")
    second.page.screenshot(path=str(tmp_path / "4-second-agent.png"))
    soon(lambda: "我接着为您办，检测点已经通知了。" in citizen.heard("agent"))
    expect(second.page.locator(".speech.colleague .mark")).to_have_text("已送达")
    expect(second.page.locator(".speech.own .mark")).to_have_text("已送达")
    second.page.get_by_role("button", name="结束服务").click()
    soon(lambda: any("服务您满意吗" in said for said in citizen.heard("notice")))
    assert citizen.send(tap="非常满意") == "谢谢您的评价。"
    expect(second.page.locator("#log")).to_contain_text("市民评价：5分")
    second.page.screenshot(path=str(tmp_path / "5-rated.png"))
    for agent in (first, second):
        agent.close()


HURRIED = ("--speed", "12", "--every", "6", "--at-once", "16", "--calls-every", "15", "--seed", "7")


@contextmanager
def simulated(product: Stack, log: Path) -> Iterator[None]:
    """Simulated people in a hurry, until Ctrl-C; they end by themselves then, without a complaint."""
    complaints = log.with_suffix(".err")
    with log.open("w") as said, complaints.open("w") as complained:
        command = [sys.executable, "-m", "hotline", "demo-live", *HURRIED]
        process = subprocess.Popen(command, cwd=ROOT, env=product.env, stdout=said, stderr=complained)
        try:
            yield
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0
            assert "Traceback" not in complaints.read_text()
        finally:
            process.kill()


@dataclass
class Watching:
    """What somebody sees who reads everything that happens at the desk."""

    agent: DeskAgent
    happened: set[str] = field(default_factory=set)
    outcomes: set[str] = field(default_factory=set)
    _after: int = 0

    def has_seen(self, *what: str) -> bool:
        """Whether all this has happened: names of events, or outcomes."""
        for event in self.agent.feed(self._after):
            self._after = event["feed"]
            self.happened.add(str(event["body"].get("what")))
            self.outcomes.add(str((event["body"].get("values") or {}).get("outcome")))
        return self.happened.union(self.outcomes).issuperset(what)

    def forget(self) -> None:
        """Look only at what comes from now on."""
        self.has_seen()
        self.happened.clear()
        self.outcomes.clear()


def calls(product: Stack, which: str) -> int:
    """How many calls there were, by a condition of SQL."""
    with closing(sqlite3.connect(product.folder / "db" / "desk.sqlite3")) as store:
        return int(store.execute(f"SELECT count(*) FROM calls WHERE {which}").fetchone()[0])


def test_simulated_people_keep_the_desk_busy_and_leave_nothing_behind(product: Stack, tmp_path: Path) -> None:
    watching = Watching(DeskAgent.of(product))
    watching.agent.left()
    watching.forget()
    log = tmp_path / "first.log"
    with simulated(product, log):
        soon(lambda: watching.has_seen("asked", "taken", "answered", "rated", "abandoned"), 120)
        soon(lambda: calls(product, "ended_at IS NOT NULL"), 60)
        product.kill("desk")
        product.start("desk")
        watching.forget()
        soon(lambda: watching.has_seen("asked", "taken", "answered"), 60)
    left = watching.agent.snapshot()
    assert (left["queue"], left["under_way"], left["there"]) == ([], [], [])
    assert calls(product, "ended_at IS NULL") == 0
    told = log.read_text()
    assert "until Ctrl-C" in told.splitlines()[0]
    assert "rates the chat with" in told
    spoken = [
        words for story in (*script().stories, *script().contented) for words in (*story.first, *story.then)
    ]
    assert [words for words in (*spoken, Desk(product).password) if words in told] == []
    with simulated(product, tmp_path / "second.log"):
        colleagues = {"A002", "A003", "L001"}
        soon(lambda: {one["number"] for one in watching.agent.snapshot()["there"]} == colleagues)
    assert watching.agent.snapshot()["there"] == []
