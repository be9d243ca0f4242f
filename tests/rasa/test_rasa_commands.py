"""Rasa's own commands work on the project as any Rasa user expects."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.stack import ROOT

pytestmark = pytest.mark.stack
ENV = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
#: Warnings of libraries about libraries; everything else is about our data.
FOREIGN = ("DeprecationWarning", "MovedIn20Warning", "pkg_resources")


def rasa(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rasa", *words], cwd=ROOT, env=ENV, check=False, capture_output=True, text=True
    )


def test_data_validates_without_a_warning() -> None:
    done = rasa("data", "validate", "--fail-on-warnings")
    said = (done.stdout + done.stderr).splitlines()
    warnings = [line for line in said if "Warning:" in line and not any(word in line for word in FOREIGN)]
    assert done.returncode == 0, done.stderr[-2000:]
    assert not warnings


def test_test_stories_are_predicted_as_written(tmp_path: Path) -> None:
    model = ROOT / "models" / "assistant.tar.gz"
    done = rasa(
        "test", "core", "--stories", "tests/rasa", "--model", str(model), "--out", str(tmp_path),
        "--fail-on-prediction-errors",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads((tmp_path / "story_report.json").read_text("utf-8"))
    assert report["conversation_accuracy"]["accuracy"] == 1.0
