"""`python -m backend run | migrate | import … | demo | recolour … | outbox … | pass-key … | handover …`."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog

from backend.app import create_app
from backend.clock import clock_for
from backend.codes.commands import main as recolour_command
from backend.codes.commands import resumed_clock
from backend.database import Database
from backend.demo import load as load_demo
from backend.demo.handover import main as handover_command
from backend.importers import main as import_list
from backend.migrations import migrate
from backend.outbox.commands import main as outbox_command
from backend.pass_keys import main as pass_key_command
from backend.retention import stores
from backend.serving import Platform
from backend.settings import Settings
from privacy.retention import plan


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command of the platform; return the process's exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m backend", description="The embedded health code platform"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("run", help="migrate the store and serve the API")
    commands.add_parser("migrate", help="bring the store to the newest revision")
    commands.add_parser("demo", help="load the demonstration set")
    commands.add_parser("retention", help="show what is kept how long, and what goes when")
    commands.add_parser("pass-key", help="change the key of codes: see `pass-key --help`", add_help=False)
    commands.add_parser("import", help="import a list: see `import --help`", add_help=False)
    commands.add_parser(
        "recolour", help="derive every code that is due: see `recolour --help`", add_help=False
    )
    commands.add_parser("outbox", help="events to other systems: see `outbox --help`", add_help=False)
    commands.add_parser("handover", help="hand a persona over: see `handover --help`", add_help=False)
    words = list(sys.argv[1:] if argv is None else argv)
    arguments = parser.parse_args(words[:1])
    if arguments.command not in {"handover", "import", "outbox", "pass-key", "recolour"}:
        arguments = parser.parse_args(words)
    _log_to_stderr()
    if arguments.command == "pass-key":
        return pass_key_command(words[1:])
    settings = Settings.from_environment()
    migrate(settings.database_url)
    if arguments.command == "run":
        create_app(settings, resumed_clock(settings)).run(
            settings.host, settings.port, workers=1, access_log=False, motd=False
        )
    elif arguments.command == "import":
        return import_list(words[1:], settings)
    elif arguments.command == "recolour":
        return recolour_command(words[1:], settings)
    elif arguments.command == "outbox":
        return outbox_command(words[1:], settings)
    elif arguments.command == "handover":
        return handover_command(words[1:], settings)
    elif arguments.command == "demo":
        _load_demo(settings)
    elif arguments.command == "retention":
        _show_retention(settings)
    return 0


def _show_retention(settings: Settings) -> None:
    database = Database(settings.database_url)
    for line in plan(stores(database, clock_for(settings.clock))):
        print(line)
    database.dispose()


def _load_demo(settings: Settings) -> None:
    platform = Platform.of(settings, clock_for("demo"))
    load_demo(platform, Path(__file__).parent.parent)
    platform.close()


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
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


if __name__ == "__main__":
    sys.exit(main())
