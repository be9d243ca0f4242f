"""How many messages may still be sent: as a rule, as a ledger, and beside WeChat's own count."""

from __future__ import annotations

import threading
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wechat.quota import Quota, Trigger
from bot.channels.wechat.quota_store import QuotaStore
from tests.wechat_server.clock import ManualClock
from tests.wechat_server.limits import Allowance

HOUR = 3600.0
NAMES = {
    Trigger.MESSAGE: "message",
    Trigger.MENU: "click",
    Trigger.SUBSCRIBE: "subscribe",
    Trigger.SCAN: "scan",
    Trigger.ENTER: "enter",
}


def test_five_within_48_hours_of_a_message() -> None:
    quota = Quota().granted(Trigger.MESSAGE, 0)
    assert (quota.left(0), quota.until(0)) == (5, 48 * HOUR)
    for _ in range(4):
        quota = quota.spent(10)
    assert quota.left(48 * HOUR - 1) == 1
    assert quota.left(48 * HOUR) == 0
    assert quota.spent(11).until(12) is None


def test_three_within_a_minute_of_a_tap_and_two_of_opening_a_mini_programs_chat() -> None:
    for trigger, count in ((Trigger.MENU, 3), (Trigger.SUBSCRIBE, 3), (Trigger.SCAN, 3), (Trigger.ENTER, 2)):
        quota = Quota().granted(trigger, 100)
        assert quota.left(159.9) == count
        assert quota.left(160) == 0


def test_grants_do_not_add_up() -> None:
    quota = Quota().granted(Trigger.MESSAGE, 0).spent(1).spent(1).spent(1)
    quota = quota.granted(Trigger.MENU, 2)
    assert quota.left(3) == 3
    assert quota.left(63) == 2


def test_of_two_grants_for_a_minute_the_later_counts() -> None:
    quota = Quota().granted(Trigger.MENU, 0).granted(Trigger.ENTER, 10)
    assert quota.left(11) == 2
    assert quota.left(69) == 2
    assert quota.left(70) == 0


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("grant"), st.sampled_from(list(Trigger))),
        st.tuples(st.just("send"), st.none()),
        st.tuples(st.just("wait"), st.sampled_from([1.0, 59.0, 60.0, 7200.0, 47 * HOUR])),
    ),
    max_size=40,
)


@settings(max_examples=1000)
@given(_STEPS)
def test_never_promises_more_than_wechat_allows(steps: list[Any]) -> None:
    ours, theirs, now = Quota(), Allowance(), 0.0
    for what, value in steps:
        if what == "grant":
            ours = ours.granted(value, now)
            theirs.grant(NAMES[value], now)
        elif what == "wait":
            now += value
        elif ours.left(now):
            ours = ours.spent(now)
            assert theirs.refusal(now) == 0


def test_the_ledger_is_there_after_a_restart(engine: Any, clock: ManualClock) -> None:
    QuotaStore(engine, clock).grant("c", Trigger.MESSAGE)
    assert [QuotaStore(engine, clock).take("c") for _ in range(6)] == [True] * 5 + [False]
    assert QuotaStore(engine, clock).quota("c").left(clock()) == 0


def test_two_processes_never_take_the_same_message(engine: Any, clock: ManualClock) -> None:
    QuotaStore(engine, clock).grant("c", Trigger.MESSAGE)
    taken: list[bool] = []

    def take() -> None:
        taken.append(QuotaStore(engine, clock).take("c"))

    threads = [threading.Thread(target=take) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 7 + [True] * 5


def test_what_wechat_refused_is_given_back_and_what_it_says_is_believed(
    engine: Any, clock: ManualClock
) -> None:
    store = QuotaStore(engine, clock)
    store.grant("c", Trigger.MESSAGE)
    store.take("c")
    store.give_back("c")
    store.give_back("c")
    assert store.quota("c").left(clock()) == 5
    store.exhaust("c")
    assert not store.take("c")
    store.grant("c", Trigger.MESSAGE)
    assert store.take("c")


def test_quotas_that_are_over_leave_nothing(engine: Any, clock: ManualClock) -> None:
    store = QuotaStore(engine, clock)
    store.grant("short", Trigger.MENU)
    store.grant("long", Trigger.MESSAGE)
    clock.advance(61)
    assert store.purge(clock()) == 1
    assert store.purge(clock() + 48 * HOUR) == 1
    assert store.purge(clock() + 48 * HOUR) == 0
