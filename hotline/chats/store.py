"""Chats in the desk's database: each event is one transaction, with all that follows from it.

Whoever writes takes the head's row first, so that changes come one after the other and are numbered in the order in
which they became true. A change names the version it was made on; a chat that has another one is not changed. The
letters that tell the assistant stand in the same transaction: a process that is killed has done all of it or nothing.
"""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ..store import conversations
from . import joins, machine
from . import model as m
from .errors import AlreadyOwned, NoCapacity, NoSuchChat, NotYours, StaleVersion
from .model import Chat, Timers
from .records import ChatEvent, Codec, NewChat, Said
from .tables import chat_events, chat_head, chat_joins, chat_outbox, chat_presence, chats

T = TypeVar("T")
_BUSY = ("offered", "active", "wrap_up")


@dataclass(frozen=True)
class Applied:
    """A chat after a change, and the events that were added; `again`: it was done before."""

    chat: Chat
    events: tuple[ChatEvent, ...] = ()
    again: bool = False


class ChatStore:
    """All chats."""

    def __init__(self, engine: Any, key: bytes, timers: Timers) -> None:
        """Use the desk's database (its tables are there), seal under `key`, hold chats to `timers`."""
        self.engine = engine
        self.timers = timers
        self.codec = Codec(key)
        self._turn = threading.Lock()
        try:
            with engine.begin() as connection:
                connection.execute(sa.insert(chat_head).values(id=1, feed=0))
        except IntegrityError:
            return  # another process or start has made it

    # --- changes ---

    def open(self, new: NewChat, now: float, refused: m.Outcome | None = None) -> Applied:
        """Put a conversation into the queue (or, `refused`, write down that nobody could take it).

        A conversation that has a living chat keeps it; the same request makes one chat.
        """
        chat = _new_chat(new, now)

        def work(connection: Any) -> Applied:
            mine = sa.or_(chats.c.request_id == new.request_id, _living(new.conversation_id))
            row = connection.execute(sa.select(chats).where(mine).order_by(chats.c.opened_at.desc())).first()
            if row is not None:
                return Applied(self.codec.chat(row), again=True)
            return self._insert(
                connection, new, machine.opened(self._numbered(connection, chat), refused=refused)
            )

        return self.locked(work)

    def take_over(self, new: NewChat, agent: str, now: float) -> Applied:
        """Begin a chat as its owner: the assistant had the conversation until now.

        Raises:
            AlreadyOwned: it has a living chat.
        """

        def work(connection: Any) -> Applied:
            row = connection.execute(sa.select(chats).where(_living(new.conversation_id))).first()
            if row is not None:
                raise AlreadyOwned(current=self.codec.chat(row).version)
            chat = self._numbered(connection, _new_chat(new, now))
            return self._insert(connection, new, machine.taken_over(chat, agent))

        return self.locked(work)

    def apply(
        self,
        chat_id: str,
        event: m.Event,
        now: float,
        *,
        version: int | None = None,
        said: Said | None = None,
        capacity: int | None = None,
    ) -> Applied:
        """Let `event` happen to a chat.

        Args:
            chat_id: which.
            event: what.
            now: unix seconds.
            version: of the chat, as the caller has seen it; `None`: whatever it is.
            said: words that come with it.
            capacity: chats that the agent who takes it may have.

        Raises:
            NoSuchChat, StaleVersion, NoCapacity: see there.
            AlreadyOwned: the conversation has another living chat.
            ChatRefused: as `machine.step` says.
        """

        def work(connection: Any) -> Applied:
            chat = self._get(connection, chat_id)
            known = self._known(connection, chat_id, said)
            if known is not None:
                return Applied(chat, (known,), again=True)
            if version is not None and version != chat.version:
                raise StaleVersion(f"version {chat.version}", current=chat.version)
            if capacity is not None and chat.state == "queued":
                _check_room(connection, getattr(event, "agent", ""), capacity)
            return self.advance(connection, chat, event, now, said)

        return self.locked(work)

    def advance(
        self, connection: Any, chat: Chat, event: m.Event, now: float, said: Said | None = None
    ) -> Applied:
        """Let `event` happen to a chat that was read in this transaction."""
        step = machine.step(chat, event, now, self.timers)
        if step.chat == chat and not step.effects and said is None:
            return Applied(chat)
        if step.chat.lives and not chat.lives:
            other = connection.execute(
                sa.select(chats.c.version).where(_living(chat.conversation_id))
            ).first()
            if other is not None:
                raise AlreadyOwned(current=other.version)
        counted = self._numbered(connection, step.chat, before=chat)
        return self._write(connection, chat, replace(step, chat=counted), now, said)

    def annotate(self, chat_id: str, note: Said, now: float) -> Applied:
        """Add what agents read, and the department that is there; neither owner nor version matters.

        A department's own note is refused with NotYours when it is not there (any more).
        """

        def work(connection: Any) -> Applied:
            chat = self._get(connection, chat_id)
            known = self._known(connection, chat_id, note)
            if known is not None:
                return Applied(chat, (known,), again=True)
            return self._write(connection, chat, m.Step(chat), now, _read_by(note, chat.department))

        return self.locked(work)

    def mark(self, chat_id: str, now: float, what: str, values: dict[str, Any], **changes: Any) -> Applied:
        """Note something that changes neither owner nor state: a rating, a quota, a delivery."""

        def work(connection: Any) -> Applied:
            chat = self._get(connection, chat_id)
            return self._write(
                connection, chat, m.Step(replace(chat, **changes), (m.Noted(what, values),)), now, None
            )

        return self.locked(work)

    def due(self, now: float) -> list[str]:
        """Return the chats to which something is due, the longest overdue first."""
        query = sa.select(chats.c.chat_id).where(chats.c.due_at <= now).order_by(chats.c.due_at).limit(200)
        with self.engine.connect() as connection:
            return [row.chat_id for row in connection.execute(query)]

    def erase(self, conversation_id: str, now: float) -> int:
        """Delete all chats of a conversation, with what is owed to it; return how many chats that were.

        Of a chat that agents still have on the screen one event remains, which says that it is gone.
        """
        mine = chats.c.conversation_id == conversation_id

        def work(connection: Any) -> int:
            shown = sa.select(chats).where(mine, chats.c.state != "closed")
            open_ones = [self.codec.chat(row) for row in connection.execute(shown)]
            erased = _erase(connection, mine)
            connection.execute(
                sa.delete(conversations).where(conversations.c.conversation_id == conversation_id)
            )
            for chat in open_ones:
                self._say_gone(connection, chat, now)
            return erased

        return self.locked(work)

    def purge(self, before: float) -> int:
        """Delete the chats that ended before `before`; return how many."""

        def work(connection: Any) -> int:
            ended = _erase(connection, chats.c.ended_at < before)
            alone = chat_events.c.chat_id.not_in(sa.select(chats.c.chat_id))
            connection.execute(sa.delete(chat_events).where(chat_events.c.at < before, alone))
            return ended

        return self.locked(work)

    def oldest(self) -> float | None:
        """Return when the chat that ended first of those that are kept ended."""
        with self.engine.connect() as connection:
            found: float | None = connection.execute(sa.select(sa.func.min(chats.c.ended_at))).scalar()
        return found

    # --- looks ---

    def get(self, chat_id: str) -> Chat:
        """Return a chat.

        Raises:
            NoSuchChat: there is none.
        """
        with self.engine.connect() as connection:
            return self._get(connection, chat_id)

    def of_conversation(self, conversation_id: str) -> Chat | None:
        """Return the newest chat of a conversation; `None` when it never had one."""
        query = (
            sa.select(chats)
            .where(chats.c.conversation_id == conversation_id)
            .order_by(chats.c.opened_at.desc(), chats.c.version.desc())
            .limit(1)
        )
        found = self._chats(query)
        return found[0] if found else None

    def in_state(self, *states: m.State, agent: str | None = None) -> list[Chat]:
        """Return the chats in these states, of one agent when given, the oldest first."""
        query = sa.select(chats).where(chats.c.state.in_(states)).order_by(chats.c.opened_at)
        return self._chats(query if agent is None else query.where(chats.c.agent == agent))

    def in_state_within(self, connection: Any, *states: m.State) -> list[Chat]:
        """Return the chats in these states, in a transaction that changes them."""
        query = sa.select(chats).where(chats.c.state.in_(states)).order_by(chats.c.opened_at)
        return [self.codec.chat(row) for row in connection.execute(query)]

    def context(self, chat_id: str) -> dict[str, Any]:
        """Return what was handed over with a chat."""
        query = sa.select(chats.c.context).where(chats.c.chat_id == chat_id)
        with self.engine.connect() as connection:
            sealed = connection.execute(query).scalar()
        if sealed is None:
            raise NoSuchChat(chat_id)
        return self.codec.unseal(sealed, chat_id)

    def joined_to(self, own: str) -> list[Chat]:
        """Return the chats to which a department is joined now."""
        return self._chats(joins.joined(own))

    def was_joined_to(self, own: str, chat_id: str) -> bool:
        """Tell whether a department is, or ever was, in a chat."""
        with self.engine.connect() as connection:
            return connection.execute(joins.was_there(chat_id, own)).first() is not None

    def stays(self, own: str, since: float, limit: int) -> list[joins.Stay]:
        """Return when a department was in chats, of those it left after `since`, the newest first."""
        with self.engine.connect() as connection:
            return [joins.stay_of(row) for row in connection.execute(joins.stays(own, since, limit))]

    def events(self, chat_id: str, after: int = 0, limit: int = 500) -> list[ChatEvent]:
        """Return the events of a chat that follow number `after`, oldest first."""
        query = (
            sa.select(chat_events)
            .where(chat_events.c.chat_id == chat_id, chat_events.c.seq > after)
            .order_by(chat_events.c.seq)
            .limit(limit)
        )
        return self._events(query)

    def feed(self, after: int, limit: int = 500) -> list[ChatEvent]:
        """Return the events of all chats that follow feed number `after`."""
        query = (
            sa.select(chat_events).where(chat_events.c.feed > after).order_by(chat_events.c.feed).limit(limit)
        )
        return self._events(query)

    def head(self) -> int:
        """Return the feed number of the newest event."""
        with self.engine.connect() as connection:
            return int(connection.execute(sa.select(chat_head.c.feed)).scalar_one())

    def handled(self, since: float, limit: int) -> list[float]:
        """Return how many seconds the latest chats that ended after `since` took, the newest first."""
        query = (
            sa.select(chats.c.ended_at, chats.c.taken_at)
            .where(chats.c.ended_at >= since, chats.c.taken_at.isnot(None))
            .order_by(chats.c.ended_at.desc())
            .limit(limit)
        )
        with self.engine.connect() as connection:
            return [row.ended_at - row.taken_at for row in connection.execute(query)]

    # --- inside ---

    def locked(self, work: Callable[[Any], T]) -> T:
        """Run `work` in a transaction that no other change of a chat runs beside."""
        # SQLite lets writers that find it locked sleep and try again: those of one process wait for each other here.
        with self._turn, self.engine.begin() as connection:
            connection.execute(sa.update(chat_head).values(feed=chat_head.c.feed))
            return work(connection)

    def load(self, connection: Any) -> dict[str, int]:
        """Return how many chats each agent has: offered, active, in wrap-up."""
        query = (
            sa.select(chats.c.agent, sa.func.count().label("count"))
            .where(chats.c.state.in_(_BUSY), chats.c.agent.isnot(None))
            .group_by(chats.c.agent)
        )
        return {row.agent: row.count for row in connection.execute(query)}

    def _get(self, connection: Any, chat_id: str) -> Chat:
        row = connection.execute(sa.select(chats).where(chats.c.chat_id == chat_id)).first()
        if row is None:
            raise NoSuchChat(chat_id)
        return self.codec.chat(row)

    def _known(self, connection: Any, chat_id: str, said: Said | None) -> ChatEvent | None:
        if said is None:
            return None
        query = sa.select(chat_events).where(
            chat_events.c.chat_id == chat_id, chat_events.c.client_id == said.client_id
        )
        row = connection.execute(query).first()
        return None if row is None else self.codec.event(row)

    def _numbered(self, connection: Any, chat: Chat, before: Chat | None = None) -> Chat:
        """Count versions over all chats of a conversation: a newer chat never has a smaller one."""
        if before is not None and chat.version == before.version:
            return chat
        query = sa.select(conversations.c.version).where(
            conversations.c.conversation_id == chat.conversation_id
        )
        last = int(connection.execute(query).scalar() or 0)
        return replace(chat, version=last if before is None else last + 1)

    def _insert(self, connection: Any, new: NewChat, step: m.Step) -> Applied:
        empty = replace(step.chat, version=step.chat.version - 1)
        row = self.codec.chat_row(empty, None)
        sealed = self.codec.seal(new.context, empty.chat_id)
        connection.execute(sa.insert(chats).values(**row, request_id=new.request_id, context=sealed))
        outside = replace(empty, state="closed")  # the assistant had it before
        return self._write(connection, empty, step, step.chat.opened_at, None, seen=outside)

    def _write(
        self,
        connection: Any,
        before: Chat,
        step: m.Step,
        now: float,
        said: Said | None,
        *,
        seen: Chat | None = None,
    ) -> Applied:
        """Write a step: the events, the chat on condition of its version, the owner, the letter."""
        events = self._events_of(connection, before, step, now, said)
        after = replace(step.chat, last_seq=before.last_seq + len(events))
        mine = sa.and_(chats.c.chat_id == before.chat_id, chats.c.version == before.version)
        row = self.codec.chat_row(after, machine.due(after, self.timers))
        if connection.execute(sa.update(chats).where(mine).values(**row)).rowcount != 1:
            raise StaleVersion(current=before.version)
        if events:
            connection.execute(sa.insert(chat_events), [self.codec.event_row(event) for event in events])
        if after.version != before.version:
            _write_owner(connection, after, now)
            joins.note(connection, before, after, now)
        self._write_letter(connection, seen or before, after, events, now)
        for effect in step.effects:
            if isinstance(effect, m.Missed):
                absent = sa.update(chat_presence).where(chat_presence.c.agent == effect.agent)
                connection.execute(absent.values(state="away", since=now))
        return Applied(after, tuple(events))

    def _say_gone(self, connection: Any, chat: Chat, now: float) -> None:
        gone = m.Step(replace(chat, version=chat.version + 1), (m.Noted("erased"),))
        (event,) = self._events_of(connection, chat, gone, now, None)
        connection.execute(sa.insert(chat_events), [self.codec.event_row(event)])

    def _events_of(
        self, connection: Any, before: Chat, step: m.Step, now: float, said: Said | None
    ) -> list[ChatEvent]:
        lines: list[tuple[str, str, str | None, dict[str, Any]]] = []
        if said is not None:
            lines.append((said.speaker, said.author, said.client_id, said.body()))
        for effect in step.effects:
            if isinstance(effect, m.Noted):
                lines.append(("event", "", None, {"what": effect.what, "values": effect.values}))
            elif isinstance(effect, m.Tell):
                lines.append(("system", "", None, {"key": effect.key, "values": effect.values}))
        if not lines:
            return []
        connection.execute(sa.update(chat_head).values(feed=chat_head.c.feed + len(lines)))
        last = int(connection.execute(sa.select(chat_head.c.feed)).scalar_one())
        first, version = last - len(lines) + 1, step.chat.version
        return [
            ChatEvent(
                first + i,
                before.chat_id,
                before.last_seq + 1 + i,
                kind,
                author,
                now,
                client_id,
                version,
                body,
            )
            for i, (kind, author, client_id, body) in enumerate(lines)
        ]

    def _write_letter(
        self, connection: Any, before: Chat, after: Chat, events: Iterable[ChatEvent], now: float
    ) -> None:
        """Owe the assistant what it must know: another owner, words for the citizen."""
        lines = [_line(event) for event in events if event.kind in ("agent", "department", "system")]
        speaker_before, speaker = (
            chat.agent if chat.owner == "agent" else chat.owner for chat in (before, after)
        )
        if not lines and speaker_before == speaker:
            return
        name = f"{after.chat_id}-{after.last_seq}"
        connection.execute(
            sa.insert(chat_outbox).values(
                name=name,
                chat_id=after.chat_id,
                conversation_id=after.conversation_id,
                body=self.codec.seal({**wire(after), "name": name, "lines": lines}, name),
                tries=0,
                not_before=now,
                lease_until=0.0,
                at=now,
            )
        )

    def _chats(self, query: Any) -> list[Chat]:
        with self.engine.connect() as connection:
            return [self.codec.chat(row) for row in connection.execute(query)]

    def _events(self, query: Any) -> list[ChatEvent]:
        with self.engine.connect() as connection:
            return [self.codec.event(row) for row in connection.execute(query)]


