"""The search as the assistant does it, over what the desk hands out, and over a draft before it is handed out.

The index is built when somebody first asks, on one thread of its own: encoder and regression would hold up the pages
otherwise, and two builds at once would only take twice as long.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from knowledge import Hit, KnowledgeIndex, PolicyEntry, shared_encoder
from knowledge.encoder import CachedEncoder, Encoder
from knowledge.feed import in_force
from knowledge.index import Likeness, PhrasingIndex
from knowledge.places import PlaceNames
from knowledge.store import Snapshot
from knowledge.text import read, terms

from .editing import Editing

ResultT = TypeVar("ResultT")


class Fixed:
    """Entries that stay as they are."""

    def __init__(self, entries: Sequence[PolicyEntry]) -> None:
        """Hold these entries."""
        self._snapshot = Snapshot(0, tuple(entries))

    def current(self) -> Snapshot:
        """These entries."""
        return self._snapshot


@dataclass(frozen=True)
class _Built:
    entries: tuple[PolicyEntry, ...]
    index: KnowledgeIndex


@dataclass(frozen=True)
class Explained:
    """A hit and why.

    Attributes:
        hit: entry, probability, and whether it would be told.
        nearest: the phrasing (or first sentence of the answer) that is most like the question.
        meaning: cosine of that, 0 to 1.
        shared: words both have.
    """

    hit: Hit
    nearest: str
    meaning: float
    shared: tuple[str, ...]


class Finder:
    """Which entry answers a question."""

    def __init__(
        self,
        editing: Editing,
        now: Callable[[], dt.datetime],
        gazetteer: Path | None,
        encoder: Callable[[], Encoder] = shared_encoder,
    ) -> None:
        """Search the entries of `editing`.

        Args:
            editing: the entries.
            now: the platform's time.
            gazetteer: names of places that a question may name.
            encoder: makes the sentence encoder when it is first needed.
        """
        self._editing = editing
        self._now = now
        self._gazetteer = gazetteer
        self.make_encoder = encoder
        self._encoder: CachedEncoder | None = None
        self._built: _Built | None = None
        self._thread = ThreadPoolExecutor(1, "knowledge-search")

    async def run(self, work: Callable[[], ResultT]) -> ResultT:
        """Do work with the index or the encoder on the thread that is meant for it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        """Let work under way finish."""
        self._thread.shutdown(wait=True)

    def encoder(self) -> CachedEncoder:
        """The encoder, made at its first use. On the thread of `run`."""
        if self._encoder is None:
            self._encoder = CachedEncoder(self.make_encoder())
        return self._encoder

    def index(self) -> KnowledgeIndex:
        """The index of what is told now. On the thread of `run`."""
        now = self._now()
        entries = tuple(in_force(self._editing.library().items(now), now))
        if self._built is None or self._built.entries != entries:
            self._built = _Built(entries, self._build(entries))
        return self._built.index

    def index_with(self, entry_id: str, entry: PolicyEntry | None) -> KnowledgeIndex:
        """The index as it would be with `entry` in place of what is told now, or without it. On the thread of `run`."""
        self.index()
        present = self._built.entries if self._built is not None else ()
        others = [one for one in present if one.id != entry_id]
        return self._build([*others, entry] if entry is not None else others)

    def search(self, question: str, day: dt.date, region: str | None, limit: int = 5) -> list[Hit]:
        """What the assistant would find. On the thread of `run`."""
        return list(self.index().search(question, day, region, limit=limit))

    def explained(self, question: str, day: dt.date, region: str | None, limit: int) -> list[Explained]:
        """What the assistant would find, with what speaks for each. On the thread of `run`."""
        index = self.index()
        hits = index.search(question, day, region, limit=limit)
        text = read(question)
        if not text:
            return []
        rows = index.ranker.index
        likeness = rows.likeness(text)
        asked = set(terms(text))
        return [_explained(hit, rows, likeness, asked) for hit in hits]

    def _build(self, entries: Sequence[PolicyEntry]) -> KnowledgeIndex:
        places = PlaceNames.read(self._gazetteer) if self._gazetteer and self._gazetteer.exists() else None
        return KnowledgeIndex(Fixed(entries), self.encoder(), places=places)


def _explained(hit: Hit, rows: PhrasingIndex, likeness: Likeness, asked: set[str]) -> Explained:
    family = rows.families.index(hit.entry.family)
    own = np.flatnonzero(rows.family_of_row == family)
    best = int(own[likeness.meaning[own].argmax()])
    words = {term.removeprefix("w:") for term in terms(rows.texts[best]) if term in asked and _is_word(term)}
    return Explained(hit, rows.texts[best], round(float(likeness.meaning[best]), 2), tuple(sorted(words)))


def _is_word(term: str) -> bool:
    """Whether a term is a word, and no pair of characters."""
    return term.startswith("w:") or term.isascii()
