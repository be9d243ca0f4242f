"""The rules of retention: sound, complete, and the same in the page people read."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

from privacy.retention import Store, load_rules, plan, run

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2022, 9, 5, 1, tzinfo=timezone.utc)


def test_every_rule_has_a_process_an_end_and_a_ground() -> None:
    for rule in load_rules().values():
        assert rule.process in {"bot", "backend", "hotline"}
        assert rule.keep > timedelta(0)
        assert rule.then in {"deleted", "counted"}
        assert rule.basis


def test_what_the_law_asks_for_is_kept_that_long() -> None:
    rules = load_rules()
    for name in ("access_log", "desk_audit", "consents", "erasures"):
        assert rules[name].keep >= timedelta(days=3 * 365), "个人信息保护法第五十六条: three years"
    assert rules["conversations"].keep == timedelta(days=180)
    assert rules["vault"].keep == timedelta(days=30)


def test_the_page_names_every_rule_with_its_time_and_ground() -> None:
    page = (ROOT / "docs" / "privacy.md").read_text("utf-8")
    for rule in load_rules().values():
        days = rule.keep.days
        assert f"`{rule.name}`" in page
        assert rule.basis in page
        assert not days or f"{days} d" in page


def test_a_run_deletes_by_each_stores_own_clock_and_a_plan_says_when() -> None:
    cuts: list[datetime] = []

    def purge(before: datetime) -> int:
        cuts.append(before)
        return 2

    store = Store("nonces", lambda: NOW, lambda: NOW - timedelta(minutes=4), purge)
    assert run([store]) == {"nonces": 2}
    assert cuts == [NOW - timedelta(minutes=10)]
    (line,) = plan([store])
    assert "next: 2022-09-05T01:06+00:00" in line
