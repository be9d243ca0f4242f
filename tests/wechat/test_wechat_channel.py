"""From a push to what the person sees: in time and too late, three tries, several processes, restarts, quotas."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.wechat.choices import purge_choices
from bot.channels.wechat.coordinates import _shift, to_wgs84
from bot.message import Button, OutboundMessage
from bot.voice import Deaf, Heard, NotHeard, NotUnderstood, TooLong, Unavailable, Unreadable
from privacy.media import Media
from tests.support import pictures
from tests.wechat.house import PUBLIC, SIGNER, House, Process
from tests.wechat_server import ManualClock, Phone, WeChat
from tests.wechat_server.account import sign
from tests.wechat_server.phone import FAULT

LONG = "\n".join(f"第{n}条：到达目的地后请主动扫场所码，配合查验健康码和核酸检测结果。" for n in range(60))


@pytest.fixture
def account(house: House) -> Any:
    """A verified 服务号 in safe mode."""
    return house.add("main")


@pytest.fixture
async def process(house: House, account: Any) -> Process:
    """The only process."""
    return await house.process()


@pytest.fixture
def phone(wechat: WeChat, account: Any, process: Process) -> Phone:
    """Somebody."""
    del process
    return wechat.phone(account)


async def settled(process: Process) -> None:
    """Let everything that was begun end."""
    for _ in range(50):
        await asyncio.sleep(0.002)
    await process.context.postman.say_due()
    await process.context.postman.drain()


# The address ---------------------------------------------------------------------------------------------


async def test_the_address_answers_with_the_echo_and_nothing_else(process: Process, account: Any) -> None:
    now = str(int(process.house.clock()))
    query = {"timestamp": now, "nonce": "7", "echostr": "4375120948345356249"}
    good = process.context.gateway.verify("main", {**query, "signature": sign(account.token, now, "7")})
    assert (good.body, good.status) == ("4375120948345356249", 200)
    assert process.context.gateway.verify("main", {**query, "signature": "0" * 40}).status == 403
    assert process.context.gateway.verify("other", {**query, "signature": "0" * 40}).status == 404


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_each_mode_is_answered_in_its_own_way(house: House, wechat: WeChat, mode: str) -> None:
    account = house.add("main", mode=mode)
    await house.process()
    phone = wechat.phone(account)
    delivery = await phone.say("我的码黄了]]>")
    assert [seen.text for seen in phone.seen] == ["收到：我的码黄了]]>"]
    assert phone.seen[0].how == "passive"
    assert ("Encrypt" in str(delivery.answer)) == (mode != "plain")


async def test_accounts_do_not_mix(house: House, wechat: WeChat) -> None:
    one, two = house.add("one"), house.add("two", token="another-token", aes_key="z" * 43)
    process = await house.process()
    await wechat.phone(one, "o-same").say("甲")
    await wechat.phone(two, "o-same").say("乙")
    assert len({message.sender_id for message in process.door.received}) == 2
    query, body = one.request(
        {"ToUserName": one.original_id, "FromUserName": "o", "CreateTime": 1, "MsgType": "text"},
        wechat.clock(),
    )
    assert (await process.context.gateway.receive("two", query, body)).status == 403


# In time and too late ------------------------------------------------------------------------------------


async def test_a_quick_answer_goes_back_with_the_push(phone: Phone, process: Process, wechat: WeChat) -> None:
    process.door.script["在吗"] = [{"text": "在。"}, {"text": "您想问什么？"}]
    delivery = await phone.say("在吗")
    assert delivery.statuses == [200]
    assert [seen.text for seen in phone.seen] == ["在。\n\n您想问什么？"]
    assert wechat.calls["/cgi-bin/message/custom/send"] == 0


async def test_a_slow_answer_is_sent_when_it_is_there(
    phone: Phone, process: Process, clock: ManualClock
) -> None:
    pushed = asyncio.ensure_future(phone.say("慢"))
    await process.door.arrived.wait()
    await clock.someone_sleeps()
    clock.advance(3.5)
    delivery = await pushed
    assert (delivery.statuses, delivery.answer) == ([200], "success")
    process.door.release.set()
    seen = await phone.sees(1)
    assert [(s.how, s.text) for s in seen] == [("service", "收到：慢")]
    assert phone.typing == ["Typing"]
    assert process.door.turns() == {"慢": 1}


async def test_in_a_crowd_people_are_told_sooner_that_the_answer_comes_later(
    house: House, wechat: WeChat, clock: ManualClock
) -> None:
    account = house.add("main")
    process = await house.process()
    crowd = [asyncio.ensure_future(wechat.phone(account).say("慢")) for _ in range(120)]
    while len(process.context.turns._tasks) < 120:
        await asyncio.sleep(0.001)
    clock.advance(3.5)
    await asyncio.gather(*crowd)
    one_more = wechat.phone(account)
    pushed = asyncio.ensure_future(one_more.say("慢了"))
    while process.door.turns().get("慢了") is None:
        await asyncio.sleep(0.001)
    clock.advance(1.75)  # half of 3.5 s, since twice as many as usual are being answered
    assert (await pushed).answer == "success"
    process.door.release.set()
    assert [seen.text for seen in await one_more.sees(1)] == ["收到：慢了"]


async def test_three_tries_are_one_turn_and_one_answer(
    house: House, wechat: WeChat, clock: ManualClock
) -> None:
    """WeRoBot #801, #781: the handler ran three times."""
    account = house.add("main")
    house.patience = 60.0  # as if the process hung: WeChat gives up by itself
    process = await house.process()
    phone = wechat.phone(account)
    pushed = asyncio.ensure_future(phone.say("慢"))
    await process.door.arrived.wait()
    for _ in range(2):
        await _waits_for_wechat(clock)
        clock.advance(5)
    await asyncio.sleep(0.02)
    process.door.release.set()
    delivery = await pushed
    assert delivery.statuses == [None, None, 200]
    assert process.door.turns() == {"慢": 1}
    assert [(s.how, s.text) for s in phone.seen] == [("passive", "收到：慢")]


