"""The embedded platform as a process of its own, with its demonstration people, for the tests of its clients."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import yaml
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from backend_client import PlatformClient
from privacy.secrets import SecretStore

ROOT = Path(__file__).parents[2]
SECRETS = {
    "assistant": "platform_service",
    "desk": "platform_desk",
    "province": "platform_province",
    "bot": "platform_bot",
}


@dataclass
class RealPlatform:
    """A running platform."""

    url: str
    secrets: SecretStore

    def client(self, client_id: str = "assistant", **options: Any) -> PlatformClient:
        return PlatformClient(self.url, client_id, self.secrets.get(SECRETS[client_id]), **options)

    def password_of(self, phone: str) -> str:
        """Return the one-time password last sent to a phone."""
        sent = requests.get(f"{self.url}/dev/outbox", params={"phone": phone}, timeout=5).json()["items"]
        return next(word for word in _digit_runs(sent[0]["text"]) if 4 <= len(word) <= 8)


def _digit_runs(text: str) -> list[str]:
    return "".join(sign if sign.isdigit() else " " for sign in text).split()


def personas() -> dict[str, dict[str, Any]]:
    """Return the demonstration people by key."""
    document = yaml.safe_load((ROOT / "backend" / "demo" / "personas.yml").read_text(encoding="utf-8"))
    return {person["key"]: person for person in document["personas"]}


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def load_demonstration(folder: Path) -> None:
    """Fill the store in `folder` with the demonstration."""
    command = [sys.executable, "-m", "backend", "demo"]
    subprocess.run(command, cwd=ROOT, env=_environment(folder), check=True, capture_output=True, timeout=120)


@contextmanager
def real_platform(folder: Path, port: int) -> Iterator[RealPlatform]:
    """Run the platform on the store in `folder`."""
    environment = {**_environment(folder), "JKT_BACKEND_PORT": str(port)}
    with (folder / "platform.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "backend", "run"], cwd=ROOT, env=environment, stderr=log
        )
        try:
            url = f"http://127.0.0.1:{port}"
            patient = requests.Session()
            retry = Retry(total=60, connect=60, backoff_factor=0.1, backoff_max=0.5)
            patient.mount("http://", HTTPAdapter(max_retries=retry))
            assert patient.get(f"{url}/healthz", timeout=30).status_code == 200
            yield RealPlatform(url, SecretStore(folder / "secrets"))
        finally:
            process.terminate()
            process.wait(20)


def _environment(folder: Path) -> dict[str, str]:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("JKT_")}
    return {**outside, "JKT_VAR_DIR": str(folder), "JKT_CLOCK": "demo", "JKT_DEMO": "1"}
