"""The life of a code that joins two conversations, and of what it joins."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from privacy.errors import (
    CircleFull,
    CodeOver,
    JoinRefused,
    OtherPerson,
    OwnConversation,
    TooManyGuesses,
    UnknownCode,
)
from privacy.join_codes import ALPHABET, find_codes, make_code, read_code
from privacy.joins import CODE_LIVES, GUESSES_FORGOTTEN, MOST_GUESSES, MOST_JOINED, Joined, Joins, Member

KEY = b"j" * 32
DAY = datetime(2022, 9, 5, tzinfo=timezone.utc)
CODES = st.text(ALPHABET, min_size=6, max_size=6).filter(
    lambda c: not c.isdigit() and any(x.isdigit() for x in c)
)


class House:
    """Joined conversations on one database, with a clock that a test moves."""

    def __init__(self, url: str) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=timezone.utc)
        self.url = url
        self.open()

    def open(self) -> None:
        """Begin as a process does; again: a restart."""
        self.joins = Joins(self.url, KEY, lambda: self.now)

    def offer(self, conversation: str, person: str = "per_1", channel: str = "web") -> str:
        return self.joins.offer(Member(conversation, channel), person)

    def redeem(self, code: str, conversation: str, person: str = "per_1", channel: str = "wechat") -> Joined:
        return self.joins.redeem(code, Member(conversation, channel), person, DAY, words)

    def join(self, first: str, second: str, person: str = "per_1") -> Joined:
        return self.redeem(self.offer(first, person), second, person)

    def ids(self, conversation: str) -> list[str]:
        return sorted(m.conversation_id for m in self.joins.members(conversation))


def words(member: Member, receipt: str, members: Sequence[Member]) -> str:
    return f"{receipt} {len(members)}"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(f"sqlite:///{tmp_path}/vault.sqlite3")


# What a code looks like ---------------------------------------------------------------------------------


def test_a_code_cannot_be_misread_and_is_read_back() -> None:
    for code in (make_code() for _ in range(500)):
        assert not set(code) & set("0O1IL")
        assert read_code(code) == code


@given(
    CODES,
    st.sampled_from(["关联码 {}", "关联码：{}", "關聯碼是{}。", "join code {}", "我的关联码{}，帮我连一下"]),
)
def test_a_code_is_read_however_it_is_typed(code: str, sentence: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    for typed in (code, code.lower(), wide, f"{code[:3]} {code[3:]}", f"{code[:3]}-{code[3:]}"):
        assert read_code(sentence.format(typed)) == code


@pytest.mark.parametrize(
    "text", ["关联码", "工单 JKT20220905-000123", "关联码怎么拿", "123456", "ABCDEF", "我在302房"]
)
def test_what_is_no_code_is_not_read_as_one(text: str) -> None:
    assert read_code(text) is None


def test_unasked_only_an_introduced_code_is_taken_for_one() -> None:
    assert list(find_codes("我的取件码7K2M9Q", asked=False)) == []
    assert [f.value for f in find_codes("关联码7K2M9Q", asked=False)] == ["7K2M9Q"]


# The two halves -----------------------------------------------------------------------------------------


def test_two_conversations_of_one_person_are_joined_and_both_hear_the_receipt(house: House) -> None:
    done = house.join("page", "wx")
    assert house.ids("page") == house.ids("wx") == ["page", "wx"]
    assert done.receipt.startswith("GL20220905-")
    (letter,) = house.joins.waiting_in("page")
    assert done.receipt in letter.text
    assert house.joins.waiting_in("wx") == []
    assert {e.receipt for c in ("page", "wx") for e in house.joins.history(c)} == {done.receipt}


def test_a_code_is_good_once(house: House) -> None:
    code = house.offer("page")
    house.redeem(code, "wx")
    with pytest.raises(CodeOver):
        house.redeem(code, "tablet")
    assert house.ids("page") == ["page", "wx"]


def test_delivered_twice_it_is_one_join_with_one_receipt(house: House) -> None:
    code = house.offer("page")
    first, again = house.redeem(code, "wx"), house.redeem(code, "wx")
    assert (first.receipt, first.fresh, again.fresh) == (again.receipt, True, False)
    assert len(house.joins.waiting_in("page")) == 1


def test_a_newer_code_makes_the_older_worthless(house: House) -> None:
    old = house.offer("page")
    house.offer("page")
    with pytest.raises(UnknownCode):
        house.redeem(old, "wx")


def test_a_code_lives_five_minutes(house: House) -> None:
    code = house.offer("page")
    house.now += CODE_LIVES
    with pytest.raises(CodeOver):
        house.redeem(code, "wx")
    assert house.ids("page") == []


def test_a_restart_between_the_halves_loses_nothing(house: House) -> None:
    code = house.offer("page")
    house.open()
    house.redeem(code, "wx")
    house.open()
    assert house.ids("wx") == ["page", "wx"]
    assert len(house.joins.waiting_in("page")) == 1


def test_another_person_is_refused_and_the_code_is_spoilt_for_everybody(house: House) -> None:
    code = house.offer("page")
    with pytest.raises(OtherPerson):
        house.redeem(code, "stranger", "per_2")
    with pytest.raises(CodeOver):
        house.redeem(code, "wx")
    assert house.ids("page") == house.ids("stranger") == []


def test_in_its_own_conversation_a_code_does_nothing_and_stays_good(house: House) -> None:
    code = house.offer("page")
    with pytest.raises(OwnConversation):
        house.redeem(code, "page")
    house.redeem(code, "wx")
    assert house.ids("page") == ["page", "wx"]


def test_a_conversation_joined_for_one_person_is_not_joined_for_another(house: House) -> None:
    house.join("page", "wx")
    with pytest.raises(OtherPerson):
        house.offer("page", "per_2")
    with pytest.raises(OtherPerson):
        house.join("other page", "wx", "per_2")
    assert house.ids("page") == ["page", "wx"]


def test_guessing_ends_after_a_few_and_begins_again_later(house: House) -> None:
    code = house.offer("page")
    left = []
    for _ in range(MOST_GUESSES):
        with pytest.raises(UnknownCode) as refused:
            house.redeem("22222A", "wx")
        left.append(refused.value.left)
    assert left == list(reversed(range(MOST_GUESSES)))
    with pytest.raises(TooManyGuesses) as locked:
        house.redeem(code, "wx")
    assert 0 < locked.value.wait <= GUESSES_FORGOTTEN.total_seconds()
    with pytest.raises(TooManyGuesses):
        house.redeem(code, "another conversation of the same person")
    house.now += GUESSES_FORGOTTEN
    house.redeem(house.offer("page"), "wx")


def test_only_so_many_are_joined(house: House) -> None:
    for number in range(MOST_JOINED - 1):
        house.join("page", f"c{number}")
    with pytest.raises(CircleFull):
        house.join("page", "one more")
    assert len(house.ids("page")) == MOST_JOINED


def test_two_circles_of_one_person_become_one(house: House) -> None:
    house.join("a", "b")
    house.join("c", "d")
    house.join("a", "c")
    assert house.ids("d") == ["a", "b", "c", "d"]


def test_one_code_used_by_two_at_once_joins_one(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/vault.sqlite3"
    houses = [House(url) for _ in range(4)]
    code = houses[0].offer("page")
    gate, outcomes = threading.Barrier(len(houses)), []

    def use(number: int) -> None:
        gate.wait()
        try:
            outcomes.append(houses[number].redeem(code, f"c{number}").receipt)
        except JoinRefused as refused:
            outcomes.append(type(refused).__name__)

    threads = [threading.Thread(target=use, args=(n,)) for n in range(len(houses))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[: len(houses) - 1] == ["CodeOver"] * (len(houses) - 1)
    assert len(houses[0].ids("page")) == 2
    assert len(houses[0].joins.waiting_in("page")) == 1


# Joined, and the way back ---------------------------------------------------------------------------------


def test_the_one_spoken_in_last_is_told_unless_another_is_named(house: House) -> None:
    house.join("page", "wx")
    told = lambda: [house.joins.told(c).conversation_id for c in ("page", "wx")]  # type: ignore[union-attr] # noqa: E731
    assert told() == ["wx", "wx"]
    house.now += timedelta(minutes=1)
    house.joins.seen("page")
    assert told() == ["page", "page"]
    house.joins.name_for_notices("page", "wx")
    assert told() == ["wx", "wx"]
    house.joins.name_for_notices("wx", None)
    assert told() == ["page", "page"]
    assert house.joins.told("somebody else") is None


def test_a_pair_ends_as_a_whole_at_once_and_the_other_hears_of_it(house: House) -> None:
    house.join("page", "wx")
    receipt, ended = house.joins.leave(["wx"], DAY, words)
    assert sorted(m.conversation_id for m in ended) == ["page", "wx"]
    assert house.ids("page") == house.ids("wx") == []
    assert receipt in house.joins.waiting_in("page")[-1].text


def test_of_three_one_leaves_and_two_stay(house: House) -> None:
    house.join("page", "wx")
    house.join("page", "tablet")
    _, ended = house.joins.leave(["wx"], DAY, words)
    assert [m.conversation_id for m in ended] == ["wx"]
    assert house.ids("page") == ["page", "tablet"]
    assert house.joins.leave(["nobody"], DAY, words)[1] == []


def test_others_are_shown_to_their_person_alone(house: House) -> None:
    house.join("page", "wx")
    assert [m.channel for m in house.joins.others("page", "per_1")] == ["wechat"]
    assert house.joins.others("page", "per_2") == []


def test_work_orders_are_shared_while_joined_and_not_a_second_longer(house: House) -> None:
    house.joins.share_order("page", "JKT20220905-000001", "ABC234")
    assert house.joins.orders("page") == []
    house.join("page", "wx")
    house.joins.share_order("page", "JKT20220905-000002", "ABC235")
    assert house.joins.orders("wx") == [("JKT20220905-000002", "ABC235")]
    house.joins.leave(["wx"], DAY)
    assert house.joins.orders("wx") == house.joins.orders("page") == []


def test_a_silent_conversation_leaves_by_itself(house: House) -> None:
    house.join("page", "wx")
    house.now += timedelta(days=181)
    house.joins.seen("wx")
    assert house.joins.purge(house.now - timedelta(days=180)) == 1
    assert house.ids("wx") == []
    assert house.joins.oldest() is None


def test_what_is_forgotten_leaves_no_row_behind(house: House) -> None:
    code = house.offer("page")
    house.redeem(code, "wx")
    house.joins.share_order("page", "JKT20220905-000002", "ABC235")
    for conversation in ("page", "wx"):
        house.joins.leave([conversation], DAY, words)
        house.joins.forget(conversation)
    engine = sa.create_engine(house.url)
    for table in (
        "join_codes",
        "join_circles",
        "join_orders",
        "join_letters",
        "join_history",
        "join_guesses",
    ):
        with engine.connect() as connection:
            assert connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar() == 0, table


def test_the_tables_name_neither_conversation_person_nor_code(house: House, tmp_path: Path) -> None:
    code = house.offer("conversation-of-the-page", "per_secret")
    house.redeem(code, "wx_0123456789abcdef", "per_secret")
    house.joins.share_order("wx_0123456789abcdef", "JKT20220905-000002", "ABC235")
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for value in (
        code,
        "conversation-of-the-page",
        "wx_0123456789abcdef",
        "per_secret",
        "JKT20220905-000002",
    ):
        assert value.encode() not in held


class Life(RuleBasedStateMachine):
    """Whatever happens in whatever order: circles are of one person, never of one, and a code joins once."""

    conversations = st.sampled_from(["a", "b", "c", "d"])
    persons = st.sampled_from(["per_1", "per_2"])

    @initialize()
    def begin(self) -> None:
        self.house = House("sqlite://")
        self.codes: dict[str, tuple[str, str, datetime]] = {}
        self.used: set[str] = set()
        self.owner: dict[str, str] = {}

    @rule(conversation=conversations, person=persons)
    def offers(self, conversation: str, person: str) -> None:
        try:
            code = self.house.offer(conversation, person)
        except OtherPerson:
            assert self.owner.get(conversation) not in (None, person)
            return
        self.codes = {c: o for c, o in self.codes.items() if o[0] != conversation or c in self.used}
        self.codes[code] = (conversation, person, self.house.now)

    @rule(conversation=conversations, person=persons, data=st.data())
    def types(self, conversation: str, person: str, data: st.DataObject) -> None:
        if not self.codes:
            return
        code = list(self.codes)[data.draw(st.integers(0, len(self.codes) - 1))]
        offered, owner, since = self.codes[code]
        try:
            done = self.house.redeem(code, conversation, person)
        except JoinRefused:
            if person != owner and code not in self.used:
                self.codes.pop(code)
            return
        assert owner == person
        if done.fresh:
            assert code not in self.used
            assert self.house.now - since < CODE_LIVES
            assert offered != conversation
            self.used.add(code)
            self.owner[offered] = self.owner[conversation] = person

    @rule(conversation=conversations)
    def leaves(self, conversation: str) -> None:
        for member in self.house.joins.leave([conversation], DAY)[1]:
            self.owner.pop(member.conversation_id, None)

    @rule(seconds=st.integers(1, 1000))
    def passes(self, seconds: int) -> None:
        self.house.now += timedelta(seconds=seconds)

    @invariant()
    def circles_are_of_one_person_and_of_two_at_least(self) -> None:
        if not hasattr(self, "house"):
            return
        for conversation in "abcd":
            ids = self.house.ids(conversation)
            assert len(ids) != 1
            assert (conversation in ids) == (conversation in self.owner)
            assert len({self.owner[c] for c in ids}) <= 1
            for other in ids:
                assert self.house.ids(other) == ids


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