async def _waits_for_wechat(clock: ManualClock) -> None:
    """Until WeChat's five seconds run."""
    while not any(until - clock.now == 5 for until, _ in clock._sleepers):
        await asyncio.sleep(0.001)


async def test_an_answer_that_wechat_did_not_fetch_is_given_again_and_only_once(
    phone: Phone, process: Process, account: Any
) -> None:
    fields = phone._fields("text", Content="在吗")
    query, body = account.request(fields, process.house.clock())
    first = await process.context.gateway.receive("main", query, body)  # and the connection breaks
    second = await process.context.gateway.receive("main", query, body)
    assert account.read_reply(first.body)["Content"] == account.read_reply(second.body)["Content"]
    await process.context.gateway.sent(second)
    third = await process.context.gateway.receive("main", query, body)
    assert account.read_reply(third.body)["Content"] == "收到：在吗"
    assert process.door.turns() == {"在吗": 1}


async def test_an_answer_that_wechat_never_fetched_is_sent(
    phone: Phone, process: Process, account: Any, clock: ManualClock
) -> None:
    query, body = account.request(phone._fields("text", Content="在吗"), clock())
    phone.wechat.grant(phone, "message")
    await process.context.gateway.receive("main", query, body)
    clock.advance(9)
    await process.context.turns.take_over()
    seen = await phone.sees(1)
    assert [(s.how, s.text) for s in seen] == [("service", "收到：在吗")]


async def test_the_same_number_of_two_people_is_two_messages(
    house: House, account: Any, process: Process
) -> None:
    """WxJava #333."""
    for openid in ("o-1", "o-2"):
        phone = house.wechat.phone(account, openid)
        await house.wechat.push(phone, {**phone._fields("text", Content="在吗"), "MsgId": "1"}, "message")
        assert phone.text == "收到：在吗"
    assert len(process.door.received) == 2


