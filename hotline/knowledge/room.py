"""What the editors' pages work with, built once in a process."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import structlog
import yaml

from backend_client import AsyncPlatform
from knowledge import (
    KnowledgeIndex,
    PolicyEntry,
    PolicyFileError,
    PolicyStore,
    Source,
    exchange,
    feed,
    measure,
)
from knowledge.measure import Outcome, Shift
from knowledge.reading import SOURCES_FILE, read_sources
from knowledge.workflow import Version

from . import seeding
from .clock import PlatformClock
from .editing import Editing
from .finder import Finder
from .questions import Questions

log = structlog.get_logger(__name__)

#: Reckonings that are remembered.
_MOST_KEPT = 8


@dataclass(frozen=True)
class Folders:
    """Where the product's files are: `policies` the seed, `gazetteer` names of places, `domain` the intents."""

    policies: Path | None = None
    gazetteer: Path | None = None
    domain: Path | None = None


class KnowledgeRoom:
    """Entries, search and to-do list of the editors."""

    def __init__(
        self, engine: Any, platform: AsyncPlatform, unix: Callable[[], float], folders: Folders
    ) -> None:
        """Work on the desk's store; the files are read when `take_files` is first called."""
        self._unix = unix
        self._folders = folders
        self._files: PolicyStore | None = None
        self._reckoning: dict[tuple[str, int, int, int], asyncio.Future[list[Shift]]] = {}
        self._warming: asyncio.Future[KnowledgeIndex] | None = None
        self._asked: tuple[KnowledgeIndex, list[Outcome]] | None = None
        self.editing = Editing(engine)
        self.questions = Questions(engine)
        self.clock = PlatformClock(platform, unix)
        self.finder = Finder(self.editing, self.clock.now, folders.gazetteer)

    def real_now(self) -> dt.datetime:
        """Real time, for who did what when."""
        return dt.datetime.fromtimestamp(self._unix(), dt.timezone.utc)

    def take_files(self) -> None:
        """Bring in what is new in the files."""
        if self._folders.policies is None:
            return
        try:
            if self._files is None:
                self._files = PolicyStore(self._folders.policies)
            taken = seeding.take(self.editing, self._files, self.real_now())
        except PolicyFileError as error:
            log.warning("policy files unusable", faults=len(error.faults))
            return
        if taken != seeding.Taken():
            log.warning("policy files taken", **vars(taken))

    def known_sources(self) -> dict[str, Source]:
        """The sources that have a key in the files."""
        if self._folders.policies is None:
            return {}
        path = self._folders.policies / SOURCES_FILE
        return read_sources(path.name, path.read_text("utf-8"))[0] if path.exists() else {}

    def as_files(self) -> dict[str, str]:
        """What is told now, as the text of every file of `data/policies`."""
        now, library = self.clock.now(), self.editing.library()
        topics: dict[str, list[PolicyEntry]] = {}
        for file in library.entries.values():
            told = file.told(now)
            entry = library.entry_of(file.entry_id, told) if told else None
            if entry is not None:
                topics.setdefault(file.topic, []).append(entry)
        return exchange.files(topics, self.known_sources())

    def impact(self, entry_id: str, version: Version) -> list[Shift]:
        """What telling `version` does to the test questions. On the finder's thread."""
        library = self.editing.library()
        entry = None if version.kind == "retire" else library.entry_of(entry_id, version)
        before = self._outcomes(self.finder.index())
        after = measure.ask(self.finder.index_with(entry_id, entry), measure.questions())
        return measure.compare(before, after, changed=entry_id, taken_away=entry is None)

    async def reckoned(self, entry_id: str, version: Version, patience_s: float) -> list[Shift]:
        """What telling `version` does to the test questions, reckoned once for each state of things.

        Raises:
            asyncio.TimeoutError: not ready yet; it goes on, and whoever asks again gets it.
        """
        key = (entry_id, version.number, version.edit, self.editing.library().revision)
        if key not in self._reckoning:
            while len(self._reckoning) >= _MOST_KEPT:
                self._reckoning.pop(next(iter(self._reckoning)))
            work = self.finder.run(lambda: self.impact(entry_id, version))
            self._reckoning[key] = asyncio.ensure_future(work)
        reckoning = self._reckoning[key]
        try:
            return await asyncio.wait_for(asyncio.shield(reckoning), patience_s)
        finally:
            if reckoning.done() and (reckoning.cancelled() or reckoning.exception() is not None):
                self._reckoning.pop(key, None)  # a fault is not remembered

    def warm(self) -> None:
        """Begin to build the index, so that it is there when a question is tried or a version reviewed."""
        if self._warming is None:
            self._warming = asyncio.ensure_future(self.finder.run(self.finder.index))

    def _outcomes(self, index: KnowledgeIndex) -> list[Outcome]:
        """What the search makes of the test questions now, asked once for each index."""
        if self._asked is None or self._asked[0] is not index:
            self._asked = (index, measure.ask(index, measure.questions()))
        return self._asked[1]

    def document(self) -> bytes | None:
        """What the assistant is handed; None before there is anything."""
        library = self.editing.library()
        if not library.seeded and self._folders.policies is not None:
            return None
        items = library.items(self.clock.now())
        return feed.write(items) if items else None

    @cached_property
    def intents(self) -> tuple[str, ...]:
        """The intents the assistant knows, in its own order; none when its domain is not at hand."""
        path = self._folders.domain
        if path is None or not path.exists():
            return ()
        listed = yaml.safe_load(path.read_text("utf-8"))["intents"]
        return tuple(name for one in listed for name in (one if isinstance(one, dict) else [one]))

    def close(self) -> None:
        """Let work under way finish."""
        self.finder.close()
