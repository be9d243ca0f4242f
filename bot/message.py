"""What goes in and out of the assistant, whatever the channel.

A channel turns its wire format into an :class:`InboundMessage` and an :class:`OutboundMessage` back into
its wire format. Nothing else of a channel is known to the rest of the bot.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

MessageKind = Literal["text", "payload", "location", "image", "internal"]


@dataclass(frozen=True)
class InboundMessage:
    """One thing a person sent.

    Attributes:
        channel: name of the channel, e.g. ``"web"``; part of the conversation's identity.
        sender_id: conversation id; unique over all channels. A message without one is refused.
        kind: ``text`` typed words, ``payload`` a tapped button (the signed string), ``location`` a shared
            position, ``image`` a picture that lies in ``privacy.media`` already; ``internal`` a message of the bot
            itself, which no channel takes from outside.
        text: the words, the signed button string, or what the bot tells the assistant; empty for locations and
            pictures.
        client_id: the sender's own id of this message, for finding doubles; None when the channel has none.
        location: latitude and longitude in degrees, WGS-84.
        picture: id of the picture (``pic_…``); None for a picture that did not arrive.
        metadata: handed to Rasa with the message; must be JSON and free of personal data.
    """

    channel: str
    sender_id: str
    kind: MessageKind = "text"
    text: str = ""
    client_id: str | None = None
    location: tuple[float, float] | None = None
    picture: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Button:
    """A choice to tap: ``title`` is read by the person, ``payload`` is the signed string that comes back."""

    title: str
    payload: str


@dataclass(frozen=True)
class OutboundMessage:
    """One thing the assistant says: words, choices, the address of a picture, or channel specific JSON.

    ``about`` is the intent it answers, or ``notice.<kind>``: a channel may know a page that goes with it.
    """

    text: str | None = None
    buttons: tuple[Button, ...] = ()
    image: str | None = None
    custom: dict[str, Any] | None = None
    about: str | None = None

    @classmethod
    def from_rasa(cls, sent: dict[str, Any]) -> OutboundMessage:
        """Read one message in the shape of Rasa's ``CollectingOutputChannel``."""
        return cls(
            text=sent.get("text"),
            buttons=tuple(Button(b["title"], b["payload"]) for b in sent.get("buttons") or ()),
            image=sent.get("image"),
            custom=sent.get("custom"),
        )
