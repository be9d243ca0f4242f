"""Whether an event was signed by the platform, just now (docs/platform.md, “What the platform tells others”)."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final

TOLERANCE_S: Final = 300
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_NONCE: Final = re.compile(r"[0-9a-f]{32}")


def signed_nonce(secret: bytes, headers: Mapping[str, str], path: str, body: bytes, now: float) -> str | None:
    """Return the nonce of a request the platform signed within the last five minutes; None for any other."""
    timestamp, nonce = headers.get("x-timestamp", ""), headers.get("x-nonce", "")
    if headers.get("x-client-id") != "platform" or not _NONCE.fullmatch(nonce):
        return None
    if not _TIMESTAMP.fullmatch(timestamp) or abs(now - int(timestamp)) > TOLERANCE_S:
        return None
    digest = hashlib.sha256(body).hexdigest()
    text = f"POST\n{path}\n{timestamp}\n{nonce}\n{digest}".encode("utf-8", "surrogateescape")
    expected = hmac.new(secret, text, hashlib.sha256).hexdigest()
    given = headers.get("x-signature", "").encode("utf-8", "surrogateescape")
    return nonce if hmac.compare_digest(expected.encode(), given) else None
