"""Taking orders away as a file: with a reason, marked with who did it, audited before it is made."""

from __future__ import annotations

from typing import Any, Final

from sanic import Blueprint, response

from backend_client import PlatformClient, ServiceRequest

from .. import words
from ..desk import Desk
from ..errors import BadRequest
from ..order_tables import as_csv, as_workbook, row_of
from .orders import Filters

#: Orders in one file at most; more are narrowed down first.
MOST: Final = 5000
_PAGE: Final = 100
MAX_REASON: Final = 200
_KINDS: Final = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def blueprint() -> Any:
    """Return the routes of the export."""
    routes = Blueprint("order_export")
    routes.add_route(_ask, "/orders/export")
    routes.add_route(_export, "/orders/export", methods=["POST"])
    return routes


async def _ask(request: Any) -> Any:
    return _page(request, Filters.of(request.args), "")


def _page(request: Any, filters: Filters, fault: str) -> Any:
    html = request.app.ctx.desk.pages.render(
        "order_export",
        title="导出工单",
        session=request.ctx.session,
        narrowed=filters,
        chosen=_chosen(filters),
        most=MOST,
        max_reason=MAX_REASON,
        fault=fault,
    )
    return response.html(html, status=422 if fault else 200)


def _chosen(filters: Filters) -> str:
    parts = [
        words.STATES.get(filters.state, ""),  # type: ignore[call-overload]
        words.URGENCIES.get(filters.urgency, ""),  # type: ignore[call-overload]
        filters.department,
        "超期" if filters.late else "",
    ]
    return "、".join(part for part in parts if part) or "全部"


async def _export(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    filters = Filters.of(request.form)
    reason = (request.form.get("reason") or "").strip()
    kind = request.form.get("kind") or ""
    if kind not in _KINDS:
        raise BadRequest("kind", "unknown")
    if not 0 < len(reason) <= MAX_REASON:
        return _page(request, filters, f"请写明导出的理由，最多{MAX_REASON}字。")
    orders = await desk.platform.run(lambda p: _all(p, filters))
    if len(orders) > MOST:
        return _page(request, filters, f"超过{MOST}张工单，请先缩小范围。")
    agent, at = request.ctx.session.agent, words.written_time(desk.now())
    await desk.note(
        agent, "order.exported", filters.query() or "all", kind=kind, count=len(orders), reason=reason
    )
    make, media_type = _KINDS[kind]
    content = await desk.on_thread(
        lambda: make([row_of(order) for order in orders], f"工号{agent}于{at}导出，理由：{reason}")
    )
    name = f"orders-{desk.now():%Y%m%d-%H%M%S}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return response.raw(content, headers=headers, content_type=media_type)


def _all(p: PlatformClient, filters: Filters) -> list[ServiceRequest]:
    """Return all orders that fit, and one more than may be exported when there are more."""
    found: list[ServiceRequest] = []
    cursor: str | None = None
    while len(found) <= MOST:
        page = p.list_service_requests(limit=_PAGE, cursor=cursor, **filters.ask())
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    return found
