"""Kill a piece of work at every write: nothing may be lost, nothing done twice.

    for fault in every_write(database):
        fresh = …                          # a store as it was before
        with fault:
            work()                         # ends with Killed at the n-th write, for n = 1, 2, 3, …
        check_nothing_or_all()
        work()                             # again, as a client, a scheduler or an operator would
        check_all_once()

The loop ends after the first round in which the work went through untouched. A write is a statement that changes rows,
or a commit; a commit dies twice: before it is made, and after it was made but before anybody was told.

The server of a process that really died says no goodbye either: the connection is closed without one, and the store
rolls back what was open.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from backend.database import Database

_WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")


class Killed(BaseException):
    """The process would be gone here. Not an Exception: nobody may catch it and go on."""


class Fault:
    """One round: everything on `engine` runs until its `at`-th write, which kills.

    Attributes:
        at: which write kills, counted from 1.
        struck: whether there were so many.
        seen: the writes of this round, in words, for the failure message.
    """

    def __init__(self, engine: Engine, at: int) -> None:
        self.at = at
        self.struck = False
        self.seen: list[str] = []
        self._engine = engine
        self._hooks: tuple[tuple[str, Any], ...] = (
            ("before_cursor_execute", self._statement),
            ("commit", self._commit),
        )

    def __enter__(self) -> Fault:
        for name, hook in self._hooks:
            event.listen(self._engine, name, hook)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        for name, hook in self._hooks:
            event.remove(self._engine, name, hook)
        return kind is Killed

    def __str__(self) -> str:
        return f"killed at write {self.at}: {self.seen[-1] if self.seen else 'none'}"

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(_WRITES):
            self._strike(" ".join(statement.split())[:80])

    def _commit(self, connection: Any) -> None:
        self._strike("before a commit")
        if len(self.seen) + 1 == self.at:  # made, but nobody hears of it
            self.seen.append("after a commit")
            self.struck = True
            connection.connection.commit()
            raise Killed(str(self))
        self.seen.append("after a commit")

    def _strike(self, what: str) -> None:
        self.seen.append(what)
        if len(self.seen) == self.at:
            self.struck = True
            raise Killed(str(self))


def every_write(database: Database) -> Iterator[Fault]:
    """Yield one fault for each write of the work done with it, until the work passes untouched."""
    at = 0
    while True:
        at += 1
        fault = Fault(database.engine, at)
        yield fault
        if not fault.struck:
            return
