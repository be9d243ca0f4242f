"""The desk's web application: its parts, its guards, its pages and its API put together."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sanic import Sanic

from . import anchors, retention
from .chats.assembly import build_chats
from .desk import build
from .figures.door import Figures
from .knowledge import keeping
from .live.room import build_live
from .quality import keeping as quality_keeping
from .quality.room import QualityRoom
from .settings import Settings
from .shifts.room import build_shifts
from .web import (
    accounts,
    appeals,
    assist,
    assist_api,
    assist_figures,
    assist_order,
    canned,
    chat_moves,
    chats,
    department,
    department_socket,
    failures,
    figures,
    figures_live,
    figures_people,
    figures_report,
    health,
    knowledge,
    knowledge_api,
    knowledge_moves,
    knowledge_todo,
    knowledge_writing,
    live,
    live_code,
    live_context,
    live_knowledge,
    live_socket,
    login,
    missed,
    order_export,
    order_intake,
    order_steps,
    orders,
    profile,
    quality,
    quality_appeals,
    quality_mine,
    quality_results,
    quality_scoring,
    reveals,
    ringing,
    shifts,
    shifts_mine,
    shifts_now,
    shifts_people,
    shifts_staffing,
    shifts_wishes,
    telephone,
    trail,
)
from .web.gate import install_gate

STATIC = Path(__file__).parent / "static"
MAX_BODY_BYTES = 64 * 1024
MAX_FRAME_BYTES = 4 * 1024


def create_app(settings: Settings, *, unix: Callable[[], float] = time.time) -> Any:
    """Return the application.

    Args:
        settings: of this process.
        unix: real time in seconds since 1970.
    """
    app = Sanic("hotline", register=False, configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY_BYTES
    app.config.WEBSOCKET_MAX_SIZE = MAX_FRAME_BYTES
    app.config.FALLBACK_ERROR_FORMAT = "text"
    app.config.PROXIES_COUNT = settings.proxies
    app.ctx.desk = build(settings, unix)
    app.ctx.chats = build_chats(app.ctx.desk)
    app.ctx.quality = QualityRoom(app.ctx.desk)
    app.ctx.figures = Figures(app.ctx.desk)
    app.ctx.live = build_live(app.ctx.desk, app.ctx.chats)
    app.ctx.shifts = build_shifts(app.ctx.desk)
    install_gate(app)
    failures.install(app)
    quality.install(app)
    shifts.install(app)
    for part in (
        health.blueprint,
        login.blueprint,
        profile.blueprint,
        order_intake.blueprint,
        assist.blueprint,
        assist_api.blueprint,
        assist_order.blueprint,
        assist_figures.blueprint,
        telephone.blueprint,
        ringing.blueprint,
        missed.blueprint,
        order_export.blueprint,
        accounts.blueprint,
        orders.blueprint,
        order_steps.blueprint,
        appeals.blueprint,
        reveals.blueprint,
        trail.blueprint,
        chats.blueprint,
        chat_moves.blueprint,
        live.blueprint,
        live_socket.blueprint,
        live_context.blueprint,
        live_code.blueprint,
        live_knowledge.blueprint,
        department.blueprint,
        department_socket.blueprint,
        canned.blueprint,
        knowledge_api.blueprint,
        knowledge.blueprint,
        knowledge_writing.blueprint,
        knowledge_moves.blueprint,
        knowledge_todo.blueprint,
        quality.blueprint,
        quality_scoring.blueprint,
        quality_mine.blueprint,
        quality_appeals.blueprint,
        quality_results.blueprint,
        figures.blueprint,
        figures_live.blueprint,
        figures_people.blueprint,
        figures_report.blueprint,
        shifts.blueprint,
        shifts_now.blueprint,
        shifts_people.blueprint,
        shifts_staffing.blueprint,
        shifts_wishes.blueprint,
        shifts_mine.blueprint,
    ):
        app.blueprint(part())
    app.static("/static", str(STATIC), name="static")
    app.register_listener(_keep, "after_server_start")
    app.register_listener(_close, "after_server_stop")
    return app


async def _keep(app: Any, loop: Any) -> None:
    chats_door, desk = app.ctx.chats, app.ctx.desk
    await app.ctx.live.hub.start()
    works = (
        retention.keep(app),
        anchors.keep(app),
        keeping.keep(app),
        quality_keeping.keep(app),
        chats_door.run(),
        chats_door.courier.run(),
        app.ctx.figures.run(),
        app.ctx.live.hub.run(),
        desk.telephone.run(desk.on_thread, desk.unix),
    )
    app.ctx.tasks = [loop.create_task(work) for work in works]


async def _close(app: Any, _loop: Any) -> None:
    for task in app.ctx.tasks:
        task.cancel()
    await app.ctx.chats.close()
    await app.ctx.figures.close()
    app.ctx.desk.close()
