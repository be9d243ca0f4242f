"""What a screen on the wall shows of this moment. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ..chats.service import Snapshot
from .counts import Counts
from .definitions import by_key, value_of
from .wording import number_words, seconds_words, target_words


@dataclass(frozen=True)
class Phones:
    """The telephone at this moment: calls that ring, callers to be called back, and the counts of the day so far."""

    ringing: int
    to_call_back: int
    today: Counts


@dataclass(frozen=True)
class Board:
    """Chats and agents as they stand, and the day so far; all in words. `phone_…` is "" without an exchange."""

    waiting: str
    longest_wait: str
    under_way: str
    agents: str
    agents_more: str
    connection: str
    connection_target: str
    asked: str
    phone_ringing: str = ""
    phone_back: str = ""
    phone_connection: str = ""
    phone_connection_target: str = ""
    phone_calls: str = ""
    phone_wait: str = ""

    def wire(self) -> dict[str, str]:
        """Return it as JSON for the page."""
        return dict(vars(self))


def board_of(snapshot: Snapshot, today: Counts, phones: Phones | None, now: float) -> Board:
    """Return the board at `now` (unix seconds); `today` are the counts of the day so far.

    `phones` is `None` when no exchange is connected.
    """
    waits = [now - chat.queued_since for chat in snapshot.queue]
    states: Mapping[str, int] = Counter(agent.state for agent in snapshot.there)
    connection = by_key()["connection"]
    rate = value_of(connection, today)
    return Board(
        waiting=str(len(waits)),
        longest_wait=seconds_words(max(waits)) if waits else "无",
        under_way=str(sum(chat.state == "active" for chat in snapshot.under_way)),
        agents=str(len(snapshot.there)),
        agents_more=f"在线{states.get('online', 0)}，忙碌{states.get('busy', 0)}，离开{states.get('away', 0)}",
        connection=number_words(connection, rate.number),
        connection_target=target_words(connection, rate),
        asked=str(today.whole("asked")),
        **_phone_words(phones),
    )


def _phone_words(phones: Phones | None) -> dict[str, str]:
    if phones is None:
        return {}
    connection, wait = by_key()["phone_connection"], by_key()["phone_wait"]
    rate = value_of(connection, phones.today)
    return {
        "phone_ringing": str(phones.ringing),
        "phone_back": str(phones.to_call_back),
        "phone_connection": number_words(connection, rate.number),
        "phone_connection_target": target_words(connection, rate),
        "phone_calls": str(phones.today.whole("phone_calls")),
        "phone_wait": number_words(wait, value_of(wait, phones.today).number),
    }
