"""The code of a chat's citizen: for its owner, with a purpose, while it lasts; and what the citizen has open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.hotline.conftest import PASSWORD, Agent, Running, text_of
from tests.hotline.fake_platform import FakePlatform, order
from tests.hotline.live.conftest import Citizen
from tests.support.agent import DeskAgent, Refused

Citizens = Callable[..., Citizen]
KNOWN = {"code_reference": "per_1", "relative_reference": "per_2", "facts": {"whose": "母亲"}}


@pytest.fixture
def owner(desk: Running, platform: FakePlatform) -> Iterator[DeskAgent]:
    """An agent who takes chats; whoever is `per_1` was verified in the conversation `web-1`."""
    platform.verified = {("web-1", "per_1")}
    agent = DeskAgent(desk.url, "A001", PASSWORD)
    agent.here("busy")
    yield agent


def taken(owner: DeskAgent, citizen: Citizens, **facts: Any) -> dict[str, Any]:
    """A chat of the owner's."""
    citizen(**facts)
    return owner.move(owner.chat_of("web-1"), "take")


def refused(agent: DeskAgent, chat: dict[str, Any], **changes: Any) -> tuple[str, str]:
    """Code and sentence with which a look is refused."""
    with pytest.raises(Refused) as refusal:
        agent.look_at_code(chat, **changes)
    problem = refusal.value.problem
    return problem.get("code", ""), problem.get("sentence", "")


def test_the_owner_sees_how_the_code_follows_and_it_is_written_down(
    desk: Running, platform: FakePlatform, owner: DeskAgent, citizen: Citizens
) -> None:
    chat = taken(owner, citizen, **KNOWN)
    assert "per_1" not in str(owner.dossier(chat["chat_id"])), "whom it is about, the page need not know"
    assert owner.background(chat)["code"]["relation"] == "母亲"
    told = owner.look_at_code(chat, note="他说电话13900000001打不通")
    assert (told["word"], told["name"], told["person"], told["seconds"]) == ("黄码", "王*", "市民本人", 180)
    assert told["lines"][0].startswith("您现在是黄码，出行受限。")
    assert (told["rules"][0]["decides"], told["steps"][0]["state"]) == (True, "还要做")
    assert told["steps"][0]["text"].startswith("已有1次阴性（最近一次9月4日下午4点20分采样），还差1次")
    (asked,) = platform.looked
    assert asked["chat"] == {"chat_id": chat["chat_id"], "conversation_id": "web-1", "person_id": "per_1"}
    assert (asked["agent"], asked["purpose"]) == ("A001", "chat_explain")
    auditor = Agent(desk.url)
    auditor.log_in("U001")
    trail = text_of(auditor.get("/audit"))
    assert "查看会话市民健康码" in trail
    assert "13900000001" not in trail


def test_a_relatives_code_is_asked_for_by_the_relation(
    platform: FakePlatform, owner: DeskAgent, citizen: Citizens
) -> None:
    chat = taken(owner, citizen, **KNOWN)
    assert "没有绑定这位家人" in refused(owner, chat, whose="relative")[1]
    platform.relatives = {"母亲"}
    told = owner.look_at_code(chat, whose="relative")
    assert (told["person"], told["lines"][0][:5]) == ("母亲（家人）", "您母亲现在")
    assert platform.looked[-1]["chat"]["relation"] == "母亲"
    assert platform.looked[-1]["chat"]["relative_id"] == "per_2"


def test_nobody_else_looks_and_nobody_after_the_end(
    desk: Running, platform: FakePlatform, owner: DeskAgent, citizen: Citizens
) -> None:
    citizen(**KNOWN)
    waiting = owner.chat_of("web-1")
    assert refused(owner, waiting)[0] == "wrong_state"
    chat = owner.move(waiting, "take")
    colleague, leader = (DeskAgent(desk.url, number, PASSWORD) for number in ("A002", "L001"))
    assert refused(colleague, chat)[0] == "not_owner"
    assert platform.looked == []
    assert leader.look_at_code(chat)["word"] == "黄码"
    owner.move(chat, "wrap_up")
    assert [refused(agent, chat)[0] for agent in (owner, leader)] == ["wrong_state"] * 2
    assert len(platform.looked) == 1


def test_a_look_without_a_purpose_a_reason_or_a_verified_citizen_is_refused(
    platform: FakePlatform, owner: DeskAgent, citizen: Citizens
) -> None:
    chat = taken(owner, citizen)
    code = owner.background(chat)["code"]
    assert (code["verified"], "不要在这里发证件号" in code["ask"]) == (False, True)
    assert "没有核验过身份" in refused(owner, chat)[1]
    owner.ends_all()
    chat = taken(owner, citizen, **{**KNOWN, "code_reference": "per_9"})
    assert "请先选查看的用途" in refused(owner, chat, purpose="call_explain")[1]
    assert "请写明具体原因" in refused(owner, chat, note="查")[1]
    assert platform.looked == []
    assert "重新核验" in refused(owner, chat)[1], "the platform knows of no verification here"


def test_what_the_citizen_has_open_is_for_the_owner_and_the_talk_goes_on_without_the_platform(
    desk: Running, platform: FakePlatform, owner: DeskAgent, citizen: Citizens
) -> None:
    platform.put(order(1))
    made = "2022-09-05T08:00:00+08:00"
    platform.open_cases = {
        "appeals": [{"number": "SS20220905-000001", "state": "reviewing", "created_at": made, "own": False}],
        "orders": [
            {"number": "JKT20220905-000001", "title": "在这里", "state": "accepted", "here": True},
            {"number": "JKT20220905-000007", "title": "打13900000001", "state": "in_progress", "here": False},
        ],
    }
    chat = taken(owner, citizen, **KNOWN)
    found = owner.cases(chat)
    assert [one["number"] for one in found["orders"]] == ["JKT20220905-000001"]
    ((elsewhere,), (appeal,)) = found["elsewhere"], found["appeals"]
    assert (elsewhere["number"], elsewhere["state"]) == ("JKT20220905-000007", "办理中")
    assert "13900000001" not in elsewhere["title"]
    assert (appeal["state"], appeal["whose"], appeal["href"]) == (
        "复核中",
        "家人的码",
        "/appeals/SS20220905-000001",
    )
    colleague = DeskAgent(desk.url, "A002", PASSWORD)
    assert (colleague.cases(chat)["appeals"], colleague.cases(chat)["elsewhere"]) == (None, None)
    platform.verified = set()
    assert owner.cases(chat)["appeals"] is None
    platform.stop()
    assert owner.background(chat)["summary"]
    assert owner.cases(chat) == {"away": True}
