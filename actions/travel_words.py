"""Travel rules in words: measures, effects on the colour, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from actions import speech
from actions.journeys import Trip
from actions.turn import Button, Turn
from backend_client import TravelAnswer, TravelMeasure, TravelRule


def route(turn: Turn, trip: Trip) -> str:
    """“从上海到成都”, “离开成都”, “来四川”."""
    values = {"origin": trip.origin_name, "destination": trip.destination_name}
    if trip.origin_name and trip.destination_name:
        key = "both"
    elif trip.origin_name:
        key = "leave" if trip.begins_in_sichuan else "from"
    else:
        key = "to" if trip.destination_name else "none"
    needed = {"both": values, "from": {"origin": trip.origin_name}, "leave": {"origin": trip.origin_name}}
    return turn.word(
        f"travel.route.{key}",
        **needed.get(key, {"destination": trip.destination_name} if key == "to" else {}),
    )


def way(turn: Turn, trip: Trip, answer: TravelAnswer) -> str:
    """The route, with the day unless it is today."""
    said = route(turn, trip)
    if answer.day == turn.now.astimezone(speech.CHINA).date():
        return said
    return turn.word("travel.on", route=said, day=speech.day(answer.day, turn.language))


def head(turn: Turn, trip: Trip, answer: TravelAnswer, stay: str | None) -> str:
    """Which journey the answer is about."""
    journey = way(turn, trip, answer)
    gap = " " if turn.language == "en" else ""
    spoken_of = bool(stay) and any(rule.stay for rule in answer.items)
    if not spoken_of or stay is None:
        return turn.word("travel.head.any", route=journey) + gap
    name = turn.word("travel.clear_words") if stay == "clear" else stay_name(turn, stay)
    return turn.word("travel.head.stay", route=journey, stay=name) + gap


def stay_name(turn: Turn, stay: str) -> str:
    """“高风险区”."""
    return turn.word(f"travel.stay.{stay}")


def sentence(turn: Turn, trip: Trip, rule: TravelRule) -> str:
    """Everything one rule asks, and what it does to the code."""
    parts = [_end(turn, clause(turn, rule.requires, trip.left))]
    for effect in rule.colour:
        if effect.colour == "green":
            continue
        colour = speech.colour(effect.colour, turn.language)
        hours = {"hours": effect.hours} if effect.when != "always" else {}
        parts.append(turn.word(f"travel.colour.{effect.when}", colour=colour, **hours))
    isolates = any(m.what == "isolation" for m in rule.requires)
    if isolates and not rule.colour:
        parts.append(turn.word("travel.colour.unknown"))
    if rule.origin_partly:
        parts.append(turn.word("travel.partly", origin=trip.origin_name or ""))
    elif "requires" in rule.assumed:
        parts.append(turn.word("travel.confirm"))
    if rule.trust == "W":
        parts.append(turn.word("travel.weak"))
    return (" " if turn.language == "en" else "").join(parts)


def clause(turn: Turn, measures: Iterable[TravelMeasure], left: str | None = None) -> str:
    """Measures in one clause; what is asked instead stands at the end."""
    listed = sorted(measures, key=lambda m: m.what != "free")
    comma = "; " if turn.language == "en" else "，"
    said = comma.join(_measure(turn, m, left) for m in listed if not m.otherwise)
    instead = comma.join(_measure(turn, m, left) for m in listed if m.otherwise)
    tests_only = {m.what for m in listed} <= {"test_after", "monitoring", "test_on_days"}
    if tests_only and any(m.what == "test_after" and m.days for m in listed):
        said = turn.word("travel.no_isolation") + comma + said
    return said + (comma + turn.word("travel.otherwise", measures=instead) if instead else "")


def sources(turn: Turn, rules: Sequence[TravelRule]) -> str:
    """“（来源：央广网，2022年6月29日起；……）”, each source once."""
    listed: dict[str, str] = {}
    for rule in rules:
        since = rule.valid_from
        spoken = speech.day(since, turn.language)
        when = f"{spoken} {since.year}" if turn.language == "en" else f"{since.year}年{spoken}"
        listed.setdefault(rule.source, turn.word("travel.source.one", name=rule.source, since=when))
    return turn.word("travel.source", sources=("; " if turn.language == "en" else "；").join(listed.values()))


def choice(turn: Turn, stay: str) -> Button:
    """A tap that says what a place was."""
    return Button(stay_name(turn, stay), "ask_travel_policy", {"choice": f"stay={stay}"})


def ways_on(turn: Turn, answer: TravelAnswer) -> list[Button]:
    """What may be done next: the entry code, a site, a work order where something is not known, a person."""
    kinds = {measure.what for rule in answer.items for measure in rule.requires}
    buttons = []
    if "entry_code" in kinds:
        buttons.append(turn.button("entry_code", "ask_entry_code"))
    if kinds & {"test_after", "test_before", "test_on_days"}:
        buttons.append(turn.button("sites", "find_test_site"))
    if answer.silent or not answer.items:
        buttons.append(turn.button("ticket", "complain"))
    return [*buttons, turn.button("person", "request_human")]


def _piece(turn: Turn, key: str, **values: object) -> str:
    """Words that go on inside a sentence: small at the beginning and set apart in English."""
    said = turn.word(key, **values)
    if turn.language != "en":
        return said
    return ("" if said[:1] in "(;," else " ") + said[:1].lower() + said[1:]


def _end(turn: Turn, text: str) -> str:
    return text[:1].upper() + text[1:] + "." if turn.language == "en" else text + "。"


def _measure(turn: Turn, measure: TravelMeasure, left: str | None) -> str:
    words = _SPOKEN.get(measure.what)
    said = words(turn, measure, left) if words else turn.word(f"travel.measure.{measure.what}")
    return said[:1].lower() + said[1:] if turn.language == "en" else said


def _test_before(turn: Turn, measure: TravelMeasure, left: str | None) -> str:
    if measure.count and measure.days:
        return turn.word("travel.measure.test_before.several", count=measure.count, days=measure.days)
    return turn.word("travel.measure.test_before", hours=measure.hours)


def _test_after(turn: Turn, measure: TravelMeasure, left: str | None) -> str:
    values: dict[str, Any] = {"count": measure.count or 1}
    key = "travel.measure.test_after"
    if measure.hours:
        key, values = f"{key}.hours", {**values, "hours": measure.hours}
    elif measure.days:
        key, values = f"{key}.days", {**values, "days": measure.days}
    said = turn.word(key, **values)
    if measure.interval_hours:
        said += _piece(turn, "travel.measure.interval", hours=measure.interval_hours)
    if measure.advised:
        said += _piece(turn, "travel.measure.advised")
    if measure.untested_days:
        said += _piece(turn, "travel.measure.untested", days=measure.untested_days)
    return said + (_piece(turn, "travel.measure.first_frees") if measure.first_frees else "")


def _test_on_days(turn: Turn, measure: TravelMeasure, left: str | None) -> str:
    said = turn.word(
        "travel.measure.test_on_days", days=speech.join(map(str, measure.on_days), turn.language)
    )
    return said + (_piece(turn, "travel.measure.throat") if measure.swab else "")


def _test_release(turn: Turn, measure: TravelMeasure, left: str | None) -> str:
    said = turn.word("travel.measure.test_release" + (".double" if measure.double else ""))
    return said + (
        _piece(turn, "travel.measure.untested", days=measure.untested_days) if measure.untested_days else ""
    )


def _isolation(turn: Turn, measure: TravelMeasure, left: str | None) -> str:
    said = turn.word(f"travel.measure.isolation.{measure.kind}", days=measure.days)
    if measure.count_from == "departure" and left and measure.days:
        gone = date.fromisoformat(left)
        days = {"left": speech.day(gone, turn.language)}
        days["until"] = speech.day(gone + timedelta(days=measure.days), turn.language)
        return said + _piece(turn, "travel.measure.until", **days)
    return said + (_piece(turn, f"travel.measure.from.{measure.count_from}") if measure.count_from else "")


def _documents(turn: Turn, measure: TravelMeasure, left: str | None) -> str:
    papers = [turn.word(f"travel.paper.{paper}") for paper in measure.papers]
    joined = (
        " and ".join(p[:1].lower() + p[1:] for p in papers) if turn.language == "en" else "、".join(papers)
    )
    return turn.word("travel.measure.documents", papers=joined)


_SPOKEN: dict[str, Callable[[Turn, TravelMeasure, str | None], str]] = {
    "test_before": _test_before,
    "test_after": _test_after,
    "test_on_days": _test_on_days,
    "test_release": _test_release,
    "isolation": _isolation,
    "documents": _documents,
    "test_every": lambda t, m, _: t.word("travel.measure.test_every", days=m.days),
    "closed_loop": lambda t, m, _: t.word(
        "travel.measure.closed_loop", stretches="+".join(map(str, m.stretches))
    ),
    "entry_code": lambda t, m, _: t.word("travel.measure.entry_code", hours=m.hours),
    "register": lambda t, m, _: (
        t.word("travel.measure.register.hours", hours=m.hours)
        if m.hours
        else t.word("travel.measure.register")
    ),
    "keep_away": lambda t, m, _: t.word("travel.measure.keep_away", count=m.until_test),
}
