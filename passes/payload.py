"""What the QR of a code holds: a few facts, signed with Ed25519, as upper-case text that a QR packs well.

The text is ``TFJK1.`` and base32 without padding (RFC 4648: no 0, 1, 8 and 9, so nothing in it looks like a phone or a
document number). Inside, big endian:

    kind u8 · key id 4 · serial 6 · issued u32 · expires u32 · colour u8 · name u8+n · document u8+n · signature 64

Name and document are masked before they come here: whoever reads the QR learns no more than what the holder's face and
card show at the door.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final, Literal, get_args

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from passes.errors import Forged, Malformed, UnknownKey

Kind = Literal["live", "offline"]
Colour = Literal["green", "yellow", "red"]

PREFIX: Final = "TFJK1."
TEXT: Final = re.compile(r"TFJK1\.[A-Z2-7]{100,400}", re.IGNORECASE)
"""A pass in any text."""
OFFLINE_LIFE: Final = timedelta(days=7)
"""乐山市卫健委 2021-01-30: seven days from the moment it is made."""
LIVE_LIFE: Final = timedelta(minutes=5)
"""Long enough for a queue at a door, too short for a picture passed on."""

SERIAL_BYTES: Final = 6
_KEY_BYTES, _SIGNATURE_BYTES = 4, 64
_HEAD: Final = struct.Struct(f">B{_KEY_BYTES}s{SERIAL_BYTES}sIIB")
_LONGEST_TEXT: Final = 36
_KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_COLOURS: Final[tuple[Colour, ...]] = get_args(Colour)
_UTC: Final = timezone.utc


@dataclass(frozen=True)
class Pass:
    """The facts of a pass.

    Attributes:
        kind: live or offline.
        serial: what it is called; revocation lists name it.
        issued_at, expires_at: whole seconds, aware; it counts from the first until just before the second.
        colour: of the code when it was made.
        name: the holder's name, masked.
        document: type and number of the holder's document, masked.
    """

    kind: Kind
    serial: bytes
    issued_at: datetime
    expires_at: datetime
    colour: Colour
    name: str
    document: str


Keys = Mapping[str, Ed25519PublicKey]


def new_serial() -> bytes:
    """Return a serial nobody can guess."""
    return secrets.token_bytes(SERIAL_BYTES)


def serial_text(serial: bytes) -> str:
    """Return a serial as people read it out: ``K7M2Q-9XA3H``."""
    text = _base32(serial)
    return f"{text[:5]}-{text[5:]}"


def key_id(key: Ed25519PublicKey) -> str:
    """Return the short name of a key: eight hexadecimal digits of its hash."""
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[: 2 * _KEY_BYTES]


def sign(facts: Pass, key: Ed25519PrivateKey) -> str:
    """Return the text of a pass. The same facts and key give the same text (RFC 8032)."""
    head = _HEAD.pack(
        _KINDS.index(facts.kind) + 1,
        bytes.fromhex(key_id(key.public_key())),
        facts.serial,
        int(facts.issued_at.timestamp()),
        int(facts.expires_at.timestamp()),
        _COLOURS.index(facts.colour) + 1,
    )
    body = head + _packed(facts.name) + _packed(facts.document)
    return PREFIX + _base32(body + key.sign(body))


def verify(text: str, keys: Keys) -> Pass:
    """Return the facts of a pass that one of ``keys`` signed. Whether it still counts is another question.

    Raises:
        Malformed: no pass, or one that was cut off.
        UnknownKey: signed with none of ``keys``.
        Forged: not what was signed.
    """
    raw = _bytes(text)
    body, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
    if len(body) < _HEAD.size + 2:
        raise Malformed("too short for a pass")
    kind, key_bytes, serial, issued, expires, colour = _HEAD.unpack_from(body)
    key = keys.get(key_bytes.hex())
    if key is None:
        raise UnknownKey(key_bytes.hex())
    try:
        key.verify(signature, body)
    except InvalidSignature as error:
        raise Forged("the signature does not fit") from error
    name, end = _unpacked(body, _HEAD.size)
    document, end = _unpacked(body, end)
    if end != len(body) or not (1 <= kind <= len(_KINDS) and 1 <= colour <= len(_COLOURS)):
        raise Malformed("signed, but not of this version")
    return Pass(
        _KINDS[kind - 1],
        serial,
        datetime.fromtimestamp(issued, _UTC),
        datetime.fromtimestamp(expires, _UTC),
        _COLOURS[colour - 1],
        name,
        document,
    )


def find(text: str) -> str | None:
    """Return the first pass that stands in a text, None when there is none."""
    found = TEXT.search(re.sub(r"\s+", "", text))
    return found.group(0).upper() if found else None


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    folded = re.sub(r"\s+", "", text).upper()
    if not TEXT.fullmatch(folded):
        raise Malformed("not the text of a pass")
    bare = folded.removeprefix(PREFIX)
    try:
        raw = base64.b32decode(bare + "=" * (-len(bare) % 8))
    except binascii.Error as error:
        raise Malformed("not base32") from error
    if _base32(raw) != bare:  # bits left over in the last letter: another text for the same pass
        raise Malformed("not the one spelling of a pass")
    return raw


def _packed(text: str) -> bytes:
    raw = text.encode()[:_LONGEST_TEXT].decode(errors="ignore").encode()
    return bytes([len(raw)]) + raw


def _unpacked(body: bytes, start: int) -> tuple[str, int]:
    if start >= len(body):
        raise Malformed("cut off")
    end = start + 1 + body[start]
    try:
        return body[start + 1 : end].decode(), end
    except UnicodeDecodeError as error:
        raise Malformed("not text") from error
