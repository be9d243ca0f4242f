"""Sealing and opening of message bodies (official: “消息加解密说明”).

AES-256-CBC under the account's EncodingAESKey, the key's first 16 bytes as IV. Sealed is
``random(16) + length(4, big endian) + message + app id``, padded with PKCS#7 to 32 bytes. CBC authenticates nothing:
``msg_signature`` must have been checked before anything is opened.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.wechat.errors import BadCiphertext, NotConfigured

_KEY: Final = re.compile(r"[A-Za-z0-9]{43}")
_BLOCK: Final = 32
_RANDOM: Final = 16
_LENGTH: Final = 4


class Seal:
    """One EncodingAESKey of one account."""

    def __init__(self, encoding_aes_key: str, app_id: str) -> None:
        """Take the key as WeChat's console shows it, and whose messages it seals.

        Raises:
            NotConfigured: the key is not 43 letters and digits.
        """
        if not _KEY.fullmatch(encoding_aes_key):
            raise NotConfigured("an EncodingAESKey has 43 letters and digits")
        key = base64.b64decode(encoding_aes_key + "=")
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))
        self._app_id = app_id.encode()

    def seal(self, message: bytes, random: Callable[[int], bytes] = os.urandom) -> str:
        """Return ``message`` sealed, in base64; ``random`` gives as many random bytes as it is asked for."""
        plain = random(_RANDOM) + len(message).to_bytes(_LENGTH, "big") + message + self._app_id
        fill = _BLOCK - len(plain) % _BLOCK
        encryptor = self._cipher.encryptor()
        return base64.b64encode(
            encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()
        ).decode()

    def open(self, sealed: str) -> bytes:
        """Return the message in ``sealed``.

        Raises:
            BadCiphertext: anything about it is not as this key and this account would have made it.
        """
        try:
            raw = base64.b64decode(sealed.encode("ascii"), validate=True)
        except (binascii.Error, UnicodeEncodeError) as error:
            raise BadCiphertext("not base64") from error
        if not raw or len(raw) % _BLOCK:
            raise BadCiphertext("not a whole number of blocks")
        decryptor = self._cipher.decryptor()
        return self._message(_unpadded(decryptor.update(raw) + decryptor.finalize()))

    def _message(self, plain: bytes) -> bytes:
        start = _RANDOM + _LENGTH
        end = start + int.from_bytes(plain[_RANDOM:start], "big")
        if len(plain) < start or plain[end:] != self._app_id or end + len(self._app_id) != len(plain):
            raise BadCiphertext("not sealed for this account")
        return plain[start:end]


@dataclass(frozen=True)
class KeyRing:
    """The account's key and, after a change, the one before: WeChat may use both for a while."""

    seals: Sequence[Seal]

    def open(self, sealed: str) -> tuple[bytes, Seal]:
        """Return the message and the key that opened it, under which the answer must be sealed.

        Raises:
            BadCiphertext: no key opens it.
        """
        for seal in self.seals:
            try:
                return seal.open(sealed), seal
            except BadCiphertext:
                continue
        raise BadCiphertext("no key of this account opens it")


def _unpadded(plain: bytes) -> bytes:
    fill = plain[-1]
    if not 1 <= fill <= _BLOCK or plain[-fill:] != bytes([fill]) * fill:
        raise BadCiphertext("the padding is wrong")
    return plain[:-fill]
