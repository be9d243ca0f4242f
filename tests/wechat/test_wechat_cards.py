"""Pages of the mini-program: cards in its customer service within its quota, links in the 公众号."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.channels.wechat.forgetting import forget_wechat
from bot.channels.wechat.quota import Trigger
from bot.channels.wechat.quota_store import QuotaStore
from bot.message import OutboundMessage
from tests.wechat.house import PAGES, PUBLIC, House, Process
from tests.wechat_server import Account, ManualClock, Phone, Seen, WeChat

SERVICE, UPLOAD = "/cgi-bin/message/custom/send", "/cgi-bin/media/upload"
DAY = 86_400.0
SCRIPT: dict[str, list[dict[str, Any]]] = {
    "我的码": [{"text": "您现在是绿码。", "about": "query_code_status"}],
    "my code": [{"text": "Your code is green.", "about": "query_code_status"}],
    "离线码": [{"text": "离线码管30天。", "about": "ask_offline_code"}],
    "你好": [{"text": "您好。", "about": "greet"}],
    "两件事": [
        {"text": "离线码管30天。", "about": "ask_offline_code"},
        {"text": "您可以在这里申诉。", "about": "submit_appeal"},
        {"text": "还有别的事吗？"},
    ],
}


@pytest.fixture
def mini(house: House) -> Account:
    return house.add("mini", "mini_program", as_json=True)


@pytest.fixture
async def process(house: House, mini: Account) -> Process:
    return await started(house)


@pytest.fixture
def phone(wechat: WeChat, mini: Account, process: Process) -> Phone:
    return wechat.phone(mini)


async def started(house: House) -> Process:
    process = await house.process()
    process.door.script |= SCRIPT
    return process


async def says(process: Process, phone: Phone, *texts: str) -> list[Seen]:
    """Say something; returns what has come by the time that all of it is said."""
    before = len(phone.seen)
    for text in texts:
        await phone.say(text)
        await all_said(process)
    return phone.seen[before:]


async def all_said(process: Process) -> None:
    await process.context.turns.drain(20)
    await process.context.postman.say_due()
    await process.context.postman.drain()


def kinds(seen: list[Seen]) -> list[str]:
    return ["card" if one.kind == "miniprogrampage" else one.kind for one in seen]


def left(house: House, process: Process, phone: Phone) -> int:
    conversation = house.conversation("mini", phone.openid)
    return process.context.stores.quotas.quota(conversation).left(house.clock())


async def test_an_answer_is_followed_by_the_card_of_its_page(
    process: Process, phone: Phone, wechat: WeChat
) -> None:
    words, card = await says(process, phone, "我的码")
    assert words.text == "您现在是绿码。"
    assert card.pages == {"我的健康码": ("", "pages/code/index")}
    assert card.content == PAGES.picture.content
    sent = [body for path, body in wechat.bodies if path == SERVICE]
    assert set(sent[-1]["miniprogrampage"]) == {"title", "pagepath", "thumb_media_id"}


async def test_a_card_speaks_the_language_of_its_answer(process: Process, phone: Phone) -> None:
    *_, card = await says(process, phone, "my code")
    assert card.text == "My health code"


async def test_of_two_answers_the_last_one_that_has_a_page_gives_the_card(
    process: Process, phone: Phone
) -> None:
    seen = await says(process, phone, "两件事")
    assert kinds(seen) == ["text", "card"]
    assert seen[-1].pages == {"我要申诉": ("", "pages/appeal/index")}


async def test_what_leads_nowhere_has_no_card(process: Process, phone: Phone) -> None:
    assert kinds(await says(process, phone, "你好", "天气怎么样")) == ["text", "text"]


async def test_no_card_twice_in_a_row_for_the_same_page(process: Process, phone: Phone) -> None:
    assert kinds(await says(process, phone, "我的码", "我的码")) == ["text", "card", "text"]
    assert kinds(await says(process, phone, "离线码", "我的码")) == ["text", "card", "text", "card"]


async def test_after_two_days_the_same_page_has_its_card_again(
    process: Process, phone: Phone, clock: ManualClock
) -> None:
    await says(process, phone, "我的码")
    clock.advance(2 * DAY + 1)
    assert kinds(await says(process, phone, "我的码")) == ["text", "card"]


async def test_a_card_counts_and_leaves_one_message_for_the_next_answer(
    process: Process, phone: Phone, house: House
) -> None:
    await says(process, phone, "我的码")
    assert left(house, process, phone) == 3
    conversation = house.conversation("mini", phone.openid)
    await process.context.push(conversation, OutboundMessage("离线码管30天。", about="ask_offline_code"))
    await all_said(process)
    assert kinds(phone.seen) == ["text", "card", "text", "card"]
    await process.context.push(conversation, OutboundMessage("您可以申诉。", about="submit_appeal"))
    await all_said(process)
    assert kinds(phone.seen)[4:] == ["text"]
    assert left(house, process, phone) == 0


async def test_of_the_two_messages_after_the_chat_was_opened_none_is_a_card(
    process: Process, phone: Phone, house: House
) -> None:
    await phone.enters("page=offline_code")
    await all_said(process)
    assert left(house, process, phone) == 1
    conversation = house.conversation("mini", phone.openid)
    await process.context.push(conversation, OutboundMessage("离线码管30天。", about="ask_offline_code"))
    await all_said(process)
    assert kinds(phone.seen) == ["text", "text"]


async def test_words_that_must_wait_have_no_card_before_them(
    process: Process, phone: Phone, wechat: WeChat
) -> None:
    wechat.errcodes[SERVICE].append(45047)
    assert await says(process, phone, "我的码") == []
    assert wechat.calls[UPLOAD] == 0


async def test_the_picture_is_uploaded_once_and_again_before_three_days_are_over(
    process: Process, phone: Phone, wechat: WeChat, clock: ManualClock
) -> None:
    await says(process, phone, "我的码", "离线码", "我的码")
    assert wechat.calls[UPLOAD] == 1
    clock.advance(2 * DAY - 60)
    await says(process, phone, "离线码")
    assert wechat.calls[UPLOAD] == 1
    clock.advance(120)
    assert kinds(await says(process, phone, "我的码")) == ["text", "card"]
    assert wechat.calls[UPLOAD] == 2


async def test_several_processes_and_people_upload_it_once(
    house: House, wechat: WeChat, mini: Account
) -> None:
    one, other = await started(house), await started(house)
    people = [wechat.phone(mini) for _ in range(6)]
    for person in people:
        await person.say("我的码")
    await asyncio.gather(*(person.sees(1) for person in people))
    await asyncio.gather(all_said(one), all_said(other))
    assert wechat.calls[UPLOAD] == 1
    assert all(kinds(person.seen)[0] == "text" for person in people)
    assert any("card" in kinds(person.seen) for person in people)


async def test_where_the_old_picture_is_still_good_a_failed_renewal_does_no_harm(
    process: Process, phone: Phone, wechat: WeChat, clock: ManualClock
) -> None:
    await says(process, phone, "我的码")
    clock.advance(2 * DAY + 60)
    wechat.errcodes[UPLOAD].append(45009)
    assert kinds(await says(process, phone, "离线码")) == ["text", "card"]


async def test_without_the_picture_the_answer_goes_out_alone_and_nothing_is_counted(
    process: Process, phone: Phone, house: House, wechat: WeChat, clock: ManualClock
) -> None:
    wechat.errcodes[UPLOAD].append(45009)
    assert kinds(await says(process, phone, "我的码", "离线码")) == ["text", "text"]
    assert (wechat.calls[UPLOAD], left(house, process, phone)) == (1, 4)
    clock.advance(61)
    assert kinds(await says(process, phone, "我的码")) == ["text", "card"]


async def test_a_picture_that_wechat_has_lost_is_uploaded_anew(
    process: Process, phone: Phone, house: House, wechat: WeChat
) -> None:
    await says(process, phone, "我的码")
    wechat.uploaded.clear()
    assert kinds(await says(process, phone, "离线码")) == ["text", "card"]
    assert (wechat.calls[UPLOAD], left(house, process, phone)) == (2, 3)


@pytest.mark.parametrize("errcode", [40200, 48001])
async def test_where_cards_are_refused_words_go_on_without(
    process: Process, phone: Phone, house: House, wechat: WeChat, errcode: int
) -> None:
    wechat.errcodes[SERVICE].extend([0, errcode])
    assert kinds(await says(process, phone, "我的码")) == ["text"]
    assert left(house, process, phone) == 4
    calls = wechat.calls[SERVICE]
    assert kinds(await says(process, phone, "离线码", "你好")) == ["text", "text"]
    assert wechat.calls[SERVICE] == calls + 2


async def test_when_wechat_counts_less_than_we_do_the_card_is_given_up_and_the_answer_said_once(
    process: Process, phone: Phone, house: House, wechat: WeChat
) -> None:
    wechat.errcodes[SERVICE].extend([0, 45047])
    assert kinds(await says(process, phone, "我的码")) == ["text"]
    assert left(house, process, phone) == 0
    await all_said(process)
    assert kinds(phone.seen) == ["text"]


async def test_which_card_came_last_is_forgotten_with_the_person(
    process: Process, phone: Phone, house: House
) -> None:
    await says(process, phone, "我的码")
    conversation = house.conversation("mini", phone.openid)
    assert process.context.last_cards.page(conversation) == "code"
    forget_wechat(house.engine, conversation)
    assert process.context.last_cards.page(conversation) is None


async def test_last_cards_are_kept_for_two_days(
    process: Process, phone: Phone, house: House, clock: ManualClock
) -> None:
    await says(process, phone, "我的码")
    assert process.context.last_cards.purge(clock()) == 0
    assert process.context.last_cards.purge(clock() + 2 * DAY) == 1


def test_a_message_that_must_be_left_is_not_taken(house: House) -> None:
    quotas = QuotaStore(house.engine, house.clock)
    quotas.grant("c", Trigger.ENTER)
    assert [quotas.take("c", keep=1), quotas.take("c", keep=1), quotas.take("c"), quotas.take("c")] == [
        True,
        False,
        True,
        False,
    ]


async def test_in_an_account_an_answer_links_to_its_page_in_the_mini_program(
    house: House, wechat: WeChat
) -> None:
    account = house.add("main")
    house.mini_programs["main"] = {"app_id": "wxabcdef123456"}
    await started(house)
    person = wechat.phone(account)
    await person.say("我的码")
    assert person.seen[-1].pages == {"我的健康码": ("wxabcdef123456", "pages/code/index")}
    assert person.seen[-1].links == {"我的健康码": f"{PUBLIC}/wechat/main/oauth/start"}
    assert kinds(person.seen) == ["text"]


async def test_clients_without_mini_programs_open_what_the_account_names(
    house: House, wechat: WeChat
) -> None:
    account = house.add("main")
    house.mini_programs["main"] = {
        "app_id": "wxabcdef123456",
        "fallback": "https://h5.example.cn/code?a=1&b=2",
    }
    await started(house)
    person = wechat.phone(account)
    await person.say("my code")
    assert person.seen[-1].links == {"My health code": "https://h5.example.cn/code?a=1&b=2"}


async def test_an_account_that_names_no_mini_program_has_no_such_link(house: House, wechat: WeChat) -> None:
    account = house.add("main")
    await started(house)
    person = wechat.phone(account)
    await person.say("我的码")
    assert (person.seen[-1].pages, person.seen[-1].links) == ({}, {})


async def test_a_long_answer_keeps_its_link_within_wechats_bytes(house: House, wechat: WeChat) -> None:
    account = house.add("main")
    house.mini_programs["main"] = {"app_id": "wxabcdef123456"}
    process = await started(house)
    process.door.script["长"] = [{"text": "很长的回答。" * 300, "about": "query_code_status"}]
    person = wechat.phone(account)
    await person.say("长")
    assert set(person.seen[-1].links) == {"查看全文", "我的健康码"}
    assert person.seen[-1].pages == {"我的健康码": ("wxabcdef123456", "pages/code/index")}
