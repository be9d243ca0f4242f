"""Journeys after several stays: how they are told, asked about, and judged together by the platform."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from actions import speech
from actions.journeys import STAYS, Trip, continued, day_of, spoken
from actions.stays import (
    MOST,
    UNSURE,
    Stay,
    adds,
    corrected,
    corrects,
    names_one,
    place_told,
    told,
)
from actions.travel_words import choice, sentence, sources, stay_name, way, ways_on
from actions.turn import Turn
from backend_client import Stayed, TravelAnswer, TravelVerdict


def told_trip(turn: Turn) -> Trip | None:
    """The journey of this message; what adds to the one spoken of before, or corrects it, changes that one.

    Returns:
        The journey; None when something of a stay is taken back and it is not clear of which.
    """
    before, now, stays = Trip.recalled(turn), spoken(turn), told(turn)
    whole = bool(now.origin and now.destination)
    if before.others and not whole and not adds(turn):
        return _changed(turn, before, now)
    if before.told and not whole and adds(turn):
        return _with_more(turn, before, stays)
    begins = turn.intent == "ask_travel_policy" and not turn.text.startswith("/") and bool(now.origin)
    trip = now if begins else continued(before, now)
    return _several(turn, trip, stays) if len(stays) > 1 and not corrects(turn) else trip


def _changed(turn: Turn, before: Trip, now: Trip) -> Trip | None:
    """The journey after a level that was asked for, a correction of one stay, another day or another beginning."""
    asked = next((stay for stay in before.stays if stay.kind is None), None)
    if asked is not None and now.stay is not None and not corrects(turn):
        return before.with_stays([replace(s, kind=now.stay) if s is asked else s for s in before.stays])
    if now.stay is None and not corrects(turn) and not names_one(turn, before.stays):
        return continued(before, now)
    changed = corrected(turn, before.stays)
    if changed is None and now.stay is None and now.origin is not None:
        return continued(before, now)
    return None if changed is None else before.with_stays(changed)


def _with_more(turn: Turn, before: Trip, stays: list[Stay]) -> Trip:
    """One more place, or several; a place whose level is not said is asked about."""
    place = place_told(turn)
    more = stays or ([place] if place is not None else [])
    others = (*before.others, *more)[: MOST - 1]
    return replace(before, others=others, day=day_of(turn) or before.day)


def _several(turn: Turn, trip: Trip, stays: list[Stay]) -> Trip:
    """Several stays in one message: that of the place the journey begins at comes first, else the last one told."""
    first = next((stay for stay in stays if stay.place == trip.origin), None)
    if first is None and trip.origin is None:
        first = stays[-1]
    rest = [stay for stay in stays if stay is not first]
    day = day_of(turn)
    return replace(trip, day=day).with_stays(
        [first or Stay(None, trip.origin, trip.origin_name), *rest][:MOST]
    )


def ask_which(turn: Turn, trip: Trip) -> None:
    """Ask which of the stays is meant."""
    turn.say("travel.which", stays="\n".join(f"· {_name(turn, stay)}" for stay in trip.stays))


async def look_up_together(turn: Turn, trip: Trip) -> None:
    """Ask for the level that is missing, one at a time; with all there, say what applies and which stay decides."""
    asked = next((stay for stay in trip.stays if stay.kind is None), None)
    if asked is not None:
        answer = await turn.kit.platform.run(
            lambda p: p.travel(asked.place or trip.origin, trip.destination, day=_day(trip.day))
        )
        buttons = [choice(turn, kind) for kind in (*answer.asks, UNSURE)]
        turn.say("travel.ask_stay_of", buttons, place=asked.name or turn.word("travel.there_before"))
        return
    known = [stay for stay in trip.stays if stay.kind in STAYS]
    answer = await turn.kit.platform.run(
        lambda p: p.travel(
            trip.origin, trip.destination, day=_day(trip.day), stays=[_stayed(stay) for stay in known]
        )
    )
    if answer.direction is None:
        turn.say("travel.elsewhere", destination=trip.destination_name or "")
        return
    _tell(turn, trip, known, answer)


def _stayed(stay: Stay) -> Stayed:
    return Stayed(stay.kind, stay.place, _day(stay.left))  # type: ignore[arg-type]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _tell(turn: Turn, trip: Trip, known: list[Stay], answer: TravelAnswer) -> None:
    """The stay that decides first, each of the others in a line, what is open, what holds besides, how to correct."""
    judged = sorted(zip(known, answer.stays, strict=True), key=lambda pair: not pair[1].decides)
    decides = any(verdict.decides for verdict in answer.stays)
    which = _name(turn, judged[0][0]) if judged else ""
    head = "travel.together" if decides else "travel.together.none"
    lines = [turn.word(head, route=way(turn, trip, answer), **({"which": which} if decides else {}))]
    lines += [_line(turn, trip, answer, stay, verdict) for stay, verdict in judged]
    lines += [turn.word("travel.one.unsure", which=_place(turn, s)) for s in trip.stays if s.kind == UNSURE]
    if any(verdict.silent for verdict in answer.stays) or len(known) < len(trip.stays):
        lines.append(turn.word("travel.together.open"))
    common = [rule for rule in answer.items if not any(rule.rule_id in v.rule_ids for v in answer.stays)]
    if common:
        measures = _gap(turn).join(sentence(turn, trip, rule) for rule in common)
        lines.append(turn.word("travel.also", measures=measures) + _gap(turn) + sources(turn, common))
    lines.append(turn.word("travel.together.correct"))
    turn.say_text("\n".join(lines), ways_on(turn, answer))


def _line(turn: Turn, trip: Trip, answer: TravelAnswer, stay: Stay, verdict: TravelVerdict) -> str:
    """What the rules say of one stay, with its source."""
    which = _name(turn, stay)
    rules = [rule for rule in answer.items if rule.rule_id in verdict.rule_ids]
    if verdict.silent or not (rules or verdict.too_old):
        return turn.word("travel.one.silent", which=which, day=speech.day(answer.day, turn.language))
    if verdict.too_old:
        return turn.word("travel.one.too_old", which=which)
    own = replace(trip, left=stay.left, origin_name=stay.name)
    measures = _gap(turn).join(sentence(turn, own, rule) for rule in rules)
    key = "travel.one.decides" if verdict.decides else "travel.one"
    return turn.word(key, which=which, measures=measures) + _gap(turn) + sources(turn, rules)


def _name(turn: Turn, stay: Stay) -> str:
    """“上海市高风险区（8月30日离开）”."""
    kind = stay_name(turn, stay.kind) if stay.kind else turn.word("travel.stay.unsure")
    said = turn.word("travel.one.name", place=stay.name, kind=kind) if stay.name else kind
    if stay.left is None:
        return said
    return (
        said
        + _gap(turn)
        + turn.word("travel.one.left", day=speech.day(date.fromisoformat(stay.left), turn.language))
    )


def _place(turn: Turn, stay: Stay) -> str:
    return stay.name or turn.word("travel.there_before")


def _gap(turn: Turn) -> str:
    """What stands between two sentences."""
    return " " if turn.language == "en" else ""
