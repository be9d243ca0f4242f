"""Signatures between the bot and the desk: the same as at the platform (docs/platform.md), keys of their own."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
import uuid
from collections.abc import Mapping
from typing import Final

TOLERANCE_S: Final = 300
_DIGITS: Final = re.compile(r"[0-9]{1,12}")
_NONCE: Final = re.compile(r"[0-9A-Za-z-]{16,64}")


def signed_headers(client: str, secret: bytes, method: str, path: str, body: bytes) -> dict[str, str]:
    """Return the headers that prove who sends a request, for one try of it."""
    timestamp, nonce = str(int(time.time())), uuid.uuid4().hex
    return {
        "X-Client-Id": client,
        "X-Timestamp": timestamp,
        "X-Nonce": nonce,
        "X-Signature": _signature(secret, (method, path, timestamp, nonce), body),
    }


def is_signed(
    client: str, secret: bytes, headers: Mapping[str, str], *, path: str, body: bytes, now: float
) -> bool:
    """Tell whether a POST was signed by ``client`` within the last five minutes. Header names in small letters."""
    timestamp, nonce = headers.get("x-timestamp", ""), headers.get("x-nonce", "")
    if headers.get("x-client-id") != client or not _NONCE.fullmatch(nonce):
        return False
    if not _DIGITS.fullmatch(timestamp) or abs(now - int(timestamp)) > TOLERANCE_S:
        return False
    expected = _signature(secret, ("POST", path, timestamp, nonce), body)
    given = headers.get("x-signature", "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(expected.encode(), given)


def _signature(secret: bytes, head: tuple[str, str, str, str], body: bytes) -> str:
    digest = hashlib.sha256(body).hexdigest()
    text = "\n".join([*head, digest]).encode("utf-8", "surrogateescape")
    return hmac.new(secret, text, hashlib.sha256).hexdigest()
