"""Settings, read once; secrets, made once; the command line."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from backend.settings import Settings

ROOT = Path(__file__).parents[2]


def test_defaults_are_the_embedded_demonstration(tmp_path):
    settings = Settings.from_environment({"JKT_VAR_DIR": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/db/backend.sqlite3"
    assert (settings.host, settings.port, settings.demo, settings.clock) == ("127.0.0.1", 8000, True, "demo")
    assert set(settings.clients) == {"assistant", "bot", "desk", "province"}
    assert Settings.from_environment({"JKT_VAR_DIR": str(tmp_path)}).clients == settings.clients


def test_production_limits_messages_and_uses_real_time(tmp_path):
    settings = Settings.from_environment({"JKT_VAR_DIR": str(tmp_path), "JKT_DEMO": "0"})
    assert (settings.demo, settings.clock, settings.messages_per_hour) == (False, "real", 5)


def test_a_wrong_clock_is_named_at_the_start(tmp_path):
    with pytest.raises(ValueError, match="JKT_CLOCK"):
        Settings.from_environment({"JKT_VAR_DIR": str(tmp_path), "JKT_CLOCK": "tomorrow"})


def test_secrets_do_not_show_in_a_printed_setting(tmp_path):
    settings = Settings.from_environment({"JKT_VAR_DIR": str(tmp_path)})
    assert settings.record_key.hex() not in repr(settings)
    assert repr(settings.record_key) not in repr(settings)


def test_the_command_serves_and_stops_on_interrupt(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"JKT_VAR_DIR": str(tmp_path), "JKT_BACKEND_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "backend", "run"], cwd=ROOT, env=environment, stderr=subprocess.PIPE
    )
    try:
        adapter = requests.adapters.HTTPAdapter(
            max_retries=requests.adapters.Retry(connect=12, backoff_factor=0.1)
        )
        with requests.Session() as http:
            http.mount("http://", adapter)
            answer = http.get(f"http://127.0.0.1:{port}/healthz", timeout=10)
        assert answer.json() == {"status": "ok"}
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 0
