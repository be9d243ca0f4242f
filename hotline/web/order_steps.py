"""Taking an order a step further: the form as it was filled in, once to the platform, every word kept on a refusal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from sanic import Blueprint, response

from backend_client import Conflict, OrderStep, PlatformError, StepName

from .. import step_forms
from ..desk import Desk
from ..errors import BadRequest, NotAllowed
from ..order_rights import check_seen, may_step, only_of
from ..step_forms import StepForm
from .failures import saying_of
from .order_views import order_href

_KEY: Final = re.compile(r"[0-9a-f]{32}")
_VERSION: Final = re.compile(r"[1-9][0-9]{0,5}")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER: Final = re.compile(r"[A-Z]{2,4}[0-9]{8}-[0-9]{6,}")
_SAYINGS: Final = {
    "same_agent": "延期要由另一位同事批准，申请的人不能自己批。",
    "ended": "要并入的工单已经结束了，请换一张。",
}


def blueprint() -> Any:
    """Return the route of the step forms."""
    routes = Blueprint("order_steps")
    routes.add_route(_step, "/orders/<number:str>/steps", methods=["POST"], unquote=True)
    return routes


@dataclass(frozen=True)
class Filled:
    """What an agent has filled in. `key` was made with the form, so pressing twice is doing once."""

    number: str
    form: StepForm
    version: int
    key: str
    given: Mapping[str, str]
    partners: tuple[str, ...]


async def _step(request: Any, number: str) -> Any:
    desk: Desk = request.app.ctx.desk
    filled = _read(request, number)
    await _allowed(request, filled)
    fault = step_forms.fault_of(filled.form, filled.given)
    if fault:
        return _refused(request, filled, 422, fault, again=True)
    agent = request.ctx.session.agent
    facts = {"step": filled.form.action, "version": filled.version, "key": filled.key}
    await desk.note(agent, "order.moving", number, **facts)
    step = _step_of(filled, agent)
    try:
        await desk.platform.run(lambda p: p.take_step(number, step, key=filled.key))
    except PlatformError as error:
        await desk.note(agent, "order.move_failed", number, **facts, outcome=str(error))
        status, sentence = saying_of(error)
        reason = error.reason if isinstance(error, Conflict) else None
        sentence = _SAYINGS.get(reason or "", sentence)
        return _refused(request, filled, status, sentence, again=not isinstance(error, Conflict))
    await desk.note(agent, "order.moved", number, **facts)
    return response.redirect(f"{order_href(number)}?done={filled.form.action}", status=303)


async def _allowed(request: Any, filled: Filled) -> None:
    """Raise NotAllowed for a step that is not this person's to take, or an order that is not theirs to see."""
    agent = request.ctx.agent
    if not may_step(agent, filled.form.action):
        raise NotAllowed("order.approve")
    if only_of(agent):
        order = await request.app.ctx.desk.platform.run(lambda p: p.service_request(filled.number))
        check_seen(agent, order)


def _read(request: Any, number: str) -> Filled:
    form = step_forms.FORMS.get(cast(StepName, request.form.get("action") or ""))
    if form is None:
        raise BadRequest("action", "unknown")
    version, key = request.form.get("version") or "", request.form.get("key") or ""
    if not _VERSION.fullmatch(version):
        raise BadRequest("version", "format")
    if not _KEY.fullmatch(key):
        raise BadRequest("key", "format")
    given: dict[str, str] = {name: _typed(request, name) for name in form.fields if name != "partners"}
    partners = tuple(request.form.getlist("partners") or ()) if "partners" in form.fields else ()
    if given.get("until") and not _DATE.fullmatch(given["until"]):
        raise BadRequest("until", "format")
    if given.get("into") and not _NUMBER.fullmatch(given["into"]):
        raise BadRequest("into", "format")
    return Filled(number, form, int(version), key, given, partners)


def _typed(request: Any, name: str) -> str:
    value = request.form.get(name) or ""
    return str(value).replace("\r\n", "\n").strip()  # browsers send line breaks as CR LF


def _step_of(filled: Filled, agent: str) -> OrderStep:
    values: dict[str, Any] = {name: value for name, value in filled.given.items() if value}
    for name in ("reached", "solved"):
        if name in values:
            values[name] = values[name] == "yes"
    if "satisfaction" in values:
        values["satisfaction"] = int(values["satisfaction"])
    if "until" in values:
        values["until"] = f"{values['until']}T23:59:59+08:00"
    if filled.partners:
        values["partners"] = filled.partners
    try:
        return OrderStep(action=filled.form.action, agent=agent, version=filled.version, **values)
    except ValueError as error:
        raise BadRequest("step", "a value that no form of ours sends") from error


def _refused(request: Any, filled: Filled, status: int, sentence: str, *, again: bool) -> Any:
    """Say why a step was not taken, and keep every word of what was written."""
    html = request.app.ctx.desk.pages.render(
        "not_moved",
        title="操作没有完成",
        session=request.ctx.session,
        sentence=sentence,
        filled=filled,
        written=[text for name, text in filled.given.items() if name in step_forms.LONGEST and text],
        href=order_href(filled.number),
        again=again,
        labels=step_forms.LABELS,
        longest=step_forms.LONGEST,
    )
    return response.html(html, status=status)
