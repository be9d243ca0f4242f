"""Who somebody is: name, document and registered phone together, then a one-time password to that phone.

Which of name, document and phone was wrong is never told.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from backend.models import Person, Verification, new_id
from backend.problems import IdentityMismatch, Problem
from backend.registry.folding import fold_document, fold_phone
from backend.registry.passwords import (
    RESEND_PAUSE,
    count_tries,
    refuse_to_ask,
    refuse_to_send,
    send,
    wrong,
)
from backend.registry.people import find_person, written
from backend.serving import Scope
from backend.sessions import open_session
from privacy.masking import mask_value


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
    subjects = refuse_to_ask(scope, phone, document)
    person = find_person(session, body["name"], body["document_type"], document)
    if person is None or not person.phone or person.phone != phone:
        count_tries(session, subjects, now, sent=False)
        return IdentityMismatch("the three do not belong together")
    refuse_to_send(scope, subjects, Verification, Verification.person_id == person.person_id)
    verification_id = new_id("ver")
    verification = Verification(
        verification_id=verification_id, person_id=person.person_id, phone=phone, document_number=document
    )
    send(scope, verification, verification_id)
    return {
        "verification_id": verification_id,
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
    session = scope.session
    verification = session.execute(
        select(Verification).where(Verification.verification_id == verification_id).with_for_update()
    ).scalar_one_or_none()
    problem = wrong(scope, verification, verification_id)
    if problem is not None:
        return problem
    token, expires_at = open_session(
        session, verification.person_id, verification.conversation_id, verification.channel, scope.now
    )
    return {
        "person_id": verification.person_id,
        "session_token": token,
        "expires_at": written(expires_at),
        "name_masked": mask_value("NAME", session.get(Person, verification.person_id).name),
    }
