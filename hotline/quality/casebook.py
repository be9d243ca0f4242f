"""Cases that were drawn, and how they stand. A case is scored by one person; sheets of others are for calibration."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import sqlalchemy as sa

from privacy.sealing import Sealer

from .errors import ChangedMeanwhile, NoSuchCase, TookPart, TooLate, WrongState
from .sampling import Source, Why
from .scoring import Sheet
from .tables import cases, drawn, draws, sheets

State = Literal["waiting", "scored", "accepted", "appealed", "kept", "changed"]
T = TypeVar("T")


@dataclass(frozen=True)
class Said:
    """What an agent appealed with, or a leader decided with: by whom, when (unix seconds), in which words."""

    by: str
    at: float
    words: str


@dataclass(frozen=True)
class Case:
    """A case as it stands.

    Attributes:
        case_id: random.
        source, subject: a chat by its id, or an order by its number.
        agent: who answers for it.
        taking_part: everybody who took part in it.
        why: reason of the sample that held it first.
        scorer: whose sheet counts; `None` until somebody who can has begun.
        state: waiting → scored → accepted, or appealed → kept or changed.
        total: points, as they are after a decision.
        appeal_until: unix seconds.
        appeal, decision: what was said.
        decided: the sheet a leader put in the place of the scorer's.
    """

    case_id: str
    source: Source
    subject: str
    agent: str
    taking_part: frozenset[str]
    stratum: str
    ended_at: float
    why: Why
    drawn_at: float
    scorer: str | None
    state: State
    total: int | None
    scored_at: float | None
    appeal_until: float | None
    appeal: Said | None = None
    decision: Said | None = None
    decided: Sheet | None = None


class CaseBook:
    """Cases in the desk's store."""

    def __init__(self, engine: Any, key: bytes) -> None:
        """Seal what people write under `key`, 32 bytes."""
        self.engine = engine
        self.sealer = Sealer(key)

    def case(self, case_id: str) -> Case:
        """Return a case.

        Raises:
            NoSuchCase: there is none.
        """
        with self.engine.connect() as connection:
            return self.within(connection, case_id)

    def within(self, connection: Any, case_id: str) -> Case:
        """Return a case, read in a transaction that changes it.

        Raises:
            NoSuchCase: there is none.
        """
        row = connection.execute(sa.select(cases).where(cases.c.case_id == case_id)).first()
        if row is None:
            raise NoSuchCase(case_id)
        return self._case(row)

    def listed(self, *, states: Collection[State] = (), limit: int = 500, **who: str) -> list[Case]:
        """Return cases in these states (all when none is named), of one `agent` or `scorer`, the newest first."""
        query = sa.select(cases).order_by(cases.c.drawn_at.desc(), cases.c.case_id).limit(limit)
        if states:
            query = query.where(cases.c.state.in_(tuple(states)))
        for name, value in who.items():
            query = query.where(cases.c[name] == value)
        with self.engine.connect() as connection:
            return [self._case(row) for row in connection.execute(query)]

    def scored_between(self, since: float, until: float, agent: str = "") -> list[Case]:
        """Return the cases that were scored from `since` until before `until`, the oldest first."""
        query = sa.select(cases).where(cases.c.scored_at >= since, cases.c.scored_at < until)
        if agent:
            query = query.where(cases.c.agent == agent)
        with self.engine.connect() as connection:
            return [self._case(row) for row in connection.execute(query.order_by(cases.c.scored_at))]

    def claim(self, case_id: str, scorer: str) -> Case:
        """Make somebody the scorer of a case that nobody has begun.

        Raises:
            NoSuchCase, TookPart: as they say.
            ChangedMeanwhile: its scorer has begun.
        """

        def work(connection: Any) -> Case:
            case = self.within(connection, case_id)
            if scorer in case.taking_part:
                raise TookPart
            begun = sa.select(sheets.c.scorer).where(
                sheets.c.case_id == case_id, sheets.c.scorer == (case.scorer or "")
            )
            if case.state != "waiting" or connection.execute(begun).first() is not None:
                raise ChangedMeanwhile
            self.change(connection, case, scorer=scorer)
            return self.within(connection, case_id)

        return self.locked(case_id, work)

    def oldest(self) -> float | None:
        """Return when the oldest case was drawn; `None` when there is none."""
        with self.engine.connect() as connection:
            found: float | None = connection.execute(sa.select(sa.func.min(cases.c.drawn_at))).scalar()
        return found

    def purge(self, before: float) -> int:
        """Delete what was drawn before `before`, with all that was written about it; return how many cases."""
        old = sa.select(cases.c.case_id).where(cases.c.drawn_at < before)
        with self.engine.begin() as connection:
            for table in (sheets, drawn):
                connection.execute(sa.delete(table).where(table.c.case_id.in_(old)))
            connection.execute(sa.delete(draws).where(draws.c.drawn_at < before))
            return int(connection.execute(sa.delete(cases).where(cases.c.drawn_at < before)).rowcount)

    # --- what agents and leaders say ---

    def accept(self, case_id: str, agent: str) -> Case:
        """Note that the agent has read the result and takes it.

        Raises:
            NoSuchCase: it is not the agent's.
            WrongState: it is not scored, or something was said already.
        """

        def work(connection: Any) -> Case:
            self.change(connection, self._own(connection, case_id, agent), state="accepted")
            return self.within(connection, case_id)

        return self.locked(case_id, work)

    def appeal(self, case_id: str, agent: str, words: str, now: float) -> Case:
        """Note the agent's objection.

        Raises:
            NoSuchCase, WrongState: as for `accept`.
            TooLate: the days for it are over.
        """

        def work(connection: Any) -> Case:
            case = self._own(connection, case_id, agent)
            if case.appeal_until is None or now >= case.appeal_until:
                raise TooLate
            body = {"appeal": {"by": agent, "at": now, "words": words}}
            self.change(connection, case, state="appealed", body=self._seal(case_id, body))
            return self.within(connection, case_id)

        return self.locked(case_id, work)

    def decide(
        self, case_id: str, leader: str, words: str, now: float, changed: tuple[Sheet, int] | None = None
    ) -> Case:
        """Decide about an appeal: keep the result, or put another sheet with its total in its place.

        Raises:
            NoSuchCase: there is none.
            WrongState: nobody has appealed, or it is decided.
            TookPart: the leader took part in the case, or scored it.
        """

        def work(connection: Any) -> Case:
            case = self.within(connection, case_id)
            if case.state != "appealed" or case.appeal is None:
                raise WrongState
            if leader in case.taking_part or leader == case.scorer:
                raise TookPart
            body: dict[str, Any] = {
                "appeal": vars(case.appeal),
                "decision": {"by": leader, "at": now, "words": words},
            }
            values: dict[str, Any] = {"state": "kept"}
            if changed is not None:
                body["decided"] = changed[0].as_json()
                values = {"state": "changed", "total": changed[1]}
            self.change(connection, case, body=self._seal(case_id, body), **values)
            return self.within(connection, case_id)

        return self.locked(case_id, work)

    # --- inside ---

    def locked(self, case_id: str, work: Callable[[Any], T]) -> T:
        """Run `work` in a transaction beside which nobody changes this case."""
        with self.engine.begin() as connection:
            connection.execute(sa.update(cases).where(cases.c.case_id == case_id).values(case_id=case_id))
            return work(connection)

    def change(self, connection: Any, case: Case, **values: Any) -> None:
        """Write columns of a case that was read in this transaction."""
        connection.execute(sa.update(cases).where(cases.c.case_id == case.case_id).values(**values))

    def _own(self, connection: Any, case_id: str, agent: str) -> Case:
        case = self.within(connection, case_id)
        if case.agent != agent:
            raise NoSuchCase(case_id)
        if case.state != "scored":
            raise WrongState
        return case

    def _seal(self, case_id: str, body: dict[str, Any]) -> bytes:
        return self.sealer.seal(json.dumps(body, ensure_ascii=False).encode("utf-8"), f"case/{case_id}")

    def _case(self, row: Any) -> Case:
        body: dict[str, Any] = {}
        if row.body is not None:
            body = json.loads(self.sealer.open(bytes(row.body), f"case/{row.case_id}"))
        plain = {name: row[name] for name in row._mapping if name not in ("body", "taking_part")}
        return Case(
            **plain,
            taking_part=frozenset(json.loads(row.taking_part)),
            appeal=Said(**body["appeal"]) if "appeal" in body else None,
            decision=Said(**body["decision"]) if "decision" in body else None,
            decided=Sheet.from_json(body["decided"]) if "decided" in body else None,
        )
