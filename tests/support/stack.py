"""The whole product on free ports with its own state: started, cut, and started again by tests."""

from __future__ import annotations

import base64
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import select

from backend.clock import DEMO_START
from backend.database import Database
from backend.models import Document
from backend.outbox import emit
from backend_client import ColourEventIn, PlatformClient
from deploy.health import healthy
from deploy.settings import ROOT, Service, Settings
from privacy.secrets import SecretStore

COMMANDS = {
    "platform": ["backend", "run"],
    "actions": ["actions"],
    "desk": ["hotline", "run"],
    "bot": ["bot", "run"],
}
START_LIMIT = 180.0
#: What a conversation may ask the platform's store about a persona: how many of each it holds.
ROWS = {
    "offline_codes": "SELECT count(*) FROM passes WHERE person_id = ? AND kind = 'offline' AND revoked_at IS NULL",
    "revoked_codes": "SELECT count(*) FROM passes WHERE person_id = ? AND revoked_at IS NOT NULL",
    "appeals": "SELECT count(*) FROM appeals WHERE person_id = ?",
    "venues": "SELECT count(*) FROM venues WHERE manager_id = ? AND state = 'open'",
    "visits": "SELECT count(*) FROM visits WHERE person_id = ?",
    "checks": "SELECT count(*) FROM staff_checks WHERE staff_id = ?",
    "lane_entries": "SELECT count(*) FROM lane_entries WHERE staff_id = ?",
}


