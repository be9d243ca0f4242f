"""``python -m actions``: the action server, bound to this machine alone unless told otherwise.

The SDK's own server (``rasa run actions``) has no authentication and answers a crash with the request body;
this one binds to loopback, says only that it failed, and answers ``GET /healthz``.
"""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk.endpoint import create_app
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions.erasing import keep_going
from actions.kit import kit
from actions.knowledge_feed import keep_up
from actions.settings import Settings
from actions.unanswered import keep_sending

log = logging.getLogger(__name__)
#: Seconds an idle connection is kept; the bot lets go of it sooner (``bot.action_server``).
_KEPT_SECONDS = 75


def app() -> Sanic:
    """The SDK's application with health and quiet errors."""
    server = create_app("actions")
    server.config.KEEP_ALIVE_TIMEOUT = _KEPT_SECONDS

    async def healthz(_: Request) -> HTTPResponse:
        return json({"status": "ok"})

    async def failed(_: Request, error: Exception) -> HTTPResponse:
        log.error("action_server_failed", extra={"error": type(error).__name__})
        return json({"error": "action failed"}, status=500)

    async def go_on(_app: Any, _loop: Any) -> None:
        tools = kit()
        server.add_task(keep_going(tools))
        server.add_task(keep_sending(tools.unanswered))
        server.add_task(
            keep_up(tools.feed, tools.knowledge, tools.time.now, Settings.from_env().knowledge_poll)
        )

    server.register_listener(go_on, "after_server_start")
    server.add_route(healthz, "/healthz")
    server.error_handler.add(Exception, failed)
    return server


def main() -> None:
    """Serve until stopped; the knowledge base and the words are loaded before the first request."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = Settings.from_env()
    server = app()
    kit()
    server.run(host=settings.host, port=settings.port, workers=1, access_log=False)


if __name__ == "__main__":
    main()
