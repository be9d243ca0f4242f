"""Forms of venues: registering one, and asking somebody by phone to work at it or to take it over."""

from __future__ import annotations

from typing import Any, ClassVar

from actions.drafts import Draft
from actions.field_form import FieldForm
from actions.fields import Field, Option, one_of, own_words, token
from actions.places import SICHUAN
from actions.turn import Turn
from actions.venue_codes import say_poster
from backend_client import VenueIn, VenueInvitation

#: Kinds of venue in the order they are offered (backend/rules/data/venue_types.yml).
TYPES = (
    "restaurant",
    "mall",
    "market",
    "hotel",
    "medical",
    "school",
    "station",
    "community",
    "culture",
    "sports",
    "tourism",
    "park",
    "exhibition",
    "welfare",
    "custody",
    "other",
)
_FINEST = ("town", "district", "city")
_SHORTEST_NAME = 2


def _place(turn: Turn, asked: bool) -> str | None:
    """Read the division where the venue is, as code and name; a name of several divisions is asked again."""
    named = sorted(turn.all(*_FINEST), key=lambda e: _FINEST.index(e.kind))
    if not named or not asked:
        return None
    code = str(named[0].extra.get("adcode") or "")
    several = len(named[0].extra.get("candidates") or []) > 1
    return f"{code}|{named[0].value}" if code.startswith(SICHUAN) and not several else None


def _shown_place(turn: Turn, value: Any) -> str:
    return str(value).partition("|")[2]


class VenueForm(FieldForm):
    """Registers a venue: name, kind, district, address, a phone; then hands out the poster."""

    form: ClassVar[str] = "venue_form"
    prefix: ClassVar[str] = "venue"
    needs_person: ClassVar[bool] = True
    schema: ClassVar[tuple[Field, ...]] = (
        Field("venue_name", own_words(_SHORTEST_NAME, 40)),
        one_of("kind", tuple(Option(name, f"venue.option.kind.{name}") for name in TYPES)),
        Field("place", _place, shown=_shown_place),
        Field("street", own_words(_SHORTEST_NAME, 120)),
        Field("contact_phone", token("PHONE")),
    )
    wire: ClassVar[dict[str, str]] = {
        "name": "venue_name",
        "type": "kind",
        "division_code": "place",
        "address": "street",
    }

    async def submit(self, turn: Turn, draft: Draft) -> None:
        """Register it and hand out the poster."""
        access = turn.access()
        phone = turn.reveal(draft.values["contact_phone"])
        venue = VenueIn(
            name=turn.masked(draft.values["venue_name"]),
            type=draft.values["kind"],
            division_code=draft.values["place"].partition("|")[0],
            address=turn.masked(draft.values["street"]),
            contact_phone=phone.value if phone else "",
        )
        made = await turn.kit.platform.run(lambda p: p.create_venue(access.session, venue, key=draft.key))
        await say_poster(turn, made, "venue.created")
        self.finish(turn)


class VenueInvitationForm(FieldForm):
    """Asks the holder of a phone to check at the door, or to manage the venue."""

    form: ClassVar[str] = "venue_invitation_form"
    prefix: ClassVar[str] = "venue_invitation"
    needs_person: ClassVar[bool] = True
    schema: ClassVar[tuple[Field, ...]] = (
        one_of(
            "role",
            (
                Option("staff", "venue_invitation.role.staff"),
                Option("manager", "venue_invitation.role.manager"),
            ),
        ),
        Field("venue", own_words(), shown=_shown_place),
        Field("invited_phone", token("PHONE")),
    )
    wire: ClassVar[dict[str, str]] = {"phone": "invited_phone"}

    async def submit(self, turn: Turn, draft: Draft) -> None:
        """Send the invitation and tell what happens next."""
        access = turn.access()
        phone = turn.reveal(draft.values["invited_phone"])
        code, _, name = draft.values["venue"].partition("|")
        wish = VenueInvitation(role=draft.values["role"], phone=phone.value if phone else "")
        made = await turn.kit.platform.run(lambda p: p.invite(access.session, code, wish, key=draft.key))
        turn.say(
            f"venue_invitation.sent.{made.role}",
            private=True,
            phone=made.phone_masked,
            venue=name,
            code=f"TFV-{code}",
        )
        self.finish(turn)
