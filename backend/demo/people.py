"""The invented people of `personas.yml`, brought into the store."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from backend.clock import CHINA
from backend.codes.rules import rule_book
from backend.codes.steps import Step, Written, outcome
from backend.codes.stored import KINDS, area_key, events_of, row_of
from backend.importers.risk_areas import text_key
from backend.models import (
    Appeal,
    AppealEvent,
    CodeChange,
    ColourEvent,
    Document,
    FamilyLink,
    HealthCode,
    Notice,
    Person,
    RealName,
    TestResult,
    Vaccination,
)
from backend.registry.folding import fold_document, fold_name
from backend.rules.freshness import is_reported


class PersonaError(Exception):
    """`personas.yml` cannot be loaded; the message names the person and what is missing."""


class Stories:
    """Reads the stories; their times are moved from the file's anchor to the platform's day.

    Attributes:
        people: the personas that the platform knows (`registered`), in order.
        real_names: the personas whom public security knows, on the books or not.
    """

    def __init__(self, document: dict[str, Any], now: datetime) -> None:
        anchor = _aware(document["anchor"])
        self._shift = timedelta(days=(now.astimezone(CHINA).date() - anchor.date()).days)
        self.people: list[dict[str, Any]] = [
            story for story in document["personas"] if story.get("registered", True)
        ]
        self.real_names: list[dict[str, Any]] = [
            story for story in document["personas"] if story.get("real_name")
        ]

    def moment(self, value: datetime | None) -> datetime | None:
        """A time of the story on the platform's clock."""
        return None if value is None else _aware(value) + self._shift

    def day(self, value: date) -> date:
        """A day of the story on the platform's calendar."""
        return value + self._shift


def load_people(session: Session, path: Path, now: datetime) -> int:
    """Bring every persona to the state of the file; returns how many.

    Links, appeals and requests that somebody made while playing stay.

    Raises:
        PersonaError: when a story lacks something or names somebody unknown.
    """
    stories = Stories(yaml.safe_load(path.read_text(encoding="utf-8")), now)
    for story in stories.people:
        try:
            _load_person(session, stories, story, now)
        except (KeyError, TypeError, ValueError) as error:
            raise PersonaError(f"{story.get('key', '?')}: {error}") from error
    session.flush()
    for story in stories.people:
        _load_ties(session, stories, story)
    for story in stories.real_names:
        _load_real_name(session, story)
    session.flush()
    return len(stories.people)


def person_id(key: str) -> str:
    """The identifier of a persona: the same at every load."""
    return f"per_demo_{key}"


def _aware(value: datetime) -> datetime:
    """YAML gives times with an offset as naive UTC in old versions and aware in new ones."""
    return value.replace(tzinfo=CHINA) if value.tzinfo is None else value.astimezone(CHINA)


def _load_person(session: Session, stories: Stories, story: dict[str, Any], now: datetime) -> None:
    me = person_id(story["key"])
    session.merge(
        Person(
            person_id=me,
            name=story["name"],
            name_key=fold_name(story["name"]),
            phone=story.get("phone"),
            birth_date=story["birth_date"],
            demo=True,
            created_at=now,
            documents=[
                Document(
                    document_id=f"doc_demo_{story['key']}",
                    type=story["document_type"],
                    number=fold_document(story["number"]),
                )
            ],
        )
    )
    session.flush()
    for table in (TestResult, Vaccination, CodeChange, ColourEvent):
        session.execute(delete(table).where(table.person_id == me))
    for code in (session.get(HealthCode, me),):
        if code is not None:
            session.delete(code)
    session.flush()
    for number, test in enumerate(story.get("tests", ()), 1):
        times = {name: stories.moment(test.get(name)) for name in ("sampled_at", "reported_at")}
        told = is_reported(times["reported_at"], now)  # nobody is told of what is past
        identity = f"tes_demo_{story['key']}_{number}"
        session.add(TestResult(test_id=identity, person_id=me, told=told, **{**test, **times}))
    for dose in story.get("vaccinations", ()):
        identity = f"vac_demo_{story['key']}_{dose['dose']}"
        session.add(
            Vaccination(vaccination_id=identity, person_id=me, **{**dose, "date": stories.day(dose["date"])})
        )
    session.flush()
    _load_events(session, stories, story)
    if "code" in story:
        _load_code(session, stories, story, now)


