"""Lists that leave the desk: with a reason, and with who took them and when in the file itself."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.styles import Font  # type: ignore[import-untyped]

from .errors import BadRequest
from .words import CHINA

LEAST_REASON = 4
MAX_REASON = 200
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: A spreadsheet takes a cell that begins so for a formula (CWE-1236).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def reason_of(typed: str) -> str:
    """Return why something is exported.

    Raises:
        BadRequest: nothing was written, or a novel.
    """
    reason = typed.strip()
    if not LEAST_REASON <= len(reason) <= MAX_REASON or not reason.isprintable():
        raise BadRequest("reason", f"{LEAST_REASON} to {MAX_REASON} characters")
    return reason


def kind_of(typed: str) -> str:
    """Return the kind of file that was asked for.

    Raises:
        BadRequest: there is no such kind.
    """
    if typed not in MEDIA_TYPES:
        raise BadRequest("kind", "csv or xlsx")
    return typed


def file_of(
    kind: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    agent: str,
    now: dt.datetime,
    reason: str,
) -> bytes:
    """Return a list as a file of a kind of `kind_of`."""
    make = workbook if kind == "xlsx" else table
    return make(header, rows, agent=agent, now=now, reason=reason)


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, agent: str, now: dt.datetime, reason: str
) -> bytes:
    """Return a CSV file that Excel reads as UTF-8: who, when and why first and last, and in every row who and when."""
    mark = _mark(agent, now)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([f"{mark}，事由：{plain(reason)}。内部使用，不得外传。"])
    writer.writerow([*header, "导出标记"])
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 – counted for the last line
        writer.writerow([*map(plain, row), mark])
    writer.writerow([f"{mark}，共{count}行。"])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def workbook(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, agent: str, now: dt.datetime, reason: str
) -> bytes:
    """Return the same as an Excel workbook; every cell is text, and the mark is in the footer of each printed page."""
    mark = _mark(agent, now)
    book = Workbook()
    sheet = book.active
    sheet.append([f"{mark}，事由：{plain(reason)}。内部使用，不得外传。"])
    sheet.append([*header, "导出标记"])
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append([*map(plain, row), mark])
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.number_format = "@"
    sheet.freeze_panes = "A3"
    sheet.oddFooter.left.text = mark
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _mark(agent: str, now: dt.datetime) -> str:
    return f"工号{agent} {now.astimezone(CHINA):%Y-%m-%d %H:%M:%S}导出"


def plain(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def file_headers(name: str, agent: str, now: dt.datetime, kind: str = "csv") -> dict[str, str]:
    """Return the headers of a download, `csv` or `xlsx`; the file's name says who took it and when."""
    file = f"{name}-{agent}-{now.astimezone(CHINA):%Y%m%d-%H%M%S}.{kind}"
    return {
        "Content-Type": MEDIA_TYPES[kind],
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file)}",
    }
