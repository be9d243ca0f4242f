"""The parts of the agents' page, built once in a process."""

from __future__ import annotations

from dataclasses import dataclass

from wording.words import Words

from ..canned.book import ReplyBook
from ..chats.service import Chats
from ..desk import Desk
from ..settings import ROOT
from . import derivation
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
    words: Words


def build_live(desk: Desk, chats: Chats) -> LiveRoom:
    """Put the parts together."""
    looks = LookBook(desk.engine)
    data = desk.settings.data_dir or ROOT / "data"
    return LiveRoom(
        hub=Hub(chats, looks, desk.unix, desk.on_thread),
        looks=looks,
        tickets=Tickets(desk.engine, desk.settings.session_key),
        replies=ReplyBook(desk.engine),
        mentions=MentionBook(desk.engine),
        words=Words.load(data / "responses", *derivation.TOPICS),
    )
