"""The tools behind ``python -m bot``: freshness of a model, understanding without a server, the doctor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands.doctor import _voice
from bot.model_inputs import ModelInputs
from bot.settings import read_settings
from bot.voice import model as voice_model

ROOT = Path(__file__).parents[2]


def run(*arguments: str, text: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=text,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
        env={**os.environ, **variables},
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a model signed for its inputs."""
    for name, content in {
        "config.yml": "a",
        "domain.yml": "b",
        "data/nlu/x.yml": "c",
        "bot/nlu/y.py": "d",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    (tmp_path / "assistant.tar.gz").write_text("model")
    inputs = ModelInputs(tmp_path)
    inputs.sign(tmp_path / "assistant.tar.gz", inputs.fingerprint())
    return tmp_path


def test_a_model_is_fresh_until_something_it_is_made_of_changes(project: Path) -> None:
    model, inputs = project / "assistant.tar.gz", ModelInputs(project)
    assert inputs.made(model)
    (project / "README.md").write_text("not an input")
    assert inputs.made(model)
    for changed in ("config.yml", "data/nlu/x.yml", "bot/nlu/y.py"):
        before = (project / changed).read_text()
        (project / changed).write_text("other")
        assert not inputs.made(model)
        (project / changed).write_text(before)
    (project / "data/nlu/new.yml").write_text("")
    assert not inputs.made(model)


@pytest.mark.parametrize("broken", ["", "[]", "{", '{"inputs": 1}'])
def test_a_broken_note_means_training(project: Path, broken: str) -> None:
    (project / "assistant.inputs.json").write_text(broken)
    assert not ModelInputs(project).made(project / "assistant.tar.gz")


def test_parse_prints_one_json_line_for_each_line_and_masks_first(tiny_model: Path) -> None:
    lines = ["你好", "", "我的电话13812345678", "/ask", "核" * 600, "在吗"]
    done = run("parse", "--model", str(tiny_model), text="\n".join(lines) + "\n")
    assert done.returncode == 0, done.stderr[-800:]
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(results) == len(lines)
    for result in results:
        assert {"text", "intent", "confidence", "entities", "intent_ranking"} <= result.keys()
    assert results[0]["intent"] == "greet" and results[0]["text"] == "你好"
    assert results[1]["refused"] == "blank" and results[4]["refused"] == "too_long"
    assert "13812345678" not in results[2]["text"] and "<PHONE#" in results[2]["text"]
    assert results[3]["intent"] != "ask"


def test_parse_without_a_model_says_so(tmp_path: Path) -> None:
    done = run("parse", JKT_MODEL=str(tmp_path / "none.tar.gz"))
    assert done.returncode == 1 and "python -m bot train" in done.stderr


def test_the_doctor_names_a_missing_model_and_a_readable_secret(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "vault").write_text("00" * 32)
    (secrets / "vault").chmod(0o644)
    done = run("doctor", JKT_VAR_DIR=str(tmp_path), JKT_MODEL=str(tmp_path / "none.tar.gz"))
    assert done.returncode == 1
    wrong = [line for line in done.stdout.splitlines() if "WRONG" in line]
    assert len(wrong) == 2 and "vault" in wrong[0] and "train" in wrong[1]


@pytest.mark.parametrize(
    ("missing", "whole", "switch", "says"),
    [
        (list(voice_model.NEEDED), False, "1", "make voice"),
        (["av"], False, "1", "missing av"),
        ([], False, "1", "first use"),
        ([], True, "1", "offline"),
        ([], True, "0", "JKT_VOICE=0"),
    ],
    ids=["not installed", "half installed", "not put together", "whole", "switched off"],
)
def test_the_doctor_tells_whether_speech_is_understood(
    missing: list[str], whole: bool, switch: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice_model, "missing", lambda: missing)
    monkeypatch.setattr(voice_model, "is_whole", lambda _folder: whole)
    (result,) = _voice(read_settings({"JKT_VOICE": switch}))
    assert says in result.detail and result.ok is (True if says == "offline" else None)
