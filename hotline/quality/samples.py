"""Samples in the desk's store: each one once, with its period, its seed and its cases."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .errors import ChangedMeanwhile
from .sampling import Pick, Source, assign
from .tables import cases, drawn, draws
from .weeks import Period

#: Two samples that meet in the same case at the same moment: the later one looks again.
_TRIES: Final = 3


@dataclass(frozen=True)
class Draw:
    """A sample that was drawn."""

    name: str
    source: Source
    automatic: bool
    period: Period
    seed: str
    drawn_by: str
    drawn_at: float
    population: int


class SampleBook:
    """The samples that were drawn."""

    def __init__(self, engine: Any) -> None:
        """Use the desk's store."""
        self._engine = engine

    def keep_draw(self, draw: Draw, picks: Sequence[Pick], scorers: Collection[str]) -> int | None:
        """Keep a sample with its cases; return how many cases are new, `None` when this sample was kept before."""
        for _ in range(_TRIES):
            try:
                with self._engine.begin() as connection:
                    return self._keep_draw(connection, draw, picks, scorers)
            except IntegrityError:
                if self._known(draw.name):
                    return None
        raise ChangedMeanwhile

    def last_automatic(self, source: Source) -> dt.date | None:
        """Return the Monday of the newest week that was drawn by itself."""
        query = sa.select(sa.func.max(draws.c.first_day)).where(
            draws.c.source == source, draws.c.automatic.is_(True)
        )
        with self._engine.connect() as connection:
            found = connection.execute(query).scalar()
        return None if found is None else dt.date.fromisoformat(found)

    def latest_draws(self, limit: int) -> list[tuple[Draw, int]]:
        """Return the newest samples, each with the number of its cases."""
        count = sa.select(sa.func.count()).where(drawn.c.name == draws.c.name).scalar_subquery()
        query = (
            sa.select(draws, count.label("size")).order_by(draws.c.drawn_at.desc(), draws.c.name).limit(limit)
        )
        with self._engine.connect() as connection:
            return [(_draw(row), int(row.size)) for row in connection.execute(query)]

    def subjects_of(self, name: str) -> list[str]:
        """Return the cases of a sample by their subjects."""
        query = (
            sa.select(cases.c.subject)
            .join(drawn, drawn.c.case_id == cases.c.case_id)
            .where(drawn.c.name == name)
            .order_by(cases.c.subject)
        )
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def _known(self, name: str) -> bool:
        with self._engine.connect() as connection:
            return connection.execute(sa.select(draws.c.name).where(draws.c.name == name)).first() is not None

    def _keep_draw(self, connection: Any, draw: Draw, picks: Sequence[Pick], scorers: Collection[str]) -> int:
        connection.execute(sa.insert(draws).values(**_draw_row(draw)))
        waiting = (
            sa.select(cases.c.scorer, sa.func.count().label("count"))
            .where(cases.c.state == "waiting", cases.c.scorer.isnot(None))
            .group_by(cases.c.scorer)
        )
        load = {row.scorer: int(row.count) for row in connection.execute(waiting)}
        known = sa.select(cases.c.subject, cases.c.case_id).where(cases.c.source == draw.source)
        ids = {row.subject: row.case_id for row in connection.execute(known)}
        new = [pick for pick in picks if pick.case.subject not in ids]
        scorer_of = assign(new, scorers, load, draw.seed)
        for pick in new:
            ids[pick.case.subject] = uuid.uuid4().hex
            row = _case_row(ids[pick.case.subject], pick, scorer_of[pick.case.subject], draw.drawn_at)
            connection.execute(sa.insert(cases).values(**row))
        held = [{"name": draw.name, "case_id": ids[pick.case.subject], "why": pick.why} for pick in picks]
        if held:
            connection.execute(sa.insert(drawn), held)
        return len(new)


def _draw_row(draw: Draw) -> dict[str, Any]:
    plain = {name: value for name, value in vars(draw).items() if name != "period"}
    return {
        **plain,
        "first_day": draw.period.first.isoformat(),
        "last_day": draw.period.last.isoformat(),
    }


def _draw(row: Any) -> Draw:
    period = Period(dt.date.fromisoformat(row.first_day), dt.date.fromisoformat(row.last_day))
    return Draw(
        row.name, row.source, row.automatic, period, row.seed, row.drawn_by, row.drawn_at, row.population
    )


def _case_row(case_id: str, pick: Pick, scorer: str | None, now: float) -> dict[str, Any]:
    case = pick.case
    return {
        "case_id": case_id,
        "source": case.source,
        "subject": case.subject,
        "agent": case.agent,
        "taking_part": json.dumps(sorted(case.taking_part)),
        "stratum": case.stratum,
        "ended_at": case.ended_at,
        "why": pick.why,
        "drawn_at": now,
        "scorer": scorer,
        "state": "waiting",
    }