# Several processes, restarts -----------------------------------------------------------------------------


async def test_another_process_waits_for_the_one_that_answers(
    phone: Phone, process: Process, house: House, account: Any, clock: ManualClock
) -> None:
    other = await house.process()
    query, body = account.request(phone._fields("text", Content="慢"), clock())
    phone.wechat.grant(phone, "message")
    first = asyncio.ensure_future(process.context.gateway.receive("main", query, body))
    await process.door.arrived.wait()
    second = asyncio.ensure_future(other.context.gateway.receive("main", query, body))
    await asyncio.sleep(0.02)
    process.door.release.set()
    answered = await first
    clock.advance(0.3)
    again = await second
    assert account.read_reply(answered.body)["Content"] == account.read_reply(again.body)["Content"]
    assert other.door.received == []


async def test_what_a_killed_process_left_is_answered_by_another(
    phone: Phone, process: Process, house: House, clock: ManualClock
) -> None:
    pushed = asyncio.ensure_future(phone.say("慢"))
    await process.door.arrived.wait()
    await clock.someone_sleeps()
    clock.advance(3.5)
    await pushed
    await process.stop()
    other = await house.process()
    other.door.release.set()
    await other.context.turns.take_over()
    assert other.door.received == []  # not yet: the first might still be at it
    clock.advance(16)
    await other.context.turns.take_over()
    seen = await phone.sees(1)
    assert [(s.how, s.text) for s in seen] == [("service", "收到：慢")]
    assert other.door.received[0].client_id == process.door.received[0].client_id


async def test_the_only_process_goes_on_at_once_after_a_restart(
    phone: Phone, process: Process, house: House, clock: ManualClock
) -> None:
    pushed = asyncio.ensure_future(phone.say("慢"))
    await process.door.arrived.wait()
    await clock.someone_sleeps()
    clock.advance(3.5)
    await pushed
    await process.stop()
    again = await house.process()
    again.door.release.set()
    again.context.stores.inbox.release_all()
    await again.context.turns.take_over()
    await phone.sees(1)
    assert phone.text == "收到：慢"


async def test_a_position_does_not_outlive_its_turn(
    phone: Phone, process: Process, house: House, clock: ManualClock
) -> None:
    process.door.script["location"] = []
    await phone.send_place(30.657401, 104.065855)
    assert process.door.received[0].kind == "location"
    latitude, longitude = process.door.received[0].location or (0, 0)
    assert 0.001 < abs(latitude - 30.657401) < 0.01
    assert 0.001 < abs(longitude - 104.065855) < 0.01
    assert b"30.6574" not in house.stored()


# Quotas --------------------------------------------------------------------------------------------------


async def slow(phone: Phone, process: Process, clock: ManualClock, text: str = "慢") -> None:
    """Say something that is answered too late for the push."""
    process.door.arrived.clear()
    process.door.release.clear()
    pushed = asyncio.ensure_future(phone.say(text))
    await process.door.arrived.wait()
    await clock.someone_sleeps()
    clock.advance(3.5)
    await pushed
    process.door.release.set()


async def test_what_the_quota_does_not_allow_is_told_with_the_next_answer(
    phone: Phone, process: Process, house: House, clock: ManualClock
) -> None:
    conversation = house.conversation("main", phone.openid)
    await phone.say("在吗")
    for number in range(7):
        await process.context.push(conversation, OutboundMessage(text=f"通知{number}"))
        await settled(process)
    assert [s.text for s in phone.seen[1:]] == [f"通知{n}" for n in range(5)]
    await phone.say("有什么")
    assert phone.seen[-1].text == "通知5\n\n通知6\n\n收到：有什么"
    assert all(s.text != FAULT for s in phone.seen)


