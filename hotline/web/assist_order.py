"""The order that comes of a call: drafted from the notes, confirmed by the agent, sent once."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, response

from backend_client import EvidenceOfField

from .. import words
from ..assist.calls import Call
from ..desk import Desk
from .assist import call_href, call_of, call_page, whole_of
from .order_intake import Given, Refused, hand_in, read_given
from .order_views import order_href

_LONGEST_EVIDENCE = 300


def blueprint() -> Any:
    """Return the route of a call's order."""
    routes = Blueprint("assist_order")
    routes.add_route(_take, "/calls/<number:str>/order", methods=["POST"])
    return routes


async def _take(request: Any, number: str) -> Any:
    desk: Desk = request.app.ctx.desk
    call = await call_of(request, number)
    typed = read_given(request)
    whole = Given({**typed.values, "phone": await whole_of(desk, call, typed.values["phone"])}, typed.key)
    if not request.form.get("confirmed"):
        return await call_page(request, call, "请先念给来电人核对，再勾选“已核对”。", 422, **typed.values)
    if "*" in whole.values["phone"]:
        return await call_page(request, call, "回电号码不完整，请重新填写。", 422, **typed.values)
    made = await hand_in(request, whole, await evidence_of(desk, call, typed))
    if isinstance(made, Refused):
        return await call_page(request, call, made.sentence, made.status, **typed.values)
    await desk.on_thread(lambda: desk.assist.calls.ordered(call, made.number))
    html = desk.pages.render(
        "assist_taken",
        title="工单已登记",
        session=request.ctx.session,
        number=made.number,
        spoken_number=spoken(made.number),
        fetch_code=made.fetch_code or "",
        spoken_code=spoken(made.fetch_code or ""),
        href=order_href(made.number),
        call_href=call_href(number),
        call_number=number,
        due=words.spoken_time(made.due_at),
    )
    return response.html(html)


async def evidence_of(desk: Desk, call: Call, given: Given) -> list[EvidenceOfField]:
    """Return the words of the notes for every field that stands as it was drafted."""
    draft = (await desk.on_thread(lambda: desk.assist.read(call.pad))).draft
    return [
        EvidenceOfField(field=name, text=draft.words(name, call.pad.notes)[:_LONGEST_EVIDENCE])
        for name, field in draft.fields.items()
        if given.values.get(name) == field.value and name != "content"
    ]


_DIGITS = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))


def spoken(code: str) -> list[tuple[str, str]]:
    """Return a number sign by sign with how each is said on the telephone: 1 幺, letters as they are."""
    return [(sign, _DIGITS.get(sign, "横杠" if sign == "-" else sign)) for sign in code]
