"""The telephone in a browser: a call opens by itself, and beside what somebody writes; lost callers at every width."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.hotline.conftest import PASSWORD, Running
from tests.hotline.telephone.conftest import Exchange

pytestmark = pytest.mark.browser
SHOTS = Path(__file__).parents[3] / "results" / "desk"
WIDTHS = {"phone": (390, 844), "tablet": (768, 1024), "wide": (1280, 800), "zoomed": (640, 400)}
CALLER, LOST = "13981234567", "13781230002"


@pytest.fixture
def exchange(desk: Running) -> Exchange:
    return Exchange(desk)


@pytest.fixture
def page(browser: Any, exchange: Exchange) -> Iterator[Page]:
    """An agent's page; what the console complains of fails the test."""
    context = browser.new_context(
        base_url=exchange.desk.url, viewport={"width": 1280, "height": 800}, locale="zh-CN"
    )
    opened: Page = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    opened.goto("/login")
    opened.get_by_label("工号").fill("A001")
    opened.get_by_label("密码").fill(PASSWORD)
    opened.get_by_role("button", name="登录").click()
    yield opened
    context.close()
    assert faults == []


def look(page: Page, name: str) -> None:
    """Take a picture at every width; nothing may be wider than the screen, axe may find nothing."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for screen, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=str(SHOTS / f"telephone-{name}-{screen}.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (name, screen)
        found = Axe().run(page).response["violations"]
        assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == [], (
            name,
            screen,
        )
    page.set_viewport_size({"width": 1280, "height": 800})


def answered(exchange: Exchange, name: str, caller: str = CALLER) -> None:
    exchange.say("ringing", name, -12, caller=caller, line="12345")
    exchange.say("answered", name, -2, agent="A001")


def test_a_call_opens_by_itself_and_never_takes_a_page_away_from_who_writes(
    page: Page, exchange: Exchange
) -> None:
    page.goto("/calls")
    look(page, "list")
    answered(exchange, "c1")
    page.wait_for_url("**/calls/LD*")
    expect(page.get_by_text("来电号码 139****4567")).to_be_visible()
    expect(page.get_by_label("回电号码")).to_have_value("139****4567")
    expect(page.locator("#phone_evidence")).to_contain_text("来电显示")
    page.get_by_label("通话记录").press_sequentially("在武侯，黄码")
    expect(page.locator("#question")).to_have_text("是您本人的码，还是帮家里人问？")
    expect(page.locator("#saved")).to_have_text("已保存")
    expect(page.get_by_label("回电号码")).to_have_value("139****4567")
    first = page.url
    answered(exchange, "c2", "02886110000")
    link = page.get_by_role("link", name="新来电 028****0000，打开")
    expect(link).to_be_visible()
    assert page.url == first
    look(page, "second-call")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("来电号码 028****0000")).to_be_visible()


def test_a_lost_caller_is_called_back_by_keyboard(page: Page, exchange: Exchange) -> None:
    page.goto("/calls/missed")
    expect(page.get_by_text("没有要回拨的电话。")).to_be_visible()
    exchange.say("ringing", "lost", -90, caller=LOST, line="12345")
    exchange.say("abandoned", "lost", -30)
    expect(page.locator("[data-missed-count]")).to_have_text("1")
    page.reload()
    look(page, "missed")
    page.get_by_role("button", name="认领").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="回拨", exact=True)).to_be_visible()
    look(page, "missed-one")
    page.get_by_role("link", name="看来电号码").click()
    expect(page.get_by_label("姓名")).to_have_count(0)
    page.get_by_label("手机号").check()
    page.get_by_label("为什么要看").select_option(label="给本人回电")
    page.get_by_label("具体原因").fill("漏接回拨")
    page.get_by_role("button", name="显示60秒").click()
    expect(page.get_by_text(LOST)).to_be_visible()
    page.get_by_role("link", name="看完了，马上隐藏").click()
    page.get_by_role("button", name="打通了，开始记录").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/calls/LD*")
    expect(page.get_by_label("回电号码")).to_have_value("137****0002")
    assert LOST not in page.content()