def wire(chat: Chat) -> dict[str, Any]:
    """Return what the assistant may know of a chat: who owns the conversation, and how it stands."""
    return {
        "chat_id": chat.chat_id,
        "conversation_id": chat.conversation_id,
        "channel": chat.channel,
        "version": chat.version,
        "owner": chat.owner,
        "agent": chat.agent if chat.owner == "agent" else None,
        "state": chat.state,
        "outcome": chat.outcome,
        "language": chat.language,
        "large_type": chat.large_type,
    }


def _read_by(note: Said, department: str | None) -> Said:
    """Return a note with the department that reads it beside the agents; whispers and the desk's own are theirs alone.

    Raises:
        NotYours: a department has written it that is not there.
    """
    if note.more.get("by") and note.author != department:
        raise NotYours("the department was not joined")
    if department is None or not note.author or note.more.get("whisper"):
        return note
    return replace(note, more={**note.more, "department": department})


def _line(event: ChatEvent) -> dict[str, Any]:
    return {"seq": event.seq, "kind": event.kind, "author": event.author, "at": event.at, **event.body}


def _living(conversation_id: str) -> Any:
    return sa.and_(
        chats.c.conversation_id == conversation_id, chats.c.state.in_(("queued", "offered", "active"))
    )


def _erase(connection: Any, which: Any) -> int:
    mine = sa.select(chats.c.chat_id).where(which).scalar_subquery()
    for table in (chat_events, chat_joins, chat_outbox):
        connection.execute(sa.delete(table).where(table.c.chat_id.in_(mine)))
    return int(connection.execute(sa.delete(chats).where(which)).rowcount)


