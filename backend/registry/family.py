"""Family links: up to five members a person may ask for (乐山市卫健委 2021-01-30), each with consent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.codes import colour_of
from backend.models import FamilyLink, Person, new_id
from backend.outbox import emit
from backend.problems import Conflict, ForbiddenPerson, IdentityMismatch, NotFound, Problem
from backend.registry.attempts import count_attempt, refuse_frequent, subject
from backend.registry.folding import fold_document
from backend.registry.people import active_link, find_person, written
from backend.serving import Scope
from backend.sessions import person_of
from privacy.masking import mask_value

MAX_MEMBERS = 5
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
        Conflict: oneself, already linked, or five members.
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
        raise Conflict("a person needs no link to themselves")
    consent = _consent(scope, owner, member)
    if active_link(session, owner_id, member.person_id) is not None:
        raise Conflict("already linked")
    if _count_members(session, owner_id) >= MAX_MEMBERS:
        raise Conflict("five members are linked already")
    link = FamilyLink(
        link_id=new_id("lnk"),
        owner_id=owner_id,
        member_id=member.person_id,
        relation=body["relation"],
        consent=consent,
        since=now,
    )
    session.add(link)
    return show_member(session, link)


def remove_member(scope: Scope, link_id: str) -> dict[str, Any]:
    """End a link of the verified person and return it.

    Raises:
        NotFound: when no such link of theirs is active.
    """
    link = scope.session.get(FamilyLink, link_id)
    if link is None or link.owner_id != scope.person.person_id or link.ended_at is not None:
        raise NotFound("no such link")
    link.ended_at = scope.now
    emit(scope.session, "family.link_ended", link.member_id, {"owner_id": link.owner_id}, scope.now)
    return show_member(scope.session, link)


def _consent(scope: Scope, owner: Person, member: Person) -> str:
    """Return on what the link rests: the member's own session, guardianship, or having no phone to consent with."""
    if _age(member.birth_date, scope.now) < GUARDED_AGE:
        return "guardian"
    if not member.phone or member.phone == owner.phone:
        return "no_own_phone"
    token = scope.body.get("consent_session")
    if token is None:
        raise ForbiddenPerson("the member has a phone of their own and must consent with it")
    if person_of(scope.session, token, scope.now).person_id != member.person_id:
        raise ForbiddenPerson("the consent is of another person")
    return "session"


def _count_members(session: Session, owner_id: str) -> int:
    count: int = session.execute(
        select(func.count()).where(FamilyLink.owner_id == owner_id, FamilyLink.ended_at.is_(None))
    ).scalar_one()
    return count


def _age(birth_date: date | None, now: datetime) -> int:
    """Return full years; a person whose birth date is not known counts as grown up."""
    if birth_date is None:
        return GUARDED_AGE
    had_birthday = (now.month, now.day) >= (birth_date.month, birth_date.day)
    return now.year - birth_date.year - (0 if had_birthday else 1)
