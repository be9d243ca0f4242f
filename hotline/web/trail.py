"""The audit as a page: who did what, newest first, narrowed down; whether the chain is whole; export."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from sanic import Blueprint, response

from .. import anchors, exports, words
from ..audit import Entry, Filter
from ..desk import Desk
from ..display import shown
from ..errors import BadRequest

SHOWN = 100
MOST_EXPORTED = 50_000
_TEXT_FIELDS = ("agent", "action", "subject")


def blueprint() -> Any:
    """Return the routes under `/audit`."""
    routes = Blueprint("trail")
    routes.add_route(_audit, "/audit")
    routes.add_route(_export, "/audit/exports", methods=["POST"])
    return routes


async def _audit(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    typed = {name: request.args.get(name, "") for name in (*_TEXT_FIELDS, "since", "until")}
    wanted, before = _filter_of(typed), _whole(request.args.get("before", ""))
    entries = await desk.on_thread(lambda: desk.audit.search(wanted, SHOWN, before))
    checked = request.args.get("check") == "1"
    finding = (
        await desk.on_thread(lambda: anchors.verify(desk.audit, desk.settings.anchors)) if checked else None
    )
    kept = {name: value for name, value in typed.items() if value}
    html = desk.pages.render(
        "audit",
        title="操作记录",
        session=request.ctx.session,
        finding=finding,
        typed=typed,
        narrowed=bool(kept),
        actions=words.ACTIONS,
        rows=[_row(entry) for entry in entries],
        more=urlencode({**kept, "before": entries[-1].seq}) if len(entries) == SHOWN else "",
    )
    return response.html(html)


async def _export(request: Any) -> Any:
    """Give the filtered entries as a file; who took them and why is the next entry."""
    desk: Desk = request.app.ctx.desk
    agent, now = request.ctx.agent.number, desk.now()
    typed = {name: request.form.get(name) or "" for name in (*_TEXT_FIELDS, "since", "until")}
    wanted, reason = _filter_of(typed), exports.reason_of(request.form.get("reason") or "")
    entries = await desk.on_thread(lambda: desk.audit.search(wanted, MOST_EXPORTED))
    await desk.note(agent, "audit.exported", "audit", count=len(entries), reason=shown(reason))
    header = ("序号", "时间", "工号", "操作", "对象", "变化", "请求编号")
    rows = (
        (
            str(entry.seq),
            entry.at.astimezone(words.CHINA).isoformat(timespec="seconds"),
            *_texts(entry),
            entry.request_id,
        )
        for entry in entries
    )
    file = exports.table(header, rows, agent=agent, now=now, reason=reason)
    return response.raw(file, headers=exports.file_headers("操作记录", agent, now))


def _row(entry: Entry) -> dict[str, str]:
    agent, action, subject, change = _texts(entry)
    return {
        "at": words.spoken_time(entry.at),
        "agent": agent,
        "action": action,
        "subject": subject,
        "change": change or "无",
    }


def _texts(entry: Entry) -> tuple[str, str, str, str]:
    action = words.ACTIONS.get(entry.action, entry.action)
    return entry.agent, action, entry.subject, _change(entry.detail)


def _change(detail: dict[str, Any]) -> str:
    """What an entry did, in a word; entries of before named two states."""
    if "step" in detail:
        return words.STEPS.get(detail["step"], str(detail["step"]))
    if "from" in detail and "to" in detail:
        old, new = (words.STATES.get(detail[end], str(detail[end])) for end in ("from", "to"))
        return f"{old} → {new}"
    if "before" in detail and "after" in detail:
        return f"{'、'.join(detail['before'])} → {'、'.join(detail['after'])}"
    return str(detail.get("work_number") or detail.get("reason") or "")


def _filter_of(typed: dict[str, str]) -> Filter:
    agent, action, subject = (typed[name].strip()[:128] or None for name in _TEXT_FIELDS)
    since, until = _day(typed["since"]), _day(typed["until"])
    after = None if until is None else until + dt.timedelta(days=1)
    return Filter(agent=agent, action=action, subject=subject, since=since, before=after)


def _day(typed: str) -> dt.datetime | None:
    if not typed:
        return None
    try:
        return dt.datetime.strptime(typed, "%Y-%m-%d").replace(tzinfo=words.CHINA)
    except ValueError as error:
        raise BadRequest("day", "a date") from error


def _whole(typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 9):  # noqa: PLR2004 – fits an integer
        raise BadRequest("before", "a whole number")
    return int(typed)
