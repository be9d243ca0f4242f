"""Versions of entries in the desk's store, changed one after the other.

Every change first counts up the head's revision, which takes the write lock on SQLite and the row on PostgreSQL: two
reviewers, two processes or an editor and a changed file never decide on the same state. What was read of it is kept by
that revision, so that pages and polls cost one short query while nothing changes.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from knowledge import workflow
from knowledge.errors import KnowledgeError
from knowledge.workflow import Version

from . import tables
from .library import EntryFile, Library


class EditedMeanwhile(KnowledgeError):  # noqa: N818 - reads as what it says
    """Somebody else changed the version since the form was opened."""


class EntryExists(KnowledgeError):  # noqa: N818
    """An entry of that id is there already."""


class NoSuchEntry(KnowledgeError):  # noqa: N818
    """There is no entry, or no version of it, by that name."""


class OpenVersionExists(KnowledgeError):  # noqa: N818
    """The entry has a draft or something in review already; there is one at a time."""


@dataclass(frozen=True)
class Step:
    """What somebody did to a version, for its history."""

    at: dt.datetime
    person: str
    number: int
    step: str
    text: str


class Editing:
    """The entries of the desk's store."""

    def __init__(self, engine: Any) -> None:
        """Use the tables of `tables`; the head is made when missing."""
        self._engine = engine
        self._known = Library(-1)
        try:
            with engine.begin() as connection:
                connection.execute(sa.insert(tables.head).values(id=1, revision=0))
        except IntegrityError:
            return  # another process or start has made it

    def library(self) -> Library:
        """Everything, as it is now."""
        with self._engine.connect() as connection:
            revision = connection.execute(sa.select(tables.head.c.revision)).scalar_one()
            if revision == self._known.revision:
                return self._known
            library = _read(connection)
        self._known = library
        return library

    def history(self, entry_id: str) -> list[Step]:
        """What was done to an entry, newest first."""
        t = tables.steps
        query = sa.select(t).where(t.c.entry_id == entry_id).order_by(t.c.seq.desc())
        with self._engine.connect() as connection:
            return [
                Step(dt.datetime.fromisoformat(row.at), row.person, row.number, row.step, row.text)
                for row in connection.execute(query)
            ]

    def create(
        self, entry_id: str, topic: str, content: Mapping[str, Any], person: str, now: dt.datetime
    ) -> Version:
        """Begin a new entry with a draft.

        Raises:
            EntryExists: there is one of that id.
        """
        with self.changing() as change:
            if entry_id in change.library.entries:
                raise EntryExists(entry_id)
            change.add_entry(entry_id, topic)
            version = workflow.draft(1, content, person)
            change.add(entry_id, version)
            change.note(entry_id, version.number, person, "created", now=now)
            return version

    def begin(
        self,
        entry_id: str,
        content: Mapping[str, Any],
        person: str,
        now: dt.datetime,
        *,
        kind: workflow.Kind = "tell",
        step: str = "created",
        text: str = "",
        submitted: bool = False,
    ) -> Version:
        """Begin a new version of an entry.

        Args:
            entry_id: of the entry.
            content: what it says at first.
            person: its author.
            now: real time.
            kind: `retire` to take the entry away.
            step: what the history calls it.
            text: further words for the history.
            submitted: whether it goes to the reviewers at once.

        Raises:
            NoSuchEntry: there is none.
            OpenVersionExists: another one is open.
        """
        with self.changing() as change:
            file = change.file(entry_id)
            if file.open is not None:
                raise OpenVersionExists(entry_id)
            version = workflow.draft(_next_number(file), content, person, kind)
            if submitted:
                version = workflow.submit(version, person)
            change.add(entry_id, version)
            change.note(entry_id, version.number, person, step, now=now, text=text)
            return version

    def change(
        self,
        entry_id: str,
        number: int,
        move: Callable[[Version, Library, int], Version],
        *,
        edit: int,
        step: str,
        person: str,
        now: dt.datetime,
        text: str = "",
    ) -> Version:
        """Let `move` make the next state of a version; it is given the library and the order of a publication.

        Raises:
            NoSuchEntry: there is no such version.
            EditedMeanwhile: `edit` is not what the version's counter says.
            WorkflowError: what `move` refuses.
        """
        with self.changing() as change:
            version = change.file(entry_id).number(number)
            if version is None:
                raise NoSuchEntry(f"{entry_id} {number}")
            if version.edit != edit:
                raise EditedMeanwhile(entry_id)
            changed = move(version, change.library, change.revision)
            change.update(entry_id, changed)
            change.note(entry_id, number, person, step, now=now, text=text)
            return replace(changed, edit=edit + 1)

    def withdraw(self, entry_id: str, person: str, reason: str, now: dt.datetime) -> Version:
        """Take an entry away at once.

        Raises:
            NoSuchEntry: there is none.
            CommentNeeded: no reason was given.
        """
        with self.changing() as change:
            file = change.file(entry_id)
            content = file.versions[-1].content
            version = workflow.withdraw(
                _next_number(file), content, person, reason, now=now, order=change.revision
            )
            change.add(entry_id, version)
            change.note(entry_id, version.number, person, "withdrawn", now=now, text=version.comment)
            return version

    def ignore_file(self, entry_id: str, person: str, now: dt.datetime) -> None:
        """Keep the editors' text against a changed file; the next change of the file is shown again."""
        with self.changing() as change:
            file = change.file(entry_id)
            # An entry that its file has lost is the editors' own from now on.
            change.set_entry(
                entry_id, file_digest=file.upstream_digest or None, upstream_digest=None, upstream=None
            )
            change.note(entry_id, file.versions[-1].number, person, "file_ignored", now=now)

    @contextmanager
    def changing(self) -> Iterator[Change]:
        """A transaction in which nobody else changes anything."""
        with self._engine.begin() as connection:
            connection.execute(sa.update(tables.head).values(revision=tables.head.c.revision + 1))
            yield Change(connection, _read(connection))


