"""A small platform on loopback: work orders in memory, moves as the contract allows them, failures on demand."""

from __future__ import annotations

import datetime as dt
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
COUNTED = "/v1/service-request-figures"
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
#: What can be done to an order, and what becomes of it; the platform knows more.
STEPS = {
    "accepted": {
        "dispatch": "dispatched",
        "handle": "in_progress",
        "answer": "answered",
        "withdraw": "withdrawn",
    },
    "dispatched": {"sign": "in_progress", "return": "accepted", "withdraw": "withdrawn"},
    "in_progress": {"submit": "in_review", "answer": "answered", "suspend": "suspended"},
    "suspended": {"resume": "in_progress"},
    "in_review": {"answer": "answered", "send_back": "in_progress"},
    "answered": {"call_back": "closed", "close": "closed", "reopen": "in_progress"},
    "closed": {"archive": "archived"},
}
TOPICS = [{"code": "test.result", "group": "核酸检测", "name": "结果未更新"}]
DEPARTMENTS = [
    {"code": "desk", "name": "12345热线（直接办理）"},
    {"code": "health:510107", "name": "武侯区卫生健康局"},
    {"code": "cdc:510100", "name": "成都市疾病预防控制中心"},
]
#: A code as the platform shows it.
YELLOW = {
    "person_id": "per_1",
    "colour": "yellow",
    "since": "2022-09-03T08:00:00+08:00",
    "checkin_expired": False,
    "deciding": "overlap",
    "reasons": [
        {
            "rule_id": "overlap",
            "colour": "yellow",
            "category": "time_space_overlap",
            "summary": "9月1日与病例时空交叉",
            "source": "规则",
            "source_date": "2021-11-09",
        }
    ],
    "requirements": [
        {
            "kind": "nucleic_test",
            "needed": 2,
            "done": 1,
            "interval_hours": 24,
            "done_at": ["2022-09-04T16:20:00+08:00"],
        }
    ],
    "as_of": NOW,
}
Answer = tuple[int, dict[str, Any]]


def handling(state: str = "accepted", **changes: Any) -> dict[str, Any]:
    """Return how an order is handled."""
    unknown = (
        "taken_by special_group happened_at place department department_name dispatch_reason sign_by signed_at "
        "suspended_at extension draft_reply answered_at closed_at call_back_by solved"
    )
    return {
        **dict.fromkeys(unknown.split()),
        **{name: [] for name in ("evidence", "partners", "call_backs", "similar")},
        **dict.fromkeys(("suspended_s", "extensions", "reopened", "urged"), 0),
        **dict.fromkeys(("anonymous", "confidential"), False),
        "version": 1,
        "topic": "test.result",
        "topic_name": "核酸检测 / 结果未更新",
        "light": "normal",
        "sign_light": "done",
        "extend_until": "2022-09-20T23:59:59+08:00",
        "proposed": {
            "department": "health:510107",
            "name": "武侯区卫生健康局",
            "reason": "结果归卫生健康部门。",
        },
        "actions": [*STEPS.get(state, {}), "remark"] if state in STEPS else [],
        "log": [_line("accepted", "accept", "已受理", None)],
        **changes,
    }


def _line(state: str, action: str, text: str, by: str | None) -> dict[str, Any]:
    at = "2022-09-05T08:00:00+08:00"
    return {
        "at": at,
        "state": state,
        "action": action,
        "by": by,
        "text": text,
        "remark": None,
        "public": True,
    }


