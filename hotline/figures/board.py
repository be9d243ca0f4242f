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
class Board:
    """Chats and agents as they stand, and the day so far; all in words."""

    waiting: str
    longest_wait: str
    under_way: str
    agents: str
    agents_more: str
    connection: str
    connection_target: str
    asked: str

    def wire(self) -> dict[str, str]:
        """Return it as JSON for the page."""
        return dict(vars(self))


def board_of(snapshot: Snapshot, today: Counts, now: float) -> Board:
    """Return the board at `now` (unix seconds); `today` are the counts of the day so far."""
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
    )
