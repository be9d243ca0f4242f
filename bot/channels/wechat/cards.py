"""Cards in a mini-program's customer service: they open the page that goes with an answer.

A card is a message of its own and counts against the quota. So it comes after the words have gone, leaves one message
for the next answer, and is not shown twice in a row for the same page. Whatever goes wrong, the words are there.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.wechat.errors import CallFailed, NotSent, Outcome, Refused
from bot.channels.wechat.line import Line
from bot.channels.wechat.outgoing import MiniProgramOut
from bot.channels.wechat.pages import Page, Pages
from bot.channels.wechat.people import Person
from bot.channels.wechat.quota_store import QuotaStore
from bot.channels.wechat.thumbs import Thumbs
from bot.message import OutboundMessage

logger = logging.getLogger(__name__)

#: Messages that a card leaves for the next answer.
_KEPT_BACK: Final = 1
#: WeChat does not know the picture (any more).
_BAD_MEDIA: Final = 40007
#: Seconds for which it is known which card came last; as long as the quota that carried it.
_REMEMBERED: Final = 48 * 3600.0
_metadata = sa.MetaData()
_last = sa.Table(
    "wechat_cards",
    _metadata,
    sa.Column("conversation", sa.String(64), primary_key=True),
    sa.Column("page", sa.String(64), nullable=False),
    sa.Column("until", sa.Float, nullable=False, index=True),
)


class LastCards:
    """Which page a conversation's last card was for, in the bot's database, without the conversation's id."""

    def __init__(self, engine: Any, clock: Callable[[], float] = time.time) -> None:
        """``clock`` gives unix seconds."""
        self._engine = engine
        self._clock = clock
        _metadata.create_all(engine)

    def page(self, conversation_id: str) -> str | None:
        """Return the name of the page; None when there was no card, or long ago."""
        mine = sa.and_(_last.c.conversation == _of(conversation_id), _last.c.until > self._clock())
        with self._engine.connect() as connection:
            found: str | None = connection.execute(sa.select([_last.c.page]).where(mine)).scalar()
        return found

    def note(self, conversation_id: str, page: str) -> None:
        """Note that a card for a page was shown."""
        row = {"page": page, "until": self._clock() + _REMEMBERED}
        mine = _last.c.conversation == _of(conversation_id)
        try:
            with self._engine.begin() as connection:
                if not connection.execute(_last.update().where(mine).values(**row)).rowcount:
                    connection.execute(_last.insert().values(conversation=_of(conversation_id), **row))
        except sa.exc.IntegrityError:
            return  # another process has just noted its card

    def purge(self, now: float) -> int:
        """Delete what was remembered until ``now``; return how many."""
        with self._engine.begin() as connection:
            return int(connection.execute(_last.delete().where(_last.c.until <= now)).rowcount)


def forget_cards(engine: Any, conversation_id: str) -> None:
    """Delete which card a person saw last."""
    _metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(_last.delete().where(_last.c.conversation == _of(conversation_id)))


class Cards:
    """Shows cards in all mini-programs' customer service."""

    def __init__(self, pages: Pages, thumbs: Thumbs, last: LastCards, quotas: QuotaStore) -> None:
        """Take the pages, the picture, which card came last, and what may be sent."""
        self._pages = pages
        self._thumbs = thumbs
        self._last = last
        self._quotas = quotas

    async def follow(
        self, line: Line, conversation_id: str, person: Person, said: Sequence[OutboundMessage]
    ) -> None:
        """Show the card that goes with what has just been said, where there is one and the quota allows it."""
        page = self._pages.after([message.about for message in said if message.about])
        if page is None or line.account.channel != "mini_program":
            return
        title = page.title(" ".join(message.text for message in said if message.text))
        try:
            await self._follow(line, conversation_id, person, page, title)
        except SQLAlchemyError as error:
            logger.warning("an answer goes without its card: %s", type(error).__name__)

    async def _follow(self, line: Line, conversation_id: str, person: Person, page: Page, title: str) -> None:
        if not (line.can_send and line.can_show_cards):
            return
        if await asyncio.to_thread(self._last.page, conversation_id) == page.name:
            return
        quota = await asyncio.to_thread(self._quotas.quota, conversation_id)
        if quota.left(self._quotas.now()) > _KEPT_BACK and await self._thumbs.media_id(line) is not None:
            await self._show(line, conversation_id, person, page, title)

    async def _show(self, line: Line, conversation_id: str, person: Person, page: Page, title: str) -> None:
        if not await asyncio.to_thread(self._quotas.take, conversation_id, _KEPT_BACK):
            return
        try:
            shown = await self._send(line, person, page, title)
        except CallFailed as failure:
            await asyncio.to_thread(self._learn, line, conversation_id, failure)
            return
        if shown:
            await asyncio.to_thread(self._last.note, conversation_id, page.name)
        else:
            await asyncio.to_thread(self._quotas.give_back, conversation_id)

    async def _send(self, line: Line, person: Person, page: Page, title: str) -> bool:
        """Send the card; with a new picture when WeChat does not know the old one. False without a picture."""
        media_id = await self._thumbs.media_id(line)
        if media_id is None:
            return False
        try:
            await line.client.send(person.openid, MiniProgramOut(title, "", page.path, media_id))
        except Refused as refused:
            if refused.errcode != _BAD_MEDIA:
                raise
            await self._thumbs.drop(line, media_id)
        else:
            return True
        anew = await self._thumbs.media_id(line)
        if anew is None:
            return False
        await line.client.send(person.openid, MiniProgramOut(title, "", page.path, anew))
        return True

    def _learn(self, line: Line, conversation_id: str, failure: CallFailed) -> None:
        """Note what a failed call says. That cards are refused says nothing of words, which have just gone."""
        outcome = failure.outcome if isinstance(failure, Refused) else None
        if outcome in (Outcome.NO_QUOTA, Outcome.NO_WINDOW):
            self._quotas.exhaust(conversation_id)
        elif isinstance(failure, Refused | NotSent):
            self._quotas.give_back(conversation_id)
        if outcome in (Outcome.DOWNGRADE, Outcome.NOT_ALLOWED):
            line.lose_cards()


def _of(conversation_id: str) -> str:
    return hashlib.sha256(f"card {conversation_id}".encode()).hexdigest()
