"""Which conversations of one person are joined: those in which that person said so (docs/decisions/joining.md).

The tables hold neither a conversation's id nor a person's: both are keyed hashes, and what is needed to reach a
conversation is sealed. Joined conversations form a circle; a circle of one is none. Every change is one transaction.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa

from privacy.database import open_engine
from privacy.errors import CircleFull, CodeOver, OtherPerson, OwnConversation, TooManyGuesses, UnknownCode
from privacy.join_codes import ALPHABET, make_code
from privacy.join_tables import circles, codes, guesses, history, letters, metadata, orders
from privacy.sealing import Sealer

CODE_LIVES: Final = timedelta(minutes=5)
#: Wrong codes one person may type before they must wait.
MOST_GUESSES: Final = 5
GUESSES_FORGOTTEN: Final = timedelta(minutes=15)
#: Conversations in one circle.
MOST_JOINED: Final = 6
_TRIES: Final = 3

Act = Literal["joined", "ended"]


@dataclass(frozen=True)
class Member:
    """A conversation that is joined, or is to be.

    Attributes:
        conversation_id, channel: where it is.
        language, elder: how to speak there.
        joined_at, seen_at: unix seconds; when the person last spoke in it.
        named: whether the person wants notices here, wherever they spoke last.
    """

    conversation_id: str = field(repr=False)
    channel: str
    language: str = "zh"
    elder: bool = False
    joined_at: float = 0.0
    seen_at: float = 0.0
    named: bool = False


@dataclass(frozen=True)
class Joined:
    """What came of a code: its receipt, everybody in the circle, and whether this call did it."""

    receipt: str
    members: Sequence[Member]
    offered: Member
    fresh: bool


@dataclass(frozen=True)
class Entry:
    """What happened to a conversation, as its person may read it."""

    receipt: str
    act: str
    at: float


@dataclass(frozen=True)
class Letter:
    """Words that wait to be said in a conversation where nobody is speaking just now."""

    letter_id: str
    conversation_id: str = field(repr=False)
    channel: str
    text: str = field(repr=False)


#: Words for a conversation: who is told, the receipt, who is joined now.
Wording = Callable[[Member, str, Sequence[Member]], str]


class Joins:
    """The one door to joined conversations, for the bot and for the action server."""

    def __init__(self, url: str, key: bytes, clock: Callable[[], datetime]) -> None:
        """Open the tables.

        Args:
            url: SQLAlchemy address of the database they share; the tables are made when missing.
            key: 32 bytes, the vault's key; a key of its own is derived from it.
            clock: now, with a time zone.
        """
        self._engine = open_engine(url)
        self._sealer = Sealer(hashlib.sha256(b"joins " + key).digest())
        self._clock = clock
        metadata.create_all(self._engine)

    # The first half ----------------------------------------------------------------------------------

    def offer(self, member: Member, person_id: str) -> str:
        """Give out a code for a conversation whose person has consented; an older one is worth nothing from now on.

        Raises:
            OtherPerson: the conversation is joined to others for somebody else.
        """
        mine, person = self._of("conversation", member.conversation_id), self._of("person", person_id)
        code = make_code()
        digest = self._of("code", code)
        with self._engine.begin() as connection:
            connection.execute(codes.delete().where(codes.c.conversation == mine, codes.c.used_by.is_(None)))
            connection.execute(
                codes.insert().values(
                    digest=digest,
                    conversation=mine,
                    person=person,
                    sealed=self._seal(member, digest),
                    expires_at=self._now() + CODE_LIVES.total_seconds(),
                )
            )
            self._same_person(connection, mine, person)
        return code

    # The second half ---------------------------------------------------------------------------------

    def redeem(
        self, code: str, member: Member, person_id: str, told_day: datetime, letter: Wording
    ) -> Joined:
        """Join the conversation in which ``code`` was typed to the one it was given out in, once.

        Args:
            code: as :func:`privacy.join_codes.read_code` reads it.
            member: where it was typed.
            person_id: who is verified there.
            told_day: the day in the receipt's number.
            letter: words for the conversation in which nobody is speaking now.

        Raises:
            JoinRefused: and why.
        """
        mine, person = self._of("conversation", member.conversation_id), self._of("person", person_id)
        row = self._code(code)
        if row is not None and row.used_by == mine and row.person == person:
            return Joined(row.receipt, self.members(member.conversation_id), self._offered(row), fresh=False)
        left = self._count_guess(person)
        if row is None:
            raise UnknownCode(left)
        if row.person != person:
            self._spoil(row)
            raise OtherPerson
        if row.conversation == mine:
            raise OwnConversation
        joined = self._join_once(row, member, person, told_day, letter)
        with self._engine.begin() as connection:
            connection.execute(guesses.delete().where(guesses.c.person == person))
        return joined

    def _join_once(
        self, row: Any, member: Member, person: str, told_day: datetime, letter: Wording
    ) -> Joined:
        """Join in one transaction; again when another change of the same conversations was faster."""
        receipt = self._receipt(told_day)
        for _ in range(_TRIES):
            try:
                with self._engine.begin() as connection:
                    self._join(connection, row, member, person, receipt)
                    members = self._members(connection, row.conversation)
                    offered = self._offered(row)
                    told = next(m for m in members if m.conversation_id == offered.conversation_id)
                    self._write(connection, told, letter(told, receipt, members))
                return Joined(receipt, members, offered, fresh=True)
            except sa.exc.IntegrityError:
                continue
        raise CodeOver

    def _join(self, connection: Any, row: Any, member: Member, person: str, receipt: str) -> None:
        mine, now = self._of("conversation", member.conversation_id), self._now()
        free = sa.and_(codes.c.digest == row.digest, codes.c.used_by.is_(None), codes.c.expires_at > now)
        if connection.execute(codes.update().where(free).values(used_by=mine, receipt=receipt)).rowcount != 1:
            raise CodeOver
        both = {row.conversation: self._offered(row), mine: member}
        for conversation in both:
            self._same_person(connection, conversation, person)
        theirs = connection.execute(
            sa.select([circles.c.circle, circles.c.conversation]).where(
                circles.c.circle.in_(
                    sa.select([circles.c.circle]).where(circles.c.conversation.in_(list(both)))
                )
            )
        ).all()
        known = {entry.conversation for entry in theirs}
        if len(known | set(both)) > MOST_JOINED:
            raise CircleFull
        circle = min((entry.circle for entry in theirs), default=uuid.uuid4().hex)
        connection.execute(
            circles.update().where(circles.c.conversation.in_(list(known))).values(circle=circle)
        )
        for conversation in both.keys() - known:
            seen = {"joined_at": now, "seen_at": now + (conversation == mine) / 1000}
            body = self._seal(both[conversation], conversation)
            connection.execute(
                circles.insert().values(
                    conversation=conversation, circle=circle, person=person, sealed=body, named=False, **seen
                )
            )
        self._note(connection, both, receipt, "joined")

    def _same_person(self, connection: Any, conversation: str, person: str) -> None:
        query = sa.select([circles.c.person]).where(circles.c.conversation == conversation)
        if connection.execute(query).scalar() not in (None, person):
            raise OtherPerson

    def _spoil(self, row: Any) -> None:
        """Make a code that somebody else has typed worthless."""
        with self._engine.begin() as connection:
            spoilt = codes.update().where(codes.c.digest == row.digest, codes.c.used_by.is_(None))
            connection.execute(spoilt.values(expires_at=0.0))

    def _count_guess(self, person: str) -> int:
        """Count before the code is looked at; return how many guesses are left."""
        now = self._now()
        forgotten = now - GUESSES_FORGOTTEN.total_seconds()
        mine = guesses.c.person == person
        with self._engine.begin() as connection:
            connection.execute(guesses.delete().where(mine, guesses.c.since <= forgotten))
            if not connection.execute(
                guesses.update().where(mine).values(count=guesses.c.count + 1)
            ).rowcount:
                connection.execute(guesses.insert().values(person=person, count=1, since=now))
            row = connection.execute(sa.select([guesses]).where(mine)).one()
        if row.count > MOST_GUESSES:
            raise TooManyGuesses(row.since - forgotten)
        return int(MOST_GUESSES - row.count)

    # Joined ------------------------------------------------------------------------------------------

    def members(self, conversation_id: str) -> list[Member]:
        """Return all conversations joined with this one, itself among them; none when it is not joined."""
        with self._engine.connect() as connection:
            return self._members(connection, self._of("conversation", conversation_id))

    def others(self, conversation_id: str, person_id: str | None = None) -> list[Member]:
        """Return the conversations joined with this one; with ``person_id`` only if they are this person's."""
        if person_id is not None:
            mine = circles.c.conversation == self._of("conversation", conversation_id)
            with self._engine.connect() as connection:
                person = connection.execute(sa.select([circles.c.person]).where(mine)).scalar()
            if person != self._of("person", person_id):
                return []
        return [m for m in self.members(conversation_id) if m.conversation_id != conversation_id]

    def told(self, conversation_id: str) -> Member | None:
        """Return which of the joined conversations is told of what this one asked for; None when it is not joined.

        It is the one the person named, else the one they spoke in last.
        """
        return max(self.members(conversation_id), key=lambda m: (m.named, m.seen_at), default=None)

    def seen(self, conversation_id: str) -> None:
        """Note that the person has spoken in a conversation."""
        mine = circles.c.conversation == self._of("conversation", conversation_id)
        with self._engine.connect() as connection:
            if connection.execute(sa.select([circles.c.named]).where(mine)).first() is None:
                return
        with self._engine.begin() as connection:
            connection.execute(circles.update().where(mine).values(seen_at=self._now()))

    def name_for_notices(self, conversation_id: str, named: str | None) -> None:
        """Let notices go to the member with the id ``named``; with None to the one spoken in last."""
        circle = self._circle_of(self._of("conversation", conversation_id))
        chosen = self._of("conversation", named) if named is not None else ""
        with self._engine.begin() as connection:
            changed = circles.update().where(circles.c.circle.in_(circle))
            connection.execute(changed.values(named=circles.c.conversation == chosen))

    # The way back ------------------------------------------------------------------------------------

    def leave(
        self, leaving: Collection[str], told_day: datetime, letter: Wording | None = None
    ) -> tuple[str, list[Member]]:
        """End the joining of these conversations of one circle, at once.

        Args:
            leaving: ids of conversations; those that are not joined are passed over.
            told_day: the day in the receipt's number.
            letter: words for every other conversation of the circle; None: they are not told.

        Returns:
            The receipt and every conversation that is joined no more, the last one that would be alone among them.
        """
        receipt = self._receipt(told_day)
        gone = [self._of("conversation", conversation_id) for conversation_id in leaving]
        with self._engine.begin() as connection:
            circle = self._circle_of(*gone)
            # Written first, so that two who leave at once wait for each other.
            connection.execute(circles.update().where(circles.c.conversation.in_(gone)).values(named=False))
            members = self._read(connection, circles.c.circle.in_(circle))
            if not members:
                return receipt, []
            staying = {c: m for c, m in members.items() if c not in gone}
            ended = members if len(staying) < 2 else {c: members[c] for c in gone if c in members}  # noqa: PLR2004
            still = [m for c, m in staying.items() if c not in ended]
            self._take_out(connection, list(ended), receipt)
            for member in staying.values() if letter is not None else ():
                self._write(connection, member, letter(member, receipt, still))  # type: ignore[misc]
        return receipt, list(ended.values())

    def _take_out(self, connection: Any, ended: list[str], receipt: str) -> None:
        connection.execute(circles.delete().where(circles.c.conversation.in_(ended)))
        connection.execute(orders.delete().where(orders.c.conversation.in_(ended)))
        connection.execute(codes.delete().where(codes.c.conversation.in_(ended)))
        self._note(connection, ended, receipt, "ended")

    def forget(self, conversation_id: str) -> None:
        """Delete what is left of a conversation that has left: its codes, what waits to be said, its receipts."""
        mine = self._of("conversation", conversation_id)
        with self._engine.begin() as connection:
            for table in (codes, letters, history, orders):
                connection.execute(table.delete().where(table.c.conversation == mine))

    # Work orders, seen in every joined conversation --------------------------------------------------

    def share_order(self, conversation_id: str, number: str, fetch_code: str) -> None:
        """Let a work order filed in a joined conversation be looked up in the others."""
        mine = self._of("conversation", conversation_id)
        body = json.dumps({"number": number, "code": fetch_code}).encode()
        with self._engine.begin() as connection:
            if self._members(connection, mine):
                digest = self._of("order", number)
                connection.execute(orders.delete().where(orders.c.order_id == digest))
                connection.execute(
                    orders.insert().values(
                        order_id=digest,
                        conversation=mine,
                        sealed=self._sealer.seal(body, digest),
                        at=self._now(),
                    )
                )

    def orders(self, conversation_id: str) -> list[tuple[str, str]]:
        """Return number and fetch code of the work orders filed in the circle, the newest first."""
        circle = self._circle_of(self._of("conversation", conversation_id))
        there = sa.select([circles.c.conversation]).where(circles.c.circle.in_(circle))
        query = sa.select([orders]).where(orders.c.conversation.in_(there)).order_by(orders.c.at.desc())
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        opened = [json.loads(self._sealer.open(row.sealed, row.order_id)) for row in rows]
        return [(body["number"], body["code"]) for body in opened]

    # What is told and what is kept -------------------------------------------------------------------

    def history(self, conversation_id: str) -> list[Entry]:
        """Return what happened to a conversation, the newest first."""
        mine = history.c.conversation == self._of("conversation", conversation_id)
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select([history]).where(mine).order_by(history.c.id.desc())).all()
        return [Entry(row.receipt, row.act, row.at) for row in rows]

    def waiting(self, channels: Collection[str]) -> list[Letter]:
        """Return what is to be said on channels that can be pushed to, the oldest first."""
        return self._letters(letters.c.channel.in_(list(channels)))

    def waiting_in(self, conversation_id: str) -> list[Letter]:
        """Return what is to be said in a conversation at its next contact, the oldest first."""
        return self._letters(letters.c.conversation == self._of("conversation", conversation_id))

    def said(self, letter: Letter) -> None:
        """Note that something was said."""
        with self._engine.begin() as connection:
            connection.execute(letters.delete().where(letters.c.letter_id == letter.letter_id))

    def oldest(self) -> datetime | None:
        """Return when the person last spoke in the joined conversation that is silent longest."""
        return self._first(sa.func.min(circles.c.seen_at))

    def oldest_receipt(self) -> datetime | None:
        """Return when the oldest receipt was given."""
        return self._first(sa.func.min(history.c.at))

    def purge(self, before: datetime) -> int:
        """End the joining of conversations silent since ``before``; return how many. Old codes and letters go too."""
        cut = before.timestamp()
        with self._engine.begin() as connection:
            silent = list(self._read(connection, circles.c.seen_at < cut).values())
            over = self._now() - timedelta(days=1).total_seconds()
            connection.execute(codes.delete().where(codes.c.expires_at < over))
            connection.execute(
                letters.delete().where(letters.c.at < over - timedelta(days=6).total_seconds())
            )
            connection.execute(guesses.delete().where(guesses.c.since < over))
        for member in silent:
            self.leave([member.conversation_id], self._clock())
        return len(silent)

    def purge_receipts(self, before: datetime) -> int:
        """Delete receipts given before ``before``; return how many."""
        with self._engine.begin() as connection:
            return int(connection.execute(history.delete().where(history.c.at < before.timestamp())).rowcount)

    # Rows --------------------------------------------------------------------------------------------

    def _code(self, code: str) -> Any:
        query = sa.select([codes]).where(codes.c.digest == self._of("code", code))
        with self._engine.connect() as connection:
            return connection.execute(query).first()

    def _members(self, connection: Any, conversation: str) -> list[Member]:
        found = self._read(connection, circles.c.circle.in_(self._circle_of(conversation)))
        return sorted(found.values(), key=lambda m: (m.joined_at, m.conversation_id))

    def _read(self, connection: Any, which: Any) -> dict[str, Member]:
        rows = connection.execute(sa.select([circles]).where(which)).all()
        return {row.conversation: self._member(row) for row in rows}

    @staticmethod
    def _circle_of(*conversations: str) -> Any:
        return sa.select([circles.c.circle]).where(circles.c.conversation.in_(list(conversations)))

    def _member(self, row: Any) -> Member:
        facts = json.loads(self._sealer.open(row.sealed, row.conversation))
        return Member(**facts, joined_at=row.joined_at, seen_at=row.seen_at, named=bool(row.named))

    def _offered(self, row: Any) -> Member:
        return Member(**json.loads(self._sealer.open(row.sealed, row.digest)))

    def _letters(self, which: Any) -> list[Letter]:
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select([letters]).where(which).order_by(letters.c.at)).all()
        return [
            Letter(
                row.letter_id, channel=row.channel, **json.loads(self._sealer.open(row.sealed, row.letter_id))
            )
            for row in rows
        ]

    def _write(self, connection: Any, to: Member, text: str) -> None:
        letter_id = uuid.uuid4().hex
        body = json.dumps({"conversation_id": to.conversation_id, "text": text}).encode()
        connection.execute(
            letters.insert().values(
                letter_id=letter_id,
                conversation=self._of("conversation", to.conversation_id),
                channel=to.channel,
                sealed=self._sealer.seal(body, letter_id),
                at=self._now(),
            )
        )

    def _note(self, connection: Any, conversations: Collection[str], receipt: str, act: Act) -> None:
        for conversation in conversations:
            row = {"conversation": conversation, "receipt": receipt, "act": act, "at": self._now()}
            connection.execute(history.insert().values(**row))

    def _seal(self, member: Member, owner: str) -> bytes:
        body = {name: getattr(member, name) for name in ("conversation_id", "channel", "language", "elder")}
        return self._sealer.seal(json.dumps(body).encode(), owner)

    def _first(self, what: Any) -> datetime | None:
        with self._engine.connect() as connection:
            at = connection.execute(sa.select([what])).scalar()
        return None if at is None else datetime.fromtimestamp(at, self._clock().tzinfo)

    @staticmethod
    def _receipt(day: datetime) -> str:
        return f"GL{day:%Y%m%d}-{''.join(secrets.choice(ALPHABET) for _ in range(6))}"

    def _now(self) -> float:
        return self._clock().timestamp()

    def _of(self, what: str, value: str) -> str:
        return self._sealer.digest(f"join {what}", value)
