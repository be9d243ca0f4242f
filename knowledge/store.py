"""Policy entries in memory, always the last good version of the files.

The files are looked at again at most every `poll_seconds` when somebody asks, so an edited answer is live within
that time and without a restart. A file that turns bad keeps its last good entries; the fault is logged.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from knowledge.errors import Fault, PolicyFileError, UnknownEntry
from knowledge.models import PolicyEntry, Source
from knowledge.reading import SOURCES_FILE, clashes, read_entries, read_sources
from knowledge.regions import covers, prefix

_log = logging.getLogger(__name__)

POLL_SECONDS = 15.0

_Located = tuple[tuple[int, PolicyEntry], ...]


@dataclass(frozen=True, eq=False)  # compared by identity: it is a key of caches
class Snapshot:
    """The entries of one moment. `version` grows by one with every accepted change."""

    version: int
    entries: tuple[PolicyEntry, ...]
    faults: tuple[Fault, ...] = ()

    def valid(self, at: date, region: str | None = None) -> list[PolicyEntry]:
        """Entries that hold on `at`, one per family, the narrowest rule that covers `region` first.

        Without a region every entry that holds on the day is returned, also the local ones.
        """
        holding = [entry for entry in self.entries if entry.holds_on(at)]
        if region is None:
            return holding
        nearest: dict[str, PolicyEntry] = {}
        for entry in holding:
            if not covers(entry.region, region):
                continue
            rival = nearest.get(entry.family)
            if rival is None or len(prefix(entry.region)) > len(prefix(rival.region)):
                nearest[entry.family] = entry
        return list(nearest.values())


@dataclass
class _State:
    digests: dict[Path, str] = field(default_factory=dict)
    stats: dict[Path, tuple[int, int]] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    files: dict[Path, _Located] = field(default_factory=dict)


class PolicyStore:
    """Loads every `*.yml` of a folder and keeps watching it."""

    def __init__(
        self,
        folder: Path,
        *,
        poll_seconds: float = POLL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        strict: bool = False,
    ) -> None:
        """Read the folder.

        Args:
            folder: Folder of the topic files and of `sources.yml`.
            poll_seconds: Shortest time between two looks at the files.
            clock: Monotonic seconds.
            strict: Refuse any fault (the linter); otherwise the faulty entries are left out and logged.

        Raises:
            PolicyFileError: With `strict` on any fault; without it only when not one entry can be served.
        """
        self._folder = folder
        self._poll_seconds = poll_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._state = _State()
        self._snapshot = Snapshot(0, ())
        with self._lock:
            self._refresh()
            self._looked_at = clock()
        faults = self._snapshot.faults
        if strict and faults:
            raise PolicyFileError(faults)
        if not self._snapshot.entries:
            raise PolicyFileError(faults or (Fault(str(folder), 1, "", "没有任何知识条目"),))

    def current(self) -> Snapshot:
        """The entries now; looks at the files first when the last look is older than `poll_seconds`."""
        if self._clock() - self._looked_at >= self._poll_seconds and self._lock.acquire(blocking=False):
            try:
                self._refresh()
                self._looked_at = self._clock()
            finally:
                self._lock.release()
        return self._snapshot

    def get(self, entry_id: str) -> PolicyEntry:
        """The entry with that id.

        Raises:
            UnknownEntry: There is none.
        """
        for entry in self.current().entries:
            if entry.id == entry_id:
                return entry
        raise UnknownEntry(entry_id)

    def by_topic(self) -> list[tuple[str, PolicyEntry]]:
        """The entries now, each with its topic: the name of its file without ending."""
        self.current()
        state = self._state
        return [(path.stem, entry) for path, located in state.files.items() for _, entry in located]

    def _refresh(self) -> None:
        contents = self._changed_contents()
        if contents is None:
            return
        state, faults = self._read(contents)
        previous = self._snapshot
        for fault in faults:
            _log.error("policy entry refused", extra={"fault": str(fault)})
        self._state = state
        entries = tuple(entry for located in state.files.values() for _, entry in located)
        self._snapshot = Snapshot(previous.version + 1, entries, tuple(faults))
        _log.info("policy entries loaded", extra={"entries": len(entries), "faults": len(faults)})

    def _changed_contents(self) -> dict[Path, str] | None:
        """The text of every file, or None when nothing has changed since the last look."""
        try:
            paths = sorted(self._folder.glob("*.yml"))
            stats = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in paths}
            if stats == self._state.stats:
                return None
            blobs = {path: path.read_bytes() for path in paths}
        except OSError as error:
            _log.exception("policy folder cannot be read", extra={"error": type(error).__name__})
            return None
        self._state.stats = stats
        digests = {path: hashlib.sha256(blob).hexdigest() for path, blob in blobs.items()}
        if digests == self._state.digests:
            return None
        self._state.digests = digests
        return {path: blob.decode("utf-8", errors="replace") for path, blob in blobs.items()}

    def _read(self, contents: Mapping[Path, str]) -> tuple[_State, list[Fault]]:
        """Read all files; a file that was good before and is not now keeps what it had."""
        before = self._state
        faults: list[Fault] = []
        sources: Mapping[str, Source] = before.sources
        table = next((path for path in contents if path.name == SOURCES_FILE), None)
        if table is not None:
            read, source_faults = read_sources(table.name, contents[table])
            faults.extend(source_faults)
            if not source_faults or not before.sources:
                sources = read
        files: dict[Path, _Located] = {}
        for path, text in contents.items():
            if path == table:
                continue
            located, entry_faults = read_entries(path.name, text, sources)
            faults.extend(entry_faults)
            files[path] = before.files[path] if entry_faults and path in before.files else tuple(located)
        state = _State(before.digests, before.stats, sources, files)
        clash_faults = clashes(
            (path.name, line, entry) for path, located in files.items() for line, entry in located
        )
        if clash_faults:
            faults.extend(clash_faults)
            state.files = dict(before.files) if before.files else _without(files, clash_faults)
        return state, faults


def _without(files: Mapping[Path, _Located], faults: list[Fault]) -> dict[Path, _Located]:
    """The same files without the entries the faults point at."""
    bad = {(fault.file, fault.line) for fault in faults}
    return {
        path: tuple((line, entry) for line, entry in located if (path.name, line) not in bad)
        for path, located in files.items()
    }
