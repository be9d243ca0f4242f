"""What the pages of figures say about themselves: how fresh they are, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping

from ..figures.summary import Summary
from ..words import spoken_unix


def counted_words(summary: Summary, labels: Mapping[str, str]) -> str:
    """Return up to when each source has been counted: 会话截至9月5日 16:20，…。"""
    parts = [f"{labels[source]}截至{spoken_unix(at)}" for source, at in summary.counted_at.items()]
    return f"{'，'.join(parts)}。" if parts else "还没有统计过。"


def missing_words(summary: Summary, labels: Mapping[str, str]) -> str:
    """Return which sources do not cover the whole period; `""` when all do."""
    parts = [f"{labels[source]}缺{days}天" for source, days in summary.missing.items() if days]
    return f"本期有数据没有取到：{'，'.join(parts)}。这些天不在下面的数字里。" if parts else ""
