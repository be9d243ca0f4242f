"""The agents' page in a browser: the way of a chat, colleagues, supervisors, strangers' markup, zoom."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.hotline.conftest import Running
from tests.hotline.fake_platform import FakePlatform, order
from tests.hotline.live.conftest import TABLET, WIDE, ZOOMED, Citizen, Person

pytestmark = pytest.mark.browser
People = Callable[..., Person]
Citizens = Callable[..., Citizen]
HOSTILE = (
    "<img src=x onerror=\"document.title='broken'\">",
    "<script>document.title='broken'</script>",
    "\"><svg onload=document.title='broken'>",
    "javascript:document.title='broken'",
    "{{constructor.constructor('document.title=1')()}}",
)


@pytest.mark.parametrize("size", [WIDE, TABLET], ids=["desktop", "tablet"])
def test_a_chat_from_the_queue_to_the_rating(
    people: People, citizen: Citizens, size: tuple[int, int]
) -> None:
    agent = people(size=size)
    agent.look("empty")
    agent.become("忙碌")
    first = citizen()
    expect(agent.page.locator("#queue-title")).to_have_text("排队（1）")
    agent.look("queue")
    agent.take()
    expect(agent.page.locator("#log")).to_contain_text("昨天做的核酸咋还没出结果")
    expect(agent.page.locator("#context")).to_contain_text("武侯区")
    first.say("我急着上学")
    expect(agent.page.locator("#log")).to_contain_text("我急着上学")
    agent.say("我帮您查一下，请稍等。")
    agent.look("talk")
    agent.page.get_by_role("button", name="结束服务").click()
    expect(agent.page.locator("#talk-title")).to_contain_text("服务已结束")
    first.rate(5)
    expect(agent.page.locator("#log")).to_contain_text("市民评价：5分")
    agent.page.get_by_role("button", name="小结完成").click()
    expect(agent.page.locator("#talk-title")).to_contain_text("已关闭")


def test_the_column_shows_how_the_code_follows_for_a_while_and_does_without_the_platform(
    people: People, citizen: Citizens, platform: FakePlatform
) -> None:
    platform.verified = {("web-1", "per_1")}
    agent = people()
    agent.become("忙碌")
    citizen(code_reference="per_1")
    agent.take()
    column, dialog = agent.page.locator("#context"), agent.page.get_by_role("dialog")
    expect(column).to_contain_text("没有还没办完的申诉。")
    agent.page.clock.install()

    def look() -> None:
        agent.page.get_by_role("button", name="看码的推导…").click()
        dialog.get_by_label("为什么要看").select_option(label="说明码色和怎么转绿")
        dialog.get_by_label("具体原因").fill("市民问还差几次核酸")
        agent.look("code-asked")
        dialog.get_by_role("button", name="显示").click()

    look()
    shown = agent.page.locator("#code-shown")
    expect(shown).to_contain_text("码色由这一条决定：黄码")
    expect(shown).to_contain_text("已有1次阴性（最近一次9月4日下午4点20分采样），还差1次")
    expect(shown).to_be_focused()
    for width, height in ((390, 844), (768, 1024), WIDE):
        agent.page.set_viewport_size({"width": width, "height": height})
        shown.scroll_into_view_if_needed()
        agent.look("code")
    agent.page.clock.fast_forward("03:05")
    expect(shown).to_have_count(0)
    look()
    agent.page.get_by_role("button", name="结束服务").click()
    expect(column).to_contain_text("会话已经结束，不能再看。")
    expect(shown).to_have_count(0)
    platform.stop()
    agent.page.get_by_role("button", name="刷新背景").click()
    expect(column).to_contain_text("对话不受影响")
    agent.page.get_by_role("button", name="再试", exact=True).click()
    expect(agent.page.locator("#news")).to_have_text("平台还是没有回应。")


def test_a_citizen_who_was_not_verified_is_asked_to_be_without_numbers(
    people: People, citizen: Citizens
) -> None:
    agent = people()
    agent.become("忙碌")
    citizen()
    agent.take()
    agent.page.get_by_role("button", name="把请市民核验的话放进回复").click()
    expect(agent.page.locator("#box")).to_have_value(re.compile("不要在这里发证件号"))
    agent.look("code-unverified")


def test_two_agents_press_for_one_chat_and_the_slower_reads_who_has_it(
    people: People, citizen: Citizens
) -> None:
    first, second = people("A001"), people("A002")
    first.become("忙碌")
    second.become("忙碌")
    citizen()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    second.page.route("**/moves", hold)
    with second.page.expect_request("**/moves"):
        second.page.locator("#queue .row > button.small").click()
    first.take()
    held[0].continue_()
    expect(second.page.get_by_role("alert").filter(has_text="没接到")).to_have_text(
        "没接到：工号A001先接了。"
    )
    second.page.locator("#others summary").click()
    expect(second.page.locator("#others-list .row")).to_have_count(1)
    second.page.locator("#others-list .pick").click()
    expect(second.page.locator("#talk-title")).to_contain_text("工号A001在接待")
    expect(second.page.locator("#mode-say")).to_be_disabled()


def test_what_a_citizen_writes_is_shown_as_text(people: People, citizen: Citizens) -> None:
    agent = people()
    agent.become("忙碌")
    lines = [{"who": "person", "text": text, "at": None} for text in HOSTILE]
    stranger = citizen(transcript=lines, facts={"place": HOSTILE[0]})
    agent.take()
    for text in HOSTILE:
        stranger.say(text)
        expect(agent.page.locator(".speech.citizen", has_text=text)).to_have_count(2)
    expect(agent.page.locator("#context")).to_contain_text(HOSTILE[0])
    assert agent.page.evaluate("document.title") == "会话 · 12345坐席台"
    assert agent.page.locator("#log img, #log svg, #log script, #context img").count() == 0


def test_numbers_that_slipped_through_are_starred_on_the_screen(people: People, citizen: Citizens) -> None:
    agent = people()
    agent.become("忙碌")
    stranger = citizen()
    agent.take()
    stranger.say("我电话13900000001")
    expect(agent.page.locator("#log")).to_contain_text("我电话139")
    assert "13900000001" not in agent.page.content()


def test_at_200_percent_everything_is_there_and_nothing_is_cut_off(people: People, citizen: Citizens) -> None:
    agent = people(size=ZOOMED)
    agent.become("忙碌")
    citizen()
    agent.take()
    agent.say("您好")
    agent.look("zoomed")
    for name in ("结束服务", "转接…", "请单位加入…", "交还助手", "内部备注", "刷新背景", "快捷键 ?"):
        target = agent.page.get_by_role("button", name=name)
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box is not None, name
        assert box["x"] >= 0 and box["x"] + box["width"] <= ZOOMED[0], name
        assert min(box["width"], box["height"]) >= 44, name


def test_colleagues_see_who_looks_and_who_types_and_are_called_by_a_mention(
    people: People, citizen: Citizens
) -> None:
    owner, colleague = people("A001"), people("A002")
    owner.become("忙碌")
    colleague.become("忙碌")
    citizen()
    owner.take()
    colleague.page.locator("#others summary").click()
    colleague.page.locator("#others-list .pick").click()
    expect(owner.page.locator("#looking")).to_have_text("工号A002也在看")
    colleague.page.locator("#box").press_sequentially("@")
    expect(owner.page.locator("#looking")).to_have_text("工号A002正在输入")
    colleague.page.get_by_role("option", name="@A001").click()
    colleague.page.locator("#box").press_sequentially("他上周也来过")
    colleague.page.get_by_role("button", name="记备注").click()
    expect(owner.page.locator("#notice")).to_have_text(
        "工号A002在备注里提到您（核酸结果）：@A001 他上周也来过"
    )
    expect(owner.page.locator(".speech.note")).to_contain_text("市民看不到")
    owner.look("noted")


def test_who_was_away_hears_of_a_mention_at_the_next_log_in(people: People, citizen: Citizens) -> None:
    owner = people("A001")
    owner.become("忙碌")
    citizen()
    owner.take()
    owner.page.get_by_role("button", name="内部备注").click()
    owner.page.locator("#box").fill("@A002 上次是您办的")
    owner.page.get_by_role("button", name="记备注").click()
    expect(owner.page.locator(".speech.note")).to_have_count(1)
    colleague = people("A002")
    call = colleague.page.get_by_role("button", name="工号A001在备注里提到您")
    call.click()
    expect(colleague.page.locator(".speech.note")).to_contain_text("上次是您办的")
    expect(call).to_have_count(0)
    colleague.page.reload()
    colleague.connected()
    expect(call).to_have_count(0)


def test_a_shift_leader_whispers_and_then_takes_over(people: People, citizen: Citizens) -> None:
    owner, leader = people("A001"), people("L001")
    owner.become("忙碌")
    stranger = citizen()
    owner.take()
    leader.page.locator("#others summary").click()
    leader.page.locator("#others-list .pick").click()
    leader.page.get_by_role("button", name="悄悄提示坐席").click()
    leader.page.locator("#box").fill("先安抚，再问单号")
    leader.page.get_by_role("button", name="提示", exact=True).click()
    expect(owner.page.locator(".speech.note.for-me")).to_contain_text("先安抚，再问单号")
    owner.look("whispered")
    assert "for-me" not in leader.page.locator(".speech.note").get_attribute("class")  # type: ignore[operator]
    owner.page.locator("#box").fill("这句还没写完")
    leader.page.get_by_role("button", name="接管").click()
    expect(owner.page.locator("#notice")).to_have_text("工号L001接管了您的会话（核酸结果）。")
    stranger.say("在吗")
    leader.say("我来接着说。")
    owner.page.get_by_role("button", name="发送").click()
    expect(owner.page.locator("#fault")).to_have_text("没有发出去，字还在。现在由工号L001接待。")
    expect(owner.page.locator("#box")).to_have_value("这句还没写完")


def test_handing_on_joining_a_department_and_giving_back(people: People, citizen: Citizens) -> None:
    first, second = people("A001"), people("A002")
    first.become("忙碌")
    citizen()
    first.take()
    first.page.get_by_role("button", name="请单位加入…").click()
    first.page.get_by_label("哪个单位").select_option("武侯区卫生健康局")
    first.page.get_by_label("要它回答什么").fill("结果什么时候上传？")
    first.look("joining")
    first.page.get_by_role("button", name="加入", exact=True).click()
    first.page.get_by_role("button", name="转述单位").click()
    first.page.locator("#box").fill("结果两小时内上传。")
    first.page.get_by_role("button", name="转述", exact=True).click()
    expect(first.page.locator(".speech.department")).to_contain_text("武侯区卫生健康局")
    first.page.get_by_role("button", name="请武侯区卫生健康局离开").click()
    second.become("在线")
    first.page.get_by_role("button", name="转接…").click()
    first.page.get_by_label("转给谁").select_option("agent A002")
    first.page.get_by_role("button", name="转接", exact=True).click()
    expect(second.page.locator("#offer")).to_contain_text("新会话请您接待")
    second.look("offered")
    second.page.get_by_role("button", name="接待（Alt+T）").click()
    expect(second.page.locator("#log")).to_contain_text("结果两小时内上传。")
    second.page.get_by_role("button", name="交还助手").click()
    expect(second.page.locator("#talk-title")).to_contain_text("已关闭")


def test_an_offer_that_nobody_answers_goes_on_and_the_page_says_so(
    people: People, citizen: Citizens, desk: Running
) -> None:
    agent = people()
    agent.become("在线")
    citizen()
    expect(agent.page.locator("#offer .rest")).to_contain_text("不接就转给下一位")
    desk.clock[0] += 31
    expect(agent.page.locator("#notice")).to_have_text("您没有应答，会话转给下一位了，您的状态已改为离开。")
    expect(agent.page.locator('[data-state="away"]')).to_have_attribute("aria-pressed", "true")
    expect(agent.page.locator("#queue-title")).to_have_text("排队（1）")


def test_emergencies_come_first_and_waits_are_words(people: People, citizen: Citizens, desk: Running) -> None:
    agent = people()
    agent.become("忙碌")
    citizen("web-1")
    citizen("web-2", reason="emergency", topic="emergency")
    rows = agent.page.locator("#queue .row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("紧急")
    desk.clock[0] += 200
    agent.page.reload()
    agent.connected()
    expect(rows.first.locator(".wait")).to_contain_text("太久了")


def test_what_wechat_still_lets_through_is_shown(people: People, citizen: Citizens, desk: Running) -> None:
    agent = people()
    agent.become("忙碌")
    citizen(channel="wechat", quota={"left": 1, "until": desk.clock[0] + 3600})
    agent.take()
    expect(agent.page.locator(".quota.low")).to_contain_text("微信还能发1条，")


def test_a_value_is_shown_for_a_minute_under_a_watermark_and_written_down(
    people: People, citizen: Citizens, desk: Running, platform: FakePlatform
) -> None:
    platform.put(order(1, conversation_id="web-1"))
    agent = people()
    agent.become("忙碌")
    citizen()
    agent.take()
    agent.page.get_by_role("button", name="看完整信息…", exact=True).click()
    agent.look("revealing")
    agent.page.get_by_label("看哪一项").select_option("phone")
    agent.page.get_by_label("为什么要看").select_option("callback")
    agent.page.get_by_label("具体原因").fill("断线后要回电")
    agent.page.get_by_role("button", name="显示60秒").click()
    expect(agent.page.locator(".value")).to_have_text("13900000001")
    agent.look("revealed")
    assert (
        agent.page.locator(".watermark span")
        .first.get_attribute("data-mark", timeout=1000)
        .startswith("A001 ")
    )  # type: ignore[union-attr]
    entry = next(one for one in desk.desk.audit.recent() if one.action == "reveal.shown")
    assert (entry.agent, entry.subject) == ("A001", "JKT20220905-000001")
    agent.page.keyboard.press("Escape")
    expect(agent.page.locator(".value")).to_have_count(0)


def test_a_work_order_begins_with_what_the_citizen_said_and_belongs_to_the_conversation(
    people: People, citizen: Citizens, platform: FakePlatform
) -> None:
    agent = people()
    agent.become("忙碌")
    citizen()
    agent.take()
    with agent.context.expect_page() as opened:
        agent.page.get_by_role("link", name="登记工单").click()
    form = opened.value
    expect(form.get_by_label("诉求内容")).to_have_value("昨天做的核酸咋还没出结果\n转人工")
    expect(form.get_by_label("发生地区")).to_have_value("510107")
    form.get_by_label("标题").fill("核酸结果没有更新")
    form.get_by_role("button", name="登记").click()
    expect(form.get_by_role("heading", name="工单已登记")).to_be_visible()
    wanted = platform.written[-1][2]
    assert (wanted["conversation_id"], wanted["channel"]) == ("web-1", "web")