async def test_wechats_own_count_is_believed(
    phone: Phone, process: Process, wechat: WeChat, house: House
) -> None:
    conversation = house.conversation("main", phone.openid)
    await phone.say("在吗")
    wechat.errcodes["/cgi-bin/message/custom/send"].append(45047)
    for text in ("一", "二"):
        await process.context.push(conversation, OutboundMessage(text=text))
        await settled(process)
    assert wechat.calls["/cgi-bin/message/custom/send"] == 1
    await phone.say("有什么")
    assert phone.seen[-1].text == "一\n\n二\n\n收到：有什么"


async def test_after_48_hours_nothing_is_sent(
    phone: Phone, process: Process, house: House, clock: ManualClock, wechat: WeChat
) -> None:
    await phone.say("在吗")
    clock.advance(48 * 3600)
    await process.context.push(house.conversation("main", phone.openid), OutboundMessage(text="迟到"))
    await settled(process)
    assert wechat.calls["/cgi-bin/message/custom/send"] == 0


async def test_a_notice_is_said_once(phone: Phone, process: Process, house: House) -> None:
    await phone.say("在吗")
    conversation = house.conversation("main", phone.openid)
    for _ in range(3):
        await process.context.push(conversation, OutboundMessage(text="有更新"), "notice-1")
    await settled(process)
    assert [s.text for s in phone.seen[1:]] == ["有更新"]


async def test_nobody_knows_a_stranger(process: Process) -> None:
    assert not await process.context.push("wx_unknown", OutboundMessage(text="有更新"))


@pytest.mark.parametrize("errcode", [-1, 45009, 40164, 99999])
async def test_what_wechat_puts_off_is_sent_later(
    phone: Phone, process: Process, house: House, wechat: WeChat, clock: ManualClock, errcode: int
) -> None:
    await phone.say("在吗")
    wechat.errcodes["/cgi-bin/message/custom/send"].extend([errcode] * 3)
    await process.context.push(house.conversation("main", phone.openid), OutboundMessage(text="有更新"))
    await settled(process)
    wechat.errcodes.clear()
    clock.advance(61)
    await process.context.postman.say_due()
    await phone.sees(2)
    assert phone.seen[1].text == "有更新"


async def test_who_does_not_follow_is_left_alone(
    phone: Phone, process: Process, house: House, wechat: WeChat, clock: ManualClock
) -> None:
    await phone.say("在吗")
    wechat.errcodes["/cgi-bin/message/custom/send"].append(43004)
    await process.context.push(house.conversation("main", phone.openid), OutboundMessage(text="有更新"))
    await settled(process)
    clock.advance(3600)
    await settled(process)
    assert wechat.calls["/cgi-bin/message/custom/send"] == 1


async def test_an_account_without_customer_service_answers_with_the_next_message(
    house: House, wechat: WeChat, clock: ManualClock
) -> None:
    account = house.add("sub", "subscription")
    process = await house.process()
    phone = wechat.phone(account)
    pushed = asyncio.ensure_future(phone.say("慢"))
    await process.door.arrived.wait()
    for _ in range(2):
        await _waits_for_wechat(clock)
        clock.advance(3.5)
        await asyncio.sleep(0.01)
        clock.advance(1.5)
    await _waits_for_wechat(clock)
    await asyncio.sleep(0.02)
    clock.advance(3.5)
    delivery = await pushed
    assert delivery.statuses == [None, None, 200]
    assert "回复任意文字" in phone.seen[-1].text
    process.door.release.set()
    await settled(process)
    await phone.say("好")
    assert phone.seen[-1].text == "收到：慢\n\n收到：好"
    assert wechat.calls["/cgi-bin/message/custom/send"] == 0


# Choices, pages, pictures --------------------------------------------------------------------------------

ASKED = [
    {
        "text": "同意吗？",
        "buttons": [{"title": "同意", "payload": "/affirm"}, {"title": "不同意", "payload": "/deny"}],
    }
]


async def test_a_tapped_choice_comes_back_as_what_it_means(phone: Phone, process: Process) -> None:
    process.door.script["查我的码"] = ASKED
    await phone.say("查我的码")
    assert list(phone.seen[0].choices) == ["同意", "不同意"]
    await phone.tap("不同意")
    tapped = process.door.received[-1]
    assert (tapped.kind, SIGNER.verify(tapped.sender_id, tapped.text)) == ("payload", "/deny")


