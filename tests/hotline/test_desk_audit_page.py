"""The auditor's page, its export, and the check from the terminal with anchors outside the store."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hotline import anchors, exports
from hotline.audit import Audit, Filter
from hotline.errors import BadRequest
from hotline.store import open_store
from tests.hotline.conftest import Agent, Running, text_of

NOW = dt.datetime(2022, 9, 5, 9, tzinfo=dt.timezone.utc)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    return open_store(f"sqlite:///{tmp_path}/db/desk.sqlite3")


@pytest.fixture
def trail(engine: Any) -> Audit:
    made = Audit(engine)
    for number in range(5):
        made.record(
            f"A00{number % 2}",
            "order.viewed",
            f"N{number}",
            at=NOW + dt.timedelta(days=number),
            request_id="r",
        )
    return made


def test_entries_are_found_by_agent_thing_and_day(trail: Audit) -> None:
    found = trail.search(
        Filter(agent="A000", since=NOW + dt.timedelta(days=1), before=NOW + dt.timedelta(days=5)), 10
    )
    assert [entry.subject for entry in found] == ["N4", "N2"]
    assert [entry.seq for entry in trail.search(Filter(), 2, before_seq=4)] == [3, 2]
    assert trail.search(Filter(subject="N1' OR '1'='1"), 10) == []


def test_anchors_fit_a_whole_chain_and_are_written_once_a_head(trail: Audit, tmp_path: Path) -> None:
    path = tmp_path / "away" / "anchors.jsonl"
    assert anchors.write(path, trail, NOW)
    assert not anchors.write(path, trail, NOW)
    trail.record("A001", "order.viewed", "N9", at=NOW, request_id="r")
    assert anchors.write(path, trail, NOW)
    assert path.stat().st_mode & 0o077 == 0
    assert anchors.verify(trail, path) == anchors.Finding(entries=6, anchors=2)


def _bare(engine: Any, *statements: str) -> None:
    """Change the store as somebody does who can write all of it."""
    with engine.begin() as connection:
        for statement in ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete", *statements):
            connection.execute(sa.text(statement))


def test_an_end_that_was_cut_off_cleanly_is_noticed(engine: Any, trail: Audit, tmp_path: Path) -> None:
    path = tmp_path / "anchors.jsonl"
    anchors.write(path, trail, NOW)
    hash_of_3 = trail.hash_at(3)
    _bare(engine, "DELETE FROM audit WHERE seq > 3", f"UPDATE audit_head SET seq = 3, hash = '{hash_of_3}'")
    assert trail.first_break() is None  # the chain alone shows nothing
    found = anchors.verify(trail, path)
    assert (found.broken_at, found.anchors) == (5, 0)


def test_a_chain_made_anew_is_noticed(engine: Any, trail: Audit, tmp_path: Path) -> None:
    path = tmp_path / "anchors.jsonl"
    anchors.write(path, trail, NOW)
    _bare(engine, "DELETE FROM audit", f"UPDATE audit_head SET seq = 0, hash = '{'0' * 64}'")
    again = Audit(engine)
    for number in range(7):
        again.record("A009", "order.viewed", f"N{number}", at=NOW, request_id="r")
    assert again.first_break() is None
    assert anchors.verify(again, path).broken_at == 5


def test_anchor_older_than_what_is_kept_is_passed_over(trail: Audit, tmp_path: Path) -> None:
    path = tmp_path / "anchors.jsonl"
    anchors.write(path, trail, NOW)
    trail.record("A001", "order.viewed", "N9", at=NOW + dt.timedelta(days=9), request_id="r")
    assert trail.shorten(NOW + dt.timedelta(days=8)) == 5
    anchors.write(path, trail, NOW)
    assert anchors.verify(trail, path) == anchors.Finding(entries=6, anchors=1)


def test_damaged_file_of_anchors_is_a_break(trail: Audit, tmp_path: Path) -> None:
    path = tmp_path / "anchors.jsonl"
    path.write_text("{nonsense\n")
    assert "line 1 of the anchors cannot be read" in anchors.verify(trail, path).why


def _verify(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JKT_")}
    return subprocess.run(
        [sys.executable, "-m", "hotline", "audit", "verify", *more],
        cwd=ROOT,
        env={**environment, "JKT_VAR_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_terminal_says_whole_or_names_the_first_break(engine: Any, trail: Audit, tmp_path: Path) -> None:
    anchors.write(tmp_path / "log" / "desk_audit_anchors.jsonl", trail, NOW)
    whole = _verify(tmp_path)
    assert (whole.returncode, whole.stdout) == (0, "the audit is whole: 5 entries, 1 anchors fit\n")
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER audit_no_update"))
        connection.execute(sa.text("UPDATE audit SET agent = 'A009' WHERE seq = 2"))
    broken = _verify(tmp_path)
    assert broken.returncode == 1
    assert broken.stdout.startswith("the audit is broken: entry 2 ")
    missing = _verify(tmp_path, "--anchors", str(tmp_path / "nowhere"))
    assert missing.returncode == 2


# the page


def test_page_narrows_down_and_checks(auditor: Agent, desk: Running) -> None:
    page = auditor.get("/audit", params={"action": "account.added", "agent": "-"})
    assert "E001" in text_of(page) and "登录" not in text_of(page).split("变化")[1]
    assert "没有符合条件的记录" in text_of(auditor.get("/audit?since=2001-01-01&until=2001-01-02"))
    assert "记录完整" in text_of(auditor.get("/audit?check=1"))


@pytest.mark.parametrize("query", ["since=yesterday", "until=2022-13-01", "before=x", "before=99999999999"])
def test_filter_that_is_no_date_is_refused(auditor: Agent, query: str) -> None:
    assert auditor.get(f"/audit?{query}").status_code == 400


def test_export_has_a_reason_a_mark_and_an_entry(auditor: Agent, desk: Running) -> None:
    page = auditor.get("/audit", params={"action": "account.added"})
    file = auditor.press(page, "/audit/exports", {"reason": "季度检查，电话13912345678"})
    assert file.headers["Content-Type"].startswith("text/csv")
    assert "U001" in file.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert "工号U001" in rows[0][0] and "季度检查" in rows[0][0]
    assert {row[3] for row in rows[2:-1]} == {"新增账号"}
    assert all("工号U001" in row[-1] for row in rows[2:])
    entry = desk.desk.audit.recent(1)[0]
    assert (entry.agent, entry.action) == ("U001", "audit.exported")
    assert "13912345678" not in str(entry.detail)


def test_no_export_without_reason_permission_or_a_fresh_password(
    auditor: Agent, agent: Agent, desk: Running
) -> None:
    page = auditor.get("/audit")
    assert auditor.press(page, "/audit/exports", {"reason": " "}).status_code == 400
    token = agent.get("/orders").text.split('form_token" value="')[1].split('"')[0]
    refused = agent.http.post(f"{agent.base}/audit/exports", data={"reason": "季度检查", "form_token": token})
    assert refused.status_code == 403
    desk.clock[0] += 601
    late = auditor.press(
        page, "/audit/exports", {"reason": "季度检查"}, headers={"Referer": f"{desk.url}/audit"}
    )
    assert late.url.endswith("/login/again?next=%2Faudit")
    assert "audit.exported" not in [entry.action for entry in desk.desk.audit.recent()]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    file = exports.table(["列"], [[cell]], agent="U001", now=NOW, reason="=检查用")
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
    assert rows[2][0] == f"'{cell}"
    assert not rows[0][0].startswith("=")


@pytest.mark.parametrize("typed", ["", "   ", "短", "x" * 201, "换\n行的事由"])
def test_reason_must_be_one(typed: str) -> None:
    with pytest.raises(BadRequest):
        exports.reason_of(typed)
