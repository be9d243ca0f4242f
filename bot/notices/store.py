"""What is to be told, in the bot's own database: an event is stored whole or not at all, and only once.

What reaches the conversation again (subscription, number of the case) is sealed. Times are unix seconds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import sqlalchemy as sa

from bot.notices.wording import Matter
from privacy.notices import Subscription
from privacy.sealing import Sealer

_KEPT_S: Final = 30 * 86_400
_metadata = sa.MetaData()
_events = sa.Table(
    "notice_events",
    _metadata,
    sa.Column("event_id", sa.String(40), primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
)
_nonces = sa.Table(
    "notice_nonces",
    _metadata,
    sa.Column("nonce", sa.String(64), primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
)
_notices = sa.Table(
    "notices",
    _metadata,
    sa.Column("event_id", sa.String(40), primary_key=True),
    sa.Column("conversation_id", sa.String(128), primary_key=True),
    sa.Column("channel", sa.String(24), nullable=False),
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("about", sa.String(64), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("due_at", sa.Float, nullable=False),
    sa.Column("until", sa.Float, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Index("notices_waiting", "state", "due_at"),
    sa.Index("notices_of_conversation", "conversation_id", "state"),
)


class Replayed(Exception):  # noqa: N818 - a refusal
    """The nonce was used before."""


@dataclass(frozen=True)
class Notice:
    """One thing to tell one conversation."""

    event_id: str
    event: str
    to: Subscription
    matter: Matter
    due_at: float
    until: float


class NoticeStore:
    """Events that came, and the notices made of them."""

    def __init__(self, engine: Any, key: bytes) -> None:
        """Use the bot's database; ``key`` is the secret ``notices``."""
        self._engine = engine
        self._sealer = Sealer(key)
        _metadata.create_all(engine)

    def take_nonce(self, nonce: str, now: float) -> None:
        """Take a nonce for good.

        Raises:
            Replayed: it was taken before.
        """
        try:
            with self._engine.begin() as connection:
                connection.execute(_nonces.insert().values(nonce=nonce, at=now))
        except sa.exc.IntegrityError as error:
            raise Replayed from error

    def receive(self, event_id: str, notices: Sequence[Notice], now: float) -> bool:
        """Store an event with all its notices; False when it was stored before.

        A notice of the same event kind and person that still waits in a conversation is out of date: the new one
        takes its place.
        """
        try:
            with self._engine.begin() as connection:
                connection.execute(_events.insert().values(event_id=event_id, at=now))
                for notice in notices:
                    row = self._row(notice)
                    connection.execute(
                        _notices.update()
                        .where(
                            _notices.c.conversation_id == row["conversation_id"],
                            _notices.c.event == row["event"],
                            _notices.c.about == row["about"],
                            _notices.c.state == "waiting",
                        )
                        .values(state="replaced")
                    )
                    connection.execute(_notices.insert().values(**row))
        except sa.exc.IntegrityError:
            return False
        return True

    def due(self, channels: Sequence[str], now: float, limit: int = 100) -> list[Notice]:
        """Return what may be told now on these channels, the oldest first."""
        query = (
            sa.select(_notices)
            .where(
                _notices.c.state == "waiting",
                _notices.c.due_at <= now,
                _notices.c.channel.in_(list(channels)),
            )
            .order_by(_notices.c.due_at, _notices.c.event_id)
            .limit(limit)
        )
        return self._read(query)

    def waiting(self, conversation_id: str, now: float) -> list[Notice]:
        """Return what a conversation is to be told at its next contact."""
        query = (
            sa.select(_notices)
            .where(
                _notices.c.conversation_id == conversation_id,
                _notices.c.state == "waiting",
                _notices.c.due_at <= now,
            )
            .order_by(_notices.c.due_at, _notices.c.event_id)
        )
        return self._read(query)

    def settle(self, notice: Notice, state: str) -> None:
        """End a notice: ``told``, ``left`` (to the next contact), ``late`` (not worth telling now), ``revoked``."""
        self._change(notice.event_id, notice.to.conversation_id, {"state": state})

    def put_off(self, notice: Notice, until: float) -> None:
        """Look at a notice again at ``until``."""
        self._change(notice.event_id, notice.to.conversation_id, {"due_at": until}, ("waiting",))

    def look_again(self, event_id: str, conversation_id: str, now: float, *, reopen: bool) -> None:
        """Look at a notice at once, since something was heard of it; ``reopen``: also when it counted as told."""
        states = ("waiting", "told") if reopen else ("waiting",)
        self._change(event_id, conversation_id, {"due_at": now, "state": "waiting"}, states)

    def _change(
        self, event_id: str, conversation_id: str, values: dict[str, Any], states: Sequence[str] = ()
    ) -> None:
        mine = [_notices.c.event_id == event_id, _notices.c.conversation_id == conversation_id]
        if states:
            mine.append(_notices.c.state.in_(list(states)))
        with self._engine.begin() as connection:
            connection.execute(_notices.update().where(*mine).values(**values))

    def purge(self, now: float) -> None:
        """Delete what is settled or out of date since long; nonces when they cannot be replayed any more."""
        with self._engine.begin() as connection:
            connection.execute(_nonces.delete().where(_nonces.c.at < now - 3_600))
            connection.execute(_notices.delete().where(_notices.c.until < now - _KEPT_S))
            connection.execute(_events.delete().where(_events.c.at < now - 3 * _KEPT_S))

    def _row(self, notice: Notice) -> dict[str, Any]:
        body = json.dumps({"to": asdict(notice.to), **asdict(notice.matter)}).encode()
        owner = f"{notice.event_id}/{notice.to.conversation_id}"
        return {
            "event_id": notice.event_id,
            "conversation_id": notice.to.conversation_id,
            "channel": notice.to.channel,
            "event": notice.event,
            "about": self._sealer.digest("about", notice.to.about),
            "sealed": self._sealer.seal(body, owner),
            "due_at": notice.due_at,
            "until": notice.until,
            "state": "waiting",
        }

    def _read(self, query: Any) -> list[Notice]:
        with self._engine.connect() as connection:
            rows = connection.execute(query).fetchall()
        return [self._notice(row) for row in rows]

    def _notice(self, row: Any) -> Notice:
        body = json.loads(self._sealer.open(row.sealed, f"{row.event_id}/{row.conversation_id}"))
        to = Subscription(**body["to"])
        facts = ("number", "ends", "ends_at", "occurred", "ahead")
        matter = Matter(**{name: body[name] for name in facts if name in body})
        return Notice(row.event_id, row.event, to, matter, row.due_at, row.until)


def forget_notices(engine: Any, conversation_id: str) -> None:
    """Delete what a conversation was told or is to be told."""
    _metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(_notices.delete().where(_notices.c.conversation_id == conversation_id))
