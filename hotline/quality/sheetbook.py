"""Sheets of scorers: drafts that are saved, and submitted once. The sheet of the case's scorer is the result."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .cards import Card
from .casebook import Case, CaseBook
from .errors import AlreadySubmitted, ChangedMeanwhile, NotReady, TookPart
from .scoring import Sheet, faults, total
from .tables import cases, sheets


@dataclass(frozen=True)
class Kept:
    """A sheet as it is kept; `edit` counts how often it was saved."""

    case_id: str
    scorer: str
    submitted: bool
    card_version: int
    total: int
    saved_at: float
    edit: int
    sheet: Sheet


class SheetBook:
    """All sheets."""

    def __init__(self, book: CaseBook) -> None:
        """Work on the cases of `book`, in its store and under its key."""
        self._book = book

    def of(self, case_id: str) -> list[Kept]:
        """Return all sheets of a case, by scorer."""
        query = sa.select(sheets).where(sheets.c.case_id == case_id).order_by(sheets.c.scorer)
        with self._book.engine.connect() as connection:
            return [self._kept(row) for row in connection.execute(query)]

    def one(self, case_id: str, scorer: str | None) -> Kept | None:
        """Return somebody's sheet of a case; `None` when there is none."""
        return next((kept for kept in self.of(case_id) if kept.scorer == scorer), None)

    def begun_by(self, scorer: str) -> dict[str, bool]:
        """Return the cases somebody has a sheet of, and whether it is submitted."""
        query = sa.select(sheets.c.case_id, sheets.c.submitted).where(sheets.c.scorer == scorer)
        with self._book.engine.connect() as connection:
            return {row.case_id: bool(row.submitted) for row in connection.execute(query)}

    def counting(self, since: float, until: float) -> dict[str, Kept]:
        """Return the sheets that count of the cases that were scored from `since` until before `until`, by case."""
        counts = sa.and_(sheets.c.case_id == cases.c.case_id, sheets.c.scorer == cases.c.scorer)
        within = sa.and_(cases.c.scored_at >= since, cases.c.scored_at < until)
        query = sa.select(sheets).join(cases, counts).where(within)
        with self._book.engine.connect() as connection:
            return {row.case_id: self._kept(row) for row in connection.execute(query)}

    def save(self, case_id: str, scorer: str, sheet: Sheet, card: Card, *, edit: int, now: float) -> Kept:
        """Keep a draft; a case without a scorer becomes this one's.

        Args:
            case_id: of which case.
            scorer: work number.
            sheet: as it is filled in.
            card: by which.
            edit: of the draft the page was opened with, 0 for none.
            now: unix seconds.

        Raises:
            NoSuchCase: there is none.
            TookPart: the scorer took part in it.
            AlreadySubmitted: the sheet is submitted.
            ChangedMeanwhile: the draft was saved elsewhere.
        """

        def work(connection: Any) -> Kept:
            case = self._book.within(connection, case_id)
            if scorer in case.taking_part:
                raise TookPart
            if case.scorer is None and case.state == "waiting":
                self._book.change(connection, case, scorer=scorer)
            return self._write(
                connection, Kept(case_id, scorer, False, card.version, 0, now, edit, sheet), card
            )

        return self._book.locked(case_id, work)

    def submit(self, case_id: str, scorer: str, *, card: Card, edit: int, now: float, until: float) -> Case:
        """Submit a draft as it was saved last; the scorer's own makes the result, open to appeal before `until`.

        Raises:
            NoSuchCase, AlreadySubmitted, ChangedMeanwhile: as for `save`.
            NotReady: something is missing.
        """

        def work(connection: Any) -> Case:
            case = self._book.within(connection, case_id)
            mine = sa.and_(sheets.c.case_id == case_id, sheets.c.scorer == scorer)
            row = connection.execute(sa.select(sheets).where(mine)).first()
            if row is None or row.edit != edit:
                raise ChangedMeanwhile
            if row.submitted:
                raise AlreadySubmitted
            missing = faults(card, self._kept(row).sheet)
            if missing:
                raise NotReady(missing)
            connection.execute(sa.update(sheets).where(mine).values(submitted=True, saved_at=now))
            if case.scorer == scorer:
                result = {"state": "scored", "total": row.total, "scored_at": now, "appeal_until": until}
                self._book.change(connection, case, **result)
            return self._book.within(connection, case_id)

        return self._book.locked(case_id, work)

    def _write(self, connection: Any, wanted: Kept, card: Card) -> Kept:
        mine = sa.and_(sheets.c.case_id == wanted.case_id, sheets.c.scorer == wanted.scorer)
        before = connection.execute(sa.select(sheets.c.submitted, sheets.c.edit).where(mine)).first()
        if before is not None and before.submitted:
            raise AlreadySubmitted
        if wanted.edit != (before.edit if before is not None else 0):
            raise ChangedMeanwhile
        values = {
            "submitted": False,
            "card_version": card.version,
            "total": total(card, wanted.sheet),
            "saved_at": wanted.saved_at,
            "edit": wanted.edit + 1,
            "body": self._seal(wanted),
        }
        if before is None:
            row = {"case_id": wanted.case_id, "scorer": wanted.scorer, **values}
            connection.execute(sa.insert(sheets).values(**row))
        else:
            connection.execute(sa.update(sheets).where(mine).values(**values))
        return self._kept(connection.execute(sa.select(sheets).where(mine)).one())

    def _seal(self, kept: Kept) -> bytes:
        plain = json.dumps(kept.sheet.as_json(), ensure_ascii=False).encode("utf-8")
        return self._book.sealer.seal(plain, f"sheet/{kept.case_id}/{kept.scorer}")

    def _kept(self, row: Any) -> Kept:
        plain = self._book.sealer.open(bytes(row.body), f"sheet/{row.case_id}/{row.scorer}")
        values = {name: row[name] for name in row._mapping if name != "body"}
        return Kept(**values, sheet=Sheet.from_json(json.loads(plain)))
