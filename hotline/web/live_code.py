"""What the column asks of the platform about a chat's citizen: the derivation of their code, and what they have open.

The code is that of whoever was verified in the conversation before it came here, or of a relative linked to them. An
agent sees it with a purpose while the chat is theirs, a shift leader while it is a colleague's; nobody after its end.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

import structlog
from sanic import Blueprint, response

from backend_client import (
    CodeLookIn,
    Conflict,
    LookedChat,
    NotFound,
    OpenAppeal,
    OpenCases,
    OpenOrder,
    PlatformClient,
    PlatformError,
    ServiceRequest,
)

from .. import words
from ..accounts.people import Agent as Account
from ..assist.looks import CHAT_PURPOSES
from ..chats.errors import NotYours, WrongState
from ..chats.model import Chat
from ..chats.service import Dossier
from ..desk import Desk
from ..display import shown
from ..live.derivation import derivation
from ..live.room import LiveRoom
from .code_looking import Door, NotLooked, look, reason_in
from .failures import saying_of
from .order_views import order_href, row_of
from .reading import chats_of, object_of

log = structlog.get_logger(__name__)

PREFIX: Final = "/desk/live/chats"
MOST_ORDERS: Final = 20
#: How long a derivation stays on the screen, seconds: long enough to tell it, not to leave it there.
SHOWN_S: Final = 180
VERIFIED: Final = "市民在这次对话里核验过身份。码的推导要凭用途查看，本人能查到谁看过。"
UNVERIFIED: Final = (
    "市民在这次对话里没有核验过身份，看不到健康码。不要让市民在对话里发证件号。"
    "请把下面的话发给市民，再点“交还助手”；核验好以后转回来就能看。"
)
ASK_TO_VERIFY: Final = (
    "为了保护您的信息，请不要在这里发证件号。我先把您转回智能助手，请对它说“查我的健康码”，"
    "按提示核验身份，再说“转人工”，接着办。"
)
STALE: Final = "核验已经过了时间，或者不是在这个会话里做的。请让市民重新核验，再转回来。"


def blueprint() -> Any:
    """Return the routes."""
    routes = Blueprint("live_code")
    routes.add_route(_cases, f"{PREFIX}/<chat_id:str>/cases")
    routes.add_route(_look, f"{PREFIX}/<chat_id:str>/looks", methods=["POST"])
    return routes


def code_of(dossier: Dossier) -> dict[str, Any]:
    """Return what the column says of the code before anybody looks."""
    verified = bool(dossier.context.get("code_reference"))
    return {
        "verified": verified,
        "line": VERIFIED if verified else UNVERIFIED,
        "ask": "" if verified else ASK_TO_VERIFY,
        "relation": (dossier.context.get("facts") or {}).get("whose", ""),
        "purposes": list(CHAT_PURPOSES.items()),
    }


def may_look(chat: Chat, agent: Account) -> bool:
    """Tell whether an agent may see now whose code it is about: the owner, or who supervises."""
    return chat.owner == "agent" and (chat.agent == agent.number or agent.may("chat.supervise"))


async def _look(request: Any, chat_id: str) -> Any:
    """Write down who looks and why, then ask the platform for the code of the chat's citizen."""
    desk: Desk = request.app.ctx.desk
    live: LiveRoom = request.app.ctx.live
    agent: Account = request.ctx.agent
    dossier = await chats_of(request).open_chat(chat_id)
    if dossier.chat.owner != "agent":
        raise WrongState("nobody has it now")
    if not may_look(dossier.chat, agent):
        raise NotYours("only the owner looks")
    body = object_of(request)
    relation = code_of(dossier)["relation"] if body.get("whose") == "relative" else None
    try:
        purpose, note = reason_in(body, _DOOR)
        chat = _looked(dossier, relation or None)
        wish = CodeLookIn(agent=agent.number, purpose=purpose, chat=chat)
        found = await look(desk, _DOOR, chat_id, wish, note=note, whose=relation or "self")
    except NotLooked as refusal:
        return response.json({"sentence": refusal.sentence}, status=refusal.status, ensure_ascii=False)
    told = derivation(found, live.words, relation or None)
    mark = f"工号{agent.number} {words.spoken_time(desk.now())}"
    return response.json({**told, "mark": mark, "seconds": SHOWN_S}, ensure_ascii=False)


