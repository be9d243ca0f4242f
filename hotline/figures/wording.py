"""Figures in words: numbers with units, differences with their direction, targets with whether they are met. Pure."""

from __future__ import annotations

from typing import Final

from .definitions import Definition, Value, is_met

NO_DATA: Final = "无数据"
#: Cases of a place below which nothing is told of it but that they are few.
FEW: Final = 5
FEW_WORDS: Final = f"<{FEW}"
_MINUTE: Final = 60
_HOUR: Final = 3600
#: Differences that are smaller are none: a tenth of a percent, a second, a case.
_LEAST: Final = {"share": 0.0005, "mean": 0.5, "count": 0.5}


def number_words(definition: Definition, number: float | None) -> str:
    """Return a value with its unit: 96.2%, 1分20秒, 35."""
    if number is None:
        return NO_DATA
    if definition.kind == "share":
        return f"{number * 100:.1f}%"
    return seconds_words(number) if definition.kind == "mean" else f"{number:.0f}"


def seconds_words(seconds: float) -> str:
    """Return a time span as people say it: 45秒, 1分20秒, 2小时5分."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole}秒"
    if whole < _HOUR:
        return f"{whole // _MINUTE}分{whole % _MINUTE:02d}秒"
    return f"{whole // _HOUR}小时{whole % _HOUR // _MINUTE}分"


def change_words(definition: Definition, now: Value, before: Value) -> str:
    """Return how a value differs from the one before, with whether that is good where that is beyond doubt."""
    if now.number is None or before.number is None:
        return "上期无数据，不比较" if before.number is None else "本期无数据，不比较"
    difference = now.number - before.number
    if abs(difference) < _LEAST[definition.kind]:
        return "与上期持平"
    way = "▲ 比上期多" if difference > 0 else "▼ 比上期少"
    return f"{way}{_difference(definition, abs(difference))}{_judged(definition, difference)}"


def _difference(definition: Definition, difference: float) -> str:
    if definition.kind == "share":
        return f"{difference * 100:.1f}个百分点"
    return seconds_words(difference) if definition.kind == "mean" else f"{difference:.0f}"


def _judged(definition: Definition, difference: float) -> str:
    if not definition.better:
        return ""
    return "（变好）" if (difference > 0) == (definition.better == "more") else "（变差）"


def target_words(definition: Definition, value: Value) -> str:
    """Return the target and whether it is met; `""` without a target."""
    if definition.target is None:
        return ""
    side = "不超过" if definition.better == "less" else "不低于"
    target = "100%" if definition.target == 1 else number_words(definition, definition.target)
    asked = f"目标{target}" if definition.target == 1 else f"目标{side}{target}"
    met = is_met(definition, value)
    return asked if met is None else f"{'✓ 达标' if met else '✕ 未达标'}，{asked}"


def guarded(count: int) -> str:
    """Return a count of a place: few cases are not told exactly."""
    return FEW_WORDS if 0 < count < FEW else str(count)
