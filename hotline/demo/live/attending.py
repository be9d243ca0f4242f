"""One chat from the offer to the notes, as an agent brings it there."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from .script import Course
from .talk import MOST_ANSWERS, AgentSide, Answer, Left, last_question, open_question, unanswered
from .wire import Away, Refused, patiently

if TYPE_CHECKING:
    from .colleague import Colleague

Chat = dict[str, Any]
#: Departments that answer questions about codes and tests, by what their names hold.
_OFFICES: Final = ("卫生健康", "疾病预防", "健康码")
#: Whose offices are asked in when nobody knows where the matter lies.
_CITY: Final = "510100"
#: Of a hundred offers, how many are left to the next agent.
_DECLINES: Final = 4
#: Seconds in which a citizen's words are waited for: at the beginning, between answers, at the end.
_FIRST_S: Final = 45.0
_NEXT_S: Final = 60.0
_LAST_S: Final = 45.0
_FAREWELL_S: Final = 12.0
_CAME_BACK: Final = ("transferred", "agent_lost", "agent_gone")
#: What a question to the knowledge base may be long.
_MOST_ASKED: Final = 200
#: How much of a question stands in the title of its work order.
_LONGEST_IN_TITLE: Final = 40


class _Gone(Exception):  # noqa: N818 - the chat's state
    """The chat is no longer this agent's to answer."""


