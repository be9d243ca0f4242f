"""Applications for a code: carried out at once when name and document are known to belong together, else reviewed.

An application, its person, code, family link and work order are one transaction: there is all of it or nothing.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from backend.codes import colour_of
from backend.models import Application, Person, new_id
from backend.orders.limits import load_time_limits
from backend.orders.opening import open_request
from backend.problems import Conflict, IdentityMismatch, Problem
from backend.registry.applicants import Applicant, read_applicant, refuse_guarded
from backend.registry.attempts import count_attempt, refuse_frequent, subject
from backend.registry.enrolment import enrol
from backend.registry.folding import fold_phone
from backend.registry.people import holder_of, mask_document, written
from backend.registry.phones import proven_phone
from backend.registry.real_names import real_name
from backend.rules.declarations import health_of
from backend.serving import Scope
from backend.sessions import open_session
from privacy.masking import mask_value
from privacy.sealing import Sealer

CATEGORY = "apply_code"


def check_applicant(scope: Scope) -> dict[str, Any] | Problem:
    """Say where somebody stands who has proved a phone: ApplicantCheck, or IdentityMismatch (kept, so that it counts).

    Raises:
        InvalidInput: fields that cannot be right, or a phone that is not proved.
        Conflict: a child under 14.
        RateLimited: too many tries for this document.
    """
    applicant = read_applicant(scope.body, scope.now)
    refuse_guarded(applicant, scope.now)
    phone = proven_phone(scope, scope.body["phone"], scope.body["phone_proof"])
    answer = known_name(scope, applicant)
    if isinstance(answer, Problem):
        return answer
    return {"real_name": answer, "standing": standing(scope, applicant, phone), "consent": None}


def apply_for_oneself(scope: Scope) -> dict[str, Any] | Problem:
    """Carry an application out, or take it down for review; return ApplicationResult.

    Somebody who has a code already and proved the phone it is registered with is verified by that: they get a session.

    Raises:
        InvalidInput: fields that cannot be right, or a phone that is not proved.
        Conflict: `reason` guarded, has_code, other_phone or reviewing.
    """
    applicant = read_applicant(scope.body, scope.now)
    refuse_guarded(applicant, scope.now)
    phone = proven_phone(scope, scope.body["phone"], scope.body["phone_proof"])
    answer = known_name(scope, applicant)
    if isinstance(answer, Problem):
        return answer
    stands = standing(scope, applicant, phone)
    if stands == "has_code":
        person = holder_of(scope.session, applicant.document_type, applicant.number)
        return result(scope, "exists", person, _session_for(scope, person))
    if stands in ("reviewing", "other_phone"):
        raise Conflict("this document cannot be applied for now", reason=stands)
    details = _details(scope, applicant, phone)
    if answer == "not_found":
        return result(scope, "reviewing", None, receipt=review(scope, applicant, details))
    person = enrol(scope, applicant, phone, details["declaration"])
    keep(scope, applicant, details, person=person)
    return result(scope, "approved", person, _session_for(scope, person))


def known_name(scope: Scope, applicant: Applicant) -> str | Problem:
    """Return match or not_found; a mismatch is counted for the document and returned as a problem.

    Raises:
        RateLimited: too many tries for this document.
    """
    tries = subject("document", applicant.number)
    refuse_frequent(scope.session, tries, scope.platform.settings.identity_tries_per_hour, scope.now)
    answer = real_name(scope.session, applicant.name, applicant.document_type, applicant.number)
    if answer == "mismatch":
        count_attempt(scope.session, tries, scope.now, sent=False)
        return IdentityMismatch("name and document do not belong together")
    return answer


def standing(scope: Scope, applicant: Applicant, phone: str | None) -> str:
    """Return new, has_code (for whoever has the registered phone), other_phone or reviewing."""
    holder = holder_of(scope.session, applicant.document_type, applicant.number)
    if holder is not None:
        scope.session.execute(
            select(Person.person_id).where(Person.person_id == holder.person_id).with_for_update()
        )
        if holder.phone and holder.phone != phone:
            return "other_phone"
        if colour_of(scope.session, holder.person_id) != "none":
            return "has_code" if holder.phone else "other_phone"
    return "reviewing" if _waiting(scope, applicant) else "new"


def review(
    scope: Scope, applicant: Applicant, details: dict[str, Any], owner: Person | None = None
) -> dict[str, Any]:
    """Take an application down as a work order for a person to decide, and return its receipt.

    Foreigners are told within 24 hours; others within the limit for help.
    """
    number_masked = mask_document(applicant.document_type, applicant.number)
    receipt = open_request(
        scope,
        kind="help",
        category=CATEGORY,
        title="健康码申领人工核实",
        content=(
            f"实名信息没有查到，请核实后办理。证件类型：{applicant.document_type}，证件号：{number_masked}，"
            f"姓名：{mask_value('NAME', applicant.name)}，出生年份：{applicant.born.year}，"
            f"现住区划：{details['address']['division_code']}，"
            f"健康申报：{'有异常' if is_abnormal(details['declaration']) else '无异常'}"
            + (f"，由{mask_value('NAME', owner.name)}代为申领" if owner else "")
        ),
        phone=details.get("phone") or (owner.phone if owner else None),
        person_id=owner.person_id if owner else None,
        due_at=load_time_limits().review_due_at(scope.now) if applicant.foreign else None,
    )
    keep(scope, applicant, details, owner=owner, number=receipt["number"])
    return receipt


def keep(
    scope: Scope,
    applicant: Applicant,
    details: dict[str, Any],
    *,
    person: Person | None = None,
    owner: Person | None = None,
    number: str | None = None,
) -> None:
    """Keep an application, its details sealed."""
    application_id = new_id("app")
    scope.session.add(
        Application(
            application_id=application_id,
            document_key=document_key(scope, applicant),
            person_id=person and person.person_id,
            owner_id=owner and owner.person_id,
            request_number=number,
            state="approved" if person is not None else "reviewing",
            details=seal(scope, application_id, details),
            created_at=scope.now,
            decided_at=scope.now if person is not None else None,
        )
    )
    scope.session.flush()


def result(
    scope: Scope,
    state: str,
    person: Person | None,
    session: dict[str, Any] | None = None,
    receipt: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the ApplicationResult object."""
    return {
        "state": state,
        "person_id": person and person.person_id,
        "colour": colour_of(scope.session, person.person_id) if person else None,
        "session": session,
        "receipt": receipt and {name: receipt[name] for name in ("number", "fetch_code", "due_at")},
        "member": None,
    }


