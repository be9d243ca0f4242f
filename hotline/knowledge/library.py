"""All entries with all their versions as they were at one revision, and what can be told from them. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from typing import Any, Literal

from knowledge import PolicyEntry, workflow
from knowledge.checks import Problem, Standing, rivals, shape, voice
from knowledge.feed import Item, item_of
from knowledge.workflow import Version

Status = Literal["live", "scheduled", "in_review", "draft", "ended", "retired", "dropped"]


@dataclass(frozen=True)
class EntryFile:
    """One entry with its versions, oldest first; `upstream` is the file's text where the editors' own won."""

    entry_id: str
    topic: str
    versions: tuple[Version, ...]
    file_digest: str | None = None
    upstream_digest: str | None = None
    upstream: Mapping[str, Any] | None = None

    @property
    def open(self) -> Version | None:
        """The version that waits for somebody; there is at most one."""
        return next((version for version in self.versions if version.is_open), None)

    def told(self, now: dt.datetime) -> Version | None:
        """The version that is told at a moment of the platform's clock."""
        return workflow.told(self.versions, now)

    def shown(self, now: dt.datetime) -> Version:
        """The version to speak of: the told one, else the open one, else the newest."""
        return self.told(now) or self.open or self.versions[-1]

    def number(self, number: int) -> Version | None:
        """The version of that number."""
        return next((version for version in self.versions if version.number == number), None)

    def status(self, now: dt.datetime) -> Status:
        """Where the entry stands, leaving aside what is open beside a told version."""
        deciding = workflow.in_force(self.versions, now)
        if self.told(now) is not None:
            return "live"
        if workflow.waiting(self.versions, now):
            return "scheduled"
        if self.open is not None:
            return "draft" if self.open.state == "draft" else "in_review"
        if deciding is None:
            return "dropped"
        return "retired" if deciding.kind == "retire" else "ended"

    @property
    def is_edited(self) -> bool:
        """Whether editors have done something to it that counts: then a changed file does not win."""
        published = [v for v in self.versions if v.state == "published"]
        newest = max(published, key=lambda v: v.order, default=None)
        return self.open is not None or newest is None or newest.origin == "desk"

    def served(self, now: dt.datetime) -> Iterator[Version]:
        """The version that decides now, and those that will."""
        deciding = workflow.in_force(self.versions, now)
        if deciding is not None:
            yield deciding
        yield from workflow.waiting(self.versions, now)


@dataclass(frozen=True)
class Library:
    """Every entry by its id."""

    revision: int
    entries: Mapping[str, EntryFile] = field(default_factory=dict)
    seeded: bool = False

    @cached_property
    def _parsed(self) -> dict[tuple[str, int], PolicyEntry | None]:
        return {}

    def entry_of(self, entry_id: str, version: Version) -> PolicyEntry | None:
        """A version as an entry; None while it is not a whole one."""
        key = (entry_id, version.number)
        if version.state != "published":
            return shape(version.content)[0]
        if key not in self._parsed:
            self._parsed[key] = shape(version.content)[0]
        return self._parsed[key]

    def items(self, now: dt.datetime) -> list[Item]:
        """What those who answer are handed."""
        return [item_of(f.entry_id, version) for f in self.entries.values() for version in f.served(now)]

    def standing(self, now: dt.datetime) -> list[Standing]:
        """Every entry that is told now or will be, with the moments of that."""
        found = []
        for file in self.entries.values():
            served = list(file.served(now))
            for version, following in zip_longest(served, served[1:]):
                entry = self.entry_of(file.entry_id, version)
                if version.kind == "retire" or entry is None:
                    continue
                ends = [m for m in (version.live_until, following and following.live_from) if m]
                until = min(ends) if ends else None
                if until is None or until > now:
                    found.append(Standing(entry, version.live_from, until))
        return found

    def problems(
        self, entry_id: str, version: Version, now: dt.datetime, intents: Iterable[str] = ()
    ) -> list[Problem]:
        """Everything that keeps a version from being submitted or published."""
        if version.kind == "retire":
            return []
        entry, faults = shape(version.content)
        if entry is None:
            return faults
        if entry.id != entry_id:
            faults.append(Problem("id", "编号不能改；要另立一条，请新建"))
        faults += voice(entry, frozenset(intents))
        begins = version.live_from
        candidate = Standing(entry, begins, version.live_until)
        if version.live_until is not None and version.live_until <= now:
            faults.append(Problem("live_until", "下线时间已经过了，发布了也不会有人看到"))
        return faults + rivals(candidate, self.standing(now))
