"""The editors' pages in a browser: phone and desktop width, keyboard, axe; writing, reviewing, publishing, trying."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hotline.conftest import WIDTHS, Running
from tests.hotline.knowledge.conftest import call, told, typed
from tests.support.desk_screen import Screen, tab_to

pytestmark = pytest.mark.browser


def before(browser: Any, desk: Running, number: str, width: str) -> Screen:
    """Seat somebody before a screen of one width."""
    return Screen(browser, desk, number, width, "knowledge-")


@pytest.mark.parametrize("width", list(WIDTHS))
def test_an_answer_is_written_reviewed_published_and_tried_out(
    browser: Any, desk: Running, width: str
) -> None:
    editor, reviewer = (before(browser, desk, number, width) for number in ("E001", "R001"))
    page = editor.page
    page.goto("/knowledge")
    editor.look("list")
    page.get_by_role("link", name="＋ 新建").click()
    fields = typed()
    page.get_by_label("编号", exact=True).fill(fields["id"])
    page.get_by_label("主题").fill("kitchen")
    page.get_by_label("标准问题").fill(fields["question"])
    page.get_by_label("首条答复").fill("你" * 81)
    page.get_by_role("button", name="保存并提交审核").click()
    assert "已存为草稿" in page.get_by_role("alert").inner_text()
    editor.look("form-faults")
    for label, name in (
        ("其他问法", "variants"),
        ("首条答复", "answer.plain"),
        ("详细答复", "answer.detail"),
        ("老年人答复", "answer.elderly"),
        ("英文答复", "answer.english"),
        ("生效日期", "valid_from"),
        ("负责人", "owner"),
        ("来源名称", "source.name"),
        ("来源网址", "source.url"),
    ):
        page.get_by_label(label, exact=True).fill(fields[name])
    page.get_by_label("可信程度").select_option("O")
    page.get_by_label("ask_policy").check()
    page.get_by_role("button", name="保存并提交审核").click()
    assert "提交审核" in page.get_by_role("status").inner_text()
    editor.look("submitted")
    page = reviewer.page
    page.goto("/knowledge/review")
    reviewer.look("queue")
    page.get_by_role("link", name=fields["question"]).click()
    reviewer.look("review")
    page.get_by_role("button", name="试算影响").click()
    reviewer.look("impact")
    page.get_by_role("button", name="审核通过，发布").click()
    assert "发布" in page.get_by_role("status").inner_text()
    assert told(desk)["chopsticks"] == fields["answer.plain"]
    page.get_by_role("link", name="老年模式").click()
    reviewer.look("elderly")
    page.goto("/knowledge/try")
    page.get_by_label("问题，像市民那样说").fill(fields["question"])
    page.get_by_role("button", name="试一试").click()
    assert "助手会用第一条回答" in page.get_by_role("status").inner_text()
    reviewer.look("try")
    editor.close()
    reviewer.close()


@pytest.mark.parametrize("width", list(WIDTHS))
def test_to_do_list_ending_entries_and_versions_fit(browser: Any, desk: Running, width: str) -> None:
    for text in ("盘子放在哪里", "请问盘子放在哪里", "勺子究竟放在哪里", "今天会不会停电"):
        call(desk, "POST", "/v1/knowledge/questions", {"text": text, "reason": "unknown"})
    editor, reviewer = (before(browser, desk, number, width) for number in ("E001", "R001"))
    page = editor.page
    page.goto("/knowledge/questions")
    editor.look("questions")
    page.get_by_role("button", name="加为“勺子放在哪里”的问法").first.click()
    editor.look("form")
    page.get_by_label("失效日期").fill("2022-09-10")
    page.get_by_role("button", name="保存并提交审核").click()
    reviewer.page.goto("/knowledge/entries/spoons")
    reviewer.page.get_by_role("button", name="审核通过，发布").click()
    page.goto("/knowledge/expiring")
    assert "还有5天到期" in page.locator("main").inner_text()
    editor.look("expiring")
    page.goto("/knowledge/entries/spoons")
    page.get_by_role("link", name="与上一版比较").click()
    editor.look("diff")
    reviewer.page.goto("/knowledge/entries/spoons")
    reviewer.page.get_by_text("紧急下线", exact=True).click()
    reviewer.look("entry")
    editor.close()
    reviewer.close()


def test_keyboard_alone_sends_a_version_back(browser: Any, desk: Running) -> None:
    editor, reviewer = (before(browser, desk, number, "desktop") for number in ("E001", "R001"))
    editor.page.goto("/knowledge/entries/spoons/edit")
    editor.page.get_by_label("首条答复").fill("勺子在柜子里，您自己拿。")
    editor.page.get_by_role("button", name="保存并提交审核").click()
    page = reviewer.page
    page.goto("/knowledge/entries/spoons")
    tab_to(page, "document.activeElement.id === 'comment'")
    page.keyboard.type("来源太旧。")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=sent_back")
    editor.page.goto("/knowledge/entries/spoons")
    assert "审核员退回：来源太旧。" in editor.page.locator("main").inner_text()
    editor.close()
    reviewer.close()
