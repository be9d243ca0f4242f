"""Tickets that open a stream: asked for with the form token, good for half a minute, for one session, once.

A WebSocket carries the session's cookie whoever opens it (OWASP, cross-site WebSocket hijacking). The gate compares the
`Origin`; the ticket makes sure that the page itself, which alone knows the form token, has asked.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ..store import used_nonces
from .errors import BadTicket

LIFETIME_S = 30
_CLIENT = "desk-page"
_PARTS = 3


class Tickets:
    """Hands tickets out and takes them in."""

    def __init__(self, engine: Any, key: bytes) -> None:
        """Sign with the key of session cookies; what was used is kept in the desk's store."""
        self._engine = engine
        self._key = key

    def issue(self, session_id: str, now: float) -> str:
        """Return a fresh ticket for a session."""
        expires, nonce = str(int(now) + LIFETIME_S), secrets.token_hex(16)
        return f"{expires}.{nonce}.{self._mac(session_id, expires, nonce)}"

    def redeem(self, ticket: str, session_id: str, now: float) -> None:
        """Take a ticket in.

        Raises:
            BadTicket: it is not of this session, too old, or was used.
        """
        parts = ticket.split(".")
        if len(parts) != _PARTS:
            raise BadTicket("form")
        expires, nonce, mac = parts
        expected = self._mac(session_id, expires, nonce)
        if not hmac.compare_digest(expected.encode(), mac.encode("utf-8", "replace")):
            raise BadTicket("of another session")
        if now > int(expires):
            raise BadTicket("too old")
        self._use(nonce, int(expires), int(now))

    def _use(self, nonce: str, expires: int, now: int) -> None:
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.delete(used_nonces).where(used_nonces.c.expires <= now))
                connection.execute(
                    sa.insert(used_nonces).values(client_id=_CLIENT, nonce=nonce, expires=expires + 1)
                )
        except IntegrityError:
            raise BadTicket("used") from None

    def _mac(self, session_id: str, expires: str, nonce: str) -> str:
        said = f"live-ticket|{session_id}|{expires}|{nonce}"
        return hmac.new(self._key, said.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
