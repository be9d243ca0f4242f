"""Access tokens: asked for once, shared by all processes through the bot's database, sealed there.

``stable_token`` gives every caller the same token while it lives, so no two processes can spoil each other's.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from bot.channels.wechat.errors import Unreachable
from bot.channels.wechat.wire import Wire
from privacy.sealing import Sealer

logger = logging.getLogger(__name__)

PATH: Final = "/cgi-bin/stable_token"
#: WeChat renews in the last five minutes, with both tokens valid: asking again then gives the new one.
_BEFORE_THE_END: Final = 240.0
#: WeChat refuses to force a new token more often.
_BETWEEN_FORCED: Final = 30.0
_metadata = sa.MetaData()
_tokens = sa.Table(
    "wechat_tokens",
    _metadata,
    sa.Column("app_id", sa.String(64), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("until", sa.Float, nullable=False),
)


@dataclass(frozen=True)
class AccessToken:
    """A token and when to ask for the next one, unix seconds."""

    value: str = field(repr=False)
    until: float


class TokenStore:
    """Tokens of all accounts, for all processes."""

    def __init__(self, engine: Any, key: bytes) -> None:
        """Keep tokens in the bot's database, sealed under ``key`` (32 bytes)."""
        self._engine = engine
        self._sealer = Sealer(key)
        _metadata.create_all(engine)

    def get(self, app_id: str) -> AccessToken | None:
        """Return what somebody has fetched; None when there is nothing or nothing readable."""
        query = sa.select([_tokens]).where(_tokens.c.app_id == app_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        try:
            return AccessToken(self._sealer.open(row.sealed, app_id).decode(), row.until)
        except InvalidTag:
            return None

    def put(self, app_id: str, token: AccessToken) -> None:
        """Keep a token in place of the one before."""
        row = {"sealed": self._sealer.seal(token.value.encode(), app_id), "until": token.until}
        mine = _tokens.c.app_id == app_id
        with self._engine.begin() as connection:
            if connection.execute(_tokens.update().where(mine).values(**row)).rowcount:
                return
        try:
            with self._engine.begin() as connection:
                connection.execute(_tokens.insert().values(app_id=app_id, **row))
        except sa.exc.IntegrityError:
            return  # somebody else was first: theirs is the same token


class Tokens:
    """The token of one account."""

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        wire: Wire,
        store: TokenStore,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``clock`` gives unix seconds."""
        self._app_id = app_id
        self._app_secret = app_secret
        self._wire = wire
        self._store = store
        self._clock = clock
        self._known: AccessToken | None = None
        self._asking = asyncio.Lock()
        self._forced_at: float | None = None

    async def get(self) -> str:
        """Return a token that should be valid.

        Raises:
            Refused, Unreachable: WeChat gives none.
        """
        return self._living() or await self._other_than(None)

    async def replace(self, refused: str) -> str:
        """Return another token than ``refused``, which WeChat has not accepted.

        Raises:
            Refused, Unreachable: WeChat gives none.
        """
        return await self._other_than(refused)

    async def _other_than(self, refused: str | None) -> str:
        """A living token: the one at hand, what another process fetched, a new one, and at last a forced one."""
        async with self._asking:
            value = self._living()
            if value in (None, refused):
                self._known = await asyncio.to_thread(self._store.get, self._app_id)
                value = self._living()
            if value is None or value == refused:
                value = await self._fetch(force=False)
            if value == refused and self._may_force():
                value = await self._fetch(force=True)
            return value

    def _living(self) -> str | None:
        known = self._known
        return known.value if known is not None and known.until > self._clock() else None

    def _may_force(self) -> bool:
        now = self._clock()
        if self._forced_at is not None and now - self._forced_at < _BETWEEN_FORCED:
            return False
        self._forced_at = now
        return True

    async def _fetch(self, *, force: bool) -> str:
        answer = await self._wire.post(
            PATH,
            {
                "grant_type": "client_credential",
                "appid": self._app_id,
                "secret": self._app_secret,
                "force_refresh": force,
            },
        )
        value, lives = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(value, str) or not value or not isinstance(lives, int):
            raise Unreachable(f"{PATH}: no token in the answer")
        token = AccessToken(value, self._clock() + max(0.0, lives - _BEFORE_THE_END))
        await asyncio.to_thread(self._store.put, self._app_id, token)
        logger.info("a new access token was fetched")
        self._known = token
        return value
