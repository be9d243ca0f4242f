"""The desk in a browser: phone and desktop width, keyboard alone, and axe."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from tests.hotline.conftest import PASSWORD, Running
from tests.hotline.fake_platform import FakePlatform, order

pytestmark = pytest.mark.browser
SHOTS = Path(__file__).parents[2] / "results" / "desk"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or os.environ.get("CHROMIUM", "")
WIDTHS = {"phone": (390, 844), "desktop": (1280, 800)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(params=list(WIDTHS))
def page(browser: Any, desk: Running, platform: FakePlatform, request: Any) -> Iterator[Page]:
    platform.put(
        order(1, title="核酸结果一直没有更新，孩子明天要上学，学校要看24小时内的证明"),
        order(
            2, created_at="2022-09-01T09:00:00+08:00", due_at="2022-09-06T09:00:00+08:00", state="dispatched"
        ),
        order(
            3, created_at="2022-09-01T09:00:00+08:00", due_at="2022-09-05T10:00:00+08:00", state="in_progress"
        ),
        order(4, due_at="2022-09-05T08:20:00+08:00"),
        order(5, state="closed"),
    )
    width, height = WIDTHS[request.param]
    context = browser.new_context(
        base_url=desk.url, viewport={"width": width, "height": height}, locale="zh-CN"
    )
    opened = context.new_page()
    faults: list[str] = []
    opened.on("console", lambda said: faults.append(said.text) if _is_fault(said) else None)
    opened.on(
        "request", lambda asked: faults.append(asked.url) if not asked.url.startswith(desk.url) else None
    )
    opened.shot_prefix = request.param  # type: ignore[attr-defined]
    yield opened
    context.close()
    assert faults == []


def _is_fault(said: Any) -> bool:
    """Tell whether the console complains of something but the status of a refusal, which is meant."""
    return said.type == "error" and not said.text.startswith("Failed to load resource")


def _look(page: Page, name: str) -> None:
    """Take a picture; nothing may be wider than the screen, axe may find nothing."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SHOTS / f"{name}-{page.shot_prefix}.png"), full_page=True)  # type: ignore[attr-defined]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page).response["violations"]
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []


def test_every_page_fits_and_axe_finds_nothing(page: Page) -> None:
    page.goto("/login")
    _look(page, "login")
    page.get_by_label("工号").fill("A001")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    assert page.get_by_role("alert").inner_text() == "工号或密码不对。"
    _look(page, "login-wrong")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    _look(page, "orders")
    page.get_by_role("link", name="JKT20220905-000003").click()
    _look(page, "order")
    page.get_by_role("textbox", name="答复").fill("结果已经上传，请刷新。")
    page.get_by_role("button", name="答复", exact=True).click()
    assert "已答复" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="操作记录").click()
    _look(page, "audit")
    page.goto("/nonsense")
    _look(page, "missing")


def test_away_platform_page_fits_and_goes_on(page: Page, platform: FakePlatform) -> None:
    page.goto("/login")
    page.get_by_label("工号").fill("A001")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_label("密码").press("Enter")
    page.goto("/orders/JKT20220905-000003")
    page.get_by_role("textbox", name="答复").fill("请刷新。")
    platform.fail = [(503, {})] * 3
    page.get_by_role("button", name="答复", exact=True).click()
    assert page.get_by_role("textbox", name="答复").input_value() == "请刷新。"
    _look(page, "away")
    page.get_by_role("button", name="再提交一次").click()
    assert "已答复" in page.get_by_role("status").inner_text()


def test_keyboard_alone_reaches_and_moves_an_order(page: Page, platform: FakePlatform) -> None:
    page.goto("/login")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    _tab_to(page, "document.activeElement.id === 'work_number'")
    page.keyboard.type("A001")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders")
    _tab_to(page, "document.activeElement.textContent === 'JKT20220905-000001'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/JKT*")
    _tab_to(
        page, "document.activeElement.tagName === 'BUTTON' && document.activeElement.textContent === '派单'"
    )
    page.keyboard.press("Enter")
    page.get_by_role("status").wait_for()
    assert platform.orders["JKT20220905-000001"]["state"] == "dispatched"


def _tab_to(page: Page, condition: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(condition):
            return
    raise AssertionError(f"Tab never reached {condition}")
