"""Chats in the database: one winner of every race, nothing half done, nothing said twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hotline.chats import model as m
from hotline.chats.errors import AlreadyOwned, ChatRefused, NoCapacity, NoSuchChat, NotYours, StaleVersion
from hotline.chats.model import Timers
from hotline.chats.outbox import Outbox
from hotline.chats.records import Said
from hotline.chats.store import ChatStore
from hotline.chats.tables import chat_events, chat_outbox, chats
from hotline.store import conversations, open_store
from tests.chats.conftest import KEY, new_chat

RACES = 1000
NOW = 1_662_340_000.0


def words(text: str, speaker: str = "citizen", author: str = "", client_id: str | None = None) -> Said:
    return Said(speaker, author, text, client_id or sha256(text.encode()).hexdigest())  # type: ignore[arg-type]


def both(*works: Callable[[], object]) -> list[object]:
    """Do several things at the same moment; return what each gave or how it was refused."""
    start = threading.Barrier(len(works))
    outcomes: list[object] = [None] * len(works)

    def run(number: int) -> None:
        start.wait()
        try:
            outcomes[number] = works[number]()
        except ChatRefused as refused:
            outcomes[number] = refused

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_two_agents_who_take_a_chat_exactly_one_has_it_a_thousand_times(store: ChatStore) -> None:
    races = RACES if store.engine.dialect.name == "sqlite" else RACES // 10
    for number in range(races):
        chat = store.open(new_chat(f"web-{number}"), NOW).chat
        take = partial(_take, store, chat)
        outcomes = both(partial(take, "A001"), partial(take, "A002"))
        lost = [outcome for outcome in outcomes if isinstance(outcome, ChatRefused)]
        assert len(lost) == 1, "one of two wins"
        assert isinstance(lost[0], StaleVersion)
        owner = store.get(chat.chat_id).agent
        winner = ("A001", "A002")[1 - outcomes.index(lost[0])]
        assert owner == winner
        loser = "A001" if winner == "A002" else "A002"
        with pytest.raises((NotYours, StaleVersion)):
            store.apply(
                chat.chat_id, m.AgentWrote(loser), NOW, version=chat.version, said=words("我来", "agent")
            )
    taken = [e for e in _all_events(store) if e.body.get("what") == "taken"]
    assert len(taken) == races


def _take(store: ChatStore, chat: m.Chat, agent: str) -> object:
    return store.apply(chat.chat_id, m.Take(agent), NOW, version=chat.version)


def test_of_many_requests_for_one_conversation_one_chat_comes(store: ChatStore) -> None:
    outcomes = both(*(lambda: store.open(new_chat("web-1"), NOW) for _ in range(8)))
    assert len({outcome.chat.chat_id for outcome in outcomes}) == 1  # type: ignore[attr-defined]
    with store.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(chats)).scalar_one() == 1


def test_a_request_sent_again_is_the_same_chat_also_after_its_end(store: ChatStore) -> None:
    request = new_chat()
    first = store.open(request, NOW).chat
    store.apply(first.chat_id, m.Leave(), NOW)
    again = store.open(request, NOW)
    assert again.again
    assert again.chat.chat_id == first.chat_id
    assert store.open(new_chat(), NOW).chat.chat_id != first.chat_id


def test_the_version_grows_over_all_chats_of_a_conversation(store: ChatStore) -> None:
    seen = 0
    for _ in range(3):
        chat = store.open(new_chat(), NOW).chat
        assert chat.version > seen
        taken = store.apply(chat.chat_id, m.Take("A001"), NOW).chat
        seen = store.apply(chat.chat_id, m.GiveBack("A001"), NOW).chat.version
        assert seen > taken.version > chat.version


def test_a_message_sent_again_is_taken_once(store: ChatStore) -> None:
    chat = store.open(new_chat(), NOW).chat
    for _ in range(3):
        store.apply(chat.chat_id, m.CitizenWrote(), NOW, said=words("在吗"))
    assert [e.body["text"] for e in store.events(chat.chat_id) if e.kind == "citizen"] == ["在吗"]


def test_a_message_sent_again_after_the_chat_moved_on_is_still_known(store: ChatStore) -> None:
    chat = store.open(new_chat(), NOW).chat
    taken = store.apply(chat.chat_id, m.Take("A001"), NOW).chat
    said = words("您好", "agent", "A001")
    first = store.apply(chat.chat_id, m.AgentWrote("A001"), NOW, version=taken.version, said=said)
    store.apply(chat.chat_id, m.WrapUp("A001"), NOW)
    again = store.apply(chat.chat_id, m.AgentWrote("A001"), NOW, version=taken.version, said=said)
    assert again.again
    assert again.events[0].seq == first.events[0].seq


def test_a_send_on_an_old_version_is_refused_with_the_present_one(store: ChatStore) -> None:
    chat = store.open(new_chat(), NOW).chat
    taken = store.apply(chat.chat_id, m.Take("A001"), NOW).chat
    now = store.apply(chat.chat_id, m.TakeOver("A009"), NOW).chat
    with pytest.raises(StaleVersion) as refused:
        store.apply(chat.chat_id, m.AgentWrote("A001"), NOW, version=taken.version, said=words("慢", "agent"))
    assert refused.value.more["current"] == now.version
    assert not [e for e in store.events(chat.chat_id) if e.kind == "agent"]


def test_an_agent_takes_no_more_than_fits(store: ChatStore) -> None:
    for number in range(2):
        chat = store.open(new_chat(f"web-{number}"), NOW).chat
        store.apply(chat.chat_id, m.Take("A001"), NOW, capacity=2)
    third = store.open(new_chat("web-3"), NOW).chat
    with pytest.raises(NoCapacity):
        store.apply(third.chat_id, m.Take("A001"), NOW, capacity=2)
    assert store.get(third.chat_id).state == "queued"


def test_a_chat_in_wrap_up_is_not_reopened_beside_a_newer_one(store: ChatStore) -> None:
    old = store.open(new_chat(), NOW).chat
    store.apply(old.chat_id, m.Take("A001"), NOW)
    store.apply(old.chat_id, m.WrapUp("A001"), NOW)
    newer = store.open(new_chat(), NOW + 1).chat
    with pytest.raises(AlreadyOwned):
        store.apply(old.chat_id, m.Reopen("A001"), NOW + 2)
    store.apply(old.chat_id, m.Finish("A001"), NOW + 3)
    assert _owner(store, "web-1") == "queued", "the end of the old chat says nothing about the newer one"
    assert store.apply(newer.chat_id, m.Take("A002"), NOW + 4).chat.owner == "agent"


def test_events_are_numbered_without_gaps_in_the_order_of_the_feed(store: ChatStore) -> None:
    names = [f"web-{number}" for number in range(4)]
    opened = [store.open(new_chat(name), NOW).chat for name in names]
    both(
        *(
            lambda chat=chat: [
                store.apply(chat.chat_id, m.CitizenWrote(), NOW, said=words(f"{chat.chat_id}-{i}"))
                for i in range(20)
            ]
            for chat in opened
        )
    )
    feed = _all_events(store)
    assert [e.feed for e in feed] == list(range(1, len(feed) + 1))
    for chat in opened:
        assert [e.seq for e in feed if e.chat_id == chat.chat_id] == list(range(1, 22))
    assert store.head() == len(feed)


def test_what_was_said_is_not_readable_in_the_database(store: ChatStore) -> None:
    chat = store.open(new_chat(context={"transcript": [{"who": "person", "text": "密语甲"}]}), NOW).chat
    store.apply(chat.chat_id, m.Take("A001"), NOW)
    store.apply(chat.chat_id, m.AgentWrote("A001"), NOW, said=words("密语乙", "agent", "A001"))
    for table in (chats, chat_events, chat_outbox):
        with store.engine.connect() as connection:
            held = b"".join(
                bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                for row in connection.execute(sa.select(table))
                for value in row
            )
        assert b"\xe5\xaf\x86\xe8\xaf\xad" not in held, table.name
    assert store.context(chat.chat_id)["transcript"][0]["text"] == "密语甲"


def test_a_process_that_dies_in_the_middle_of_a_change_has_done_nothing(store: ChatStore) -> None:
    chat = store.open(new_chat(), NOW).chat
    before = (
        store.get(chat.chat_id),
        store.events(chat.chat_id),
        Outbox(store.engine, store.codec).waiting(),
    )

    class Killed(BaseException):
        pass

    def die(connection: Any) -> None:
        store.advance(connection, chat, m.Take("A001"), NOW)
        raise Killed

    with pytest.raises(Killed):
        store.locked(die)
    assert (
        store.get(chat.chat_id),
        store.events(chat.chat_id),
        Outbox(store.engine, store.codec).waiting(),
    ) == before


def test_letters_of_a_conversation_go_in_order_and_a_failure_holds_those_behind_it(store: ChatStore) -> None:
    outbox = Outbox(store.engine, store.codec)
    chat = store.open(new_chat(), NOW).chat
    store.apply(chat.chat_id, m.Take("A001"), NOW)
    other = store.open(new_chat("web-2"), NOW).chat
    (first, of_other) = outbox.take(NOW, 30.0, 10)
    assert (first.body["owner"], of_other.chat_id) == ("queued", other.chat_id)
    assert outbox.take(NOW, 30.0, 10) == [], "leased, and the second letter waits for the first"
    outbox.put_off(first, NOW + 5)
    assert outbox.take(NOW + 4, 30.0, 10) == []
    (again,) = outbox.take(NOW + 5, 30.0, 10)
    assert (again.name, again.tries) == (first.name, 1)
    outbox.done(again)
    (second,) = outbox.take(NOW + 5, 30.0, 10)
    assert (second.body["owner"], second.body["agent"]) == ("agent", "A001")


def test_a_letter_taken_by_a_process_that_died_is_taken_again_after_its_lease(store: ChatStore) -> None:
    outbox = Outbox(store.engine, store.codec)
    store.open(new_chat(), NOW)
    (taken,) = outbox.take(NOW, 30.0, 10)
    assert outbox.take(NOW + 29, 30.0, 10) == []
    assert outbox.take(NOW + 30, 30.0, 10)[0].name == taken.name


def test_deletion_leaves_nothing_of_a_conversation(store: ChatStore) -> None:
    chat = store.open(new_chat(), NOW).chat
    kept = store.open(new_chat("web-2"), NOW).chat
    store.apply(chat.chat_id, m.CitizenWrote(), NOW, said=words("我的事"))
    assert store.erase("web-1", NOW) == 1
    with pytest.raises(NoSuchChat):
        store.get(chat.chat_id)
    left = [e for e in _all_events(store) if e.chat_id != kept.chat_id]
    assert [(e.kind, e.body) for e in left] == [("event", {"what": "erased", "values": {}})]
    assert [letter.chat_id for letter in Outbox(store.engine, store.codec).take(NOW, 1.0, 9)] == [
        kept.chat_id
    ]


def test_old_chats_go_and_younger_and_living_ones_stay(store: ChatStore) -> None:
    old, young, living = (store.open(new_chat(f"web-{n}"), NOW).chat for n in range(3))
    store.apply(old.chat_id, m.Leave(), NOW)
    store.apply(young.chat_id, m.Leave(), NOW + 100)
    assert store.oldest() == NOW
    assert store.purge(NOW + 100) == 1
    assert store.oldest() == NOW + 100
    assert store.get(living.chat_id).state == "queued"


def _all_events(store: ChatStore) -> list[Any]:
    found: list[Any] = []
    while page := store.feed(found[-1].feed if found else 0):
        found.extend(page)
    return found


def _owner(store: ChatStore, conversation: str) -> str:
    query = sa.select(conversations.c.owner).where(conversations.c.conversation_id == conversation)
    with store.engine.connect() as connection:
        return str(connection.execute(query).scalar_one())


AGENTS = st.sampled_from(["A001", "A002"])


class DeskAndAssistant(RuleBasedStateMachine):
    """Two agents, a citizen, a desk and an assistant's process that fail in between: nothing is lost or doubled."""

    def __init__(self) -> None:
        super().__init__()
        self.store = ChatStore(open_store("sqlite://"), KEY, Timers())
        self.outbox = Outbox(self.store.engine, self.store.codec)
        self.now, self.count = NOW, 0
        self.sent: list[tuple[str, str]] = []
        self.heard: dict[str, dict[str, Any]] = {}
        self.mirror = {"owner": "bot", "version": 0}
        self.chat_id = self.store.open(new_chat(), self.now).chat.chat_id

    @rule(agent=AGENTS, stale=st.integers(0, 1), again=st.booleans())
    def agent_sends(self, agent: str, stale: int, again: bool) -> None:
        version = self.store.get(self.chat_id).version - stale
        self.count += 1
        said = words(f"{self.count}", "agent", agent)
        for _ in range(2 if again else 1):
            try:
                self.store.apply(self.chat_id, m.AgentWrote(agent), self.now, version=version, said=said)
            except ChatRefused:
                return
        self.sent.append((agent, f"{self.count}"))

    @rule(
        event=st.one_of(st.builds(m.Take, AGENTS), st.builds(m.TakeOver, AGENTS), st.builds(m.WrapUp, AGENTS))
    )
    def moves(self, event: m.Event) -> None:
        try:
            self.store.apply(self.chat_id, event, self.now)
        except ChatRefused:
            return

    @rule(seconds=st.sampled_from([10.0, 60.0, 400.0]))
    def time_goes_on(self, seconds: float) -> None:
        self.now += seconds
        for chat_id in self.store.due(self.now):
            self.store.apply(chat_id, m.Tick(), self.now)

    @rule()
    def citizen_comes_again(self) -> None:
        self.chat_id = self.store.open(new_chat(), self.now).chat.chat_id

    @rule(fate=st.sampled_from(["arrives", "lost", "arrives but nobody knows"]))
    def letter_goes(self, fate: str) -> None:
        for letter in self.outbox.take(self.now, 0.0, 10):
            if fate != "lost":
                self.hear(letter.body)
            if fate == "arrives":
                self.outbox.done(letter)

    def hear(self, body: dict[str, Any]) -> None:
        if body["name"] in self.heard:
            return
        assert body["version"] >= self.mirror["version"], "letters come in order"
        for line in body["lines"]:
            if line["kind"] == "agent":
                assert body["owner"] == "agent"
                assert body["agent"] == line["author"], "nobody but the owner speaks"
        self.heard[body["name"]] = body
        self.mirror = {"owner": body["owner"], "version": body["version"]}

    @invariant()
    def one_living_chat(self) -> None:
        living = self.store.in_state("queued", "offered", "active")
        assert len(living) <= 1

    def teardown(self) -> None:
        while letters := self.outbox.take(self.now, 0.0, 10):
            for letter in letters:
                self.hear(letter.body)
                self.outbox.done(letter)
        said = [
            (line["author"], line["text"])
            for body in self.heard.values()
            for line in body["lines"]
            if line["kind"] == "agent"
        ]
        assert said == self.sent, "what was taken arrives, once, in order"
        assert self.mirror["owner"] == _owner(self.store, "web-1")
        self.store.engine.dispose()


TestDeskAndAssistant = DeskAndAssistant.TestCase
TestDeskAndAssistant.settings = settings(deadline=None, stateful_step_count=30)
