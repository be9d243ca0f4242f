"""Codes applied for on behalf of family members: person, code and link in one transaction."""

from __future__ import annotations

from typing import Any

from backend.codes import colour_of
from backend.models import Person
from backend.problems import Conflict, IdentityMismatch, InvalidInput, Problem
from backend.registry.applicants import Applicant, read_applicant
from backend.registry.applications import details_for_member, keep, known_name, result, review, standing
from backend.registry.attempts import count_attempt, refuse_frequent, subject
from backend.registry.enrolment import enrol
from backend.registry.family import consent_basis, is_guarded, link, refuse_sixth, stated
from backend.registry.folding import fold_document
from backend.registry.people import active_link, find_person
from backend.registry.phones import proven_phone
from backend.registry.real_names import real_name
from backend.serving import Scope
from privacy.documents import birth_date, document_fault, name_fault


def check_member(scope: Scope) -> dict[str, Any] | Problem:
    """Say where a relative stands, and on what a link would rest: ApplicantCheck, or IdentityMismatch (counted).

    Raises:
        InvalidInput: name or number cannot be right.
        RateLimited: too many tries for this document.
    """
    session, body, now = scope.session, scope.body, scope.now
    kind, number = body["document_type"], fold_document(body["document_number"])
    faults = [
        (field, fault)
        for field, fault in (
            ("document_number", document_fault(kind, number, now.date())),
            ("name", name_fault(kind, body["name"].strip())),
        )
        if fault
    ]
    if faults:
        raise InvalidInput(*faults)
    tries = subject("document", number)
    refuse_frequent(session, tries, scope.platform.settings.identity_tries_per_hour, now)
    answer = real_name(session, body["name"], kind, number)
    count_attempt(session, tries, now, sent=False)
    if answer == "mismatch":
        return IdentityMismatch("name and document do not belong together")
    owner = session.get(Person, scope.person.person_id)
    member = find_person(session, body["name"], kind, number)
    if member is None:
        guarded = is_guarded(birth_date(kind, number, now.date()), now)
        return {
            "real_name": answer,
            "standing": "new",
            "consent": "guardian" if guarded else "no_own_phone",
        }
    if member.person_id == owner.person_id:
        stands = "oneself"
    elif active_link(session, owner.person_id, member.person_id) is not None:
        stands = "linked"
    else:
        stands = "new" if colour_of(session, member.person_id) == "none" else "has_code"
    return {"real_name": answer, "standing": stands, "consent": consent_basis(owner, member, now)}


def apply_for_member(scope: Scope) -> dict[str, Any] | Problem:
    """Apply for a relative without a code and link them; return ApplicationResult, or IdentityMismatch (counted).

    Raises:
        InvalidInput: fields that cannot be right, a phone that is not proved, a missing statement.
        Conflict: `reason` has_code (link them instead), reviewing, oneself, linked, five_members or three_users.
    """
    session, owner_id = scope.session, scope.person.person_id
    owner = session.get(Person, owner_id, with_for_update=True)
    refuse_sixth(session, owner_id)
    applicant = read_applicant(scope.body, scope.now)
    phone, consent = _own_phone(scope, owner, applicant)
    tie: dict[str, Any] = {
        "relation": scope.body["relation"],
        "consent": consent,
        "statement": stated(scope.body, consent),
    }
    answer = known_name(scope, applicant)
    if isinstance(answer, Problem):
        return answer
    stands = standing(scope, applicant, phone)
    if stands != "new":
        raise Conflict("this document cannot be applied for", reason=stands)
    details = details_for_member(scope, applicant, phone, tie)
    if answer == "not_found":
        return result(scope, "reviewing", None, receipt=review(scope, applicant, details, owner))
    person = enrol(scope, applicant, phone, details["declaration"], owner_id)
    made = link(scope, owner_id, person, **tie)
    keep(scope, applicant, details, person=person, owner=owner)
    return result(scope, "approved", person) | {"member": made}


def _own_phone(scope: Scope, owner: Person, applicant: Applicant) -> tuple[str | None, str]:
    """Return the relative's own phone, when they have one and it is proved, and on what the link rests.

    Raises:
        InvalidInput: a phone without its proof.
    """
    body = scope.body
    if applicant.is_guarded(scope.now):
        return None, "guardian"
    if not body.get("phone"):
        return None, "no_own_phone"
    if not body.get("phone_proof"):
        raise InvalidInput(("phone_proof", "is needed with a phone"))
    phone = proven_phone(scope, body["phone"], body["phone_proof"])
    return (None, "no_own_phone") if phone == owner.phone else (phone, "phone")
