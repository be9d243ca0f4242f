"""The list of passes that no longer count: signed, and small enough to carry to a place without network.

``TFRL1`` · key id 4 · made u32 · count u32 · sorted serials of 6 bytes · signature 64. Ten thousand revoked passes are
60 kB. A pass leaves the list when it would have expired anyway, so the list never holds more than seven days.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from passes.errors import Forged, Malformed, UnknownKey
from passes.payload import SERIAL_BYTES, Keys, key_id

_HEAD: Final = struct.Struct(">5s4sII")
_MAGIC: Final = b"TFRL1"
_SIGNATURE_BYTES: Final = 64


@dataclass(frozen=True)
class Revocations:
    """Which passes were revoked, as of ``made_at``.

    Attributes:
        made_at: when the platform made the list; what was revoked later is not on it.
        serials: sorted serials, one after another.
    """

    made_at: datetime
    serials: bytes

    def __contains__(self, serial: object) -> bool:
        """Tell whether a serial is on the list."""
        if not isinstance(serial, bytes) or len(serial) != SERIAL_BYTES:
            return False
        at = bisect_left(range(len(self)), serial, key=self._at)
        return at < len(self) and self._at(at) == serial

    def __len__(self) -> int:
        """Return how many passes are on the list."""
        return len(self.serials) // SERIAL_BYTES

    def _at(self, index: int) -> bytes:
        return self.serials[index * SERIAL_BYTES : (index + 1) * SERIAL_BYTES]


def sign_list(serials: Iterable[bytes], made_at: datetime, key: Ed25519PrivateKey) -> bytes:
    """Return the file of a list."""
    ordered = sorted(set(serials))
    head = _HEAD.pack(_MAGIC, bytes.fromhex(key_id(key.public_key())), int(made_at.timestamp()), len(ordered))
    body = head + b"".join(ordered)
    return body + key.sign(body)


def read_list(raw: bytes, keys: Keys) -> Revocations:
    """Return a list that one of ``keys`` signed.

    Raises:
        Malformed: no list, or cut off.
        UnknownKey: signed with none of ``keys``.
        Forged: not what was signed.
    """
    if len(raw) < _HEAD.size + _SIGNATURE_BYTES:
        raise Malformed("too short for a list")
    body, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
    magic, key_bytes, made, count = _HEAD.unpack_from(body)
    if magic != _MAGIC or len(body) != _HEAD.size + count * SERIAL_BYTES:
        raise Malformed("not a list of revoked passes")
    key = keys.get(key_bytes.hex())
    if key is None:
        raise UnknownKey(key_bytes.hex())
    try:
        key.verify(signature, body)
    except InvalidSignature as error:
        raise Forged("the signature does not fit") from error
    return Revocations(datetime.fromtimestamp(made, timezone.utc), body[_HEAD.size :])
