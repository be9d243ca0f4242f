"""Phones proved for an application or a change: a one-time password to a phone nobody need be registered with.

Locks, limits and lifetimes are those of identity (`backend.registry.identity`), counted together with them.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend.models import PhoneCheck, new_id
from backend.problems import Conflict, InvalidInput, Locked, NotFound, Problem, RateLimited
from backend.registry.attempts import refuse_frequent, seconds
from backend.registry.folding import fold_document, fold_phone
from backend.registry.identity import CODE_LIFETIME, RESEND_PAUSE, count_tries, new_code, password_message
from backend.registry.locks import count_wrong, forgive, hold_locks, refuse_locked, subjects_of
from backend.registry.people import written
from backend.serving import Scope
from privacy.masking import mask_value
from privacy.sealing import Sealer

#: As long as a verified person's session.
PROOF_LIFETIME = timedelta(minutes=30)


def start_check(scope: Scope) -> dict[str, Any]:
    """Send a one-time password to a phone.

    Raises:
        Locked: after five wrong passwords for this phone or this document.
        RateLimited: too many messages or tries.
    """
    session, now, body = scope.session, scope.now, scope.body
    phone, document = fold_phone(body["phone"]), fold_document(body["document_number"])
    subjects = subjects_of(phone, document)
    refuse_locked(session, subjects, now)
    settings = scope.platform.settings
    for key in subjects:
        refuse_frequent(session, key, settings.identity_tries_per_hour, now)
    refuse_frequent(session, subjects[0], settings.messages_per_hour, now, sent_only=True)
    _refuse_impatient(session, phone, body["conversation_id"], now)
    count_tries(session, subjects, now, sent=True)
    check = _send(scope, phone, document)
    return {
        "check_id": check.check_id,
        "phone_masked": mask_value("PHONE", phone),
        "expires_at": written(check.expires_at),
        "resend_after": written(now + RESEND_PAUSE),
    }


def confirm_check(scope: Scope, check_id: str) -> dict[str, Any] | Problem:
    """Exchange the right one-time password for a proof of the phone.

    Returns:
        The PhoneProof object; WrongCode or Locked are returned so that the wrong try stays counted.

    Raises:
        NotFound: no such check.
        Locked: while locked, also for the right password.
        Conflict: the password has expired, was used, or a newer one was sent.
    """
    session, now = scope.session, scope.now
    check = session.execute(
        select(PhoneCheck).where(PhoneCheck.check_id == check_id).with_for_update()
    ).scalar_one_or_none()
    if check is None:
        raise NotFound("no such check")
    subjects = subjects_of(check.phone, check.document_number)
    locks = hold_locks(session, subjects, now)
    refuse_locked(session, subjects, now)
    if check.state != "pending":
        raise Conflict("this one-time password was used, replaced or given up")
    if check.expires_at <= now:
        raise Conflict("this one-time password has expired")
    if not hmac.compare_digest(_digest(scope, check_id, scope.body["code"]), check.code_hash):
        problem = count_wrong(locks, now)
        if isinstance(problem, Locked):
            check.state = "failed"
        return problem
    forgive(locks)
    proof = secrets.token_urlsafe(32)
    check.state, check.proof_hash = "used", _digest(scope, "proof", proof)
    check.proof_until = now + PROOF_LIFETIME
    return {
        "phone_proof": proof,
        "phone_masked": mask_value("PHONE", check.phone),
        "expires_at": written(check.proof_until),
    }


def proven_phone(scope: Scope, phone: str, proof: str) -> str:
    """Return the phone, folded, when `proof` is a living proof of it.

    Raises:
        InvalidInput: otherwise; the field is `phone_proof`, so that the caller sends a new password.
    """
    folded = fold_phone(phone)
    found = scope.session.execute(
        select(PhoneCheck).where(PhoneCheck.proof_hash == _digest(scope, "proof", proof))
    ).scalar_one_or_none()
    if found is None or found.phone != folded or found.proof_until <= scope.now:
        raise InvalidInput(("phone_proof", "no living proof of this phone"))
    return folded


def _send(scope: Scope, phone: str, document: str) -> PhoneCheck:
    session, now, body = scope.session, scope.now, scope.body
    session.execute(
        update(PhoneCheck)
        .where(
            PhoneCheck.phone == phone,
            PhoneCheck.conversation_id == body["conversation_id"],
            PhoneCheck.state == "pending",
        )
        .values(state="replaced")
    )
    code, check_id = new_code(), new_id("pho")
    check = PhoneCheck(
        check_id=check_id,
        phone=phone,
        document_number=document,
        code_hash=_digest(scope, check_id, code),
        conversation_id=body["conversation_id"],
        channel=body["channel"],
        state="pending",
        created_at=now,
        expires_at=now + CODE_LIFETIME,
    )
    session.add(check)
    session.add(password_message(phone, code, now))
    return check


def _digest(scope: Scope, owner: str, value: str) -> str:
    return Sealer(scope.platform.settings.record_key).digest(owner, value)


def _refuse_impatient(session: Session, phone: str, conversation_id: str, now: datetime) -> None:
    last = session.execute(
        select(func.max(PhoneCheck.created_at)).where(
            PhoneCheck.phone == phone,
            PhoneCheck.conversation_id == conversation_id,
            PhoneCheck.state == "pending",
            PhoneCheck.created_at <= now,
        )
    ).scalar_one()
    if last is not None and now < last + RESEND_PAUSE:
        raise RateLimited("a message was sent just now", retry_after=seconds(last + RESEND_PAUSE - now))
