"""Choices that were offered: a tap brings back an id, or only the words; here it is what the choice means."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from bot.channels.wechat.outgoing import Choice
from bot.message import Button
from privacy.sealing import Sealer

_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"
_metadata = sa.MetaData()
_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_offered = sa.Table(
    "wechat_choices",
    _metadata,
    sa.Column("id", _id, primary_key=True, autoincrement=True),
    sa.Column("conversation_id", sa.String(64), nullable=False),
    sa.Column("choice_id", sa.String(16), nullable=False),
    sa.Column("batch", sa.String(16), nullable=False),
    sa.Column("numbered", sa.Boolean, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.UniqueConstraint("conversation_id", "choice_id"),
)


@dataclass(frozen=True)
class Offer:
    """Choices that were shown together; ``numbered``: a number that is typed chooses."""

    buttons: tuple[Button, ...]
    numbered: bool


class Choices:
    """The choices of all conversations, in the bot's database."""

    def __init__(self, engine: Any, key: bytes, clock: Callable[[], float] = time.time) -> None:
        """Keep them sealed under ``key`` (32 bytes); ``clock`` gives unix seconds."""
        self._engine = engine
        self._sealer = Sealer(key)
        self._clock = clock
        _metadata.create_all(engine)

    def offer(self, conversation_id: str, buttons: Sequence[Button], *, numbered: bool) -> tuple[Choice, ...]:
        """Note choices that are shown together, in their order; returns them with ids nobody can guess."""
        if not buttons:
            return ()
        batch = _fresh()
        choices = tuple(Choice(_fresh(), button.title) for button in buttons)
        rows = [
            {
                "conversation_id": conversation_id,
                "choice_id": choice.choice_id,
                "batch": batch,
                "numbered": numbered,
                "sealed": self._seal(conversation_id, button),
                "at": self._clock(),
            }
            for choice, button in zip(choices, buttons, strict=True)
        ]
        with self._engine.begin() as connection:
            connection.execute(_offered.insert(), rows)
        return choices

    def by_id(self, conversation_id: str, choice_id: str) -> Button | None:
        """Return what a choice of this conversation means; None for one it never had, or not any more."""
        mine = sa.and_(_offered.c.conversation_id == conversation_id, _offered.c.choice_id == choice_id)
        with self._engine.connect() as connection:
            row = connection.execute(sa.select([_offered]).where(mine)).first()
        return None if row is None else self._button(row)

    def newest(self, conversation_id: str) -> Offer:
        """Return the choices that were shown last; an empty offer when there were none."""
        mine = _offered.c.conversation_id == conversation_id
        last = sa.select([_offered.c.batch]).where(mine).order_by(_offered.c.id.desc()).limit(1)
        with self._engine.connect() as connection:
            batch = connection.execute(last).scalar()
            query = sa.select([_offered]).where(mine, _offered.c.batch == batch).order_by(_offered.c.id)
            rows = connection.execute(query).fetchall()
        return Offer(tuple(self._button(row) for row in rows), any(row.numbered for row in rows))

    def end_numbers(self, conversation_id: str) -> None:
        """Let numbers be words again: what was offered by number is not what is talked about any more."""
        mine = sa.and_(_offered.c.conversation_id == conversation_id, _offered.c.numbered.is_(sa.true()))
        with self._engine.begin() as connection:
            connection.execute(_offered.update().where(mine).values(numbered=False))

    def _seal(self, conversation_id: str, button: Button) -> bytes:
        return self._sealer.seal(json.dumps([button.title, button.payload]).encode(), conversation_id)

    def _button(self, row: Any) -> Button:
        return Button(*json.loads(self._sealer.open(row.sealed, row.conversation_id)))


def purge_choices(engine: Any, before: float) -> int:
    """Delete what was offered before ``before``; return how many choices."""
    _metadata.create_all(engine)
    with engine.begin() as connection:
        return int(connection.execute(_offered.delete().where(_offered.c.at <= before)).rowcount)


def forget_choices(engine: Any, conversation_id: str) -> None:
    """Delete what was offered in a conversation."""
    _metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(_offered.delete().where(_offered.c.conversation_id == conversation_id))


def _fresh() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))
