"""What stands in braces in a reply and is filled in when it is used."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from ..words import CHINA

_VARIABLE: Final = re.compile(r"\{([^{}]{1,10})\}")
#: Name of each variable, and what it becomes.
VARIABLES: Final = {
    "工号": "您的工号",
    "时间段": "早上、上午、中午、下午、晚上",
    "日期": "今天的日期，9月5日",
    "时间": "现在的时间，16:20",
}
#: First hour of each part of the day.
_PARTS: Final = ((18, "晚上"), (13, "下午"), (11, "中午"), (9, "上午"), (5, "早上"), (0, "晚上"))


def unknown_in(text: str) -> list[str]:
    """Return the names in braces that mean nothing."""
    return [name for name in _VARIABLE.findall(text) if name not in VARIABLES]


def filled(text: str, agent: str, now: dt.datetime) -> str:
    """Return a reply as it is said by `agent` at `now`."""
    local = now.astimezone(CHINA)
    values = {
        "工号": agent,
        "时间段": next(word for hour, word in _PARTS if local.hour >= hour),
        "日期": f"{local.month}月{local.day}日",
        "时间": f"{local:%H:%M}",
    }
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)
