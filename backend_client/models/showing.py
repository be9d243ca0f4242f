"""Codes to be shown, venues, and checks at the door."""

from __future__ import annotations

from typing import Literal

from .base import Answer, Day, Moment, Question, Text, Whole
from .people import Colour
from .places import DivisionRef

PassKind = Literal["live", "offline"]
VenueType = Literal[
    "medical",
    "custody",
    "welfare",
    "school",
    "market",
    "mall",
    "restaurant",
    "exhibition",
    "tourism",
    "culture",
    "sports",
    "hotel",
    "station",
    "park",
    "community",
    "other",
    "entry_checkpoint",
]
VenueRoleName = Literal["staff", "manager"]
CheckPurpose = Literal["entry", "medical", "transport", "sampling", "checkpoint"]
Verdict = Literal["pass", "restrict", "forbid", "not_valid", "no_code"]


class MakePass(Question):
    """Which code to give out, and which offline code ends with it."""

    kind: PassKind
    replaces: str | None = None


class Pass(Answer):
    """A signed code. `payload` is what its QR holds, None when it no longer counts."""

    serial: Text
    kind: PassKind
    person_id: Text
    colour: Colour
    name_masked: Text
    document_masked: Text
    issued_at: Moment
    expires_at: Moment
    state: Literal["valid", "expired", "revoked"]
    payload: Text | None = None
    as_of: Moment


class PassList(Answer):
    """A person's offline codes, newest first."""

    items: tuple[Pass, ...]


class VenueIn(Question):
    """A venue to register."""

    name: str
    type: str
    division_code: str
    address: str
    contact_phone: str


class Venue(Answer):
    """A place with a code at its door; `role` is what the verified person is there."""

    code: Text
    name: Text
    type: VenueType
    division: DivisionRef
    address: Text
    state: Literal["open", "closed"]
    role: VenueRoleName | None = None
    created_at: Moment


class VenueList(Answer):
    """The venues of a person."""

    items: tuple[Venue, ...]


class DayCount(Answer):
    """Visits of one day."""

    day: Day
    visits: Whole


class VenueCounts(Answer):
    """Visits a day, today first."""

    items: tuple[DayCount, ...]
    as_of: Moment


class VisitIn(Question):
    """Who comes in, when not the verified person."""

    person_id: str | None = None


class Visit(Answer):
    """A visit that was recorded, with the colour to show at the door."""

    visit_id: Text
    person_id: Text
    venue: Venue
    colour: Colour
    at: Moment
    kept_days: Whole


class VenueInvitation(Question):
    """Whom to ask for what."""

    role: str
    phone: str


class VenueRole(Answer):
    """Somebody asked or working at a venue, masked."""

    role_id: Text
    role: VenueRoleName
    phone_masked: Text
    name_masked: Text | None = None
    state: Literal["invited", "working", "ended"]
    expires_at: Moment


class VenueRoleList(Answer):
    """The people of a venue."""

    items: tuple[VenueRole, ...]


class Shift(Answer):
    """A stretch of checking; whoever holds `shift_token` checks for it until `ends_at`."""

    shift_token: Text
    venue: Venue
    started_at: Moment
    ends_at: Moment


class ShiftEnded(Answer):
    """When a shift ended."""

    ended_at: Moment


class CheckIn(Question):
    """Whom to check, what for: by the text of a code, else by a document number."""

    shift_token: str
    purpose: str
    payload: str | None = None
    document_number: str | None = None


class Check(Answer):
    """A word on somebody at the door, never a reason."""

    verdict: Verdict
    at: Moment


class LaneEntryIn(Question):
    """Somebody let in by hand."""

    shift_token: str
    name: str
    document_number: str | None = None
    companion_phone: str | None = None
    temperature: float
    purpose: str


class LaneEntry(Answer):
    """What was written down, and for how many days it is kept."""

    entry_id: Text
    at: Moment
    kept_days: Whole
