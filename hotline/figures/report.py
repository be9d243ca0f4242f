"""A period as tables, for paper and for files. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .cartogram import MEASURES, cartogram
from .counts import UNKNOWN
from .definitions import GROUPS
from .summary import HOURS, Summary
from .wording import NO_DATA, change_words, number_words

HEAD: Final = ("分类", "项目", "本期", "上期", "比较", "目标", "口径")
HOUR_HEAD: Final = ("时段", "人工请求", "接通", "未接通", "来电", "电话接通", "漏接")
_BY_HOUR: Final = (
    ("chats", "asked"),
    ("chats", "connected"),
    ("chats", "missed"),
    ("telephone", "phone_calls"),
    ("telephone", "phone_answered"),
    ("telephone", "phone_missed"),
)
_CHANNELS_UNKNOWN: Final = "其他"


@dataclass(frozen=True)
class Line:
    """A figure of the report."""

    group: str
    label: str
    now: str
    before: str
    change: str
    target: str
    meaning: str

    def cells(self) -> tuple[str, ...]:
        """Return it in the order of `HEAD`."""
        return (self.group, self.label, self.now, self.before, self.change, self.target, self.meaning)


def figure_lines(summary: Summary) -> list[Line]:
    """Return all figures of a period beside the one before."""
    return [
        Line(
            group=GROUPS[tile.definition.group],
            label=tile.definition.label,
            now=tile.words,
            before=number_words(tile.definition, tile.before.number),
            change=change_words(tile.definition, tile.value, tile.before),
            target=tile.target,
            meaning=tile.definition.meaning
            + (f"依据：{tile.definition.norm}。" if tile.definition.norm else ""),
        )
        for tile in summary.tiles
    ]


def place_rows(summary: Summary) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return head and rows of the prefectures, the measures side by side; few cases are told as few."""
    drawn = [cartogram(measure, summary.counts, summary.silent) for measure in MEASURES]
    rows = [
        (tiles[0].place.name, *(tile.words for tile in tiles))
        for tiles in zip(*(one.tiles for one in drawn), strict=True)
    ]
    rows.append(("未说明", *(one.elsewhere for one in drawn)))
    return ("市州", *(measure.label for measure in MEASURES)), rows


def hour_rows(summary: Summary) -> list[tuple[str, ...]]:
    """Return requests for a person and telephone calls by hour of the day, in the order of `HOUR_HEAD`."""
    columns = [
        [NO_DATA] * len(HOURS)
        if source in summary.silent
        else [str(value) for value in summary.parts(name, "hour", HOURS)]
        for source, name in _BY_HOUR
    ]
    return [(f"{int(hour)}点", *values) for hour, *values in zip(HOURS, *columns, strict=True)]


def channel_rows(summary: Summary, words: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return requests for a person, sittings and orders by channel."""
    columns = {
        source: summary.counts.parts(name, "channel")
        for source, name in (("chats", "asked"), ("assistant", "bot_sittings"), ("orders", "order_made"))
    }
    channels = sorted({channel for column in columns.values() for channel in column if channel != UNKNOWN})
    return [
        (
            words.get(channel, _CHANNELS_UNKNOWN),
            *(
                NO_DATA if source in summary.silent else str(column.get(channel, 0))
                for source, column in columns.items()
            ),
        )
        for channel in channels
    ]


def file_rows(summary: Summary, channels: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return everything as rows of one table, in the order of `HEAD`."""
    rows = [line.cells() for line in figure_lines(summary)]
    head, places = place_rows(summary)
    rows += _parts("各市州", head[1:], places)
    rows += _parts("各时段", HOUR_HEAD[1:], hour_rows(summary))
    rows += _parts("各渠道", ("人工请求", "助手会话", "受理工单"), channel_rows(summary, channels))
    for title, name in (("助手热点", "bot_turns"), ("人工热点", "asked")):
        rows += [(title, topic, str(amount), "", "", "", "") for topic, amount in summary.topics(name)]
    return rows


def _parts(title: str, labels: Sequence[str], rows: Iterable[Sequence[str]]) -> list[tuple[str, ...]]:
    return [
        (title, f"{name}：{label}", value, "", "", "", "")
        for name, *values in rows
        for label, value in zip(labels, values, strict=True)
    ]