async def test_typed_words_of_a_choice_stay_words(phone: Phone, process: Process) -> None:
    process.door.script["查我的码"] = ASKED
    await phone.say("查我的码")
    await phone.say("同意")
    assert (process.door.received[-1].kind, process.door.received[-1].text) == ("text", "同意")


async def test_a_choice_of_somebody_else_is_only_words(
    phone: Phone, process: Process, wechat: WeChat, account: Any
) -> None:
    process.door.script["查我的码"] = ASKED
    await phone.say("查我的码")
    other = wechat.phone(account, "o-other")
    await other.send("text", Content="同意", bizmsgmenuid=phone.seen[0].choices["同意"])
    assert (process.door.received[-1].kind, process.door.received[-1].text) == ("text", "同意")


async def test_choices_of_a_late_answer_are_a_menu(
    phone: Phone, process: Process, clock: ManualClock
) -> None:
    process.door.script["慢"] = ASKED
    await slow(phone, process, clock)
    seen = (await phone.sees(1))[0]
    assert (seen.kind, list(seen.choices)) == ("msgmenu", ["同意", "不同意"])
    await phone.tap("同意")
    assert process.door.received[-1].kind == "payload"


async def test_a_tap_lets_us_send_less_than_a_message(
    phone: Phone, process: Process, house: House, clock: ManualClock
) -> None:
    process.door.script["查我的码"] = ASKED
    await phone.say("查我的码")
    clock.advance(48 * 3600)
    await phone.tap("同意")
    quota = process.context.stores.quotas.quota(house.conversation("main", phone.openid))
    assert (quota.left(clock()), quota.left(clock() + 60)) == (3, 0)


async def test_where_ids_do_not_come_back_the_words_count(house: House, wechat: WeChat) -> None:
    account = house.add("test", "test")
    process = await house.process()
    process.door.script["查我的码"] = ASKED
    phone = wechat.phone(account)
    await phone.say("查我的码")
    await phone.tap("同意")
    assert process.door.received[-1].kind == "payload"


async def test_in_a_mini_program_choices_are_numbers_and_nothing_goes_back_with_the_push(
    house: House, wechat: WeChat
) -> None:
    account = house.add("mini", "mini_program", as_json=True)
    process = await house.process()
    process.door.script["查我的码"] = ASKED
    phone = wechat.phone(account)
    delivery = await phone.say("查我的码")
    assert delivery.answer == "success"
    seen = await phone.sees(1)
    assert "1 同意" in seen[0].text
    await phone.say("2")
    await phone.sees(2)
    tapped = process.door.received[-1]
    assert SIGNER.verify(tapped.sender_id, tapped.text) == "/deny"
    assert tapped.channel == "mini_program"


async def test_more_choices_than_fit_as_links_are_numbered(phone: Phone, process: Process) -> None:
    towns = [{"title": f"第{n}个街道办事处", "payload": f'/inform{{"n": {n}}}'} for n in range(1, 31)]
    process.door.script["选街道"] = [{"text": "您在哪个街道？", "buttons": towns}]
    await phone.say("选街道")
    assert phone.seen[0].how == "passive"
    assert "30 第30个街道办事处" in phone.text
    await phone.tap("第17个街道办事处")
    tapped = process.door.received[-1]
    assert SIGNER.verify(tapped.sender_id, tapped.text) == '/inform{"n": 17}'
    await phone.say("31")
    assert (process.door.received[-1].kind, process.door.received[-1].text) == ("text", "31")


async def test_a_number_is_a_number_where_choices_are_links(phone: Phone, process: Process) -> None:
    process.door.script["查我的码"] = ASKED
    await phone.say("查我的码")
    await phone.say("1")
    assert (process.door.received[-1].kind, process.door.received[-1].text) == ("text", "1")