def _load_events(session: Session, stories: Stories, story: dict[str, Any]) -> None:
    """What happened; `known_at` is as it happened unless the story says otherwise."""
    for number, told in enumerate(story.get("events", ()), 1):
        facts: dict[str, Any] = {
            name: stories.moment(value) if isinstance(value, datetime) else value
            for name, value in told.items()
            if name not in ("kind", "area")
        }
        if "area" in told:
            facts["area_id"] = area_key(told["area"]["county"], text_key(told["area"]["text"]))
        facts.setdefault("id", f"evt_demo_{story['key']}_{number}")
        facts.setdefault("known_at", facts["at"])
        session.execute(
            insert(ColourEvent.__table__).values(
                row_of(person_id(story["key"]), KINDS[told["kind"]](**facts))
            )
        )


def _load_code(session: Session, stories: Stories, story: dict[str, Any], now: datetime) -> None:
    """The code that follows, with every change since it was issued. Nobody is told of what is past."""
    me, since = person_id(story["key"]), stories.moment(story["code"]["since"])
    assert since is not None  # noqa: S101 - the file names it
    events = events_of(session, [me])[me]
    found = outcome(events, rule_book(), Written("green", since, since, 1), now)
    steps = (Step(since, "none", "green", []), *found.steps)
    session.add(
        HealthCode(
            person_id=me,
            colour=found.derivation.colour,
            since=steps[-1].at,
            valid_until=stories.moment(story["code"]["valid_until"]),
            updated_at=now,
            changes_at=found.derivation.changes_at,
        )
    )
    for number, step in enumerate(steps):
        session.add(
            CodeChange(
                change_id=f"cha_demo_{story['key']}_{number}",
                person_id=me,
                previous_colour=step.previous,
                colour=step.colour,
                since=step.at,
                reasons=step.reasons,
            )
        )


def _load_ties(session: Session, stories: Stories, story: dict[str, Any]) -> None:
    """Family links, notices and appeals, which need everybody to be there."""
    me = person_id(story["key"])
    known = {person["key"] for person in stories.people}
    for tie in story.get("family", ()):
        if tie["member"] not in known:
            raise PersonaError(f"{story['key']}: nobody is called {tie['member']}")
        session.merge(
            FamilyLink(
                link_id=f"fam_demo_{tie['member']}",
                owner_id=me,
                member_id=person_id(tie["member"]),
                relation=tie["relation"],
                consent=tie["consent"],
                since=stories.moment(tie["since"]),
                ended_at=None,
            )
        )
    for number, notice in enumerate(story.get("notices", ()), 1):
        session.merge(
            Notice(
                notice_id=f"not_demo_{story['key']}_{number}",
                person_id=me,
                kind=notice["kind"],
                title=notice["title"],
                text=notice["text"],
                created_at=stories.moment(notice["at"]),
                read_at=None,
            )
        )
    for appeal in story.get("appeals", ()):
        _load_appeal(session, stories, me, appeal)


def _load_appeal(session: Session, stories: Stories, me: str, appeal: dict[str, Any]) -> None:
    stored = session.get(Appeal, appeal["number"])
    if stored is not None:
        session.delete(stored)
        session.flush()
    session.add(
        Appeal(
            **{name: appeal[name] for name in ("number", "colour", "reason", "content", "state")},
            person_id=me,
            filed_by=me,
            evidence=[],
            created_at=stories.moment(appeal["created_at"]),
            due_at=stories.moment(appeal["due_at"]),
            events=[
                AppealEvent(**{**event, "at": stories.moment(event["at"])}) for event in appeal["events"]
            ],
        )
    )


def _load_real_name(session: Session, story: dict[str, Any]) -> None:
    """What public security would answer about this document."""
    known = story["real_name"]
    session.merge(
        RealName(
            document_type=story["document_type"],
            document_number=fold_document(story["number"]),
            name_key=fold_name(story["name"] if known is True else known),
        )
    )
