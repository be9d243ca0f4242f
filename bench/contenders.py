"""The two bots that are measured: ours, and stock Rasa with the same training data, rules and action server."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import requests
import yaml

from tests.support.stack import ROOT, Stack, free_port

_START_LIMIT = 300.0
_TRAIN = (sys.executable, "-m", "rasa", "train")


@dataclass
class Server:
    """A running bot.

    Attributes:
        name: how the report calls it.
        url: address of its REST channel.
        process: the server process.
        start_seconds: from start to the first answered message.
    """

    name: str
    url: str
    process: subprocess.Popen[bytes]
    start_seconds: float

    def say(self, sender: str, message: str, session: requests.Session) -> list[dict[str, object]]:
        """One turn over REST."""
        answer = session.post(self.url, json={"sender": sender, "message": message}, timeout=120)
        answer.raise_for_status()
        return list(answer.json())

    def memory_mb(self) -> float:
        """Resident memory of the server and its children, in MB."""
        return sum(_resident(pid) for pid in _family(self.process.pid))

    def stop(self) -> None:
        """End the server."""
        self.process.terminate()
        self.process.wait(30)


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(p for child in children for p in _family(int(child)))]


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def write_phrases(folder: Path, most: int) -> int:
    """Write the same sample of our training phrases for both: at most ``most`` an intent; returns how many.

    DIET on all phrases takes over half an hour on two cores, which nobody would run twice.
    """
    intents = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for item in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            phrases = [line.removeprefix("- ") for line in item["examples"].splitlines()]
            chosen = random.Random(item["intent"]).sample(phrases, min(most, len(phrases)))
            intents.append({"intent": item["intent"], "examples": "".join(f"- {p}\n" for p in chosen)})
    folder.mkdir(parents=True)
    text = yaml.safe_dump({"version": "3.1", "nlu": intents}, allow_unicode=True, width=10_000)
    (folder / "phrases.yml").write_text(text, "utf-8")
    return sum(item["examples"].count("\n") for item in intents)


def write_stock_project(folder: Path, actions_url: str) -> None:
    """A Rasa project of ordinary parts around the phrases in ``folder/data/nlu``: our domain and rules.

    TED learns from stories alone, so each rule of one turn stands there as a story too.
    """
    for name in ("config.yml", "credentials.yml"):
        shutil.copy(ROOT / "bench" / "stock" / name, folder / name)
    shutil.copy(ROOT / "domain.yml", folder / "domain.yml")
    shutil.copytree(ROOT / "data" / "rules", folder / "data" / "rules")
    stories = []
    for path in sorted((folder / "data" / "rules").glob("*.yml")):
        for rule in yaml.safe_load(path.read_text("utf-8"))["rules"]:
            if "condition" not in rule:
                stories.append({"story": rule["rule"], "steps": rule["steps"]})  # noqa: PERF401
    text = yaml.safe_dump({"version": "3.1", "stories": stories}, allow_unicode=True)
    (folder / "data" / "stories.yml").write_text(text, "utf-8")
    endpoints = {"action_endpoint": {"url": f"{actions_url}/webhook"}}
    (folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints), "utf-8")


def train_stock(folder: Path, env: dict[str, str]) -> float:
    """Train the stock model; returns seconds."""
    return _timed([*_TRAIN, "--fixed-model-name", "stock", "--augmentation", "0"], folder, env)


def train_ours(env: dict[str, str], out: Path, phrases: Path) -> float:
    """Train our pipeline on the same phrases from nothing, without Rasa's cache; returns seconds."""
    data = ["--data", str(phrases), str(ROOT / "data" / "rules")]
    command = [*_TRAIN, "--force", "--fixed-model-name", "ours", "--out", str(out), *data]
    return _timed(command, ROOT, {**env, "RASA_CACHE_DIRECTORY": str(out / "cache")})


def _timed(command: list[str], folder: Path, env: dict[str, str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=env, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-4000:])
    return time.perf_counter() - start


def start_stock(folder: Path, stack: Stack) -> Server:
    """``rasa run`` with Rasa's own SQLite tracker store and in-memory lock, as a first deployment has it."""
    port = free_port()
    endpoints = yaml.safe_load((folder / "endpoints.yml").read_text("utf-8"))
    endpoints["tracker_store"] = {"type": "SQL", "dialect": "sqlite", "db": str(folder / "rasa.db")}
    (folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints), "utf-8")
    command = [sys.executable, "-m", "rasa", "run", "--port", str(port), "--interface", "127.0.0.1"]
    return _started("stock Rasa", command, folder, f"http://127.0.0.1:{port}", dict(stack.env))


def start_ours(stack: Stack) -> Server:
    """Our bot process with its default stores, beside the stack's other processes."""
    port = free_port()
    env = {**stack.env, "JKT_BOT_PORT": str(port), "JKT_BOT_URL": f"http://127.0.0.1:{port}"}
    command = [sys.executable, "-m", "bot", "run"]
    return _started("this assistant", command, ROOT, f"http://127.0.0.1:{port}", env)


def _started(name: str, command: list[str], folder: Path, url: str, env: dict[str, str]) -> Server:
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    server = Server(name, f"{url}/webhooks/rest/webhook", process, 0.0)
    session = requests.Session()
    while time.perf_counter() - start < _START_LIMIT:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended with {process.returncode}")
        try:
            said = server.say(f"warm-{os.getpid()}-{time.monotonic_ns()}", "你好", session)
            if any("智能助手" in str(message.get("text")) for message in said):
                server.start_seconds = time.perf_counter() - start
                return server
        except requests.RequestException:
            pass
        time.sleep(0.2)
    process.kill()
    raise TimeoutError(name)
