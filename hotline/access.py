"""What log-in and the API remember: tries, ended sessions, used nonces. In the store, so that all processes know."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from backend_client.signing import (
    CLIENT_HEADER,
    MAX_CLOCK_SKEW_S,
    NONCE_HEADER,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    signature,
)

from .errors import BadSignature, Replayed, TooManyTries
from .store import ended_sessions, login_tries, used_nonces

_NONCE = re.compile(r"[0-9A-Za-z-]{16,64}")
_ANY_ADDRESS_FACTOR = 10


class LoginLimit:
    """Counts tries to log in before the password is looked at, so that parallel guesses gain nothing."""

    def __init__(self, engine: Any, tries: int, window_s: int) -> None:
        """Allow `tries` from one address, ten times as many from all, within `window_s` seconds."""
        self._engine = engine
        self._tries = tries
        self._window_s = window_s

    def begin(self, address: str, now: float) -> None:
        """Count one try.

        Raises:
            TooManyTries: this one is too many; it is not looked at.
        """
        second = int(now)
        with self._engine.begin() as connection:
            # The insert takes the write lock, so tries are counted one after the other.
            added = connection.execute(sa.insert(login_tries).values(address=address, at=second))
            connection.execute(sa.delete(login_tries).where(login_tries.c.at <= second - self._window_s))
            mine = sa.select(sa.func.count(), sa.func.min(login_tries.c.at))
            count, oldest = connection.execute(mine.where(login_tries.c.address == address)).one()
            everybody, oldest_of_all = connection.execute(mine).one()
            if count > self._tries or everybody > self._tries * _ANY_ADDRESS_FACTOR:
                (own_id,) = added.inserted_primary_key
                connection.execute(sa.delete(login_tries).where(login_tries.c.id == own_id))
                since = oldest if count > self._tries else oldest_of_all
                refusal: TooManyTries | None = TooManyTries(max(1, since + self._window_s - second))
            else:
                refusal = None
        if refusal is not None:
            raise refusal

    def succeeded(self, address: str) -> None:
        """Forget the tries of an address whose password was right."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(login_tries).where(login_tries.c.address == address))


class EndedSessions:
    """Sessions that were logged out before their cookie's time."""

    def __init__(self, engine: Any) -> None:
        """Use the tables of `store`."""
        self._engine = engine

    def end(self, session_id: str, expires: int, now: float) -> None:
        """End a session; ending it twice is nothing."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(ended_sessions).where(ended_sessions.c.expires <= int(now)))
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.insert(ended_sessions).values(session_id=session_id, expires=expires))
        except IntegrityError:
            return

    def has(self, session_id: str) -> bool:
        """Tell whether a session was ended."""
        query = sa.select(ended_sessions.c.session_id).where(ended_sessions.c.session_id == session_id)
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None


class ServiceGuard:
    """Checks that a request of the API was signed by a known service, lately, and came once."""

    def __init__(self, engine: Any, secrets: Mapping[str, bytes]) -> None:
        """Know services by client id and secret."""
        self._engine = engine
        self._secrets = secrets

    def check(
        self, headers: Mapping[str, str], method: str, path_with_query: str, body: bytes, now: float
    ) -> str:
        """Return the client id of a good request.

        Raises:
            BadSignature: unknown client, old or future time, wrong signature; which is not told.
            Replayed: the nonce was used before.
        """
        client, timestamp, nonce, given = (
            headers.get(name, "")
            for name in (CLIENT_HEADER, TIMESTAMP_HEADER, NONCE_HEADER, SIGNATURE_HEADER)
        )
        fresh = (
            timestamp.isascii() and timestamp.isdigit() and abs(now - float(timestamp)) <= MAX_CLOCK_SKEW_S
        )
        expected = signature(
            self._secrets.get(client, b""),
            method=method,
            path_with_query=path_with_query,
            timestamp=timestamp,
            nonce=nonce,
            body=body,
        )
        matches = hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
        if client not in self._secrets or not fresh or not matches or not _NONCE.fullmatch(nonce):
            raise BadSignature("signature, time or client")
        self._use(client, nonce, int(now))
        return client

    def _use(self, client: str, nonce: str, now: int) -> None:
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.delete(used_nonces).where(used_nonces.c.expires <= now))
                connection.execute(
                    sa.insert(used_nonces).values(
                        client_id=client, nonce=nonce, expires=now + 2 * MAX_CLOCK_SKEW_S + 1
                    )
                )
        except IntegrityError as error:
            raise Replayed("nonce") from error
