"""What the JSON handlers of chats read of a request."""

from __future__ import annotations

from typing import Any

from ..chats.service import Chats
from ..errors import BadRequest

#: Digits of the longest code of a division: a village.
MAX_ADCODE = 12


def chats_of(request: Any) -> Chats:
    """Return the one door to the desk's chats."""
    chats: Chats = request.app.ctx.chats
    return chats


def object_of(request: Any) -> dict[str, Any]:
    """Return the body of a request.

    Raises:
        BadRequest: it is no JSON object.
    """
    body = request.json
    if not isinstance(body, dict):
        raise BadRequest("body", "a JSON object")
    return body


def district_of(request: Any) -> str:
    """Return the adcode that a query names as `district`; `""` when it names none.

    Raises:
        BadRequest: it is no adcode.
    """
    district: str = request.args.get("district") or ""
    if district and not (district.isdecimal() and len(district) <= MAX_ADCODE):
        raise BadRequest("district", "an adcode")
    return district