def _looked(dossier: Dossier, relation: str | None) -> LookedChat:
    """Return of whom the platform is asked.

    Raises:
        NotLooked: nobody was verified in the conversation.
    """
    reference = dossier.context.get("code_reference")
    if not reference:
        raise NotLooked(409, UNVERIFIED)
    return LookedChat(
        chat_id=dossier.chat.chat_id,
        conversation_id=dossier.chat.conversation_id,
        person_id=reference,
        relation=relation,
        relative_id=(dossier.context.get("relative_reference") or None) if relation else None,
    )


def _look_failed(error: PlatformError) -> tuple[int, str]:
    status, sentence = saying_of(error)
    if isinstance(error, NotFound):
        sentence = STALE
    elif isinstance(error, Conflict):
        several = error.reason == "several"
        sentence = (
            "这样的家人绑定了几位，请问清是哪一位。" if several else "市民没有绑定这位家人，只能看本人的码。"
        )
    return status, sentence


_DOOR: Final = Door(CHAT_PURPOSES, "chat.code_looked", "chat.look_refused", _look_failed)


async def _cases(request: Any, chat_id: str) -> Any:
    """Answer the conversation's work orders, and what its verified citizen has open besides."""
    desk: Desk = request.app.ctx.desk
    agent: Account = request.ctx.agent
    dossier = await chats_of(request).open_chat(chat_id)
    person = dossier.context.get("code_reference") if may_look(dossier.chat, agent) else ""
    conversation = dossier.chat.conversation_id
    try:
        orders, cases = await desk.platform.run(
            lambda p: (
                _orders(p, conversation) if agent.may("order.view") else [],
                _open_cases(p, conversation, person or ""),
            )
        )
    except PlatformError as error:
        log.info("cases of a chat are not known", kind=error.code)
        return response.json({"away": True})
    return response.json(
        {"away": False, "orders": orders, **_of_person(cases, agent, {order["number"] for order in orders})},
        ensure_ascii=False,
    )


def _of_person(cases: OpenCases | None, agent: Account, here: set[str]) -> dict[str, Any]:
    """Return what an agent may see of a person's open cases; `None` where nobody is known or it is not allowed."""
    if cases is None:
        return {"appeals": None, "elsewhere": None}
    others = [_elsewhere(order) for order in cases.orders if order.number not in here]
    return {
        "appeals": [_appeal(appeal) for appeal in cases.appeals] if agent.may("appeal.view") else None,
        "elsewhere": others if agent.may("order.view") else None,
    }


def _orders(platform: PlatformClient, conversation: str) -> list[dict[str, Any]]:
    """The conversation's work orders, the newest first."""
    found = platform.list_service_requests(conversation_id=conversation, order="newest", limit=MOST_ORDERS)
    clock = platform.clock()
    return [_order(order, row_of(order, clock.now)) for order in found.items]


def _open_cases(platform: PlatformClient, conversation: str, person: str) -> OpenCases | None:
    """What the verified citizen has open; `None` when nobody was verified, or not lately."""
    if not person:
        return None
    try:
        return platform.open_cases(conversation, person)
    except NotFound:
        return None


def _order(order: ServiceRequest, row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "href": row.href,
        "title": row.title,
        "state": row.state,
        "light": row.limit.light,
        "light_word": row.limit.light_word,
        "phone": order.contact_phone_masked or "",
    }


def _appeal(appeal: OpenAppeal) -> dict[str, Any]:
    return {
        "number": appeal.number,
        "href": f"/appeals/{quote(appeal.number, safe='')}",
        "state": words.APPEAL_STATES[appeal.state],
        "made": words.spoken_time(appeal.created_at),
        "whose": "本人的码" if appeal.own else "家人的码",
    }


def _elsewhere(order: OpenOrder) -> dict[str, Any]:
    return {
        "number": order.number,
        "href": order_href(order.number),
        "title": shown(order.title),
        "state": words.STATES[order.state],
    }
