"""Pictures and documents on their way between a person and the platform: sealed, and for a short time only.

The assistant hands out what it made (a code as a picture, a poster to print) and takes what a person sends (evidence of
an appeal). Both lie here, sealed under the vault's key and bound to their conversation, until they expire. The id of
something handed out (``med_…``) is unguessable and is all that is needed to fetch it, as with a link to a download.
What a person sent (``pic_…``) is opened only together with its conversation: its id alone stands in the tracker.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from privacy.database import open_engine
from privacy.errors import UnknownToken, VaultTampered
from privacy.sealing import Sealer

MEDIA_ID: Final = re.compile(r"med_[a-z2-7]{26}")
SENT_ID: Final = re.compile(r"pic_[a-z2-7]{26}")
#: What a person sent is kept so long when nothing takes it over (rule for pictures and voice: 7 days).
SENT_LIFETIME: Final = timedelta(days=7)
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_metadata = sa.MetaData()
_items = sa.Table(
    "media",
    _metadata,
    sa.Column("media_id", sa.String(32), primary_key=True),
    sa.Column("conversation", sa.String(64), nullable=False, index=True),
    sa.Column("media_type", sa.String(60), nullable=False),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False, index=True),
)


@dataclass(frozen=True)
class Media:
    """One picture or document.

    Attributes:
        media_type: MIME type.
        name: file name to save it under; nothing personal in it.
        content: the bytes.
    """

    media_type: str
    name: str
    content: bytes = field(repr=False)


class MediaStore:
    """Keeps media sealed with AES-256-GCM; the table knows neither content nor conversation."""

    def __init__(self, url: str, key: bytes, clock: Callable[[], datetime]) -> None:
        """Open the store.

        Args:
            url: SQLAlchemy address of the database; the table is made when missing.
            key: 32 bytes, the vault's key; a key of its own is derived from it.
            clock: now, with a time zone.
        """
        self._engine = open_engine(url)
        self._sealer = Sealer(hashlib.sha256(b"media " + key).digest())
        self._clock = clock
        _metadata.create_all(self._engine)

    def put(self, conversation_id: str, media: Media, lifetime: timedelta) -> str:
        """Keep ``media`` of a conversation for ``lifetime``; returns its id."""
        return self._put("med_", conversation_id, media, lifetime)

    def take(self, conversation_id: str, media: Media, lifetime: timedelta = SENT_LIFETIME) -> str:
        """Keep what a person sent for ``lifetime``; returns its id, which opens nothing without the conversation."""
        return self._put("pic_", conversation_id, media, lifetime)

    def _put(self, prefix: str, conversation_id: str, media: Media, lifetime: timedelta) -> str:
        media_id = prefix + "".join(secrets.choice(_ALPHABET) for _ in range(26))
        row = {
            "media_id": media_id,
            "conversation": self._of(conversation_id),
            "media_type": media.media_type,
            "name": media.name,
            "sealed": self._sealer.seal(media.content, media_id),
            "expires_at": (self._clock() + lifetime).timestamp(),
        }
        with self._engine.begin() as connection:
            connection.execute(_items.insert().values(**row))
        return media_id

    def get(self, media_id: str, conversation_id: str | None = None) -> Media:
        """Return an item; with ``conversation_id`` only one of that conversation.

        Raises:
            UnknownToken: no such item, or its time is over, or it is another conversation's, or it was sent by a
                person and the conversation is not named.
            VaultTampered: the stored bytes are not those that were put there.
        """
        if conversation_id is None and SENT_ID.fullmatch(media_id):
            raise UnknownToken("what a person sent is opened with its conversation only")
        query = sa.select([_items]).where(
            _items.c.media_id == media_id, _items.c.expires_at > self._clock().timestamp()
        )
        if conversation_id is not None:
            query = query.where(_items.c.conversation == self._of(conversation_id))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise UnknownToken("no such picture or document, or its time is over")
        try:
            content = self._sealer.open(row.sealed, media_id)
        except InvalidTag as error:
            raise VaultTampered("the stored media fails authentication") from error
        return Media(str(row.media_type), str(row.name), content)

    def holds(self, media_id: str, conversation_id: str) -> bool:
        """Whether the conversation has this item and its time is not over."""
        query = sa.select([_items.c.media_id]).where(
            _items.c.media_id == media_id,
            _items.c.expires_at > self._clock().timestamp(),
            _items.c.conversation == self._of(conversation_id),
        )
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def drop(self, media_id: str, conversation_id: str) -> bool:
        """Delete one item of a conversation; whether it was there."""
        with self._engine.begin() as connection:
            gone = connection.execute(
                _items.delete().where(
                    _items.c.media_id == media_id, _items.c.conversation == self._of(conversation_id)
                )
            )
        return bool(gone.rowcount)

    def purge(self, now: datetime) -> int:
        """Delete what has expired at ``now``; return how many items that were."""
        with self._engine.begin() as connection:
            gone = connection.execute(_items.delete().where(_items.c.expires_at <= now.timestamp()))
        return int(gone.rowcount)

    def forget(self, conversation_id: str) -> int:
        """Delete everything of one conversation; return how many items that were."""
        with self._engine.begin() as connection:
            gone = connection.execute(
                _items.delete().where(_items.c.conversation == self._of(conversation_id))
            )
        return int(gone.rowcount)

    def _of(self, conversation_id: str) -> str:
        return self._sealer.digest("conversation", conversation_id)
