"""Who may call the desk's API: signatures, and nonces in the store, so that all processes know them."""

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

from .errors import BadSignature, Replayed
from .store import used_nonces

_NONCE = re.compile(r"[0-9A-Za-z-]{16,64}")


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
