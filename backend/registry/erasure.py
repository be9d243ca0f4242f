"""Deleting what may be deleted of a person (个人信息保护法第四十七条), once; what stays is named with its ground."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from backend.models import (
    Appeal,
    AppealEvent,
    OutboxMessage,
    Person,
    PersonSession,
    ServiceRequest,
    ServiceRequestEvent,
    Verification,
)
from backend.orders.states import may_withdraw
from backend.problems import SessionExpired
from backend.registry.access import note
from backend.registry.evidence import drop_of
from backend.registry.holdings import load_holdings
from backend.registry.people import written
from backend.rules.appeal_states import OPEN
from backend.serving import Scope
from backend.sessions import session_of

#: What stands where a citizen's own words stood.
ERASED = "（已按本人要求删除）"
_STEP = "本人要求删除个人信息，已撤回"
#: A deletion confirmed during a session may still be carried out with its token this long after its end.
GRACE = timedelta(hours=24)


def erase(scope: Scope, token: str | None) -> dict[str, Any]:
    """Delete what belongs to a conversation and, with a session, to its person; return the Erasure object.

    Args:
        scope: its body names the receipt, the conversation and whether the account is closed.
        token: session of the person, also up to a day after its end: it was valid when they confirmed.

    Raises:
        SessionRequired: the token was never given out.
        SessionExpired: it ended more than a day ago.
    """
    session, body = scope.session, scope.body
    person_id = None if token is None else _confirmed_by(scope, token)
    counts: dict[str, int] = {}
    kept: list[dict[str, Any]] = []
    _cases(scope, person_id, body["conversation_id"], counts)
    if person_id is not None:
        phone = session.get(Person, person_id).phone
        _rows(session, person_id, counts, kept)
        if phone:
            messages = delete(OutboxMessage).where(OutboxMessage.recipient == phone)
            _count(counts, "text_messages", session.execute(messages).rowcount)
        _account(scope, person_id, counts, kept)
        note(
            session,
            person_id,
            scope.now,
            reader="self",
            reader_id=person_id,
            kind="erasure",
            purpose="own_request",
            reference=body["receipt"],
        )
    for table in (Verification, PersonSession):
        mine = delete(table).where(table.conversation_id == body["conversation_id"])
        _count(counts, "sessions", session.execute(mine).rowcount)
    return {
        "receipt": body["receipt"],
        "at": written(scope.now),
        "deleted": [{"section": section, "count": count} for section, count in counts.items()],
        "kept": kept,
    }


def _confirmed_by(scope: Scope, token: str) -> str:
    found = session_of(scope.session, token)
    if scope.now >= found.expires_at + GRACE:
        raise SessionExpired("verify the person again")
    person_id: str = found.person_id
    return person_id


def _rows(session: Session, person_id: str, counts: dict[str, int], kept: list[dict[str, Any]]) -> None:
    for holding in load_holdings():
        if holding.erasure == "delete":
            gone = session.execute(delete(holding.rows).where(holding.of(person_id))).rowcount
            _count(counts, holding.section, gone)
        elif holding.erasure == "keep":
            count = holding.count(session, person_id)
            if count:
                kept.append({"section": holding.section, "count": count, "reason": holding.reason})


def _account(scope: Scope, person_id: str, counts: dict[str, int], kept: list[dict[str, Any]]) -> None:
    """Close the account when asked to: without a phone nobody can be verified as this person any more."""
    person = scope.session.get(Person, person_id)
    if not scope.body["account"]:
        kept.append({"section": "profile", "count": 1, "reason": "account"})
        return
    if person.phone is not None:
        person.phone = None
        _count(counts, "account", 1)
    kept.append({"section": "profile", "count": 1, "reason": "epidemic"})


def _cases(scope: Scope, person_id: str | None, conversation_id: str, counts: dict[str, int]) -> None:
    """Take the person out of work orders and appeals; open ones are withdrawn, for nobody could be answered."""
    nobodys = and_(ServiceRequest.person_id.is_(None), ServiceRequest.conversation_id == conversation_id)
    mine = nobodys if person_id is None else or_(nobodys, ServiceRequest.person_id == person_id)
    requests = scope.session.execute(select(ServiceRequest).where(mine).with_for_update()).scalars().all()
    for request in requests:
        if may_withdraw(request.state):
            request.state, request.look_at = "withdrawn", None
            request.events.append(
                ServiceRequestEvent(
                    at=scope.now, state="withdrawn", text=_STEP, action="withdraw", by="citizen"
                )
            )
        request.title = request.content = ERASED
        request.reply, request.draft_reply = request.reply and ERASED, None
        request.contact_phone = request.contact_key = request.person_id = request.place = None
        request.evidence, request.version = [], request.version + 1
        request.call_backs = [{**one, "comment": None} for one in request.call_backs]
        for event in request.events:
            event.remark = event.remark and ERASED
        request.conversation_id, request.fetch_code_hash = "erased", ""
    _count(counts, "work_orders", len(requests))
    if person_id is None:
        return
    own = Appeal.filed_by == person_id
    about = and_(Appeal.person_id == person_id, Appeal.content != ERASED)
    appeals = scope.session.execute(select(Appeal).where(or_(own, about)).with_for_update()).scalars().all()
    for appeal in appeals:
        if appeal.state in OPEN:
            appeal.state = "withdrawn"
            appeal.events.append(AppealEvent(at=scope.now, state="withdrawn", text=_STEP))
        appeal.content, appeal.evidence, appeal.reply = ERASED, [], appeal.reply and ERASED
        appeal.stay = appeal.contact_phone = None
        drop_of(scope.session, appeal.number)
    _count(counts, "appeals", len(appeals))


def _count(counts: dict[str, int], section: str, number: int) -> None:
    if number:
        counts[section] = counts.get(section, 0) + number
