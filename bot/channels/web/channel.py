"""The page as one of Rasa's channels."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from rasa.core.channels.channel import InputChannel, OutputChannel
from sanic import Blueprint, Sanic

from bot.channels.web import http
from bot.channels.web.context import WebContext
from bot.channels.web.hub import Hub
from bot.channels.web.limits import (
    MESSAGES_AT_ONCE,
    MESSAGES_PER_SECOND,
    PICTURES_AT_ONCE,
    PICTURES_PER_SECOND,
    RECORDINGS_AT_ONCE,
    RECORDINGS_PER_SECOND,
    Buckets,
)
from bot.channels.web.outbox import Outbox
from bot.channels.web.output import Sign, WebOutput
from bot.channels.web.page import Page
from bot.channels.web.sessions import Sessions
from bot.channels.web.settings import WebSettings
from bot.channels.web.store import MessageStore
from bot.channels.web.turns import Door, Expects, Turns
from bot.pictures import Pictures
from bot.voice import Deaf, SpeechRecogniser
from privacy.sealing import Sealer

logger = logging.getLogger(__name__)

MAX_BODY: Final = 1024 * 1024
_DRAIN_SECONDS: Final = 10.0
_PURGE_SECONDS: Final = 6 * 3600
OnNewMessage = Callable[[Any], Awaitable[Any]]


@dataclass(frozen=True)
class WebParts:
    """What the process gives to the channel.

    Attributes:
        door: makes the door to the assistant from Rasa's handler (``Footing.inbound``).
        expects: names what the assistant has just asked for: name, document, phone, otp or None.
        sign: signs button payloads for a conversation; None when answers arrive signed.
        engine: of the bot's database.
        secret: the key of session tokens (``SecretStore.get("web_session")``).
        pictures: keeps what people send as pictures.
        seal_key: 32 bytes under which what was said is kept (``SecretStore.get("web_messages")``).
        clock: aware time.
        recogniser: makes words of what people say.
        arrived: takes (conversation, ticket) of a page that was opened from a chat; whether the ticket was good.
    """

    door: Callable[[OnNewMessage], Door]
    expects: Expects
    sign: Sign | None
    engine: Any
    pictures: Pictures
    secret: bytes
    seal_key: bytes
    clock: Callable[[], datetime]
    recogniser: SpeechRecogniser = field(default_factory=Deaf)
    arrived: Callable[[str, str], Awaitable[bool]] | None = None


class WebChannel(InputChannel):
    """Serves the page at ``/``, its files, and the conversation below ``/chat/``."""

    def __init__(self, parts: WebParts, settings: WebSettings) -> None:
        """Take what the channel is made of; it is put together with Rasa's handler in :meth:`blueprint`."""
        self._parts = parts
        self._settings = settings
        self.context: WebContext | None = None

    @classmethod
    def name(cls) -> str:
        """Return the channel's name."""
        return "web"

    def url_prefix(self) -> str:
        """Return ``/``: the page is the front door, not one of ``/webhooks/``."""
        return "/"

    def get_output_channel(self) -> OutputChannel:
        """Return an output that collects; pushing goes through the outbox."""
        return WebOutput(self._parts.sign)

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Return the routes, with Rasa's handler behind the door."""
        context = self.context = build_context(self._parts, self._settings, on_new_message)
        blueprint = Blueprint("web")
        http.register(blueprint, context)
        _keep_house(blueprint, context, self._parts.clock)
        return blueprint


def build_context(parts: WebParts, settings: WebSettings, on_new_message: OnNewMessage) -> WebContext:
    """Build everything the routes share."""
    store = MessageStore(parts.engine, parts.clock, Sealer(parts.seal_key))
    hub = Hub()
    outbox = Outbox(store, hub)
    return WebContext(
        settings=settings,
        page=Page(hears=parts.recogniser.is_installed),
        sessions=Sessions(parts.secret, parts.clock, settings.session_life, settings.session_limit),
        store=store,
        hub=hub,
        outbox=outbox,
        turns=Turns(parts.door(on_new_message), parts.expects, parts.sign, store, outbox),
        pictures=parts.pictures,
        recogniser=parts.recogniser,
        messages=Buckets(MESSAGES_AT_ONCE, MESSAGES_PER_SECOND, time.monotonic),
        sent_pictures=Buckets(PICTURES_AT_ONCE, PICTURES_PER_SECOND, time.monotonic),
        spoken=Buckets(RECORDINGS_AT_ONCE, RECORDINGS_PER_SECOND, time.monotonic),
        new_sessions=Buckets(
            settings.new_sessions_per_minute, settings.new_sessions_per_minute / 60, time.monotonic
        ),
        arrived=parts.arrived or _from_nowhere,
    )


async def _from_nowhere(_conversation_id: str, _ticket: str) -> bool:
    """No chat opens this page."""
    return False


def mount(app: Sanic) -> WebContext:
    """Put the page at ``/`` of Rasa's server, once its channels are registered and before it starts.

    Rasa has taken ``/`` for its own greeting; the greeting's route stays and gets the page's handler. The
    largest body the server reads becomes 1 MiB. The channel's parts are left at ``app.ctx.web``, so that the
    rest of the process can say things: ``await app.ctx.web.outbox.push(conversation_id, message)``.

    Raises:
        LookupError: ``app`` has no web channel.
    """
    channel = next((c for c in app.ctx.input_channels if isinstance(c, WebChannel)), None)
    if channel is None or channel.context is None:
        raise LookupError("the web channel is not registered on this server")
    handler = http.page_handler(channel.context)
    roots = [route for route in app.router.routes if route.path == "" and "GET" in route.methods]
    for route in roots:
        route.handler = handler
    if not roots:
        app.add_route(handler, "/", methods=["GET"], name="page")
    app.config.REQUEST_MAX_SIZE = min(app.config.REQUEST_MAX_SIZE, MAX_BODY)
    app.ctx.web = channel.context
    return channel.context


def _keep_house(blueprint: Blueprint, context: WebContext, clock: Callable[[], datetime]) -> None:
    """Add what is done when the server starts and stops. (Sanic 21.12 never calls a bound method here.)"""

    @blueprint.before_server_start
    async def take_over(*_: Any) -> None:
        """Free what a process that died was working on, before the pages send it again."""
        if context.store.is_embedded:
            await context.store.drop_claims()

    @blueprint.after_server_start
    async def start_purging(app: Sanic, *_: Any) -> None:
        app.add_task(_purge_forever(context, clock))

    @blueprint.before_server_stop
    async def stop(*_: Any) -> None:
        await context.turns.drain(_DRAIN_SECONDS)
        context.store.close()


async def _purge_forever(context: WebContext, clock: Callable[[], datetime]) -> None:
    """Delete what is older than it may be kept, at the start and every few hours."""
    while True:
        deleted = await context.store.purge(clock() - context.settings.retention)
        logger.info("old page messages deleted", extra={"count": deleted})
        await asyncio.sleep(_PURGE_SECONDS)
