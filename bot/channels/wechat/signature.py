"""Signatures of WeChat's pushes: SHA-1 over the sorted parts (official: “消息推送”, “消息加解密说明”)."""

from __future__ import annotations

import hashlib
import hmac

from bot.channels.wechat.errors import BadSignature


def signature(*parts: str) -> str:
    """Return WeChat's signature of ``parts``: token, timestamp and nonce, with a sealed body that too.

    The parts are sorted as strings, byte by byte: ``"10" < "9"``.
    """
    joined = b"".join(sorted(part.encode("utf-8", "surrogatepass") for part in parts))
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def check(given: str, *parts: str) -> None:
    """Compare in constant time.

    Raises:
        BadSignature: ``given`` is not the signature of ``parts``.
    """
    if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), signature(*parts).encode()):
        raise BadSignature("the signature does not fit")
