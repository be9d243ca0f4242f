"""Vaccinations (T3): the record, the next dose, where to get it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from actions import speech
from actions.personal import PersonalTopic
from actions.persons import Subject
from actions.sites import tell_vaccine_sites, wants_place
from actions.turn import Turn
from backend_client import VaccinationRecord

_DOSES = {"第一针": 1, "第二针": 2, "第三针": 3, "第四针": 4}


class Vaccine(PersonalTopic):
    """T3: doses on record and the next one; where to get it."""

    intents: ClassVar[tuple[str, ...]] = ("query_vaccine",)

    def name(self) -> str:
        """Rasa's name of the action."""
        return "action_query_vaccine"

    async def handle(self, turn: Turn) -> None:
        """Sites and policy need no identity; the record does."""
        if wants_place(turn):
            await tell_vaccine_sites(turn)
        else:
            await super().handle(turn)

    async def tell(self, turn: Turn, who: Subject) -> None:
        """Doses, state, next dose."""
        record = await turn.kit.platform.run(lambda p: p.vaccinations(who.access.session, who.person_id))
        lines = [_record(turn, record, who.label(turn.language)), *_next_dose(turn, record)]
        lines.append(turn.word("data.as_of", when=speech.moment(record.as_of, turn.language)))
        turn.say_text(
            "\n".join(lines), [turn.button("vaccine_sites", "query_vaccine", field="sites")], private=True
        )


def _record(turn: Turn, record: VaccinationRecord, label: str) -> str:
    if not record.doses:
        return turn.word("vaccine.none", whose=label)
    last = record.doses[-1]
    return turn.word(
        f"vaccine.state.{record.state}",
        whose=label,
        count=len(record.doses),
        day=speech.day(last.date, turn.language),
        year=last.date.year,
        vaccine=last.vaccine,
        site=last.site or "",
    )


def _next_dose(turn: Turn, record: VaccinationRecord) -> list[str]:
    """When the next dose is due by the dated rule; a dose that was asked about by number is answered first."""
    asked = _asked_dose(turn)
    given = next((dose for dose in record.doses if dose.dose == asked), None)
    lines = [turn.word("vaccine.given", dose=asked, day=_full_day(turn, given.date))] if given else []
    dose = record.next_dose
    if dose is None:
        return [*lines, turn.word("vaccine.complete")] if record.doses else lines
    if asked is not None and asked > dose.dose:
        lines.append(turn.word("vaccine.first", asked=asked, dose=dose.dose))
    due = dose.earliest <= turn.now.astimezone(speech.CHINA).date()
    rule = f"{dose.rule}（{dose.source}，{_full_day(turn, dose.source_date)}）"
    if turn.language == "en":
        rule = f"{dose.source}, {_full_day(turn, dose.source_date)}"
    key = "vaccine.next_now" if due else "vaccine.next"
    lines.append(turn.word(key, dose=dose.dose, day=_full_day(turn, dose.earliest), rule=rule))
    return lines


def _asked_dose(turn: Turn) -> int | None:
    """“第三针好久打” asks about dose 3."""
    named = turn.first("dose_number")
    return _DOSES.get(named.value) if named is not None else None


def _full_day(turn: Turn, day: date) -> str:
    spoken = speech.day(day, turn.language)
    return f"{spoken} {day.year}" if turn.language == "en" else f"{day.year}年{spoken}"
