"""`python -m hotline`: the desk on its port; its accounts and its audit from the terminal."""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import structlog

from privacy.errors import SecretUnusable
from privacy.retention import plan

from . import anchors
from .accounts import commands as accounts
from .app import create_app
from .audit import Audit
from .demo import commands as demo
from .demo.live import commands as live
from .desk import Desk, build
from .knowledge import commands as knowledge
from .retention import stores
from .settings import Settings
from .store import open_store
from .telephone import commands as exchange


def _retention(desk: Desk, _chosen: argparse.Namespace) -> int:
    for line in plan(stores(desk)):
        print(line)
    return 0


#: Commands that work on the desk's own stores.
_COMMANDS = {
    "accounts": accounts.run,
    "knowledge": knowledge.run,
    "demo-day": demo.run,
    "retention": _retention,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the desk; return the process's exit status."""
    chosen = _parser().parse_args(argv)
    _log_to_stderr()
    try:
        settings = Settings.from_environment()
    except (ValueError, SecretUnusable) as error:
        sys.stderr.write(f"the desk cannot start: {error}\n")
        return 2
    if chosen.command in _COMMANDS:
        return _COMMANDS[chosen.command](build(settings, time.time), chosen)
    return _SETTINGS_ALONE[chosen.command](settings, chosen)


def _serve(settings: Settings, _chosen: argparse.Namespace) -> int:
    try:
        listener = socket.create_server((settings.host, settings.port))
    except OSError as error:
        sys.stderr.write(
            f"the desk cannot listen on {settings.host}:{settings.port}: {os.strerror(error.errno or 0)}\n"
        )
        return 1
    create_app(settings).run(sock=listener, access_log=False, motd=False, workers=1)
    return 0


def _parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    parser = argparse.ArgumentParser(prog="python -m hotline", description="The 12345 desk")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("run", help="serve the agents' pages and the conversation API")
    commands.add_parser("retention", help="show what is kept how long, and what goes when")
    accounts.add_to(commands)
    knowledge.add_to(commands)
    demo.add_to(commands)
    live.add_to(commands)
    exchange.add_to(commands)
    audits = commands.add_parser("audit", help="check the audit").add_subparsers(dest="what", required=True)
    verify = audits.add_parser(
        "verify", help="walk the chain; exit status 1 and the first break when it is not whole"
    )
    verify.add_argument("--anchors", type=Path, help="file of anchors, when it lies elsewhere")
    return parser


def _verify(settings: Settings, chosen: argparse.Namespace) -> int:
    elsewhere: Path | None = chosen.anchors
    engine = open_store(settings.database_url)
    path = elsewhere or settings.anchors
    if elsewhere is not None and not elsewhere.exists():
        sys.stderr.write(f"there is no file of anchors at {elsewhere}\n")
        return 2
    finding = anchors.verify(Audit(engine), path)
    engine.dispose()
    if finding.broken_at is None:
        print(f"the audit is whole: {finding.entries} entries, {finding.anchors} anchors fit")
        return 0
    print(f"the audit is broken: entry {finding.broken_at} {finding.why}")
    return 1


#: Commands that do not work on an opened desk.
_SETTINGS_ALONE = {"run": _serve, "demo-live": live.run, "exchange": exchange.run, "audit": _verify}


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
