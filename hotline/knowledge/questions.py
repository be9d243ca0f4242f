"""Questions that were not answered, or not well: masked, counted, forgotten after their time.

Nobody stands behind them: a question comes without the conversation it was asked in. One that is asked again in the
same words is counted; one that comes back after it was done is open again, for then the new answer has not helped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from knowledge.questions import folded, forgettable

from .tables import questions

Reason = Literal["unknown", "unsure", "fallback", "out_of_scope", "disputed"]
QuestionState = Literal["open", "drafted", "done", "ignored"]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)
STATES: Final[tuple[QuestionState, ...]] = get_args(QuestionState)


@dataclass(frozen=True)
class Question:
    """A question as it is kept.

    Attributes:
        question_id: of the row.
        text: masked.
        reason: why it came here; `disputed`: an answer was called wrong.
        disputed: the entry whose answer that was.
        times: how often it was asked.
        entry_id: the entry that was written for it.
    """

    question_id: int
    text: str
    reason: Reason
    disputed: str
    times: int
    last_at: dt.datetime
    state: QuestionState
    entry_id: str


class Questions:
    """The to-do list's rows."""

    def __init__(self, engine: Any) -> None:
        """Use the tables of `tables`."""
        self._engine = engine

    def add(self, text: str, reason: Reason, disputed: str, now: dt.datetime) -> bool:
        """Count one question; False when nothing of it may be kept, or is left to keep."""
        kept = forgettable(text)
        if kept is None:
            return False
        key, at = folded(kept)[:300], now.isoformat()
        try:
            self._count(key, kept, reason, disputed, at)
        except IntegrityError:  # another process was first
            self._count(key, kept, reason, disputed, at)
        return True

    def _count(self, key: str, kept: str, reason: Reason, disputed: str, at: str) -> None:
        with self._engine.begin() as connection:
            known = (
                sa.update(questions)
                .where(questions.c.folded == key)
                .values(
                    times=questions.c.times + 1,
                    last_at=at,
                    state=sa.case((questions.c.state == "done", "open"), else_=questions.c.state),
                    disputed=sa.case((sa.literal(disputed) != "", disputed), else_=questions.c.disputed),
                )
            )
            if not connection.execute(known).rowcount:
                connection.execute(
                    sa.insert(questions).values(
                        folded=key,
                        text=kept,
                        reason=reason,
                        disputed=disputed,
                        times=1,
                        first_at=at,
                        last_at=at,
                        state="open",
                        entry_id="",
                        decided_by="",
                    )
                )

    def listed(self, state: QuestionState, limit: int) -> list[Question]:
        """Questions in a state, the latest first."""
        query = (
            sa.select(questions)
            .where(questions.c.state == state)
            .order_by(questions.c.last_at.desc(), questions.c.question_id)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [_question(row) for row in connection.execute(query)]

    def most_asked(self, first: dt.datetime, until: dt.datetime, limit: int) -> list[Question]:
        """Open questions last asked from `first` to before `until`, what was asked most first."""
        begin, end = (moment.astimezone(dt.timezone.utc).isoformat() for moment in (first, until))
        query = (
            sa.select(questions)
            .where(questions.c.state == "open", questions.c.last_at >= begin, questions.c.last_at < end)
            .order_by(questions.c.times.desc(), questions.c.last_at.desc(), questions.c.question_id)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [_question(row) for row in connection.execute(query)]

    def some(self, ids: Iterable[int]) -> list[Question]:
        """The questions with these ids, in the order of the ids given."""
        wanted = list(ids)
        query = sa.select(questions).where(questions.c.question_id.in_(wanted))
        with self._engine.connect() as connection:
            found = {row.question_id: _question(row) for row in connection.execute(query)}
        return [found[one] for one in wanted if one in found]

    def decide(
        self, ids: Sequence[int], state: QuestionState, person: str, entry_id: str | None = None
    ) -> int:
        """Move questions to a state; returns how many."""
        values: dict[str, Any] = {"state": state, "decided_by": person}
        if entry_id is not None:
            values["entry_id"] = entry_id
        query = sa.update(questions).where(questions.c.question_id.in_(list(ids))).values(**values)
        with self._engine.begin() as connection:
            return int(connection.execute(query).rowcount)

    def answered(self, entry_id: str, person: str) -> int:
        """An entry was published: what it was written for is done."""
        query = (
            sa.update(questions)
            .where((questions.c.entry_id == entry_id) & (questions.c.state == "drafted"))
            .values(state="done", decided_by=person)
        )
        with self._engine.begin() as connection:
            return int(connection.execute(query).rowcount)

    def counts(self) -> dict[str, int]:
        """How many questions are in each state."""
        query = sa.select(questions.c.state, sa.func.count()).group_by(questions.c.state)
        with self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def oldest(self) -> dt.datetime | None:
        """When the question was last asked that has not been asked for the longest time."""
        with self._engine.connect() as connection:
            at = connection.execute(sa.select(sa.func.min(questions.c.last_at))).scalar()
        return None if at is None else dt.datetime.fromisoformat(at)

    def purge(self, before: dt.datetime) -> int:
        """Delete what has not been asked since."""
        query = sa.delete(questions).where(
            questions.c.last_at < before.astimezone(dt.timezone.utc).isoformat()
        )
        with self._engine.begin() as connection:
            return int(connection.execute(query).rowcount)


def _question(row: Any) -> Question:
    return Question(
        row.question_id,
        row.text,
        row.reason,
        row.disputed,
        row.times,
        dt.datetime.fromisoformat(row.last_at),
        row.state,
        row.entry_id,
    )
