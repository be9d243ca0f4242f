"""The one door to chats: for the assistant's API, for the agents' pages, for the clock.

For an agent's page (`hotline/live`)::

    await chats.here(agent, "online")                     # presence; again within `presence_s` (45 s), or he is gone
    await chats.left(agent.number)                        # logged out: his chats go back to the queue
    snapshot = await chats.snapshot()                     # queue, chats under way, who is there, `feed` number
    async for event in chats.watch(snapshot.feed): …      # everything after it, in order, without gaps (resume: any n)
    await chats.feed(after, limit)                        # the same as a list
    await chats.open_chat(chat_id)                        # Dossier: chat, hand-over context, all events
    await chats.take(chat_id, agent, version)             # out of the queue, or accepts an offer (30 s)
    await chats.decline(chat_id, agent)
    await chats.send(chat_id, agent, version, text, id)   # only the owner; StaleVersion when the chat has moved on
    await chats.note(chat_id, agent, text, id)            # read by agents only; anybody's, at any time; whisper_to=…
    await chats.transfer(chat_id, agent, version, to_agent=… | group=…)
    await chats.join(chat_id, agent, version, Department(code, name), question) / chats.part(chat_id, by, version)
    await chats.say_for(Department(code, name), chat_id, version, text=…, author=…, client_id=…)
    await chats.note_for(Department(code, name), chat_id, text=…, author=…, client_id=…)
    await chats.joined_to(own) / chats.stays(own, since, limit)  # what a department has now, and where it was
    await chats.relay(chat_id, agent, version, text, id)  # the owner says it for the department that was joined
    await chats.wrap_up / reopen / finish / give_back(chat_id, agent, version)
    await chats.take_over(chat_id, agent, version)        # from queue or another agent (permission chat.take_over)
    await chats.take_from_assistant(conversation_id, agent)
    await chats.watch_assistant(conversation_id)          # masked talk with the assistant; None: it is away

`version` is that of the chat as the page shows it (`Chat.version`, `ChatEvent.version`): it grows with each change of
state, agent or department, not with messages. `id` is made by the page for each message: sent again, it is taken once.
A refusal is a `ChatRefused` (`errors.py`). The caller has checked permissions; who did what goes to the audit here.

Events (`ChatEvent.kind`): `citizen`, `agent`, `department`, `note` have `body["text"]`; `system` is what the citizen
was told (`key`, `values`); `event` is what happened: `what` is one of `asked`, `offered`, `declined`, `unaccepted`,
`taken`, `taken_over`, `reopened`, `urgent`, `agent_slow`, `citizen_slow`, `agent_lost`, `agent_gone`, `transferred`,
`joined`, `parted`, `wrapping_up`, `closed`, `rated`, `quota`, `delivered` and `held` (`values["seq"]`: the event that
has reached the citizen's channel, or that WeChat does not let through until the citizen writes again), and `erased`:
the citizen has everything deleted, the chat is gone. Times are unix seconds.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from . import model as m
from . import routing
from .courier import Courier, HttpAssistant
from .errors import ChatRefused, NoSuchChat, NotYours, WrongState
from .hours import Hours
from .joins import Stay
from .model import Chat, Department
from .outbox import Outbox
from .presence import Agent, Presence, PresenceState, Present, candidates
from .receipts import Receipts
from .records import ChatEvent, NewChat, Said
from .store import Applied, ChatStore
from .waiting import MEASURED_WITHIN_S, MOST_MEASURED, expected_wait

log = structlog.get_logger(__name__)

_TICK_S = 1.0
#: Other processes' events are looked for this often, seconds; one's own wake the watchers at once.
_LOOK_EVERY_S = 0.5
_FEED_PAGE = 500
Note = Callable[..., Awaitable[None]]
OnThread = Callable[[Callable[[], Any]], Awaitable[Any]]


@dataclass(frozen=True)
class Standing:
    """How a conversation stands for the citizen: its newest chat, who is ahead, how long it takes.

    Attributes:
        chat: as it is now.
        ahead: chats that are served before; `None` when it does not wait.
        wait_s: expected seconds until an agent comes; `None` when that is not known.
    """

    chat: Chat
    ahead: int | None = None
    wait_s: float | None = None


@dataclass(frozen=True)
class Snapshot:
    """What an agent's page begins with. `feed` is the number after which `watch` goes on."""

    feed: int
    queue: list[Chat]
    under_way: list[Chat]
    there: list[Present]


