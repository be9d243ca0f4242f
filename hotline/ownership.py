"""Who owns a conversation: the assistant, the queue, an agent, or nobody any more.

Ownership changes by compare-and-set: whoever changes it says which version it has seen, and loses when somebody
else was first. A conversation never heard of belongs to the assistant at version 0.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .errors import MoveNotAllowed, VersionConflict
from .store import conversations

Owner = Literal["bot", "queued", "agent", "closed"]
OWNERS: tuple[Owner, ...] = get_args(Owner)

# agent → agent is a transfer. A closed conversation goes on with the assistant, never with its old agent.
_MOVES: dict[Owner, frozenset[Owner]] = {
    "bot": frozenset({"queued", "agent"}),
    "queued": frozenset({"agent", "bot", "closed"}),
    "agent": frozenset({"agent", "queued", "bot", "closed"}),
    "closed": frozenset({"bot"}),
}


@dataclass(frozen=True)
class Ownership:
    """The owner of a conversation since an RFC 3339 moment; `agent` is the work number when owned by one."""

    conversation_id: str
    owner: Owner
    agent: str | None
    version: int
    since: str | None

    def wire(self) -> dict[str, Any]:
        """Return the JSON object of the API."""
        return asdict(self)


def check_move(old: Owner, new: Owner) -> None:
    """Raise MoveNotAllowed unless ownership may go from `old` to `new`."""
    if new not in _MOVES[old]:
        raise MoveNotAllowed(f"{old} does not become {new}")


class OwnershipStore:
    """The desk's record of owners."""

    def __init__(self, engine: Any) -> None:
        """Use the tables of `store`."""
        self._engine = engine

    def get(self, conversation_id: str) -> Ownership:
        """Return the present owner."""
        query = sa.select(conversations).where(conversations.c.conversation_id == conversation_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return Ownership(conversation_id, "bot", None, 0, None)
        return Ownership(row.conversation_id, row.owner, row.agent, row.version, row.since)

    def change(
        self, conversation_id: str, version: int, owner: Owner, agent: str | None, now: dt.datetime
    ) -> Ownership:
        """Set the owner if the conversation still has `version`; return the new state, one version higher.

        Raises:
            VersionConflict: it has another version; `more["current"]` is the present state.
            MoveNotAllowed: the present owner may not be followed by the wanted one.
        """
        present = self.get(conversation_id)
        if present.version != version:
            raise VersionConflict("version", current=present.wire())
        check_move(present.owner, owner)
        wanted = Ownership(conversation_id, owner, agent, version + 1, now.isoformat())
        if not self._write(wanted, version):
            raise VersionConflict("version", current=self.get(conversation_id).wire())
        return wanted

    def _write(self, wanted: Ownership, version: int) -> bool:
        """Write in one statement whose condition is the version, so that of two writers one alone succeeds."""
        values = wanted.wire()
        if version == 0:
            try:
                with self._engine.begin() as connection:
                    connection.execute(sa.insert(conversations).values(**values))
            except IntegrityError:
                return False
            return True
        statement = (
            sa.update(conversations)
            .where(
                conversations.c.conversation_id == wanted.conversation_id, conversations.c.version == version
            )
            .values(**values)
        )
        with self._engine.begin() as connection:
            return bool(connection.execute(statement).rowcount == 1)
