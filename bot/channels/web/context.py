"""What the routes of this channel share, built once in the process's factory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.channels.web.hub import Hub
from bot.channels.web.limits import Buckets
from bot.channels.web.outbox import Outbox
from bot.channels.web.page import Page
from bot.channels.web.sessions import Sessions
from bot.channels.web.settings import WebSettings
from bot.channels.web.store import MessageStore
from bot.channels.web.turns import Turns
from bot.pictures import Pictures
from bot.voice import SpeechRecogniser


@dataclass(frozen=True)
class WebContext:
    """The parts of the web channel, as one thing to hand around."""

    settings: WebSettings
    page: Page
    sessions: Sessions
    store: MessageStore
    hub: Hub
    outbox: Outbox
    turns: Turns
    pictures: Pictures
    recogniser: SpeechRecogniser
    messages: Buckets
    sent_pictures: Buckets
    spoken: Buckets
    new_sessions: Buckets
    arrived: Callable[[str, str], Awaitable[bool]]
