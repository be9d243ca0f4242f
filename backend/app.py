"""The platform's process, put together: settings in, a Sanic application out."""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import Any

from sanic import Sanic

from backend.api import BLUEPRINTS
from backend.auth import Nonces
from backend.clock import Clock, clock_for
from backend.codes import clockwork
from backend.contract import load_contract
from backend.failures import ProblemHandler
from backend.limits import Buckets
from backend.middleware import Gate
from backend.outbox.delivery import Delivery
from backend.retention import Keeper
from backend.serving import Platform
from backend.settings import Settings


def create_app(settings: Settings, clock: Clock | None = None) -> Sanic:
    """Return the platform's application. The store must have been migrated (`python -m backend migrate`).

    Args:
        settings: from `Settings.from_environment()`, or made by hand in tests.
        clock: the platform's time; without it, the one `settings.clock` names.
    """
    clock = clock or clock_for(settings.clock)
    platform = Platform.of(settings, clock)
    database = platform.database
    name = f"platform-{uuid.uuid4().hex[:8]}"  # Sanic keeps a list of applications by name in each process
    app = Sanic(name, error_handler=ProblemHandler(clock), configure_logging=False)
    app.config.update(
        AUTO_EXTEND=False,
        ACCESS_LOG=False,
        MOTD=False,
        REQUEST_MAX_SIZE=max(settings.max_body_bytes, settings.max_picture_bytes),
        REQUEST_TIMEOUT=15,
        RESPONSE_TIMEOUT=30,
        KEEP_ALIVE_TIMEOUT=30,
        GRACEFUL_SHUTDOWN_TIMEOUT=5.0,
    )
    app.ctx.platform = platform
    Gate(
        platform, load_contract(), Nonces(database), Buckets(settings.client_rate, settings.client_burst)
    ).attach(app)
    for blueprint in BLUEPRINTS:
        app.blueprint(blueprint)
    if settings.subscribers:
        app.ctx.delivery = Delivery(
            database,
            settings.subscribers,
            max_attempts=settings.event_attempts,
            platform_now=clock.now,
        )
        app.register_listener(_deliver, "after_server_start")
    app.register_listener(clockwork.begin, "after_server_start")
    app.register_listener(clockwork.end, "before_server_stop")
    app.ctx.keeper = Keeper(database, clock)
    app.register_listener(_keep, "after_server_start")
    app.register_listener(_close, "after_server_stop")
    logging.getLogger("sanic.error").setLevel(logging.WARNING)
    return app


async def _deliver(app: Any, _loop: Any) -> None:
    app.ctx.delivery.start()


async def _keep(app: Any, _loop: Any) -> None:
    app.ctx.keeper.start()


async def _close(app: Any, _loop: Any) -> None:
    if hasattr(app.ctx, "delivery"):
        await asyncio.to_thread(app.ctx.delivery.stop)
    app.ctx.keeper.stop()
    app.ctx.platform.close()
