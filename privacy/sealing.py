"""Records at rest that hold a name, a session or a password: sealed or hashed under the record key."""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class Sealer:
    """AES-256-GCM under one key; what a record belongs to is authenticated with it."""

    def __init__(self, key: bytes) -> None:
        """Use `key`, 32 bytes."""
        self._key = key
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, owner: str) -> bytes:
        """Return `plain` sealed for `owner`."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, owner.encode())

    def open(self, sealed: bytes, owner: str) -> bytes:
        """Return what was sealed for `owner`.

        Raises:
            cryptography.exceptions.InvalidTag: for another owner, another key or a changed record.
        """
        return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], owner.encode())

    def digest(self, owner: str, secret: str) -> str:
        """Return the keyed hash under which a short secret of `owner` is kept (hex, 64)."""
        return hmac.new(self._key, f"{owner}\n{secret}".encode(), hashlib.sha256).hexdigest()