def order(number: int, **changes: Any) -> dict[str, Any]:
    """Return a work order as the desk sees it; of `handling` only what is different."""
    state = changes.get("state", "accepted")
    inner = handling(state, **changes.pop("handling", {}))
    return {
        "number": f"JKT20220905-{number:06d}",
        "kind": "help",
        "category": "核酸检测",
        "title": f"核酸结果没有更新{number}",
        "state": "accepted",
        "urgency": "normal",
        "created_at": "2022-09-05T08:00:00+08:00",
        "due_at": "2022-09-10T08:00:00+08:00",
        "reply": None,
        "satisfaction": None,
        "merged_into": None,
        "wishes": [],
        "events": [{"at": "2022-09-05T08:00:00+08:00", "state": "accepted", "text": "已受理"}],
        "content": "昨天做的核酸，现在还没有结果。",
        "contact_phone_masked": "139****0001",
        "division_code": "510107",
        "conversation_id": "c-1",
        "channel": "web",
        "person_id": None,
        "handling": inner,
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
    revealed: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    looked: list[dict[str, Any]] = field(default_factory=list)
    #: Who was verified in which conversation; relatives linked to everybody; what everybody has open.
    verified: set[tuple[str, str]] = field(default_factory=set)
    relatives: set[str] = field(default_factory=set)
    open_cases: dict[str, Any] = field(default_factory=lambda: {"appeals": [], "orders": []})
    bad_signatures: int = 0
    gone: bool = False
    #: What is counted of orders, and when that was.
    figures: list[tuple[dt.datetime, list[dict[str, Any]]]] = field(default_factory=list)

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
            # What the desk counts by itself meanwhile uses up no failure that is meant for what somebody presses.
            if self.fail and not target.startswith(COUNTED):
                return self.fail.pop(0)
            return self._route(method, target, headers, body)

    def _route(self, method: str, target: str, headers: Any, body: bytes) -> Answer:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        routes: list[tuple[str, str, Callable[..., Answer]]] = [
            ("GET", r"/v1/clock", lambda: (200, {"now": NOW, "mode": "demo"})),
            ("GET", r"/v1/divisions/510107", lambda: (200, WUHOU)),
            ("GET", r"/v1/reveals/([^/]+)", lambda number: self._reveal(number, query)),
            ("GET", r"/v1/service-requests", lambda: self._list(query)),
            ("GET", r"/v1/service-request-figures", lambda: self._figures(query)),
            ("GET", r"/v1/service-requests/([^/]+)", self._get),
            (
                "POST",
                r"/v1/service-requests/([^/]+)/steps",
                lambda number: self._step(number, headers["Idempotency-Key"], json.loads(body)),
            ),
            (
                "POST",
                r"/v1/service-requests",
                lambda: self._create(headers["Idempotency-Key"], json.loads(body)),
            ),
            ("POST", r"/v1/code-looks", lambda: self._look_at_code(json.loads(body))),
            ("GET", r"/v1/conversation-cases", lambda: self._open_cases(query)),
            ("GET", r"/v1/order-catalogue", lambda: (200, {"topics": TOPICS, "departments": DEPARTMENTS})),
            ("GET", r"/v1/divisions", lambda: (200, {"items": [WUHOU], "next_cursor": None})),
        ]
        for wanted, pattern, handle in routes:
            match = re.fullmatch(pattern, parts.path)
            if wanted == method and match:
                return handle(*match.groups())
        return _problem(404, "not_found")

    def _list(self, query: dict[str, str]) -> Answer:
        found = [
            one
            for one in self.orders.values()
            if query.get("state") in {None, one["state"]}
            and query.get("department") in {None, one["handling"]["department"]}
        ]
        start, limit = int(query.get("cursor", "0")), int(query.get("limit", "20"))
        more = str(start + limit) if start + limit < len(found) else None
        return 200, {"items": found[start : start + limit], "next_cursor": more}

    def _figures(self, query: dict[str, str]) -> Answer:
        since, until = query["since"], query["until"]
        moments = [dt.datetime.fromisoformat(at) for at in (since, until)]
        told = [item for at, items in self.figures if moments[0] <= at < moments[1] for item in items]
        return 200, {"since": since, "until": until, "items": told}

    def _get(self, number: str) -> Answer:
        return (200, self.orders[number]) if number in self.orders else _problem(404, "not_found")

    def _open_cases(self, query: dict[str, str]) -> Answer:
        if (query["conversation_id"], query["person_id"]) not in self.verified:
            return _problem(404, "not_found")
        return 200, self.open_cases

    def _look_at_code(self, body: dict[str, Any]) -> Answer:
        self.looked.append(body)
        chat = body.get("chat")
        if chat and (chat["conversation_id"], chat["person_id"]) not in self.verified:
            return _problem(404, "not_found")
        if chat and chat.get("relation", "") not in {"", *self.relatives}:
            return _problem(409, "conflict", reason="not_linked")
        if body.get("phone", "").endswith("9"):
            return _problem(404, "not_found")
        return 201, {"name_masked": "王*", "documents": [], "code": YELLOW}

    def _reveal(self, number: str, query: dict[str, str]) -> Answer:
        held = {"phone": "13900000001", "name": "谭知秋"}
        if number not in self.orders or query["field"] not in held:
            return _problem(404, "not_found")
        self.revealed.append((number, query))
        return 200, {"number": number, "field": query["field"], "value": held[query["field"]]}

    def _step(self, number: str, key: str, wanted: dict[str, Any]) -> Answer:
        if key in self.stored:
            return self.stored[key]
        present = self.orders[number]
        inner, action = present["handling"], wanted["action"]
        if wanted["version"] != inner["version"]:
            return _problem(409, "conflict", reason="stale")
        if action not in inner["actions"]:
            return _problem(409, "conflict", reason="state")
        state = STEPS.get(present["state"], {}).get(action, present["state"])
        changed = {
            "version": inner["version"] + 1,
            "actions": [*STEPS.get(state, {}), "remark"] if state in STEPS else [],
            "log": [*inner["log"], _line(state, action, wanted.get("text", "已更新"), wanted["agent"])],
        }
        present.update(
            state=state, reply=wanted.get("reply", present["reply"]), handling={**inner, **changed}
        )
        self.written.append((number, key, wanted))
        self.stored[key] = (200, present)
        if self.done_then_lost:
            self.done_then_lost = False
            return 502, {}
        return self.stored[key]

    def _create(self, key: str, wanted: dict[str, Any]) -> Answer:
        if key not in self.stored:
            made = order(len(self.orders) + 1, title=wanted["title"], content=wanted["content"])
            self.put(made)
            self.written.append((made["number"], key, wanted))
            self.stored[key] = (201, {**made, "fetch_code": "7K2M9Q"})
        return self.stored[key]


def _problem(status: int, code: str, **more: str) -> Answer:
    document = {
        "type": f"urn:jkt:problem:{code}",
        "title": code,
        "status": status,
        "detail": "",
        "code": code,
        **more,
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
