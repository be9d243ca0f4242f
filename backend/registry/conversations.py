"""The person of a conversation, as the desk may know them: by having been verified in it, lately."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.models import FamilyLink, Person, PersonSession
from backend.problems import Conflict, NotFound

#: A talk with an agent, queue and all, outlasts the session of the person who was verified before it.
TALK_OUTLASTS: Final = timedelta(hours=2)
#: “孩子” is said of each of these.
_CHILDREN: Final = frozenset({"儿子", "女儿", "孩子", "孙子", "孙女", "外孙", "外孙女"})


def verified_in(session: Session, conversation_id: str, person_id: str, now: datetime) -> Person:
    """Return the person when they were verified in this conversation and the talk can still be the same.

    Raises:
        NotFound: they were not, or too long ago; the two are not told apart.
    """
    here = select(PersonSession.token_hash).where(
        PersonSession.conversation_id == conversation_id,
        PersonSession.person_id == person_id,
        PersonSession.created_at <= now,
        PersonSession.expires_at > now - TALK_OUTLASTS,
    )
    found: Person | None = session.execute(
        select(Person).where(Person.person_id == person_id, here.exists())
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("nobody was verified in this conversation lately")
    return found


def relative_of(session: Session, owner: Person, relation: str, member_id: str | None) -> Person:
    """Return the relative who is meant, linked to `owner` now; `member_id` tells several apart.

    Raises:
        Conflict: `reason` `not_linked` when nobody is, `several` when more than one fits.
    """
    linked = select(FamilyLink).where(FamilyLink.owner_id == owner.person_id, FamilyLink.ended_at.is_(None))
    fitting = [
        link
        for link in session.execute(linked).scalars()
        if (link.relation == relation or (relation == "孩子" and link.relation in _CHILDREN))
        and member_id in (None, link.member_id)
    ]
    if not fitting:
        raise Conflict("no such relative is linked", reason="not_linked")
    if len(fitting) > 1:
        raise Conflict("several relatives fit", reason="several")
    found: Person = session.get(Person, fitting[0].member_id)
    return found
