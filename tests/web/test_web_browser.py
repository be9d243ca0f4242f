"""The page in headless Chromium, as a citizen uses it."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Route, WebSocket, WebSocketRoute, expect

from tests.support.pictures import paper, photo
from tests.web.conftest import Assistant, OpenPage
from tests.web.talking import ask, said, say, words_of

pytestmark = pytest.mark.browser

HOSTILE = [
    "<img src=x onerror=\"document.title='hit'\">",
    "<script>document.title='hit'</script>",
    "javascript:document.title='hit'",
    "https://a.example/\"onmouseover=\"document.title='hit'",
    "</textarea><svg onload=document.title='hit'>",
    "${document.title='hit'} {{7*7}} <!--",
    "&lt;b&gt; &amp; \u202egnp.exe",
]


async def test_a_question_is_sent_and_answered(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    await expect(page.locator(".suggestion")).to_have_count(6)
    await ask(page, "你好")
    assert (await words_of(page))[0] == "你好"
    await expect(page.locator(".suggestion")).to_have_count(0)
    await expect(page.get_by_text("今天")).to_be_visible()
    await expect(page.locator("textarea")).to_be_focused()


async def test_a_quick_reply_is_tapped_and_goes_away(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    await ask(page, "你好")
    await page.get_by_role("button", name="查健康码").click()
    await expect(page.locator(".theirs")).to_have_count(2)
    assert (await words_of(page))[-2:] == ["查健康码", "您选了/check_code"]
    await expect(page.get_by_role("button", name="查健康码")).to_have_count(0)


async def test_a_suggestion_is_a_question(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    await page.get_by_role("button", name="转人工").click()
    await expect(page.locator(".theirs")).to_have_count(1)
    assert await words_of(page) == ["转人工", "收到：转人工"]


async def test_looking_at_the_page_leaves_nothing_on_the_phone_and_opens_no_conversation(
    assistant: Assistant, open_page: OpenPage
) -> None:
    frames: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: frames.append(str(frame)))

    page = await open_page(assistant.url)
    page.on("websocket", listen)
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    async with page.expect_websocket():
        await page.reload()
    await page.locator(".composer:not(.plain)").wait_for()
    assert await page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert (frames, posted) == ([], [])
    await ask(page, "现在才说")
    assert (json.loads(frames[0])["type"], posted) == ("hello", [])


async def test_a_reload_shows_the_conversation_again(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    await ask(page, "记得我")
    await ask(page, "再一句")
    before = await words_of(page)
    await page.reload()
    await expect(page.locator(".message")).to_have_count(4)
    assert await words_of(page) == before


async def test_older_messages_are_fetched_on_request(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    await ask(page, "第一句")
    session = json.loads(await page.evaluate("localStorage.getItem('jkt.session')"))
    push = f"{assistant.url}/test/push/{session['conversation_id']}"
    for number in range(60):
        await page.request.post(push, data={"text": f"第{number}条通知"})
    await expect(page.locator(".message")).to_have_count(62)
    await page.reload()
    await expect(page.locator(".message")).to_have_count(50)
    await page.get_by_role("button", name="看更早的对话").click()
    await expect(page.locator(".message")).to_have_count(62)
    assert (await words_of(page))[0] == "第一句"


async def test_a_restart_in_mid_turn_loses_and_doubles_nothing(
    own_assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(own_assistant.url)
    await ask(page, "开头")
    await say(page, "慢")
    await expect(page.locator(".typing")).to_be_visible()
    own_assistant.stop(kill=True)
    await expect(page.get_by_text("正在重新连接")).to_be_visible()
    await say(page, "断线时写的")
    await expect(page.locator(".pending")).to_have_count(2)
    (own_assistant.var / "release").touch()
    own_assistant.start()
    await expect(page.locator(".theirs")).to_have_count(3, timeout=90_000)
    await expect(page.locator(".pending")).to_have_count(0)
    assert await words_of(page) == ["开头", "收到：开头", "慢", "收到：慢", "断线时写的", "收到：断线时写的"]
    await expect(page.get_by_text("正在重新连接")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".message")).to_have_count(6)
    assert await page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('jkt.unsent'))") == []


async def test_what_was_written_offline_survives_closing_the_page(
    own_assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(own_assistant.url)
    await ask(page, "在线")
    own_assistant.stop()
    await say(page, "离线甲")
    await say(page, "离线乙")
    await expect(page.locator(".pending.waiting")).to_have_count(2)
    context = page.context
    await page.close()
    own_assistant.start()
    again = await context.new_page()
    await again.goto(own_assistant.url)
    await expect(again.locator(".theirs")).to_have_count(3, timeout=90_000)
    assert [w for w in await words_of(again) if not w.startswith("收到")] == ["在线", "离线甲", "离线乙"]
    assert [r["text"] for r in own_assistant.received()] == ["在线", "离线甲", "离线乙"]


async def test_two_tabs_share_one_conversation(assistant: Assistant, open_page: OpenPage) -> None:
    one = await open_page(assistant.url)
    await ask(one, "从第一页")
    two = await one.context.new_page()
    await two.goto(assistant.url)
    await expect(two.locator(".message")).to_have_count(2)
    await ask(two, "从第二页")
    await expect(one.locator(".message")).to_have_count(4)
    assert await words_of(one) == await words_of(two)


async def test_polling_takes_over_where_websocket_is_blocked(assistant: Assistant, chromium: Browser) -> None:
    context = await chromium.new_context(locale="zh-CN")
    page = await context.new_page()

    async def block(route: WebSocketRoute) -> None:
        await route.close(code=1011)

    await page.route_web_socket("**/chat/ws", block)
    await page.goto(assistant.url)
    await say(page, "没有套接字")
    await expect(page.locator(".theirs")).to_have_count(1, timeout=90_000)
    await ask(page, "第二句")
    assert await words_of(page) == ["没有套接字", "收到：没有套接字", "第二句", "收到：第二句"]


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_words_stay_words(assistant: Assistant, open_page: OpenPage, text: str) -> None:
    page = await open_page(assistant.url)
    title = await page.title()
    await ask(page, text)
    assert (await words_of(page))[0] == text.replace("\u202e", "")
    assert await page.locator(".words :is(img, script, svg, b)").count() == 0
    assert await page.title() == title
    for link in await page.locator(".words a").all():
        assert (await link.get_attribute("href") or "").startswith(("https://", "tel:"))


async def test_what_is_personal_is_masked_when_it_comes_back(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    await ask(page, "510105199001011237")
    assert (await words_of(page))[0] == "身份证号 51**************37"
    assert "510105199001011237" not in await page.evaluate("JSON.stringify(localStorage)")


async def test_the_keyboard_alone_is_enough(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await page.locator("textarea").evaluate("e => e === document.activeElement"):
            break
    await page.keyboard.type("你好")
    await page.keyboard.press("Enter")
    await expect(page.locator(".theirs")).to_have_count(1)
    choice = page.get_by_role("button", name="查健康码")
    for _ in range(20):
        await page.keyboard.press("Shift+Tab")
        if await choice.evaluate("e => e === document.activeElement"):
            break
    await expect(choice).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".theirs")).to_have_count(2)
    await expect(page.locator("textarea")).to_be_focused()
    await page.keyboard.type("一行")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("两行")
    await page.keyboard.press("Enter")
    await expect(page.locator(".theirs")).to_have_count(3)
    assert (await words_of(page))[-2].split() == ["一行", "两行"]


async def test_enter_that_ends_a_pinyin_word_does_not_send(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    field = page.locator("textarea")
    await field.fill("jian kang")
    await field.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    await expect(page.locator(".message")).to_have_count(0)
    await expect(field).to_have_value("jian kang")


async def test_a_position_is_asked_for_only_on_the_second_tap(
    assistant: Assistant, open_page: OpenPage
) -> None:
    position = {"latitude": 30.6543, "longitude": 104.0801}
    page = await open_page(assistant.url, geolocation=position, permissions=["geolocation"])
    await ask(page, "武侯哪里做核酸")
    await page.get_by_role("button", name="发送我的位置").click()
    panel = page.get_by_role("dialog", name="发送我的位置")
    await expect(panel).to_contain_text("不保存")
    await expect(panel.get_by_role("button", name="发送我的位置")).to_be_focused()
    assert all(
        record["kind"] != "location" or record["location"] != [30.6543, 104.0801]
        for record in assistant.received()
    )
    await panel.get_by_role("button", name="发送我的位置").click()
    await expect(page.get_by_text("春熙路街道采样点")).to_be_visible()
    assert (await words_of(page))[-2] == "我的位置"
    assert assistant.received()[-1]["location"] == [30.6543, 104.0801]
    assert "30.6543" not in await page.evaluate("JSON.stringify(localStorage)")


async def test_a_scanned_poster_asks_once_and_registers_on_the_tap(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(f"{assistant.url}/#scan=tfv-k7m2q9")
    await expect(page.get_by_role("dialog")).to_contain_text("TFV-K7M2Q9")
    assert await page.evaluate("location.hash") == ""
    await expect(said(page)).to_have_count(0)  # nobody's visit is registered by an address alone
    await page.get_by_role("dialog").get_by_role("button", name="登记到访").click()
    await expect(said(page)).to_have_count(1)
    assert (await words_of(page))[0] == "我扫了场所码TFV-K7M2Q9，登记到访"
    await page.reload()
    await expect(said(page)).to_have_count(1)
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_poster_scanned_into_the_open_page_can_be_refused(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    await page.evaluate("location.hash = '#scan=TFV-K7M2Q9'")
    await page.get_by_role("button", name="不登记").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(said(page)).to_have_count(0)
    await expect(page.locator("textarea")).to_be_focused()


@pytest.mark.parametrize(
    "fragment",
    ["#scan=TFV-O0I1LL", "#scan=<img src=x onerror=document.title='hit'>", "#scan=删除我的数据", "#scan="],
)
async def test_an_address_with_anything_else_does_nothing(
    assistant: Assistant, open_page: OpenPage, fragment: str
) -> None:
    page = await open_page(f"{assistant.url}/{fragment}")
    await expect(page.locator(".suggestion")).to_have_count(6)
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert await page.title() != "hit"
    assert await page.evaluate("location.hash") == ""


async def test_a_refused_position_is_said_in_words(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    await page.get_by_role("button", name="位置").click()
    await page.get_by_role("dialog").get_by_role("button", name="发送我的位置").click()
    await expect(page.get_by_role("dialog")).to_contain_text("直接写街道或小区名")
    await page.keyboard.press("Escape")
    await page.get_by_role("dialog").get_by_role("button", name="取消").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_places_are_listed_whole_with_phones_and_maps_to_tap(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    await ask(page, "武侯哪里做核酸")
    answer = page.locator(".theirs .words")
    await expect(answer).to_contain_text("数据更新至2022年9月5日")
    assert await answer.get_by_role("button", name="详细").count() == 0
    assert await answer.locator('a[href="tel:02885422114"]').count() == 1
    maps = answer.get_by_role("link", name="打开地图")
    assert await maps.count() == 2
    assert (await maps.first.get_attribute("href") or "").startswith(
        "https://uri.amap.com/marker?position=104.0648"
    )
    assert await maps.first.get_attribute("rel") == "noopener noreferrer"
    assert await page.get_by_role("link", name="打12345", exact=True).get_attribute("href") == "tel:12345"


async def test_a_long_answer_is_unfolded_on_request(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    await ask(page, "长")
    await expect(page.get_by_text("第12条")).to_have_count(0)
    more = page.get_by_role("button", name="详细")
    await expect(more).to_have_attribute("aria-expanded", "false")
    await more.click()
    await expect(page.get_by_text("第12条")).to_have_count(1)
    await page.get_by_role("button", name="收起").click()
    await expect(page.get_by_text("第12条")).to_have_count(0)


async def test_a_picture_is_shown_and_can_be_saved(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    await ask(page, "图片")
    picture = page.get_by_role("img", name="助手发来的图片")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("e => e.naturalWidth") > 0
    await expect(page.get_by_role("link", name="保存图片")).to_be_visible()


@pytest.mark.parametrize("height", [740, 640])
async def test_a_picture_that_loads_late_is_seen_whole(
    assistant: Assistant, open_page: OpenPage, height: int
) -> None:
    page = await open_page(assistant.url, viewport={"width": 360, "height": height})
    arrived = asyncio.Event()
    await page.route("**/media/med_*", lambda route: _picture_after(arrived, route))
    for text in ("长", "武侯哪里做核酸", "图片来得晚"):
        await ask(page, text)
    arrived.set()
    picture = page.get_by_role("img", name="助手发来的图片")
    await page.wait_for_function("e => e.naturalWidth > 0", arg=await picture.element_handle())
    inside = """e => {
      const talk = document.querySelector('.talk').getBoundingClientRect();
      const box = e.getBoundingClientRect();
      return box.top >= talk.top && box.bottom <= talk.bottom;
    }"""
    await expect(picture).to_be_in_viewport(ratio=1)
    assert await picture.evaluate(inside)


async def _picture_after(arrived: asyncio.Event, route: Route) -> None:
    await arrived.wait()
    await route.fulfill(body=paper(), content_type="image/jpeg")


async def test_a_picture_says_what_is_on_it_and_a_document_of_ours_can_be_opened(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    await ask(page, "离线码")
    await expect(page.get_by_role("img", name="绿码，离线码二维码")).to_be_visible()
    document = page.get_by_role("link", name="打印用的PDF", exact=True)
    assert await document.get_attribute("href") == f"/media/med_{'a2' * 13}"
    assert await document.get_attribute("rel") == "noopener noreferrer"
    assert await page.get_by_role("link", name="别处").count() == 0


async def test_large_type_is_large_everywhere_and_remembered(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    await page.get_by_role("button", name="长辈版").click()
    await ask(page, "你好")
    await page.reload()
    await expect(page.locator(".message")).to_have_count(2)
    await expect(page.get_by_role("button", name="长辈版")).to_have_attribute("aria-pressed", "true")
    sizes = "es => es.map(e => parseFloat(getComputedStyle(e).fontSize))"
    assert min(await page.locator(".words p, textarea, .chip, .send").evaluate_all(sizes)) >= 22
    assert min(await page.locator("p, button, a").evaluate_all(sizes)) >= 16
    boxes = await page.locator("button, a.tool, textarea").evaluate_all(
        "es => es.map(e => e.getBoundingClientRect()).map(r => [r.width, r.height])"
    )
    assert all(width >= 60 and height >= 60 for width, height in boxes), boxes


async def test_targets_are_44_px_in_the_normal_mode(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    await ask(page, "你好")
    boxes = await page.locator("button, a.tool, textarea").evaluate_all(
        "es => es.map(e => e.getBoundingClientRect()).map(r => [r.width, r.height])"
    )
    assert all(width >= 44 and height >= 44 for width, height in boxes), boxes


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
async def test_axe_finds_nothing(
    assistant: Assistant, open_page: OpenPage, scheme: str, *, large: bool
) -> None:
    page = await open_page(assistant.url, color_scheme=scheme)
    if large:
        await page.get_by_role("button", name="长辈版").click()
    found = [(await Axe().run(page)).response["violations"]]
    for text in ("图片", "长", "武侯哪里做核酸"):
        await ask(page, text)
    await page.get_by_role("button", name="位置", exact=True).click()
    found.append((await Axe().run(page)).response["violations"])
    assert [[(v["id"], v["nodes"][0]["html"]) for v in violations] for violations in found] == [[], []]


@pytest.mark.parametrize("size", [(180, 370), (320, 256), (640, 360), (1280, 800)])
async def test_nothing_is_cut_off_at_any_zoom(
    assistant: Assistant, open_page: OpenPage, size: tuple[int, int]
) -> None:
    """A phone of 360 px at 200 % has 180 px; 1280 px at 400 % has 320 px (WCAG 1.4.10)."""
    page = await open_page(assistant.url, viewport={"width": size[0], "height": size[1]})
    await ask(page, "武侯哪里做核酸")
    overflow = await page.evaluate(
        "[...document.querySelectorAll('body, .talk, .words, .chip, .top, .composer')]"
        ".filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'visible'"
        " || e.getBoundingClientRect().right > innerWidth + 1).map(e => e.className)"
    )
    assert overflow == []


async def test_nothing_is_asked_of_another_host_and_the_page_is_light(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    sizes: dict[str, int] = {}
    hosts: set[str] = set()

    async def measured(response: object) -> None:
        body = await response.request.sizes()  # type: ignore[attr-defined]
        sizes[response.url] = body["responseBodySize"]  # type: ignore[attr-defined]

    tasks: list[asyncio.Task[None]] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("response", lambda response: tasks.append(asyncio.create_task(measured(response))))
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await page.reload(wait_until="networkidle")
    await ask(page, "武侯哪里做核酸")
    await asyncio.gather(*tasks)
    assert {host for host in hosts if host} == {urlsplit(assistant.url).netloc}
    assert len(sizes) >= 5
    assert sum(sizes.values()) <= 60_000, sizes


async def test_the_log_is_announced_politely_and_the_page_has_its_landmarks(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    await ask(page, "你好")
    log = page.get_by_role("log")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(log).to_have_attribute("aria-busy", "false")
    assert await page.get_by_role("main").count() == 1
    assert await page.get_by_role("banner").count() == 1
    assert await page.get_by_role("heading", level=1).inner_text() == "天府健康通\n智能助手"
    assert await page.evaluate("document.documentElement.lang") == "zh-CN"
    assert "助手" in await log.locator(".theirs .words").inner_text()


async def test_an_expired_session_is_said_and_the_question_still_answered(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    await ask(page, "旧的")
    await page.evaluate(
        "localStorage.setItem('jkt.session', JSON.stringify({token: 'w1.web-0.1.2.3', conversation_id: 'x',"
        " expires_at: '2999-01-01T00:00:00Z'}))"
    )
    await page.reload()
    await expect(page.get_by_text("上次的对话已经过期")).to_be_visible()
    await ask(page, "新的")
    assert await words_of(page) == ["新的", "收到：新的"]


async def test_a_page_that_has_lain_open_for_long_still_answers(
    assistant: Assistant, chromium: Browser
) -> None:
    page = await (await chromium.new_context(locale="zh-CN")).new_page()
    await page.add_init_script(
        "new MutationObserver(() => { document.documentElement.dataset.invitation = 'w0.web-0.1.2.3'; })"
        ".observe(document, { childList: true })"
    )
    await page.goto(assistant.url)
    await ask(page, "放了很久")
    assert await words_of(page) == ["放了很久", "收到：放了很久"]
    await expect(page.get_by_text("上次的对话已经过期")).to_have_count(0)


async def test_clearing_the_conversation_leaves_nothing_behind(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    await ask(page, "要清除的话")
    await page.get_by_role("button", name="清除这次对话").click()
    await page.get_by_role("button", name="确定清除").click()
    await expect(page.locator(".message")).to_have_count(0)
    await expect(page.locator(".suggestion")).to_have_count(6)
    assert await page.evaluate("localStorage.getItem('jkt.session')") is None


async def test_a_text_too_long_is_said_before_it_is_sent(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    await page.locator("textarea").fill("长" * 501)
    await expect(page.get_by_text("一次最多500个字")).to_be_visible()
    await expect(page.get_by_role("button", name="发送", exact=True)).to_be_disabled()


async def test_the_form_works_without_script_and_the_page_takes_it_over(
    assistant: Assistant, chromium: Browser
) -> None:
    context = await chromium.new_context(
        java_script_enabled=False, locale="zh-CN", viewport={"width": 360, "height": 740}
    )
    page = await context.new_page()
    await page.goto(assistant.url)
    await page.get_by_role("button", name="附近哪里做核酸").click()
    await expect(page.locator(".theirs")).to_have_count(1)
    await page.locator("textarea").fill("你好")
    await page.get_by_role("button", name="发送").click()
    await expect(page.locator(".mine")).to_have_count(2)
    await page.get_by_role("button", name="找核酸点").click()
    await expect(page.locator(".mine")).to_have_count(3)
    assert "您选了/find_site" in await page.locator(".theirs").last.inner_text()


async def test_a_broken_script_leaves_the_plain_form(assistant: Assistant, chromium: Browser) -> None:
    page = await (await chromium.new_context(locale="zh-CN")).new_page()

    async def fail(route: Route) -> None:
        await route.abort()

    await page.route("**/page.js", fail)
    await page.goto(assistant.url)
    await page.locator("textarea").fill("没有脚本")
    await page.get_by_role("button", name="发送").click()
    await expect(page.locator(".theirs")).to_contain_text("收到：没有脚本")


LINKS = [
    ("请拨打12345", [("phone", "tel:12345")]),
    ("共12345人", [("phone", "tel:12345")]),
    ("急症拨打120，火警119", [("phone", "tel:120")]),
    ("拨打120或119", [("phone", "tel:120"), ("phone", "tel:119")]),
    ("还有120米，花了110元", []),
    ("电话028-85422114转2", [("phone", "tel:02885422114")]),
    ("手机13812345678。", [("phone", "tel:13812345678")]),
    ("138****5678和510105199001011237", []),
    ("见https://www.sc.gov.cn/a?b=1，谢谢", [("web", "https://www.sc.gov.cn/a?b=1")]),
    ("javascript:alert(1) ftp://x.cn file:///etc", []),
    ("https://user:pw@evil.cn/", []),
    ("http://uri.amap.com/x", [("map", "http://uri.amap.com/x")]),
    ("https://uri.amap.com.evil.cn/x", [("web", "https://uri.amap.com.evil.cn/x")]),
]


async def test_only_phones_and_web_addresses_become_links(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    base = (await page.locator('link[rel="stylesheet"]').first.get_attribute("href") or "").rsplit("/", 1)[0]
    made = await page.evaluate(
        "async ([base, texts]) => { const { pieces } = await import(`${base}/linkify.js`);"
        " return texts.map((text) => pieces(text)); }",
        [base, [text for text, _ in LINKS]],
    )
    for (text, links), pieces in zip(LINKS, made, strict=True):
        assert "".join(piece["text"] for piece in pieces) == text
        assert [(p["kind"], p["href"]) for p in pieces if p["kind"] != "text"] == links, text


async def pick(page: Page, content: bytes, name: str = "photo.jpg", by: str = "图片") -> None:
    """Choose a picture as from the album."""
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name=by, exact=True).click()
    await (await chooser.value).set_files({"name": name, "mimeType": "image/jpeg", "buffer": content})


async def test_a_picture_is_looked_at_made_small_and_sent(assistant: Assistant, open_page: OpenPage) -> None:
    page = await open_page(assistant.url)
    await ask(page, "你好")
    await pick(page, photo((4000, 3000)))
    panel = page.get_by_role("dialog", name="发送图片")
    await expect(panel.get_by_alt_text("将要发送的图片")).to_be_visible()
    async with page.expect_request("**/chat/pictures") as sending:
        await panel.get_by_role("button", name="发送这张图片").click()
    headers = await (await sending.value).all_headers()
    assert 0 < int(headers["content-length"]) <= 1_000_000
    await expect(page.locator(".theirs")).to_have_count(2)
    await expect(panel).to_have_count(0)
    await expect(page.locator("textarea")).to_be_focused()
    picture = page.get_by_alt_text("您发的图片")
    await expect(picture).to_be_visible()
    size = "image => [image.naturalWidth, image.naturalHeight]"
    assert await picture.evaluate(size) == [1500, 2000]  # upright
    await page.reload()
    await expect(page.get_by_alt_text("您发的图片")).to_be_visible()


async def test_the_assistants_picture_button_asks_the_phone(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    await ask(page, "申诉")
    await pick(page, paper(), by="发送图片")
    await expect(page.get_by_role("button", name="发送这张图片")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("图片收到了。")).to_be_visible()


async def test_a_file_that_is_no_picture_is_said_so_in_words(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    await pick(page, b"%PDF-1.7 not a picture", "report.pdf")
    await expect(page.get_by_text("这张图片打不开")).to_be_visible()
    await expect(page.get_by_role("button", name="发送这张图片")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_picture_that_cannot_be_sent_stays_and_is_sent_again(
    assistant: Assistant, open_page: OpenPage
) -> None:
    page = await open_page(assistant.url)
    await ask(page, "你好")
    await page.route("**/chat/pictures", lambda route: route.abort())
    await pick(page, paper())
    await page.get_by_role("button", name="发送这张图片").click()
    await expect(page.get_by_text("没有发出去，图片还在")).to_be_visible()
    await page.unroute("**/chat/pictures")
    await page.get_by_role("button", name="重发").click()
    await expect(page.get_by_text("图片收到了。")).to_be_visible()


@pytest.mark.parametrize("large", [False, True])
async def test_sending_a_picture_is_accessible(
    assistant: Assistant, open_page: OpenPage, large: bool
) -> None:
    page = await open_page(assistant.url)
    if large:
        await page.get_by_role("button", name="长辈版").click()
    await ask(page, "你好")
    await pick(page, paper())
    await expect(page.get_by_alt_text("将要发送的图片")).to_be_visible()
    results = await Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    await page.get_by_role("button", name="发送这张图片").click()
    await expect(page.get_by_alt_text("您发的图片")).to_be_visible()
    results = await Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
