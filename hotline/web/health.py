"""Whether the desk lives, and whether it can do its work."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sanic import Blueprint, response
from sqlalchemy.exc import SQLAlchemyError

from backend_client import PlatformError

from ..desk import Desk


def blueprint() -> Any:
    """Return the routes `/healthz` and `/readyz`."""
    routes = Blueprint("health")
    routes.add_route(_healthz, "/healthz")
    routes.add_route(_readyz, "/readyz")
    return routes


async def _healthz(_request: Any) -> Any:
    return response.json({"status": "ok"})


async def _readyz(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    parts = {"store": await _store(desk), "platform": await _platform(desk)}
    ready = all(word == "ok" for word in parts.values())
    return response.json({"status": "ok" if ready else "not_ready", **parts}, status=200 if ready else 503)


async def _store(desk: Desk) -> str:
    def ask() -> str:
        try:
            with desk.engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))
        except SQLAlchemyError as error:
            return type(error).__name__
        return "ok"

    return await desk.on_thread(ask)


async def _platform(desk: Desk) -> str:
    try:
        await desk.platform.run(lambda p: p.clock())
    except PlatformError as error:
        return str(error)
    return "ok"
