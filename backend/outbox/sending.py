"""One attempt to hand one event to one subscriber, and what its answer means."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

import requests

from backend.auth import signature

CLIENT_ID = "platform"
#: Seconds to connect, and to wait for each part of the answer.
TIME_LIMITS = (2.0, 5.0)
_HOPELESS = frozenset({400, 410, 413, 415, 422})
_STORED_BEFORE = 409


@dataclass(frozen=True)
class Subscriber:
    """Somebody who is told: a name, where to, and the secret that signs."""

    name: str
    url: str
    secret: bytes = field(repr=False)


class Verdict(Enum):
    """What an attempt came to."""

    STORED = "stored"
    LATER = "later"
    NEVER = "never"
    AWAY = "away"  # nobody answers at all: no reason to try the next event now


@dataclass(frozen=True)
class Outcome:
    """A verdict, why (for operators), and the pause the receiver asks for in seconds."""

    verdict: Verdict
    error: str | None = None
    retry_after: float | None = None


class Sender:
    """Posts events; connections are kept. One thread at a time."""

    def __init__(
        self,
        real_time: Callable[[], float] = time.time,
        time_limits: tuple[float, float] = TIME_LIMITS,
        platform_now: Callable[[], datetime] | None = None,
    ) -> None:
        """Sign with the time of `real_time` (unix seconds); wait as long as `time_limits` say.

        `platform_now` is told with each event, so that a receiver knows night from day as the platform does.
        """
        self._real_time = real_time
        self._platform_now = platform_now
        self._time_limits = time_limits
        self._http = requests.Session()
        self._http.trust_env = False

    def send(self, subscriber: Subscriber, event: Mapping[str, Any]) -> Outcome:
        """Make one attempt. Never raises for anything a receiver or a network can do."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            answer = self._http.post(
                subscriber.url,
                data=body,
                headers=self._headers(subscriber, str(event["event_id"]), body),
                timeout=self._time_limits,
                allow_redirects=False,
                stream=True,  # what it says is not read: only its status counts
            )
        except requests.exceptions.ReadTimeout:
            return Outcome(Verdict.LATER, "too slow")
        except (requests.ConnectionError, requests.Timeout) as error:
            return Outcome(Verdict.AWAY, type(error).__name__)
        except requests.RequestException as error:
            return Outcome(Verdict.LATER, type(error).__name__)
        answer.close()
        return _judge(answer.status_code, answer.headers.get("Retry-After", ""))

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _headers(self, subscriber: Subscriber, event_id: str, body: bytes) -> dict[str, str]:
        address = urlsplit(subscriber.url)
        path = (address.path or "/") + (f"?{address.query}" if address.query else "")
        timestamp, nonce = str(int(self._real_time())), uuid.uuid4().hex
        told = {"X-Platform-Time": self._platform_now().isoformat()} if self._platform_now else {}
        return {
            **told,
            "Content-Type": "application/json",
            "X-Event-Id": event_id,
            "X-Client-Id": CLIENT_ID,
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Signature": signature(
                subscriber.secret, "POST", path, timestamp=timestamp, nonce=nonce, body=body
            ),
        }


def _judge(status: int, retry_after: str) -> Outcome:
    if status // 100 == 2 or status == _STORED_BEFORE:  # noqa: PLR2004
        return Outcome(Verdict.STORED)
    if status in _HOPELESS:
        return Outcome(Verdict.NEVER, f"answered {status}")
    asked = float(retry_after) if retry_after.isdigit() else None
    return Outcome(Verdict.LATER, f"answered {status}", asked)
