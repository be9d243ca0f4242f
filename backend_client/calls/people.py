"""Calls about a person: verification first, then what only the verified person may see."""

from __future__ import annotations

from typing import Literal

from ..call import Call
from ..models import (
    AddFamily,
    Code,
    CodeChange,
    Declaration,
    DeclarationIn,
    FamilyMember,
    HandOver,
    HandoverIssued,
    Notice,
    Page,
    Person,
    PersonSession,
    RedeemHandover,
    StartVerification,
    TestPage,
    VaccinationRecord,
    VerificationStarted,
)
from .base import Caller, fresh_key

TestKind = Literal["nucleic", "antibody"]


class PeopleCalls(Caller):
    """`/v1/verifications`, `/v1/people`. `session` is the token of `PersonSession`."""

    def start_verification(
        self, request: StartVerification, *, key: str | None = None
    ) -> VerificationStarted:
        """Send the person a one-time password.

        Args:
            request: who, by which document and phone.
            key: idempotency key, if the caller may repeat the call itself.

        Raises:
            IdentityMismatch: name, document and phone do not belong together.
            Locked: too many wrong passwords before.
        """
        call = Call("POST", "/v1/verifications", body=request.wire(), key=key or fresh_key())
        return self._ask(VerificationStarted, call)

    def confirm_verification(
        self, verification_id: str, code: str, *, key: str | None = None
    ) -> PersonSession:
        """Exchange the one-time password for a session.

        Raises:
            WrongCode: with the tries left.
            Locked: that was one too many.
            NotFound: no such verification.
            Conflict: the password has expired, was used, or was replaced by a newer one.
        """
        call = Call(
            "POST",
            "/v1/verifications/{verification_id}/confirm",
            ids={"verification_id": verification_id},
            body={"code": code},
            key=key or fresh_key(),
        )
        return self._ask(PersonSession, call)

    def issue_handover(self, session: str, request: HandOver, *, key: str | None = None) -> HandoverIssued:
        """Hand the verified person over to a conversation; for front ends.

        Raises:
            ForbiddenPerson: the caller is none, or the person is a child whose guardian must consent first.
        """
        call = Call("POST", "/v1/handovers", body=request.wire(), session=session, key=key or fresh_key())
        return self._ask(HandoverIssued, call)

    def redeem_handover(self, request: RedeemHandover, *, key: str | None = None) -> PersonSession:
        """Exchange the token of a front end for a session of its conversation.

        Raises:
            ForbiddenPerson: forged, or made for another conversation or channel.
            Conflict: used before, or too old.
        """
        call = Call("POST", "/v1/handovers/redeem", body=request.wire(), key=key or fresh_key())
        return self._ask(PersonSession, call)

    def me(self, session: str) -> Person:
        """Return the verified person, masked."""
        return self._ask(Person, Call("GET", "/v1/people/me", session=session))

    def code(self, session: str, person_id: str) -> Code:
        """Return the health code of the verified person or of a linked one.

        Raises:
            ForbiddenPerson: not linked.
        """
        ids = {"person_id": person_id}
        return self._ask(Code, Call("GET", "/v1/people/{person_id}/code", ids=ids, session=session))

    def code_history(
        self, session: str, person_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Page[CodeChange]:
        """Return the changes of a person's colour, newest first."""
        call = Call(
            "GET",
            "/v1/people/{person_id}/code/history",
            ids={"person_id": person_id},
            query={"limit": limit, "cursor": cursor},
            session=session,
        )
        return self._ask(Page[CodeChange], call)

    def declare_health(
        self, session: str, person_id: str, request: DeclarationIn, *, key: str
    ) -> Declaration:
        """Check in for the verified person or a linked one.

        Raises:
            Conflict: there is no code.
            ForbiddenPerson: not linked.
        """
        call = Call(
            "POST",
            "/v1/people/{person_id}/declarations",
            ids={"person_id": person_id},
            body=request.wire(),
            session=session,
            key=key,
        )
        return self._ask(Declaration, call)

    def health_declarations(
        self, session: str, person_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Page[Declaration]:
        """Return what was declared of a person, newest first."""
        call = Call(
            "GET",
            "/v1/people/{person_id}/declarations",
            ids={"person_id": person_id},
            query={"limit": limit, "cursor": cursor},
            session=session,
        )
        return self._ask(Page[Declaration], call)

    def tests(
        self,
        session: str,
        person_id: str,
        kind: TestKind | None = None,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> TestPage:
        """Return a person's tests, newest first."""
        call = Call(
            "GET",
            "/v1/people/{person_id}/tests",
            ids={"person_id": person_id},
            query={"kind": kind, "limit": limit, "cursor": cursor},
            session=session,
        )
        return self._ask(TestPage, call)

    def vaccinations(self, session: str, person_id: str) -> VaccinationRecord:
        """Return a person's vaccinations and the next dose."""
        ids = {"person_id": person_id}
        call = Call("GET", "/v1/people/{person_id}/vaccinations", ids=ids, session=session)
        return self._ask(VaccinationRecord, call)

    def family(
        self, session: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Page[FamilyMember]:
        """Return the people linked to the verified person, in the order they were linked."""
        query = {"limit": limit, "cursor": cursor}
        call = Call("GET", "/v1/people/me/family", query=query, session=session)
        return self._ask(Page[FamilyMember], call)

    def add_family(self, session: str, member: AddFamily, *, key: str) -> FamilyMember:
        """Link a person to the verified one.

        Raises:
            Conflict: linked already, oneself, or the five places are taken.
            ForbiddenPerson: the member has a phone of their own and has not consented.
            IdentityMismatch: name and document do not belong together.
        """
        call = Call("POST", "/v1/people/me/family", body=member.wire(), session=session, key=key)
        return self._ask(FamilyMember, call)

    def remove_family(self, session: str, link_id: str, *, key: str) -> FamilyMember:
        """End a link and return what it was."""
        ids = {"link_id": link_id}
        call = Call("DELETE", "/v1/people/me/family/{link_id}", ids=ids, session=session, key=key)
        return self._ask(FamilyMember, call)

    def notices(self, session: str, *, limit: int | None = None, cursor: str | None = None) -> Page[Notice]:
        """Return the platform's messages to the verified person, newest first."""
        query = {"limit": limit, "cursor": cursor}
        return self._ask(Page[Notice], Call("GET", "/v1/people/me/notices", query=query, session=session))
