"""Codes as the store keeps them: events in, the colour that follows from them out, in the caller's transaction.

    with platform.database.write() as session:
        record_event(session, person_id, Declaration(id=new_id("evt"), at=now, known_at=now, health="normal"), now)

`record_event` appends the event and derives the code anew; `record_test` does the same with a test; `recolour` derives
without a new event; `issue_code` gives a person their first code. Each returns the derivation. When the colour
changed, the change is in `code_changes` and an outgoing event with it, in the same transaction.

Colours are derived by `backend.colour` alone. What is stored of a code (`health_codes`) is the last derivation's
colour, its beginning and the moment of its next change; `catch_up` goes on from there when that moment has come.
"""

from __future__ import annotations

from backend.codes.recording import issue_code, recolour, record_event, record_test
from backend.codes.rules import rule_book
from backend.codes.showing import colour_of, read_code
from backend.codes.single import one_story
from backend.codes.stored import area_key, events_of
from backend.codes.telling import renew

__all__ = [
    "area_key",
    "colour_of",
    "events_of",
    "issue_code",
    "one_story",
    "read_code",
    "recolour",
    "record_event",
    "record_test",
    "renew",
    "rule_book",
]
