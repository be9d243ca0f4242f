"""What is said when the platform cannot do it now."""

from __future__ import annotations

from actions import speech
from actions.turn import Turn
from backend_client import (
    ForbiddenPerson,
    InvalidInput,
    Locked,
    NotFound,
    PlatformError,
    RateLimited,
    RecordUnreadable,
)

#: So much of a correlation id can be read out on the phone, and still finds its line in the log.
_REFERENCE = 8


def explain(turn: Turn, error: PlatformError) -> None:
    """Say what went wrong in the person's words, with a way on. Nothing entered is lost."""
    person = turn.button("person", "request_human")
    retry = turn.button("retry", "repeat")
    if isinstance(error, Locked):
        turn.say("identity.locked", [person], wait=speech.minutes(error.retry_after or 900, turn.language))
    elif isinstance(error, RateLimited):
        turn.say("trouble.busy", [retry], wait=speech.minutes(error.retry_after or 60, turn.language))
    elif isinstance(error, ForbiddenPerson):
        turn.say("family.not_linked_any", [person])
    elif isinstance(error, NotFound):
        turn.say("trouble.not_found", [person])
    elif isinstance(error, InvalidInput):
        turn.say("trouble.refused", [person])
    elif isinstance(error, RecordUnreadable):
        order = turn.button("ticket", "complain")
        turn.say("trouble.record", [order, person], reference=error.request_id[:_REFERENCE])
    else:
        turn.say("trouble.platform_away", [retry, person])


def excuse(turn: Turn) -> None:
    """Say that it failed for a reason of our own; what was entered is there to be sent again."""
    turn.say("trouble.internal", [turn.button("retry", "repeat"), turn.button("person", "request_human")])