class Change:
    """One change under way; `library` is what it began with, `revision` the number of this change."""

    def __init__(self, connection: Any, library: Library) -> None:
        """Work on an open transaction."""
        self._connection = connection
        self.library = library
        self.revision = library.revision

    def file(self, entry_id: str) -> EntryFile:
        """The entry as it was before.

        Raises:
            NoSuchEntry: there is none.
        """
        try:
            return self.library.entries[entry_id]
        except KeyError:
            raise NoSuchEntry(entry_id) from None

    def add_entry(self, entry_id: str, topic: str, file_digest: str | None = None) -> None:
        """Make room for a new entry."""
        self._connection.execute(
            sa.insert(tables.entries).values(entry_id=entry_id, topic=topic, file_digest=file_digest)
        )

    def set_entry(self, entry_id: str, **values: Any) -> None:
        """Write down what is known of an entry's file."""
        t = tables.entries
        self._connection.execute(sa.update(t).where(t.c.entry_id == entry_id).values(**values))

    def add(self, entry_id: str, version: Version) -> None:
        """Add a version."""
        self._connection.execute(
            sa.insert(tables.versions).values(entry_id=entry_id, edit=0, **_row_of(version))
        )

    def update(self, entry_id: str, version: Version) -> None:
        """Write a version's next state; its edit counter goes up."""
        t = tables.versions
        same = (t.c.entry_id == entry_id) & (t.c.number == version.number)
        self._connection.execute(sa.update(t).where(same).values(edit=t.c.edit + 1, **_row_of(version)))

    def note(
        self, entry_id: str, number: int, person: str, step: str, *, now: dt.datetime, text: str = ""
    ) -> None:
        """Add a line to the history."""
        self._connection.execute(
            sa.insert(tables.steps).values(
                entry_id=entry_id, number=number, at=now.isoformat(), person=person, step=step, text=text
            )
        )

    def seeded(self, now: dt.datetime) -> None:
        """Write down that the files have been read once: from now on there is something to hand out."""
        self._connection.execute(sa.update(tables.head).values(seeded_at=now.isoformat()))


def _next_number(file: EntryFile) -> int:
    return file.versions[-1].number + 1


def _read(connection: Any) -> Library:
    head = connection.execute(sa.select(tables.head)).one()
    held: dict[str, list[Version]] = {}
    t = tables.versions
    for row in connection.execute(sa.select(t).order_by(t.c.entry_id, t.c.number)):
        held.setdefault(row.entry_id, []).append(_version_of(row))
    files = {
        row.entry_id: EntryFile(
            row.entry_id,
            row.topic,
            tuple(held.get(row.entry_id, ())),
            row.file_digest,
            row.upstream_digest,
            json.loads(row.upstream) if row.upstream else None,
        )
        for row in connection.execute(sa.select(tables.entries).order_by(tables.entries.c.entry_id))
    }
    return Library(head.revision, files, head.seeded_at is not None)


def _version_of(row: Any) -> Version:
    return Version(
        number=row.number,
        state=row.state,
        content=json.loads(row.content),
        kind=row.kind,
        origin=row.origin,
        authors=tuple(json.loads(row.authors)),
        reviewer=row.reviewer,
        comment=row.comment,
        live_from=_moment(row.live_from),
        live_until=_moment(row.live_until),
        order=row.order,
        published_at=_moment(row.published_at),
        emergency=row.emergency,
        overridden=row.overridden,
        edit=row.edit,
    )


def _row_of(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "state": version.state,
        "kind": version.kind,
        "origin": version.origin,
        "content": json.dumps(dict(version.content), ensure_ascii=False),
        "authors": json.dumps(list(version.authors), ensure_ascii=False),
        "reviewer": version.reviewer,
        "comment": version.comment,
        "overridden": version.overridden,
        "emergency": version.emergency,
        "live_from": version.live_from.isoformat() if version.live_from else None,
        "live_until": version.live_until.isoformat() if version.live_until else None,
        "published_at": version.published_at.isoformat() if version.published_at else None,
        "order": version.order,
    }


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