async def test_an_old_choice_still_works_and_one_that_is_over_is_words(
    phone: Phone, process: Process, house: House, clock: ManualClock
) -> None:
    process.door.script["查我的码"] = ASKED
    await phone.say("查我的码")
    await phone.say("在吗")
    await phone.tap("同意")
    assert process.door.received[-1].kind == "payload"
    clock.advance(8 * 86_400)
    purge_choices(house.engine, clock() - 7 * 86_400)
    await phone.tap("同意")
    assert process.door.received[-1].kind == "text"


async def test_what_the_phone_does_by_hand_is_explained(phone: Phone, process: Process) -> None:
    process.door.script["哪里做核酸"] = [
        {"text": "您在哪？", "buttons": [{"title": "发送位置", "payload": "/share_location"}]}
    ]
    await phone.say("哪里做核酸")
    await phone.tap("发送位置")
    assert "位置" in phone.seen[-1].text
    assert len(process.door.received) == 1


async def test_a_long_answer_ends_with_a_page_of_the_whole(
    phone: Phone, process: Process, house: House
) -> None:
    process.door.script["查我的码"] = [{"text": LONG, "buttons": ASKED[0]["buttons"]}]
    await phone.say("查我的码")
    seen = phone.seen[0]
    assert seen.how == "passive"
    assert list(seen.choices) == ["同意", "不同意"]
    page = house.file(seen.links["查看全文"])
    assert all(line in page.content.decode() for line in LONG.splitlines())
    assert page.media_type.startswith("text/html")


async def test_words_never_become_links_of_their_own(phone: Phone) -> None:
    await phone.say('<a href="https://evil.example">点我</a>')
    assert phone.seen[0].links == {}


async def test_links_and_phones(phone: Phone, process: Process, house: House) -> None:
    media_id = house.media.put("c", Media("application/pdf", "a.pdf", b"%PDF"), timedelta(hours=1))
    process.door.script["在哪"] = [
        {
            "text": "华西医院",
            "buttons": [
                {
                    "type": "web_url",
                    "title": "导航",
                    "url": "https://uri.amap.com/marker?position=104.06,30.64&name=华西",
                },
                {"type": "web_url", "title": "打电话", "url": "tel:028-85422114"},
                {"type": "web_url", "title": "海报（PDF）", "url": f"/media/{media_id}"},
            ],
        }
    ]
    await phone.say("在哪")
    seen = phone.seen[0]
    assert seen.text.startswith("华西医院\n\n打电话：028-85422114")
    assert seen.links["导航"].startswith("https://uri.amap.com/marker?position=104.06,30.64&name=%E5%8D%8E")
    assert seen.links["海报（PDF）"] == f"{PUBLIC}/media/{media_id}"


async def test_a_picture_follows_its_words(phone: Phone, process: Process, house: House) -> None:
    media_id = house.media.put("c", Media("image/png", "a.png", b"\x89PNG"), timedelta(hours=1))
    process.door.script["离线码"] = [{"text": "您的离线码。", "image": f"/media/{media_id}"}]
    await phone.say("离线码")
    seen = await phone.sees(2)
    assert [s.kind for s in seen] == ["text", "image"]
    assert seen[1].content == b"\x89PNG"


async def test_without_a_quota_a_picture_is_a_link(house: House, wechat: WeChat) -> None:
    account = house.add("sub", "subscription")
    process = await house.process()
    media_id = house.media.put("c", Media("image/png", "a.png", b"\x89PNG"), timedelta(hours=1))
    process.door.script["离线码"] = [{"text": "您的离线码。", "image": f"/media/{media_id}"}]
    phone = wechat.phone(account)
    await phone.say("离线码")
    assert phone.seen[0].links == {"打开图片": f"{PUBLIC}/media/{media_id}"}


# Other kinds ---------------------------------------------------------------------------------------------


