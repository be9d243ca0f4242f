"""Figures in a browser: widths, zoom, axe, keyboard alone, a board that goes on by itself, paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.hotline.conftest import Running
from tests.hotline.figures.conftest import DAY, chat_row, put_chats
from tests.support.desk_screen import Screen, look

pytestmark = pytest.mark.browser
PERIOD = f"period=free&from={DAY}&to={DAY}"


@pytest.fixture
def opened(browser: Any, worked: Running) -> Iterator[Any]:
    """Return a function that logs somebody in before a screen of a size; nothing may fail there, or ask elsewhere."""
    screens: list[Screen] = []

    def open_page(number: str, size: str = "desktop") -> Page:
        screens.append(Screen(browser, worked, number, size))
        return screens[-1].page

    yield open_page
    for screen in screens:
        screen.close()


@pytest.mark.parametrize("size", ["phone", "desktop", "zoomed"])
def test_every_page_fits_and_axe_finds_nothing(opened: Any, size: str) -> None:
    page = opened("L001", size)
    for name, path in (
        ("figures", f"/figures?{PERIOD}&place=510100"),
        ("figures-share", f"/figures?{PERIOD}&map=connection"),
        ("figures-empty", "/figures?period=today"),
        ("figures-live", "/figures/live"),
        ("figures-report", f"/figures/report?{PERIOD}"),
        ("figures-agents", f"/figures/agents?{PERIOD}"),
    ):
        page.goto(path)
        for details in page.locator("main details").all():
            details.evaluate("one => one.open = true")
        look(page, f"{name}-{size}")


def test_every_chart_has_its_numbers_as_a_table(opened: Any) -> None:
    page = opened("L001")
    page.goto(f"/figures?{PERIOD}")
    charts = page.locator("figure.chart")
    assert charts.count() >= 9
    for chart in charts.all():
        assert chart.locator("table tbody tr").count() >= 1
    hours = page.locator("#chart-hours")
    assert hours.locator("rect.bar[x]").count() == 3
    hours.get_by_text("一天各时段的人工请求的数据").click()
    assert hours.get_by_role("row", name="23点 2 0").is_visible()


def test_keyboard_alone_reaches_a_place_on_the_map(opened: Any) -> None:
    page = opened("L001")
    page.goto(f"/figures?{PERIOD}")
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.replace(/\\s+/g, '')") == "成都6":
            break
    else:
        raise AssertionError("Tab never reached 成都")
    page.keyboard.press("Enter")
    page.wait_for_url("**#place")
    assert "人工请求" in page.locator("#place").inner_text()


def test_the_board_goes_on_by_itself_and_says_when_it_cannot(opened: Any, worked: Running) -> None:
    page = opened("L001")
    page.goto("/figures/live")
    waiting = page.locator('[data-part="waiting"]')
    expect(waiting).to_have_text("1")
    put_chats(worked.desk.engine, chat_row(50, worked.clock[0] - 30))
    expect(waiting).to_have_text("2", timeout=30_000)
    page.route("**/figures/live/now", lambda route: route.abort())
    expect(page.get_by_role("status")).to_contain_text("取不到最新数据", timeout=30_000)
    page.unroute("**/figures/live/now")
    expect(page.get_by_role("status")).to_have_text("每5秒自动更新", timeout=30_000)


def test_the_report_on_paper_has_its_pages_and_no_buttons(opened: Any) -> None:
    page = opened("L001")
    page.goto(f"/figures/report?{PERIOD}")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) >= 3
    sizes = {
        tuple(round(float(edge)) for edge in box.split())
        for box in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", paper)
    }
    assert sizes == {(0, 0, 595, 842)}
    page.emulate_media(media="print")
    assert page.get_by_role("button").count() == 0
    assert page.get_by_role("heading", name="口径说明").is_visible()
