"""What an unfinished form holds: its values, and the one key under which it will be sent.

Drafts live in the slot ``drafts``, by form. They outlive sessions (``bot/session.py``), so that a form can be taken up
days later; personal values in them are vault tokens, which die after 30 days, and so does a draft.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from actions.turn import Turn

#: As long as the vault keeps what a draft refers to.
LIFETIME = timedelta(days=30)


@dataclass
class Draft:
    """The values of one form so far.

    Attributes:
        form: the form it belongs to.
        key: idempotency key of the request the form ends in; made once, so that a repeated submission is one request.
        begun: when the form was first opened.
        values: by field; personal values as tokens.
    """

    form: str
    key: str
    begun: datetime
    values: dict[str, Any] = field(default_factory=dict)

    def save(self, turn: Turn) -> None:
        """Write the draft into the conversation."""
        held = {"key": self.key, "begun": self.begun.isoformat(), "values": dict(self.values)}
        turn.set("drafts", {**_drafts(turn), self.form: held})


def open_draft(turn: Turn, form: str) -> Draft:
    """The draft of a form: the one that is there and still alive, else a new one (not yet saved)."""
    held = _drafts(turn).get(form)
    if held is not None:
        begun = datetime.fromisoformat(held["begun"])
        if abs(turn.now - begun) < LIFETIME:  # the platform's clock may have been set back meanwhile
            return Draft(form, held["key"], begun, dict(held["values"]))
    return Draft(form, uuid.uuid4().hex, turn.now)


def drop_draft(turn: Turn, form: str) -> None:
    """Forget the draft of a form."""
    left = {name: held for name, held in _drafts(turn).items() if name != form}
    turn.set("drafts", left or None)


def unfinished(turn: Turn) -> list[str]:
    """Forms with something filled in, the one begun last first."""
    alive = [open_draft(turn, form) for form in _drafts(turn)]
    return [d.form for d in sorted(alive, key=lambda d: d.begun, reverse=True) if d.values]


def _drafts(turn: Turn) -> Mapping[str, Any]:
    held = turn.slots.get("drafts")
    return held if isinstance(held, dict) else {}
