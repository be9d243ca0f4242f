"""Calls to WeChat: tokens shared and renewed, each errcode's outcome, limits of time and number."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from bot.channels.wechat.client import WeChatClient
from bot.channels.wechat.errcodes import table
from bot.channels.wechat.errors import NotSent, Outcome, Refused, Unreachable
from bot.channels.wechat.outgoing import Choice, ImageOut, LinkOut, MenuOut, MiniProgramOut, NewsOut, TextOut
from bot.channels.wechat.wire import Blob, Limits
from tests.wechat_server import Account, ManualClock, Phone, WeChat

SEND = "/cgi-bin/message/custom/send"
TOKEN = "/cgi-bin/stable_token"


@pytest.fixture
def phone(wechat: WeChat, account: Account) -> Phone:
    """Somebody who has just written."""
    person = wechat.phone(account)
    wechat.grant(person, "message")
    return person


async def test_a_message_arrives_as_it_was_written(client: WeChatClient, phone: Phone) -> None:
    words = '您的码是绿码 🟢\n<a href="https://x.cn/a?b=1&c=2">详细</a>'
    await client.send(phone.openid, TextOut(words))
    assert phone.seen[0].text == "您的码是绿码 🟢\n详细"
    assert phone.seen[0].links == {"详细": "https://x.cn/a?b=1&c=2"}


async def test_every_kind_of_message(client: WeChatClient, phone: Phone) -> None:
    picture = Blob("image/png", b"\x89PNG")
    await client.send(phone.openid, MenuOut("您满意吗？", (Choice("1", "满意"),), "谢谢"))
    await client.send(phone.openid, ImageOut(await client.upload_image(picture)))
    await client.send(phone.openid, LinkOut("题", "述", "https://x.cn"))
    await client.send(phone.openid, NewsOut("题", "述", "https://x.cn"))
    thumb = await client.upload_image(picture)
    await client.send(phone.openid, MiniProgramOut("题", "wx1", "pages/i", thumb))
    assert [seen.kind for seen in phone.seen] == ["msgmenu", "image", "link", "news", "miniprogrampage"]
    assert phone.seen[0].choices == {"满意": "1"}
    assert phone.seen[1].content == b"\x89PNG"
    assert phone.seen[4].pages == {"题": ("wx1", "pages/i")}


async def test_a_card_with_a_picture_that_is_none_is_refused(client: WeChatClient, phone: Phone) -> None:
    with pytest.raises(Refused) as refused:
        await client.send(phone.openid, MiniProgramOut("题", "wx1", "pages/i", "thumb"))
    assert (refused.value.errcode, refused.value.outcome) == (40007, Outcome.STOP)


async def test_an_account_without_menus_gets_links(
    client: WeChatClient, phone: Phone, account: Account
) -> None:
    account.has_menus = False
    await client.send(phone.openid, MenuOut("您满意吗？", (Choice("1", "满意"),)))
    assert phone.seen[0].kind == "text"
    assert phone.seen[0].choices == {"满意": "1"}


async def test_one_token_for_all_processes(
    clients: Any, account: Account, phone: Phone, wechat: WeChat
) -> None:
    processes = [clients(account) for _ in range(4)]
    await processes[0].send(phone.openid, TextOut("一"))
    await asyncio.gather(*(p.send(phone.openid, TextOut("二")) for p in processes))
    assert wechat.calls[TOKEN] == 1
    assert len(phone.seen) == 5


async def test_many_calls_at_a_cold_start_fetch_one_token(
    client: WeChatClient, phone: Phone, wechat: WeChat
) -> None:
    await asyncio.gather(*(client.send(phone.openid, TextOut("一")) for _ in range(5)))
    assert wechat.calls[TOKEN] == 1


async def test_the_next_token_is_fetched_before_the_old_one_ends(
    client: WeChatClient, phone: Phone, wechat: WeChat, clock: ManualClock
) -> None:
    await client.send(phone.openid, TextOut("一"))
    clock.advance(7200 - 239)
    await client.send(phone.openid, TextOut("二"))
    assert wechat.calls[TOKEN] == 2
    assert wechat.calls[SEND] == 2


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_refused_token_is_replaced_once(
    client: WeChatClient, phone: Phone, wechat: WeChat, errcode: int
) -> None:
    await client.send(phone.openid, TextOut("一"))
    wechat.errcodes[SEND].append(errcode)
    await client.send(phone.openid, TextOut("二"))
    assert [seen.text for seen in phone.seen] == ["一", "二"]


async def test_when_wechat_gives_the_refused_token_again_a_new_one_is_forced(
    client: WeChatClient, phone: Phone, wechat: WeChat, account: Account
) -> None:
    await client.send(phone.openid, TextOut("一"))
    wechat.tokens[account.app_id].spoil()
    await client.send(phone.openid, TextOut("二"))
    assert len(wechat.tokens[account.app_id].forced_at) == 1
    assert len(phone.seen) == 2


async def test_a_token_refused_for_ever_ends_after_one_retry(
    client: WeChatClient, phone: Phone, wechat: WeChat
) -> None:
    """wechatpy asked for tokens without end here (its #152)."""
    wechat.errcodes[SEND].extend([40001] * 50)
    for _ in range(3):
        with pytest.raises(Refused) as refused:
            await client.send(phone.openid, TextOut("一"))
        assert refused.value.outcome is Outcome.TOKEN
    assert wechat.calls[SEND] == 6
    assert wechat.calls[TOKEN] <= 8


async def test_busy_is_tried_twice_more_with_growing_pauses(
    client: WeChatClient, phone: Phone, wechat: WeChat, clients: Any
) -> None:
    wechat.errcodes[SEND].extend([-1, -1])
    await client.send(phone.openid, TextOut("一"))
    assert len(phone.seen) == 1
    assert clients.slept == sorted(clients.slept)
    wechat.errcodes[SEND].extend([-1] * 9)
    with pytest.raises(Refused) as refused:
        await client.send(phone.openid, TextOut("二"))
    assert refused.value.outcome is Outcome.BUSY
    assert wechat.calls[SEND] == 6


@pytest.mark.parametrize(
    ("errcode", "outcome"),
    [(c, o) for c, o in table().items() if o not in (Outcome.BUSY, Outcome.TOKEN, Outcome.DOWNGRADE)]
    + [(99999, Outcome.UNKNOWN)],
)
async def test_each_errcode_ends_in_its_outcome_at_once(
    client: WeChatClient, phone: Phone, wechat: WeChat, errcode: int, outcome: Outcome
) -> None:
    wechat.errcodes[SEND].append(errcode)
    with pytest.raises(Refused) as refused:
        await client.send(phone.openid, TextOut("一"))
    assert (refused.value.errcode, refused.value.outcome) == (errcode, outcome)
    assert wechat.calls[SEND] == 1


def test_the_table_holds_every_errcode_of_the_protocol_facts() -> None:
    expected = {
        -1, 40001, 40014, 42001, 40003, 40013, 40125, 40164, 40029, 40163, 40226, 40037, 47003, 40200, 43004, 43101,
        44004, 45002, 45009, 45011, 45015, 45047, 45072, 45080, 45081, 48001, 48002, 48004, 50002, 87014, 40007,
    }  # fmt: skip
    assert set(table()) == expected


async def test_typing_that_cannot_be_shown_is_no_failure(
    client: WeChatClient, phone: Phone, wechat: WeChat
) -> None:
    await client.show_typing(phone.openid, on=True)
    await client.show_typing(phone.openid, on=True)
    wechat.errcodes["/cgi-bin/message/custom/typing"].append(45080)
    await client.show_typing(phone.openid, on=False)
    assert phone.typing == ["Typing"]


async def test_wrong_secrets_are_an_alarm_and_never_in_the_log(
    client: WeChatClient, phone: Phone, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    secret, account.app_secret = account.app_secret, "changed-in-the-console"
    with caplog.at_level(logging.DEBUG), pytest.raises(Refused) as refused:
        await client.send(phone.openid, TextOut("秘密的话"))
    assert refused.value.outcome is Outcome.ALARM
    assert any(record.levelno == logging.ERROR for record in caplog.records)
    assert secret not in caplog.text
    assert "秘密的话" not in caplog.text
    assert phone.openid not in caplog.text


async def test_failures_hold_no_token(clients: Any, account: Account, phone: Phone, wechat: WeChat) -> None:
    client = clients(account, Limits(total=0.05, failures=9))
    release = asyncio.Event()
    await client.send(phone.openid, TextOut("一"))
    wechat.before[SEND] = release.wait  # type: ignore[assignment]
    with pytest.raises(Unreachable) as failed:
        await client.send(phone.openid, TextOut("二"))
    release.set()
    assert wechat.tokens[account.app_id].current not in repr(failed.value)
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


async def test_a_message_that_may_have_arrived_is_not_sent_again(
    clients: Any, account: Account, phone: Phone, wechat: WeChat
) -> None:
    client = clients(account, Limits(total=0.05, failures=9))
    await client.send(phone.openid, TextOut("一"))
    release = asyncio.Event()
    wechat.before[SEND] = release.wait  # type: ignore[assignment]
    with pytest.raises(Unreachable):
        await client.send(phone.openid, TextOut("二"))
    release.set()
    assert wechat.calls[SEND] == 2


async def test_reading_is_tried_again(clients: Any, account: Account, wechat: WeChat) -> None:
    client = clients(account, Limits(total=0.05, failures=9))
    media_id = wechat.keep("image/jpeg", b"\xff\xd8")
    waits = iter([asyncio.Event(), None])

    async def first_hangs() -> None:
        event = next(waits)
        if event is not None:
            await event.wait()

    wechat.before["/cgi-bin/media/get"] = first_hangs
    await asyncio.sleep(0)
    assert (await client.fetch_media(media_id)).content == b"\xff\xd8"


async def test_a_wechat_that_is_away_is_left_alone_for_a_while(
    clients: Any, account: Account, phone: Phone, wechat: WeChat
) -> None:
    client = clients(account, Limits(failures=3, cool_down=3600))
    await client.send(phone.openid, TextOut("一"))
    await wechat.stop()
    for words in ("二", "三"):  # the kept connection breaks, a new one cannot be opened
        with pytest.raises(Unreachable):
            await client.send(phone.openid, TextOut(words))
    with pytest.raises(NotSent, match="did not answer before"):
        await client.send(phone.openid, TextOut("四"))


async def test_a_file_that_is_too_large_is_not_read_to_its_end(
    client: WeChatClient, wechat: WeChat, account: Account
) -> None:
    media_id = wechat.keep("image/jpeg", b"x" * 300_000)
    with pytest.raises(Unreachable, match="more than"):
        await client.fetch_media(media_id, largest=100_000)
    assert len((await client.fetch_media(media_id)).content) == 300_000


async def test_a_file_that_is_gone_is_a_refusal(client: WeChatClient, account: Account) -> None:
    with pytest.raises(Refused) as refused:
        await client.fetch_media("gone")
    assert refused.value.errcode == 40007


async def test_menu_and_notices(client: WeChatClient, phone: Phone, wechat: WeChat, account: Account) -> None:
    buttons = [{"name": "我的码", "type": "click", "key": "my_code"}]
    await client.create_menu(buttons)
    assert account.menu == buttons
    assert (await client.menu())["selfmenu_info"]["button"] == buttons
    await client.send_subscribed(phone.openid, "t1", {"thing1": "健康码状态有更新"})
    assert await client.send_template(phone.openid, "t2", {"thing1": "健康码状态有更新"}, url="https://x.cn")
    assert wechat.bodies[-1][1]["data"] == {"thing1": {"value": "健康码状态有更新"}}


async def test_answers_that_are_none_are_unreachable(
    clients: Any, account: Account, phone: Phone, wechat: WeChat
) -> None:
    client = clients(account)
    await client.send(phone.openid, TextOut("一"))
    wechat.errcodes[SEND].append("not a number")  # type: ignore[arg-type]
    with pytest.raises(Unreachable):
        await client.send(phone.openid, TextOut("二"))
