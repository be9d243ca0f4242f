"""Orders as tables to take away: CSV for machines, a workbook for people. Texts are masked as on the screen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]

from backend_client import ServiceRequest

from . import words
from .display import shown

COLUMNS: Final = (
    "工单编号",
    "类型",
    "事项",
    "紧急程度",
    "标题",
    "内容",
    "状态",
    "承办单位",
    "协办单位",
    "来源",
    "受理工号",
    "登记时间",
    "应办结时间",
    "时限",
    "签收时间",
    "答复时间",
    "答复",
    "办结时间",
    "是否解决",
    "满意度",
    "催办次数",
    "重办次数",
    "并入",
)
_WIDE: Final = frozenset({"内容", "答复"})
#: What a spreadsheet would take for a formula (OWASP CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def row_of(order: ServiceRequest) -> list[str]:
    """Return an order's cells, in the order of `COLUMNS`."""
    handling = order.handling
    if handling is None:
        raise ValueError("the platform does not know us as the desk")
    cells = (
        order.number,
        words.KINDS[order.kind],
        handling.topic_name,
        words.URGENCIES[order.urgency],
        shown(order.title),
        shown(order.content or ""),
        words.STATES[order.state],
        handling.department_name or "",
        "、".join(handling.partners),
        words.CHANNELS.get(order.channel or "", order.channel or ""),
        handling.taken_by or "",
        words.written_time(order.created_at),
        words.written_time(order.due_at),
        words.LIGHTS[handling.light],
        words.written_time(handling.signed_at),
        words.written_time(handling.answered_at),
        shown(order.reply or ""),
        words.written_time(handling.closed_at),
        {True: "是", False: "否", None: ""}[handling.solved],
        words.SATISFACTION.get(order.satisfaction or 0, ""),
        str(handling.urged),
        str(handling.reopened),
        order.merged_into or "",
    )
    return [_inert(cell) for cell in cells]


def _inert(cell: str) -> str:
    """Return a cell that no spreadsheet computes."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def as_csv(rows: Iterable[Sequence[str]], mark: str) -> bytes:
    """Return rows as CSV in UTF-8 with the sign by which spreadsheets know it; `mark` says who took it, and when."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    writer.writerow([mark])
    return out.getvalue().encode("utf-8-sig")


def as_workbook(rows: Iterable[Sequence[str]], mark: str) -> bytes:
    """Return rows as an Excel workbook; every cell is text. `mark` stands in the footer and in the last row."""
    book = Workbook()
    sheet = book.active
    sheet.title = "工单"
    sheet.append(COLUMNS)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append(list(row))
    for column, name in zip(sheet.columns, COLUMNS, strict=True):
        sheet.column_dimensions[column[0].column_letter].width = 60 if name in _WIDE else 18
        for cell in column:
            cell.alignment = Alignment(wrap_text=name in _WIDE, vertical="top")
            cell.number_format = "@"
    sheet.append([mark])
    sheet.freeze_panes = "B2"
    sheet.oddFooter.left.text = mark
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
