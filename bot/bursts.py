"""Bursts: what to answer next when a person has written several messages while a turn was running.

People press “send” in mid-sentence: “我的码”, “昨天”, “变黄了”. Such fragments are joined and answered
once. Questions, commands, numbers and answers to a form stay what they are and are answered in order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.message import InboundMessage

LONGEST_FRAGMENT: Final = 10
MOST_FRAGMENTS: Final = 6
_QUESTION: Final = re.compile(
    r"[?？]|吗|嘛|呢|么|哪|谁|几|多少|多久|怎|咋|啷个|啥|为何|为什|能不能|可不可|是不是|有没有|要不要|行不行|what|where|how|why|when"
    r"|which|who|can |is |are |do ",
    re.IGNORECASE,
)
_NUMBERS_OR_TOKENS: Final = re.compile(r"\d{3,}|[零〇一二三四五六七八九幺]{4,}|[<~∕/]")
_COMPLETE: Final = re.compile(
    "是|不是|对|不对|好|好的|行|不行|可以|不可以|不用|不要|要|嗯|没有|有|同意|不同意|确认|取消|算了|停|停止|退出|返回|继续"
    "|重来|帮助|人工|转人工|人工服务|你好|您好|谢谢|多谢|再见|拜拜|详细|再说一遍|yes|no|ok|hi|hello|thanks|stop|cancel|help|agent",
    re.IGNORECASE,
)


def next_batch(waiting: Sequence[InboundMessage], asked: bool) -> int:
    """Return how many of the oldest waiting messages make up the next turn; 1 when nothing is to be joined.

    Args:
        waiting: messages that passed the gate, oldest first; at least one.
        asked: whether the assistant waits for the answer to a question of its own: then each message is an
        answer.
    """
    if asked:
        return 1
    count = 0
    for message in waiting[:MOST_FRAGMENTS]:
        if not _is_fragment(message) or message.channel != waiting[0].channel:
            break
        count += 1
    return max(1, count)


def join(fragments: Sequence[InboundMessage]) -> InboundMessage:
    """Return one message of several fragments; channel, ids and metadata are those of the last."""
    last = fragments[-1]
    if len(fragments) == 1:
        return last
    text = "，".join(fragment.text for fragment in fragments)
    return InboundMessage(
        channel=last.channel,
        sender_id=last.sender_id,
        kind="text",
        text=text,
        client_id=last.client_id,
        metadata=last.metadata,
    )


def _is_fragment(message: InboundMessage) -> bool:
    text = message.text.strip(" ，,。.！!～~")
    return (
        message.kind == "text"
        and 0 < len(text) <= LONGEST_FRAGMENT
        and not _COMPLETE.fullmatch(text)
        and not _QUESTION.search(text)
        and not _NUMBERS_OR_TOKENS.search(text)
    )
