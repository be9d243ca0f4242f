"""Calls about codes to be shown, venues and checks at the door."""

from __future__ import annotations

from ..call import Call
from ..models import (
    Check,
    CheckIn,
    LaneEntry,
    LaneEntryIn,
    MakePass,
    Pass,
    PassList,
    Shift,
    ShiftEnded,
    Venue,
    VenueCounts,
    VenueIn,
    VenueInvitation,
    VenueList,
    VenueRole,
    VenueRoleList,
    Visit,
    VisitIn,
)
from .base import Caller


class ShowingCalls(Caller):
    """`/v1/people/…/passes`, `/v1/venues`, `/v1/checks`, `/v1/lane-entries`."""

    def passes(self, session: str, person_id: str) -> PassList:
        """Return a person's offline codes of the last 14 days, newest first."""
        ids = {"person_id": person_id}
        return self._ask(PassList, Call("GET", "/v1/people/{person_id}/passes", ids=ids, session=session))

    def make_pass(self, session: str, person_id: str, wish: MakePass, *, key: str) -> Pass:
        """Give out a code to be shown.

        Raises:
            Conflict: no code that could be shown; offline besides: a red one, or another one is out.
            ForbiddenPerson: somebody not linked.
        """
        ids = {"person_id": person_id}
        call = Call(
            "POST", "/v1/people/{person_id}/passes", ids=ids, body=wish.wire(), session=session, key=key
        )
        return self._ask(Pass, call)

    def revoke_pass(self, session: str, person_id: str, serial: str, *, key: str) -> Pass:
        """End an offline code."""
        ids = {"person_id": person_id}
        call = Call(
            "POST",
            "/v1/people/{person_id}/pass-ends",
            ids=ids,
            body={"serial": serial},
            session=session,
            key=key,
        )
        return self._ask(Pass, call)

    def create_venue(self, session: str, venue: VenueIn, *, key: str) -> Venue:
        """Register a venue of the verified person.

        Raises:
            Conflict: as many venues as one manager may have.
            InvalidInput: a kind that citizens do not register, or an unknown division.
        """
        return self._ask(Venue, Call("POST", "/v1/venues", body=venue.wire(), session=session, key=key))

    def my_venues(self, session: str) -> VenueList:
        """Return the open venues the verified person manages or checks at."""
        return self._ask(VenueList, Call("GET", "/v1/people/me/venues", session=session))

    def venue(self, code: str) -> Venue:
        """Return what is written at the door of a venue."""
        return self._ask(Venue, Call("GET", "/v1/venues/{code}", ids={"code": code}))

    def close_venue(self, session: str, code: str, *, key: str) -> Venue:
        """Close a venue.

        Raises:
            ForbiddenPerson: somebody else manages it.
            Conflict: closed already.
        """
        call = Call("POST", "/v1/venues/{code}/closure", ids={"code": code}, session=session, key=key)
        return self._ask(Venue, call)

    def venue_counts(self, session: str, code: str, *, days: int | None = None) -> VenueCounts:
        """Return visits a day to the manager, today first; without `days` a week."""
        ids = {"code": code}
        call = Call("GET", "/v1/venues/{code}/counts", ids=ids, query={"days": days}, session=session)
        return self._ask(VenueCounts, call)

    def record_visit(self, session: str, code: str, visit: VisitIn, *, key: str) -> Visit:
        """Record that somebody scanned a venue's code.

        Raises:
            Conflict: the venue is closed, or there is no code that could be shown.
        """
        ids = {"code": code}
        call = Call("POST", "/v1/venues/{code}/visits", ids=ids, body=visit.wire(), session=session, key=key)
        return self._ask(Visit, call)

    def venue_roles(self, session: str, code: str) -> VenueRoleList:
        """Return who was asked and who works at a venue, to its manager."""
        call = Call("GET", "/v1/venues/{code}/staff", ids={"code": code}, session=session)
        return self._ask(VenueRoleList, call)

    def invite(self, session: str, code: str, invitation: VenueInvitation, *, key: str) -> VenueRole:
        """Ask the holder of a phone to check at a venue or to take it over."""
        ids = {"code": code}
        call = Call(
            "POST", "/v1/venues/{code}/staff", ids=ids, body=invitation.wire(), session=session, key=key
        )
        return self._ask(VenueRole, call)

    def remove_role(self, session: str, code: str, role_id: str, *, key: str) -> VenueRole:
        """End somebody's work at a venue, or an invitation."""
        ids, body = {"code": code}, {"role_id": role_id}
        call = Call("POST", "/v1/venues/{code}/staff-ends", ids=ids, body=body, session=session, key=key)
        return self._ask(VenueRole, call)

    def accept_invitation(self, session: str, code: str, *, key: str) -> Venue:
        """Take up an invitation sent to the verified person's phone.

        Raises:
            NotFound: nobody invited this phone there.
        """
        call = Call("POST", "/v1/venues/{code}/acceptance", ids={"code": code}, session=session, key=key)
        return self._ask(Venue, call)

    def start_shift(self, session: str, code: str, *, key: str) -> Shift:
        """Begin to check at a venue.

        Raises:
            ForbiddenPerson: neither its manager nor accepted staff.
        """
        call = Call("POST", "/v1/venues/{code}/shifts", ids={"code": code}, session=session, key=key)
        return self._ask(Shift, call)

    def end_shift(self, shift_token: str, *, key: str) -> ShiftEnded:
        """End a shift."""
        return self._ask(
            ShiftEnded, Call("POST", "/v1/shift-ends", body={"shift_token": shift_token}, key=key)
        )

    def check_person(self, check: CheckIn, *, key: str) -> Check:
        """Say whether somebody may pass.

        Raises:
            ForbiddenPerson: not on duty.
            RateLimited: too many checks.
        """
        return self._ask(Check, Call("POST", "/v1/checks", body=check.wire(), key=key))

    def register_without_code(self, entry: LaneEntryIn, *, key: str) -> LaneEntry:
        """Write down somebody who was let in by hand.

        Raises:
            ForbiddenPerson: not on duty.
        """
        return self._ask(LaneEntry, Call("POST", "/v1/lane-entries", body=entry.wire(), key=key))
