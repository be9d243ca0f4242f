"""The picture on the cards, as WeChat knows it: uploaded once for three days, by one of all processes."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from bot.channels.wechat.errors import CallFailed
from bot.channels.wechat.line import Line
from bot.channels.wechat.wire import Blob

logger = logging.getLogger(__name__)

#: WeChat keeps a picture for three days: handed over anew a day before, the old one is good until an hour before.
_RENEWED_AFTER: Final = 2 * 86_400.0
_GOOD_FOR: Final = 3 * 86_400.0 - 3_600.0
#: Seconds for which one process uploads alone, and for which nobody tries again when that fails.
_LEASE: Final = 60.0
_metadata = sa.MetaData()
_thumbs = sa.Table(
    "wechat_thumbs",
    _metadata,
    sa.Column("app_id", sa.String(64), primary_key=True),
    sa.Column("picture", sa.String(64), nullable=False),
    sa.Column("media_id", sa.String(255)),
    sa.Column("uploaded_at", sa.Float, nullable=False),
    sa.Column("lease_until", sa.Float, nullable=False),
)


@dataclass(frozen=True)
class Claim:
    """What is known of an account's picture: the id that may be used now, and whether it is ours to upload it anew."""

    media_id: str | None
    uploads: bool = False


class ThumbStore:
    """Media ids by account and picture, in the bot's database."""

    def __init__(self, engine: Any, clock: Callable[[], float] = time.time) -> None:
        """``clock`` gives unix seconds."""
        self._engine = engine
        self._clock = clock
        _metadata.create_all(engine)

    def now(self) -> float:
        """Return the time of this store, unix seconds."""
        return self._clock()

    def claim(self, app_id: str, picture: str) -> Claim:
        """Return what is known of a picture (by its digest); to one process at a time, that it should upload it."""
        now = self._clock()
        query = sa.select([_thumbs]).where(_thumbs.c.app_id == app_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        same = row is not None and row.picture == picture and row.media_id is not None
        media_id = row.media_id if same and now - row.uploaded_at < _GOOD_FOR else None
        if media_id is not None and now - row.uploaded_at < _RENEWED_AFTER:
            return Claim(media_id)
        return Claim(media_id, self._leased(app_id, now, known=row is not None))

    def put(self, app_id: str, picture: str, media_id: str, uploaded_at: float) -> None:
        """Keep the id of a picture that was uploaded."""
        row = {"picture": picture, "media_id": media_id, "uploaded_at": uploaded_at, "lease_until": 0.0}
        with self._engine.begin() as connection:
            connection.execute(_thumbs.update().where(_thumbs.c.app_id == app_id).values(**row))

    def drop(self, app_id: str, media_id: str) -> None:
        """Forget an id that WeChat does not know."""
        mine = sa.and_(_thumbs.c.app_id == app_id, _thumbs.c.media_id == media_id)
        with self._engine.begin() as connection:
            connection.execute(_thumbs.update().where(mine).values(media_id=None))

    def _leased(self, app_id: str, now: float, *, known: bool) -> bool:
        until = now + _LEASE
        with self._engine.begin() as connection:
            if known:
                free = sa.and_(_thumbs.c.app_id == app_id, _thumbs.c.lease_until <= now)
                return bool(
                    connection.execute(_thumbs.update().where(free).values(lease_until=until)).rowcount
                )
            row = {"app_id": app_id, "picture": "", "uploaded_at": 0.0, "lease_until": until}
            try:
                connection.execute(_thumbs.insert().values(**row))
            except sa.exc.IntegrityError:
                return False
        return True


class Thumbs:
    """The picture of all accounts' cards."""

    def __init__(self, store: ThumbStore, picture: Blob) -> None:
        """Take where ids are kept, and the picture."""
        self._store = store
        self._picture = picture
        self._digest = hashlib.sha256(picture.content).hexdigest()
        self._uploading = asyncio.Lock()

    async def media_id(self, line: Line) -> str | None:
        """Return what WeChat calls the picture in this account; None when it cannot be handed over now."""
        app_id = line.account.app_id
        async with self._uploading:  # whoever comes meanwhile waits for the one upload of this process
            claim = await asyncio.to_thread(self._store.claim, app_id, self._digest)
            if not claim.uploads:
                return claim.media_id
            began = self._store.now()
            try:
                media_id = await line.client.upload_image(self._picture)
            except CallFailed as failure:
                logger.warning("the picture of cards was not taken: %s", failure)
                return claim.media_id
            await asyncio.to_thread(self._store.put, app_id, self._digest, media_id, began)
            return media_id

    async def drop(self, line: Line, media_id: str) -> None:
        """Forget an id that WeChat does not know (40007): the next card uploads the picture anew."""
        await asyncio.to_thread(self._store.drop, line.account.app_id, media_id)
