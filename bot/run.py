"""The bot's process: Rasa's engine behind our channels, without Rasa's management API."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.utils import AvailableEndpoints
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response
from sqlalchemy.exc import SQLAlchemyError

from bot.action_server import ActionServer
from bot.agent import load_agent, warm_up
from bot.channels.rest import RestChannel
from bot.channels.web import WebChannel, WebParts, WebSettings, mount
from bot.errors import NotReady, StoreFailed
from bot.event_relay import BrokerSink, EventRelay, FileSink
from bot.footing import Footing
from bot.internal import internal_routes
from bot.logs import configure_logs
from bot.media import media_routes
from bot.message import OutboundMessage
from bot.notices.courier import Push
from bot.notices.receiver import event_routes
from bot.readiness import parts
from bot.retention import stores
from bot.settings import Settings, read_settings
from privacy import retention
from privacy.errors import PrivacyError
from privacy.vault import utc_now

logger = logging.getLogger(__name__)

LARGEST_BODY = 1024 * 1024
_PURGE_SECONDS = 3600


def serve() -> int:
    """Run until stopped; the return value is the exit code."""
    configure_logs(logging.getLevelName(os.environ.get("LOG_LEVEL", "INFO")))
    settings = read_settings(os.environ)
    try:
        _check_port(settings)
        footing = Footing.build(settings)
    except (OSError, PrivacyError, StoreFailed, SQLAlchemyError) as error:
        sys.stderr.write(f"The bot cannot start: {error}\n")
        return 1
    build_app(footing).run(host=settings.host, port=settings.port, access_log=False, workers=1, motd=False)
    return 0


def _check_port(settings: Settings) -> None:
    """Fail in one line before the model is loaded when somebody else listens there (Sanic would only log it)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise OSError(f"port {settings.port} is in use; choose another with JKT_BOT_PORT") from error


def build_app(footing: Footing) -> Sanic:
    """Return the server: channels, health, readiness. The model is loaded when it starts."""
    app = Sanic("bot", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_BODY
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.ctx.footing = footing
    app.ctx.agent = None
    app.ctx.warm = False
    _register(app, _channels(footing))
    app.blueprint(media_routes(footing.media))
    app.blueprint(internal_routes(footing.tables, footing.secrets.get("bot_internal")))
    app.blueprint(event_routes(footing.receiver, footing.courier.wake))
    _add_health(app, footing.settings)
    app.register_listener(_start, "after_server_start")
    app.register_listener(_stop, "before_server_stop")
    return app


def _channels(footing: Footing) -> list[InputChannel]:
    web = WebChannel(
        WebParts(
            door=footing.inbound,
            expects=footing.expects,
            sign=footing.signer.sign,
            engine=footing.engine,
            pictures=footing.pictures,
            secret=footing.secrets.get("web_session"),
            seal_key=footing.secrets.get("web_messages"),
            clock=utc_now,
        ),
        WebSettings.from_environment(os.environ),
    )
    return [RestChannel(footing), web] if footing.settings.rest else [web]


def _register(app: Sanic, channels: list[InputChannel]) -> None:
    """Put each channel below ``/webhooks/`` or where it wants to be, with one handler: the agent."""

    async def handle(message: UserMessage) -> None:
        if app.ctx.agent is None:
            raise NotReady("the model is still loading")
        await app.ctx.agent.handle_message(message)

    for channel in channels:
        prefix = channel.url_prefix()
        app.blueprint(
            channel.blueprint(handle), url_prefix=prefix if prefix.startswith("/") else f"/webhooks/{prefix}"
        )
    app.ctx.input_channels = channels
    if any(isinstance(channel, WebChannel) for channel in channels):
        mount(app)


def _add_health(app: Sanic, settings: Settings) -> None:
    @app.get("/healthz", name="healthz")
    async def healthz(_request: Request) -> HTTPResponse:
        return json_response({"status": "ok"})

    @app.get("/readyz", name="readyz")
    async def readyz(_request: Request) -> HTTPResponse:
        found = await parts(settings, model_loaded=app.ctx.warm)
        lines = "".join(json.dumps(part.as_dict()) + "\n" for part in found)
        status = 200 if all(part.ok for part in found) else 503
        return HTTPResponse(lines, status=status, content_type="application/x-ndjson")


async def _start(app: Sanic, _loop: Any) -> None:
    footing: Footing = app.ctx.footing
    settings = footing.settings
    sink = BrokerSink(settings.amqp_url) if settings.amqp_url else FileSink(settings.events_file)
    app.ctx.relay = EventRelay(footing.tables, sink)
    app.ctx.relay.start()
    app.add_task(_load(app))
    app.add_task(_purge(footing))
    app.add_task(footing.eraser.keep_sweeping(partial(_say_on_page, app)))
    app.add_task(footing.courier.run(_pushes(app)))


async def _say_on_page(app: Sanic, conversation_id: str, text: str) -> None:
    """Say something in a conversation of the page, now or when it is open again."""
    await app.ctx.web.outbox.push(conversation_id, OutboundMessage(text=text), "notice")


def _pushes(app: Sanic) -> dict[str, Push]:
    """Return the channels that can be pushed to."""

    async def web(conversation_id: str, message: OutboundMessage, name: str) -> None:
        await app.ctx.web.outbox.push(conversation_id, message, "notice", name)

    return {"web": web} if hasattr(app.ctx, "web") else {}


async def _load(app: Sanic) -> None:
    """Load the model beside the running server: ``/healthz`` answers at once, ``/readyz`` when warm."""
    settings: Settings = app.ctx.footing.settings
    endpoints = AvailableEndpoints.read_endpoints(str(settings.endpoints))
    if endpoints.action is not None:
        endpoints.action = ActionServer.of(endpoints.action, f"{settings.actions_url}/webhook")
    try:
        agent = await asyncio.to_thread(load_agent, settings.model, endpoints)
        await warm_up(agent)
    except NotReady as error:
        logger.error("the assistant cannot answer: %s", error)  # noqa: TRY400 - a plain sentence is enough
        return
    app.ctx.agent = agent
    app.ctx.warm = True
    logger.info("the assistant is ready")


async def _purge(footing: Footing) -> None:
    """Delete what is older than it may be kept, at the start and once an hour; after a downtime it catches up."""
    kept = stores(footing.settings, footing.tables)
    while True:
        try:
            await asyncio.to_thread(retention.run, kept)
            await asyncio.to_thread(footing.held.purge, utc_now())
            await asyncio.to_thread(footing.receiver.store.purge, utc_now().timestamp())
        except (StoreFailed, SQLAlchemyError, OSError) as error:
            logger.warning("old data could not be deleted, tried again in an hour: %s", type(error).__name__)
        await asyncio.sleep(_PURGE_SECONDS)


async def _stop(app: Sanic, _loop: Any) -> None:
    await asyncio.to_thread(app.ctx.relay.stop)
    agent = app.ctx.agent
    for part in (getattr(agent, "lock_store", None), getattr(agent, "action_endpoint", None)):
        closing: Callable[[], Any] | None = getattr(part, "close", None)
        if closing is not None:
            await closing()
