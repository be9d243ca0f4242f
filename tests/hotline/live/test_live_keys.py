"""Everything by keyboard: offers, talk, replies, knowledge, the next chat, the sheet; no keys for who wants none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from hotline.settings import ROOT
from tests.hotline.conftest import Running, serve, settings_for
from tests.hotline.fake_platform import FakePlatform
from tests.hotline.knowledge.conftest import SOURCES, entry_text
from tests.hotline.knowledge.letters import Letters
from tests.hotline.live.conftest import Citizen, Person

pytestmark = pytest.mark.browser
People = Callable[..., Person]
Citizens = Callable[..., Citizen]


@pytest.fixture
def desk(platform: FakePlatform, tmp_path: Path) -> Iterator[Running]:
    """A desk whose knowledge base knows where the spoons are."""
    policies = tmp_path / "data" / "policies"
    policies.mkdir(parents=True)
    (policies / "sources.yml").write_text(SOURCES, "utf-8")
    (policies / "kitchen.yml").write_text(f"owner: 编辑组\nentries:{entry_text()}", "utf-8")
    (tmp_path / "data" / "responses").symlink_to(ROOT / "data" / "responses")
    for running in serve(settings_for(platform.url, tmp_path, data_dir=tmp_path / "data")):
        running.desk.knowledge.finder.make_encoder = Letters
        running.desk.knowledge.take_files()
        yield running


def test_the_whole_way_by_keyboard_alone(people: People, citizen: Citizens) -> None:
    agent = people()
    keys = agent.page.keyboard
    keys.press("Alt+o")
    expect(agent.page.locator("#there")).to_contain_text("A001 在线")
    citizen()
    expect(agent.page.locator("#offer")).to_contain_text("新会话请您接待")
    keys.press("Alt+t")
    expect(agent.page.locator("#talk-title")).to_contain_text("您在接待")
    keys.type("/wh")
    expect(agent.page.get_by_role("option", name="问候")).to_have_attribute("aria-selected", "true")
    agent.look("canned")
    keys.press("Enter")
    expect(agent.page.locator("#box")).to_have_value(
        agent.page.locator("#box").input_value().replace("{工号}", "A001")
    )
    assert "工号A001，前面的对话我都看到了" in agent.page.locator("#box").input_value()
    keys.press("Control+Enter")
    expect(agent.page.locator(".speech.own")).to_have_count(1)
    keys.press("Alt+n")
    keys.type("勺子的事")
    keys.press("Control+Enter")
    expect(agent.page.locator(".speech.note")).to_have_count(1)
    keys.press("Alt+r")
    keys.press("Control+k")
    keys.type("勺子放在哪里")
    expect(agent.page.get_by_role("list", name="找到的条目")).to_contain_text(
        "来源：某某卫生健康委（2022年4月8日）"
    )
    agent.look("finder")
    keys.press("Enter")
    expect(agent.page.locator("#box")).to_have_value("勺子在抽屉里。")
    keys.press("Control+Enter")
    expect(agent.page.locator(".speech.own")).to_have_count(2)
    citizen("web-2")
    expect(agent.page.locator("#offer")).to_contain_text("新会话请您接待")
    keys.press("Alt+t")
    expect(agent.page.locator("#mine-title")).to_have_text("我的会话（2）")
    keys.press("Alt+j")
    expect(agent.page.locator(".speech.own")).to_have_count(2)
    keys.press("Alt+e")
    expect(agent.page.locator("#mine")).to_contain_text("写小结")
    keys.press("Alt+k")
    expect(agent.page.locator("#talk-title")).to_contain_text("服务已结束")
    keys.press("Alt+e")
    expect(agent.page.locator("#mine-title")).to_have_text("我的会话（1）")


def test_the_sheet_names_the_keys_and_turns_them_off(people: People) -> None:
    agent = people()
    agent.page.keyboard.press("?")
    expect(agent.page.get_by_role("dialog", name="快捷键")).to_contain_text("查知识")
    agent.look("sheet")
    agent.page.get_by_label("使用快捷键").uncheck()
    agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("Alt+o")
    agent.page.reload()
    agent.connected()
    agent.page.keyboard.press("Alt+o")
    expect(agent.page.locator("#there")).not_to_contain_text("A001 在线")
    agent.page.get_by_role("button", name="快捷键 ?").click()
    expect(agent.page.get_by_label("使用快捷键")).not_to_be_checked()


def test_tab_reaches_every_part_of_the_page_in_order(people: People, citizen: Citizens) -> None:
    agent = people()
    agent.become("忙碌")
    citizen()
    agent.take()
    expect(agent.page.locator("#context")).to_contain_text("刷新背景")
    agent.page.evaluate("document.getElementById('main').focus()")
    reached: list[str] = []
    for _ in range(40):
        agent.page.keyboard.press("Tab")
        reached.append(
            agent.page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
        )
        if reached[-1] == "刷新背景":
            break
    wanted = ["在线", "open-sheet", "结束服务", "log", "mode-note", "box", "send", "刷新背景"]
    assert [name for name in reached if name in wanted] == wanted
