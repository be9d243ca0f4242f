"""Waiting after wrong guesses, by account and by address, longer each time.

A try is counted before the password is looked at, so that guesses at the same moment gain nothing. A number nobody has
is counted like any other, so that waiting tells nothing about who exists.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ..errors import TooManyTries
from .tables import login_pauses

FIRST_PAUSE_S = 60
LONGEST_PAUSE_S = 3600
FORGOTTEN_AFTER_S = 86_400
_DIALECTS = {"postgresql": postgresql, "sqlite": sqlite}


def pause_after(failures: int, free: int) -> int:
    """Return how many seconds the next try waits: none before `free` failures, then 1, 2, 4 … 60 minutes."""
    if failures < free:
        return 0
    return int(min(FIRST_PAUSE_S * 2 ** min(failures - free, 16), LONGEST_PAUSE_S))


def network_of(address: str) -> str:
    """Return what is counted for an address: itself, or for IPv6 its /64, of which one line has billions."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if parsed.version == 4 or parsed.is_loopback:  # noqa: PLR2004 – IPv4
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


@dataclass(frozen=True)
class Pauses:
    """Counts wrong guesses.

    Attributes:
        engine: of the desk's store.
        account_tries: guesses at one account before the first pause.
        address_tries: guesses from one address before the first pause.
    """

    engine: Any
    account_tries: int
    address_tries: int

    def begin(self, number: str, address: str, now: float) -> None:
        """Count one try as wrong until `succeeded` says otherwise.

        Raises:
            TooManyTries: this one comes too early; it is not looked at and not counted.
        """
        second = int(now)
        subjects = ((_account(number), self.account_tries), (_address(address), self.address_tries))
        with self.engine.begin() as connection:
            for subject, free in subjects:
                failures, until = self._count(connection, subject, second)
                if until > second:
                    raise TooManyTries(until - second)
                pause = pause_after(failures, free)
                if pause:
                    ours = login_pauses.c.subject == subject
                    connection.execute(sa.update(login_pauses).where(ours).values(until=second + pause))
            old = login_pauses.c.last < second - FORGOTTEN_AFTER_S
            connection.execute(sa.delete(login_pauses).where(old))

    def succeeded(self, number: str, address: str) -> None:
        """Forget an account's failures, and at its address as many as were its own."""
        with self.engine.begin() as connection:
            mine = login_pauses.c.subject == _account(number)
            failures = connection.execute(sa.select(login_pauses.c.failures).where(mine)).scalar() or 0
            connection.execute(sa.delete(login_pauses).where(mine))
            left = login_pauses.c.failures - failures
            connection.execute(
                sa.update(login_pauses)
                .where(login_pauses.c.subject == _address(address))
                .values(failures=sa.case((left > 0, left), else_=0), until=0)
            )

    def forget(self, number: str) -> None:
        """Let an account try again at once."""
        with self.engine.begin() as connection:
            connection.execute(sa.delete(login_pauses).where(login_pauses.c.subject == _account(number)))

    def waiting(self, now: float) -> dict[str, int]:
        """Return seconds to wait by work number, of those who must."""
        query = sa.select(login_pauses.c.subject, login_pauses.c.until).where(login_pauses.c.until > int(now))
        with self.engine.connect() as connection:
            rows = connection.execute(query.where(login_pauses.c.subject.like("account:%"))).all()
        return {subject.removeprefix("account:"): until - int(now) for subject, until in rows}

    def _count(self, connection: Any, subject: str, now: int) -> tuple[int, int]:
        """Add a failure; the write takes the lock, so that tries are counted one after the other."""
        insert = _DIALECTS[connection.dialect.name].insert(login_pauses)
        stale = login_pauses.c.last < now - FORGOTTEN_AFTER_S
        counted = sa.case((stale, 1), else_=login_pauses.c.failures + 1)
        connection.execute(
            insert.values(subject=subject, failures=1, until=0, last=now).on_conflict_do_update(
                index_elements=["subject"], set_={"failures": counted, "last": now}
            )
        )
        found = sa.select(login_pauses.c.failures, login_pauses.c.until)
        failures, until = connection.execute(found.where(login_pauses.c.subject == subject)).one()
        return int(failures), int(until)


def _account(number: str) -> str:
    return f"account:{number}"


def _address(address: str) -> str:
    return f"address:{network_of(address)}"
