"""What people wish of notices, found in their words."""

from __future__ import annotations

import pytest

from actions.notices import wish_in


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
        ("收到12320短信", None),
        ("怎么关掉短信通知", None),
        ("为什么没有通知我", None),
        ("码变色会不会有短信通知", None),
        ("流调电话怎么辨别真假", None),
    ],
)
def test_a_wish_is_found_and_what_others_sent_is_left_to_knowledge(words: str, wish: str | None) -> None:
    assert wish_in(words) == wish
