"""Taking down an order at the desk: what a caller says, typed once, sent once."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast

from sanic import Blueprint, response

from backend_client import (
    Division,
    EvidenceOfField,
    InvalidInput,
    OrderCatalogue,
    PlatformClient,
    PlatformError,
    RequestKind,
    ServiceRequest,
    Urgency,
)
from backend_client import Intake as IntakeIn
from backend_client import ServiceRequestIn as OrderIn

from .. import words
from ..chats.model import Chat
from ..desk import Desk
from ..errors import BadRequest
from ..live.summary import order_values
from .failures import saying_of
from .order_views import order_href
from .reading import chats_of

SpecialGroup = Literal["elderly", "disabled", "foreign"]
LIMITS: Final[Mapping[str, int]] = {"title": 60, "content": 4000, "place": 200, "phone": 20}
_CHOICES: Final[Mapping[str, Mapping[Any, str]]] = {
    "kind": words.KINDS,
    "urgency": words.URGENCIES,
    "special_group": words.SPECIAL_GROUPS,
}
_PLAIN: Final = ("title", "content", "phone", "division", "place", "happened_at", "topic")
_TICKS: Final = ("anonymous", "confidential")
_KEY: Final = re.compile(r"[0-9a-f]{32}")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_CODE: Final = re.compile(r"\d{6}")
_FAULTS: Final = {
    "contact_phone": "电话格式不对，请核对。",
    "division_code": "地区代码不对，请选择区县。",
}


def blueprint() -> Any:
    """Return the routes of the intake."""
    routes = Blueprint("order_intake")
    routes.add_route(_blank, "/orders/new")
    routes.add_route(_take, "/orders/new", methods=["POST"])
    return routes


@dataclass(frozen=True)
class Given:
    """What an agent has typed and chosen.

    Attributes:
        values: of the form.
        key: made with the form, so that pressing twice is doing once.
        chat: in which the citizen said it; `None` for a call.
    """

    values: Mapping[str, str]
    key: str
    chat: Chat | None = None

    def fault(self) -> str:
        """Return in one sentence why it cannot be sent; "" when it can."""
        if not self.values["title"]:
            return "请写下标题。"
        if not self.values["content"]:
            return "请写下诉求内容。"
        for name, limit in LIMITS.items():
            if len(self.values[name]) > limit:
                return f"{words.FIELDS[name]}最多{limit}字，现在有{len(self.values[name])}字。"
        if self.values["anonymous"] and self.values["phone"]:
            return "匿名登记就不能留电话，请去掉一个。"
        return ""

    def order(self, agent: str, evidence: Sequence[EvidenceOfField] = ()) -> OrderIn:
        """Return what the platform is told; `evidence` are the words of notes that fields come from."""
        values = self.values
        at = values["happened_at"]
        return OrderIn(
            kind=cast(RequestKind, values["kind"]),
            category=values["topic"] or "desk",
            title=values["title"],
            content=values["content"],
            division_code=values["division"] or None,
            contact_phone=values["phone"] or None,
            conversation_id=self.chat.conversation_id if self.chat else f"desk-{self.key}",
            channel=self.chat.channel if self.chat else "phone",
            intake=IntakeIn(
                taken_by=agent,
                topic=values["topic"] or None,
                urgency=cast(Urgency, values["urgency"]),
                anonymous=bool(values["anonymous"]),
                confidential=bool(values["confidential"]),
                special_group=cast(SpecialGroup, values["special_group"]) or None,
                happened_at=f"{at}:00+08:00" if at else None,
                place=values["place"] or None,
                evidence=tuple(evidence) or None,
            ),
        )


async def _blank(request: Any) -> Any:
    values = dict.fromkeys((*_PLAIN, *_TICKS, "special_group"), "") | {"kind": "help", "urgency": "normal"}
    chat_id = request.args.get("chat") or ""
    if not chat_id:
        return await _page(request, Given(values, uuid.uuid4().hex))
    dossier = await chats_of(request).open_chat(chat_id)
    await request.app.ctx.desk.note(request.ctx.agent.number, "chat.viewed", chat_id)
    known = order_values(dossier, longest=LIMITS["content"])
    return await _page(request, Given(values | known, uuid.uuid4().hex, dossier.chat))


async def _page(request: Any, given: Given, fault: str = "", status: int = 200) -> Any:
    desk: Desk = request.app.ctx.desk
    catalogue, divisions = await desk.platform.run(lambda p: (p.order_catalogue(), _counties(p)))
    html = desk.pages.render(
        "order_new",
        title="登记工单",
        session=request.ctx.session,
        given=given.values,
        key=given.key,
        chat=given.chat.chat_id if given.chat else "",
        fault=fault,
        limits=LIMITS,
        kinds=[*words.KINDS.items()],
        urgencies=[*words.URGENCIES.items()],
        groups=[*words.SPECIAL_GROUPS.items()],
        topics=topic_options(catalogue),
        divisions=sorted((one.code, one.path.removeprefix("四川省")) for one in divisions),
    )
    return response.html(html, status=status)


def _counties(p: PlatformClient) -> list[Division]:
    found: list[Division] = []
    cursor: str | None = None
    while True:
        page = p.divisions(level="county", limit=100, cursor=cursor)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


def topic_options(catalogue: OrderCatalogue) -> list[tuple[str, str]]:
    return [(one.code, f"{one.group} / {one.name}") for one in catalogue.topics]


@dataclass(frozen=True)
class Refused:
    """Why an order was not taken, for the agent, and the HTTP status of that."""

    sentence: str
    status: int


async def hand_in(
    request: Any, given: Given, evidence: Sequence[EvidenceOfField] = ()
) -> ServiceRequest | Refused:
    """Send an order to the platform, once for its key, and write it into the audit."""
    desk: Desk = request.app.ctx.desk
    fault = given.fault()
    if fault:
        return Refused(fault, 422)
    agent = request.ctx.session.agent
    try:
        made: ServiceRequest = await desk.platform.run(
            lambda p: p.create_service_request(given.order(agent, evidence), key=given.key)
        )
    except PlatformError as error:
        status, sentence = saying_of(error)
        if isinstance(error, InvalidInput):
            known = [_FAULTS[field] for field, _ in error.errors if field in _FAULTS]
            sentence = known[0] if known else sentence
        return Refused(sentence, status)
    await desk.note(agent, "order.taken", made.number)
    return made


async def _take(request: Any) -> Any:
    desk: Desk = request.app.ctx.desk
    given = replace(read_given(request), chat=await _chat_of(request))
    made = await hand_in(request, given)
    if isinstance(made, Refused):
        return await _page(request, given, made.sentence, made.status)
    html = desk.pages.render(
        "order_taken",
        title="工单已登记",
        session=request.ctx.session,
        number=made.number,
        fetch_code=made.fetch_code or "",
        href=order_href(made.number),
        due=words.spoken_time(made.due_at),
    )
    return response.html(html)


async def _chat_of(request: Any) -> Chat | None:
    """Return the chat an order is made from; `None` for a call."""
    chat_id = request.form.get("chat") or ""
    return (await chats_of(request).open_chat(chat_id)).chat if chat_id else None


def read_given(request: Any) -> Given:
    """Return what an intake form holds.

    Raises:
        BadRequest: a value that no form of ours sends.
    """
    form = request.form
    values = {name: _typed(form, name) for name in (*_PLAIN, *_CHOICES)}
    values |= {name: "yes" if form.get(name) else "" for name in _TICKS}
    for name, known in _CHOICES.items():
        if values[name] not in known and not (name == "special_group" and not values[name]):
            raise BadRequest(name, "unknown")
    key = form.get("key") or ""
    if not _KEY.fullmatch(key):
        raise BadRequest("key", "format")
    if values["happened_at"] and not _MOMENT.fullmatch(values["happened_at"]):
        raise BadRequest("happened_at", "format")
    if values["division"] and not _CODE.fullmatch(values["division"]):
        raise BadRequest("division", "format")
    return Given(values, key)


def _typed(form: Any, name: str) -> str:
    return str(form.get(name) or "").replace("\r\n", "\n").strip()