@dataclass(frozen=True)
class Dossier:
    """All about one chat.

    Attributes:
        chat: as it is now.
        context: `transcript` (list of `who`, `text`, `at`), `facts` (what was understood), `code_reference` and
            `relative_reference` (who was verified, and which relative of several is meant; `""` when nobody).
        events: from the first.
    """

    chat: Chat
    context: dict[str, Any] = field(repr=False)
    events: list[ChatEvent] = field(repr=False)


class Chats:
    """Chats of a desk process."""

    def __init__(
        self,
        *,
        store: ChatStore,
        presence: Presence,
        assistant: HttpAssistant,
        hours: Hours,
        clock: Callable[[], float],
        on_thread: OnThread,
        note: Note,
    ) -> None:
        """Put the parts together; `clock` is unix seconds, `note` writes the audit."""
        self.store = store
        self.presence = presence
        self.outbox = Outbox(store.engine, store.codec)
        self._assistant = assistant
        self._hours = hours
        self._clock = clock
        self._on_thread = on_thread
        self._note = note
        self._changed = asyncio.Condition()
        self._receipts = Receipts(self)
        self.courier = Courier(self.outbox, assistant, self._receipts.arrived, clock, on_thread)

    # --- for the assistant's process ---

    async def open(self, new: NewChat) -> Standing:
        """Take a conversation over from the assistant: into the queue, or not at all when nobody can come."""
        now = self._clock()

        def work() -> Applied:
            return self.store.open(new, now, self._refusal(now))

        applied: Applied = await self._on_thread(work)
        await self._told(applied)
        if not applied.again:
            await self.dispatch()
        return await self.standing(await self._on_thread(lambda: self.store.get(applied.chat.chat_id)))

    async def citizen_said(self, chat_id: str, said: Said, *, urgent: bool = False) -> Standing:
        """Add what the citizen wrote.

        Raises:
            WrongState: the chat has ended; the words are the assistant's.
        """
        applied = await self._apply(chat_id, m.CitizenWrote(urgent), said=said)
        if not applied.again and applied.chat.quota_left == 0:
            await self._receipts.let_go(chat_id)
        return await self.standing(applied.chat)

    async def leave(self, chat_id: str) -> Standing:
        """The citizen leaves the queue, or ends the chat; nothing when it has ended already."""
        try:
            applied = await self._apply(chat_id, m.Leave())
        except WrongState:
            return await self.standing(await self._on_thread(lambda: self.store.get(chat_id)))
        return Standing(applied.chat)

    async def rate(self, chat_id: str, score: int) -> Standing:
        """Note how content the citizen is, 1 to 5; the first answer counts.

        Raises:
            WrongState: the chat has not ended, or nobody was there.
        """
        chat: Chat = await self._on_thread(lambda: self.store.get(chat_id))
        if chat.lives or chat.taken_at is None:
            raise WrongState("it has not ended")
        if chat.rating is None:
            await self.mark(chat_id, "rated", {"rating": score}, rating=score)
        return await self.standing(await self._on_thread(lambda: self.store.get(chat_id)))

    async def quota(self, chat_id: str, left: int, until: float | None) -> None:
        """Note how many messages the citizen's channel still lets through, and until when (unix seconds)."""
        chat: Chat = await self._on_thread(lambda: self.store.get(chat_id))
        if (chat.quota_left, chat.quota_until) != (left, until):
            values = {"left": left, "until": until}
            await self.mark(chat_id, "quota", values, quota_left=left, quota_until=until)

    async def of_conversation(self, conversation_id: str) -> Standing:
        """Return how a conversation stands.

        Raises:
            NoSuchChat: it never had a chat: it is the assistant's.
        """
        chat = await self._on_thread(lambda: self.store.of_conversation(conversation_id))
        if chat is None:
            raise NoSuchChat(conversation_id)
        return await self.standing(chat)

    async def erase(self, conversation_id: str) -> int:
        """Delete everything a conversation has at the desk; return how many chats that were."""
        now = self._clock()
        erased: int = await self._on_thread(lambda: self.store.erase(conversation_id, now))
        await self._wake()
        return erased

    async def standing(self, chat: Chat) -> Standing:
        """Return a chat with its place in the queue."""
        if chat.owner != "queued":
            return Standing(chat)
        return await self._on_thread(lambda: self._standing(chat, self._clock()))

    # --- for the agents' pages ---

    async def here(self, agent: Agent, state: PresenceState) -> None:
        """Note that an agent is there; to be said again within `presence_s` seconds."""
        now = self._clock()
        changed = await self._on_thread(lambda: self.presence.say(agent, state, now))
        if changed:
            await self._wake()
        if changed and state == "online":
            await self.dispatch()

    async def reskilled(self, agent: Agent) -> None:
        """Route by an agent's changed skills and cap from now on, and offer what waits for them."""
        if await self._on_thread(lambda: self.presence.reskill(agent)):
            await self._wake()
            await self.dispatch()

    async def left(self, number: str) -> None:
        """Note that an agent has gone: what he had goes back to the queue."""
        await self._on_thread(lambda: self.presence.gone(number))
        await self._give_up(number)
        await self.dispatch()

    async def snapshot(self) -> Snapshot:
        """Return everything that is under way."""
        return await self._on_thread(self._snapshot)

    async def there(self) -> list[Present]:
        """Return everybody who is there, with the chats they have."""
        return (await self.snapshot()).there

    async def open_chat(self, chat_id: str) -> Dossier:
        """Return a chat with its context and events.

        Raises:
            NoSuchChat: there is none.
        """

        def work() -> Dossier:
            events: list[ChatEvent] = []
            while page := self.store.events(chat_id, events[-1].seq if events else 0):
                events.extend(page)
            return Dossier(self.store.get(chat_id), self.store.context(chat_id), events)

        return await self._on_thread(work)

    async def take(self, chat_id: str, agent: Agent, version: int) -> Chat:
        """Take a chat out of the queue, or accept what was offered."""
        event = m.Take(agent.number)
        applied = await self._apply(chat_id, event, version=version, capacity=agent.capacity)
        return await self._noted(applied, agent.number, "chat.taken")

    async def decline(self, chat_id: str, agent: Agent) -> Chat:
        """Leave a chat that was offered to the next agent."""
        applied = await self._apply(chat_id, m.Decline(agent.number))
        await self.dispatch()
        return await self._noted(applied, agent.number, "chat.declined")

    async def send(self, chat_id: str, agent: Agent, version: int, text: str, client_id: str) -> ChatEvent:
        """Say something to the citizen, as the owner; return its event (the same one when it was sent before)."""
        said = Said("agent", agent.number, text, client_id)
        applied = await self._apply(chat_id, m.AgentWrote(agent.number), version=version, said=said)
        return applied.events[0]

    async def say_for(
        self,
        department: Department,
        chat_id: str,
        version: int,
        *,
        text: str,
        author: str,
        client_id: str,
        relayed: bool = False,
    ) -> ChatEvent:
        """Say something as a department that was joined; `author` is who wrote it, `relayed` when that is the agent."""
        more = {"name": department.name, "by": author, **({"relayed": True} if relayed else {})}
        said = Said("department", department.code, text, client_id, more)
        applied = await self._apply(chat_id, m.DepartmentWrote(department.code), version=version, said=said)
        return applied.events[0]

    async def note_for(
        self, department: Department, chat_id: str, *, text: str, author: str, client_id: str
    ) -> ChatEvent:
        """Write a note to the agent as a department that is joined.

        Raises:
            NotYours: it is not joined.
        """
        more = {"name": department.name, "by": author}
        return await self.remark(chat_id, Said("note", department.code, text, client_id, more))

    async def relay(self, chat_id: str, agent: Agent, version: int, text: str, client_id: str) -> ChatEvent:
        """Pass on, as the owner, what the joined department has said: the citizen hears it in its name.

        Raises:
            NotYours: another agent owns the chat.
            WrongState: nobody was joined.
        """
        chat: Chat = await self._on_thread(lambda: self.store.get(chat_id))
        if chat.owner != "agent" or chat.agent != agent.number:
            raise NotYours("only the owner passes words on")
        if chat.department is None:
            raise WrongState("nobody was joined")
        department = Department(chat.department, chat.department_name or chat.department)
        return await self.say_for(
            department, chat_id, version, text=text, author=agent.number, client_id=client_id, relayed=True
        )

    async def note(
        self, chat_id: str, agent: Agent, text: str, client_id: str, *, whisper_to: str = ""
    ) -> ChatEvent:
        """Write a note for agents and the department that is joined, not for the citizen.

        With `whisper_to` it is for agents alone, and stands out on the page of that work number.
        """
        more = {"whisper": True, "to": whisper_to} if whisper_to else {}
        return await self.remark(chat_id, Said("note", agent.number, text, client_id, more))

    async def remark(self, chat_id: str, note: Said) -> ChatEvent:
        """Add a note, an agent's or (without an author) the desk's own."""
        now = self._clock()
        applied: Applied = await self._on_thread(lambda: self.store.annotate(chat_id, note, now))
        await self._told(applied)
        return applied.events[0]

    async def mark(self, chat_id: str, what: str, values: dict[str, Any], **changes: Any) -> None:
        """Note something that changes neither owner nor state, e.g. that words have arrived."""
        now = self._clock()
        await self._told(
            await self._on_thread(lambda: self.store.mark(chat_id, now, what, values, **changes))
        )

    async def transfer(
        self, chat_id: str, agent: Agent, version: int, *, to_agent: str | None = None, group: str = ""
    ) -> Chat:
        """Hand a chat on: to an agent (who has 30 s to accept), or to everybody with the skill `group`."""
        applied = await self._apply(chat_id, m.Transfer(agent.number, to_agent, group), version=version)
        await self.dispatch()
        return await self._noted(applied, agent.number, "chat.transferred", to=to_agent or group)

    async def join(
        self, chat_id: str, agent: Agent, version: int, department: Department, question: str
    ) -> Chat:
        """Join a department to the chat: three talk now; the agent still owns it.

        `question` is what the agent wants to know: a note that the department reads, and the citizen never.
        """
        more = {"department": department.code, "question": True}
        asked = Said("note", agent.number, question, uuid.uuid4().hex, more)
        event = m.Join(agent.number, department.code, department.name)
        applied = await self._apply(chat_id, event, version=version, said=asked)
        return await self._noted(applied, agent.number, "chat.joined", department=department.code)

    async def part(self, chat_id: str, by: str, version: int, *, author: str = "") -> Chat:
        """End the three-party chat: the owner (work number) or the department (code, `author` acts for it) says so."""
        applied = await self._apply(chat_id, m.Part(by), version=version)
        return await self._noted(applied, author or by, "chat.parted")

    async def wrap_up(self, chat_id: str, agent: Agent, version: int) -> Chat:
        """End the talk: the citizen is asked how it was and is with the assistant; time for notes remains."""
        applied = await self._apply(chat_id, m.WrapUp(agent.number), version=version)
        return await self._noted(applied, agent.number, "chat.ended")

    async def reopen(self, chat_id: str, agent: Agent, version: int) -> Chat:
        """Go on with a chat that is in wrap-up."""
        applied = await self._apply(chat_id, m.Reopen(agent.number), version=version)
        return await self._noted(applied, agent.number, "chat.reopened")

    async def finish(self, chat_id: str, agent: Agent, version: int) -> Chat:
        """Be done with the notes: there is room for the next chat."""
        applied = await self._apply(chat_id, m.Finish(agent.number), version=version)
        await self.dispatch()
        return await self._noted(applied, agent.number, "chat.finished")

    async def give_back(self, chat_id: str, agent: Agent, version: int) -> Chat:
        """Give the citizen back to the assistant, which goes on where it was."""
        applied = await self._apply(chat_id, m.GiveBack(agent.number), version=version)
        await self.dispatch()
        return await self._noted(applied, agent.number, "chat.given_back")

    async def take_over(self, chat_id: str, agent: Agent, version: int) -> Chat:
        """Take a chat from the queue or from another agent, whatever the order."""
        applied = await self._apply(chat_id, m.TakeOver(agent.number), version=version)
        return await self._noted(applied, agent.number, "chat.taken_over")

    async def watch_assistant(self, conversation_id: str) -> dict[str, Any] | None:
        """Return `said`, `facts` and whereabouts of a conversation with the assistant; `None` when it is away."""
        return await self._assistant.history(conversation_id)

    async def assistant_conversations(self) -> list[dict[str, Any]] | None:
        """Return which conversations the assistant has now, the newest first; `None` when it is away."""
        return await self._assistant.conversations()

    async def take_from_assistant(self, conversation_id: str, agent: Agent) -> Chat:
        """Take a conversation that the assistant has.

        Raises:
            NoSuchChat: the assistant does not know it, or is away.
            AlreadyOwned: it is in the queue or an agent's.
        """
        known = await self._assistant.history(conversation_id)
        if known is None:
            raise NoSuchChat(conversation_id)
        new = NewChat(
            request_id=uuid.uuid4().hex,
            conversation_id=conversation_id,
            channel=str(known["channel"]),
            reason="taken_over",
            language=str(known["language"]),
            large_type=bool(known["large_type"]),
            topic=str(known.get("topic") or ""),
            district=str(known.get("district") or ""),
            context={
                "transcript": known["transcript"],
                "facts": known["facts"],
                "code_reference": str(known.get("code_reference") or ""),
                "relative_reference": str(known.get("relative_reference") or ""),
            },
        )
        now = self._clock()
        applied = await self._on_thread(lambda: self.store.take_over(new, agent.number, now))
        await self._told(applied)
        return await self._noted(applied, agent.number, "chat.taken_over")

    # --- for departments' pages ---

    async def joined_to(self, own: str) -> list[Chat]:
        """Return the chats to which a department is joined now, the longest first."""
        return await self._on_thread(lambda: self.store.joined_to(own))

    async def seen_by(self, own: str, chat_id: str) -> Chat:
        """Return a chat that a department is in, or once was.

        Raises:
            NoSuchChat: there is none, or the department was never in it.
        """

        def work() -> Chat:
            if not self.store.was_joined_to(own, chat_id):
                raise NoSuchChat(chat_id)
            return self.store.get(chat_id)

        return await self._on_thread(work)

    async def stays(self, own: str, since: float, limit: int) -> list[Stay]:
        """Return when a department was in chats, of those it left after `since`, the newest first."""
        return await self._on_thread(lambda: self.store.stays(own, since, limit))

    # --- the feed ---

    async def feed(self, after: int, limit: int = _FEED_PAGE) -> list[ChatEvent]:
        """Return the events of all chats after a feed number."""
        return await self._on_thread(lambda: self.store.feed(after, limit))

    async def watch(self, after: int) -> AsyncIterator[ChatEvent]:
        """Yield every event after a feed number, for as long as somebody listens."""
        while True:
            page = await self.feed(after)
            for event in page:
                after = event.feed
                yield event
            if not page:
                await self.changed()

    async def changed(self) -> None:
        """Wait until something may have happened: at once for this process, within half a second for others."""
        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait(), _LOOK_EVERY_S)
            except asyncio.TimeoutError:
                return

    # --- the clock ---

    async def run(self) -> None:
        """Do what is due, every second, until cancelled."""
        while True:
            try:
                await self.tick()
            except SQLAlchemyError as error:
                log.warning("the queue waits", kind=type(error).__name__)
            await asyncio.sleep(_TICK_S)

    async def tick(self) -> None:
        """Do what is due now: limits that were passed, agents who are gone, chats that can be offered."""
        now = self._clock()
        for number in await self._on_thread(lambda: self.presence.lost(now)):
            await self._give_up(number)
            await self._on_thread(partial(self.presence.drop, number, now))
        for chat_id in await self._on_thread(lambda: self.store.due(now)):
            await self._apply(chat_id, m.Tick())
        await self.dispatch()

    async def dispatch(self) -> None:
        """Offer what waits to who is there."""
        now = self._clock()
        for applied in await self._on_thread(lambda: self._offer_all(now)):
            await self._told(applied)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._assistant.close()

    # --- inside ---

    async def _apply(self, chat_id: str, event: m.Event, **how: Any) -> Applied:
        now = self._clock()
        applied: Applied = await self._on_thread(lambda: self.store.apply(chat_id, event, now, **how))
        await self._told(applied)
        return applied

    async def _noted(self, applied: Applied, agent: str, action: str, **detail: Any) -> Chat:
        chat = applied.chat
        await self._note(agent, action, chat.chat_id, version=chat.version, state=chat.state, **detail)
        return chat

    async def _told(self, applied: Applied) -> None:
        if not applied.again:
            self.courier.wake()
            await self._wake()

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _give_up(self, number: str) -> None:
        """Take everything from an agent who is gone."""
        busy: list[Chat] = await self._on_thread(
            lambda: self.store.in_state("offered", "active", "wrap_up", agent=number)
        )
        for chat in busy:
            try:
                await self._apply(chat.chat_id, m.AgentGone(number))
            except ChatRefused:
                continue  # somebody was faster

    def _refusal(self, now: float) -> m.Outcome | None:
        """Tell why nobody can take a chat now; `None` when somebody can."""
        if not self._hours.are_open(now):
            return "off_hours"
        with self.store.engine.connect() as connection:
            there = self.presence.there(connection, {}, now)
        return None if any(p.state != "away" for p in there) else "nobody_there"

    def _standing(self, chat: Chat, now: float) -> Standing:
        with self.store.engine.connect() as connection:
            load = self.store.load(connection)
            there = candidates(self.presence.there(connection, load, now))
        waiting = routing.order(self.store.in_state("queued", "offered"))
        ahead = next((i for i, other in enumerate(waiting) if other.chat_id == chat.chat_id), 0)
        able = [agent for agent in there if routing.may_take(chat, agent)]
        offered = sum(1 for other in waiting if other.state == "offered")
        handled = self.store.handled(now - MEASURED_WITHIN_S, MOST_MEASURED)
        capacity = sum(agent.capacity for agent in able)
        busy = max(0, sum(agent.load for agent in able) - offered)
        return Standing(chat, ahead, expected_wait(ahead, handled, capacity, busy))

    def _snapshot(self) -> Snapshot:
        now = self._clock()

        def work(connection: Any) -> tuple[int, list[Present]]:
            return self.store.head(), self.presence.there(connection, self.store.load(connection), now)

        with self.store.engine.connect() as connection:
            feed, there = work(connection)
        queue = routing.order(self.store.in_state("queued", "offered"))
        return Snapshot(feed, queue, self.store.in_state("active", "wrap_up"), there)

    def _offer_all(self, now: float) -> list[Applied]:
        if not self.store.in_state("queued"):
            return []
        return self.store.locked(lambda connection: self._offers(connection, now))

    def _offers(self, connection: Any, now: float) -> list[Applied]:
        offers: list[Applied] = []
        for chat in routing.order(self.store.in_state_within(connection, "queued")):
            there = candidates(self.presence.there(connection, self.store.load(connection), now))
            number = routing.choose(chat, there, now)
            if number is not None:
                offers.append(self.store.advance(connection, chat, m.Offer(number), now))
                self.presence.given(connection, number, now)
        return offers
