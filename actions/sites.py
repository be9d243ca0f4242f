"""Where to test (T1) and where to get a dose (T3): nearest first, with hours, phone, map, age of the data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from actions import speech
from actions.base import TOPICS, Topic, answer
from actions.places import Ambiguous, OutsideSichuan, Place, place_of
from actions.turn import Turn
from backend_client import Site, SitePage

_SHOWN = 3
_ALL_DAY = re.compile(
    r"24\s*(?:小时|h|hour)|通宵|半夜|凌晨|全天|晚上|夜里|around the clock|all night", re.IGNORECASE
)
_OPEN_NOW = re.compile(r"现在|这会儿|这阵|还开|开门|open now|right now|still open", re.IGNORECASE)
_YELLOW = re.compile(r"黄码|yellow", re.IGNORECASE)
_WHERE = re.compile(r"哪|接种点|门诊|地方|附近|where|near", re.IGNORECASE)
_NEARER = re.compile(r"近点|更近|最近的|近一点|nearer|closer", re.IGNORECASE)
_PLACE_KINDS = ("district", "city", "town", "landmark", "place_code", "location", "address")


def wants_place(turn: Turn) -> bool:
    """Whether a vaccine question asks for a site rather than for the record."""
    asked = turn.first("field")
    return (asked is not None and asked.value == "sites") or bool(
        turn.all(*_PLACE_KINDS) or _WHERE.search(turn.text)
    )


def states_wish(text: str) -> bool:
    """Whether words alone narrow a list of sites: “有没有24小时的”, “要近点的”."""
    return any(pattern.search(text) for pattern in (_ALL_DAY, _OPEN_NOW, _YELLOW, _NEARER))


class FindTestSite(Topic):
    """T1: by district, town, zone, landmark or shared location; open now, 24 h, for yellow codes."""

    intents: ClassVar[tuple[str, ...]] = ("find_test_site",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_find_test_site"

    async def handle(self, turn: Turn) -> None:
        """Find the place, then list sites; without a place ask for one."""
        place = await asked_place(turn, "find_test_site")
        if place is None:
            return
        if _NEARER.search(turn.text) and place.point is None:
            turn.say("site.share_location", [turn.button("share_location", "share_location")])
            return
        await self._tell(turn, place, self._filters(turn))

    def _filters(self, turn: Turn) -> dict[str, Any]:
        """Wishes of this message, on top of those still standing when it only names a place."""
        wishes = dict(turn.slots.get("site_filters") or {}) if turn.intent == "inform" else {}
        for wish, pattern in (("open_24h", _ALL_DAY), ("open_now", _OPEN_NOW), ("yellow", _YELLOW)):
            if pattern.search(turn.text):
                wishes[wish] = True
        if turn.first("test_type") and turn.first("test_type").value == "抗体":  # type: ignore[union-attr]
            wishes["service"] = "antibody"
        turn.set("site_filters", wishes or None)
        return wishes

    async def _tell(self, turn: Turn, place: Place, wishes: dict[str, Any]) -> None:
        title = _title(wishes)
        if place.point is None:
            here = await turn.kit.platform.run(lambda p: p.sites(division=place.code, limit=_SHOWN, **wishes))
            if here.items:
                _list(turn, turn.word(title, place=place.name), here.items)
                return
        near = await self._nearest(turn, place, wishes)
        if not near.items:
            turn.say("site.none_anywhere", [turn.button("person", "request_human")], place=place.name)
        else:
            found = f"{title}.near" if place.point else f"{title}.none"
            _list(turn, turn.word(found, place=place.name), near.items)

    async def _nearest(self, turn: Turn, place: Place, wishes: dict[str, Any]) -> SitePage:
        lat, lon = place.point or (None, None)
        code = None if place.point else place.code
        return await turn.kit.platform.run(
            lambda p: p.nearest_sites(division=code, lat=lat, lon=lon, limit=_SHOWN, **wishes)
        )


def _title(wishes: dict[str, Any]) -> str:
    for wish in ("yellow", "open_24h", "open_now"):
        if wishes.get(wish):
            return f"site.title.{wish}"
    return "site.title.any"


async def asked_place(turn: Turn, intent: str) -> Place | None:
    """The place meant; when there is none, or several, the person has been asked and None comes back."""
    try:
        place = await place_of(turn)
    except Ambiguous as several:
        turn.say("place.which", several.buttons(intent), name=several.name)
        return None
    except OutsideSichuan as outside:
        turn.say("place.outside", [turn.button("person", "request_human")], name=str(outside))
        return None
    if place is None:
        turn.say("place.ask", [turn.button("share_location", "share_location")])
    return place


def _list(turn: Turn, title: str, sites: Sequence[Site]) -> None:
    lines = [title, *(f"{number}. {_site(turn, site)}" for number, site in enumerate(sites, 1))]
    oldest = min(site.data_date for site in sites)
    lines.append(turn.word("site.freshness", day=_full_day(turn, oldest)))
    if any(site.demo for site in sites):
        lines.append(turn.word("site.demo"))
    turn.say_text("\n".join(lines), [turn.button("share_location", "share_location")])


def _full_day(turn: Turn, day: Any) -> str:
    spoken = speech.day(day, turn.language)
    return f"{spoken} {day.year}" if turn.language == "en" else f"{day.year}年{spoken}"


def _site(turn: Turn, site: Site) -> str:
    """One site in one or two lines; what is not known is left out, hours unknown are said to be."""
    parts = [site.name]
    if site.distance_m is not None:
        parts.append(speech.distance(site.distance_m, site.precision, turn.language))
    if site.open_24h:
        parts.append(turn.word("site.open_24h"))
    elif site.open_now is not None:
        parts.append(turn.word("site.open" if site.open_now else "site.closed"))
    elif not site.hours:
        parts.append(turn.word("site.hours_unknown"))
    if site.hours and not site.open_24h:
        parts.append(site.hours)
    if site.yellow_code:
        parts.append(turn.word("site.yellow_ok"))
    lines = ["，".join(parts) if turn.language == "zh" else ", ".join(parts), f"   {site.address}"]
    if site.phone:
        lines.append(f"   {turn.word('site.phone')} {site.phone}")
    if site.price_single is not None:
        lines.append(
            "   " + turn.word("site.price", single=_yuan(site.price_single), pooled=_yuan(site.price_pooled))
        )
    lines.append(f"   {map_link(site)}")
    return "\n".join(lines)


def _yuan(price: float | None) -> str:
    return "—" if price is None else f"{price:g}"


def map_link(site: Site) -> str:
    """Address of the place in a map app.

    Coordinates go along only when they are the site's own; else the map searches for the name. Source: AMap
    URI API, ``marker`` and ``search``; ``coordinate=wgs84`` tells the coordinate system.
    """
    if site.precision == "site" and site.lat is not None:
        return f"https://uri.amap.com/marker?position={site.lon:.5f},{site.lat:.5f}&coordinate=wgs84"
    return f"https://uri.amap.com/search?keyword={quote(site.name)}"


async def tell_vaccine_sites(turn: Turn) -> None:
    """List vaccination sites of the place meant, or the nearest ones."""
    place = await asked_place(turn, "query_vaccine")
    if place is None:
        return
    lat, lon = place.point or (None, None)
    if place.point is None:
        sites = await turn.kit.platform.run(lambda p: p.vaccine_sites(division=place.code, limit=_SHOWN))
        if sites.items:
            _list(turn, turn.word("site.title.vaccine", place=place.name), sites.items)
            return
    code = None if place.point else place.code
    near = await turn.kit.platform.run(
        lambda p: p.nearest_vaccine_sites(division=code, lat=lat, lon=lon, limit=_SHOWN)
    )
    if near.items:
        key = "site.title.vaccine.near" if place.point else "site.title.vaccine.none"
        _list(turn, turn.word(key, place=place.name), near.items)
    else:
        turn.say("site.none_anywhere", [turn.button("person", "request_human")], place=place.name)


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
