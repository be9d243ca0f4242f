"""`python -m hotline run`: the desk on its port."""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
import time
from collections.abc import Sequence

import structlog

from privacy.errors import SecretUnusable
from privacy.retention import plan

from .app import create_app
from .desk import build
from .retention import stores
from .settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run the desk; return the process's exit status."""
    parser = argparse.ArgumentParser(prog="python -m hotline", description="The 12345 desk")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("run", help="serve the agents' pages and the conversation API")
    commands.add_parser("retention", help="show what is kept how long, and what goes when")
    chosen = parser.parse_args(argv)
    _log_to_stderr()
    try:
        settings = Settings.from_environment()
    except (ValueError, SecretUnusable) as error:
        sys.stderr.write(f"the desk cannot start: {error}\n")
        return 2
    if chosen.command == "retention":
        for line in plan(stores(build(settings, time.time))):
            print(line)
        return 0
    try:
        listener = socket.create_server((settings.host, settings.port))
    except OSError as error:
        sys.stderr.write(
            f"the desk cannot listen on {settings.host}:{settings.port}: {os.strerror(error.errno or 0)}\n"
        )
        return 1
    create_app(settings).run(sock=listener, access_log=False, motd=False, workers=1)
    return 0


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


if __name__ == "__main__":
    sys.exit(main())