def is_abnormal(declaration: dict[str, Any]) -> bool:
    """Whether anything was declared that somebody should look at; the colour is another matter."""
    declared = (declaration["symptoms"], declaration["risk_stay"], declaration["contact"])
    return any(declared) or health_of(declaration.get("temperature"), declaration["symptoms"]) == "abnormal"


def document_key(scope: Scope, applicant: Applicant) -> str:
    """Return the keyed hash under which applications for one document are found."""
    sealer = Sealer(scope.platform.settings.record_key)
    return sealer.digest(f"application/{applicant.document_type}", applicant.number)


def seal(scope: Scope, owner: str, details: dict[str, Any]) -> bytes:
    """Return details sealed for the record they belong to."""
    plain = json.dumps(details, ensure_ascii=False).encode()
    return Sealer(scope.platform.settings.record_key).seal(plain, owner)


def unseal(scope: Scope, owner: str, sealed: bytes) -> dict[str, Any]:
    """Return what `seal` sealed."""
    opened: dict[str, Any] = json.loads(Sealer(scope.platform.settings.record_key).open(sealed, owner))
    return opened


def _details(scope: Scope, applicant: Applicant, phone: str | None) -> dict[str, Any]:
    body = scope.body
    return applicant.written() | {
        "phone": phone and fold_phone(phone),
        "address": body["address"],
        "declaration": body["declaration"],
    }


def details_for_member(
    scope: Scope, applicant: Applicant, phone: str | None, link: dict[str, Any]
) -> dict[str, Any]:
    """Return what is kept of an application for a family member, with the link it makes."""
    return _details(scope, applicant, phone) | {"link": link}


def _waiting(scope: Scope, applicant: Applicant) -> bool:
    found = select(Application.application_id).where(
        Application.document_key == document_key(scope, applicant), Application.state == "reviewing"
    )
    return scope.session.execute(found.limit(1)).scalar_one_or_none() is not None


def _session_for(scope: Scope, person: Any) -> dict[str, Any]:
    body = scope.body
    token, expires_at = open_session(
        scope.session, person.person_id, body["conversation_id"], body["channel"], scope.now
    )
    return {
        "person_id": person.person_id,
        "session_token": token,
        "expires_at": written(expires_at),
        "name_masked": mask_value("NAME", person.name),
    }
