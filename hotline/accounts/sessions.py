"""Who is logged in where, on the server's side: a cookie alone opens nothing.

A row is kept under the hash of the cookie's session id, so that a copy of the store opens no session either.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from .book import profile_in
from .people import Agent, agent_of
from .tables import accounts, desk_sessions

#: `code`: the password was right, the one-time code is still to come.
Stage = Literal["code", "full"]
CODE_STAGE_S = 300
_SEEN_EVERY_S = 30
_BROWSER_CHARACTERS = 80


@dataclass(frozen=True)
class Lifetimes:
    """How long a session lives: `whole` seconds at most, `idle` without a request, `proof` for dangerous things."""

    whole: int
    idle: int
    proof: int


@dataclass(frozen=True)
class Present:
    """A session that holds.

    Attributes:
        stage: whether the log-in is complete.
        agent: who it is, with the roles of this moment.
        proved: whether the password was typed lately enough for dangerous things.
        must_change: a new password comes first.
        second_factor: whether one-time codes are on.
    """

    stage: Stage
    agent: Agent
    proved: bool
    must_change: bool
    second_factor: bool


@dataclass(frozen=True)
class Listed:
    """A session in its person's list. `handle` names it and opens nothing."""

    handle: str
    began: int
    seen: int
    address: str
    browser: str


class SessionBook:
    """Begins, finds and ends sessions."""

    def __init__(self, engine: Any, lifetimes: Lifetimes, *, demo: bool) -> None:
        """Use the desk's store; `demo` lets the accounts of the demonstration in."""
        self._engine = engine
        self._lifetimes = lifetimes
        self._demo = demo

    def begin(
        self, session_id: str, number: str, stage: Stage, now: float, *, address: str, browser: str
    ) -> int:
        """Begin a session whose id was just made; return when it ends at the latest (unix seconds)."""
        second = int(now)
        expires = second + (self._lifetimes.whole if stage == "full" else CODE_STAGE_S)
        with self._engine.begin() as connection:
            connection.execute(sa.delete(desk_sessions).where(desk_sessions.c.expires <= second))
            connection.execute(
                sa.insert(desk_sessions).values(
                    handle=handle_of(session_id),
                    number=number,
                    stage=stage,
                    began=second,
                    seen=second,
                    expires=expires,
                    proved=second,
                    address=address[:64],
                    browser="".join(c for c in browser if c.isprintable())[:_BROWSER_CHARACTERS],
                )
            )
        return expires

    def find(self, session_id: str, now: float, *, used: bool = True) -> Present | None:
        """Return a session that holds at `now`; `None` when it is over.

        Args:
            session_id: of the cookie.
            now: unix seconds.
            used: remember that its person did something; a page's own sign of life is nothing a person does.
        """
        second, handle = int(now), handle_of(session_id)
        joined = sa.select(desk_sessions, accounts).join(
            accounts, accounts.c.number == desk_sessions.c.number
        )
        with self._engine.connect() as connection:
            row = connection.execute(joined.where(desk_sessions.c.handle == handle)).first()
            if row is None or not self._holds(row, second):
                return None
            profile = profile_in(connection, row)
        if used and second - row.seen >= _SEEN_EVERY_S:
            with self._engine.begin() as connection:
                mine = desk_sessions.c.handle == handle
                connection.execute(sa.update(desk_sessions).where(mine).values(seen=second))
        return Present(
            stage=row.stage,
            agent=agent_of(row.number, profile),
            proved=second - row.proved <= self._lifetimes.proof,
            must_change=row.must_change,
            second_factor=row.totp_secret is not None,
        )

    def prove(self, session_id: str, now: float) -> None:
        """Write down that the password was typed again."""
        with self._engine.begin() as connection:
            mine = desk_sessions.c.handle == handle_of(session_id)
            connection.execute(sa.update(desk_sessions).where(mine).values(proved=int(now)))

    def end(self, session_id: str) -> None:
        """End one session; ending it twice is nothing."""
        self._delete(desk_sessions.c.handle == handle_of(session_id))

    def end_listed(self, number: str, handle: str) -> bool:
        """End a session of a person by its handle; False when it was not theirs or over."""
        return self._delete(sa.and_(desk_sessions.c.number == number, desk_sessions.c.handle == handle)) == 1

    def end_all(self, number: str, *, but: str = "") -> int:
        """End every session of a person, except the one with the id `but`; return how many that were."""
        others = sa.and_(desk_sessions.c.number == number, desk_sessions.c.handle != handle_of(but))
        return self._delete(others)

    def of(self, number: str, now: float) -> list[Listed]:
        """Return the sessions of a person that hold, newest first."""
        mine = sa.select(desk_sessions).where(
            desk_sessions.c.number == number,
            desk_sessions.c.stage == "full",
            desk_sessions.c.expires > int(now),
            desk_sessions.c.seen > int(now) - self._lifetimes.idle,
        )
        with self._engine.connect() as connection:
            rows = connection.execute(mine.order_by(desk_sessions.c.began.desc())).all()
        return [Listed(row.handle, row.began, row.seen, row.address, row.browser) for row in rows]

    def _holds(self, row: Any, now: int) -> bool:
        alive = now < row.expires and now - row.seen <= self._lifetimes.idle
        return alive and not row.disabled and (self._demo or not row.demo)

    def _delete(self, condition: Any) -> int:
        with self._engine.begin() as connection:
            return int(connection.execute(sa.delete(desk_sessions).where(condition)).rowcount)


def handle_of(session_id: str) -> str:
    """Return the name under which a session is kept."""
    return hashlib.sha256(session_id.encode("utf-8", "replace")).hexdigest()
