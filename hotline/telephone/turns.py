"""One after the other: whoever decides something about an agent or a caller writes their row first.

On PostgreSQL the row is locked until the transaction ends; on SQLite the first write locks the store.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .tables import telephone_turns

ResultT = TypeVar("ResultT")
_TRIES: Final = 5


def take_turn(connection: Any, of: str, at: float) -> None:
    """Wait until nobody else decides about `of`; `at` is unix seconds."""
    c = telephone_turns.c
    if not connection.execute(sa.update(telephone_turns).where(c.of == of).values(at=at)).rowcount:
        connection.execute(sa.insert(telephone_turns).values(of=of, at=at))


def in_turn(engine: Any, work: Callable[[Any], ResultT]) -> ResultT:
    """Run `work` in a transaction; again when somebody else wrote the same new row first."""
    for _ in range(_TRIES - 1):
        try:
            with engine.begin() as connection:
                return work(connection)
        except IntegrityError:
            continue
    with engine.begin() as connection:
        return work(connection)
