"""The plan, leave and exchanges in the store, on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from hotline.shifts.errors import NoSuchShift, NoSuchWish, NotPossible, Overlaps, Settled
from hotline.shifts.planning import Absence
from hotline.shifts.roster import Roster
from hotline.shifts.wishes import Wishes
from tests.hotline.shifts.conftest import MONDAY, at, day

NOW = at(-2, 12)


def put(roster: Roster, agent: str, offset: int, template: str) -> str:
    """Plan a shift and return its id."""
    planned = roster.add([(agent, day(offset), template)], "L001")
    return planned.added[0].shift_id


def who(roster: Roster) -> list[tuple[str, int, str]]:
    return [(one.agent, (one.day - MONDAY).days, one.template) for one in roster.between(day(-7), day(30))]


def test_shifts_that_meet_are_refused_and_the_others_are_planned(roster: Roster) -> None:
    put(roster, "A001", 0, "night")  # until 08:00 on Tuesday
    wanted = [("A001", day(0), "late"), ("A001", day(1), "day"), ("A002", day(0), "night")]
    planned = roster.add(wanted, "L001")
    assert [one.agent for one in planned.added] == ["A001", "A001", "A002"]
    again = roster.add([("A001", day(0), "night"), ("A001", day(1), "late")], "L001")
    assert again.refused == (("A001", day(0)), ("A001", day(1)))  # 15:30 to 16:00 are in both
    assert len(who(roster)) == 4


def test_two_leaders_at_the_same_moment_plan_an_agent_once(roster: Roster) -> None:
    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(lambda _: roster.add([("A001", day(0), "day")], "L001"), range(8)))
    assert sum(len(planned.added) for planned in done) == 1
    assert who(roster) == [("A001", 0, "day")]


def test_a_week_is_copied_beside_what_is_planned_there_already(roster: Roster) -> None:
    for offset, template in ((0, "day"), (6, "night")):
        put(roster, "A001", offset, template)
    put(roster, "A002", 7, "day")
    put(roster, "A001", 7, "late")
    planned = roster.copy_week(MONDAY, day(7), "L001")
    assert planned.refused == (("A001", day(7)),)
    assert who(roster) == [
        ("A001", 0, "day"),
        ("A001", 6, "night"),
        ("A002", 7, "day"),
        ("A001", 7, "late"),
        ("A001", 13, "night"),
    ]


def test_a_shift_is_taken_off_once(roster: Roster) -> None:
    shift_id = put(roster, "A001", 0, "day")
    assert roster.remove(shift_id).agent == "A001"
    with pytest.raises(NoSuchShift):
        roster.remove(shift_id)


def test_what_is_long_over_goes(roster: Roster, wishes: Wishes) -> None:
    put(roster, "A001", 0, "day")
    put(roster, "A001", 9, "day")
    wishes.ask_leave(Absence("A001", day(0), day(1)), "sick", 1.0)
    assert roster.oldest() == at(0, 16).timestamp()
    assert roster.purge(at(5, 0).timestamp()) == 1
    assert who(roster) == [("A001", 9, "day")]
    assert wishes.leaves(states=("asked",), since=day(-30)) == []


def test_a_leave_is_decided_once_by_somebody_else(wishes: Wishes) -> None:
    leave = wishes.ask_leave(Absence("L001", day(0), day(1)), "annual", 1.0)
    with pytest.raises(NoSuchWish):
        wishes.settle_leave(leave.leave_id, "granted", "L001")
    with pytest.raises(NoSuchWish):
        wishes.settle_leave(leave.leave_id, "withdrawn", "A001")
    assert wishes.granted(MONDAY) == []
    assert wishes.settle_leave(leave.leave_id, "granted", "L002", "好").reply == "好"
    assert wishes.granted(MONDAY) == [Absence("L001", day(0), day(1))]
    assert wishes.granted(day(2)) == []
    with pytest.raises(Settled):
        wishes.settle_leave(leave.leave_id, "withdrawn", "L001")


@pytest.mark.parametrize(("first", "last"), [(1, 0), (0, 60)])
def test_a_leave_has_its_days_in_order_and_not_too_many(wishes: Wishes, first: int, last: int) -> None:
    with pytest.raises(NotPossible):
        wishes.ask_leave(Absence("A001", day(first), day(last)), "sick", 1.0)


def test_an_exchange_needs_the_other_one_and_a_leader(roster: Roster, wishes: Wishes) -> None:
    mine, theirs = put(roster, "A001", 0, "day"), put(roster, "A002", 1, "late")
    swap = wishes.ask_swap("A001", mine, "A002", theirs, NOW)
    with pytest.raises(Settled):
        wishes.decide_swap(swap.swap_id, "L001", "granted", "", NOW)
    with pytest.raises(NoSuchWish):
        wishes.answer_swap(swap.swap_id, "A003", "agreed")
    assert wishes.answer_swap(swap.swap_id, "A002", "agreed").state == "agreed"
    with pytest.raises(NoSuchWish):
        wishes.decide_swap(swap.swap_id, "A002", "granted", "", NOW)
    decided, moved = wishes.decide_swap(swap.swap_id, "L001", "granted", "可以", NOW)
    assert (decided.state, decided.decided_by, len(moved)) == ("granted", "L001", 2)
    assert who(roster) == [("A002", 0, "day"), ("A001", 1, "late")]
    with pytest.raises(Settled):
        wishes.answer_swap(swap.swap_id, "A001", "withdrawn")


def test_a_shift_can_be_taken_over_for_nothing(roster: Roster, wishes: Wishes) -> None:
    swap = wishes.ask_swap("A001", put(roster, "A001", 0, "day"), "A002", "", NOW)
    wishes.answer_swap(swap.swap_id, "A002", "agreed")
    wishes.decide_swap(swap.swap_id, "L001", "granted", "", NOW)
    assert who(roster) == [("A002", 0, "day")]


def test_same_shift_of_the_same_day_can_be_exchanged(roster: Roster, wishes: Wishes) -> None:
    mine, theirs = put(roster, "A001", 0, "day"), put(roster, "A002", 0, "late")
    swap = wishes.ask_swap("A001", mine, "A002", theirs, NOW)
    wishes.answer_swap(swap.swap_id, "A002", "agreed")
    wishes.decide_swap(swap.swap_id, "L001", "granted", "", NOW)
    assert who(roster) == [("A002", 0, "day"), ("A001", 0, "late")]


def test_an_exchange_that_would_make_two_shifts_meet_changes_nothing(roster: Roster, wishes: Wishes) -> None:
    mine = put(roster, "A001", 0, "day")
    put(roster, "A002", 0, "late")
    swap = wishes.ask_swap("A001", mine, "A002", "", NOW)
    wishes.answer_swap(swap.swap_id, "A002", "agreed")
    with pytest.raises(Overlaps):
        wishes.decide_swap(swap.swap_id, "L001", "granted", "", NOW)
    assert wishes.swaps(states=("agreed",)) != []
    assert who(roster) == [("A001", 0, "day"), ("A002", 0, "late")]
    assert wishes.decide_swap(swap.swap_id, "L001", "refused", "重叠了", NOW)[0].reply == "重叠了"


def test_what_has_begun_is_not_ones_own_or_waits_elsewhere_is_not_exchanged(
    roster: Roster, wishes: Wishes
) -> None:
    mine, theirs = put(roster, "A001", 0, "day"), put(roster, "A002", 1, "day")
    for asker, shift_id, other, now in (
        ("A001", mine, "A002", at(0, 8)),
        ("A002", mine, "A001", NOW),
        ("A001", mine, "A001", NOW),
    ):
        with pytest.raises(NotPossible):
            wishes.ask_swap(asker, shift_id, other, "", now)
    wishes.ask_swap("A001", mine, "A002", theirs, NOW)
    with pytest.raises(NotPossible):
        wishes.ask_swap("A002", theirs, "A003", "", NOW)
    with pytest.raises(NoSuchShift):
        wishes.ask_swap("A001", "gone", "A002", "", NOW)


def test_a_shift_that_left_the_plan_meanwhile_is_not_exchanged(roster: Roster, wishes: Wishes) -> None:
    mine = put(roster, "A001", 0, "day")
    swap = wishes.ask_swap("A001", mine, "A002", "", NOW)
    wishes.answer_swap(swap.swap_id, "A002", "agreed")
    roster.remove(mine)
    with pytest.raises(NoSuchShift):
        wishes.decide_swap(swap.swap_id, "L001", "granted", "", NOW + dt.timedelta(hours=1))
