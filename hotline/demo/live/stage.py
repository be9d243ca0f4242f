"""Everybody on: colleagues to their desks, citizens to the page one after another, the telephone; and off again."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import aiohttp

from .browser import Browser, WrongPassword
from .calls import Telephone
from .citizen import Choices, Hall, Visit
from .colleague import Colleague, Floor
from .page import Page
from .script import Script, Story, deck
from .talk import CitizenSide
from .wire import LIMIT, LOST, Away, Pace, Refused

#: Who works here; A001 is left to the visitor.
COLLEAGUES: Final = ("A002", "A003", "L001")
#: Seconds between the first citizens, so that the desk comes to life at once, and how many of them.
_FIRST_S: Final = 4.0
_FIRST: Final = 3
#: How many come beside each citizen who wants a person, and are content with the assistant.
_CONTENTED: Final = (1, 1, 2)
#: Somebody's longest stay, and how long everybody has to leave at the end, seconds.
_LONGEST_VISIT_S: Final = 1800.0
_LEAVING_S: Final = 10.0
_LOOK_AGAIN_S: Final = 1.0


@dataclass(frozen=True)
class Play:
    """What the simulation is asked to be.

    Attributes:
        desk_url, bot_url: of the running product.
        every_s: a new citizen who wants a person about every so many seconds.
        at_once: citizens who want a person, at most at one time.
        calls_every_s: a call about every so many seconds.
        seed: of all dice.
    """

    desk_url: str
    bot_url: str
    every_s: float
    at_once: int
    calls_every_s: float
    pace: Pace
    seed: int


class Stage:
    """One simulation."""

    def __init__(
        self, play: Play, script: Script, choices: Choices, tell: Callable[[str, str], None]
    ) -> None:
        """Bring nobody on yet."""
        self._play = play
        self._script = script
        self._hall = Hall(choices, play.pace, tell)
        self._visits: dict[asyncio.Task[None], Visit] = {}
        self._tell = tell
        floor = Floor(script, play.pace, tell, self._name_of, str(play.seed))
        self._colleagues = [Colleague(Browser(play.desk_url, number), floor) for number in COLLEAGUES]
        self._telephone = Telephone(self._colleagues, floor)
        self._numbers = itertools.count(1)
        self._names: dict[str, str] = {}

    async def runs(self, password: str, stop: asyncio.Event) -> bool:
        """Go on until `stop` is set; whether any colleague could log in at all."""
        async with aiohttp.ClientSession(
            timeout=LIMIT, cookie_jar=aiohttp.DummyCookieJar(), connector=aiohttp.TCPConnector(limit=0)
        ) as http:
            everybody = asyncio.ensure_future(self._work_together(password))
            others = [
                asyncio.ensure_future(self._arrivals(http)),
                asyncio.ensure_future(self._telephone.rings(self._play.calls_every_s)),
                asyncio.ensure_future(_until(stop)),
            ]
            done, _ = await asyncio.wait({everybody, *others}, return_when=asyncio.FIRST_COMPLETED)
            await self._ends([everybody, *others])
        for task in done:
            task.result()
        return everybody not in done

    async def _work_together(self, password: str) -> None:
        await asyncio.gather(*(self._works(one, password) for one in self._colleagues))

    async def _works(self, colleague: Colleague, password: str) -> None:
        try:
            await colleague.works(password)
        except WrongPassword:
            self._tell(colleague.number, "is not let in with the password in secrets/desk_password")

    async def _arrivals(self, http: aiohttp.ClientSession) -> None:
        """Let citizens come while somebody is there to receive them, and not too many at once."""
        dice, every_s = random.Random(f"{self._play.seed} arrivals"), self._play.every_s
        contented = deck(self._script.contented, dice)
        for number, story in enumerate(deck(self._script.stories, dice)):
            while not self._has_room():
                await asyncio.sleep(_LOOK_AGAIN_S)
            self._begin(story, http)
            for _ in range(dice.choice(_CONTENTED)):
                self._begin(next(contented), http)
            gap = (_FIRST_S, _FIRST_S) if number < _FIRST - 1 else (every_s * 2 / 3, every_s * 4 / 3)
            await self._play.pace.pause(dice, *gap)

    def _has_room(self) -> bool:
        """Tell whether another one who wants a person may come."""
        wanting = sum(visit.wants_a_person for visit in self._visits.values())
        return wanting < self._play.at_once and any(one.is_in for one in self._colleagues)

    def _begin(self, story: Story, http: aiohttp.ClientSession) -> None:
        play, name = self._play, f"citizen {next(self._numbers)}"
        page = Page(http, play.bot_url, large_type=story.large_type)
        side = CitizenSide(story, self._script, random.Random(f"{play.seed} {name}"))
        visit = Visit(name, side, page, self._hall)
        task = asyncio.ensure_future(self._goes(visit))
        self._visits[task] = visit
        task.add_done_callback(self._visits.pop)

    async def _goes(self, visit: Visit) -> None:
        try:
            await asyncio.wait_for(visit.goes(), _LONGEST_VISIT_S)
        except (asyncio.TimeoutError, Refused):
            return  # the page of somebody who has sat there for so long, or whose session is over, is closed

    async def _ends(self, tasks: list[asyncio.Future[None]]) -> None:
        """Let citizens leave, then colleagues go home."""
        visits = dict(self._visits)
        for task in (*tasks, *visits):
            task.cancel()
        await asyncio.gather(*tasks, *visits, return_exceptions=True)
        await asyncio.gather(*(_in_time(visit.leaves()) for visit in visits.values()))
        await asyncio.gather(*(_in_time(one.goes_home()) for one in self._colleagues))

    def _name_of(self, conversation_id: str) -> str:
        """Return how a conversation's citizen is called; somebody who is none of ours came by themselves."""
        for visit in self._visits.values():
            if visit.conversation_id:
                self._names[visit.conversation_id] = visit.name
        return self._names.get(conversation_id, "a visitor's chat")


async def _until(stop: asyncio.Event) -> None:
    await stop.wait()


async def _in_time(leaving: Awaitable[None]) -> None:
    """Let somebody leave, unless that takes too long or the product is away: the desk's own clock ends what is left."""
    with suppress(asyncio.TimeoutError, Away, Refused, *LOST):
        await asyncio.wait_for(leaving, _LEAVING_S)
