"""The ledger of quotas in the bot's database: shared by all processes, there after a restart.

It holds no id of a conversation, and outlives a deletion by 48 hours at most: the report of it must still be said.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa

from bot.channels.wechat.quota import EXHAUSTED, Grant, Quota, Trigger

_metadata = sa.MetaData()
_quotas = sa.Table(
    "wechat_quotas",
    _metadata,
    sa.Column("conversation", sa.String(64), primary_key=True),
    sa.Column("grants", sa.Text, nullable=False),
    sa.Column("until", sa.Float, nullable=False, index=True),
)
_TRIES: Final = 50


class QuotaStore:
    """Quotas by conversation. A change is made on what was read, or read again (compare and set)."""

    def __init__(self, engine: Any, clock: Callable[[], float] = time.time) -> None:
        """Use the bot's database; ``clock`` gives unix seconds."""
        self._engine = engine
        self._clock = clock
        _metadata.create_all(engine)

    def now(self) -> float:
        """Return the time of this ledger, unix seconds."""
        return self._clock()

    def grant(self, conversation_id: str, trigger: Trigger) -> None:
        """Note that the person has just done something that lets us send."""
        self._change(conversation_id, lambda quota, now: quota.granted(trigger, now))

    def take(self, conversation_id: str, keep: int = 0) -> bool:
        """Take one message out of the quota; False when no more than ``keep`` are left, and nothing was taken."""
        before = self._change(
            conversation_id, lambda quota, now: quota.spent(now) if quota.left(now) > keep else quota
        )
        return before.left(self._clock()) > keep

    def give_back(self, conversation_id: str) -> None:
        """Put a message back that WeChat refused for a reason of its own."""
        self._change(conversation_id, lambda quota, now: quota.given_back(now))

    def exhaust(self, conversation_id: str) -> None:
        """Note that WeChat lets nothing through any more."""
        self._change(conversation_id, lambda _quota, _now: EXHAUSTED)

    def quota(self, conversation_id: str) -> Quota:
        """Return what is left to send to a conversation."""
        return _read(self._raw(conversation_id))

    def purge(self, now: float) -> int:
        """Delete quotas whose time is over; return how many."""
        with self._engine.begin() as connection:
            return int(connection.execute(_quotas.delete().where(_quotas.c.until <= now)).rowcount)

    def _change(self, conversation_id: str, change: Callable[[Quota, float], Quota]) -> Quota:
        """Apply ``change``; returns the quota it was applied to."""
        for _ in range(_TRIES):
            raw = self._raw(conversation_id)
            before, now = _read(raw), self._clock()
            after = change(before, now)
            if after == before or self._written(conversation_id, raw, after, now):
                return before
        raise RuntimeError("a quota is changed by too many at once")

    def _raw(self, conversation_id: str) -> str | None:
        query = sa.select([_quotas.c.grants]).where(_quotas.c.conversation == _of(conversation_id))
        with self._engine.connect() as connection:
            found: str | None = connection.execute(query).scalar()
        return found

    def _written(self, conversation_id: str, raw: str | None, after: Quota, now: float) -> bool:
        until = max((grant.until for grant in after.grants.values()), default=now)
        row = {"grants": _write(after), "until": until}
        with self._engine.begin() as connection:
            if raw is not None:
                same = sa.and_(_quotas.c.conversation == _of(conversation_id), _quotas.c.grants == raw)
                return bool(connection.execute(_quotas.update().where(same).values(**row)).rowcount)
            try:
                connection.execute(_quotas.insert().values(conversation=_of(conversation_id), **row))
            except sa.exc.IntegrityError:
                return False
        return True


def _of(conversation_id: str) -> str:
    return hashlib.sha256(f"quota {conversation_id}".encode()).hexdigest()


def _read(raw: str | None) -> Quota:
    grants = json.loads(raw) if raw else {}
    return Quota({Trigger(name): Grant(int(left), float(until)) for name, (left, until) in grants.items()})


def _write(quota: Quota) -> str:
    return json.dumps({t.value: (g.left, g.until) for t, g in quota.grants.items()}, sort_keys=True)
