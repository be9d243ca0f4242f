"""Chats of a day as counts. Pure.

A chat belongs to the day on which its citizen asked for a person, also when it goes on after midnight. What has not
been decided yet (it still waits; three minutes are not over) counts nowhere but in `undecided`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ..words import CHINA
from .counts import Counts, prefecture_of

#: A person answers within this, seconds (GB/T 33358-2016: text messages and other media, three minutes).
REPLY_WITHIN_S: Final = 180
#: Ratings that count as satisfied, of 1 to 5.
SATISFIED: Final = 4
#: Upper edges of the waits that are told apart, seconds.
WAITS: Final = (15, 30, 60, 180, 300, 600)
#: Endings at the moment of asking: nobody was there, and the citizen was told so at once.
_TURNED_AWAY: Final = frozenset({"nobody_there", "off_hours"})
_TAKEN_OVER: Final = "taken_over"


@dataclass(frozen=True)
class ChatFact:
    """What the figures read of a chat; times are unix seconds, see `chats.model.Chat`."""

    channel: str
    reason: str
    topic: str
    district: str
    opened_at: float
    taken_at: float | None = None
    first_reply_at: float | None = None
    ended_at: float | None = None
    outcome: str | None = None
    rating: int | None = None
    agent: str | None = None


def count(chats: Iterable[ChatFact], now: float) -> Counts:
    """Return the counts of chats, as they stand at `now`.

    `asked` = `connected` + `missed` + `undecided`; `missed` by outcome adds up to `missed`; `reply_due` is
    `reply_in_time` and those who waited longer.
    """
    counts = Counts()
    for chat in chats:
        if chat.reason == _TAKEN_OVER:
            counts.note("taken_over")
        else:
            _asked(counts, chat, now)
        _rated(counts, chat)
    return counts


def _asked(counts: Counts, chat: ChatFact, now: float) -> None:
    hour = f"{dt.datetime.fromtimestamp(chat.opened_at, CHINA):%H}"
    place = prefecture_of(chat.district)
    counts.note(
        "asked", channel=chat.channel, topic=chat.topic, district=place, hour=hour, reason=chat.reason
    )
    if chat.taken_at is not None:
        wait = _seconds(chat.opened_at, chat.taken_at)
        counts.note("connected", district=place, hour=hour, wait=_bucket(wait))
        counts.note("wait_s", wait)
        _talked(counts, chat)
    elif chat.ended_at is not None:
        counts.note("missed", outcome=chat.outcome or "", hour=hour)
    else:
        counts.note("undecided")
    _replied(counts, chat, now)


def _talked(counts: Counts, chat: ChatFact) -> None:
    if chat.ended_at is not None and chat.taken_at is not None:
        counts.note("ended", outcome=chat.outcome or "")
        counts.note("talk_s", _seconds(chat.taken_at, chat.ended_at))


def _replied(counts: Counts, chat: ChatFact, now: float) -> None:
    """Count the first words of a person; whoever left before three minutes were over proves nothing."""
    if chat.first_reply_at is not None:
        reply = _seconds(chat.opened_at, chat.first_reply_at)
        counts.note("replied")
        counts.note("reply_s", reply)
        counts.note("reply_due")
        counts.note("reply_in_time", int(reply <= REPLY_WITHIN_S))
    elif chat.outcome not in _TURNED_AWAY:
        until = now if chat.ended_at is None else chat.ended_at
        counts.note("reply_due", int(until - chat.opened_at > REPLY_WITHIN_S))


def _rated(counts: Counts, chat: ChatFact) -> None:
    if chat.taken_at is not None and chat.ended_at is not None:
        counts.note("ratable")
    if chat.rating is not None:
        counts.note("rated", score=str(chat.rating))
        counts.note("satisfied", int(chat.rating >= SATISFIED))


def _seconds(begin: float, end: float) -> int:
    return max(0, round(end - begin))


def _bucket(wait: int) -> str:
    return next((str(edge) for edge in WAITS if wait <= edge), "more")
