"""What WeChat tells us, typed: messages of a person, and events (official: “接收普通消息”, “接收事件推送”).

Ids are text everywhere: they have 64 bits, and in cloud mode they are no numbers at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Push:
    """What every push has.

    Attributes:
        to: the account's original id (``gh_…``).
        openid: the person, as this account knows them.
        created: unix seconds, WeChat's clock.
        key: the same for each of WeChat's tries of one push, and different for two pushes.
    """

    to: str
    openid: str = field(repr=False)
    created: int
    key: str = field(repr=False)


@dataclass(frozen=True)
class Message(Push):
    """Something a person sent."""


@dataclass(frozen=True)
class Text(Message):
    """Typed words; with ``menu_id`` a tapped choice of a message menu."""

    content: str = field(repr=False)
    menu_id: str | None = None


@dataclass(frozen=True)
class Image(Message):
    """A picture, to be fetched by ``media_id``. Its address (PicUrl) is not looked at."""

    media_id: str


@dataclass(frozen=True)
class Voice(Message):
    """Speech: ``format`` is amr or speex; ``recognition`` is what WeChat understood, empty since 2023."""

    media_id: str
    format: str
    recognition: str = field(default="", repr=False)


@dataclass(frozen=True)
class Video(Message):
    """A video, or a short one."""

    media_id: str


@dataclass(frozen=True)
class Location(Message):
    """A position that the person chose to send, in degrees as WeChat's map counts them (GCJ-02)."""

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)


@dataclass(frozen=True)
class Link(Message):
    """A shared page: its title counts as what the person says, its address is never opened."""

    title: str = field(repr=False)


@dataclass(frozen=True)
class MiniProgramPage(Message):
    """A shared page of a mini-program."""

    title: str = field(repr=False)


@dataclass(frozen=True)
class OtherMessage(Message):
    """A message of a kind that has no class here (files and what is yet to come)."""

    kind: str


@dataclass(frozen=True)
class Event(Push):
    """Something that happened."""


@dataclass(frozen=True)
class Subscribe(Event):
    """The person follows the account; ``scene`` is what the scanned QR stood for, empty without one."""

    scene: str = ""


@dataclass(frozen=True)
class Unsubscribe(Event):
    """The person has left: everything about them must be deleted."""


@dataclass(frozen=True)
class Scan(Event):
    """A follower scanned a QR of the account."""

    scene: str


@dataclass(frozen=True)
class Click(Event):
    """A tapped menu button of type click."""

    menu_key: str


@dataclass(frozen=True)
class Opened(Event):
    """A tapped menu button that opened a page or a mini-program; nothing is expected of us."""

    what: Literal["page", "mini_program"]


@dataclass(frozen=True)
class Picked(Event):
    """A menu button that scanned, or sent pictures or a position; those come as messages of their own."""

    what: str
    menu_key: str
    scanned: str = field(default="", repr=False)


@dataclass(frozen=True)
class NoticeDelivered(Event):
    """The receipt for a template message; ``reason`` is empty when it was delivered, else WeChat's words."""

    message_id: str
    reason: str = ""


@dataclass(frozen=True)
class TemplateChoice:
    """What a person chose for one template; ``scene`` is where (0 to 2, official), None for WeChat's own settings."""

    template_id: str
    said: Literal["accept", "reject", "ban"]
    scene: int | None = None


@dataclass(frozen=True)
class ConsentChanged(Event):
    """What a person chose for subscribed notices, in a pop-up or in WeChat's settings."""

    choices: tuple[TemplateChoice, ...]


@dataclass(frozen=True)
class TemplateSent:
    """What became of one subscribed notice: ``reason`` is empty when it was delivered, else WeChat's words."""

    template_id: str
    message_id: str
    reason: str = ""


@dataclass(frozen=True)
class NoticesSent(Event):
    """Receipts for subscribed notices."""

    receipts: tuple[TemplateSent, ...]


@dataclass(frozen=True)
class EnteredService(Event):
    """The customer service of a mini-program was opened; ``source`` is its button's session-from."""

    source: str


@dataclass(frozen=True)
class OtherEvent(Event):
    """An event that asks nothing of us, known or not: position reports, WeChat's own agents, debug_demo."""

    kind: str
