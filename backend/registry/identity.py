"""One-time passwords: who may have one sent, how often, and what a wrong one costs.

Five wrong passwords lock phone and document for 15 minutes, however many verifications they are spread over. A
password lives 5 minutes and works once. Which of name, document and phone was wrong is never told.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend.models import OutboxMessage, Person, Verification, new_id
from backend.problems import Conflict, IdentityMismatch, Locked, NotFound, Problem, RateLimited
from backend.registry.attempts import count_attempt, refuse_frequent, seconds
from backend.registry.folding import fold_document, fold_phone
from backend.registry.locks import count_wrong, forgive, hold_locks, refuse_locked, subjects_of
from backend.registry.people import find_person, written
from backend.serving import Scope
from backend.sessions import open_session
from privacy.masking import mask_value
from privacy.sealing import Sealer

CODE_LIFETIME = timedelta(minutes=5)
RESEND_PAUSE = timedelta(seconds=60)


def start_verification(scope: Scope) -> dict[str, Any] | Problem:
    """Send a one-time password to a person's registered phone.

    Returns:
        The VerificationStarted object, or IdentityMismatch (returned so that the try stays counted).

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
    person = find_person(session, body["name"], body["document_type"], document)
    if person is None or not person.phone or person.phone != phone:
        count_tries(session, subjects, now, sent=False)
        return IdentityMismatch("the three do not belong together")
    refuse_frequent(session, subjects[0], settings.messages_per_hour, now, sent_only=True)
    _refuse_impatient(session, person.person_id, body["conversation_id"], now)
    count_tries(session, subjects, now, sent=True)
    verification = _send(scope, person, phone, document)
    return {
        "verification_id": verification.verification_id,
        "phone_masked": mask_value("PHONE", phone),
        "expires_at": written(verification.expires_at),
        "resend_after": written(now + RESEND_PAUSE),
    }


def confirm_verification(scope: Scope, verification_id: str) -> dict[str, Any] | Problem:
    """Exchange the right one-time password for a session.

    Returns:
        The VerificationConfirmed object; WrongCode or Locked are returned so that the wrong try stays counted.

    Raises:
        NotFound: no such verification.
        Locked: while locked, also for the right password.
        Conflict: the password has expired, was used, or a newer one was sent.
    """
    session, now = scope.session, scope.now
    verification = session.execute(
        select(Verification).where(Verification.verification_id == verification_id).with_for_update()
    ).scalar_one_or_none()
    if verification is None:
        raise NotFound("no such verification")
    subjects = subjects_of(verification.phone, verification.document_number)
    locks = hold_locks(session, subjects, now)
    refuse_locked(session, subjects, now)
    if verification.state != "pending":
        raise Conflict("this one-time password was used, replaced or given up")
    if verification.expires_at <= now:
        raise Conflict("this one-time password has expired")
    given = _digest(scope, verification_id, scope.body["code"])
    if not hmac.compare_digest(given, verification.code_hash):
        problem = count_wrong(locks, now)
        if isinstance(problem, Locked):
            verification.state = "failed"
        return problem
    verification.state = "used"
    forgive(locks)
    token, expires_at = open_session(
        session, verification.person_id, verification.conversation_id, verification.channel, now
    )
    return {
        "person_id": verification.person_id,
        "session_token": token,
        "expires_at": written(expires_at),
        "name_masked": mask_value("NAME", session.get(Person, verification.person_id).name),
    }


def _send(scope: Scope, person: Person, phone: str, document: str) -> Verification:
    session, now, body = scope.session, scope.now, scope.body
    session.execute(
        update(Verification)
        .where(
            Verification.person_id == person.person_id,
            Verification.conversation_id == body["conversation_id"],
            Verification.state == "pending",
        )
        .values(state="replaced")
    )
    code = new_code()
    verification_id = new_id("ver")
    verification = Verification(
        verification_id=verification_id,
        person_id=person.person_id,
        phone=phone,
        document_number=document,
        code_hash=_digest(scope, verification_id, code),
        conversation_id=body["conversation_id"],
        channel=body["channel"],
        state="pending",
        created_at=now,
        expires_at=now + CODE_LIFETIME,
    )
    session.add(verification)
    session.add(password_message(phone, code, now))
    return verification


def new_code() -> str:
    """Return a one-time password."""
    return f"{secrets.randbelow(1_000_000):06d}"


def password_message(phone: str, code: str, now: datetime) -> OutboxMessage:
    """Return the text message that brings a one-time password."""
    text = f"【四川天府健康通】您的验证码是{code}，5分钟内有效。如非本人操作，请不要告诉任何人。"
    return OutboxMessage(recipient=phone, kind="one_time_password", text=text, created_at=now)


def _digest(scope: Scope, verification_id: str, code: str) -> str:
    return Sealer(scope.platform.settings.record_key).digest(verification_id, code)


def count_tries(session: Session, subjects: tuple[str, str], now: datetime, *, sent: bool) -> None:
    """Count a try for the phone and for the document."""
    for key in subjects:
        count_attempt(session, key, now, sent=sent)


def _refuse_impatient(session: Session, person_id: str, conversation_id: str, now: datetime) -> None:
    last = session.execute(
        select(func.max(Verification.created_at)).where(
            Verification.person_id == person_id,
            Verification.conversation_id == conversation_id,
            Verification.state == "pending",
            Verification.created_at <= now,
        )
    ).scalar_one()
    if last is not None and now < last + RESEND_PAUSE:
        raise RateLimited("a message was sent just now", retry_after=seconds(last + RESEND_PAUSE - now))
