"""Agent, citizen and department in one chat, each before a screen of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.hotline.conftest import Running
from tests.hotline.live.conftest import TABLET, WIDE, ZOOMED, Citizen, Person
from tests.support.desk_screen import tab_to

People = Callable[..., Person]
PHONE = (390, 844)
NAME = "成都市疾病预防控制中心"


def test_agent_citizen_and_department_talk_at_once(
    people: People, citizen: Callable[..., Citizen], browser: Any, desk: Running
) -> None:
    agent = people()
    agent.become("忙碌")
    person = citizen()
    agent.take()
    at_desk = Person(browser, desk, "D001", page="department")
    page, looking = at_desk.page, agent.page.locator("#looking")
    expect(page.locator("#joined")).to_contain_text("现在没有会话请本单位参加")
    at_desk.look("department-empty")

    ask_in(agent, "春熙路昨天的样本几点出结果？")
    expect(page.locator("#notice")).to_have_text("工号A001请本单位参加会话：核酸结果。")
    expect(looking).to_have_text(f"{NAME}收到了提醒，还没打开会话")

    tab_to(page, "document.activeElement.matches('#joined .pick')")
    page.keyboard.press("Enter")
    expect(page.locator("#log")).to_contain_text("春熙路昨天的样本几点出结果？")
    expect(page.locator("#log")).not_to_contain_text("一般12到24小时出结果")
    expect(page.locator("#context")).to_contain_text("昨天做的核酸咋还没出结果")
    expect(looking).to_have_text(f"{NAME}在看")
    person.say("我电话13900000001，急用")
    expect(page.locator(".speech.citizen")).to_contain_text("我电话139****0001，急用")

    page.keyboard.press("Alt+R")
    page.keyboard.type("样本今天下午4点出结果。")
    expect(looking).to_have_text(f"{NAME}正在输入")
    page.reload()
    at_desk.connected()
    page.locator("#joined .pick").click()
    expect(page.locator("#box")).to_have_value("样本今天下午4点出结果。")
    page.locator("#box").press("Control+Enter")
    expect(page.locator(".speech.own")).to_contain_text(f"{NAME}（我）")
    expect(agent.page.locator(".speech.department")).to_contain_text("样本今天下午4点出结果。")
    expect(agent.page.locator(".speech.department strong")).to_have_text(NAME)
    expect(agent.page.locator("#news")).to_contain_text(f"{NAME}答复了市民")

    page.keyboard.press("Alt+N")
    page.keyboard.type("复核后会更早")
    page.locator("#box").press("Control+Enter")
    expect(agent.page.locator(".speech.note", has_text="复核后会更早")).to_contain_text(f"{NAME}的备注")
    agent.look("three")
    at_every_size(at_desk)
    page.get_by_role("button", name="离开会话…").click()
    at_desk.look("department-leaving")
    page.get_by_role("button", name="离开", exact=True).click()
    expect(page.locator("#joined")).to_contain_text("现在没有会话请本单位参加")
    expect(page.locator("#log")).not_to_contain_text("样本今天下午4点出结果")
    page.get_by_text("一天内参加过的").click()
    expect(page.locator("#stays")).to_contain_text("离开")
    expect(agent.page.locator("#log")).to_contain_text(f"{NAME}离开")
    expect(looking).to_have_text("")
    at_desk.close()


def at_every_size(at_desk: Person) -> None:
    """Look at the page at all widths, and at its sheet of keys."""
    page = at_desk.page
    for size in (WIDE, TABLET, PHONE, ZOOMED):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        at_desk.look("department")
    page.locator("#log").focus()
    page.keyboard.press("?")
    expect(page.locator(".keys")).to_contain_text("给坐席写备注")
    at_desk.look("department-keys")
    page.keyboard.press("Escape")


def ask_in(agent: Person, question: str) -> None:
    """Join the department, of which somebody is at the page."""
    agent.page.get_by_role("button", name="请单位加入…").click()
    expect(agent.page.get_by_label("哪个单位")).to_contain_text(f"{NAME}（有人在）")
    agent.page.get_by_label("哪个单位").select_option("cdc:510100")
    agent.page.get_by_label("要它回答什么").fill(question)
    agent.look("joining-department")
    agent.page.get_by_role("button", name="加入", exact=True).click()
