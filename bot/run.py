"""The bot's process: Rasa's engine behind our channels, without Rasa's management API."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import sys
import uuid
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
from bot.agent import check_model, load_agent, warm_up
from bot.channels.rest import RestChannel
from bot.channels.web import WebChannel, WebParts, WebSettings, mount
from bot.channels.web.store import Sender
from bot.channels.wechat.channel import WeChatChannel, WeChatContext, WeChatParts
from bot.channels.wechat.entering import load_entrances
from bot.channels.wechat.errors import NotConfigured
from bot.channels.wechat.menu import Menu
from bot.channels.wechat.pages import load_pages
from bot.channels.wechat.settings import WeChatSettings
from bot.desk.receiver import Say, desk_routes
from bot.errors import NotReady, StoreFailed
from bot.event_relay import BrokerSink, EventRelay, FileSink
from bot.figures.ledger import AssistantFigures
from bot.figures.routes import figures_routes
from bot.footing import Footing
from bot.identity.arrivals import Arrivals
from bot.identity.passing import Doors, Passing
from bot.internal import internal_routes
from bot.logs import configure_logs
from bot.media import media_routes
from bot.message import OutboundMessage
from bot.notices.courier import Channel, Push
from bot.notices.receiver import event_routes
from bot.notices.ways import Way
from bot.readiness import parts
from bot.refusals import Refusals
from bot.retention import stores
from bot.settings import ROOT, Settings, read_settings
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
        check_model(settings.model)
        _check_port(settings)
        app = build_app(Footing.build(settings))
    except (NotReady, OSError, PrivacyError, StoreFailed, SQLAlchemyError, NotConfigured) as error:
        sys.stderr.write(f"The bot cannot start: {error}\n")
        return 1
    app.run(host=settings.host, port=settings.port, access_log=False, workers=1, motd=False)
    if app.ctx.unready:
        sys.stderr.write(f"The bot cannot start: {app.ctx.unready}\n")
    return 1 if app.ctx.unready else 0


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
    app.ctx.loaded = asyncio.Event()
    app.ctx.warm = False
    app.ctx.unready = ""
    _register(app, _channels(footing))
    app.blueprint(media_routes(footing.media))
    app.blueprint(internal_routes(footing.tables, footing.secrets.get("bot_internal")))
    app.blueprint(event_routes(footing.receiver, footing.courier.wake))
    app.blueprint(desk_routes(footing.desk))
    app.blueprint(figures_routes(AssistantFigures(footing.engine), footing.secrets.get("desk_events")))
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
            recogniser=footing.recogniser,
            secret=footing.secrets.get("web_session"),
            seal_key=footing.secrets.get("web_messages"),
            clock=utc_now,
            arrived=Arrivals(footing.tickets, footing.passing).arrived,
        ),
        WebSettings.from_environment(os.environ),
    )
    rest = [RestChannel(footing)] if footing.settings.rest else []
    return [*rest, web, *_wechat(footing)]


def _wechat(footing: Footing) -> list[InputChannel]:
    """Return the WeChat channel when accounts are named."""
    settings = WeChatSettings.from_environment(os.environ, ROOT)
    accounts = settings.accounts(os.environ, footing.secrets)
    if not accounts:
        return []
    words = Refusals.load(ROOT / "data" / "responses" / "wechat.yml", "wechat.")
    parts = WeChatParts(
        door=footing.inbound,
        engine=footing.engine,
        key=footing.secrets.get("wechat"),
        people=footing.people,
        signer=footing.signer,
        pictures=footing.pictures,
        recogniser=footing.recogniser,
        media=footing.media,
        erasures=footing.erasures,
        menu=Menu.load(ROOT / "data" / "wechat" / "menu.yml"),
        says=words.sentence,
        accounts=accounts,
        base_url=settings.base_url,
        public_url=settings.public_url,
        patience=settings.patience,
        heard=footing.courier.heard,
        farewell=footing.farewell,
        tickets=footing.tickets,
        passing=footing.passing,
        entrances=load_entrances(ROOT / "data" / "wechat" / "mini_program.yml"),
        pages=load_pages(ROOT / "data" / "wechat" / "mini_program.yml"),
        authorize_url=settings.authorize_url,
    )
    return [WeChatChannel(parts)]


def _register(app: Sanic, channels: list[InputChannel]) -> None:
    """Put each channel below ``/webhooks/`` or where it wants to be, with one handler: the agent."""

    async def handle(message: UserMessage) -> None:
        await (
            app.ctx.loaded.wait()
        )  # after a restart: what people wrote meanwhile is answered, not apologised for
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
    channels = _told_channels(app)
    says = {name: partial(_say, channel.push) for name, channel in channels.items()}
    app.add_task(footing.eraser.keep_sweeping(says))
    app.add_task(footing.courier.run(channels))
    app.add_task(footing.joined.run({name: channel.push for name, channel in channels.items()}))
    _connect(app)
    footing.desk.says.update(_people_speak(app))
    app.add_task(footing.desk_line.run())


async def _say(push: Push, conversation_id: str, text: str) -> None:
    """Say something in a conversation, now or when it is open again."""
    await push(conversation_id, OutboundMessage(text=text), f"report-{uuid.uuid4().hex}")


def _told_channels(app: Sanic) -> dict[str, Channel]:
    """Return the channels on which people are told something by themselves."""

    async def web(conversation_id: str, message: OutboundMessage, name: str) -> None:
        await app.ctx.web.outbox.push(conversation_id, message, "notice", name)

    channels = {"web": Channel(web)} if hasattr(app.ctx, "web") else {}
    context = _wechat_context(app)
    if context is not None:

        async def wechat(conversation_id: str, message: OutboundMessage, name: str) -> None:
            await context.push(conversation_id, message, name)

        told = Channel(wechat, {**context.notifier.ways, Way.TEXT: app.ctx.footing.texts.tell})
        channels.update(wechat=told, mini_program=told)
    return channels


def _connect(app: Sanic) -> None:
    """Let identities pass between the conversations of the channels."""
    passing: Passing = app.ctx.footing.passing
    if hasattr(app.ctx, "web"):
        turns = app.ctx.web.turns
        passing.connect("web", Doors(turns.ask, turns.arrives))
    context = _wechat_context(app)
    if context is None:
        return
    for channel in ("wechat", "mini_program"):
        chats = context.turns
        passing.connect(channel, Doors(partial(chats.ask, channel), partial(chats.arrives, channel)))
    if hasattr(app.ctx, "web"):

        async def say_on_page(conversation_id: str, message: OutboundMessage) -> None:
            await app.ctx.web.outbox.push(conversation_id, message)

        context.scans.page = say_on_page
        passing.let_hear(context.scans.told)


def _wechat_context(app: Sanic) -> WeChatContext | None:
    channel = next((c for c in app.ctx.input_channels if isinstance(c, WeChatChannel)), None)
    return None if channel is None else channel.context


def _people_speak(app: Sanic) -> dict[str, Say]:
    """Return the doors through which people of the hotline speak, and let the desk know what they let through."""
    says: dict[str, Say] = {}
    if hasattr(app.ctx, "web"):

        async def web(conversation_id: str, message: OutboundMessage, sender: str, name: str) -> bool:
            spoken_by: Sender = "agent" if sender == "agent" else "notice"
            await app.ctx.web.outbox.push(conversation_id, message, spoken_by, name)
            return True

        says["web"] = web
    context = _wechat_context(app)
    if context is not None:

        async def wechat(conversation_id: str, message: OutboundMessage, _sender: str, name: str) -> bool:
            return await context.speak(conversation_id, message, name)

        for channel in ("wechat", "mini_program"):
            says[channel] = wechat
            app.ctx.footing.router.know_quota(channel, context.quota)
    return says


async def _load(app: Sanic) -> None:
    """Load the model beside the running server: ``/healthz`` answers at once, ``/readyz`` when warm.

    A model that cannot be loaded ends the process: whoever waits for it learns so at once.
    """
    settings: Settings = app.ctx.footing.settings
    endpoints = AvailableEndpoints.read_endpoints(str(settings.endpoints))
    if endpoints.action is not None:
        endpoints.action = ActionServer.of(endpoints.action, f"{settings.actions_url}/webhook")
    try:
        agent = await asyncio.to_thread(load_agent, settings.model, endpoints)
        await warm_up(agent)
    except NotReady as error:
        app.ctx.unready = str(error)
        app.stop()
        return
    app.ctx.agent = agent
    app.ctx.warm = True
    app.ctx.loaded.set()
    logger.info("the assistant is ready")


async def _purge(footing: Footing) -> None:
    """Delete what is older than it may be kept, at the start and once an hour; after a downtime it catches up."""
    kept = stores(footing.settings, footing.tables)
    while True:
        try:
            await asyncio.to_thread(retention.run, kept)
            await asyncio.to_thread(footing.held.purge, utc_now())
            await asyncio.to_thread(AssistantFigures(footing.engine).end_old, utc_now().timestamp())
            await asyncio.to_thread(footing.receiver.store.purge, utc_now().timestamp())
        except (StoreFailed, SQLAlchemyError, OSError) as error:
            logger.warning("old data could not be deleted, tried again in an hour: %s", type(error).__name__)
        await asyncio.sleep(_PURGE_SECONDS)


async def _stop(app: Sanic, _loop: Any) -> None:
    await asyncio.to_thread(app.ctx.relay.stop)
    await app.ctx.footing.recogniser.close()
    await app.ctx.footing.desk_line.close()
    agent = app.ctx.agent
    for part in (getattr(agent, "lock_store", None), getattr(agent, "action_endpoint", None)):
        closing: Callable[[], Any] | None = getattr(part, "close", None)
        if closing is not None:
            await closing()