async def test_a_picture_is_redrawn_and_belongs_to_its_conversation(
    phone: Phone, process: Process, house: House
) -> None:
    await phone.send_picture(pictures.paper())
    got = process.door.received[0]
    assert got.kind == "image"
    assert house.media.get(str(got.picture), got.sender_id).media_type == "image/jpeg"


@pytest.mark.parametrize("content", [b"%PDF-1.7 no picture", b""])
async def test_a_picture_that_is_none_has_no_id(phone: Phone, process: Process, content: bytes) -> None:
    await phone.send_picture(content)
    assert (process.door.received[0].kind, process.door.received[0].picture) == ("image", None)


async def test_what_is_sent_after_a_picture_is_heard_after_it(
    phone: Phone, process: Process, wechat: WeChat
) -> None:
    release = asyncio.Event()
    wechat.before["/cgi-bin/media/get"] = release.wait  # type: ignore[assignment]
    picture = asyncio.ensure_future(phone.send_picture(pictures.paper()))
    while not wechat.calls["/cgi-bin/media/get"]:
        await asyncio.sleep(0.001)
    words = asyncio.ensure_future(phone.say("这是证明"))
    await asyncio.sleep(0.02)
    assert process.door.received == []
    release.set()
    await asyncio.gather(picture, words)
    assert [message.kind for message in process.door.received] == ["image", "text"]


async def test_voice_is_answered_politely_where_nobody_hears_it(
    phone: Phone, process: Process, wechat: WeChat
) -> None:
    await phone.send("voice", MediaId=wechat.keep("audio/amr", b"#!AMR"), Format="amr")
    assert "12345" in phone.text
    assert process.door.received == []


class Hears(Deaf):
    """Hears one thing, or finds one reason why not."""

    is_installed = True

    def __init__(self, found: str | NotHeard) -> None:
        self._found = found

    async def recognise(self, speech: bytes) -> Heard:
        if isinstance(self._found, NotHeard):
            raise self._found
        return Heard(self._found, 0.9)


async def spoken_to(house: House, wechat: WeChat, found: str | NotHeard) -> tuple[Phone, Process]:
    account = house.add("main")
    house.recogniser = Hears(found)
    process = await house.process()
    phone = wechat.phone(account)
    await phone.send("voice", MediaId=wechat.keep("audio/amr", b"#!AMR"), Format="amr")
    return phone, process


async def test_what_was_heard_is_shown_and_said_only_when_it_is_tapped(house: House, wechat: WeChat) -> None:
    phone, process = await spoken_to(house, wechat, "我的号码是13900000001")
    assert "我听到的是：我的号码是13900000001" in phone.text
    assert process.door.received == []
    assert b"13900000001" not in house.stored()
    await phone.tap("对")
    assert process.door.texts == ["我的号码是13900000001"]
    assert [message.kind for message in process.door.received] == ["text"]  # masked like typed words


@pytest.mark.parametrize(("choice", "says"), [("重说", "再说一遍"), ("打字", "打字告诉我")])
async def test_what_was_heard_wrong_is_not_said(house: House, wechat: WeChat, choice: str, says: str) -> None:
    phone, process = await spoken_to(house, wechat, "我要转人工")
    await phone.tap(choice)
    assert says in phone.text
    assert process.door.received == []


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (NotUnderstood(), "没听清"),
        (TooLong(), "1分钟"),
        (Unreadable(), "打不开"),
        (Unavailable(), "过几分钟"),
    ],
    ids=["noise", "long", "broken", "busy"],
)
async def test_speech_that_is_not_understood_is_answered_with_a_way_on(
    house: House, wechat: WeChat, found: NotHeard, says: str
) -> None:
    phone, process = await spoken_to(house, wechat, found)
    assert says in phone.text
    assert "打字" in phone.text
    assert process.door.received == []


