"""The states of an appeal and the moves between them."""

from __future__ import annotations

#: What a citizen reads when an appeal enters a state.
STATE_WORDS = {
    "accepted": "申诉已受理",
    "reviewing": "正在复核",
    "upheld": "申诉成立",
    "rejected": "申诉不成立",
    "withdrawn": "已撤回",
}
OPEN = ("accepted", "reviewing")
DECIDED = ("upheld", "rejected")

_MOVES = {
    "accepted": frozenset({"reviewing", "upheld", "rejected", "withdrawn"}),
    "reviewing": frozenset({"upheld", "rejected", "withdrawn"}),
    "upheld": frozenset[str](),
    "rejected": frozenset[str](),
    "withdrawn": frozenset[str](),
}


def may_move(state: str, to: str) -> bool:
    """Tell whether an appeal in `state` may go to `to`; a state never follows itself."""
    return to in _MOVES[state]
