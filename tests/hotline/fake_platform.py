"""A small platform on loopback: work orders in memory, moves as the contract allows them, failures on demand."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from backend_client.signing import signature

NOW = "2022-09-05T09:00:00+08:00"
SECRET = b"p" * 32
WUHOU = {
    "code": "510107",
    "name": "武侯区",
    "level": "county",
    "parent_code": "510100",
    "path": "四川省成都市武侯区",
    "lat": 30.64,
    "lon": 104.04,
    "aliases": [],
}
ALLOWED = {
    "accepted": {"dispatched", "in_progress", "answered", "withdrawn"},
    "dispatched": {"in_progress", "accepted", "withdrawn"},
    "in_progress": {"answered", "dispatched", "withdrawn"},
    "answered": {"closed", "in_progress"},
}
Answer = tuple[int, dict[str, Any]]


def order(number: int, **changes: Any) -> dict[str, Any]:
    """Return a work order as the desk sees it."""
    return {
        "number": f"JKT20220905-{number:06d}",
        "kind": "help",
        "category": "核酸检测",
        "title": f"核酸结果没有更新{number}",
        "state": "accepted",
        "created_at": "2022-09-05T08:00:00+08:00",
        "due_at": "2022-09-10T08:00:00+08:00",
        "reply": None,
        "events": [{"at": "2022-09-05T08:00:00+08:00", "state": "accepted", "text": "已受理"}],
        "content": "昨天做的核酸，现在还没有结果。",
        "contact_phone_masked": "139****0001",
        "division_code": "510107",
        "conversation_id": "c-1",
        "channel": "web",
        "person_id": None,
        **changes,
    }


@dataclass
class FakePlatform:
    """Answers like the platform; `fail` makes the next calls go wrong, `written` is what was written and how often."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    fail: list[Answer] = field(default_factory=list)
    done_then_lost: bool = False
    written: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    stored: dict[str, Answer] = field(default_factory=dict)
    bad_signatures: int = 0
    gone: bool = False

    def __enter__(self) -> FakePlatform:
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Go away in the middle, kept connections too."""
        self.gone = True
        self._server.shutdown()
        self._server.server_close()

    def put(self, *orders: dict[str, Any]) -> None:
        """Have these orders."""
        self.orders.update({one["number"]: one for one in orders})

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> Answer:
        """Return status and JSON of an answer."""
        expected = signature(
            SECRET,
            method=method,
            path_with_query=target,
            timestamp=headers["X-Timestamp"],
            nonce=headers["X-Nonce"],
            body=body,
        )
        if headers["X-Client-Id"] != "desk" or headers["X-Signature"] != expected:
            self.bad_signatures += 1
            return _problem(401, "bad_signature")
        with self._lock:
            if self.fail:
                return self.fail.pop(0)
            return self._route(method, target, headers, body)

    def _route(self, method: str, target: str, headers: Any, body: bytes) -> Answer:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        routes: list[tuple[str, str, Callable[..., Answer]]] = [
            ("GET", r"/v1/clock", lambda: (200, {"now": NOW, "mode": "demo"})),
            ("GET", r"/v1/divisions/510107", lambda: (200, WUHOU)),
            ("GET", r"/v1/service-requests", lambda: self._list(query)),
            ("GET", r"/v1/service-requests/([^/]+)", self._get),
            (
                "POST",
                r"/v1/service-requests/([^/]+)/transitions",
                lambda number: self._move(number, headers["Idempotency-Key"], json.loads(body)),
            ),
        ]
        for wanted, pattern, handle in routes:
            match = re.fullmatch(pattern, parts.path)
            if wanted == method and match:
                return handle(*match.groups())
        return _problem(404, "not_found")

    def _list(self, query: dict[str, str]) -> Answer:
        found = [o for o in self.orders.values() if query.get("state") in {None, o["state"]}]
        start, limit = int(query.get("cursor", "0")), int(query.get("limit", "20"))
        more = str(start + limit) if start + limit < len(found) else None
        return 200, {"items": found[start : start + limit], "next_cursor": more}

    def _get(self, number: str) -> Answer:
        return (200, self.orders[number]) if number in self.orders else _problem(404, "not_found")

    def _move(self, number: str, key: str, wanted: dict[str, Any]) -> Answer:
        if key in self.stored:
            return self.stored[key]
        present = self.orders[number]
        if wanted["state"] not in ALLOWED.get(present["state"], set()):
            return _problem(409, "conflict")
        event = {"at": NOW, "state": wanted["state"], "text": wanted.get("text", "已更新")}
        present.update(
            state=wanted["state"],
            reply=wanted.get("reply", present["reply"]),
            events=[*present["events"], event],
        )
        self.written.append((number, key, wanted))
        self.stored[key] = (200, present)
        if self.done_then_lost:
            self.done_then_lost = False
            return 502, {}
        return self.stored[key]


def _problem(status: int, code: str) -> Answer:
    document = {
        "type": f"urn:jkt:problem:{code}",
        "title": code,
        "status": status,
        "detail": "",
        "code": code,
    }
    return status, document


def _handler(platform: FakePlatform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if platform.gone:
                self.close_connection = True
                return
            status, answer = platform.answer(self.command, self.path, self.headers, body)
            data = json.dumps(answer, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _serve  # noqa: N815 – http.server's names

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
