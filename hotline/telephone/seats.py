"""Who sits at which telephone: agents say so when they sit down, and the exchange may know telephones alone."""

from __future__ import annotations

import re
from typing import Any, Final

import sqlalchemy as sa

from ..errors import BadRequest
from .tables import telephone_seats
from .turns import in_turn, take_turn

_EXTENSION: Final = re.compile(r"[0-9]{0,12}")


class Seats:
    """The telephones and their agents, with when that changed: a late event finds who sat there then."""

    def __init__(self, engine: Any) -> None:
        """Use the desk's store."""
        self._engine = engine

    def sit(self, agent: str, extension: str, now: float) -> None:
        """Write down where an agent sits from now on; "" leaves. Whoever sat there sits nowhere.

        Raises:
            BadRequest: no extension.
        """
        if not _EXTENSION.fullmatch(extension):
            raise BadRequest("extension", "up to 12 digits")

        def work(connection: Any) -> None:
            take_turn(connection, agent, now)
            before = _seat_of(connection, agent)
            if before == extension:
                return
            rows = [{"extension": before, "agent": "", "since": now}] if before else []
            rows += [{"extension": extension, "agent": agent, "since": now}] if extension else []
            if rows:
                connection.execute(sa.insert(telephone_seats), rows)

        in_turn(self._engine, work)

    def seat_of(self, agent: str) -> str:
        """Return the telephone an agent sits at; "" for none."""
        with self._engine.connect() as connection:
            return _seat_of(connection, agent)


def agent_at(connection: Any, extension: str, at: float) -> str:
    """Return who sat at a telephone at a moment; "" for nobody."""
    c = telephone_seats.c
    query = (
        sa.select(c.agent)
        .where(c.extension == extension, c.since <= at)
        .order_by(c.since.desc(), c.id.desc())
        .limit(1)
    )
    return str(connection.execute(query).scalar() or "")


def _seat_of(connection: Any, agent: str) -> str:
    c = telephone_seats.c
    mine = sa.select(c.extension).where(c.agent == agent).order_by(c.id.desc()).limit(1)
    extension = str(connection.execute(mine).scalar() or "")
    latest = sa.select(c.agent).where(c.extension == extension).order_by(c.id.desc()).limit(1)
    return extension if connection.execute(latest).scalar() == agent else ""
