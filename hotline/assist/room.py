"""What the pages of calls work with, built once in a process: the records, and an ear for the notes."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from knowledge import Hit, KnowledgeIndex

from ..knowledge.room import KnowledgeRoom
from ..words import CHINA
from .calls import About, Calls, Pad
from .dangers import Danger, Dangers
from .draft import Draft, Grounds, draft
from .looks import Looks
from .matters import Answered, Book, Heard, Recognised, next_question, question_book
from .moments import find_moments
from .notes import heard
from .places import Divisions
from .suggesting import Suggested, suggested

_PRODUCT_DATA: Final = Path(__file__).parents[2] / "data"
#: An index younger than this is searched as it is; an older one is looked after meanwhile; one older than the second is
#: waited for: an answer that was taken away must not be told ten seconds later.
FRESH_S: Final = 2.0
STALE_S: Final = 8.0
_HITS: Final = 6


@dataclass(frozen=True)
class Hearing:
    """What comes of notes as they stand."""

    suggestions: tuple[Suggested, ...]
    matter: Recognised | None
    checklist: tuple[Answered, ...]
    question: Answered | None
    draft: Draft
    danger: Danger | None
    about: About


class AssistRoom:
    """Calls, and what helps during one."""

    def __init__(
        self, engine: Any, key: bytes, knowledge: KnowledgeRoom, data: Path | None, looks_per_day: int
    ) -> None:
        """Work on the desk's store; files are read and the index is built when somebody first takes a call."""
        self._knowledge = knowledge
        self._data = data
        self._threads = ThreadPoolExecutor(2, "call-assist")
        self._index: KnowledgeIndex | None = None
        self._looked_at = 0.0
        self._looking: asyncio.Future[KnowledgeIndex] | None = None
        self.calls = Calls(engine, key)
        self.looks = Looks(engine, looks_per_day)

    @cached_property
    def divisions(self) -> Divisions:
        """The province's cities and counties."""
        guards = self._file("lexicon", "place_guards.yml")
        return Divisions.read(self._file("gazetteer", "divisions.csv").parent, guards)

    @cached_property
    def dangers(self) -> Dangers:
        """The assistant's words of danger."""
        return Dangers.read(self._file("lexicon", "emergency.yml"))

    @property
    def book(self) -> Book:
        """What is asked."""
        return question_book()

    def now(self) -> dt.datetime:
        """The platform's time in China: what callers mean by today."""
        return self._knowledge.clock.now().astimezone(CHINA)

    def real_now(self) -> dt.datetime:
        """Real time, for who did what when."""
        return self._knowledge.real_now()

    async def warm(self) -> None:
        """Have the index and the files ready before the first word is typed."""
        await self._knowledge.clock.refresh()
        await self._fresh_index()
        await self._on_thread(lambda: (self.divisions, self.dangers))

    async def hear(self, pad: Pad, refused: Collection[str] = ()) -> Hearing:
        """Return what comes of a pad's notes; computed beside the event loop."""
        index = await self._fresh_index()
        return await self._on_thread(lambda: self._heard(pad, index, refused))

    def read(self, pad: Pad) -> Hearing:
        """Return what comes of a pad's notes without searching for entries."""
        return self._heard(pad, None, ())

    def unanswered(self, question: str, entry_id: str = "") -> bool:
        """Hand the editors a question without an answer, or with one (`entry_id`) that does not fit."""
        reason: Any = "disputed" if entry_id else "unknown"
        return self._knowledge.questions.add(question, reason, entry_id, self.real_now())

    def close(self) -> None:
        """Let work under way finish."""
        self._threads.shutdown(wait=True)

    def _heard(self, pad: Pad, index: KnowledgeIndex | None, refused: Collection[str]) -> Hearing:
        notes, now = pad.notes, self.now()
        said = heard(notes)
        known = Heard(self.divisions.find(said), tuple(find_moments(said, now)))
        matter = self._matter(pad, now.date())
        danger = self.dangers.find(notes)
        checklist = (
            tuple(self.book.checklist(matter.matter, notes, known, pad.skipped)) if matter is not None else ()
        )
        region = known.division.value if known.division is not None else None
        return Hearing(
            suggestions=tuple(self._suggested(notes, index, now.date(), region, refused)),
            matter=matter,
            checklist=checklist,
            question=next_question(checklist),
            draft=draft(notes, Grounds(matter, known, danger), self.book),
            danger=danger,
            about=About(
                matter=matter.matter.id if matter is not None else "",
                topic=matter.matter.topic if matter is not None else "",
                district=region or "",
                language="en" if _is_english(said) else "zh",
            ),
        )

    def _matter(self, pad: Pad, day: dt.date) -> Recognised | None:
        """The matter the agent has chosen, else what the notes speak of."""
        recognised = self.book.recognise(pad.notes, day)
        chosen = self.book.matter(pad.matter)
        if chosen is None or (recognised is not None and recognised.matter is chosen):
            return recognised
        return replace(recognised, matter=chosen) if recognised is not None else Recognised(chosen, 0, 0)

    def _suggested(
        self,
        notes: str,
        index: KnowledgeIndex | None,
        day: dt.date,
        region: str | None,
        refused: Collection[str],
    ) -> Sequence[Suggested]:
        if index is None:
            return ()

        def search(text: str) -> list[Hit]:
            return index.search(text, day, region, limit=_HITS)

        return suggested(notes, search, refused)

    async def _fresh_index(self) -> KnowledgeIndex:
        age = time.monotonic() - self._looked_at
        if self._index is not None and age < FRESH_S:
            return self._index
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(self._look())
        if self._index is not None and age < STALE_S:
            return self._index
        return await asyncio.shield(self._looking)

    async def _look(self) -> KnowledgeIndex:
        at = time.monotonic()
        index = await self._knowledge.finder.run(self._knowledge.finder.index)
        self._index, self._looked_at = index, at
        return index

    async def _on_thread(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _file(self, *parts: str) -> Path:
        """A file of the data the desk was given; the product's own where that has none."""
        own = self._data.joinpath(*parts) if self._data is not None else None
        return own if own is not None and own.exists() else _PRODUCT_DATA.joinpath(*parts)


def _is_english(said: str) -> bool:
    letters = [character for character in said if character.isalpha()]
    return bool(letters) and sum(character.isascii() for character in letters) * 2 > len(letters)
