"""The desk in a browser: phone and desktop width, keyboard alone, and axe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page

from tests.hotline.conftest import PASSWORD, WIDTHS, Running
from tests.hotline.fake_platform import FakePlatform, order
from tests.support.desk_screen import CUT, enter, look, tab_to, watched

pytestmark = pytest.mark.browser


@pytest.fixture(params=list(WIDTHS))
def page(browser: Any, desk: Running, platform: FakePlatform, request: Any) -> Iterator[Page]:
    platform.put(
        order(1, title="核酸结果一直没有更新，孩子明天要上学，学校要看24小时内的证明"),
        order(2, state="dispatched", urgency="urgent", handling={"light": "yellow"}),
        order(3, state="in_progress", due_at="2022-09-05T10:00:00+08:00", handling={"light": "red"}),
        order(4, due_at="2022-09-05T08:20:00+08:00", handling={"light": "overdue"}),
        order(5, state="closed", handling={"light": "done"}),
    )
    width, height = WIDTHS[request.param]
    context = browser.new_context(
        base_url=desk.url, viewport={"width": width, "height": height}, locale="zh-CN"
    )
    opened = context.new_page()
    faults = watched(opened, desk.url, CUT)
    opened.shot_prefix = request.param  # type: ignore[attr-defined]
    yield opened
    context.close()
    assert faults == []


def _look(page: Page, name: str) -> None:
    look(page, f"{name}-{page.shot_prefix}")  # type: ignore[attr-defined]


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
    page.get_by_role("link", name="工单", exact=True).click()
    _look(page, "orders")
    page.get_by_role("link", name="JKT20220905-000003").click()
    _look(page, "order")
    page.locator("#answer_reply").fill("结果已经上传，请刷新。")
    page.get_by_role("button", name="答复群众", exact=True).click()
    assert "待回访" in page.get_by_role("status").inner_text()
    for name, path in (
        ("order-print", "/orders/JKT20220905-000003/print"),
        ("order-new", "/orders/new"),
    ):
        page.goto(path)
        _look(page, name)
    page.goto("/nonsense")
    _look(page, "missing")
    page.get_by_role("link", name="工号 A001").click()
    _look(page, "profile")
    page.get_by_role("button", name="退出", exact=True).click()
    enter(page, "L001")
    page.goto("/orders/export")
    _look(page, "order-export")
    page.get_by_role("button", name="退出", exact=True).click()
    enter(page, "U001")
    page.get_by_role("link", name="操作记录").click()
    _look(page, "audit")


def test_away_platform_page_fits_and_goes_on(page: Page, platform: FakePlatform) -> None:
    enter(page, "A001")
    page.goto("/orders/JKT20220905-000003")
    page.locator("#answer_reply").fill("请刷新。")
    platform.fail = [(503, {})] * 3
    page.get_by_role("button", name="答复群众", exact=True).click()
    assert page.get_by_role("textbox", name="答复", exact=True).input_value() == "请刷新。"
    _look(page, "away")
    page.get_by_role("button", name="再提交一次").click()
    assert "待回访" in page.get_by_role("status").inner_text()


def test_keyboard_alone_reaches_and_moves_an_order(page: Page, platform: FakePlatform) -> None:
    page.goto("/login")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    tab_to(page, "document.activeElement.id === 'work_number'")
    page.keyboard.type("A001")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    tab_to(page, "document.activeElement.textContent === '工单'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders")
    tab_to(page, "document.activeElement.textContent === 'JKT20220905-000001'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/JKT*")
    tab_to(
        page, "document.activeElement.tagName === 'BUTTON' && document.activeElement.textContent === '派单'"
    )
    page.keyboard.press("Enter")
    page.get_by_role("status").wait_for()
    assert platform.orders["JKT20220905-000001"]["state"] == "dispatched"


def test_one_time_codes_from_the_first_scan_to_the_nextenter(page: Page, desk: Running) -> None:
    enter(page, "A001")
    page.goto("/profile/second-factor")
    _look(page, "second-factor")
    secret = "".join(page.locator("code.secret").inner_text().split())
    page.get_by_label("验证码", exact=True).fill(pyotp.TOTP(secret).at(int(desk.clock[0])))
    page.get_by_role("button", name="绑定").click()
    assert page.locator(".codes li").count() == 10
    _look(page, "recovery-codes")
    page.get_by_role("button", name="退出", exact=True).click()
    desk.clock[0] += 60
    enter(page, "A001")
    page.wait_for_url("**/login/code")
    _look(page, "login-code")
    page.get_by_label("验证码", exact=True).fill(pyotp.TOTP(secret).at(int(desk.clock[0])))
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")


def test_pages_of_accounts_and_of_whole_values_fit(page: Page) -> None:
    enter(page, "M001")
    for path, name in (
        ("/accounts", "accounts"),
        ("/accounts/new", "account-new"),
        ("/accounts/A001", "account"),
        ("/roles", "roles"),
        ("/profile/password", "password"),
    ):
        page.goto(path)
        _look(page, name)
    page.get_by_role("button", name="退出", exact=True).click()
    enter(page, "L001")
    page.goto("/reveals/of/JKT20220905-000001")
    _look(page, "reveal")
    page.get_by_label("手机号").check()
    page.get_by_label("为什么要看").select_option("callback")
    page.get_by_label("具体原因").fill("来电人说没有收到回电")
    page.get_by_role("button", name="显示60秒").click()
    assert page.locator(".value").inner_text() == "13900000001"
    _look(page, "revealed")
    page.goto("/reveals")
    _look(page, "reveals")
