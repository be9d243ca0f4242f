"""What the desk must still get, and what a citizen whose channel cannot be pushed to must still hear. Sealed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import sqlalchemy as sa

from privacy.sealing import Sealer

Kind = Literal["request", "message", "leave", "rating", "erase"]
#: A request for a person that could not be made in this time is not made any more, seconds.
REQUEST_LIVES: Final = 600.0
_metadata = sa.MetaData()
_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_letters = sa.Table(
    "desk_letters",
    _metadata,
    sa.Column("id", _id, primary_key=True, autoincrement=True),
    sa.Column("name", sa.String(80), nullable=False, unique=True),
    sa.Column("conversation_id", sa.String(128), nullable=False, index=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("not_before", sa.Float, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sqlite_autoincrement=True,
)
_waiting = sa.Table(
    "desk_waiting",
    _metadata,
    sa.Column("id", _id, primary_key=True, autoincrement=True),
    sa.Column("name", sa.String(80), nullable=False, unique=True),
    sa.Column("conversation_id", sa.String(128), nullable=False, index=True),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True)
class Letter:
    """Something the desk must get; ``name`` is the same for each try."""

    number: int
    name: str
    conversation_id: str
    kind: Kind
    tries: int
    at: float
    body: dict[str, Any] = field(repr=False)


class Letters:
    """Letters to the desk, in order for each conversation; and lines that wait for the citizen's next contact."""

    def __init__(self, engine: Any, key: bytes, clock: Callable[[], float] = time.time) -> None:
        """Use the bot's database, seal under ``key`` (32 bytes)."""
        self._engine = engine
        self._sealer = Sealer(key)
        self._clock = clock
        _metadata.create_all(engine)

    def put(self, name: str, conversation_id: str, kind: Kind, body: dict[str, Any]) -> None:
        """Add a letter; one with the same name is there once."""
        now = self._clock()
        row = {
            "name": name[:80],
            "conversation_id": conversation_id,
            "kind": kind,
            "sealed": self._seal(body, name[:80]),
            "tries": 0,
            "not_before": now,
            "at": now,
        }
        self._insert(_letters, row)

    def of(self, conversation_id: str) -> list[Letter]:
        """Return the letters of a conversation, in order."""
        query = (
            sa.select([_letters]).where(_letters.c.conversation_id == conversation_id).order_by(_letters.c.id)
        )
        with self._engine.connect() as connection:
            return [self._letter(row) for row in connection.execute(query)]

    def due(self) -> list[str]:
        """Return the conversations that have letters to be tried now."""
        query = (
            sa.select([_letters.c.conversation_id])
            .group_by(_letters.c.conversation_id)
            .having(sa.func.max(_letters.c.not_before) <= self._clock())
            .order_by(sa.func.min(_letters.c.id))
            .limit(100)
        )
        with self._engine.connect() as connection:
            return [row.conversation_id for row in connection.execute(query)]

    def done(self, letter: Letter) -> None:
        """Note that a letter has arrived, or need not any more."""
        with self._engine.begin() as connection:
            connection.execute(_letters.delete().where(_letters.c.id == letter.number))

    def put_off(self, letter: Letter, seconds: float) -> None:
        """Try a letter again after so long; those behind it wait."""
        mine = _letters.c.id == letter.number
        values = {"tries": letter.tries + 1, "not_before": self._clock() + seconds}
        with self._engine.begin() as connection:
            connection.execute(_letters.update().where(mine).values(**values))

    def is_late(self, letter: Letter) -> bool:
        """Tell whether a request has waited so long that nobody expects a person any more."""
        return letter.kind == "request" and self._clock() - letter.at > REQUEST_LIVES

    def hold(self, conversation_id: str, said: dict[str, Any], name: str) -> None:
        """Keep a line until the citizen is heard of again; one with the same name is there once."""
        row = {
            "name": name[:80],
            "conversation_id": conversation_id,
            "sealed": self._seal(said, name[:80]),
            "at": self._clock(),
        }
        self._insert(_waiting, row)

    def held(self, conversation_id: str) -> list[tuple[int, dict[str, Any]]]:
        """Return the lines that wait for a citizen, with their numbers."""
        query = (
            sa.select([_waiting])
            .where(_waiting.c.conversation_id == conversation_id, _waiting.c.sealed.isnot(None))
            .order_by(_waiting.c.id)
        )
        with self._engine.connect() as connection:
            return [(row.id, self._open(row.sealed, row.name)) for row in connection.execute(query)]

    def told(self, number: int) -> None:
        """Note that a line was said; its name stays, so that it is not said again."""
        with self._engine.begin() as connection:
            connection.execute(_waiting.update().where(_waiting.c.id == number).values(sealed=None))

    def forget(self, conversation_id: str) -> None:
        """Delete everything of a conversation, but the letter that asks the desk for the same."""
        with self._engine.begin() as connection:
            for table in (_letters, _waiting):
                mine = table.c.conversation_id == conversation_id
                gone = sa.and_(mine, _letters.c.kind != "erase") if table is _letters else mine
                connection.execute(table.delete().where(gone))

    def _insert(self, table: Any, row: dict[str, Any]) -> None:
        try:
            with self._engine.begin() as connection:
                connection.execute(table.insert().values(**row))
        except sa.exc.IntegrityError:
            return  # it is there

    def _seal(self, body: dict[str, Any], name: str) -> bytes:
        return self._sealer.seal(json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass"), name)

    def _open(self, sealed: bytes, name: str) -> dict[str, Any]:
        opened: dict[str, Any] = json.loads(self._sealer.open(sealed, name).decode("utf-8", "surrogatepass"))
        return opened

    def _letter(self, row: Any) -> Letter:
        body = self._open(row.sealed, row.name)
        return Letter(row.id, row.name, row.conversation_id, row.kind, row.tries, row.at, body)


def purge_letters(engine: Any, before: float) -> int:
    """Delete what has not arrived since ``before``, and names of what has; return how many.

    What asks the desk to delete stays until it arrives.
    """
    _metadata.create_all(engine)
    late = sa.and_(_letters.c.at <= before, _letters.c.kind != "erase")
    with engine.begin() as connection:
        gone = connection.execute(_letters.delete().where(late)).rowcount
        return int(gone + connection.execute(_waiting.delete().where(_waiting.c.at <= before)).rowcount)
