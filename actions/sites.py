"""Where to test (T1) and where to get a dose (T3): one way to find, list and leaf through sites of both kinds."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from actions import speech
from actions.base import TOPICS, Topic, answer
from actions.places import Ambiguous, OutsideSichuan, Place, place_of
from actions.site_wishes import ALL_DAY, AROUND, MORE, NEARER, OPEN_NOW, YELLOW
from actions.site_words import site_text
from actions.turn import NeedsIdentity, Turn
from backend_client import PlatformError, Site, SitePage

log = logging.getLogger(__name__)

_SHOWN = 3
#: As many as are leafed through; a longer list helps nobody at a door.
_FETCHED = 30
_WHERE = re.compile(r"哪|接种点|门诊|地方|附近|where|near", re.IGNORECASE)
_PLACE_KINDS = ("district", "city", "town", "landmark", "place_code", "location", "address")


@dataclass(frozen=True)
class Kind:
    """A kind of site.

    Attributes:
        intent: of the topic that lists it.
        title: last part of the title's response key when nothing narrows the list.
        tests: whether it is test sites, which can be narrowed (yellow codes, antibody tests).
    """

    intent: str
    title: str
    tests: bool


TEST = Kind("find_test_site", "any", tests=True)
VACCINE = Kind("query_vaccine", "vaccine", tests=False)


def wants_place(turn: Turn) -> bool:
    """Whether a vaccine question asks for a site rather than for the record."""
    asked = turn.first("field")
    again = turn.intent == "inform" and turn.slots.get("last_person_topic") != "query_vaccine"
    return (
        again
        or (asked is not None and asked.value == "sites")
        or bool(turn.all(*_PLACE_KINDS, "shown_number") or _WHERE.search(turn.text) or MORE.search(turn.text))
    )


class FindTestSite(Topic):
    """T1: by district, town, zone, landmark or shared location; open now, 24 h, for yellow codes."""

    intents: ClassVar[tuple[str, ...]] = ("find_test_site",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_find_test_site"

    async def handle(self, turn: Turn) -> None:
        """Find the place, then list sites; without a place ask for one."""
        await tell_sites(turn, TEST)


async def tell_sites(turn: Turn, kind: Kind) -> None:
    """List sites of the place meant, or the nearest ones; a wish for more leafs on, a number picks one."""
    number = turn.first("shown_number")
    if number is not None and _tell_shown(turn, int(number.value)):
        return
    place = await asked_place(turn, kind.intent)
    if place is None:
        return
    if NEARER.search(turn.text) and place.point is None:
        turn.say("site.share_location", [turn.button("share_location", "share_location")])
        return
    wishes = _wishes(turn) if kind.tests else {"open_now": True} if OPEN_NOW.search(turn.text) else {}
    for_yellow = kind.tests and not wishes.get("yellow") and await _known_yellow(turn)
    if for_yellow:
        wishes["yellow"] = True
    sites, how = await _found(turn, kind, place, wishes)
    if not sites:
        turn.say(
            "site.none_anywhere", [turn.button("person", "request_human")], place=place.said(turn.language)
        )
        return
    title = _title(kind, wishes)
    if wishes.get("open_now"):
        sites, title = _open_first(sites, title)
    _tell_page(turn, turn.word(f"{title}{how}", place=place.said(turn.language)), sites, private=for_yellow)


async def tell_vaccine_sites(turn: Turn) -> None:
    """List vaccination sites of the place meant, or the nearest ones."""
    await tell_sites(turn, VACCINE)


def _wishes(turn: Turn) -> dict[str, Any]:
    """Wishes of this message, on top of those still standing when it only adds to the last question."""
    wishes = dict(turn.slots.get("site_filters") or {}) if turn.intent == "inform" else {}
    for wish, pattern in (("open_24h", ALL_DAY), ("open_now", OPEN_NOW), ("yellow", YELLOW)):
        if pattern.search(turn.text):
            wishes[wish] = True
    if any(e.value == "黄码" for e in turn.all("code_color")):
        wishes["yellow"] = True
    if any(e.value == "抗体" for e in turn.all("test_type")):
        wishes["service"] = "antibody"
    turn.set("site_filters", wishes or None)
    return wishes


async def _known_yellow(turn: Turn) -> bool:
    """Whether the verified person has a yellow code now; not knowing it keeps nobody from an answer."""
    try:
        access = turn.access()
        code = await turn.kit.platform.run(lambda p: p.code(access.session, access.person_id))
    except (NeedsIdentity, PlatformError) as error:
        log.info("colour_not_known", extra={"error": type(error).__name__})
        return False
    return code.colour == "yellow"


async def _found(turn: Turn, kind: Kind, place: Place, wishes: dict[str, Any]) -> tuple[Sequence[Site], str]:
    """Sites, and how they were found: in the division (“”), near a point or its surroundings, or none there."""
    around = bool(AROUND.search(turn.text)) and turn.intent == "inform"
    narrowed = {wish: value for wish, value in wishes.items() if wish != "open_now"}
    if place.point is None and not around:
        here = await _page(turn, kind, {"division": place.code, **narrowed}, nearest=False)
        if here.items:
            return _for_colour(here.items, wishes), ""
    lat, lon = place.point or (None, None)
    where = {"lat": lat, "lon": lon} if place.point else {"division": place.code}
    near = await _page(turn, kind, {**where, **narrowed}, nearest=True)
    return _for_colour(near.items, wishes), ".near" if place.point or around else ".none"


def _for_colour(sites: Sequence[Site], wishes: dict[str, Any]) -> Sequence[Site]:
    """Nobody without a yellow code is sent first to where yellow codes queue; else the order stays."""
    return sites if wishes.get("yellow") else sorted(sites, key=lambda site: site.yellow_code is True)


async def _page(turn: Turn, kind: Kind, query: dict[str, Any], *, nearest: bool) -> SitePage:
    names = ("nearest_sites", "sites") if kind.tests else ("nearest_vaccine_sites", "vaccine_sites")
    name = names[0] if nearest else names[1]
    return await turn.kit.platform.run(lambda p: getattr(p, name)(**query, limit=_FETCHED))


def _open_first(sites: Sequence[Site], title: str) -> tuple[Sequence[Site], str]:
    """Those open now; when none is, the ones that open first."""
    open_now = [site for site in sites if site.open_now]
    if open_now:
        return open_now, title
    opening = sorted((s for s in sites if s.opens_at), key=_opening)
    return (opening, "site.title.opens_first") if opening else (sites, "site.title.open_unknown")


def _opening(site: Site) -> float:
    return site.opens_at.timestamp() if site.opens_at else float("inf")


def _title(kind: Kind, wishes: dict[str, Any]) -> str:
    if kind.tests:
        for wish in ("yellow", "open_24h", "open_now"):
            if wishes.get(wish):
                return f"site.title.{wish}"
    return f"site.title.{kind.title}"


def _tell_page(turn: Turn, title: str, sites: Sequence[Site], *, private: bool) -> None:
    """One page of the list, numbered on from the page before, with the age of the data."""
    more = turn.intent == "inform" and (bool(MORE.search(turn.text)) or _tapped(turn, "more"))
    start = int(turn.slots.get("site_page") or 0) + _SHOWN if more else 0
    page = list(sites[start : start + _SHOWN])
    share = turn.button("share_location", "share_location")
    if not page:
        turn.say("site.no_more", [share, turn.button("person", "request_human")])
        return
    texts = [site_text(turn, site) for site in page]
    turn.set("site_page", start)
    turn.set("shown_sites", {"first": start + 1, "texts": texts})
    lines = [turn.word("site.for_your_yellow")] if private else []
    lines += [title, *(f"{number}. {text}" for number, text in enumerate(texts, start + 1))]
    lines.append(turn.word("site.freshness", day=_full_day(turn, min(site.data_date for site in page))))
    if any(site.demo for site in page):
        lines.append(turn.word("site.demo"))
    buttons = [turn.button("more_sites", "inform", choice="more")] if len(sites) > start + _SHOWN else []
    turn.say_text("\n".join(lines), [*buttons, share], private=private)


def _tapped(turn: Turn, choice: str) -> bool:
    tapped = turn.first("choice")
    return tapped is not None and tapped.value == choice


def _full_day(turn: Turn, day: date) -> str:
    spoken = speech.day(day, turn.language)
    return f"{spoken} {day.year}" if turn.language == "en" else f"{day.year}年{spoken}"


def _tell_shown(turn: Turn, number: int) -> bool:
    """The site of the last list with this number; False when there is no list."""
    shown = turn.slots.get("shown_sites")
    if not isinstance(shown, dict) or not shown.get("texts"):
        return False
    place = number - int(shown["first"])
    texts = shown["texts"]
    if 0 <= place < len(texts):
        turn.say_text(turn.word("site.number", number=number, site=texts[place]))
    else:
        turn.say("site.no_such_number", last=int(shown["first"]) + len(texts) - 1)
    return True


async def asked_place(turn: Turn, intent: str) -> Place | None:
    """The place meant; when there is none, or several, the person has been asked and None comes back."""
    try:
        place = await place_of(turn)
    except Ambiguous as several:
        turn.say("place.which", several.buttons(intent, turn.language), name=several.name)
        return None
    except OutsideSichuan as outside:
        turn.say("place.outside", [turn.button("person", "request_human")], name=str(outside))
        return None
    if place is None:
        turn.say("place.ask", [turn.button("share_location", "share_location")])
    return place


class ShareLocation(Topic):
    """A shared position: answers what was asked before, else shows the nearest test sites."""

    intents: ClassVar[tuple[str, ...]] = ("share_location",)
    resumable: ClassVar[bool] = False

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_share_location"

    async def handle(self, turn: Turn) -> None:
        """Use the position, or say how to send one where the button is only words."""
        if turn.first("location") is None:
            turn.say("place.how_to_share")
            return
        topic = turn.slots.get("last_topic")
        turn.intent = "inform"
        chosen = topic if topic in ("find_test_site", "query_vaccine") else "find_test_site"
        await answer(turn, TOPICS[chosen])
