"""From the page into the 公众号: by a QR that anybody may scan, and by the chat the page was opened from."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.wechat import scanning
from bot.channels.wechat.people import Person
from bot.identity.arrivals import LINK
from bot.identity.passing import Place
from bot.message import OutboundMessage
from tests.wechat.house import SIGNER, House, Process
from tests.wechat_server.phone import Phone

PAGE = f"web-{'0' * 32}"
WAY = {"continue_in": "wechat", "language": "zh"}


class HandsOn:
    """Notes who is brought where; ``done`` is what the platform would say."""

    def __init__(self) -> None:
        self.brought: list[tuple[Place, Place, bool]] = []
        self.done = True

    async def hand_on(self, source: Place, target: Place, *, asks: bool) -> bool:
        self.brought.append((source, target, asks))
        return self.done


class Page:
    """The page's side: what it shows, and what a tap there tells the bot."""

    def __init__(self, process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
        self.scans = process.context.scans
        self.passing = HandsOn()
        self.shown: list[OutboundMessage] = []
        self.drawn: list[str] = []
        self.scans.passing = self.passing  # type: ignore[assignment]
        self.scans.page = self._show
        drawing = scanning.segno.make

        def make(url: str, **more: Any) -> Any:
            self.drawn.append(url)
            return drawing(url, **more)

        monkeypatch.setattr(scanning.segno, "make", make)

    async def _show(self, conversation_id: str, message: OutboundMessage) -> None:
        assert conversation_id == PAGE
        self.shown.append(message)

    async def asks_for_wechat(self) -> OutboundMessage:
        said = await self.scans.told(PAGE, WAY)
        assert said is not None
        return said

    async def taps(self, title: str, page: str = PAGE) -> OutboundMessage:
        payload = next(b.payload for b in self.shown[-1].buttons if b.title == title)
        said = SIGNER.verify(PAGE, payload)
        assert said is not None
        choice = said.partition('"scanned=')[2].rstrip('"}')
        answer = await self.scans.told(page, {"scanned": choice, "language": "zh"})
        assert answer is not None
        return answer

    @property
    def numbers(self) -> list[str]:
        return [b.title for b in self.shown[-1].buttons if b.title.isdigit()]


@pytest.fixture
async def process(house: House) -> Process:
    house.add("tianfu")
    return await house.process()


@pytest.fixture
def page(process: Process, monkeypatch: pytest.MonkeyPatch) -> Page:
    return Page(process, monkeypatch)


@pytest.fixture
def phone(house: House, process: Process) -> Phone:
    return house.wechat.phone(house.accounts["tianfu"])


def number_on(phone: Phone) -> str:
    return "".join(filter(str.isdigit, phone.seen[-1].text))


@pytest.mark.parametrize("follows", [True, False])
async def test_whoever_scans_and_taps_the_number_goes_on_in_the_chat(
    house: House, page: Page, phone: Phone, follows: bool
) -> None:
    shown = await page.asks_for_wechat()
    assert house.media.get(str(shown.image).removeprefix("/media/")).media_type == "image/png"
    await phone.scans(page.drawn[0], follows=follows)
    assert page.passing.brought == []
    number = number_on(phone)
    assert number in page.numbers
    assert len(set(page.numbers)) == 3
    said = await page.taps(number)
    chat = Place("wechat", house.conversation("tianfu", phone.openid))
    assert page.passing.brought == [(Place("web", PAGE), chat, True)]
    assert "请到微信里点“用”" in str(said.text)


async def test_a_thief_who_scans_first_gets_nothing_from_whoever_looks_at_the_number(
    house: House, page: Page, phone: Phone
) -> None:
    await page.asks_for_wechat()
    thief = house.wechat.phone(house.accounts["tianfu"])
    await thief.scans(page.drawn[0])
    await phone.scans(page.drawn[0])
    assert "已经用过" in phone.seen[-1].text
    said = await page.taps("不是我，或者没有这个数字")
    assert "没有带过去" in str(said.text)
    assert page.passing.brought == []
    said = await page.taps(number_on(thief))  # too late: one tap decides
    assert "用过或过期" in str(said.text)
    assert page.passing.brought == []


async def test_a_wrong_number_spends_the_scan(page: Page, phone: Phone) -> None:
    await page.asks_for_wechat()
    await phone.scans(page.drawn[0])
    right = number_on(phone)
    await page.taps(next(number for number in page.numbers if number != right))
    await page.taps(right)
    assert page.passing.brought == []


async def test_another_page_cannot_confirm_and_spoils_nothing(page: Page, phone: Phone) -> None:
    await page.asks_for_wechat()
    await phone.scans(page.drawn[0])
    await page.taps(number_on(phone), page=f"web-{'1' * 32}")
    assert page.passing.brought == []
    await page.taps(number_on(phone))
    assert len(page.passing.brought) == 1


async def test_qr_and_number_live_five_minutes(house: House, page: Page, phone: Phone) -> None:
    await page.asks_for_wechat()
    house.clock.advance(299)
    await phone.scans(page.drawn[0])
    house.clock.advance(300)
    await page.taps(number_on(phone))
    assert page.passing.brought == []
    await page.asks_for_wechat()
    house.clock.advance(300)
    assert await phone.scans(page.drawn[1]) is None


async def test_a_scene_that_is_none_of_ours_says_so_and_others_get_the_welcome(phone: Phone) -> None:
    await phone.does("SCAN", "scan", EventKey=f"id_{'A' * 32}", Ticket="t")
    assert "用过或过期" in phone.seen[-1].text
    await phone.does("SCAN", "scan", EventKey="poster_7", Ticket="t")
    assert "智能助手" in phone.seen[-1].text


async def test_a_page_opened_from_a_chat_goes_back_there_without_a_qr(
    house: House, page: Page, phone: Phone
) -> None:
    chat = house.conversation("tianfu", phone.openid)
    house.tickets.give(LINK, {"channel": "wechat", "conversation_id": chat}, PAGE)
    house.people.note(Person("tianfu", phone.openid))
    said = await page.asks_for_wechat()
    assert page.passing.brought == [(Place("web", PAGE), Place("wechat", chat), False)]
    assert "不用再核实身份" in str(said.text)
    page.passing.done = False
    assert "没带过去" in str((await page.asks_for_wechat()).text)


async def test_a_chat_that_has_unfollowed_is_reached_by_a_qr_again(house: House, page: Page) -> None:
    house.tickets.give(LINK, {"channel": "wechat", "conversation_id": f"wx_{'0' * 40}"}, PAGE)
    assert (await page.asks_for_wechat()).image
    assert page.passing.brought == []


async def test_a_wechat_in_trouble_is_said_to_be(house: House, page: Page) -> None:
    house.wechat.errcodes["/cgi-bin/qrcode/create"].append(48001)
    assert "连不上微信" in str((await page.asks_for_wechat()).text)
