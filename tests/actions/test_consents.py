"""Consent: asked by purpose, remembered as a receipt, asked again when the words change, taken back at once."""

from __future__ import annotations

import importlib
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from actions.consent_texts import ConsentTexts
from actions.speech import CHINA
from backend_client import Code, Unavailable
from tests.support.dialogue import NOW, ROOT, Talk

for module in ("identity", "rights", "erasure", "code", "checkin"):
    importlib.import_module(f"actions.{module}")

ADULT, CHILD = "510104199001019996", "510104201503070011"


class Platform:
    """Believes everybody and has a green code for them."""

    def __init__(self) -> None:
        self.reads: list[str] = []
        self.ended: list[str] = []
        self.away = False

    def start_verification(self, request: Any) -> Any:
        return SimpleNamespace(verification_id="ver_1", phone_masked="199****0001")

    def confirm_verification(self, verification_id: str, code: str) -> Any:
        return SimpleNamespace(
            session_token="token",
            person_id="per_1",
            expires_at=NOW + timedelta(minutes=30),
            name_masked="林**",
        )

    def end_session(self, session: str, *, key: str) -> Any:
        if self.away:
            raise Unavailable(cause="away")
        self.ended.append(session)

    def health_declarations(self, session: str, person_id: str, **_: Any) -> Any:
        return SimpleNamespace(items=(), next_cursor=None)

    def code(self, session: str, person_id: str) -> Any:
        self.reads.append(person_id)
        at = NOW.isoformat()
        return Code.parse_obj(
            {
                "person_id": person_id,
                "colour": "green",
                "since": at,
                "checkin_expired": False,
                "reasons": [],
                "requirements": [],
                "as_of": at,
            }
        )


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Talk:
    return Talk(Platform(), tmp_path, monkeypatch)


async def verify(talk: Talk, number: str = ADULT) -> str:
    await talk.say(talk.token("NAME", "林知远"))
    await talk.say(talk.token("ID", number))
    await talk.say(talk.token("PHONE", "19900000001"))
    return await talk.say(talk.token("OTP", "123456"))


async def test_one_card_with_a_choice_for_each_purpose(talk: Talk) -> None:
    said = await talk.say("查我的码", "query_code_status")
    assert "1. 核实身份" in said
    assert "2. 查看健康信息" in said
    assert list(talk.buttons) == ["同意", "只同意核实身份", "不同意"]


async def test_both_agreed_leads_to_the_answer(talk: Talk) -> None:
    await talk.say("查我的码", "query_code_status")
    await talk.say("同意", "affirm")
    assert "绿码" in await verify(talk)


async def test_refusing_leaves_policy_answers_and_reads_nothing(talk: Talk) -> None:
    await talk.say("查我的码", "query_code_status")
    assert "政策" in await talk.tap("不同意")
    assert talk.loop is None
    assert talk.platform.reads == []


@pytest.mark.parametrize("way", ["tap", "说"])
async def test_identity_alone_verifies_and_reads_no_health_data(talk: Talk, way: str) -> None:
    await talk.say("查我的码", "query_code_status")
    if way == "tap":
        await talk.tap("只同意核实身份")
    else:
        await talk.say("我只核实身份", "deny")
    assert "没有同意查看健康信息" in await verify(talk)
    assert talk.platform.reads == []
    await talk.tap("同意查看健康信息")
    assert list(talk.buttons) == ["同意", "不同意"]
    assert "绿码" in await talk.say("同意", "affirm")


async def test_a_new_wording_is_asked_again(talk: Talk) -> None:
    await talk.say("查我的码", "query_code_status")
    await talk.tap("同意")
    await verify(talk)
    texts = talk.kit.consent_texts
    newer = replace(texts["health"], versions={**texts["health"].versions, "2022-12-01": {"zh": "新的说法"}})
    talk.kit.consent_texts = ConsentTexts({**texts._purposes, "health": newer})
    talk.platform.reads.clear()
    assert "新的说法" in await talk.say("查我的码", "query_code_status")
    assert talk.platform.reads == []
    assert "绿码" in await talk.say("同意", "affirm")


async def test_receipts_name_purpose_version_wording_and_moment(talk: Talk) -> None:
    assert "还没有同意过" in await talk.say("我同意过什么", "ask_privacy")
    await talk.say("查我的码", "query_code_status")
    await talk.tap("同意")
    await verify(talk)
    said = await talk.say("我同意过些什么", "ask_privacy")
    today = datetime.now(CHINA)
    for words in (
        "“核实身份”",
        "“查看健康信息”",
        "版本2022-09-05",
        "不留底",
        f"{today.year}年{today.month}月",
    ):
        assert words in said
    assert list(talk.buttons) == ["收回同意", "只收回健康信息"]


