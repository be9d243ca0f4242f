"""What all importers share: reading a table with line numbers, collecting errors, telling what was done."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session
from tqdm import tqdm  # type: ignore[import-untyped]

from backend.models import ImportRun

LARGEST_FILE = 200 * 1024 * 1024


class ImportFailed(Exception):  # noqa: N818 - read as a sentence
    """Nothing was imported."""


class UnreadableFile(ImportFailed):
    """The file is not there, not UTF-8, not CSV, or lacks columns."""


class BadRows(ImportFailed):
    """Rows cannot be imported; `report.errors` says which and why."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{len(report.bad_lines)} of {report.rows} rows are not right")
        self.report = report


@dataclass(frozen=True)
class RowError:
    """One thing that is wrong: the line of the file (the header is line 1), the column, and why."""

    line: int
    field: str
    reason: str


@dataclass
class Report:
    """What an import did."""

    kind: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)

    @property
    def bad_lines(self) -> set[int]:
        """Lines that were not imported."""
        return {error.line for error in self.errors}

    def settle(self, *, skip_bad: bool) -> None:
        """Raise when rows are bad and shall not be skipped.

        Raises:
            BadRows: naming every bad row.
        """
        if self.errors and not skip_bad:
            raise BadRows(self)


@dataclass(frozen=True)
class Row:
    """One row: its line in the file and its stripped cells."""

    line: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        """The cell, empty when there is no such column."""
        return self.cells.get(column, "")


class Table:
    """A CSV file as rows with line numbers."""

    def __init__(
        self, columns: tuple[str, ...], rows: list[Row], sha256: str, path: Path, *, bar: bool
    ) -> None:
        self.columns = columns
        self.rows = rows
        self.sha256 = sha256
        self.path = path
        self.bar = bar

    @classmethod
    def read(cls, path: Path, *, bar: bool = False) -> Table:
        """Read a file.

        Args:
            path: CSV in UTF-8 (with or without a byte order mark), first row = column names.
            bar: show a progress bar on standard error.

        Raises:
            UnreadableFile: when there is no such table in it.
        """
        raw = _bytes_of(path)
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UnreadableFile(f"{path.name} is not UTF-8 (byte {error.start})") from error
        if "\0" in text:
            raise UnreadableFile(f"{path.name} holds NUL characters: not a text file")
        try:
            columns, rows = _parse(text)
        except csv.Error as error:
            raise UnreadableFile(f"{path.name} is not CSV: {error}") from error
        return cls(columns, rows, hashlib.sha256(raw).hexdigest(), path, bar=bar)

    def need(self, columns: Collection[str]) -> None:
        """Raise when a column is missing.

        Raises:
            UnreadableFile: naming the missing columns and the ones found.
        """
        missing = [column for column in columns if column not in self.columns]
        if missing:
            found = ", ".join(self.columns) or "none"
            raise UnreadableFile(f"{self.path.name} lacks the columns {', '.join(missing)} (found: {found})")

    def __iter__(self) -> Iterator[Row]:
        yield from tqdm(self.rows, desc=self.path.name, unit=" rows", disable=not self.bar, leave=False)


def record_run(session: Session, report: Report, table: Table, now: datetime) -> None:
    """Leave a trace of the import; running platforms see it and read the places again."""
    session.add(
        ImportRun(
            kind=report.kind,
            file_sha256=table.sha256,
            started_at=now,
            rows=report.rows,
            created=report.created,
            updated=report.updated,
            skipped=len(report.bad_lines),
        )
    )


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableFile(f"{path.name} is larger than {LARGEST_FILE // 2**20} MB")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path.name} cannot be read: {error.strerror}") from error


def _parse(text: str) -> tuple[tuple[str, ...], list[Row]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = next(reader, [])
    columns = tuple(name.strip() for name in header)
    rows: list[Row] = []
    line = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            if len(cells) > len(columns):
                raise csv.Error(f"line {line} has {len(cells)} cells, the header {len(columns)}")
            values = [cell.strip() for cell in cells] + [""] * (len(columns) - len(cells))
            rows.append(Row(line, dict(zip(columns, values, strict=True))))
        line = reader.line_num + 1
    return columns, rows
