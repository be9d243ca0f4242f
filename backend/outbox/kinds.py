"""The kinds of event, and exactly what each of them carries besides the person: what its receiver needs, no more.

A colour, a result or a decision is never part of an event. Who may hear of it asks the platform for it, as a verified
person. The contract (`webhooks` in openapi.yaml) says the same.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Names in `data` by kind; all of them are required and nothing else is allowed.
KINDS: Mapping[str, frozenset[str]] = {
    "code.changed": frozenset(),
    "test.reported": frozenset(),
    "checkin.expiring": frozenset({"valid_until"}),
    "offline_code.revoked": frozenset(),
    "application.decided": frozenset({"number"}),
    "appeal.received": frozenset({"number"}),
    "appeal.decided": frozenset({"number"}),
    "service_request.answered": frozenset({"number", "conversation_id", "channel"}),
    "family.linked": frozenset(),
    "family.link_ended": frozenset({"owner_id"}),
}
