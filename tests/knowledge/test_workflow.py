"""Two pairs of eyes on every path; what is told at a moment follows from what was published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import workflow
from knowledge.workflow import (
    CommentNeeded,
    EndsTooEarly,
    OwnWork,
    Version,
    WorkflowError,
    WrongState,
    in_force,
    told,
    waiting,
)

NOW = dt.datetime(2022, 9, 5, 1, tzinfo=dt.timezone.utc)
PEOPLE = ("anna", "ben", "carl")
HOUR = dt.timedelta(hours=1)


@dataclass
class Entry:
    """An entry in the hands of people who try everything."""

    versions: list[Version] = field(default_factory=list)
    order: int = 0

    def open(self) -> int | None:
        return next((i for i, version in enumerate(self.versions) if version.is_open), None)

    def act(self, what: str, who: str, hours: int) -> None:
        self.order += 1
        place, number = self.open(), len(self.versions) + 1
        if what == "withdraw":
            self.versions.append(workflow.withdraw(number, {}, who, "wrong", now=NOW, order=self.order))
        elif what in {"write", "retire"}:
            if place is None:
                kind: workflow.Kind = "tell" if what == "write" else "retire"
                self.versions.append(workflow.draft(number, {"by": who, "n": number}, who, kind))
        elif place is not None:
            self.versions[place] = self._moved(what, self.versions[place], who, hours)

    def _moved(self, what: str, version: Version, who: str, hours: int) -> Version:
        start = NOW + hours * HOUR if hours else None
        moves: dict[str, Callable[[], Version]] = {
            "save": lambda: workflow.save(version, who, {**version.content, "by": who}, start),
            "submit": lambda: workflow.submit(version, who),
            "send_back": lambda: workflow.send_back(version, who, "again"),
            "publish": lambda: workflow.publish(version, who, NOW, self.order),
            "drop": lambda: workflow.drop(version, who),
        }
        return moves[what]()


steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["write", "retire", "save", "submit", "send_back", "publish", "publish", "drop", "withdraw"]
        ),
        st.sampled_from(PEOPLE),
        st.integers(-5, 5),
    ),
    max_size=40,
)


@given(steps)
def test_no_path_publishes_without_a_second_person(taken: list[tuple[str, str, int]]) -> None:
    entry = Entry()
    wrote: dict[int, set[str]] = {}
    for what, who, hours in taken:
        before = entry.open()
        try:
            entry.act(what, who, hours)
        except WorkflowError:
            continue
        at = before if before is not None and what != "withdraw" else len(entry.versions) - 1
        if what in {"write", "retire", "save", "submit"} and at >= 0:
            wrote.setdefault(at, set()).add(who)
        for place, version in enumerate(entry.versions):
            if version.state != "published":
                continue
            if version.emergency:
                assert version.kind == "retire"
            else:
                assert version.reviewer
                assert version.reviewer not in version.authors
                assert version.reviewer not in wrote[place]


@given(steps, st.integers(-6, 6))
def test_what_is_told_was_published_and_has_begun(taken: list[tuple[str, str, int]], hours: int) -> None:
    entry = Entry()
    for what, who, shift in taken:
        try:
            entry.act(what, who, shift)
        except WorkflowError:
            continue
    moment = NOW + hours * HOUR
    version = told(entry.versions, moment)
    if version is not None:
        assert version.state == "published"
        assert version.kind == "tell"
        assert version.live_from is None or version.live_from <= moment
        later = [v for v in entry.versions if v.state == "published" and v.order > version.order]
        assert all(v.live_from is not None and v.live_from > moment for v in later)
    assert len([v for v in entry.versions if v.is_open]) <= 1


def published(number: int, **changes: object) -> Version:
    made = Version(number, "published", {"n": number}, order=number, authors=("anna",), reviewer="ben")
    return Version(**{**vars(made), **changes})  # type: ignore[arg-type]


def test_a_later_version_waits_for_its_start_and_then_counts() -> None:
    versions = [published(1), published(2, live_from=NOW + HOUR)]
    assert told(versions, NOW) == versions[0]
    assert waiting(versions, NOW) == [versions[1]]
    assert told(versions, NOW + HOUR) == versions[1]
    assert waiting(versions, NOW + HOUR) == []


def test_published_at_once_it_makes_an_older_schedule_void() -> None:
    versions = [published(1), published(2, live_from=NOW + HOUR), published(3)]
    assert told(versions, NOW + 2 * HOUR) == versions[2]
    assert waiting(versions, NOW) == []


def test_after_a_scheduled_end_nothing_older_comes_back() -> None:
    versions = [published(1), published(2, live_until=NOW + HOUR)]
    assert told(versions, NOW) == versions[1]
    assert told(versions, NOW + HOUR) is None
    assert in_force(versions, NOW + HOUR) == versions[1]


def test_a_draft_begun_before_a_withdrawal_counts_when_it_is_published_after_it() -> None:
    withdrawn = workflow.withdraw(3, {}, "ben", "wrong", now=NOW, order=8)
    assert told([published(1), withdrawn], NOW) is None
    assert told([published(1), withdrawn, published(2, order=9)], NOW) == published(2, order=9)


def test_what_must_be_said_is_asked_for() -> None:
    drafted = workflow.draft(1, {}, "anna")
    in_review = workflow.submit(drafted, "anna")
    with pytest.raises(CommentNeeded):
        workflow.send_back(in_review, "ben", "  ")
    with pytest.raises(CommentNeeded):
        workflow.withdraw(2, {}, "ben", "", now=NOW, order=1)
    with pytest.raises(OwnWork):
        workflow.publish(in_review, "anna", NOW, 1)
    with pytest.raises(WrongState):
        workflow.publish(drafted, "ben", NOW, 1)
    with pytest.raises(EndsTooEarly):
        workflow.submit(workflow.save(drafted, "anna", {}, NOW, NOW), "anna")
