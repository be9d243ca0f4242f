"""The product's files as seed: taken over once, and again where they change, never over what editors have done.

| the file | nobody has edited the entry | editors have |
|---|---|---|
| is new | version 1, published | – |
| has changed | next version, published | the editors' text goes on; the file's is shown beside it |
| has lost the entry | taken away | the editors' text goes on |
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from knowledge import PolicyStore, workflow
from knowledge.exchange import content_of, digest
from knowledge.workflow import FILES

from .editing import Change, Editing
from .library import EntryFile, Library

#: In place of a digest: the file has lost the entry.
GONE = ""


@dataclass(frozen=True)
class Seed:
    """What the files say of an entry."""

    topic: str
    content: Mapping[str, Any]
    mark: str


@dataclass
class Taken:
    """What a look at the files has done."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    kept: int = 0


def seeds_of(store: PolicyStore) -> dict[str, Seed]:
    """Every entry of the files, by its id."""
    found = {}
    for topic, entry in store.by_topic():
        content = content_of(entry)
        found[entry.id] = Seed(topic, content, digest(content))
    return found


def take(editing: Editing, store: PolicyStore, now: dt.datetime) -> Taken:
    """Bring the store up to the files; nothing is written when nothing is new.

    A file with faults takes nothing away: what it does not show may only be unreadable.
    """
    whole = not store.current().faults
    seeds = seeds_of(store)
    library = editing.library()
    taken = Taken()
    if library.seeded and not _differs(library, seeds, whole):
        return taken
    with editing.changing() as change:
        for entry_id, seed in seeds.items():
            _take_one(change, entry_id, seed, now, taken)
        if whole:
            for file in change.library.entries.values():
                if file.file_digest is not None and file.entry_id not in seeds:
                    _remove_one(change, file, now, taken)
        change.seeded(now)
    return taken


def _differs(library: Library, seeds: Mapping[str, Seed], whole: bool) -> bool:
    for entry_id, seed in seeds.items():
        file = library.entries.get(entry_id)
        if file is None or seed.mark not in (file.file_digest, file.upstream_digest):
            return True
        if file.upstream_digest is not None and not file.is_edited:
            return True
        if file.upstream_digest is not None and seed.mark == file.file_digest:
            return True
    gone = [f for f in library.entries.values() if f.file_digest is not None and f.entry_id not in seeds]
    return whole and not all(_is_known_gone(file) for file in gone)


def _is_known_gone(file: EntryFile) -> bool:
    """Whether an entry that no file has any more is taken away, or kept by its editors."""
    return file.upstream_digest == GONE and (file.is_edited or file.file_digest == GONE)


def _take_one(change: Change, entry_id: str, seed: Seed, now: dt.datetime, taken: Taken) -> None:
    file = change.library.entries.get(entry_id)
    if file is None:
        change.add_entry(entry_id, seed.topic, seed.mark)
        _publish(change, entry_id, 1, seed.content, now=now, kind="tell")
        taken.added += 1
    elif seed.mark == file.file_digest:
        if file.upstream_digest is not None:  # the file has come back to what was taken over
            change.set_entry(entry_id, upstream_digest=None, upstream=None)
    elif file.is_edited:
        if seed.mark != file.upstream_digest:
            text = json.dumps(dict(seed.content), ensure_ascii=False)
            change.set_entry(entry_id, upstream_digest=seed.mark, upstream=text)
            taken.kept += 1
    else:
        _publish(change, entry_id, file.versions[-1].number + 1, seed.content, now=now, kind="tell")
        change.set_entry(
            entry_id, topic=seed.topic, file_digest=seed.mark, upstream_digest=None, upstream=None
        )
        taken.changed += 1


def _remove_one(change: Change, file: EntryFile, now: dt.datetime, taken: Taken) -> None:
    """Deal with an entry that is in no file any more."""
    if _is_known_gone(file):
        return
    if file.is_edited:
        taken.kept += 1
        change.set_entry(file.entry_id, upstream_digest=GONE, upstream=None)
        return
    newest = file.versions[-1]
    _publish(change, file.entry_id, newest.number + 1, newest.content, now=now, kind="retire")
    change.set_entry(file.entry_id, file_digest=GONE, upstream_digest=GONE, upstream=None)
    taken.removed += 1


def _publish(
    change: Change,
    entry_id: str,
    number: int,
    content: Mapping[str, Any],
    *,
    now: dt.datetime,
    kind: workflow.Kind,
) -> None:
    version = workflow.from_file(number, content, change.revision, now, kind)
    change.add(entry_id, version)
    change.note(entry_id, number, FILES, "taken" if kind == "tell" else "file_removed", now=now)
