"""Service authentication: who signed the request, when, and that it is made for the first time.

X-Signature = hex HMAC-SHA256(secret, METHOD \\n path-with-query \\n timestamp \\n nonce \\n sha256hex(body)).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Mapping

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from backend.database import Database
from backend.models import Nonce
from backend.problems import BadSignature, Replayed

#: How far the caller's clock may be from this machine's, in seconds.
TOLERANCE_S = 300
_PURGE_EVERY_S = 60
_TIMESTAMP = re.compile(r"\d{1,12}")
_NONCE = re.compile(r"[0-9a-fA-F-]{16,36}")


def signature(secret: bytes, method: str, path: str, *, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the signature of one request; `path` includes the query as sent."""
    text = "\n".join([method.upper(), path, timestamp, nonce, hashlib.sha256(body).hexdigest()])
    return hmac.new(secret, text.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()


def check_signature(
    clients: Mapping[str, bytes],
    headers: Mapping[str, str],
    *,
    method: str,
    path: str,
    body: bytes,
    now: float,
) -> tuple[str, str]:
    """Return the client id and the nonce of a well signed request.

    Args:
        clients: secret by client id.
        headers: header values by lower-case name.
        method: HTTP method.
        path: path and query exactly as they were sent.
        body: the raw body.
        now: this machine's unix time.

    Raises:
        BadSignature: when a header is missing or malformed, the time is off by more than 300 s, the client is
            unknown or the signature wrong. Unknown clients and wrong signatures are not told apart.
    """
    client_id = headers.get("x-client-id", "")
    timestamp = headers.get("x-timestamp", "")
    nonce = headers.get("x-nonce", "")
    given = headers.get("x-signature", "")
    if not (client_id and given):
        raise BadSignature("X-Client-Id, X-Timestamp, X-Nonce and X-Signature are required")
    if not _TIMESTAMP.fullmatch(timestamp) or abs(now - int(timestamp)) > TOLERANCE_S:
        raise BadSignature(f"X-Timestamp must be within {TOLERANCE_S} s of this platform's real time")
    if not _NONCE.fullmatch(nonce):
        raise BadSignature("X-Nonce must be a uuid")
    expected = signature(
        clients.get(client_id, b"\0"), method, path, timestamp=timestamp, nonce=nonce, body=body
    )
    matches = hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogateescape"))
    if not matches or client_id not in clients:
        raise BadSignature("the signature does not match")
    return client_id, nonce


class Nonces:
    """Remembers nonces in the store, for all processes and over restarts, while they could be replayed."""

    def __init__(self, database: Database, real_time: Callable[[], float] = time.time) -> None:
        """Keep nonces in `database`; `real_time` gives unix seconds."""
        self._database = database
        self._real_time = real_time
        self._purged_at = 0.0

    def use(self, client_id: str, nonce: str) -> None:
        """Take a nonce.

        Raises:
            Replayed: when it was taken before.
        """
        now = int(self._real_time())
        try:
            with self._database.write() as session:
                session.execute(insert(Nonce).values(client_id=client_id, nonce=nonce.lower(), seen_at=now))
                if now - self._purged_at >= _PURGE_EVERY_S:
                    self._purged_at = now
                    # a timestamp may lie ahead by the tolerance, so a nonce is kept for twice as long
                    session.execute(delete(Nonce).where(Nonce.seen_at < now - 2 * TOLERANCE_S))
        except IntegrityError as error:
            raise Replayed("this nonce was used before") from error
