"""What each page needs, in one place. A route that is not written here is closed to everybody.

The keys are method and path as the routes are registered, without types: `GET /orders/<number>`. The gate asks here for
every request that is not the API's; `tests/hotline/test_desk_permits.py` holds the table against the routes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

_PARAMETER = re.compile(r"<(\w+)[^>]*>")


@dataclass(frozen=True)
class Permit:
    """What a request needs.

    Attributes:
        permission: a word of `accounts/roles.yml`; `""` for anybody who is logged in.
        other: a permission that is enough too; the handler then shows less.
        proof: the password was typed lately: dangerous things.
        early: also before the log-in is complete.
        settling: also before a new password is chosen or the second factor turned on.
    """

    permission: str = ""
    other: str = ""
    proof: bool = False
    early: bool = False
    settling: bool = False


ANYBODY: Final = Permit(early=True)
LOGGED_IN: Final = Permit()
SETTLING: Final = Permit(settling=True)

PERMITS: Final[dict[str, Permit]] = {
    # log-in and one's own account
    "GET /login": ANYBODY,
    "POST /login": ANYBODY,
    "GET /login/code": ANYBODY,
    "POST /login/code": ANYBODY,
    "POST /logout": ANYBODY,
    "GET /login/again": SETTLING,
    "POST /login/again": SETTLING,
    "GET /profile": SETTLING,
    "GET /profile/password": SETTLING,
    "POST /profile/password": SETTLING,
    "GET /profile/second-factor": Permit(settling=True, proof=True),
    "POST /profile/second-factor": Permit(settling=True, proof=True),
    "POST /profile/second-factor/off": Permit(proof=True),
    "POST /profile/recovery-codes": Permit(proof=True),
    "POST /profile/sessions/ends": LOGGED_IN,
    "GET /": LOGGED_IN,
    # accounts
    "GET /accounts": Permit("accounts.view"),
    "POST /accounts": Permit("accounts.manage", proof=True),
    "GET /accounts/new": Permit("accounts.manage", proof=True),
    "GET /accounts/<number>": Permit("accounts.view"),
    "POST /accounts/<number>": Permit("accounts.manage", proof=True),
    "POST /accounts/<number>/acts": Permit("accounts.manage", proof=True),
    "GET /roles": LOGGED_IN,
    # work orders
    "GET /orders": Permit("order.view", "order.department"),
    "GET /orders/<number>": Permit("order.view", "order.department"),
    "GET /orders/<number>/print": Permit("order.view", "order.department"),
    "POST /orders/<number>/steps": Permit("order.move", "order.department"),
    "GET /orders/new": Permit("order.create"),
    "POST /orders/new": Permit("order.create"),
    "GET /orders/export": Permit("order.export"),
    "POST /orders/export": Permit("order.export"),
    # calls; an agent sees their own
    "GET /calls": Permit("order.create"),
    "POST /calls/new": Permit("order.create"),
    "POST /calls/seat": Permit("order.create"),
    "GET /desk/ringing": Permit("order.create"),
    "GET /calls/missed": Permit("order.create"),
    "GET /calls/missed/<number>": Permit("order.create"),
    "POST /calls/missed/<number>/moves": Permit("order.create"),
    "GET /calls/figures": Permit("figures.view", "knowledge.edit"),
    "GET /calls/<number>": Permit("order.create"),
    "POST /calls/<number>/order": Permit("order.create"),
    "POST /calls/<number>/end": Permit("order.create"),
    "GET /desk/calls/<number>": Permit("order.create"),
    "POST /desk/calls/<number>/heard": Permit("order.create"),
    "POST /desk/calls/<number>/notes": Permit("order.create"),
    "POST /desk/calls/<number>/marks": Permit("order.create"),
    "POST /desk/calls/<number>/looks": Permit("person.look"),
    # appeals
    "GET /appeals": Permit("appeal.view"),
    "GET /appeals/<number>": Permit("appeal.view"),
    "GET /appeals/<number>/pictures/<evidence>": Permit("appeal.view"),
    "POST /appeals/<number>/decisions": Permit("appeal.decide"),
    # the knowledge base; moves ask for their own permission (`web/knowledge_moves.py`)
    "GET /knowledge": Permit("knowledge.view"),
    "GET /knowledge/review": Permit("knowledge.view"),
    "GET /knowledge/expiring": Permit("knowledge.view"),
    "GET /knowledge/questions": Permit("knowledge.view"),
    "POST /knowledge/questions": Permit("knowledge.edit"),
    "GET /knowledge/try": Permit("knowledge.view"),
    "GET /knowledge/export": Permit("knowledge.view"),
    "GET /knowledge/new": Permit("knowledge.edit"),
    "POST /knowledge/new": Permit("knowledge.edit"),
    "GET /knowledge/entries/<entry_id>": Permit("knowledge.view"),
    "GET /knowledge/entries/<entry_id>/diff": Permit("knowledge.view"),
    "GET /knowledge/entries/<entry_id>/edit": Permit("knowledge.edit"),
    "POST /knowledge/entries/<entry_id>/edit": Permit("knowledge.edit"),
    "POST /knowledge/entries/<entry_id>/moves": Permit("knowledge.view"),
    # one whole value
    "GET /reveals": Permit("reveal.review"),
    "POST /reveals/<line>/verdicts": Permit("reveal.review"),
    "GET /reveals/of/<number>": Permit("person.reveal"),
    "POST /reveals/of/<number>": Permit("person.reveal"),
    # chats
    "GET /desk": Permit("chat.take"),
    "GET /desk/ws": Permit("chat.take"),
    "POST /desk/live/tickets": Permit("chat.take", "chat.department"),
    "GET /desk/live/chats/<chat_id>": Permit("chat.take"),
    "GET /desk/live/chats/<chat_id>/cases": Permit("chat.take"),
    "POST /desk/live/chats/<chat_id>/looks": Permit("person.look"),
    "POST /desk/live/chats/<chat_id>/whispers": Permit("chat.supervise"),
    "POST /desk/live/chats/<chat_id>/relays": Permit("chat.take"),
    "GET /desk/live/mentions": Permit("chat.take"),
    "GET /desk/live/departments": Permit("chat.take"),
    "POST /desk/live/reveals/<number>": Permit("person.reveal"),
    "GET /desk/live/knowledge": Permit("knowledge.view"),
    "GET /desk/live/canned": Permit("chat.take"),
    # canned replies; those of the team ask for `shift.manage` (`web/canned.py`)
    "GET /canned": Permit("chat.take"),
    "POST /canned": Permit("chat.take"),
    "POST /canned/<number>": Permit("chat.take"),
    "GET /desk/chats": Permit("chat.take"),
    "GET /desk/chats/feed": Permit("chat.take"),
    "POST /desk/chats/here": Permit("chat.take"),
    "POST /desk/chats/left": Permit("chat.take"),
    "GET /desk/chats/<chat_id>": Permit("chat.take"),
    "POST /desk/chats/<chat_id>/messages": Permit("chat.take"),
    "POST /desk/chats/<chat_id>/notes": Permit("chat.take"),
    "POST /desk/chats/<chat_id>/moves": Permit("chat.take"),
    # a department's side of a chat; which ones it is in, the handlers ask (`web/department.py`)
    "GET /department": Permit("chat.department"),
    "GET /desk/department/ws": Permit("chat.department"),
    "GET /desk/department/chats": Permit("chat.department"),
    "GET /desk/department/chats/<chat_id>": Permit("chat.department"),
    "POST /desk/department/chats/<chat_id>/messages": Permit("chat.department"),
    "POST /desk/department/chats/<chat_id>/notes": Permit("chat.department"),
    "POST /desk/department/chats/<chat_id>/parts": Permit("chat.department"),
    "GET /desk/assistant": Permit("chat.watch"),
    "GET /desk/assistant/<conversation_id>": Permit("chat.watch"),
    "POST /desk/assistant/<conversation_id>/take": Permit("chat.take_over"),
    # quality; whose case it is, the handlers ask
    "GET /quality": Permit("quality.score"),
    "POST /quality/draws": Permit("quality.score"),
    "GET /quality/cards": Permit("quality.score", "chat.take"),
    "GET /quality/cases/<case_id>": Permit("quality.score"),
    "POST /quality/cases/<case_id>": Permit("quality.score"),
    "POST /quality/cases/<case_id>/claims": Permit("quality.score"),
    "GET /quality/cases/<case_id>/compare": Permit("quality.score"),
    "GET /quality/mine": Permit("chat.take"),
    "GET /quality/mine/<case_id>": Permit("chat.take"),
    "POST /quality/mine/<case_id>": Permit("chat.take"),
    "GET /quality/appeals": Permit("quality.decide"),
    "GET /quality/appeals/<case_id>": Permit("quality.decide"),
    "POST /quality/appeals/<case_id>": Permit("quality.decide"),
    "GET /quality/results": Permit("quality.score", "quality.decide"),
    "POST /quality/results/exports": Permit("quality.export", proof=True),
    # figures
    "GET /figures": Permit("figures.view"),
    "GET /figures/live": Permit("figures.view"),
    "GET /figures/live/now": Permit("figures.view"),
    "GET /figures/report": Permit("figures.view"),
    "POST /figures/report/exports": Permit("figures.export", proof=True),
    "GET /figures/agents": Permit("chat.supervise"),
    "GET /figures/mine": Permit("chat.take"),
    # shifts
    "GET /shifts": Permit("shift.manage"),
    "POST /shifts": Permit("shift.manage"),
    "POST /shifts/removals": Permit("shift.manage"),
    "POST /shifts/copies": Permit("shift.manage"),
    "GET /shifts/now": Permit("shift.manage"),
    "GET /shifts/staffing": Permit("shift.manage"),
    "GET /shifts/people": Permit("shift.manage"),
    "POST /shifts/people/<number>": Permit("shift.manage"),
    "GET /shifts/wishes": Permit("shift.manage"),
    "POST /shifts/wishes/leaves/<leave_id>": Permit("shift.manage"),
    "POST /shifts/wishes/swaps/<swap_id>": Permit("shift.manage"),
    "GET /shifts/mine": Permit("chat.take"),
    "POST /shifts/mine/leaves": Permit("chat.take"),
    "POST /shifts/mine/leaves/<leave_id>": Permit("chat.take"),
    "POST /shifts/mine/swaps": Permit("chat.take"),
    "POST /shifts/mine/swaps/<swap_id>": Permit("chat.take"),
    # the audit
    "GET /audit": Permit("audit.read"),
    "POST /audit/exports": Permit("audit.export", proof=True),
}


#: What each service may call; the assistant everything else.
_SERVICES: Final = {"exchange": "/v1/calls/"}


def service_may(client: str, path: str) -> bool:
    """Tell whether a service, known by its signature, may call a path of the API."""
    owner = next((one for one, prefix in _SERVICES.items() if path.startswith(prefix)), "")
    return client == owner or (not owner and client not in _SERVICES)


def key_of(method: str, path: str) -> str:
    """Return the key of a route: `GET`, `orders/<number:str>` gives `GET /orders/<number>`."""
    plain = _PARAMETER.sub(r"<\1>", path).lstrip("/")
    return f"{'GET' if method == 'HEAD' else method} /{plain}"


def permit_of(request: Any) -> Permit | None:
    """Return what a routed request needs; `None` when nobody has opened its route."""
    return PERMITS.get(key_of(request.method, request.route.path))
