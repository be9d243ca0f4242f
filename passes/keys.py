"""Keys of passes: one private key made at the first start, and the public ones as they are published."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from passes.errors import Malformed
from passes.payload import Keys, key_id

ALGORITHM = "Ed25519"


def private_key(secret: bytes) -> Ed25519PrivateKey:
    """Return the key that 32 secret bytes stand for."""
    return Ed25519PrivateKey.from_private_bytes(secret)


def trusted(keys: Iterable[Ed25519PublicKey]) -> Keys:
    """Return keys by their ids, as `payload.verify` wants them."""
    return {key_id(key): key for key in keys}


def published(keys: Keys) -> list[dict[str, str]]:
    """Return keys in the form of ``GET /pass-keys``."""
    return [
        {"key_id": name, "algorithm": ALGORITHM, "public_key": base64.b64encode(_raw(key)).decode()}
        for name, key in keys.items()
    ]


def read_keys(document: str) -> Keys:
    """Return the keys of a file that holds an answer of ``GET /pass-keys``.

    Raises:
        Malformed: it holds something else, or a key under a name that is not its own.
    """
    try:
        items: list[dict[str, Any]] = json.loads(document)["keys"]
        raws = [base64.b64decode(item["public_key"], validate=True) for item in items]
        keys = trusted(Ed25519PublicKey.from_public_bytes(raw) for raw in raws)
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise Malformed("not a file of keys") from error
    if {item.get("key_id") for item in items} != set(keys):
        raise Malformed("a key is not what its name says")
    return keys


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
