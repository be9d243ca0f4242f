"""Service authentication: who calls is proved by an HMAC over the request, its time and a nonce.

The signature is hex HMAC-SHA256 over METHOD, path with query, timestamp, nonce and the hex SHA-256 of the
body, joined by line feeds. The receiver accepts a timestamp within 300 s of its own real time and each nonce
once, so every try is signed anew.
"""

from __future__ import annotations

import hashlib
import hmac

CLIENT_HEADER = "X-Client-Id"
TIMESTAMP_HEADER = "X-Timestamp"
NONCE_HEADER = "X-Nonce"
SIGNATURE_HEADER = "X-Signature"
MAX_CLOCK_SKEW_S = 300


def signature(
    secret: bytes, *, method: str, path_with_query: str, timestamp: str, nonce: str, body: bytes
) -> str:
    """Return the hex signature of one request."""
    digest = hashlib.sha256(body).hexdigest()
    text = "\n".join([method.upper(), path_with_query, timestamp, nonce, digest])
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def signed_headers(
    client_id: str,
    secret: bytes,
    *,
    method: str,
    path_with_query: str,
    body: bytes,
    now: float,
    nonce: str,
) -> dict[str, str]:
    """Return the four headers that authenticate one try of one request.

    Args:
        client_id: name the secret is known under at the receiver, e.g. `assistant`.
        secret: the shared HMAC key.
        method: HTTP method.
        path_with_query: exactly as it stands in the request line.
        body: exactly the bytes sent, `b""` for none.
        now: real time, unix seconds.
        nonce: a value never used before.
    """
    timestamp = str(int(now))
    return {
        CLIENT_HEADER: client_id,
        TIMESTAMP_HEADER: timestamp,
        NONCE_HEADER: nonce,
        SIGNATURE_HEADER: signature(
            secret,
            method=method,
            path_with_query=path_with_query,
            timestamp=timestamp,
            nonce=nonce,
            body=body,
        ),
    }
