"""The desk's web application: its parts, its guards, its pages and its API put together."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sanic import Sanic

from . import retention
from .desk import build
from .settings import Settings
from .web import appeals, conversations, failures, health, login, orders, trail
from .web.gate import install_gate

STATIC = Path(__file__).parent / "static"
MAX_BODY_BYTES = 64 * 1024


def create_app(settings: Settings, *, unix: Callable[[], float] = time.time) -> Any:
    """Return the application.

    Args:
        settings: of this process.
        unix: real time in seconds since 1970.
    """
    app = Sanic("hotline", register=False, configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY_BYTES
    app.config.FALLBACK_ERROR_FORMAT = "text"
    app.ctx.desk = build(settings, unix)
    install_gate(app)
    failures.install(app)
    for part in (
        health.blueprint,
        login.blueprint,
        orders.blueprint,
        appeals.blueprint,
        trail.blueprint,
        conversations.blueprint,
    ):
        app.blueprint(part())
    app.static("/static", str(STATIC), name="static")
    app.register_listener(_keep, "after_server_start")
    app.register_listener(_close, "after_server_stop")
    return app


async def _keep(app: Any, loop: Any) -> None:
    app.ctx.keeping = loop.create_task(retention.keep(app))


async def _close(app: Any, _loop: Any) -> None:
    app.ctx.keeping.cancel()
    app.ctx.desk.close()
