"""Calls about applications, proved phones and changes of an account."""

from __future__ import annotations

from ..call import Call
from ..models import (
    AccountReviewIn,
    ApplicantCheck,
    ApplicantIn,
    ApplicationIn,
    ApplicationResult,
    CorrectionIn,
    FamilyApplicationIn,
    FamilyHolder,
    MemberIn,
    Page,
    Person,
    PhoneChange,
    PhoneCheckStarted,
    PhoneProof,
    ReviewReceipt,
    StartPhoneCheck,
)
from .base import Caller, fresh_key


class ApplicationCalls(Caller):
    """`/v1/phone-checks`, `/v1/applications`, `/v1/account-reviews`, and the family's part of them."""

    def start_phone_check(self, request: StartPhoneCheck, *, key: str | None = None) -> PhoneCheckStarted:
        """Send a one-time password to a phone nobody need be registered with.

        Raises:
            Locked: too many wrong passwords before.
            RateLimited: too many messages.
        """
        call = Call("POST", "/v1/phone-checks", body=request.wire(), key=key or fresh_key())
        return self._ask(PhoneCheckStarted, call)

    def confirm_phone_check(self, check_id: str, code: str, *, key: str | None = None) -> PhoneProof:
        """Exchange the one-time password for a proof of the phone.

        Raises:
            WrongCode: with the tries left.
            Locked: that was one too many.
            NotFound: no such check.
            Conflict: the password has expired, was used, or was replaced by a newer one.
        """
        call = Call(
            "POST",
            "/v1/phone-checks/{check_id}/confirm",
            ids={"check_id": check_id},
            body={"code": code},
            key=key or fresh_key(),
        )
        return self._ask(PhoneProof, call)

    def check_applicant(self, request: ApplicantIn) -> ApplicantCheck:
        """Ask where an applicant stands before the rest is filled in.

        Raises:
            InvalidInput: a field cannot be right, or the phone is not proved (any more).
            IdentityMismatch: name and document do not belong together.
            Conflict: a guardian has to apply.
        """
        call = Call("POST", "/v1/applications/check", body=request.wire(), key=fresh_key())
        return self._ask(ApplicantCheck, call)

    def create_application(self, request: ApplicationIn, *, key: str) -> ApplicationResult:
        """Apply for a code; the same `key` never applies twice.

        Raises:
            InvalidInput: a field cannot be right, or the phone is not proved (any more).
            IdentityMismatch: name and document do not belong together.
            Conflict: `reason` guarded, other_phone or reviewing.
        """
        call = Call("POST", "/v1/applications", body=request.wire(), key=key)
        return self._ask(ApplicationResult, call)

    def check_member(self, session: str, request: MemberIn) -> ApplicantCheck:
        """Ask where a relative stands, and on what a link to them would rest.

        Raises:
            InvalidInput: name or number cannot be right.
            IdentityMismatch: name and document do not belong together.
        """
        call = Call(
            "POST", "/v1/people/me/family/check", body=request.wire(), session=session, key=fresh_key()
        )
        return self._ask(ApplicantCheck, call)

    def create_family_application(
        self, session: str, request: FamilyApplicationIn, *, key: str
    ) -> ApplicationResult:
        """Apply for a relative and link them, both or neither.

        Raises:
            InvalidInput: a field cannot be right, a phone is not proved, or the statement is missing.
            IdentityMismatch: name and document do not belong together.
            Conflict: `reason` has_code, other_phone, reviewing, five_members or three_users.
        """
        call = Call(
            "POST", "/v1/people/me/family/applications", body=request.wire(), session=session, key=key
        )
        return self._ask(ApplicationResult, call)

    def family_holders(
        self, session: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Page[FamilyHolder]:
        """Return who acts for the verified person; end a link with `remove_family`."""
        query = {"limit": limit, "cursor": cursor}
        call = Call("GET", "/v1/people/me/family/holders", query=query, session=session)
        return self._ask(Page[FamilyHolder], call)

    def change_phone(self, session: str, change: PhoneChange, *, key: str) -> Person:
        """Put a proved phone in the place of the registered one.

        Raises:
            InvalidInput: the phone is not proved (any more).
        """
        call = Call("POST", "/v1/people/me/phone", body=change.wire(), session=session, key=key)
        return self._ask(Person, call)

    def create_correction(self, session: str, request: CorrectionIn, *, key: str) -> ReviewReceipt:
        """Ask for a correction of the verified person's name or document.

        Raises:
            InvalidInput: a value cannot be right.
            IdentityMismatch: name and document do not belong together.
            Conflict: `reason` unchanged or document_taken.
        """
        call = Call("POST", "/v1/people/me/corrections", body=request.wire(), session=session, key=key)
        return self._ask(ReviewReceipt, call)

    def create_account_review(self, request: AccountReviewIn, *, key: str) -> ReviewReceipt:
        """Ask a person to look at an account whose owner cannot be verified.

        Raises:
            InvalidInput: a value cannot be right, or the phone is not proved (any more).
        """
        call = Call("POST", "/v1/account-reviews", body=request.wire(), key=key)
        return self._ask(ReviewReceipt, call)
