"""A call in a real browser: from the first key to the order, by keyboard alone, over a reload, at every width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.hotline.conftest import Running
from tests.hotline.fake_platform import FakePlatform
from tests.support.desk_screen import SIZES, Screen, look

pytestmark = pytest.mark.browser
NOTES = "女士，成都武侯区，黄码，昨天下午3点在玉林社区医院做的核酸，电话13981234567，问黄码怎么转绿"


@pytest.fixture
def open_page(browser: Any, desk: Running) -> Iterator[Any]:
    """Opens pages, one context each; what the console complains of fails the test."""
    screens: list[Screen] = []

    def _open(size: str = "desktop", who: str = "A001") -> Page:
        screens.append(Screen(browser, desk, who, size))
        return screens[-1].page

    yield _open
    for screen in screens:
        screen.close()


def begin(page: Page) -> str:
    """Take a call; return its path."""
    page.goto("/calls")
    page.get_by_role("button", name="接一个来电").click()
    page.wait_for_url("**/calls/LD*")
    return page.url


def notes_of(page: Page) -> Any:
    return page.get_by_label("通话记录")


@pytest.mark.parametrize("screen", list(SIZES))
def test_every_page_of_calls_fits_and_axe_finds_nothing(open_page: Any, screen: str) -> None:
    page = open_page(screen)
    page.goto("/calls")
    look(page, f"call-list-{screen}")
    begin(page)
    look(page, f"call-blank-{screen}")
    notes_of(page).press_sequentially("妈妈胸口痛，喘不上气。" + NOTES)
    expect(page.get_by_role("listitem").filter(has_text="成都黄码怎么转绿码")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="120")).to_be_visible()
    page.get_by_text("别的说法").first.click()
    page.get_by_text("来电人的健康码（").click()
    look(page, f"call-call-{screen}")


@pytest.mark.parametrize("screen", ["desktop", "tablet", "phone"])
def test_the_figures_fit_and_axe_finds_nothing(open_page: Any, desk: Running, screen: str) -> None:
    page = open_page(screen, "L001")
    calls = desk.desk.assist.calls
    call = calls.begin("L001", desk.desk.now())
    calls.wrong(call, "yellow-meaning", "outdated", desk.desk.now())
    page.goto("/calls")
    page.get_by_role("link", name="采纳情况").click()
    expect(page.get_by_role("table")).to_contain_text("已经过期")
    look(page, f"call-figures-{screen}")


def test_a_whole_call_becomes_an_order(open_page: Any, platform: FakePlatform) -> None:
    page = open_page()
    begin(page)
    notes_of(page).press_sequentially(NOTES)
    card = page.get_by_role("listitem").filter(has_text="成都黄码怎么转绿码")
    expect(card).to_contain_text("2022-07-19起")
    expect(card).to_contain_text("成都市")
    page.keyboard.press("Alt+1")
    expect(notes_of(page)).to_have_value(re.compile("已答复：.*3天做2次核酸"))
    expect(page.locator("#question")).to_have_text("黄码是哪天开始的？")
    notes_of(page).press_sequentially("今早变黄的，本人")
    expect(page.locator("#question")).not_to_have_text("黄码是哪天开始的？")
    expect(page.get_by_label("发生地区")).to_have_value("510107")
    expect(page.locator("#division_evidence mark")).to_have_text("成都武侯区")
    expect(page.locator("#marked mark").filter(has_text="昨天下午3点")).to_be_visible()
    expect(page.get_by_label("回电号码")).to_have_value("139****4567")
    page.get_by_label("标题").fill("黄码转绿咨询")
    expect(page.locator("#saved")).to_have_text("已保存")
    page.get_by_label("已念给来电人核对").check()
    before = len(platform.written)
    page.get_by_role("button", name="登记工单").click()
    expect(page.get_by_role("status")).to_contain_text("逐字念给来电人")
    look(page, "call-taken")
    (sent,) = platform.written[before:]
    assert sent[2]["title"] == "黄码转绿咨询"
    assert sent[2]["contact_phone"] == "13981234567"
    assert "13981234567" not in sent[2]["content"]


def test_what_the_agent_changes_stays_and_a_reload_loses_nothing(open_page: Any) -> None:
    page = open_page()
    begin(page)
    notes_of(page).press_sequentially("在武侯，黄码")
    expect(page.get_by_label("发生地区")).to_have_value("510107")
    page.get_by_label("发生地区").select_option(label="成都市锦江区")
    expect(page.locator("#division_evidence")).to_have_text("您改过，不再跟着记录变")
    notes_of(page).press_sequentially("，其实在青羊区")
    page.reload()
    expect(notes_of(page)).to_have_value("在武侯，黄码，其实在青羊区")
    expect(page.get_by_label("发生地区")).to_have_value("510104")


def test_a_late_answer_never_takes_the_place_of_a_newer_one(open_page: Any) -> None:
    page = open_page()
    begin(page)
    held: list[Route] = []

    def hold_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/heard", hold_first)
    with page.expect_request("**/heard"):
        notes_of(page).fill("离线码能用多久")
    with page.expect_response("**/heard"):
        notes_of(page).fill("在武侯，黄码怎么转绿")
    suggestions = page.locator("#suggestions")
    expect(suggestions).to_contain_text("成都黄码怎么转绿码")
    with page.expect_response("**/heard"):
        held[0].continue_()
    expect(suggestions).to_contain_text("成都黄码怎么转绿码")
    expect(suggestions).not_to_contain_text("离线码")


def test_a_save_that_fails_is_said_so_and_tried_again(open_page: Any) -> None:
    page = open_page()
    begin(page)
    page.route("**/notes", lambda route: route.abort())
    notes_of(page).fill("在武侯，黄码")
    expect(page.locator("#saved")).to_have_text("没有保存上，正在重试。")
    page.unroute("**/notes")
    expect(page.locator("#saved")).to_have_text("已保存")
    page.reload()
    expect(notes_of(page)).to_have_value("在武侯，黄码")


def test_two_windows_of_one_call_do_not_overwrite_each_other(open_page: Any) -> None:
    page = open_page()
    begin(page)
    other = page.context.new_page()
    other.goto(page.url)
    notes_of(page).press_sequentially("在武侯，黄码")
    expect(page.locator("#saved")).to_have_text("已保存")
    expect(page.locator("#question")).to_have_text("是您本人的码，还是帮家里人问？")
    with page.expect_response("**/notes"):
        notes_of(page).press_sequentially("，问转绿")
    notes_of(other).fill("别的记录")
    expect(other.locator("#saved")).to_contain_text("在别的窗口里有更新的记录")
    other.reload()
    expect(notes_of(other)).to_have_value(re.compile("^在武侯，黄码"))


def test_hands_stay_on_the_keyboard(open_page: Any) -> None:
    page = open_page()
    page.goto("/calls")
    assert page.evaluate("document.activeElement.textContent") == "接一个来电"
    page.keyboard.press("Enter")
    page.wait_for_url("**/calls/LD*")
    assert page.evaluate("document.activeElement.id") == "notes"
    page.keyboard.type("在武侯，黄码问怎么转绿")
    question = page.locator("#question")
    expect(question).to_have_text("是您本人的码，还是帮家里人问？")
    page.keyboard.press("Alt+0")
    expect(question).to_have_text("黄码是哪天开始的？")
    expect(page.locator("#suggestions")).to_contain_text("成都黄码怎么转绿码")
    page.keyboard.press("Alt+1")
    expect(notes_of(page)).to_have_value(re.compile("已答复："))
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "confirmed":
            break
    page.keyboard.press("Space")
    page.keyboard.press("Alt+KeyQ")
    assert page.evaluate("document.activeElement.id") == "notes"
    assert page.get_by_label("已念给来电人核对").is_checked()


def test_an_answer_called_wrong_leaves_and_does_not_come_back(open_page: Any) -> None:
    page = open_page()
    begin(page)
    notes_of(page).fill("在武侯，黄码问怎么转绿")
    card = page.get_by_role("listitem").filter(has_text="成都黄码怎么转绿码")
    card.get_by_label("哪里不对").select_option(label="问的不是这个")
    expect(card).to_have_count(0)
    page.reload()
    with page.expect_response("**/heard"):
        notes_of(page).press_sequentially("呢")
    expect(card).to_have_count(0)


def test_a_code_is_shown_after_a_purpose_and_the_number_is_gone_from_the_field(open_page: Any) -> None:
    page = open_page()
    begin(page)
    page.get_by_text("来电人的健康码（").click()
    page.get_by_label("用途").select_option(label="说明码色和怎么转绿")
    page.get_by_label("具体原因").fill("两次阴性没转绿，要核对")
    page.get_by_label("证件号码，或本人登记的手机号").fill("13900000001")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.locator("#look_result")).to_contain_text("黄码")
    expect(page.locator("#look_result")).to_contain_text("9月1日与病例时空交叉")
    expect(page.get_by_label("证件号码，或本人登记的手机号")).to_have_value("")
    look(page, "call-code")


def test_numbers_are_starred_once_the_field_is_left(open_page: Any) -> None:
    page = open_page()
    begin(page)
    with page.expect_response("**/notes"):
        notes_of(page).fill("电话13981234567")
    expect(page.locator("#saved")).to_have_text("已保存")
    expect(page.get_by_label("回电号码")).to_have_value("139****4567")
    page.get_by_label("标题").focus()
    expect(notes_of(page)).to_have_value("电话139****4567")


def test_the_voice_of_the_page_is_heard_once_the_typing_rests(open_page: Any) -> None:
    page = open_page()
    begin(page)
    page.evaluate(
        """window.said = [];
        new MutationObserver(() => window.said.push(document.getElementById('announce').textContent))
          .observe(document.getElementById('announce'), { childList: true })"""
    )
    notes_of(page).press_sequentially("在武侯，黄码问怎么转绿")
    expect(page.locator("#announce")).to_contain_text("条建议")
    assert len(page.evaluate("window.said")) == 1
    assert "成都黄码怎么转绿码" in page.evaluate("window.said")[0]
