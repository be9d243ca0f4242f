"""The vault: personal values, encrypted, given back only in the conversation they came from."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Final

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from privacy.database import open_engine
from privacy.errors import UnknownToken, VaultTampered
from privacy.kinds import LIFETIMES, TOKEN, Kind, kind_of

Clock = Callable[[], datetime]

_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_NONCE_BYTES: Final = 12
_metadata = sa.MetaData()
_entries = sa.Table(
    "vault_entries",
    _metadata,
    sa.Column("conversation", sa.String(64), primary_key=True),
    sa.Column("token", sa.String(24), primary_key=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False, index=True),
    sa.UniqueConstraint("conversation", "digest"),
)


@dataclass(frozen=True)
class Secret:
    """A value taken out of the vault. Its ``repr`` does not show the value."""

    kind: Kind
    value: str = field(repr=False)


class Vault:
    """Keeps values encrypted with AES-256-GCM; conversation and kind are authenticated with them.

    The table holds neither a value nor a conversation id: conversations are keyed hashes, and a keyed
    digest of the value gives the same value of one conversation the same token.
    """

    def __init__(self, url: str, key: bytes, clock: Clock) -> None:
        """Open the vault.

        Args:
            url: SQLAlchemy address of the database; the table is made when missing.
            key: 32 bytes; without them nothing can be read.
            clock: now, with a time zone.
        """
        self._engine = open_engine(url)
        self._cipher = AESGCM(_derive(key, b"encrypt"))
        self._mac_key = _derive(key, b"digest")
        self._clock = clock
        _metadata.create_all(self._engine)

    def put(self, conversation_id: str, kind: Kind, value: str) -> str:
        """Keep ``value`` and return its token; the same value of one conversation keeps its token.

        Giving a value again starts its time anew.
        """
        conversation = self._mac("conversation", conversation_id)
        digest = self._mac("value", conversation_id, kind, value)
        now = self._clock()
        expires_at = (now + LIFETIMES[kind]).timestamp()
        for _ in range(8):  # a clash of 40 random bits, or another process putting the same value
            with self._engine.begin() as connection:
                known = self._renew(connection, conversation, digest, now, expires_at)
                if known is not None:
                    return known
            token = f"<{kind}#{''.join(secrets.choice(_ALPHABET) for _ in range(8))}>"
            row = {
                "conversation": conversation,
                "token": token,
                "kind": kind,
                "digest": digest,
                "sealed": self._seal(conversation_id, kind, value),
                "expires_at": expires_at,
            }
            try:
                with self._engine.begin() as connection:
                    connection.execute(_entries.insert().values(**row))
            except sa.exc.IntegrityError:
                continue
            return token
        raise RuntimeError("no free token after eight tries")

    def get(self, conversation_id: str, token: str) -> Secret:
        """Return the value behind ``token``.

        Raises:
            UnknownToken: not given out in this conversation, or its time is over.
            VaultTampered: the stored bytes are not those that were put there.
        """
        if not TOKEN.fullmatch(token):
            raise UnknownToken("not a token")
        query = sa.select([_entries.c.kind, _entries.c.sealed]).where(
            _entries.c.conversation == self._mac("conversation", conversation_id),
            _entries.c.token == token,
            _entries.c.expires_at > self._clock().timestamp(),
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        kind = kind_of(token)
        if row is None or kind is None or row.kind != kind:
            raise UnknownToken("the token is unknown here or its time is over")
        return Secret(kind, self._open(conversation_id, kind, row.sealed))

    def held(self, conversation_id: str) -> list[tuple[Secret, datetime]]:
        """Return every living value of one conversation with the end of its time, the next to end first."""
        query = (
            sa.select([_entries.c.kind, _entries.c.sealed, _entries.c.expires_at])
            .where(
                _entries.c.conversation == self._mac("conversation", conversation_id),
                _entries.c.expires_at > self._clock().timestamp(),
            )
            .order_by(_entries.c.expires_at)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [
            (
                Secret(row.kind, self._open(conversation_id, row.kind, row.sealed)),
                datetime.fromtimestamp(row.expires_at, timezone.utc),
            )
            for row in rows
        ]

    def purge(self, now: datetime) -> int:
        """Delete what has expired at ``now``; return how many values that were."""
        with self._engine.begin() as connection:
            gone = connection.execute(_entries.delete().where(_entries.c.expires_at <= now.timestamp()))
        return int(gone.rowcount)

    def forget(self, conversation_id: str) -> int:
        """Delete everything of one conversation; return how many values that were."""
        conversation = self._mac("conversation", conversation_id)
        with self._engine.begin() as connection:
            gone = connection.execute(_entries.delete().where(_entries.c.conversation == conversation))
        return int(gone.rowcount)

    def close(self) -> None:
        """Let go of the connections to the database."""
        self._engine.dispose()

    def _renew(
        self, connection: Any, conversation: str, digest: str, now: datetime, expires_at: float
    ) -> str | None:
        """Return the living token of a known value with its time set anew; a dead one is removed."""
        same = sa.and_(_entries.c.conversation == conversation, _entries.c.digest == digest)
        row = connection.execute(sa.select([_entries.c.token, _entries.c.expires_at]).where(same)).first()
        if row is None:
            return None
        if row.expires_at <= now.timestamp():
            connection.execute(_entries.delete().where(same))
            return None
        connection.execute(_entries.update().where(same).values(expires_at=expires_at))
        return str(row.token)

    def _mac(self, *parts: str) -> str:
        packed = b"".join(len(raw).to_bytes(4, "big") + raw for raw in map(_bytes, parts))
        return hmac.new(self._mac_key, packed, hashlib.sha256).hexdigest()

    def _seal(self, conversation_id: str, kind: Kind, value: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, _bytes(value), _associated(conversation_id, kind))

    def _open(self, conversation_id: str, kind: Kind, sealed: bytes) -> str:
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, body, _associated(conversation_id, kind)).decode(
                "utf-8", "surrogatepass"
            )
        except InvalidTag as error:
            raise VaultTampered("the stored value fails authentication") from error


def utc_now() -> datetime:
    """The clock of a running process."""
    return datetime.now(timezone.utc)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _associated(conversation_id: str, kind: Kind) -> bytes:
    return _bytes(kind) + b"\0" + _bytes(conversation_id)


def _derive(key: bytes, purpose: bytes) -> bytes:
    if len(key) != 32:  # noqa: PLR2004
        raise ValueError("the vault's key must have 32 bytes")
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"vault " + purpose).derive(key)
