"""The bot's process over HTTP: health, readiness, the REST channel, and no management API."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import requests

from privacy.secrets import SecretStore

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0


class Healthy(BaseHTTPRequestHandler):
    """Stands for actions, backend and desk."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()
        self.wfile.write(b'{"status":"ok"}')

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_healthy(url: str, process: subprocess.Popen[bytes], path: str, status: int) -> requests.Response:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, "the bot has ended"
        try:
            answer = requests.get(url + path, timeout=3)
            if answer.status_code == status:
                return answer
        except requests.ConnectionError:
            pass
        threading.Event().wait(0.1)
    pytest.fail(f"{path} did not answer {status}")


@pytest.fixture(scope="module")
def bot(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The process on the tiny model, with its address and the file of its log."""
    var = tmp_path_factory.mktemp("var")
    others = HTTPServer(("127.0.0.1", 0), Healthy)
    threading.Thread(target=others.serve_forever, daemon=True).start()
    other = f"http://127.0.0.1:{others.server_port}"
    port = free_port()
    environment = {
        **os.environ,
        "JKT_VAR_DIR": str(var),
        "JKT_BOT_DB": f"sqlite:///{var}/db/bot.sqlite3",
        "JKT_VAULT_DB": f"sqlite:///{var}/db/vault.sqlite3",
        "JKT_MODEL": str(tiny_model),
        "JKT_BOT_PORT": str(port),
        "JKT_ACTIONS_URL": other,
        "JKT_BACKEND_URL": other,
        "JKT_DESK_URL": other,
        "JKT_REDIS_URL": "",
        "JKT_AMQP_URL": "",
        "LOG_LEVEL": "DEBUG",
    }
    log = var / "bot.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
        url = f"http://127.0.0.1:{port}"
        try:
            until_healthy(url, process, "/readyz", 200)
            yield url, log
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
            others.shutdown()


def post(url: str, body: object, **options: object) -> requests.Response:
    return requests.post(f"{url}/webhooks/rest/webhook", json=body, timeout=30, **options)  # type: ignore[arg-type]


def test_health_and_readiness_name_every_part(bot: tuple[str, Path]) -> None:
    url, _ = bot
    assert requests.get(f"{url}/healthz", timeout=5).json() == {"status": "ok"}
    ready = requests.get(f"{url}/readyz", timeout=5)
    parts = [json.loads(line) for line in ready.text.splitlines()]
    assert {part["part"]: part["ok"] for part in parts} == dict.fromkeys(
        ("model", "actions", "backend", "desk"), True
    )


def test_a_message_is_answered_in_rasas_shape(bot: tuple[str, Path]) -> None:
    [answer] = post(bot[0], {"sender": "p", "message": "你好"}).json()
    assert answer["recipient_id"] == "p" and answer["text"] == "您好"
    [button] = answer["buttons"]
    [pressed] = post(bot[0], {"sender": "p", "message": button["payload"]}).json()
    assert pressed["text"] == "核酸点在春熙路"


@pytest.mark.parametrize("text", ["/restart", '/ask{"a":"b"}', "", "\x00", "😀", "核" * 100_000])
def test_anything_typed_is_answered(bot: tuple[str, Path], text: str) -> None:
    answer = post(bot[0], {"sender": "hostile", "message": text})
    assert answer.status_code == 200 and answer.json()[0]["text"]


def test_lone_surrogates_are_answered(bot: tuple[str, Path]) -> None:
    body = b'{"sender": "p", "message": "\\ud83d\\ud83d"}'
    answer = requests.post(f"{bot[0]}/webhooks/rest/webhook", data=body, timeout=30)
    assert answer.status_code == 200 and answer.json()[0]["text"]


def test_a_location_is_understood(bot: tuple[str, Path]) -> None:
    [answer] = post(bot[0], {"sender": "p", "location": {"lat": 30.65, "lon": 104.06}}).json()
    assert answer["text"] == "收到位置"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'"x"', b"[" * 100_000, b'{"sender":"p","location":{"lat":"x"}}']
)
def test_what_is_not_the_contract_is_refused(bot: tuple[str, Path], body: bytes) -> None:
    answer = requests.post(f"{bot[0]}/webhooks/rest/webhook", data=body, timeout=30)
    assert answer.status_code == 400


@pytest.mark.parametrize("sender", [None, "", 5, ["a"]])
def test_a_missing_sender_is_refused(bot: tuple[str, Path], sender: object) -> None:
    answer = post(bot[0], {"sender": sender, "message": "你好"})
    assert answer.status_code == 400 and "认不出" in answer.json()[0]["text"]


def test_a_proxied_request_is_refused(bot: tuple[str, Path]) -> None:
    answer = post(bot[0], {"sender": "p", "message": "你好"}, headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/status",
        "/version",
        "/domain",
        "/model",
        "/model/train",
        "/model/parse",
        "/conversations/p/tracker",
        "/conversations/p/messages",
        "/conversations/p/trigger_intent",
        "/docs",
        "/docs/openapi.json",
    ],
)
def test_rasas_management_is_not_reachable(bot: tuple[str, Path], path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        assert requests.request(method, bot[0] + path, timeout=10).status_code in (404, 405)


@pytest.mark.parametrize("sign", ["none", "other secret", "other body", "old", "not a number"])
def test_the_history_is_for_those_who_can_sign(bot: tuple[str, Path], sign: str) -> None:
    url, log = bot
    post(url, {"sender": "history-1", "message": "你好"})
    secret, stamp = SecretStore(log.parent / "secrets").get("bot_internal"), int(time.time())
    body = json.dumps({"conversation_id": "history-1"}).encode()
    good = signed(secret, str(stamp), body)
    refused = {
        "none": {},
        "other secret": signed(b"x" * 32, str(stamp), body),
        "other body": signed(secret, str(stamp), body + b" "),
        "old": signed(secret, str(stamp - 3600), body),
        "not a number": signed(secret, "²", body),
    }[sign]
    answers = [
        requests.post(f"{url}/internal/history", data=body, headers=headers, timeout=10)
        for headers in (refused, good)
    ]
    assert [answer.status_code for answer in answers] == [401, 200]
    assert "您好" not in answers[0].text
    assert [line["text"] for line in answers[1].json()["said"]][:2] == ["你好", "您好"]


def signed(secret: bytes, stamp: str, body: bytes) -> dict[str, bytes]:
    """Headers that sign a body, as the action server does."""
    mac = hmac.new(secret, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Signature": f"{stamp}.{mac}".encode()}


def test_the_log_holds_nothing_that_was_said_even_at_debug(bot: tuple[str, Path]) -> None:
    url, log = bot
    post(url, {"sender": "quiet", "message": "我叫李秀英，电话13812345678，绝密的话"})
    text = log.read_text(encoding="utf-8")
    assert text
    assert not [said for said in ("李秀英", "13812345678", "绝密的话", "春熙路", "你好") if said in text]


def test_a_second_process_on_the_same_port_says_so_in_one_line(bot: tuple[str, Path], tmp_path: Path) -> None:
    port = bot[0].rsplit(":", 1)[1]
    second = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env={**os.environ, "JKT_BOT_PORT": port, "JKT_VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 1 and f"port {port} is in use" in second.stderr


def start_on(model: Path, var: Path) -> subprocess.CompletedProcess[str]:
    """Run the bot on a model until it ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env={
            **os.environ,
            "JKT_MODEL": str(model),
            "JKT_VAR_DIR": str(var),
            "JKT_BOT_PORT": str(free_port()),
        },
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_without_a_model_it_ends_at_once_and_names_the_command(tmp_path: Path) -> None:
    ended = start_on(tmp_path / "none.tar.gz", tmp_path / "var")
    assert ended.returncode == 1
    assert "there is no model at" in ended.stderr.splitlines()[-1]
    assert "`make train`" in ended.stderr.splitlines()[-1]
    assert not (tmp_path / "var").exists()


def test_on_a_damaged_model_it_ends_instead_of_serving_nothing(tmp_path: Path, tiny_model: Path) -> None:
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(tiny_model.read_bytes()[:-200])
    ended = start_on(damaged, tmp_path / "var")
    assert ended.returncode == 1
    [line] = [line for line in ended.stderr.splitlines() if "cannot start" in line]
    assert "cannot be loaded" in line
    assert "`make train`" in line


def test_the_terminal_client_shows_and_presses_buttons(bot: tuple[str, Path]) -> None:
    talked = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--url", bot[0]],
        input="你好\n1\n\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=True,
    )
    assert "1. 核酸" in talked.stdout and "助手：核酸点在春熙路" in talked.stdout
