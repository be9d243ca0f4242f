"""What words alone wish of a list of sites: day and night, open now, for yellow codes, nearer, more, around there."""

from __future__ import annotations

import re

ALL_DAY = re.compile(
    r"24\s*(?:小时|h|hour)|通宵|半夜|凌晨|全天|晚上|夜里|around the clock|all night", re.IGNORECASE
)
OPEN_NOW = re.compile(r"现在|这会儿|这阵|还开|开门|开着|open now|right now|still open", re.IGNORECASE)
YELLOW = re.compile(r"黄码|yellow", re.IGNORECASE)
NEARER = re.compile(r"近点|更近|最近的|近一点|远不远|有?多远|nearer|closer|how far", re.IGNORECASE)
MORE = re.compile(
    r"还有(?:吗|没有|没得|别的|其他的?)|下一页|更多|换(?:一批|几个)|\bmore\b|\bnext\b", re.IGNORECASE
)
AROUND = re.compile(r"附近|周围|周边|旁边|around there|near there|nearby", re.IGNORECASE)


def states_wish(text: str) -> bool:
    """Whether words alone narrow a list of sites or leaf through it: “有没有24小时的”, “要近点的”, “还有吗”."""
    return any(wish.search(text) for wish in (ALL_DAY, OPEN_NOW, YELLOW, NEARER, MORE, AROUND))
