"""`make run`'s launcher: everything up with its addresses, everything down on Ctrl-C, trouble in one plain line."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.stack import ROOT, free_port

pytestmark = pytest.mark.stack
NAMES = ("BACKEND", "ACTIONS", "DESK", "BOT")


def environment(folder: Path) -> dict[str, str]:
    ports = {f"JKT_{name}_PORT": str(free_port()) for name in NAMES}
    return {**os.environ, **ports, "JKT_VAR_DIR": str(folder), "JKT_DEMO": "1", "PYTHONUNBUFFERED": "1"}


def launch(env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "deploy", "up"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    env = environment(tmp_path)
    process = launch(env)
    yield process, env
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_it_starts_everything_says_where_and_stops_on_ctrl_c(
    launched: tuple[subprocess.Popen[str], dict[str, str]], tmp_path: Path
) -> None:
    process, env = launched
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C stops everything" in line:
            break
    assert any("Chat page" in line for line in said), "".join(said)[-3000:]
    page = requests.get(f"http://127.0.0.1:{env['JKT_BOT_PORT']}/", timeout=10)
    assert page.ok
    assert "智能助手" in page.text
    secrets = list((tmp_path / "secrets").iterdir())
    assert secrets
    assert {path.stat().st_mode & 0o777 for path in secrets} == {0o600}
    process.send_signal(signal.SIGINT)
    process.stdout.read()
    process.wait(30)
    for name in NAMES:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", int(env[f"JKT_{name}_PORT"])))


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    env = environment(tmp_path)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", int(env["JKT_DESK_PORT"])))
        holder.listen()
        done = launch(env)
        said, _ = done.communicate(timeout=60)
    assert done.returncode == 1
    assert said.strip().splitlines()[-1].startswith(f"Port {env['JKT_DESK_PORT']} (desk) is in use")
    assert "Traceback" not in said


def test_a_missing_python_is_said_with_a_way_on(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "deploy").mkdir(parents=True)
    (project / "deploy" / "install").write_text((ROOT / "deploy" / "install").read_text("utf-8"), "utf-8")
    done = subprocess.run(
        ["bash", str(project / "deploy" / "install"), "requirements.lock"],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )
    if "Creating .venv" in done.stderr:
        pytest.skip("this machine has a Python 3.10 in /usr/bin")
    assert done.returncode == 1
    assert "Python 3.10 was not found" in done.stderr
    assert "uv python install 3.10" in done.stderr
