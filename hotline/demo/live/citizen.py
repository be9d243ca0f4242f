"""A citizen's visit: the assistant first, then a person, to the rating; or out of the queue before anybody came."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .page import Page
from .talk import CitizenSide
from .wire import Pace

Message = Mapping[str, Any]
Tell = Callable[[str, str], None]
#: Longest time that an answer of the assistant takes, seconds.
_ANSWER_S: Final = 30.0
#: How long somebody waits for an agent at most, and how soon somebody leaves who will not wait.
_LONGEST_WAIT_S: Final = 540.0
_IMPATIENT_S: Final = (8.0, 30.0)
#: Seconds until somebody has read and typed an answer, and until a rating.
_THINKS_S: Final = (6.0, 22.0)
_RATES_S: Final = (10.0, 18.0)
#: How often somebody asks for a person whom the assistant has not understood.
_TRIES: Final = 3
#: How often, and for how many seconds each time, somebody who is told that nobody is there still looks at the page.
_LOOKS: Final = 4
_LOOK_S: Final = 15.0


@dataclass(frozen=True)
class Choices:
    """What the choices of the desk are called on the page, in every language; `scores` from 1 to 5."""

    leave: frozenset[str]
    order: frozenset[str]
    scores: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, words: Mapping[str, Mapping[str, Sequence[str]]]) -> Choices:
        """Read them from the words of the desk (`data/responses/desk.yml`)."""

        def called(key: str) -> frozenset[str]:
            return frozenset(title for titles in words[key].values() for title in titles)

        scores = tuple(called(f"desk.score.{score}") for score in range(1, 6))
        return cls(called("desk.button.leave"), called("desk.button.order"), scores)


@dataclass(frozen=True)
class Hall:
    """What all citizens share; `tell` prints who does what."""

    choices: Choices
    pace: Pace
    tell: Tell


class Visit:
    """One citizen, from the first word to the last."""

    def __init__(self, name: str, side: CitizenSide, page: Page, hall: Hall) -> None:
        """Be called `name` where it is told what happens."""
        self.name = name
        self._side, self._page = side, page
        self._story, self._script, self._dice = side.story, side.script, side.dice
        self._choices, self._pace = hall.choices, hall.pace
        self._tell_as = hall.tell
        self._way_out: Mapping[str, str] | None = None
        self._quiet = False

    @property
    def wants_a_person(self) -> bool:
        """Tell whether the citizen will not be content with the assistant."""
        return not self._story.content

    @property
    def conversation_id(self) -> str:
        """The conversation's id; "" before anything was said."""
        return self._page.conversation_id

    async def goes(self) -> None:
        """Come, talk, leave."""
        for words in self._story.first:
            self._look(await self._asks(words))
            if self._way_out is None:
                await self._pace.pause(self._dice, 4, 10)
        if self._story.content:
            self._tell("is content with the assistant")
        elif await self._gets_in_line():
            await self._stays()

    async def leaves(self) -> None:
        """Go at once: out of the queue or the chat, also when the place in it was given just now."""
        if self._quiet or not self.conversation_id:
            return
        self._look(await self._page.everything())
        if self._way_out is not None:
            await self._page.answer(await self._page.tap(self._way_out), _ANSWER_S)

    async def _asks(self, words: str) -> list[Message]:
        return list(await self._page.answer(await self._page.say(words), _ANSWER_S))

    async def _gets_in_line(self) -> bool:
        """Ask for a person, unless danger has called one; whether the citizen waits for one now."""
        for _ in range(_TRIES):
            heard = [] if self._way_out else await self._asks(self._script.asking(self._story, self._dice))
            self._look(heard)
            told_so = bool(self._offered(heard, self._choices.order))
            if told_so:
                self._tell("is told that nobody is there")
                await self._lingers()
            if self._way_out is not None:
                self._tell(f"waits for a person ({self._about()})")
            if told_so or self._way_out is not None:
                return self._way_out is not None
            await self._pace.pause(self._dice, 1, 3)
        return False

    async def _lingers(self) -> None:
        """Look at the page for a while: a request that the desk could not take just now is made later."""
        for _ in range(_LOOKS):
            self._look(await self._page.news(round(self._pace.patience(_LOOK_S))))
            if self._way_out is not None:
                return

    async def _stays(self) -> None:
        """Wait, then talk with whoever comes, then rate."""
        limit = self._pace.patience(_LONGEST_WAIT_S)
        if self._script.happens("leaves_queue", self._dice):
            limit = self._pace.patience(self._dice.uniform(*_IMPATIENT_S))
        try:
            news = await asyncio.wait_for(self._until_somebody_comes(), limit)
        except asyncio.TimeoutError:
            self._tell("gives up waiting")
            await self._page.say(self._script.raw["leaving"][self._story.language])
            await self.leaves()
            self._quiet = True
            return
        await self._talks(news)

    async def _until_somebody_comes(self) -> list[Message]:
        """Return the news with which the waiting ends: an agent is there, or none will come."""
        while True:
            news: list[Message] = list(await self._page.news())
            self._look(news)
            told = [message for message in news if message["from"] in ("agent", "notice")]
            if any(message["from"] == "agent" or not message.get("buttons") for message in told):
                return news
            if self._is_over(news):
                return news

    async def _talks(self, news: list[Message]) -> None:
        """Answer until the chat is over; an agent who comes back after the end is answered, too."""
        if self._script.happens("falls_silent", self._dice):
            self._tell("falls silent")
            self._quiet = True
            return
        soon_gone = self._script.happens("leaves_chat", self._dice)
        while not self._is_over(news):
            spoken = [str(message["text"]) for message in news if message["from"] == "agent"]
            if spoken:
                await self._pace.pause(self._dice, *_THINKS_S)
                words = self._side.answer(spoken[-1])
                if words:
                    await self._page.say(words)
                if soon_gone and self._side.asked:
                    self._tell("leaves in mid-chat")
                    await self.leaves()
                    self._quiet = True
                    return
            news = list(await self._page.news())
            self._look(news)
        await self._rates(news)

    async def _rates(self, news: list[Message]) -> None:
        await self._pace.pause(self._dice, *_RATES_S)
        later: list[Message] = list(await self._page.news(0))
        if any(message["from"] == "agent" for message in later):
            await self._talks(later)
            return
        self._quiet = True
        offered = self._offered(news, frozenset().union(*self._choices.scores))
        if not offered or not self._script.happens("rates", self._dice):
            self._tell("leaves without a rating")
            return
        score = self._script.rating(self._story.mood, self._dice)
        choice = next(one for one in offered if one["title"] in self._choices.scores[score - 1])
        await self._page.answer(await self._page.tap(choice), _ANSWER_S)
        self._tell(f"rates the chat with {score}")

    def _look(self, news: Sequence[Message]) -> None:
        """Keep the newest choice that leads out of the queue."""
        for choice in self._offered(news, self._choices.leave):
            self._way_out = choice

    def _is_over(self, news: Sequence[Message]) -> bool:
        """Tell whether a rating, or a way on without a person, is the last that was offered."""
        last = next((message for message in reversed(news) if message["from"] in ("agent", "notice")), None)
        over = self._choices.order.union(*self._choices.scores)
        return last is not None and bool(self._offered([last], over))

    def _tell(self, what: str) -> None:
        self._tell_as(self.name, what)

    def _about(self) -> str:
        parts: list[str] = [self._story.mood if self._story.mood != "calm" else ""]
        parts.append("large type" if self._story.large_type else "")
        parts.append("English" if self._story.language == "en" else "")
        return ", ".join(part for part in parts if part) or "calm"

    @staticmethod
    def _offered(news: Sequence[Message], titles: frozenset[str]) -> list[Mapping[str, str]]:
        return [
            choice
            for message in news
            for choice in message.get("buttons") or []
            if "payload" in choice and choice["title"] in titles
        ]