def _check_room(connection: Any, agent: str, capacity: int) -> None:
    mine = sa.and_(chats.c.agent == agent, chats.c.state.in_(_BUSY))
    if connection.execute(sa.select(sa.func.count()).select_from(chats).where(mine)).scalar_one() >= capacity:
        raise NoCapacity(f"{capacity} at once")


def _write_owner(connection: Any, chat: Chat, now: float) -> None:
    """Say who owns the conversation; a chat in wrap-up does not speak for one that has a newer chat."""
    since = dt.datetime.fromtimestamp(now, dt.timezone.utc).isoformat()
    mine = conversations.c.conversation_id == chat.conversation_id
    values = {
        "version": chat.version,
        "owner": chat.owner,
        "agent": chat.agent if chat.owner == "agent" else None,
        "since": since,
    }
    if not chat.lives:
        other = connection.execute(sa.select(chats.c.chat_id).where(_living(chat.conversation_id))).first()
        if other is not None:
            values = {"version": chat.version}
    if connection.execute(sa.update(conversations).where(mine).values(**values)).rowcount == 0:
        connection.execute(sa.insert(conversations).values(**values, conversation_id=chat.conversation_id))


def _new_chat(new: NewChat, now: float) -> Chat:
    return Chat(
        chat_id=secrets.token_hex(16),
        conversation_id=new.conversation_id,
        channel=new.channel,
        reason=new.reason,
        priority=m.PRIORITY[new.reason],
        language=new.language,
        large_type=new.large_type,
        topic=new.topic,
        district=new.district,
        opened_at=now,
        state_since=now,
        queued_since=now,
        waits_since=now,
    )
