"""The states of a request to 12345 and the moves between them."""

from __future__ import annotations

#: What a citizen reads when a request enters a state.
STATE_WORDS = {
    "accepted": "已受理",
    "dispatched": "已派给承办单位",
    "in_progress": "正在办理",
    "answered": "已答复",
    "closed": "已办结",
    "withdrawn": "已撤回",
}

MOVES = {
    "accepted": frozenset({"dispatched", "in_progress", "answered", "withdrawn"}),
    "dispatched": frozenset({"in_progress", "accepted", "withdrawn"}),
    "in_progress": frozenset({"answered", "dispatched", "withdrawn"}),
    "answered": frozenset({"closed", "in_progress"}),
    "closed": frozenset[str](),
    "withdrawn": frozenset[str](),
}


def may_move(state: str, to: str) -> bool:
    """Tell whether a request in `state` may go to `to`; a state never follows itself."""
    return to in MOVES[state]