@pytest.mark.parametrize(
    ("kind", "fields", "heard"),
    [
        ("link", {"Title": "成都疫情通告", "Url": "http://127.0.0.1:1/"}, "成都疫情通告"),
        ("video", {"MediaId": "m"}, None),
        ("file", {"Title": "a.pdf"}, None),
        ("hologram", {}, None),
    ],
)
async def test_other_kinds_are_words_or_answered_politely(
    phone: Phone, process: Process, kind: str, fields: dict[str, str], heard: str | None
) -> None:
    await phone.send(kind, **fields)
    assert process.door.texts == ([heard] if heard else [])
    assert phone.seen[0].how == "passive"
    assert heard or "12345" in phone.text


async def test_who_begins_to_follow_is_welcomed_with_choices(phone: Phone, process: Process) -> None:
    await phone.follows()
    assert "智能助手" in phone.text
    assert "12345" in phone.text
    await phone.tap("附近哪里做核酸")
    assert (
        SIGNER.verify(process.door.received[0].sender_id, process.door.received[0].text) == "附近哪里做核酸"
    )


async def test_a_menu_button_says_what_the_data_says(phone: Phone, process: Process) -> None:
    await phone.clicks("my_code")
    await phone.clicks("a key of an older menu")
    assert process.door.texts == ["查我的健康码"]
    assert "打字" in phone.seen[-1].text


@pytest.mark.parametrize(
    "event",
    [
        "VIEW",
        "LOCATION",
        "view_miniprogram",
        "TEMPLATESENDJOBFINISH",
        "debug_demo",
        "kf_close_session",
        "subscribe_msg_popup_event",
        "something_new",
    ],
)
async def test_events_that_ask_nothing_get_success(phone: Phone, process: Process, event: str) -> None:
    delivery = await phone.does(event, EventKey="http://x", Latitude="30.65", Longitude="104.06")
    assert delivery.answer == "success"
    assert process.door.received == []
    assert phone.seen == []


async def test_who_leaves_is_deleted(phone: Phone, process: Process, house: House) -> None:
    await phone.say("在吗")
    delivery = await phone.does("unsubscribe")
    assert delivery.answer == "success"
    (erasure,) = house.erasures.waiting("local")
    assert (erasure.conversation_id, erasure.channel) == (house.conversation("main", phone.openid), "wechat")
    assert erasure.scope == "conversation"


# Privacy -------------------------------------------------------------------------------------------------


async def test_nothing_personal_lies_in_clear(
    phone: Phone, process: Process, house: House, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    process.door.script["慢，我是林知远，电话19900000001"] = [{"text": "您是黄码，9月1日在春熙路。"}]
    await slow(phone, process, clock, "慢，我是林知远，电话19900000001")
    await phone.sees(1)
    await phone.say("我是林知远，电话19900000001")
    stored = house.stored()
    for words in (phone.openid, "林知远", "19900000001", "春熙路"):
        spellings = (words.encode(), json.dumps(words).strip('"').encode(), base64.b64encode(words.encode()))
        assert not [s for s in spellings if s in stored]
        assert words not in caplog.text
    assert phone.openid not in process.door.received[0].sender_id


def test_the_grid_of_the_map_is_left() -> None:
    """Forward and back again; the grid is some hundred metres off in Sichuan and not at all abroad."""
    for latitude, longitude in ((30.6574, 104.0657), (26.58, 101.72), (32.44, 105.84), (31.02, 103.1)):
        north, east = _shift(latitude, longitude)
        back = to_wgs84(latitude + north, longitude + east)
        assert back == pytest.approx((latitude, longitude), abs=1e-7)
        assert 100 < (north**2 + (east * 0.86) ** 2) ** 0.5 * 111_000 < 900
    assert to_wgs84(48.85, 2.35) == (48.85, 2.35)


async def test_a_signed_button_of_ours_needs_no_id(phone: Phone, process: Process, house: House) -> None:
    conversation = house.conversation("main", phone.openid)
    button = Button("查看", SIGNER.sign(conversation, "/check_code"))
    await phone.say("在吗")
    await process.context.push(conversation, OutboundMessage("有更新，点击查看", (button,)))
    await phone.sees(2)
    await phone.tap("查看")
    assert process.door.received[-1].text == button.payload
