"""A form begun in one joined conversation, taken up in another by the same person, verified there.

The draft keeps its key: sent from both conversations, it is one request. Its personal values are put into this
conversation's vault. What belongs to the other conversation alone (proofs, pictures) is asked for again.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, Final

from actions import joined
from actions.drafts import LIFETIME, Draft, unfinished
from actions.turn import Turn
from privacy.errors import UnknownToken
from privacy.joins import Member
from privacy.kinds import TOKEN

_STAYS_THERE: Final = frozenset({"otp", "check_id", "held", "pictures"})
#: What is begun anew where it is wanted: deleting and joining need their own yes.
_NOT_CARRIED: Final = frozenset({"erase_form", "join_form"})


async def take_over(turn: Turn, form: str | None = None) -> str | None:
    """Take up the newest draft of ``form`` (of any form without one) from a joined conversation.

    Returns:
        The form it belongs to, its draft now being this conversation's; None when there is none.
    """
    found: list[tuple[Draft, Member]] = []
    for member in joined.others(turn):
        held = await asyncio.to_thread(turn.kit.bot.drafts, member.conversation_id)
        found += [(draft, member) for draft in _alive(turn, held) if form in (None, draft.form)]
    for draft, member in sorted(found, key=lambda pair: pair[0].begun, reverse=True):
        values = {name: _moved(turn, member, value) for name, value in draft.values.items()}
        draft.values = {
            name: value for name, value in values.items() if value is not None and name not in _STAYS_THERE
        }
        if draft.values:
            draft.save(turn)
            return draft.form
    return None


async def to_go_on_with(turn: Turn) -> str | None:
    """The form that “接着填” means: one of this conversation, else of a joined one.

    Raises:
        NeedsIdentity: only a joined conversation may have one, and nobody is verified here.
    """
    own = [form for form in unfinished(turn) if form not in _NOT_CARRIED]
    if own:
        return own[0]
    if turn.kit.joins.members(turn.conversation_id):
        turn.access()
    return await take_over(turn)


def _alive(turn: Turn, held: dict[str, Any]) -> list[Draft]:
    drafts = [
        Draft(form, str(one["key"]), datetime.fromisoformat(one["begun"]), dict(one["values"]))
        for form, one in held.items()
        if form not in _NOT_CARRIED
    ]
    return [d for d in drafts if d.values and turn.now - d.begun < LIFETIME]


def _moved(turn: Turn, member: Member, value: Any) -> Any:
    """A value with its tokens exchanged for ones of this conversation; None when one of them is forgotten."""
    if isinstance(value, list):
        moved = [_moved(turn, member, item) for item in value]
        return None if None in moved else moved
    if not isinstance(value, str):
        return value
    try:
        return TOKEN.sub(lambda m: _exchanged(turn, member, m.group(0)), value)
    except UnknownToken:
        return None


def _exchanged(turn: Turn, member: Member, token: str) -> str:
    secret = turn.kit.vault.get(member.conversation_id, token)
    return turn.kit.vault.put(turn.conversation_id, secret.kind, secret.value)
