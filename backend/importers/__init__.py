"""`python -m backend import {divisions|sites|vaccine-sites|risk-areas} FILE [--skip-bad]`.

The formats are described in docs/data.md. A file is read as a whole before anything is written: with a bad row nothing
is imported, unless `--skip-bad` says that the good rows shall be.

    ImportFailed
    ├── UnreadableFile   not there, not UTF-8, not CSV, columns missing
    └── BadRows          rows with errors, each with its line, field and reason
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from backend.clock import clock_for
from backend.database import Database
from backend.importers import divisions, risk_areas, sites
from backend.importers.rows import BadRows, ImportFailed, Report, Table, UnreadableFile, record_run
from backend.settings import Settings

__all__ = ["BadRows", "ImportFailed", "Report", "UnreadableFile", "main"]

_MOST_ERRORS = 50
_EPILOG = "docs/data.md describes the columns of each list."


def main(argv: Sequence[str], settings: Settings) -> int:
    """Run one import; returns 0 when it is done, 1 when the file or a row is bad, 2 for a wrong command line."""
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    database = Database(settings.database_url)
    try:
        with database.write() as session:
            table = Table.read(arguments.file, bar=arguments.bar)
            report = _job(arguments)(session, table)
            record_run(session, report, table, clock_for(settings.clock).now())
    except ImportFailed as failure:
        _tell_failure(failure)
        return 1
    finally:
        database.dispose()
    _tell_report(report)
    return 0


def _job(arguments: argparse.Namespace) -> Callable[[Session, Table], Report]:
    skip: bool = arguments.skip_bad
    if arguments.what == "divisions":
        return lambda session, table: divisions.load(session, table, skip_bad=skip)
    if arguments.what == "risk-areas":
        imported = clock_for("real").now()
        return lambda session, table: risk_areas.load(session, table, imported, skip_bad=skip)
    kind = "vaccine" if arguments.what == "vaccine-sites" else "test"
    when: date | None = arguments.data_date
    return lambda session, table: sites.load(session, table, kind, data_date=when, skip_bad=skip)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m backend import", description="Import a list.", epilog=_EPILOG
    )
    kinds = parser.add_subparsers(
        dest="what", required=True, metavar="{divisions|sites|vaccine-sites|risk-areas}"
    )
    for what in ("divisions", "sites", "vaccine-sites", "risk-areas"):
        one = kinds.add_parser(what, epilog=_EPILOG)
        one.add_argument("file", type=Path, metavar="FILE", help="CSV in UTF-8 with a header")
        one.add_argument("--skip-bad", action="store_true", help="import the good rows and list the bad ones")
        one.add_argument("--no-progress", dest="bar", action="store_false", help="no progress bar")
        if what.endswith("sites"):
            one.add_argument(
                "--data-date",
                type=date.fromisoformat,
                metavar="YYYY-MM-DD",
                help="date of the data, for rows that name none in `data_date` or in their source",
            )
    return parser


def _tell_failure(failure: ImportFailed) -> None:
    print(f"nothing was imported: {failure}", file=sys.stderr)
    if isinstance(failure, BadRows):
        _tell_errors(failure.report)
        print("correct the rows, or import the others with --skip-bad", file=sys.stderr)


def _tell_report(report: Report) -> None:
    _tell_errors(report)
    print(
        f"{report.kind}: {report.rows} rows, {report.created} new, {report.updated} changed, "
        f"{report.unchanged} as before, {len(report.bad_lines)} skipped"
    )


def _tell_errors(report: Report) -> None:
    for error in report.errors[:_MOST_ERRORS]:
        print(f"line {error.line}: {error.field}: {error.reason}", file=sys.stderr)
    if len(report.errors) > _MOST_ERRORS:
        print(f"… and {len(report.errors) - _MOST_ERRORS} more", file=sys.stderr)
