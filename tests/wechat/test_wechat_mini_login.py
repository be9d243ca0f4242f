"""The mini-program: who is logged in, whom it hands over, and what the chat that is opened makes of it."""

from __future__ import annotations

import json
import logging
from typing import Any

import aiohttp
import pytest

from tests.wechat.house import House, Process
from tests.wechat_server.logins import SESSION_KEY, UNIONID
from tests.wechat_server.phone import Phone

TOKEN = f"h1.{'a' * 40}.{'0' * 64}"
LOGIN = "/sns/jscode2session"


class Mini:
    """The mini-program on somebody's phone, talking to our server."""

    def __init__(self, phone: Phone, url: str) -> None:
        self.phone, self.url = phone, url
        self.token = ""
        self.conversation_id = ""

    async def post(self, step: str, body: Any, token: str = "") -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url, data = f"{self.url}/{step}", json.dumps(body)
        async with aiohttp.request("POST", url, data=data, headers=headers) as answer:
            return answer.status, await answer.json()

    async def login(self) -> Mini:
        status, said = await self.post("login", {"code": self.phone.login_code()})
        assert status == 200, said
        self.token, self.conversation_id = said["token"], said["conversation_id"]
        return self

    async def hand_over(self, token: str = TOKEN) -> str:
        status, said = await self.post("handover", {"token": token}, self.token)
        assert status == 201, said
        return str(said["session_from"])


@pytest.fixture
async def process(house: House) -> Process:
    house.add("mini", "mini_program", as_json=True)
    house.add("tianfu")
    return await house.process()


def new_mini(house: House, process: Process) -> Mini:
    return Mini(house.wechat.phone(house.accounts["mini"]), f"{process.url}/mini/mini")


@pytest.fixture
def mini(house: House, process: Process) -> Mini:
    return new_mini(house, process)


