"""The desk's entries, fetched while the process runs: an answer published there is told here within a minute.

What came last lies on disk, for the time when the desk is away; before there was anything, the files are told. A
document that is not signed by the desk, or cannot be read, changes nothing; of one entry that cannot be read, the last
good version goes on being told.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import requests

from backend_client.signing import signed_headers
from knowledge import KnowledgeIndex
from knowledge.feed import SIGNATURE_HEADER, ServedPolicies, UnusableFeed, is_signed, read

log = logging.getLogger(__name__)

CLIENT = "assistant"
PATH = "/v1/knowledge/snapshot"
_TIME_LIMIT = (2.0, 10.0)


@dataclass(frozen=True)
class DeskDoor:
    """The desk as the assistant knows it: its address, the secret both sign with, and real time in seconds."""

    url: str
    secret: bytes = field(repr=False)
    unix: Callable[[], float] = time.time

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> requests.Response:
        """Send one signed request.

        Raises:
            requests.RequestException: no answer within the limits.
        """
        signed = signed_headers(
            CLIENT,
            self.secret,
            method=method,
            path_with_query=path,
            body=body,
            now=self.unix(),
            nonce=uuid.uuid4().hex,
        )
        kind = {"Content-Type": "application/json"} if body else {}
        with requests.Session() as session:
            session.trust_env = False
            return session.request(
                method,
                self.url + path,
                data=body or None,
                headers={**kind, **(headers or {}), **signed},
                timeout=_TIME_LIMIT,
                allow_redirects=False,
            )


class KnowledgeFeed:
    """Keeps `policies` at what the desk has published."""

    def __init__(self, door: DeskDoor, policies: ServedPolicies, kept: Path) -> None:
        """Begin with what was kept last time.

        Args:
            door: the way to the desk.
            policies: told from now on.
            kept: file of the last good document.
        """
        self._door = door
        self._policies = policies
        self._kept = kept
        self._tag = ""
        self._recall()

    def poll(self) -> bool:
        """Ask the desk once; True when something new is told from now on."""
        try:
            answer = self._door.ask("GET", PATH, headers={"If-None-Match": self._tag} if self._tag else {})
        except requests.RequestException as error:
            log.info("desk_away", extra={"error": type(error).__name__})
            return False
        if answer.status_code == requests.codes.not_modified:
            return False
        if answer.status_code != requests.codes.ok:
            log.warning("knowledge_refused", extra={"status": answer.status_code})
            return False
        signature = answer.headers.get(SIGNATURE_HEADER, "")
        if not self._take(answer.content, signature):
            return False
        self._tag = answer.headers.get("ETag", "")
        self._keep(answer.content, signature)
        return True

    def _take(self, body: bytes, signature: str) -> bool:
        if not is_signed(body, self._door.secret, signature):
            log.error("knowledge_not_signed")
            return False
        try:
            self._policies.take(read(body, self._policies.items))
        except UnusableFeed as error:
            log.error("knowledge_unusable", extra={"fault": str(error)})  # noqa: TRY400 - one line says it all
            return False
        return True

    def _recall(self) -> None:
        try:
            kept = json.loads(self._kept.read_text("utf-8"))
            body, signature = str(kept["document"]).encode(), str(kept["signature"])
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("kept_knowledge_unusable", extra={"error": type(error).__name__})
            return
        self._take(body, signature)

    def _keep(self, body: bytes, signature: str) -> None:
        """Write aside and move into place: another process never reads half a document."""
        aside = self._kept.with_name(f".{self._kept.name}.{uuid.uuid4().hex}")
        text = json.dumps({"signature": signature, "document": body.decode()}, ensure_ascii=False)
        try:
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(text, "utf-8")
            os.replace(aside, self._kept)
        except OSError as error:
            log.warning("knowledge_not_kept", extra={"error": type(error).__name__})
            aside.unlink(missing_ok=True)


async def keep_up(
    feed: KnowledgeFeed, index: KnowledgeIndex, ask_clock: Callable[[], Awaitable[object]], pause_s: float
) -> None:
    """Poll for as long as the process lives; the index is ready before anybody asks.

    Args:
        feed: the way to the desk.
        index: what searches the entries.
        ask_clock: asks the platform for its time, by which scheduled versions begin and end.
        pause_s: seconds between two looks.
    """
    while True:
        await ask_clock()
        await asyncio.to_thread(feed.poll)
        try:
            await asyncio.to_thread(index.wait_until_fresh)
        except Exception:  # an entry that cannot be indexed: the last good index goes on serving
            log.exception("knowledge_not_indexed")
        await asyncio.sleep(pause_s)
