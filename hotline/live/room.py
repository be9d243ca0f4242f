"""The parts of the agents' page, built once in a process."""

from __future__ import annotations

from dataclasses import dataclass

from ..canned.book import ReplyBook
from ..chats.service import Chats
from ..desk import Desk
from .hub import Hub
from .looks import LookBook
from .mentions import MentionBook
from .tickets import Tickets


@dataclass(frozen=True)
class LiveRoom:
    """What the handlers of the agents' page use."""

    hub: Hub
    looks: LookBook
    tickets: Tickets
    replies: ReplyBook
    mentions: MentionBook


def build_live(desk: Desk, chats: Chats) -> LiveRoom:
    """Put the parts together."""
    looks = LookBook(desk.engine)
    return LiveRoom(
        hub=Hub(chats, looks, desk.unix, desk.on_thread),
        looks=looks,
        tickets=Tickets(desk.engine, desk.settings.session_key),
        replies=ReplyBook(desk.engine),
        mentions=MentionBook(desk.engine),
    )
