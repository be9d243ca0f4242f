"""The editors' commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.__main__ import main


def test_lint_counts_what_is_good(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--folder", str(folder), "lint"]) == 0
    assert "2 条，没有错误" in capsys.readouterr().out


def test_lint_names_file_and_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "kitchen.yml"
    path.write_text(path.read_text("utf-8").replace("source: office", "source: nobody", 1), "utf-8")
    assert main(["--folder", str(folder), "lint"]) == 1
    assert "kitchen.yml:15: spoons: 没有名为 nobody 的出处" in capsys.readouterr().err


def test_search_shows_answer_dates_and_source(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--folder", str(folder), "search", "勺子放在哪里", "--date", "2022-09-05"]) == 0
    shown = capsys.readouterr().out
    assert "勺子在抽屉里。" in shown
    assert "有效 2022-01-01 至 未定；来源：某某卫生健康委" in shown


def test_search_says_when_it_has_no_answer(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--folder", str(folder), "search", "明天会下雨吗", "--date", "2022-09-05"]) == 0
    assert "没有把握的答案" in capsys.readouterr().out
