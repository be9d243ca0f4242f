"""Joined conversations as topics see them: what is shared, with whom, and what ends it."""

from __future__ import annotations

import importlib
import time
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from actions import joined
from actions.erasing import carry_out
from actions.joining import wish_of
from privacy.consent import subject_of
from privacy.erasure import Erasures
from privacy.join_codes import read_code
from privacy.notices import THIS_CONVERSATION, Subscription
from tests.support.dialogue import NOW, Talk

for module in ("identity", "rights", "erasure", "notices", "joining", "tickets", "steering"):
    importlib.import_module(f"actions.{module}")


class Platform:
    """Deletes, signs out, and knows every work order by its code."""

    def erase_data(self, request: Any, *, key: str, session: str | None = None) -> Any:
        return SimpleNamespace(deleted=(), kept=())

    def end_session(self, session: str, *, key: str) -> None:
        return None

    def service_request(self, number: str, code: str | None, *, session: str | None = None) -> Any:
        return SimpleNamespace(
            number=number,
            state="accepted",
            created_at=NOW,
            due_at=NOW,
            reviews=None,
            decision=None,
            reply=code,
            merged_into=None,
            wishes=(),
            events=(),
        )


class House:
    """Two conversations on the same stores."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.drafts: dict[str, dict[str, Any]] = {}
        url = f"sqlite:///{folder}/vault.sqlite3"
        more = {
            "erasures": Erasures(url, b"v" * 32, lambda: datetime.now(timezone.utc)),
            "bot": SimpleNamespace(drafts=lambda conversation: self.drafts.get(conversation, {})),
        }
        self.page = Talk(Platform(), folder, monkeypatch, sender="page", more=more)
        self.phone = Talk(Platform(), folder, monkeypatch, sender="phone", more=more)

    def verify(self, talk: Talk, person: str = "per_1") -> None:
        talk.slots["session"] = talk.token("SESSION", f"session of {person}")
        talk.slots["session_until"] = time.time() + 600
        talk.slots["person_id"] = person

    def sign_out(self, talk: Talk) -> None:
        talk.slots["session"] = None

    async def join(self) -> str:
        self.verify(self.page)
        self.verify(self.phone)
        await self.page.say("关联我的微信", "join_channels")
        code = read_code((await self.page.tap("同意")).split("\n")[0])
        return await self.phone.say(f"关联码 {self.phone.token('JOIN', str(code))}", "join_channels")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(tmp_path, monkeypatch)


def consent(talk: Talk) -> bool:
    word = talk.kit.consent.current(subject_of(talk.sender, "rest"), joined.PURPOSE)
    return bool(word is not None and word.granted)


async def test_both_consents_are_kept_and_both_withdrawn(house: House) -> None:
    assert "关联好了" in await house.join()
    assert consent(house.page) and consent(house.phone)
    assert "关联已经取消" in await house.phone.say("取消关联", "join_channels")
    assert not consent(house.page) and not consent(house.phone)


async def test_the_code_is_said_in_private_so_that_no_tracker_keeps_it(house: House) -> None:
    house.verify(house.page)
    await house.page.say("关联我的微信", "join_channels")
    await house.page.tap("同意")
    (said,) = house.page.said
    assert read_code(said["text"].split("\n")[0])
    assert said["private"]


async def test_it_is_ended_and_listed_by_who_is_not_verified_any_more(house: House) -> None:
    await house.join()
    house.sign_out(house.phone)
    assert "就是这里" in await house.phone.say("我关联了哪些", "join_channels")
    assert "关联已经取消" in await house.phone.say("解除关联", "join_channels")


async def test_consents_of_the_other_are_read_back_to_their_person_alone(house: House) -> None:
    await house.join()
    house.page.kit.consent.record(subject_of("page", "rest"), "health", "2022-09-05", True)
    assert "查看健康信息" in await house.phone.say("我同意过什么", "ask_privacy")
    house.verify(house.phone, "per_2")
    assert "查看健康信息" not in await house.phone.say("我同意过什么", "ask_privacy")


async def test_withdrawing_consent_ends_it_and_the_other_is_told(house: House) -> None:
    await house.join()
    house.page.slots["consent"] = {"identity": "2022-09-05"}
    assert "关联已经取消" in await house.page.say("撤回同意", "ask_privacy")
    assert "关联已经取消" in house.page.kit.joins.waiting_in("phone")[-1].text


async def test_leaving_the_account_ends_its_membership_by_the_deletion_it_begins(house: House) -> None:
    await house.join()
    whose = {
        "conversation_id": "phone",
        "channel": "wechat",
        "session": None,
        "language": "zh",
        "elder": False,
    }
    erasure = house.page.kit.erasures.register("unfollowed", "conversation", whose)
    await carry_out(house.page.kit, erasure)
    assert house.page.kit.joins.members("page") == []
    assert "已经取消" in house.page.kit.joins.waiting_in("page")[-1].text
    assert not consent(house.page)


async def test_closing_notices_in_one_closes_them_in_both(house: House) -> None:
    await house.join()
    line = Subscription("page", "web", "order", THIS_CONVERSATION, "")
    house.page.kit.subscriptions.add(line)
    assert "工单通知" in await house.phone.say("我开了哪些通知", "ask_notification")
    assert "关好了" in await house.phone.say("关闭工单通知", "ask_notification")
    assert house.page.kit.subscriptions.of_conversation("page") == []


async def test_notices_are_sent_where_the_person_says(house: House) -> None:
    await house.join()
    assert "最近说话" in await house.phone.say("通知发到最近用的", "ask_notification")
    assert "没有这一个" in await house.phone.say("通知发到小程序", "ask_notification")
    house.page.kit.joins.seen("phone")
    await house.phone.say("我关联了哪些", "join_channels")
    await house.phone.tap("通知发到在线对话")
    assert house.page.kit.joins.told("phone").conversation_id == "page"


def held(talk: Talk, days: int = 0) -> dict[str, Any]:
    phone = talk.token("PHONE", "19900000001")
    values = {"kind": "complaint", "category": "complain", "content": f"没人上班，打{phone}", "phone": phone}
    begun = NOW.replace(day=NOW.day - days) if days < NOW.day else datetime(2022, 7, 1, tzinfo=timezone.utc)
    return {"work_order_form": {"key": "k" * 32, "begun": begun.isoformat(), "values": values}}


async def test_a_draft_is_taken_up_with_its_key_and_values_of_this_conversations_own(house: House) -> None:
    await house.join()
    house.drafts["page"] = held(house.page)
    said = await house.phone.say("接着填", "affirm")
    assert "还给您留着" in said
    draft = house.phone.slots["drafts"]["work_order_form"]
    assert draft["key"] == "k" * 32
    assert house.phone.kit.vault.get("phone", draft["values"]["phone"]).value == "19900000001"
    assert draft["values"]["phone"] in draft["values"]["content"]


async def test_no_draft_is_shown_to_somebody_else_or_after_its_time(house: House) -> None:
    await house.join()
    house.drafts["page"] = held(house.page)
    house.verify(house.phone, "per_2")
    assert "还给您留着" not in await house.phone.say("接着填", "affirm")
    house.verify(house.phone)
    house.drafts["page"] = held(house.page, days=40)
    assert "还给您留着" not in await house.phone.say("接着填", "affirm")


async def test_a_forgotten_value_is_asked_for_again(house: House) -> None:
    await house.join()
    house.drafts["page"] = held(house.page)
    house.page.kit.vault.forget("page")
    await house.phone.say("接着填", "affirm")
    assert set(house.phone.slots["drafts"]["work_order_form"]["values"]) == {"kind", "category"}


async def test_a_shared_work_order_opens_without_its_code_for_its_person(house: House) -> None:
    await house.join()
    house.page.kit.joins.share_order("page", "JKT20220905-000002", "ABC235")
    assert "JKT20220905-000002" in await house.phone.say("我的工单", "query_ticket")
    assert "ABC235" in await house.phone.tap("JKT20220905-000002"), "the platform was asked with the code"


async def test_deleting_everything_deletes_the_other_too_with_its_own_receipt(house: House) -> None:
    await house.join()
    token = house.page.token("PHONE", "19900000001")
    await house.phone.say("删除我的数据", "delete_my_data")
    assert "一起删" in await house.phone.tap("连平台上的一起删")
    said = await house.phone.tap("确认删除")
    assert said.count("回执号SC") == 2
    with pytest.raises(Exception, match="unknown"):
        house.page.kit.vault.get("page", token)
    assert len(house.page.kit.erasures.waits_for_bot("page")) == 1


async def test_deleting_this_conversation_alone_spares_the_other_and_says_so(house: House) -> None:
    await house.join()
    token = house.page.token("PHONE", "19900000001")
    await house.phone.say("删除我的数据", "delete_my_data")
    assert "不删，关联会取消" in await house.phone.tap("只删这次对话")
    await house.phone.tap("确认删除")
    assert house.page.kit.vault.get("page", token).value == "19900000001"
    assert house.page.kit.joins.members("page") == []


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("把我的网页和微信连起来", "start"),
        ("join my channels", "start"),
        ("给我一个关联码", "start"),
        ("我有关联码", "code"),
        ("关联码 <JOIN#k7m2qrxa>", "code"),
        ("取消关联", "end"),
        ("莫把我两边连到一起了", "end"),
        ("解除所有对话的关联", "end_all"),
        ("unlink", "end"),
        ("我关联了哪些", "show"),
        ("which channels are linked", "show"),
        ("通知发到微信", "tell:wechat"),
        ("通知只发网页", "tell:web"),
    ],
)
def test_a_wish_is_found_in_its_words(words: str, wish: str) -> None:
    tokens = ["<JOIN#k7m2qrxa>"] if "<JOIN" in words else []
    turn: Any = SimpleNamespace(text=words, first=lambda _kind: None, tokens=lambda _kind: tokens)
    assert wish_of(turn) == wish