async def test_whoever_logs_in_learns_their_conversation_and_nothing_else(
    house: House, mini: Mini, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    status, said = await mini.post("login", {"code": mini.phone.login_code()})
    assert status == 200
    assert said["conversation_id"] == house.conversation("mini", mini.phone.openid)
    assert set(said) == {"token", "conversation_id", "expires_in"}
    for secret in (mini.phone.openid, SESSION_KEY, UNIONID):
        assert secret not in f"{said}{caplog.text}"
        assert secret.encode() not in house.stored()


@pytest.mark.parametrize("errcode", [40029, 40163])
async def test_a_code_that_is_refused_is_not_tried_again(house: House, mini: Mini, errcode: int) -> None:
    house.wechat.errcodes[LOGIN].append(errcode)
    assert await mini.post("login", {"code": mini.phone.login_code()}) == (401, {"error": "code_refused"})
    assert house.wechat.calls[LOGIN] == 1


async def test_a_code_is_good_once_and_for_five_minutes(house: House, mini: Mini) -> None:
    code = mini.phone.login_code()
    assert (await mini.post("login", {"code": code}))[0] == 200
    assert (await mini.post("login", {"code": code}))[0] == 401
    late = mini.phone.login_code()
    house.clock.advance(300)
    assert (await mini.post("login", {"code": late}))[0] == 401


@pytest.mark.parametrize("errcode", [-1, 40125, 40226, 45011])
async def test_a_wechat_in_trouble_is_told_apart_from_a_bad_code(
    house: House, mini: Mini, errcode: int
) -> None:
    house.wechat.errcodes[LOGIN].append(errcode)
    assert await mini.post("login", {"code": mini.phone.login_code()}) == (503, {"error": "unavailable"})
    assert house.wechat.calls[LOGIN] == 1


async def test_a_wechat_that_does_not_answer_is_left_alone_for_a_while(
    house: House, mini: Mini, process: Process
) -> None:
    await house.wechat.stop()
    answers = [(await mini.post("login", {"code": mini.phone.login_code()}))[0] for _ in range(7)]
    assert answers == [503] * 7
    assert not process.context.wire._breaker.admits()


@pytest.mark.parametrize("body", [None, [], {}, {"code": 7}, {"code": None}, "x"])
async def test_what_is_no_login_is_refused(house: House, mini: Mini, body: Any) -> None:
    assert (await mini.post("login", body))[0] == 400
    assert house.wechat.calls[LOGIN] == 0


async def test_what_cannot_be_a_code_is_not_sent_to_wechat(house: House, mini: Mini) -> None:
    for code in ("", "x" * 200, "a b c d e f", "' OR 1=1 --", "核酸检测点在哪里"):
        assert (await mini.post("login", {"code": code}))[0] == 401
    assert house.wechat.calls[LOGIN] == 0


async def test_one_address_logs_in_so_often_and_no_more(house: House, mini: Mini) -> None:
    said = [(await mini.post("login", {"code": mini.phone.login_code()}))[0] for _ in range(61)]
    assert said == [200] * 60 + [429]
    house.clock.advance(1)
    assert (await mini.post("login", {"code": mini.phone.login_code()}))[0] == 200


async def test_only_mini_programs_log_in(house: House, process: Process, mini: Mini) -> None:
    for account in ("tianfu", "nobody"):
        other = Mini(mini.phone, f"{process.url}/mini/{account}")
        assert (await other.post("login", {"code": mini.phone.login_code()}))[0] == 404
        assert (await other.post("handover", {"token": TOKEN}, "m1.x"))[0] == 404


async def test_whom_the_mini_program_hands_over_arrives_when_the_chat_is_opened(
    house: House, process: Process, mini: Mini
) -> None:
    process.door.script[TOKEN] = [{"text": "林**，身份核实好了。"}]
    source = await (await mini.login()).hand_over()
    assert TOKEN.encode() not in house.stored()
    assert TOKEN not in source
    await mini.phone.enters(f"page=code&{source}")
    seen = (await mini.phone.sees(1))[0]
    assert process.door.texts == [TOKEN]
    assert process.door.received[0].sender_id == mini.conversation_id
    assert seen.text.startswith("您好，我是四川天府健康通的智能助手。码的颜色")
    assert "林**，身份核实好了。" in seen.text
    assert len(mini.phone.seen) == 1  # greeting and identity are one message of the two that are free


async def test_a_reference_is_taken_once(house: House, process: Process, mini: Mini) -> None:
    source = await (await mini.login()).hand_over()
    await mini.phone.enters(source)
    await mini.phone.sees(1)
    house.clock.advance(5)
    await mini.phone.enters(source)
    await mini.phone.sees(2)
    assert process.door.texts == [TOKEN]


async def test_a_reference_is_worth_nothing_in_another_chat_and_stays_good_in_its_own(
    house: House, process: Process, mini: Mini
) -> None:
    source = await (await mini.login()).hand_over()
    thief = new_mini(house, process)
    await thief.phone.enters(source)
    await thief.phone.sees(1)
    assert process.door.texts == []
    await mini.phone.enters(source)
    await mini.phone.sees(1)
    assert process.door.texts == [TOKEN]


async def test_a_reference_lives_five_minutes_and_a_later_one_takes_its_place(
    house: House, process: Process, mini: Mini
) -> None:
    first = await (await mini.login()).hand_over()
    second = await mini.hand_over()
    await mini.phone.enters(first)
    await mini.phone.sees(1)
    house.clock.advance(300)
    await mini.phone.enters(second)
    await mini.phone.sees(2)
    assert process.door.texts == []


async def test_only_the_token_of_a_login_hands_over(house: House, process: Process, mini: Mini) -> None:
    await mini.login()
    other = await new_mini(house, process).login()
    head, conversation, until, signature = mini.token.split(".")
    for forged in (
        "",
        "x",
        f"{head}.{conversation}.{until}.{'0' * 64}",
        f"{head}.{other.conversation_id}.{until}.{signature}",
        f"{head}.{conversation}.{int(until) + 1}.{signature}",
    ):
        assert (await mini.post("handover", {"token": TOKEN}, forged))[0] == 401, forged
    for wrong in ("", "h1.x", None, {"a": 1}):
        assert (await mini.post("handover", {"token": wrong}, mini.token))[0] == 400
    house.clock.advance(1800)
    assert (await mini.post("handover", {"token": TOKEN}, mini.token))[0] == 401


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("page=appeal", "要申诉、要看进度"),
        ("page=code", "码的颜色、为什么变"),
        ("", "健康码、核酸、风险区都可以问我"),
        ("page=nowhere", "健康码、核酸、风险区都可以问我"),
        ("page=/restart", "健康码、核酸、风险区都可以问我"),
        ("page=appeal&page=<script>", "健康码、核酸、风险区都可以问我"),
        ("&".join(f"a{n}=1" for n in range(50)), "健康码、核酸、风险区都可以问我"),
        ("x" * 5000, "健康码、核酸、风险区都可以问我"),
        (f"ref={'A' * 32}", "健康码、核酸、风险区都可以问我"),
    ],
)
async def test_the_greeting_fits_the_page_and_nothing_else_is_believed(
    house: House, process: Process, mini: Mini, source: str, says: str
) -> None:
    await mini.phone.enters(source)
    seen = (await mini.phone.sees(1))[0]
    assert says in seen.text
    assert seen.choices
    assert process.door.texts == []
