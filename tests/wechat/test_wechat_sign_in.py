"""The page inside WeChat: who may say from which chat it was opened, and what nobody ever gets to see."""

from __future__ import annotations

import logging
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.identity.arrivals import ARRIVAL
from tests.wechat.house import PUBLIC, House, Process
from tests.wechat_server.logins import Browser
from tests.wechat_server.phone import Phone

START = f"{PUBLIC}/wechat/tianfu/oauth/start"
CALLBACK = f"{PUBLIC}/wechat/tianfu/oauth/callback"
EXCHANGE = "/sns/oauth2/access_token"


@pytest.fixture
async def process(house: House) -> Process:
    house.add("tianfu")
    house.add("other")
    return await house.process()


@pytest.fixture
def phone(house: House, process: Process) -> Phone:
    return house.wechat.phone(house.accounts["tianfu"])


@pytest.fixture
def browser(phone: Phone, process: Process) -> Browser:
    return phone.browser(PUBLIC, process.url)


def arrival(house: House, browser: Browser) -> object:
    """What the browser's ticket stands for."""
    ticket = browser.cookies.get("jkt_arrival", ("", ""))[0]
    return house.tickets.take(ARRIVAL, ticket) if ticket else None


async def begun(browser: Browser) -> str:
    """Begin a sign-in; returns where WeChat would send the browser back to."""
    location = await browser._at_ours(START)
    assert location is not None
    return browser._at_wechat(location)


async def test_a_page_opened_from_a_chat_knows_which_one(
    house: House, browser: Browser, phone: Phone
) -> None:
    assert await browser.open(START) == f"{PUBLIC}/#from=wechat"
    value, path = browser.cookies["jkt_arrival"]
    assert path == "/chat/arrival"
    assert "jkt_browser" not in browser.cookies
    assert arrival(house, browser) == {
        "channel": "wechat",
        "conversation_id": house.conversation("tianfu", phone.openid),
    }
    assert house.tickets.take(ARRIVAL, value) is None


async def test_the_openid_is_in_no_address_log_page_or_store(
    house: House, browser: Browser, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await browser.open(START)
    seen = "\n".join([*browser.visited, *browser.shown, caplog.text, str(browser.cookies)])
    assert phone.openid not in seen
    assert phone.account.app_secret not in seen
    assert phone.openid.encode() not in house.stored()
    assert all(code not in caplog.text for code in house.wechat.codes)


async def test_a_state_of_somebody_elses_browser_opens_nothing(
    house: House, browser: Browser, process: Process
) -> None:
    """Login CSRF: an address with the attacker's code and state, opened by somebody else."""
    attacker = house.wechat.phone(house.accounts["tianfu"]).browser(PUBLIC, process.url)
    theirs = await begun(attacker)
    assert await browser.open(theirs) == f"{PUBLIC}/"
    await begun(browser)  # one who is in the middle of an own sign-in is not taken in either
    theirs = await begun(attacker)
    assert await browser.open(theirs) == f"{PUBLIC}/"
    assert arrival(house, browser) is None
    assert house.wechat.calls[EXCHANGE] == 0


@pytest.mark.parametrize("state", ["", "x", "A" * 32, "'; DROP TABLE identity_tickets; --"])
async def test_a_forged_state_opens_nothing(house: House, browser: Browser, state: str) -> None:
    back = await begun(browser)
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert await browser.open(f"{CALLBACK}?code={code}&state={state}") == f"{PUBLIC}/"
    assert arrival(house, browser) is None


async def test_a_state_works_once_and_for_five_minutes(house: House, browser: Browser) -> None:
    back = await begun(browser)
    cookies = dict(browser.cookies)
    assert (await browser.open(back)).endswith("#from=wechat")
    browser.cookies = cookies
    assert await browser.open(back) == f"{PUBLIC}/"
    late = await begun(browser)
    house.clock.advance(300)
    assert await browser.open(late) == f"{PUBLIC}/"


async def test_a_state_of_another_account_opens_nothing(house: House, browser: Browser) -> None:
    back = await begun(browser)
    browser.cookies = {name: (value, "/") for name, (value, _) in browser.cookies.items()}
    assert await browser.open(back.replace("/tianfu/", "/other/")) == f"{PUBLIC}/"
    assert arrival(house, browser) is None


@pytest.mark.parametrize("errcode", [40029, 40163])
async def test_a_code_that_is_refused_begins_anew_once_and_is_never_tried_again(
    house: House, browser: Browser, errcode: int
) -> None:
    house.wechat.errcodes[EXCHANGE].extend([errcode])
    assert (await browser.open(START)).endswith("#from=wechat")
    assert house.wechat.calls[EXCHANGE] == 2
    assert len({parse_qs(urlsplit(a).query)["code"][0] for a in browser.visited if "code=" in a}) == 2
    house.wechat.errcodes[EXCHANGE].extend([errcode, errcode])
    assert await browser.open(START) == f"{PUBLIC}/"
    assert house.wechat.calls[EXCHANGE] == 4


async def test_a_code_used_twice_is_refused_by_wechat(house: House, browser: Browser) -> None:
    back = await begun(browser)
    code = parse_qs(urlsplit(back).query)["code"][0]
    house.wechat.codes[code].used = True
    assert (await browser.open(back)).endswith("#from=wechat")  # begun anew, with a new code
    assert house.wechat.codes[code].used
    assert house.wechat.calls[EXCHANGE] == 2


@pytest.mark.parametrize("errcode", [-1, 40125, 45011])
async def test_a_wechat_in_trouble_opens_the_page_all_the_same(
    house: House, browser: Browser, errcode: int
) -> None:
    house.wechat.errcodes[EXCHANGE].append(errcode)
    assert await browser.open(START) == f"{PUBLIC}/"
    assert house.wechat.calls[EXCHANGE] == 1


async def test_nobody_chooses_where_it_ends(house: House, browser: Browser) -> None:
    for asked in (f"{START}?next=https://evil.example", f"{START}?redirect_uri=//evil.example"):
        assert await browser.open(asked) == f"{PUBLIC}/#from=wechat"
    back = await begun(browser)
    assert (await browser.open(f"{back}&next=https://evil.example")).startswith(PUBLIC)
    assert "evil" not in "".join(a for a in browser.visited if "/connect/" in a)


async def test_nobody_signs_in_inside_a_frame(process: Process) -> None:
    to = await process.context.sign_in.start("tianfu", framed=True)
    assert (to.location, to.cookies) == (f"{PUBLIC}/", ())


@pytest.mark.parametrize("kind", ["subscription", "mini_program"])
async def test_accounts_without_a_sign_in_have_no_address_for_it(house: House, kind: str) -> None:
    house.add("small", kind)
    process = await house.process()
    assert (await process.context.sign_in.start("small")).location == ""
    assert (await process.context.sign_in.callback("small", {}, "")).location == ""
    assert (await process.context.sign_in.start("nobody")).location == ""
