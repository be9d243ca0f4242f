"""What people wish of notices, found in their words."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from rasa_sdk import Tracker

from actions import notices
from actions.notices import wish_in
from privacy.notices import Subscription
from tests.support.dialogue import Talk

importlib.import_module("actions.steering")


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("开通变色通知", "on:code"),
        ("码变色了通知我一声", "on:code"),
        ("核酸结果出来了告诉我", "on:result"),
        ("打卡快到期提醒我", "on:reminder"),
        ("申诉有结果通知我", "on:case"),
        ("工单有答复了通知我", "on:order"),
        ("不要再给我发通知", "off:all"),
        ("关闭变色通知", "off:code"),
        ("取消订阅通知", "off:all"),
        ("别再发了", "off:all"),
        ("我开了哪些通知", "show"),
        ("怎么开通变码提醒", "show"),
        ("通知设置", "show"),
        ("notify me when my code changes colour", "on:code"),
        ("stop the notices", "off:all"),
        ("which notices are on", "show"),
        ("不要发短信", "text:off"),
        ("别再给我发短信了", "text:off"),
        ("短信就不要发了", "text:off"),
        ("关闭短信提醒", "text:off"),
        ("stop sending me text messages", "text:off"),
        ("可以给我发短信", "text:on"),
        ("开通短信提醒", "text:on"),
        ("不要发短信可以吗，怎么弄", None),
        ("收到12320短信", None),
        ("怎么关掉短信通知", None),
        ("为什么没有通知我", None),
        ("码变色会不会有短信通知", None),
        ("流调电话怎么辨别真假", None),
    ],
)
def test_a_wish_is_found_and_what_others_sent_is_left_to_knowledge(words: str, wish: str | None) -> None:
    assert wish_in(words) == wish


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """A conversation in WeChat that hears of its person's code, by text too."""
    monkeypatch.setattr(Tracker, "get_latest_input_channel", lambda _self: "wechat")
    made = Talk(platform=None, folder=tmp_path, monkeypatch=monkeypatch)
    line = Subscription(made.sender, "wechat", "code", about="per_1", owner="per_1", text=True)
    made.kit.subscriptions.add(line)
    return made


def by_text(talk: Talk) -> list[bool]:
    return [line.text for line in talk.kit.subscriptions.of_conversation(talk.sender)]


async def test_text_messages_end_by_a_word_and_the_notices_stay(talk: Talk) -> None:
    assert "不给您发短信" in await talk.say("不要发短信", "deny")
    assert by_text(talk) == [False]
    assert "不要发短信" in await talk.say("可以给我发短信", "ask_notification")
    assert by_text(talk) == [True]


async def test_who_wants_no_text_messages_gets_none_with_the_next_notice_either(talk: Talk) -> None:
    await talk.say("不要发短信", "ask_notification")
    turn = SimpleNamespace(
        kit=talk.kit, conversation_id=talk.sender, channel="wechat", slots={}, set=lambda *_: None
    )
    assert not notices._takes_text(turn, "result")  # type: ignore[arg-type]


async def test_a_request_of_a_stranger_is_never_told_by_text(talk: Talk) -> None:
    said = await talk.say("工单有答复了通知我", "ask_notification")
    assert "短信" not in said
    lines = {line.kind: line.text for line in talk.kit.subscriptions.of_conversation(talk.sender)}
    assert lines == {"code": True, "order": False}
