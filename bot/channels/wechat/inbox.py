"""What came in, until it is answered: three tries of WeChat, several processes and a restart make one turn of it.

A push is claimed before anything is done about it, and lies here sealed until its answer has gone out. Whoever works on
it holds a lease and renews it; what a process that died was working on is taken up by another. The name of a push (a
keyed hash) stays for three days, so that one that is played again later is known; its content goes as soon as it is
answered.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

import sqlalchemy as sa

from privacy.sealing import Sealer

#: Seconds; renewed at a third of it.
LEASE: Final = 15.0
#: How long the answer is kept for a try of WeChat that comes late, seconds.
_REPLY_KEPT: Final = 600.0
State = Literal["running", "answered", "done"]

_metadata = sa.MetaData()
_pushes = sa.Table(
    "wechat_pushes",
    _metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("conversation_id", sa.String(64), nullable=False, index=True),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("owner", sa.String(32), nullable=False),
    sa.Column("lease_until", sa.Float, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("work", sa.LargeBinary),
    sa.Column("reply", sa.LargeBinary),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Index("wechat_pushes_open", "state", "lease_until"),
)


@dataclass(frozen=True)
class Work:
    """What must be known to answer a push: JSON, without a position."""

    name: str
    conversation_id: str
    body: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Reply:
    """The answer to a push.

    Attributes:
        text: as it goes back with the push.
        messages: what the turn said, as JSON, to be said another way when WeChat does not fetch the text.
    """

    text: str = field(repr=False)
    messages: list[dict[str, Any]] = field(repr=False)


@dataclass(frozen=True)
class Known:
    """A push that somebody has claimed.

    Attributes:
        state: ``running``, ``answered`` (the answer waits for WeChat's next try) or ``done``.
        tries: how often WeChat has sent it, this time included.
        reply: the answer, when it was one to the push itself.
    """

    state: State
    tries: int
    reply: Reply | None = None


class Inbox:
    """The pushes of all accounts, in the bot's database."""

    def __init__(self, engine: Any, key: bytes, owner: str, clock: Callable[[], float] = time.time) -> None:
        """Keep them sealed under ``key`` (32 bytes); ``owner`` is this process, ``clock`` gives unix seconds."""
        self._engine = engine
        self._sealer = Sealer(key)
        self._owner = owner
        self._clock = clock
        _metadata.create_all(engine)

    def name(self, account: str, key: str) -> str:
        """Return the name of a push by its account and its key (see ``parsing``)."""
        return self._sealer.digest(account, key)

    def claim(self, work: Work) -> Known | None:
        """Claim a push; None when it is ours now, else what is known of it."""
        now = self._clock()
        row = {
            "name": work.name,
            "conversation_id": work.conversation_id,
            "state": "running",
            "owner": self._owner,
            "lease_until": now + LEASE,
            "tries": 1,
            "work": self._seal(work.body, work.name),
            "at": now,
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(_pushes.insert().values(**row))
        except sa.exc.IntegrityError:
            return self._again(work.name)
        return None

    def known(self, name: str) -> Known | None:
        """Return what is known of a push."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select([_pushes]).where(_pushes.c.name == name)).first()
        if row is None:
            return None
        return self._known(row)

    def answer(self, name: str, reply: Reply, wait: float) -> None:
        """Keep the answer for the try that waits for it, for ``wait`` seconds; then it is somebody's work again."""
        sealed = self._seal(asdict(reply), name)
        self._update(name, state="answered", reply=sealed, lease_until=self._clock() + wait)

    def end(self, name: str) -> None:
        """Note that a push is answered, whichever way."""
        self._update(name, state="done", work=None)

    def renew(self, names: Sequence[str]) -> None:
        """Hold the leases of pushes that are being answered for longer."""
        running = sa.and_(_pushes.c.name.in_(list(names)), _pushes.c.state == "running")
        with self._engine.begin() as connection:
            connection.execute(_pushes.update().where(running).values(lease_until=self._clock() + LEASE))

    def release_all(self) -> None:
        """Let go of every lease: for the start of the only process that uses this database."""
        with self._engine.begin() as connection:
            still = _pushes.c.state != "done"
            connection.execute(_pushes.update().where(still).values(lease_until=0.0))

    def take_over(self) -> list[tuple[Work, Known]]:
        """Take what nobody works on any more, oldest first."""
        now = self._clock()
        abandoned = sa.and_(_pushes.c.state != "done", _pushes.c.lease_until <= now)
        query = sa.select([_pushes]).where(abandoned).order_by(_pushes.c.at).limit(20)
        with self._engine.connect() as connection:
            rows = connection.execute(query).fetchall()
        return [self._taken(row) for row in rows if self._takes(row, now)]

    def forget_answers(self, now: float) -> None:
        """Forget answers that nobody asks for any more."""
        answered = sa.and_(_pushes.c.state == "done", _pushes.c.at <= now - _REPLY_KEPT)
        with self._engine.begin() as connection:
            gone = _pushes.update().where(answered).values(reply=None, work=None, conversation_id="")
            connection.execute(gone)

    def _again(self, name: str) -> Known | None:
        with self._engine.begin() as connection:
            mine = _pushes.c.name == name
            connection.execute(_pushes.update().where(mine).values(tries=_pushes.c.tries + 1))
        return self.known(name)

    def _takes(self, row: Any, now: float) -> bool:
        same = sa.and_(_pushes.c.name == row.name, _pushes.c.owner == row.owner, _pushes.c.lease_until <= now)
        with self._engine.begin() as connection:
            mine = {"owner": self._owner, "lease_until": now + LEASE, "tries": row.tries + 1}
            taken = _pushes.update().where(same).values(**mine)
            return bool(connection.execute(taken).rowcount)

    def _taken(self, row: Any) -> tuple[Work, Known]:
        work = {} if row.work is None else self._open(row.work, row.name)
        return Work(row.name, row.conversation_id, work), self._known(row)

    def _known(self, row: Any) -> Known:
        reply = None if row.reply is None else Reply(**self._open(row.reply, row.name))
        return Known(row.state, row.tries, reply)

    def _update(self, name: str, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(_pushes.update().where(_pushes.c.name == name).values(**values))

    def _seal(self, body: dict[str, Any], name: str) -> bytes:
        return self._sealer.seal(json.dumps(body).encode(), name)

    def _open(self, sealed: bytes, name: str) -> dict[str, Any]:
        opened: dict[str, Any] = json.loads(self._sealer.open(sealed, name))
        return opened


def purge_pushes(engine: Any, before: float) -> int:
    """Delete pushes that came before ``before``, names and all; return how many."""
    _metadata.create_all(engine)
    with engine.begin() as connection:
        return int(connection.execute(_pushes.delete().where(_pushes.c.at <= before)).rowcount)


def forget_pushes(engine: Any, conversation_id: str) -> None:
    """Delete what a person sent and was answered; the bare names stay, so that nothing is done twice."""
    _metadata.create_all(engine)
    with engine.begin() as connection:
        mine = _pushes.c.conversation_id == conversation_id
        connection.execute(_pushes.update().where(mine).values(work=None, reply=None, conversation_id=""))