class Attending:
    """A colleague and a chat."""

    def __init__(self, colleague: Colleague, chat: Chat) -> None:
        """Begin with the chat as it was just seen: offered, active, or with its notes still to be written."""
        self.chat_id: str = chat["chat_id"]
        self._colleague = colleague
        self._floor = colleague.floor
        self._chat = chat
        self._who = self._floor.name_of(chat["conversation_id"])
        self._heard: asyncio.Queue[str | None] = asyncio.Queue()
        self._course: Course = "answers"
        self._silent = False
        self._open = ""  # the question whose answer an office must still settle

    def news(self, chat: Chat, event: Mapping[str, Any] | None) -> None:
        """Take how the chat stands now, and what was said in it; the stream may be behind one's own moves."""
        if chat["version"] >= self._chat["version"]:
            self._chat = chat
        if event is not None and event["kind"] == "citizen":
            self._heard.put_nowait(str(event["body"]["text"]))
        if not self._is_ours:
            self._heard.put_nowait(None)

    def gone(self) -> None:
        """Take that the chat is over."""
        self._chat = {**self._chat, "state": "closed"}
        self._heard.put_nowait(None)

    async def runs(self) -> None:
        """See the chat through.

        Raises:
            Refused: the desk did not take a move; somebody else was faster, or the log-in is over.
        """
        try:
            if self._chat["state"] == "offered" and not await self._accepts():
                return
            if self._chat["state"] == "active":
                await self._talks()
        except _Gone:
            went = self._chat["state"] == "wrap_up"
            self._tell(f"{'misses' if went else 'no longer has'} {self._who}")
        if self._chat["state"] == "wrap_up" and self._chat["agent"] == self._colleague.number:
            await self._writes_notes()

    # --- the steps ---

    async def _accepts(self) -> bool:
        """Take what is offered, or leave it to the next one."""
        await self._pause(3, 14)
        if self._colleague.dice.random() * 100 < _DECLINES:
            await self._moves("decline")
            self._tell(f"leaves {self._who} to the next one")
            return False
        await self._moves("take")
        self._tell(f"takes {self._who}")
        return True

    async def _talks(self) -> None:
        dossier = await self._get(f"/desk/chats/{self.chat_id}")
        events: list[dict[str, Any]] = dossier["events"]
        happened = {event["body"].get("what") for event in events if event["kind"] == "event"}
        handed_on = bool(happened.intersection(_CAME_BACK))
        begun = any(event["author"] == self._colleague.number for event in events if event["kind"] == "agent")
        replies = (await self._get("/desk/live/canned"))["replies"]
        canned = {reply["title"]: reply["text"] for reply in replies}
        side = AgentSide(self._floor.script, self._chat["language"], canned)
        self._course = self._choose(handed_on=handed_on or begun)
        for words in [] if begun else side.opening(self._chat["reason"], handed_on=handed_on):
            await self._says(words)
        words = unanswered(events) or await self._hears(_FIRST_S)
        self._silent = not words
        asked = words if side.is_question(words) else ""
        if not asked and not begun:
            asked = last_question(events, side) or open_question(dossier["context"]["transcript"], side)
        if self._chat["reason"] == "emergency":
            await self._stays(side)
        elif self._course != "hands_on" or not await self._hands_on(side, asked):
            await self._answers(asked, side)
            await self._brings_to_an_end(side)

    def _choose(self, *, handed_on: bool) -> Course:
        """Return how the chat shall go on; who got it from a colleague keeps it."""
        course = self._floor.script.course(self._colleague.dice)
        return "answers" if handed_on and course == "hands_on" else course

    async def _stays(self, side: AgentSide) -> None:
        """Stay with somebody who waits for an ambulance."""
        await self._says(side.line("stays"))
        await self._hears(_NEXT_S)
        await self._says(side.line("parts"))
        await self._hears(_LAST_S)
        await self._moves("wrap_up")
        self._tell(f"ends the talk with {self._who}")

    async def _answers(self, asked: str, side: AgentSide) -> None:
        """Answer what is asked, from the knowledge base; what it leaves open may become a matter of an office."""
        left: set[Left] = set()
        for _ in range(MOST_ANSWERS):
            if not asked:
                break
            answer = await self._found(asked, side)
            await self._says(answer.text)
            left.add(answer.left)
            self._open = asked if answer.left != "nothing" else self._open
            asked = await self._hears(_NEXT_S)
            self._silent = not asked
            if not side.is_question(asked):
                break
        self._course = side.course(self._course, left)
        if self._course == "asks_in":
            await self._asks_in(side)
        elif self._course == "orders":
            await self._orders(side)

    async def _found(self, asked: str, side: AgentSide) -> Answer:
        query = {"text": asked[:_MOST_ASKED], "district": self._chat["district"]}
        return side.answer((await self._get("/desk/live/knowledge", **query))["found"])

    async def _brings_to_an_end(self, side: AgentSide) -> None:
        if self._course == "gives_back":
            await self._says(side.line("back"))
            await self._hears(_FAREWELL_S)
            await self._moves("give_back")
            self._tell(f"gives {self._who} back to the assistant")
            return
        await self._says(side.line("still" if self._silent else "more"))
        asked = await self._hears(_LAST_S)
        if side.is_question(asked):
            await self._says((await self._found(asked, side)).text)
            await self._hears(_LAST_S)
        await self._says(side.line("ends"))
        await self._hears(_FAREWELL_S)
        await self._moves("wrap_up")
        self._tell(f"ends the talk with {self._who}")
        if self._course == "reopens":
            await self._adds(side)

    async def _adds(self, side: AgentSide) -> None:
        """Come back for something that was forgotten, at once."""
        await self._pause(1, 2)
        await self._moves("reopen")
        self._tell(f"takes up the talk with {self._who} again")
        await self._sends("messages", side.line("adds"))
        await self._hears(_LAST_S)
        await self._moves("wrap_up")

    async def _hands_on(self, side: AgentSide, asked: str) -> bool:
        """Hand what is asked to a colleague who has room; whether there are both."""
        self._course = "answers"  # of who keeps it, and of who gets it
        helpers = self._colleague.helpers(self._chat["language"])
        if not helpers or not asked:
            return False
        helper = self._colleague.dice.choice(helpers)
        await self._sends("notes", f"@{helper} {self._floor.script.raw['notes']['hands_on']}")
        await self._says(side.line("hands_on"))
        await self._moves("transfer", to_agent=helper)
        self._tell(f"hands {self._who} on to {helper}")
        return True

    async def _asks_in(self, side: AgentSide) -> None:
        """Let a department join, and pass on what it says."""
        found = await self._get("/desk/live/departments", district=self._chat["district"] or _CITY)
        offices = [
            one["code"] for one in found["departments"] if any(word in one["name"] for word in _OFFICES)
        ]
        if not offices:
            return
        office = self._colleague.dice.choice(offices)
        await self._says(side.line("asks_in"))
        await self._moves("join", department=office, question=self._floor.script.raw["asks_department"])
        self._tell(f"asks a department in for {self._who}")
        await self._pause(6, 14)
        body = {"text": self._floor.script.raw["department_says"], "version": self._chat["version"]}
        await self._post(f"/desk/live/chats/{self.chat_id}/relays", {**body, "id": uuid.uuid4().hex})
        await self._hears(_LAST_S)
        await self._moves("part")

    async def _orders(self, side: AgentSide) -> None:
        """Register a work order; while the platform is away the talk goes on without one."""
        await self._says(side.line("orders"))
        browser, order = self._colleague.browser, self._floor.script.raw["order"]
        title = f"{self._open[:_LONGEST_IN_TITLE]}{order['title']}"
        try:
            await self._pause(4, 8)
            fields = await browser.form(f"/orders/new?chat={self.chat_id}", "/orders/new")
            fields |= {"title": title, "content": fields["content"] or order["content"], "kind": "consult"}
            await browser.send_form("/orders/new", fields)
        except (Away, Refused):
            self._course = "answers"
            return
        self._tell(f"registers a work order for {self._who}")
        await self._says(side.line("ordered"))

    async def _writes_notes(self) -> None:
        await self._pause(6, 20)
        notes = self._floor.script.raw["notes"]
        kind: str = "silent" if self._silent and self._course == "answers" else self._course
        if self._chat["outcome"] != "answered":
            kind = "left"
        elif self._chat["reason"] == "emergency":
            kind = "danger"
        await self._sends("notes", notes.get(kind, notes["answers"]))
        await self._moves("finish")
        self._tell(f"has written the notes on {self._who}")

    # --- what all steps share ---

    @property
    def _is_ours(self) -> bool:
        return self._chat["agent"] == self._colleague.number and self._chat["state"] in ("offered", "active")

    async def _hears(self, limit_s: float) -> str:
        """Return what the citizen says next, or "" after so many seconds without a word.

        Raises:
            _Gone: the chat is no longer this agent's.
        """
        words: str | None = None
        end = asyncio.get_running_loop().time() + self._floor.pace.patience(limit_s)
        while words is None and self._is_ours:
            left = end - asyncio.get_running_loop().time()
            try:
                words = await asyncio.wait_for(self._heard.get(), left)
            except asyncio.TimeoutError:
                words = ""
        if not self._is_ours:
            raise _Gone
        while not self._heard.empty():
            words = self._heard.get_nowait() or words
        return words or ""

    async def _says(self, words: str) -> None:
        """Type and send, one thing at a time.

        Raises:
            _Gone: the chat is no longer this agent's.
        """
        async with self._colleague.hands:
            if not self._is_ours:
                raise _Gone
            await self._colleague.looks(self.chat_id, typing=True)
            await self._pause(4, 12)
            await self._sends("messages", words)

    async def _sends(self, what: str, text: str) -> None:
        body = {"text": text, "version": self._chat["version"], "id": uuid.uuid4().hex}
        await self._post(f"/desk/chats/{self.chat_id}/{what}", body)

    async def _moves(self, move: str, **more: Any) -> None:
        chat = self._chat
        self._chat = await patiently(lambda: self._colleague.moves(chat, move, **more))

    async def _get(self, path: str, **query: str) -> dict[str, Any]:
        return await patiently(lambda: self._colleague.browser.get(path, **query))

    async def _post(self, path: str, body: Mapping[str, Any]) -> None:
        await patiently(lambda: self._colleague.browser.post(path, body))

    async def _pause(self, shortest: float, longest: float) -> None:
        await self._floor.pace.pause(self._colleague.dice, shortest, longest)

    def _tell(self, what: str) -> None:
        self._floor.tell(self._colleague.number, what)
