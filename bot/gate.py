"""The gate: what may come in, and in which form. A pure function of the message."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final, Literal

from bot.message import InboundMessage
from bot.signing import looks_signed
from privacy.media import SENT_ID

Refusal = Literal[
    "no_sender", "blank", "too_long", "unreadable", "no_image", "bad_location", "old_button", "too_many"
]

_RAW_FACTOR: Final = 4
"""A text so many times longer than allowed is not even cleaned."""

_SENDER: Final = re.compile(r"[^\s\x00-\x1f\x7f\ud800-\udfff][^\x00-\x1f\x7f\ud800-\udfff]{0,199}")
_INVISIBLE: Final = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d"
    "\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufe0e\ufe0f\ufeff"
    "\uffa0\ufff9\ufffa\ufffb\ufffd"
)
_HEAD: Final = re.compile(r"^[\W_]+")
_SLASHES: Final = str.maketrans({"/": "∕", "／": "∕", "⁄": "∕", "⧸": "∕"})
_LATITUDES: Final = 90.0
_LONGITUDES: Final = 180.0


@dataclass(frozen=True)
class Passed:
    """The message may go on, in this form."""

    message: InboundMessage


@dataclass(frozen=True)
class Refused:
    """The message ends here; the person is told so in the words of ``data/responses/gate.yml``."""

    reason: Refusal


def judge(message: InboundMessage, longest: int) -> Passed | Refused:
    """Decide whether ``message`` may go on, and in which form.

    Text loses control and invisible characters and lone surrogates; a slash at its head becomes a sign that
    Rasa does not take for a command (and that no width folding turns back into one).

    Args:
        message: as the channel read it.
        longest: characters allowed in a text.
    """
    if not isinstance(message.sender_id, str) or not _SENDER.fullmatch(message.sender_id):
        return Refused("no_sender")
    if message.kind == "internal":
        return Passed(message)
    if message.kind == "image":
        return Passed(message) if SENT_ID.fullmatch(message.picture or "") else Refused("no_image")
    if message.kind == "location":
        return Passed(message) if _on_earth(message.location) else Refused("bad_location")
    return _judge_text(message, longest)


def _judge_text(message: InboundMessage, longest: int) -> Passed | Refused:
    if len(message.text) > longest * _RAW_FACTOR:
        return Refused("too_long")
    text = clean(message.text)
    if not text:
        return Refused("unreadable" if message.text.strip() else "blank")
    if looks_signed(message.text):
        return Passed(message)  # a button's bytes are signed: not one may change
    if len(text) > longest:
        return Refused("too_long")
    return Passed(replace(message, text=_without_command(text)))


def clean(text: str) -> str:
    """Return ``text`` without control and invisible characters and lone surrogates, on one line."""
    kept = "".join(_kept(character) for character in text)
    return " ".join(kept.split())


def _kept(character: str) -> str:
    if character in _INVISIBLE:
        return ""
    category = unicodedata.category(character)
    if category == "Cc":
        return " " if character.isspace() else ""
    return "" if category in ("Cs", "Co") else character


def _without_command(text: str) -> str:
    head = _HEAD.match(text)
    if head is None:
        return text
    return head.group().translate(_SLASHES) + text[head.end() :]


def _on_earth(location: tuple[float, float] | None) -> bool:
    if location is None:
        return False
    latitude, longitude = location
    return abs(latitude) <= _LATITUDES and abs(longitude) <= _LONGITUDES
