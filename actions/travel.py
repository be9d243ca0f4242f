"""Journeys (R2): what applies from here to there on a day, from the platform's dated rules; unknown stays unknown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from actions import speech
from actions.base import Topic
from actions.journeys import ABROAD, PROVINCE, STAYS, Trip
from actions.policy import tell_policy
from actions.several_stays import ask_which, look_up_together, told_trip
from actions.stays import UNSURE
from actions.travel_words import choice, clause, head, route, sentence, sources, stay_name, way, ways_on
from actions.turn import Turn
from backend_client import RiskAreaPage, TravelAnswer, TravelRule


class Travel(Topic):
    """R2: from, to, date, where one stayed → tests, isolation, registration, effect on the colour, source."""

    intents: ClassVar[tuple[str, ...]] = ("ask_travel_policy",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_travel"

    async def handle(self, turn: Turn) -> None:
        """Look up the journey; a question that names none is answered from the policy entries."""
        trip = told_trip(turn)
        if trip is None:
            ask_which(turn, Trip.recalled(turn))
            return
        if turn.first("policy_entry") is not None or not (trip.told or trip.destination):
            if turn.text.startswith("/") and turn.first("policy_entry") is None:
                turn.say("travel.ask_from")
            else:
                tell_policy(turn)
            return
        if not trip.told and not turn.text.startswith("/") and tell_policy(turn, only_sure=True):
            return
        trip.keep(turn)
        await self._look_up(turn, trip)

    async def _look_up(self, turn: Turn, trip: Trip) -> None:
        if trip.others:
            await look_up_together(turn, trip)
            return
        listed = await self._listed(turn, trip)
        unsure = trip.stay == UNSURE
        stay = None if unsure else trip.stay
        if trip.origin == ABROAD:
            stay = ABROAD
        elif stay is None and listed is not None:
            stay = "low" if listed.counts.high + listed.counts.medium + listed.counts.low else "clear"
        answer = await _ask(turn, trip, stay)
        if answer.direction is None:
            turn.say("travel.elsewhere", destination=trip.destination_name or "")
        elif answer.asks and unsure:
            await self._tell_cases(turn, trip, answer)
        elif answer.asks and answer.direction == "in":
            _ask_stay(turn, trip, answer)
        else:
            _tell(turn, trip, answer, stay, listed)

    async def _listed(self, turn: Turn, trip: Trip) -> RiskAreaPage | None:
        """The platform's risk list of the city a journey inside Sichuan begins in."""
        if not trip.begins_in_sichuan or trip.stay in STAYS or trip.origin == PROVINCE:
            return None
        return await turn.kit.platform.run(lambda p: p.risk_areas(division=trip.origin, limit=1))

    async def _tell_cases(self, turn: Turn, trip: Trip, answer: TravelAnswer) -> None:
        """All cases in a line each, for somebody who does not know the level."""
        lines, told = [turn.word("travel.unsure")], []
        for stay in answer.asks:
            found = await _ask(turn, trip, stay)
            rules = [rule for rule in found.items if rule.stay]
            told += rules
            measures = clause(turn, [m for rule in rules for m in rule.requires])
            lines.append(turn.word("travel.case", stay=stay_name(turn, stay), measures=measures))
        lines += [turn.word("travel.look_up"), sources(turn, told)]
        turn.say_text("\n".join(lines), [turn.button("entry_code", "ask_entry_code")])


async def _ask(turn: Turn, trip: Trip, stay: str | None) -> TravelAnswer:
    day, left = _day(trip.day), _day(trip.left)
    return await turn.kit.platform.run(
        lambda p: p.travel(trip.origin, trip.destination, day=day, stay=stay, left=left)  # type: ignore[arg-type]
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _ask_stay(turn: Turn, trip: Trip, answer: TravelAnswer) -> None:
    """The one thing that changes the answer, with its choices."""
    back = turn.word("travel.back.unknown")
    if answer.look_back_days is not None:
        back = turn.word("travel.back", days=answer.look_back_days)
    back = back[:1].lower() + back[1:]
    local = [rule for rule in answer.items if rule.origin or rule.destination]
    lines = [head(turn, trip, answer, None) + sentence(turn, trip, rule) for rule in local]
    lines.append(turn.word("travel.ask_stay", route=way(turn, trip, answer), back=back))
    if local:
        lines.append(sources(turn, local))
    turn.say_text("\n".join(lines), [choice(turn, stay) for stay in (*answer.asks, UNSURE)])


def _tell(
    turn: Turn, trip: Trip, answer: TravelAnswer, stay: str | None, listed: RiskAreaPage | None
) -> None:
    """What applies, what no rule says, then the source."""
    lines = []
    if answer.silent and stay is not None and listed is None:
        lines.append(_silent(turn, answer, stay))
    if answer.too_old and answer.look_back_days is not None:
        lines.append(turn.word("travel.too_old", days=answer.look_back_days))
    elif answer.items or stay is None or listed is not None:
        lines += _applies(turn, trip, answer, stay if listed is None else None)
    if answer.too_old:
        lines += [sentence(turn, trip, rule) for rule in answer.items]
    lines += _around(turn, trip, listed)
    if answer.items:
        lines.append(sources(turn, answer.items))
    turn.say_text("\n".join(lines), ways_on(turn, answer))


def _applies(turn: Turn, trip: Trip, answer: TravelAnswer, stay: str | None) -> list[str]:
    if not answer.items:
        local = trip.begins_in_sichuan or trip.destination not in (None, PROVINCE)
        phone = turn.word("travel.phone.local" if local else "travel.phone.any")
        values = {"route": route(turn, trip), "day": speech.day(answer.day, turn.language)}
        return [turn.word("travel.unknown", phone=phone, **values)]
    if answer.silent and stay is not None:
        return _also(turn, trip, answer.items)
    first, *others = answer.items
    return [head(turn, trip, answer, stay) + sentence(turn, trip, first), *_also(turn, trip, others)]


def _also(turn: Turn, trip: Trip, rules: Sequence[TravelRule]) -> list[str]:
    """What holds besides, in one line."""
    if not rules:
        return []
    gap = " " if turn.language == "en" else ""
    return [turn.word("travel.also", measures=gap.join(sentence(turn, trip, rule) for rule in rules))]


def _silent(turn: Turn, answer: TravelAnswer, stay: str) -> str:
    day = speech.day(answer.day, turn.language)
    if stay == ABROAD:
        return turn.word("travel.abroad", day=day)
    return turn.word("travel.silent", stay=stay_name(turn, stay), day=day)


def _around(turn: Turn, trip: Trip, listed: RiskAreaPage | None) -> list[str]:
    """The risk list where the journey begins, and who knows the rules where it ends."""
    lines = []
    if listed is not None and listed.data_time is not None:
        risky = listed.counts.high + listed.counts.medium > 0
        values = {"place": trip.origin_name or "", "when": speech.moment(listed.data_time, turn.language)}
        counts = {"high": listed.counts.high, "medium": listed.counts.medium} if risky else {}
        lines.append(turn.word("travel.risk_here" if risky else "travel.risk_none", **values, **counts))
    if trip.begins_in_sichuan and trip.destination_name and trip.destination != trip.origin:
        lines.append(turn.word("travel.there", destination=trip.destination_name))
    return lines
