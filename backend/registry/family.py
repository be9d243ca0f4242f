"""Family links: up to five members a person may ask for (乐山市卫健委 2021-01-30), each with consent.

Three people at most may act for one person: the platform's own rule, as other provinces have it (Xi'an: three users).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.codes import colour_of
from backend.models import FamilyLink, Person, new_id
from backend.outbox import emit
from backend.problems import Conflict, ForbiddenPerson, IdentityMismatch, InvalidInput, NotFound, Problem
from backend.registry.attempts import count_attempt, refuse_frequent, subject
from backend.registry.folding import fold_document
from backend.registry.people import active_link, find_person, written
from backend.serving import Scope
from backend.sessions import person_of
from privacy.documents import age
from privacy.masking import mask_value

MAX_MEMBERS = 5
MAX_HOLDERS = 3
#: Below this age a guardian decides (个人信息保护法 第三十一条).
GUARDED_AGE = 14


def show_member(session: Session, link: FamilyLink) -> dict[str, Any]:
    """Return the FamilyMember object of a link."""
    return {
        "link_id": link.link_id,
        "person_id": link.member_id,
        "relation": link.relation,
        "name_masked": mask_value("NAME", session.get(Person, link.member_id).name),
        "colour": colour_of(session, link.member_id),
        "since": written(link.since),
    }


def add_member(scope: Scope) -> dict[str, Any] | Problem:
    """Link a member to the verified person.

    Returns:
        The FamilyMember object, or IdentityMismatch (returned so that the try stays counted).

    Raises:
        RateLimited: too many tries for this document.
        ForbiddenPerson: the member has a phone of their own and has not consented.
        SessionExpired, SessionRequired: `consent_session` is over or unknown.
        InvalidInput: `statement` is needed and missing.
        Conflict: `reason` oneself, linked, five_members or three_users.
    """
    session, now, body, owner_id = scope.session, scope.now, scope.body, scope.person.person_id
    owner = session.execute(select(Person).where(Person.person_id == owner_id).with_for_update()).scalar_one()
    tries = subject("document", fold_document(body["document_number"]))
    refuse_frequent(session, tries, scope.platform.settings.identity_tries_per_hour, now)
    member = find_person(session, body["name"], body["document_type"], body["document_number"])
    if member is None:
        count_attempt(session, tries, now, sent=False)
        return IdentityMismatch("name and document do not belong together")
    if member.person_id == owner_id:
        raise Conflict("a person needs no link to themselves", reason="oneself")
    basis = consent_basis(owner, member, now)
    if basis == "session":
        _require_session(scope, member)
    statement = stated(body, basis)
    return link(scope, owner_id, member, relation=body["relation"], consent=basis, statement=statement)


def link(
    scope: Scope, owner_id: str, member: Person, *, relation: str, consent: str, statement: str | None
) -> dict[str, Any]:
    """Link a member whose consent has been seen to, and return the FamilyMember object.

    Raises:
        Conflict: `reason` oneself, linked, five_members or three_users.
    """
    session = scope.session
    if member.person_id == owner_id:
        raise Conflict("a person needs no link to themselves", reason="oneself")
    session.execute(
        select(Person.person_id)
        .where(Person.person_id.in_((owner_id, member.person_id)))
        .order_by(Person.person_id)
        .with_for_update()
    )
    if active_link(session, owner_id, member.person_id) is not None:
        raise Conflict("already linked", reason="linked")
    if _count(session, FamilyLink.owner_id, owner_id) >= MAX_MEMBERS:
        raise Conflict("five members are linked already", reason="five_members")
    if _count(session, FamilyLink.member_id, member.person_id) >= MAX_HOLDERS:
        raise Conflict("three people act for this person already", reason="three_users")
    made = FamilyLink(
        link_id=new_id("lnk"),
        owner_id=owner_id,
        member_id=member.person_id,
        relation=relation,
        consent=consent,
        statement=statement,
        since=scope.now,
    )
    session.add(made)
    session.flush()
    emit(session, "family.linked", member.person_id, {}, scope.now)
    return show_member(session, made)


def refuse_sixth(session: Session, owner_id: str) -> None:
    """Raise Conflict when the owner has five members already; before a review is opened for nothing."""
    if _count(session, FamilyLink.owner_id, owner_id) >= MAX_MEMBERS:
        raise Conflict("five members are linked already", reason="five_members")


def show_holder(session: Session, link: FamilyLink) -> dict[str, Any]:
    """Return the FamilyHolder object of a link: who may act for its member."""
    return {
        "link_id": link.link_id,
        "relation": link.relation,
        "name_masked": mask_value("NAME", session.get(Person, link.owner_id).name),
        "since": written(link.since),
    }


def remove_member(scope: Scope, link_id: str) -> dict[str, Any]:
    """End a link of the verified person, as the one who acts or as the one acted for, and return it.

    Raises:
        NotFound: when no such link of theirs is active.
    """
    link = scope.session.get(FamilyLink, link_id)
    if link is None or link.ended_at is not None:
        raise NotFound("no such link")
    if scope.person.person_id not in (link.owner_id, link.member_id):
        raise NotFound("no such link")
    link.ended_at = scope.now
    emit(scope.session, "family.link_ended", link.member_id, {"owner_id": link.owner_id}, scope.now)
    return show_member(scope.session, link)


def consent_basis(owner: Person, member: Person, now: datetime) -> str:
    """Return on what a link may rest: guardianship, having no phone to consent with, or the member's own session."""
    if is_guarded(member.birth_date, now):
        return "guardian"
    return "session" if member.phone and member.phone != owner.phone else "no_own_phone"


def stated(body: dict[str, Any], basis: str) -> str | None:
    """Return who consents and how, as it is kept.

    Raises:
        InvalidInput: it is needed and missing.
    """
    statement = body.get("statement")
    if statement is None:
        if basis in ("guardian", "no_own_phone"):
            raise InvalidInput(("statement", "who consents and how is needed"))
        return None
    return f"{statement['by']}:{statement['how']}"


def is_guarded(birth_date: date | None, now: datetime) -> bool:
    """Tell whether a guardian decides; a person whose birth date is not known counts as grown up."""
    return birth_date is not None and age(birth_date, now.date()) < GUARDED_AGE


def _require_session(scope: Scope, member: Person) -> None:
    token = scope.body.get("consent_session")
    if token is None:
        raise ForbiddenPerson("the member has a phone of their own and must consent with it")
    if person_of(scope.session, token, scope.now).person_id != member.person_id:
        raise ForbiddenPerson("the consent is of another person")


def _count(session: Session, column: Any, person_id: str) -> int:
    active = select(func.count()).where(column == person_id, FamilyLink.ended_at.is_(None))
    count: int = session.execute(active).scalar_one()
    return count
