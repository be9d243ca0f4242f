"""The states of a work order and the steps between them, as one table.

待派单 → 待签收 → 办理中 ⇄ 挂起 → 待审核 → 待回访 → 已办结 → 已归档; aside: 退单, 改派, 撤销, 并单, 重办.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: What a citizen reads when an order enters a state.
STATE_WORDS: Final[Mapping[str, str]] = {
    "accepted": "已受理",
    "dispatched": "已派给承办单位",
    "in_progress": "正在办理",
    "suspended": "已暂停计时",
    "in_review": "承办单位已提交答复，正在审核",
    "answered": "已答复",
    "closed": "已办结",
    "archived": "已归档",
    "withdrawn": "已撤回",
    "merged": "已并入同一事项的工单",
}
#: Nothing is done about these any more.
ENDED: Final = frozenset({"closed", "archived", "withdrawn", "merged"})
#: The clock of the answer runs in these.
RUNNING: Final = frozenset({"accepted", "dispatched", "in_progress", "in_review"})
_OPEN: Final = RUNNING | {"suspended"}


@dataclass(frozen=True)
class Step:
    """What the desk or a department does to an order.

    Attributes:
        start: states in which it can be done.
        to: the state afterwards; None leaves it.
        needs: fields of the body without which it is refused.
        takes: further fields it may have.
        public: whether the citizen reads about it.
    """

    start: frozenset[str]
    to: str | None
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    public: bool = True


def _from(*states: str) -> frozenset[str]:
    return frozenset(states)


STEPS: Final[Mapping[str, Step]] = {
    "dispatch": Step(_from("accepted"), "dispatched", ("department", "reason"), ("partners",)),
    "sign": Step(_from("dispatched"), "in_progress"),
    "return": Step(_from("dispatched"), "accepted", ("reason",), public=False),
    "redispatch": Step(
        _from("dispatched", "in_progress"), "dispatched", ("department", "reason"), ("partners",)
    ),
    "handle": Step(_from("accepted"), "in_progress"),
    "suspend": Step(_from("in_progress"), "suspended", ("reason",)),
    "resume": Step(_from("suspended"), "in_progress"),
    "ask_extension": Step(_from("dispatched", "in_progress"), None, ("until", "reason"), public=False),
    "grant_extension": Step(_OPEN, None),
    "refuse_extension": Step(_OPEN, None, ("reason",), public=False),
    "submit": Step(_from("in_progress"), "in_review", ("reply",)),
    "send_back": Step(_from("in_review"), "in_progress", ("reason",), public=False),
    "answer": Step(_from("accepted", "in_progress", "in_review"), "answered", (), ("reply", "decision")),
    "call_back": Step(_from("answered"), None, ("reached",), ("solved", "satisfaction", "comment")),
    "close": Step(_from("answered"), "closed", ("reason",)),
    "reopen": Step(_from("answered", "closed"), "in_progress", ("reason",)),
    "archive": Step(_from("closed"), "archived", public=False),
    "withdraw": Step(_OPEN, "withdrawn", ("reason",)),
    "merge": Step(_OPEN, "merged", ("into",)),
    "urge": Step(_OPEN, None),
    "classify": Step(_OPEN, None, (), ("kind", "topic", "urgency", "division_code"), public=False),
    "remark": Step(_OPEN | {"answered", "closed", "withdrawn", "merged"}, None, ("remark",), public=False),
}


def may(state: str, action: str) -> bool:
    """Tell whether `action` can be done to an order in `state`."""
    return state in STEPS[action].start


def may_withdraw(state: str) -> bool:
    """Tell whether an order in `state` can still be taken back."""
    return may(state, "withdraw")
