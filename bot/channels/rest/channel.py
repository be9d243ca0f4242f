"""``POST /webhooks/rest/webhook``: Rasa's JSON, the door of every channel, loopback only."""

from __future__ import annotations

import base64
import ipaddress
import json
from dataclasses import replace
from typing import Any, Final

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.footing import Footing, process_footing
from bot.inbound import OnNewMessage
from bot.message import InboundMessage
from bot.signing import PayloadSigner
from privacy.pictures import NotAPicture, PictureTooLarge

_LARGEST_METADATA: Final = 2000
"""Characters of JSON: metadata is stored with every message."""
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


class RestOutput(CollectingOutputChannel):
    """Collects the answer; buttons leave signed."""

    def __init__(self, signer: PayloadSigner) -> None:
        """Sign with ``signer``."""
        super().__init__()
        self._signer = signer
        self.allowed: Any = None

    @classmethod
    def name(cls) -> str:
        """Return the channel's name."""
        return "rest"

    async def send_text_message(self, recipient_id: str, text: str, **_: Any) -> None:
        """Collect one text as one message; blank lines stay in it."""
        await self._persist_message(self._message(recipient_id, text=text.strip()))

    async def send_text_with_buttons(
        self, recipient_id: str, text: str, buttons: list[dict[str, Any]], **_: Any
    ) -> None:
        """Collect a text with choices."""
        signed = self._signer.sign_buttons(recipient_id, buttons)
        await self._persist_message(self._message(recipient_id, text=text, buttons=signed))


class RestChannel(InputChannel):
    """Rasa's REST channel behind gate, privacy and router.

    Request: ``{"sender": str, "message": str, "metadata"?: object, "location"?: {"lat": .., "lon": ..},
    "picture"?: base64}``.
    Answer: a list of ``{"recipient_id", "text"?, "buttons"?, "image"?, "custom"?}``.
    """

    def __init__(self, footing: Footing) -> None:
        """Stand on ``footing``."""
        self._footing = footing

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, part of its address."""
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> RestChannel:
        """Build the channel on the process's footing (called by Rasa)."""
        del credentials
        return cls(process_footing())

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Return the two routes."""
        inbound = self._footing.inbound(on_new_message)
        routes = Blueprint("rest_webhook")

        @routes.get("/", name="health")
        async def health(request: Request) -> HTTPResponse:
            return json_response({"status": "ok"}) if is_local(request) else _forbidden()

        @routes.post("/webhook", name="receive")
        async def receive(request: Request) -> HTTPResponse:
            if not is_local(request):
                return _forbidden()
            message = read_message(request.body)
            if message is None:
                return json_response({"status": "failure", "reason": "bad_request"}, status=400)
            if message.kind == "image":
                message = await self._with_picture(message, request.body)
            output = RestOutput(self._footing.signer)
            await inbound.receive(message, output)
            return json_response(output.messages, status=200 if message.sender_id else 400)

        return routes

    async def _with_picture(self, message: InboundMessage, body: bytes) -> InboundMessage:
        """The message with its picture kept; without one when it cannot be read, which the gate refuses in words."""
        try:
            raw = base64.b64decode(json.loads(body)["picture"], validate=True)
            return replace(message, picture=await self._footing.pictures.keep(message.sender_id, raw))
        except (ValueError, NotAPicture, PictureTooLarge):
            return message


def is_local(request: Request) -> bool:
    """Tell whether a request comes from this machine itself and was not forwarded by a proxy on it."""
    if any(header in request.headers for header in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.ip).is_loopback
    except ValueError:
        return False


def read_message(body: bytes) -> InboundMessage | None:
    """Read a request's body; None when it is not the JSON of the contract."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict) or len(json.dumps(raw.get("metadata"))) > _LARGEST_METADATA:
        return None
    sender, text, metadata = raw.get("sender"), raw.get("message"), raw.get("metadata")
    fields: dict[str, Any] = {
        "channel": "rest",
        "sender_id": sender if isinstance(sender, str) else "",
        "metadata": metadata if isinstance(metadata, dict) else {},
    }
    location = raw.get("location")
    if isinstance(location, dict):
        try:
            place = (float(location["lat"]), float(location["lon"]))
        except (KeyError, TypeError, ValueError, OverflowError):
            return None
        return InboundMessage(kind="location", location=place, **fields)
    if isinstance(raw.get("picture"), str):
        return InboundMessage(kind="image", **fields)
    return InboundMessage(text=text if isinstance(text, str) else "", **fields)


def _forbidden() -> HTTPResponse:
    return json_response({"status": "failure", "reason": "loopback_only"}, status=403)
