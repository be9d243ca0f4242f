"""Who asked for which whole value and why; how many a day; what the review says of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final, Literal

import sqlalchemy as sa

from backend_client import RevealField, RevealPurpose

from ..display import shown
from ..errors import TooManyReveals
from ..store import metadata
from ..words import CHINA

LEAST_NOTE = 4
MAX_NOTE = 200
Outcome = Literal["asked", "shown", "failed"]
Verdict = Literal["fit", "doubtful"]

FIELDS: Final[dict[RevealField, str]] = {"phone": "手机号", "name": "姓名", "document": "证件号"}
PURPOSES: Final[dict[RevealPurpose, str]] = {
    "callback": "给本人回电",
    "identity": "核对身份",
    "work_order": "办理这张工单",
    "emergency": "紧急救助",
}
VERDICTS: Final[dict[Verdict, str]] = {"fit": "合规", "doubtful": "有疑问"}

reveals = sa.Table(
    "reveals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.String(40), nullable=False, index=True),
    sa.Column("day", sa.String(10), nullable=False, index=True),
    sa.Column("agent", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(128), nullable=False),
    sa.Column("field", sa.String(12), nullable=False),
    sa.Column("purpose", sa.String(12), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("outcome", sa.String(8), nullable=False),
    sa.Column("verdict", sa.String(8)),
    sa.Column("reviewer", sa.String(40)),
)


@dataclass(frozen=True)
class Reveal:
    """One line of the ledger; `note` has no personal numbers in it any more."""

    id: int
    at: dt.datetime
    agent: str
    subject: str
    field: str
    purpose: str
    note: str
    outcome: str
    verdict: str | None
    reviewer: str | None


class RevealLedger:
    """The ledger in the desk's store."""

    def __init__(self, engine: Any, a_day: int) -> None:
        """Let each agent ask `a_day` times a day of China."""
        self._engine = engine
        self._a_day = a_day

    def ask(
        self,
        agent: str,
        subject: str,
        *,
        field: RevealField,
        purpose: RevealPurpose,
        note: str,
        now: dt.datetime,
    ) -> int:
        """Write down that an agent asks, before the value is fetched; return the line's number.

        Raises:
            TooManyReveals: the day's number is used up; nothing is written.
        """
        day = day_of(now)
        with self._engine.begin() as connection:
            # The insert takes the write lock, so that requests at the same moment are counted one after the other.
            added = connection.execute(
                sa.insert(reveals).values(
                    at=now.astimezone(dt.timezone.utc).isoformat(),
                    day=day,
                    agent=agent,
                    subject=subject,
                    field=field,
                    purpose=purpose,
                    note=shown(note),
                    outcome="asked",
                )
            )
            mine = sa.select(sa.func.count()).where(reveals.c.agent == agent, reveals.c.day == day)
            if connection.execute(mine).scalar_one() > self._a_day:
                raise TooManyReveals
            (number,) = added.inserted_primary_key
        return int(number)

    def end(self, number: int, outcome: Outcome) -> None:
        """Write down how it ended."""
        with self._engine.begin() as connection:
            connection.execute(sa.update(reveals).where(reveals.c.id == number).values(outcome=outcome))

    def left(self, agent: str, now: dt.datetime) -> int:
        """Return how often an agent may ask today."""
        mine = sa.select(sa.func.count()).where(reveals.c.agent == agent, reveals.c.day == day_of(now))
        with self._engine.connect() as connection:
            return max(0, self._a_day - int(connection.execute(mine).scalar_one()))

    def of_day(self, day: str) -> list[Reveal]:
        """Return a day's lines, newest first."""
        query = sa.select(reveals).where(reveals.c.day == day).order_by(reveals.c.id.desc())
        with self._engine.connect() as connection:
            return [_reveal(row) for row in connection.execute(query)]

    def get(self, number: int) -> Reveal | None:
        """Return a line."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(reveals).where(reveals.c.id == number)).first()
        return None if row is None else _reveal(row)

    def review(self, number: int, verdict: Verdict, reviewer: str) -> None:
        """Write down what the review says; a later one replaces it, the audit has both."""
        with self._engine.begin() as connection:
            mine = reveals.c.id == number
            connection.execute(sa.update(reveals).where(mine).values(verdict=verdict, reviewer=reviewer))

    def waiting(self, before: str) -> list[tuple[str, int]]:
        """Return days up to `before` with lines that nobody has looked over, newest first, and how many."""
        query = (
            sa.select(reveals.c.day, sa.func.count())
            .where(reveals.c.verdict.is_(None), reveals.c.day <= before)
            .group_by(reveals.c.day)
            .order_by(reveals.c.day.desc())
            .limit(31)
        )
        with self._engine.connect() as connection:
            return [(day, int(count)) for day, count in connection.execute(query)]

    def oldest(self) -> dt.datetime | None:
        """Return when the first line was written."""
        with self._engine.connect() as connection:
            at = connection.execute(sa.select(sa.func.min(reveals.c.at))).scalar()
        return None if at is None else dt.datetime.fromisoformat(at)

    def purge(self, before: dt.datetime) -> int:
        """Delete lines written before `before`; return how many."""
        cut = before.astimezone(dt.timezone.utc).isoformat()
        with self._engine.begin() as connection:
            return int(connection.execute(sa.delete(reveals).where(reveals.c.at < cut)).rowcount)


def day_of(moment: dt.datetime) -> str:
    """Return the day in China: 2022-09-05."""
    return moment.astimezone(CHINA).date().isoformat()


def _reveal(row: Any) -> Reveal:
    values = {name: value for name, value in row._mapping.items() if name != "day"}
    return Reveal(**{**values, "at": dt.datetime.fromisoformat(row.at)})