@pytest.mark.parametrize("way", ["tap", "撤回同意"])
async def test_taking_it_back_ends_the_session_and_forgets_at_once(talk: Talk, way: str) -> None:
    await talk.say("查我的码", "query_code_status")
    await talk.tap("同意")
    await verify(talk)
    session = talk.slots["session"]
    if way == "tap":
        await talk.say("我同意过什么", "ask_privacy")
        said = await talk.tap("收回同意")
    else:
        said = await talk.say(way, "delete_my_data")
    assert "已经收回" in said
    assert not any(
        talk.slots.get(name) for name in ("session", "person_id", "person_name", "phone", "drafts")
    )
    with pytest.raises(Exception, match="unknown"):
        talk.kit.vault.get(talk.sender, session)
    assert "核实身份" in await talk.say("查我的码", "query_code_status")


async def test_taking_it_back_ends_the_session_on_the_platform_too(talk: Talk) -> None:
    await talk.say("查我的码", "query_code_status")
    await talk.tap("同意")
    await verify(talk)
    assert "身份验证已结束" in await talk.say("撤回同意", "ask_privacy")
    assert talk.platform.ended == ["token"]


async def test_with_the_platform_away_it_is_taken_back_all_the_same_and_said_how_far(talk: Talk) -> None:
    await talk.say("查我的码", "query_code_status")
    await talk.tap("同意")
    await verify(talk)
    talk.platform.away = True
    said = await talk.say("撤回同意", "ask_privacy")
    assert "已经收回" in said
    assert "最晚30分钟后自动结束" in said
    assert not talk.slots.get("session")


async def test_a_form_in_progress_stops_and_says_so(talk: Talk) -> None:
    await talk.say("查我的码", "query_code_status")
    await talk.tap("同意")
    await verify(talk)
    await talk.say("打卡", "health_checkin")
    assert talk.loop == "checkin_form"
    said = await talk.say("撤回同意", "ask_privacy")
    assert "“健康打卡”也停下了，没有提交" in said
    assert talk.loop is None
    assert talk.platform.ended == ["token"]


async def test_while_being_verified_the_form_that_asks_stops_too(talk: Talk) -> None:
    await talk.say("查我的码", "query_code_status")
    await talk.tap("同意")
    await talk.say(talk.token("NAME", "林知远"))
    said = await talk.say("撤回同意", "ask_privacy")
    assert "没有提交" in said
    assert talk.loop is None
    assert talk.platform.ended == []


async def test_health_alone_can_be_taken_back(talk: Talk) -> None:
    await talk.say("查我的码", "query_code_status")
    await talk.tap("同意")
    await verify(talk)
    await talk.say("我同意过什么", "ask_privacy")
    assert "查看健康信息" in await talk.tap("只收回健康信息")
    talk.platform.reads.clear()
    assert "没有同意查看健康信息" in await talk.say("查我的码", "query_code_status")
    assert talk.slots.get("session")
    assert talk.platform.reads == []


async def test_a_child_under_fourteen_needs_a_guardian(talk: Talk) -> None:
    await talk.say("查我的码", "query_code_status")
    await talk.tap("同意")
    await talk.say(talk.token("NAME", "林小满"))
    assert "监护人" in await talk.say(talk.token("ID", CHILD))
    assert "14周岁" in await talk.tap("不同意")
    assert talk.loop is None


async def test_a_guardians_yes_is_kept_as_a_receipt_and_goes_on(talk: Talk) -> None:
    await talk.say("查我的码", "query_code_status")
    await talk.tap("同意")
    await talk.say(talk.token("NAME", "林小满"))
    await talk.say(talk.token("ID", CHILD))
    assert "手机号" in await talk.tap("同意")
    assert "监护人同意" in await talk.say("我同意过什么", "ask_privacy")


def test_the_file_has_a_plain_an_elderly_and_an_english_wording_for_each_version() -> None:
    texts = ConsentTexts.load(ROOT / "data" / "privacy" / "consent.yml")
    for purpose in texts._purposes.values():
        for words in purpose.versions.values():
            assert {"zh", "elder", "en"} <= set(words)
            assert len(words["elder"]) <= 40
