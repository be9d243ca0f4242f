"""The desk as a process: starts by itself, answers, stops; says in one line what is in its way."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from hotline.settings import Settings
from tests.hotline.conftest import Agent

ROOT = Path(__file__).parents[2]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _environment(folder: Path, port: int) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("JKT_")},
        "JKT_VAR_DIR": str(folder),
        "JKT_DESK_PORT": str(port),
        "JKT_BACKEND_URL": "http://127.0.0.1:9",
    }


@contextmanager
def _desk(folder: Path, port: int) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "hotline", "run"],
        cwd=ROOT,
        env=_environment(folder, port),
        stderr=subprocess.PIPE,
    )
    session = requests.Session()
    session.mount("http://", HTTPAdapter(max_retries=Retry(total=80, backoff_factor=0.1, backoff_max=0.5)))
    url = f"http://127.0.0.1:{port}"
    try:
        assert session.get(f"{url}/healthz", timeout=10).json() == {"status": "ok"}
        yield url
    finally:
        process.terminate()
        _, said = process.communicate(timeout=20)
    assert process.returncode in {0, -15}
    assert b"Traceback" not in said


def test_first_start_makes_a_password_that_opens_the_desk(tmp_path: Path) -> None:
    with _desk(tmp_path, _free_port()) as url:
        secret = tmp_path / "secrets" / "desk_password"
        assert secret.stat().st_mode & 0o077 == 0
        password = secret.read_text().strip()
        page = Agent(url).log_in(password=password, allow_redirects=False)
        assert page.status_code == 303
        assert page.headers["Location"] == "/"
        assert requests.get(f"{url}/readyz", timeout=20).status_code == 503
    with _desk(tmp_path, _free_port()):
        assert secret.read_text().strip() == password


def test_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "hotline", "run"],
            cwd=ROOT,
            env=_environment(tmp_path, port),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    said = f"the desk cannot listen on 127.0.0.1:{port}: Address already in use"
    assert done.stderr.splitlines()[-1] == said


@pytest.mark.parametrize(
    ("name", "value"), [("JKT_DESK_PORT", "many"), ("JKT_DESK_SESSION_HOURS", "all day")]
)
def test_setting_that_is_no_number_is_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        Settings.from_environment({"JKT_VAR_DIR": str(tmp_path), name: value})