def free_port() -> int:
    """A port nothing holds just now, below those the system lends to outgoing connections.

    A process that is stopped and started again must find its port free.
    """
    for port in random.sample(range(15_000, 32_000), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port")


class Stack:
    """The four processes of the embedded default.

    Args:
        folder: run-time state of this stack alone.
        extra: further environment settings.
    """

    def __init__(self, folder: Path, extra: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        ports = {name: free_port() for name in ("BACKEND", "ACTIONS", "DESK", "BOT")}
        chosen = {
            **os.environ,
            "JKT_VAR_DIR": str(folder),
            "JKT_DEMO": "1",
            **{f"JKT_{name}_PORT": str(port) for name, port in ports.items()},
            **(extra or {}),
        }
        self.settings = Settings.from_env(chosen)
        self.env = self.settings.environment(chosen)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def service(self, name: str) -> Service:
        """Address of a process."""
        return next(s for s in self.settings.services if s.name == name)

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run ``python -m words`` in this stack's environment."""
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=self.env,
            check=check,
            capture_output=True,
            text=True,
        )

    def prepare(self) -> None:
        """Databases and demonstration set, as the launcher does it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.command("backend", "migrate")
        self.command("backend", "demo")

    def start(self, *names: str) -> None:
        """Start processes and wait until each answers."""
        chosen = names or tuple(COMMANDS)
        for name in chosen:
            log = (self.folder / f"{name}.log").open("ab")
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", *COMMANDS[name]],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        end = time.monotonic() + START_LIMIT
        waiting = set(chosen)
        while waiting:
            for name in list(waiting):
                if self._running[name].poll() is not None:
                    raise RuntimeError(f"{name} ended:\n{self.log(name)[-3000:]}")
                if healthy(self.service(name)):
                    waiting.discard(name)
            if time.monotonic() > end:
                raise TimeoutError(f"{waiting} not up:\n" + "\n".join(self.log(n)[-2000:] for n in waiting))
            time.sleep(0.1)

    def stop(self, *names: str, kill: bool = False) -> None:
        """Stop processes; ``kill`` gives them no chance to say goodbye."""
        for name in names or tuple(self._running):
            process = self._running.pop(name, None)
            if process is None:
                continue
            if process.poll() is not None:
                continue
            os.killpg(process.pid, signal.SIGKILL if kill else signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(20)

    def kill(self, *names: str) -> None:
        """End processes without a goodbye."""
        self.stop(*names, kill=True)

    def process(self, name: str) -> subprocess.Popen[bytes]:
        """The running process of this name."""
        return self._running[name]

    def is_running(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether this very process still stands for one of the product's, not another in its place."""
        return process in self._running.values()

    def ensure_running(self) -> None:
        """Start again whatever a test has left stopped, or has killed."""
        ended = [name for name, process in self._running.items() if process.poll() is not None]
        for name in ended:
            del self._running[name]
        missing = [name for name in COMMANDS if name not in self._running]
        if missing:
            self.start(*missing)

    def log(self, name: str) -> str:
        """What a process has printed."""
        path = self.folder / f"{name}.log"
        return path.read_text("utf-8", errors="replace") if path.exists() else ""

    def say(self, sender: str, message: str) -> list[dict[str, object]]:
        """Send one message over the REST channel; returns the answers."""
        answer = requests.post(
            f"{self.service('bot').url}/webhooks/rest/webhook",
            json={"sender": sender, "message": message},
            timeout=60,
        )
        answer.raise_for_status()
        return list(answer.json())

    def conversation(self, sender: str) -> str:
        """The id of a conversation over REST."""
        return sender

    def hear(self, sender: str) -> list[dict[str, object]]:
        """What is new without a word of one's own: nothing, over REST."""
        return []

    def send_picture(self, sender: str, picture: bytes) -> list[dict[str, object]]:
        """Send one picture over the REST channel; returns the answers."""
        answer = requests.post(
            f"{self.service('bot').url}/webhooks/rest/webhook",
            json={"sender": sender, "picture": base64.b64encode(picture).decode()},
            timeout=60,
        )
        answer.raise_for_status()
        return list(answer.json())

    def fetch(self, address: str) -> bytes:
        """What lies behind a link of the assistant's."""
        bot = self.service("bot").url
        answer = requests.get(address if address.startswith("http") else f"{bot}{address}", timeout=10)
        answer.raise_for_status()
        return bytes(answer.content)

    def text_messages(self, phone: str) -> list[dict[str, str]]:
        """Text messages the platform would have sent to ``phone``, newest last."""
        answer = requests.get(
            f"{self.service('platform').url}/dev/outbox", params={"phone": phone}, timeout=10
        )
        answer.raise_for_status()
        return list(reversed(answer.json()["items"]))

    @property
    def desk_client(self) -> PlatformClient:
        """The platform as the desk asks it."""
        secret = SecretStore(self.folder / "secrets").get("platform_desk")
        return PlatformClient(self.service("platform").url, "desk", secret)

    @property
    def assistant_client(self) -> PlatformClient:
        """The platform as the assistant asks it."""
        secret = SecretStore(self.folder / "secrets").get("platform_service")
        return PlatformClient(self.service("platform").url, "assistant", secret)

    def codes(self, number: str) -> list[str]:
        """Colours of the codes of whoever has this document; more than one would be one too many."""
        return self._held(
            "SELECT c.colour FROM documents d LEFT JOIN health_codes c USING (person_id)"
            " WHERE d.number = ? AND c.colour IS NOT NULL",
            number,
        )

    def relations(self, number: str) -> list[str]:
        """What the people linked to whoever has this document are to them, in the order of linking."""
        return self._held(
            "SELECT l.relation FROM documents d JOIN family_links l ON l.owner_id = d.person_id"
            " WHERE d.number = ? AND l.ended_at IS NULL ORDER BY l.since, l.link_id",
            number,
        )

    def phone(self, number: str) -> str | None:
        """The phone whoever has this document is registered with."""
        sql = "SELECT p.phone FROM documents d JOIN people p USING (person_id) WHERE d.number = ?"
        return next(iter(self._held(sql, number)), None)

    def _held(self, sql: str, number: str) -> list[str]:
        """First column of a query into the platform's own store (SQLite in these tests)."""
        file = self.folder / "db" / "backend.sqlite3"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
            return [row[0] for row in store.execute(sql, (number,))]

    def pass_days(self, conversation_id: str, days: float) -> None:
        """Let a conversation lie for days: what is kept of it, and for how long it is kept, is older by that much."""
        seconds = days * 86_400
        with closing(sqlite3.connect(self.folder / "db" / "bot.sqlite3", timeout=10)) as store, store:
            (text,) = store.execute(
                "SELECT events FROM live_conversations WHERE sender_id = ?", (conversation_id,)
            ).fetchone()
            older = [{**event, "timestamp": event["timestamp"] - seconds} for event in json.loads(text)]
            store.execute(
                "UPDATE live_conversations SET events = ? WHERE sender_id = ?",
                (json.dumps(older), conversation_id),
            )
        with closing(sqlite3.connect(self.folder / "db" / "vault.sqlite3", timeout=10)) as vault, vault:
            vault.execute("UPDATE vault_entries SET expires_at = expires_at - ?", (seconds,))

    def happens(self, document_number: str, kind: str, data: Mapping[str, Any]) -> None:
        """Let the platform say that something happened to a person, as whatever causes it does."""
        store = Database(f"sqlite:///{self.folder}/db/backend.sqlite3", pool_size=1)
        with store.write() as session:
            person = session.execute(
                select(Document.person_id).where(Document.number == document_number)
            ).scalar_one()
            emit(session, kind, person, dict(data), DEMO_START)
        store.dispose()

    def known_to_public_security(self, name: str, number: str) -> None:
        """Let the register of names know who has this identity card."""
        with closing(sqlite3.connect(self.folder / "db" / "backend.sqlite3", timeout=20)) as store, store:
            store.execute(
                "INSERT INTO real_names (document_type, document_number, name_key) VALUES ('id_card', ?, ?)",
                (number, name),
            )

    def spoil(self, person_id: str) -> None:
        """Leave an entry in a person's record that the platform cannot read, as a faulty import would."""
        self._write_platform(
            "INSERT INTO colour_events (person_id, event_id, known_at, kind, at, region, payload)"
            " SELECT person_id, 'spoilt', updated_at, 'unheard_of', updated_at, '510000', '{}'"
            " FROM health_codes WHERE person_id = ?",
            person_id,
        )

    def mend(self, person_id: str) -> None:
        """Take that entry out again, as an operator does."""
        self._write_platform(
            "DELETE FROM colour_events WHERE person_id = ? AND event_id = 'spoilt'", person_id
        )

    def _write_platform(self, sql: str, person_id: str) -> None:
        with closing(sqlite3.connect(self.folder / "db" / "backend.sqlite3", timeout=20)) as store, store:
            assert store.execute(sql, (person_id,)).rowcount == 1

    def report(self, document_type: str, document_number: str, event: dict[str, Any]) -> str:
        """Report an event of a person as a province's system does; returns the colour that follows."""
        secret = SecretStore(self.folder / "secrets").get("platform_province")
        province = PlatformClient(self.service("platform").url, "province", secret)
        told = ColourEventIn(document_type=document_type, document_number=document_number, event=event)
        return str(province.append_colour_event(told, key=uuid.uuid4().hex).colour)

    def rows(self, name: str, person_id: str) -> int:
        """How many of ``name`` (see ROWS) the platform's store holds for a person."""
        with closing(sqlite3.connect(f"file:{self.folder}/db/backend.sqlite3?mode=ro", uri=True)) as store:
            return int(store.execute(ROWS[name], (person_id,)).fetchone()[0])

    def work_orders(self, conversation_id: str) -> list[dict[str, Any]]:
        """Work orders of one conversation as the desk sees them on the platform."""
        desk = self.desk_client
        held: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = desk.list_service_requests(limit=100, cursor=cursor)
            held += [o.dict() for o in page.items if o.conversation_id == conversation_id]
            cursor = page.next_cursor
            if cursor is None:
                return held


@contextmanager
def running(folder: Path, extra: Mapping[str, str] | None = None) -> Iterator[Stack]:
    """A prepared and started stack, stopped at the end."""
    stack = Stack(folder, extra)
    stack.prepare()
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
