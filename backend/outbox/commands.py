"""`python -m backend outbox list | show | replay | metrics`: for operators; every line of output is JSON."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence

from backend.database import Database
from backend.outbox import queue, reports
from backend.settings import Settings


def main(argv: Sequence[str], settings: Settings) -> int:
    """Run one command; return the process's exit status."""
    options = _parser().parse_args(list(argv))
    database = Database(settings.database_url, pool_size=1)
    try:
        return _run(options, database)
    finally:
        database.dispose()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m backend outbox",
        description="Events on their way to other systems",
        epilog="list [--state STATE] [--limit N], show --id EVENT, replay --id EVENT | --all, metrics",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    listing = commands.add_parser("list", help="deliveries, the newest first")
    listing.add_argument("--state", choices=["waiting", "dead", "delivered"], help="dead: the dead letters")
    listing.add_argument("--limit", type=int, default=50)
    commands.add_parser("show", help="one event and its deliveries").add_argument("--id", required=True)
    replaying = commands.add_parser("replay", help="send dead letters again")
    which = replaying.add_mutually_exclusive_group(required=True)
    which.add_argument("--id", help="the dead letters of one event")
    which.add_argument("--all", action="store_true", help="all dead letters")
    commands.add_parser("metrics", help="figures, in one line")
    return parser


def _run(options: argparse.Namespace, database: Database) -> int:
    if options.command == "replay":
        with database.write() as session:
            count = queue.replay(session, time.time(), options.id)
        _print({"replayed": count})
        return 0 if count or options.all else 1
    with database.read() as session:
        if options.command == "metrics":
            _print(reports.metrics(session, time.time()))
        elif options.command == "list":
            for row in reports.deliveries(session, options.state, options.limit):
                _print(row)
        else:
            shown = reports.one(session, options.id)
            if shown is None:
                sys.stderr.write("no such event\n")
                return 1
            _print(shown)
    return 0


def _print(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
