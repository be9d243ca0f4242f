"""Whatever fingers, lines and servers do: each thing said is said once, in order, and nothing is lost."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from playwright.async_api import Browser, Page, WebSocketRoute, expect

from tests.web.conftest import Assistant, OpenPage
from tests.web.talking import ask, said, say, words_of

pytestmark = pytest.mark.browser

#: A page tries again after at most this long.
AGAIN_MS = 30_000


async def test_a_double_tap_on_send_sends_once(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    await page.locator("textarea").fill("点了两下")
    await page.get_by_role("button", name="发送", exact=True).dblclick()
    await expect(page.locator(".theirs")).to_have_count(1)
    await ask(page, "后来的")
    assert await words_of(page) == ["点了两下", "收到：点了两下", "后来的", "收到：后来的"]


async def test_a_double_tap_on_a_suggestion_asks_once(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    await page.get_by_role("button", name="转人工").dblclick()
    await expect(page.locator(".theirs")).to_have_count(1)
    await ask(page, "后来的")
    assert await words_of(page) == ["转人工", "收到：转人工", "后来的", "收到：后来的"]


async def test_a_double_tap_on_a_poster_registers_once(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(f"{assistant.url}/#scan=TFV-K7M2Q9")
    await page.get_by_role("dialog").get_by_role("button", name="登记到访").dblclick()
    await expect(page.locator(".theirs")).to_have_count(1)
    await ask(page, "后来的")
    await expect(said(page)).to_have_count(2)


async def test_the_second_half_of_a_double_tap_chooses_nothing_among_the_choices_that_came_meanwhile(
    assistant: Assistant, open_page: OpenPage
) -> None:
    """The answer to “确认” offers “提交” at the same place before the finger is up again."""
    page = await open_page(assistant.url)
    await ask(page, "第一步")
    now = datetime(2022, 9, 5, 1, tzinfo=timezone.utc)
    await page.clock.set_fixed_time(now)
    place = await tap(page, "确认")
    submit = page.get_by_role("button", name="提交", exact=True)
    await expect(submit).to_be_visible()
    await page.evaluate(MOVE, [await submit.element_handle(), *place])
    await page.mouse.click(*place)
    assert await page.locator(".mine").count() == 2  # a tap that counts is there at once, as under way
    assert await submit.is_visible()
    await page.clock.set_fixed_time(now + timedelta(seconds=1))
    await page.mouse.click(*place)
    await expect(said(page)).to_have_count(3)
    assert (await words_of(page))[-2:] == ["提交", "您选了/submit"]
    assert [record["text"].split("~")[1] for record in assistant.received()[-2:]] == ["/step", "/submit"]


#: Puts an element under a point, as a page does that has just scrolled.
MOVE = """([element, x, y]) => {
  const box = element.getBoundingClientRect();
  element.style.position = "relative";
  element.style.left = `${x - box.x - box.width / 2}px`;
  element.style.top = `${y - box.y - box.height / 2}px`;
  element.style.zIndex = 9;
}"""


async def tap(page: Page, name: str) -> tuple[float, float]:
    """Tap a choice; returns where."""
    choice = page.get_by_role("button", name=name, exact=True)
    await choice.scroll_into_view_if_needed()
    box = await choice.bounding_box()
    assert box is not None
    place = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.mouse.click(*place)
    return place


async def test_a_line_that_breaks_after_the_words_have_left_answers_them_once(
    assistant: Assistant, chromium: Browser
) -> None:
    """The server has the message, the page does not know: it sends it again under its id."""
    page = await (await chromium.new_context(locale="zh-CN")).new_page()
    broken: list[str] = []

    async def breaking(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        async def pass_on(frame: str | bytes) -> None:
            server.send(frame)
            if json.loads(frame)["type"] == "message" and not broken:
                broken.append(str(frame))
                await route.close(code=4000)

        route.on_message(pass_on)
        server.on_message(lambda frame: None if len(broken) == 1 and not heard_again else route.send(frame))
        if broken:
            heard_again.append(route)

    heard_again: list[WebSocketRoute] = []
    await page.route_web_socket("**/chat/ws", breaking)
    await page.goto(assistant.url)
    await say(page, "断在半路")
    await expect(page.locator(".theirs")).to_have_count(1, timeout=AGAIN_MS)
    await expect(page.locator(".pending")).to_have_count(0)
    assert len(broken) == 1
    await ask(page, "接着说")
    assert await words_of(page) == ["断在半路", "收到：断在半路", "接着说", "收到：接着说"]
    assert [record["text"] for record in assistant.received()[-2:]] == ["断在半路", "接着说"]


async def test_the_assistant_stopped_and_started_behind_an_open_page_goes_on_in_the_same_conversation(
    own_assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(own_assistant.url)
    await ask(page, "第一步")
    own_assistant.stop()
    bar = page.locator(".bar")
    await expect(bar).to_have_text("正在重新连接。您可以继续写，连上后自动发送。")
    await page.get_by_role("button", name="确认", exact=True).click()
    await say(page, "还有一句")
    await expect(page.locator(".pending.waiting")).to_have_count(2)
    await expect(page.get_by_text("还没发出去，连上网后自动发送")).to_have_count(2)
    own_assistant.start()
    await expect(page.locator(".theirs")).to_have_count(3, timeout=AGAIN_MS)
    await expect(page.locator(".pending")).to_have_count(0)
    await expect(bar).to_have_text("")
    assert await words_of(page) == [
        "第一步", "请确认。", "确认", "请再看一下。", "还有一句", "收到：还有一句",
    ]  # fmt: skip
    assert len(own_assistant.received()) == 3
