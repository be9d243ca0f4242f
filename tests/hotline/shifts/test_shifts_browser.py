"""The pages of shifts in a browser: desktop and tablet width, 200 % zoom, keyboard alone, axe."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.shifts.book import shift_book
from hotline.shifts.roster import Roster
from tests.hotline.conftest import Running
from tests.hotline.shifts.conftest import china_day
from tests.support.desk_screen import Screen, tab_to

pytestmark = pytest.mark.browser


def _planned(desk: Running) -> None:
    """A week with a short rest in it, and shifts two agents can exchange."""
    wanted = [
        ("A001", china_day(desk, 1), "late"),
        ("A001", china_day(desk, 2), "day"),
        ("A002", china_day(desk, 2), "night"),
        ("A003", china_day(desk, 3), "day"),
    ]
    Roster(desk.desk.engine, shift_book().templates).add(wanted, "L001")


@pytest.mark.parametrize("size", ["desktop", "tablet", "zoomed"])
def test_every_page_of_shifts_fits(browser: Any, desk: Running, size: str) -> None:
    _planned(desk)
    agent, other, leader = (Screen(browser, desk, number, size) for number in ("A001", "A002", "L001"))
    page = agent.page
    page.get_by_role("link", name="我的班次").click()
    page.get_by_label("我的这个班").select_option(index=0)
    page.get_by_label("换同事的班").select_option(index=1)
    page.get_by_role("button", name="发给同事").click()
    page.get_by_label("从").fill(china_day(desk, 5).isoformat())
    page.get_by_label("到", exact=True).fill(china_day(desk, 6).isoformat())
    page.get_by_role("button", name="申请请假").click()
    agent.look("shifts-mine")
    other.page.goto("/shifts/mine")
    other.look("shifts-mine-asked")
    other.page.get_by_role("button", name="同意").click()
    page = leader.page
    page.get_by_role("link", name="排班", exact=True).click()
    page.get_by_label("坐席").select_option("A003")
    page.get_by_label("班次").select_option("night")
    for tick in page.get_by_role("checkbox").all()[:5]:
        tick.check()
    page.get_by_role("button", name="排班").click()
    assert "已排5个班" in page.get_by_role("status").inner_text()
    leader.look("shifts-week")
    for path in ("now", "staffing", "wishes", "people"):
        page.goto(f"/shifts/{path}")
        leader.look(f"shifts-{path}")
    page.goto("/shifts/wishes")
    page.locator("form[action*=swaps] button[value=granted]").click()
    leader.look("shifts-granted")
    for screen in (agent, other, leader):
        screen.close()


def test_a_week_is_planned_with_the_keyboard_alone(browser: Any, desk: Running) -> None:
    leader = Screen(browser, desk, "L001", "desktop")
    page = leader.page
    page.goto("/shifts")
    tab_to(page, "document.activeElement.id === 'agent'")
    page.keyboard.type("A002")
    tab_to(page, "document.activeElement.id === 'template'")
    page.keyboard.press("ArrowDown")
    tab_to(page, "document.activeElement.type === 'checkbox'")
    page.keyboard.press("Space")
    tab_to(page, "document.activeElement.innerText === '排班' && document.activeElement.type === 'submit'")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=added*")
    (shift,) = Roster(desk.desk.engine, shift_book().templates).between(
        china_day(desk, -7), china_day(desk, 7)
    )
    assert (shift.agent, shift.template) == ("A002", "late")
    leader.close()
