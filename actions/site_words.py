"""A site in words: hours as people say them, phone, price, map."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import quote

from actions import speech
from actions.turn import Turn
from backend_client import Site

_SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~－至到]+\s*(次日)?\s*(\d{1,2})[:：](\d{2})")


def site_text(turn: Turn, site: Site) -> str:
    """One site in a few lines; what is not known is left out, unknown hours are said to be."""
    parts = [site.name]
    if site.distance_m is not None:
        parts.append(speech.distance(site.distance_m, site.precision, turn.language))
    parts += _open(turn, site)
    if site.yellow_code:
        parts.append(turn.word("site.yellow_ok"))
    parts = [parts[0], *(part[:1].lower() + part[1:] for part in parts[1:])]
    lines = ["，".join(parts) if turn.language == "zh" else ", ".join(parts), f"   {_where(site)}"]
    if site.hours and not site.open_24h:
        lines.append(f"   {turn.word('site.hours', hours=spoken_hours(site.hours, turn.language))}")
    if site.phone:
        lines.append(f"   {turn.word('site.phone')} {site.phone}")
    if site.price_single is not None or site.price_pooled is not None:
        lines.append("   " + turn.word("site.price", prices=_prices(turn, site)))
    lines.append(f"   {map_link(site)}")
    return "\n".join(lines)


def _where(site: Site) -> str:
    """The address with its district, which people look for first."""
    district = site.division.name
    return site.address if district in site.address else f"{district}{site.address}"


def _open(turn: Turn, site: Site) -> list[str]:
    """“24小时”, “现在开着，到下午5点”, “现在没开，明天上午8点开门”."""
    if site.open_24h:
        return [turn.word("site.open_24h")]
    if site.open_now and site.closes_at is not None:
        return [turn.word("site.open.until", until=_when(turn, site.closes_at))]
    if site.open_now is False and site.opens_at is not None:
        return [turn.word("site.closed.until", opens=_when(turn, site.opens_at))]
    if site.open_now is not None:
        return [turn.word("site.open" if site.open_now else "site.closed")]
    return [] if site.hours else [turn.word("site.hours_unknown")]


def _when(turn: Turn, moment: datetime) -> str:
    """A time of today without its day, of tomorrow with “明天”, else with its date."""
    today = turn.now.astimezone(speech.CHINA).date()
    day = moment.astimezone(speech.CHINA).date()
    clock = speech.clock(moment, turn.language)
    if day == today:
        return clock
    if day == today + timedelta(days=1):
        return turn.word("site.tomorrow", clock=clock)
    return speech.moment(moment, turn.language)


def spoken_hours(text: str, language: str) -> str:
    """“8:00-12:00,14:00-17:30” as people say it: “上午8点到中午12点，下午2点到下午5点30分”."""

    def span(match: re.Match[str]) -> str:
        start, end = (_clock(int(match[h]), int(match[m]), language) for h, m in ((1, 2), (4, 5)))
        if language == "en":
            return f"{start} to {end}{' the next day' if match[3] else ''}"
        return f"{start}到{match[3] or ''}{end}"

    said = _SPAN.sub(span, text)
    return re.sub(r"\s*[,;；，]\s*", ", " if language == "en" else "，", said)


def _clock(hour: int, minute: int, language: str) -> str:
    if hour == 24:  # noqa: PLR2004 - midnight at the end of a day
        return "midnight" if language == "en" else "夜里12点"
    return speech.clock(datetime(2022, 1, 1, hour % 24, minute % 60, tzinfo=speech.CHINA), language)


def _prices(turn: Turn, site: Site) -> str:
    said = []
    for key, price in (("single", site.price_single), ("pooled", site.price_pooled)):
        if price is not None:
            words = (
                turn.word("site.free") if price == 0 else turn.word(f"site.price.{key}", price=f"{price:g}")
            )
            said.append(words[:1].lower() + words[1:])
    return speech.join(dict.fromkeys(said), turn.language)


def map_link(site: Site) -> str:
    """Address of the place in a map app.

    Coordinates go along only when they are the site's own; else the map searches for the name. Source: AMap
    URI API, ``marker`` and ``search``; ``coordinate=wgs84`` tells the coordinate system.
    """
    if site.precision == "site" and site.lat is not None:
        return f"https://uri.amap.com/marker?position={site.lon:.5f},{site.lat:.5f}&coordinate=wgs84"
    return f"https://uri.amap.com/search?keyword={quote(site.name)}"
