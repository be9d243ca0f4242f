"""Phones proved for an application or a change: a one-time password to a phone nobody need be registered with.

Locks, limits and lifetimes are those of all one-time passwords (`backend.registry.passwords`).
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from backend.models import PhoneCheck, new_id
from backend.problems import InvalidInput, Problem
from backend.registry.folding import fold_document, fold_phone
from backend.registry.passwords import RESEND_PAUSE, digest, refuse_to_ask, refuse_to_send, send, wrong
from backend.registry.people import written
from backend.serving import Scope
from privacy.masking import mask_value

#: As long as a verified person's session.
PROOF_LIFETIME = timedelta(minutes=30)


def start_check(scope: Scope) -> dict[str, Any]:
    """Send a one-time password to a phone.

    Raises:
        Locked: after five wrong passwords for this phone or this document.
        RateLimited: too many messages or tries.
    """
    phone, document = fold_phone(scope.body["phone"]), fold_document(scope.body["document_number"])
    subjects = refuse_to_ask(scope, phone, document)
    refuse_to_send(scope, subjects, PhoneCheck, PhoneCheck.phone == phone)
    check_id = new_id("pho")
    check = PhoneCheck(check_id=check_id, phone=phone, document_number=document)
    send(scope, check, check_id)
    return {
        "check_id": check_id,
        "phone_masked": mask_value("PHONE", phone),
        "expires_at": written(check.expires_at),
        "resend_after": written(scope.now + RESEND_PAUSE),
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
    check = scope.session.execute(
        select(PhoneCheck).where(PhoneCheck.check_id == check_id).with_for_update()
    ).scalar_one_or_none()
    problem = wrong(scope, check, check_id)
    if problem is not None:
        return problem
    proof = secrets.token_urlsafe(32)
    check.proof_hash, check.proof_until = digest(scope, "proof", proof), scope.now + PROOF_LIFETIME
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
        select(PhoneCheck).where(PhoneCheck.proof_hash == digest(scope, "proof", proof))
    ).scalar_one_or_none()
    if found is None or found.phone != folded or found.proof_until <= scope.now:
        raise InvalidInput(("phone_proof", "no living proof of this phone"))
    return folded
