"""The quality pages in a browser: desktop and tablet width, 200 % zoom, keyboard alone, axe."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.hotline.conftest import Running
from tests.hotline.quality.conftest import talk
from tests.support.desk_screen import Screen, tab_to

pytestmark = pytest.mark.browser


def _drawn(browser: Any, desk: Running, size: str) -> Screen:
    """A scorer whose list holds one case, drawn just now."""
    talk(desk, "A001", desk.clock[0] - 900, rating=1)
    scorer = Screen(browser, desk, "Q001", size)
    scorer.page.goto("/quality")
    scorer.page.get_by_label("到", exact=True).fill(_today(desk))
    scorer.page.get_by_role("button", name="抽样").click()
    assert "抽中1件" in scorer.page.get_by_role("status").inner_text()
    return scorer


def _today(desk: Running) -> str:
    return dt.datetime.fromtimestamp(desk.clock[0], dt.timezone(dt.timedelta(hours=8))).date().isoformat()


@pytest.mark.parametrize("size", ["desktop", "tablet", "zoomed"])
def test_every_page_from_the_sample_to_the_decision_fits(browser: Any, desk: Running, size: str) -> None:
    scorer = _drawn(browser, desk, size)
    page = scorer.page
    scorer.look("quality-tasks")
    page.get_by_role("link", name="会话").first.click()
    scorer.look("quality-case")
    page.get_by_role("button", name="提交评分").click()
    assert "已存为草稿" in page.get_by_role("alert").inner_text()
    scorer.look("quality-case-faults")
    _fill(page)
    page.get_by_text("批注", exact=False).first.click()
    page.get_by_label("的批注").first.fill("听懂了，很好")
    page.get_by_role("button", name="提交评分").click()
    assert "评分已提交" in page.get_by_role("status").inner_text()
    scorer.look("quality-case-done")
    page.goto("/quality/results")
    scorer.look("quality-results")
    page.goto("/quality/cards")
    scorer.look("quality-cards")
    agent = Screen(browser, desk, "A001", size)
    agent.page.get_by_role("link", name="我的质检").click()
    agent.look("quality-mine")
    agent.page.locator(".orders").get_by_role("link").first.click()
    agent.look("quality-result")
    agent.page.get_by_label("申诉理由").fill("第一句就报了工号")
    agent.page.get_by_role("button", name="提交申诉").click()
    leader = Screen(browser, desk, "L001", size)
    leader.page.get_by_role("link", name="质检", exact=True).click()
    leader.look("quality-appeals")
    leader.page.locator(".rows a.button").click()
    leader.page.get_by_text("改分", exact=True).click()
    leader.look("quality-decision")
    leader.page.get_by_label("裁定理由").fill("录音里没有报工号")
    leader.page.get_by_role("button", name="维持原来的评分").click()
    assert "已裁定" in leader.page.get_by_role("status").inner_text()
    for screen in (scorer, agent, leader):
        screen.close()


def _fill(page: Page) -> None:
    for field in page.locator("input[type=number]").all():
        field.fill(field.get_attribute("max") or "")
    page.get_by_label("得分").first.fill("5")
    page.get_by_label("说明").first.fill("第4分钟才回复")


def test_a_case_is_scored_with_the_keyboard_alone(browser: Any, desk: Running) -> None:
    scorer = _drawn(browser, desk, "desktop")
    page = scorer.page
    tab_to(page, "document.activeElement.pathname?.startsWith('/quality/cases/')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/quality/cases/*")
    for _ in range(9):
        tab_to(page, "document.activeElement.type === 'number'")
        page.keyboard.type(page.evaluate("document.activeElement.max"))
    tab_to(page, "document.activeElement.value === 'submit'")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=submitted")
    assert "总分 100 分" in page.locator("main").inner_text()
    scorer.close()
