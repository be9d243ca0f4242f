"""What the page may say, read strictly. See ``docs/page.md`` for the whole protocol."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

from bot.channels.web.errors import BadFrame, TooLarge
from bot.handover import handed_over
from privacy.media import SENT_ID

MAX_FRAME: Final = 64 * 1024
"""Characters of one frame; a person's longest message (the gate allows far less) fits several times."""
MAX_PAYLOAD: Final = 4096
MAX_TITLE: Final = 60
_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)

ClientKind = Literal["text", "payload", "location", "image", "identity", "arrived"]
#: What a message may say it is; an identity has a door of its own, and one that has arrived comes from no page.
_KINDS: Final[tuple[ClientKind, ...]] = ("text", "payload", "location", "image")


@dataclass(frozen=True)
class ClientMessage:
    """One message of the person, as the page sends it.

    Attributes:
        client_id: made by the page; the same id is the same message, however often it is sent.
        kind: typed words, a tapped button, a shared position, or a picture sent to ``/chat/pictures`` before.
        text: the words, or the signed button string.
        title: what the tapped button said; only for showing it again.
        location: latitude and longitude in degrees; never stored.
        picture: id of the picture.
        large_type: whether the page is in large-type mode.
    """

    client_id: str
    kind: ClientKind
    text: str = field(default="", repr=False)
    title: str = field(default="", repr=False)
    location: tuple[float, float] | None = field(default=None, repr=False)
    picture: str | None = None
    large_type: bool = False


def parse(raw: object) -> dict[str, Any]:
    """Return the JSON object in ``raw``.

    Raises:
        TooLarge: longer than :data:`MAX_FRAME`.
        BadFrame: binary, no JSON, or no object with a ``type``.
    """
    if not isinstance(raw, str):
        raise BadFrame("frames are text")
    if len(raw) > MAX_FRAME:
        raise TooLarge(f"a frame has at most {MAX_FRAME} characters")
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadFrame("not JSON") from error
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise BadFrame("an object with a type is expected")
    return value


def client_message(value: dict[str, Any]) -> ClientMessage:
    """Read a message of the person.

    Raises:
        BadFrame: names the field that is wrong.
    """
    client_id, kind = value.get("id"), value.get("kind", "text")
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise BadFrame("id: 8 to 64 letters, digits, - or _")
    if kind not in _KINDS:
        raise BadFrame("kind: text, payload, location or image")
    large = value.get("large_type") is True
    if kind == "location":
        where = (_degrees(value, "lat", 90), _degrees(value, "lon", 180))
        return ClientMessage(client_id, "location", location=where, large_type=large)
    if kind == "image":
        return ClientMessage(client_id, "image", picture=_picture(value), large_type=large)
    text = value.get("text")
    if not isinstance(text, str):
        raise BadFrame("text: a string")
    if kind == "payload" and len(text) > MAX_PAYLOAD:
        raise BadFrame(f"text: a payload has at most {MAX_PAYLOAD} characters")
    title = value.get("title", "")
    if not isinstance(title, str):
        raise BadFrame("title: a string")
    return ClientMessage(client_id, cast(ClientKind, kind), text, title[:MAX_TITLE], large_type=large)


def identity_message(value: dict[str, Any]) -> ClientMessage:
    """Read an identity that is handed over; the same token is the same message, however often it is sent.

    Raises:
        BadFrame: ``token`` does not look like one.
    """
    token = handed_over(value["token"]) if isinstance(value.get("token"), str) else None
    if token is None:
        raise BadFrame("token: what the front end was given")
    name = hashlib.sha256(token.encode()).hexdigest()[:32]
    return ClientMessage(f"identity-{name}", "identity", token)


def sequence(value: dict[str, Any], name: str) -> int | None:
    """Return the sequence number in field ``name``, None when it is absent or null.

    Raises:
        BadFrame: it is anything else.
    """
    number = value.get(name)
    if number is None:
        return None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**53:
        raise BadFrame(f"{name}: a whole number")
    return number


def _picture(value: dict[str, Any]) -> str:
    picture = value.get("picture")
    if not isinstance(picture, str) or not SENT_ID.fullmatch(picture):
        raise BadFrame("picture: the id /chat/pictures gave")
    return picture


def _degrees(value: dict[str, Any], name: str, limit: float) -> float:
    number = value.get(name)
    if not isinstance(number, (int, float)) or isinstance(number, bool) or not -limit <= number <= limit:
        raise BadFrame(f"{name}: degrees between -{limit:g} and {limit:g}")
    return float(number)
