"""Answers kept with the turn they belong to, until the channel has them: a kill in between loses nothing.

A turn ends in two steps: the conversation is stored, then the channel stores what is to be shown. A process that dies
between the two would, when the message is sent again, understand it a second time in a conversation that has gone on.
So the answers are written in the transaction that stores the conversation, sealed, under the id the channel gave the
message; a message that comes again finds them and is not understood anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from privacy.sealing import Sealer

#: Channels send a message again within minutes; after this nobody asks for the answers any more.
KEPT: Final = timedelta(hours=1)

_metadata = sa.MetaData()
_held = sa.Table(
    "held_answers",
    _metadata,
    sa.Column("conversation", sa.String(64), primary_key=True),
    sa.Column("message_id", sa.String(64), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
)


@dataclass
class RunningTurn:
    """The turn this task is running.

    Attributes:
        held: where its answers are kept.
        conversation_id: whose turn.
        message_ids: ids of the messages it answers, oldest first; the answers belong to the last.
        answers: what has been said so far.
    """

    held: HeldAnswers
    conversation_id: str
    message_ids: tuple[str, ...]
    answers: list[dict[str, Any]] = field(default_factory=list)

    def keep(self, connection: Any, sender_id: str) -> None:
        """Write the answers in the transaction that stores the conversation of ``sender_id``."""
        if self.message_ids and sender_id == self.conversation_id:
            self.held.write(connection, self)


running_turn: ContextVar[RunningTurn | None] = ContextVar("running_turn", default=None)


class HeldAnswers:
    """The table of answers that may not have reached their channel yet."""

    def __init__(self, engine: Any, key: bytes, clock: Callable[[], datetime]) -> None:
        """Keep them in the database of the conversations, sealed under ``key`` (32 bytes)."""
        self._engine = engine
        self._sealer = Sealer(key)
        self._clock = clock
        _metadata.create_all(engine)

    def write(self, connection: Any, turn: RunningTurn) -> None:
        """Add a turn's answers to the transaction that stores its conversation."""
        conversation = self._of(turn.conversation_id)
        mine = sa.and_(_held.c.conversation == conversation, _held.c.message_id.in_(turn.message_ids))
        connection.execute(_held.delete().where(mine))
        said: dict[str, Sequence[dict[str, Any]]] = dict.fromkeys(turn.message_ids, ())
        said[turn.message_ids[-1]] = turn.answers
        connection.execute(_held.insert(), [self._row(conversation, *one) for one in said.items()])

    def recall(self, conversation_id: str, message_id: str) -> list[dict[str, Any]] | None:
        """Return the answers to a message whose turn was stored; None when it has not been answered yet."""
        conversation = self._of(conversation_id)
        query = sa.select([_held.c.sealed]).where(
            _held.c.conversation == conversation, _held.c.message_id == message_id
        )
        try:
            with self._engine.connect() as connection:
                sealed = connection.execute(query).scalar()
        except sa.exc.SQLAlchemyError:
            return None  # the turn that follows meets the same failure and says so
        if sealed is None:
            return None
        try:
            return list(json.loads(self._sealer.open(sealed, f"{conversation}\n{message_id}")))
        except InvalidTag:
            return None  # not ours: the message is answered anew

    def forget(self, conversation_id: str) -> None:
        """Delete the answers of one conversation."""
        with self._engine.begin() as connection:
            connection.execute(_held.delete().where(_held.c.conversation == self._of(conversation_id)))

    def purge(self, now: datetime) -> int:
        """Delete what nobody will ask for any more; return how many rows that were."""
        with self._engine.begin() as connection:
            gone = connection.execute(_held.delete().where(_held.c.at <= (now - KEPT).timestamp()))
        return int(gone.rowcount)

    def _row(self, conversation: str, message_id: str, said: Sequence[dict[str, Any]]) -> dict[str, Any]:
        plain = json.dumps(list(said), ensure_ascii=False).encode("utf-8", "surrogatepass")
        return {
            "conversation": conversation,
            "message_id": message_id,
            "sealed": self._sealer.seal(plain, f"{conversation}\n{message_id}"),
            "at": self._clock().timestamp(),
        }

    def _of(self, conversation_id: str) -> str:
        return self._sealer.digest("conversation", conversation_id)
