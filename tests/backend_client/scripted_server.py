"""A loopback HTTP server that answers each request as its script says, also as no proper server would."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any


@dataclass
class Received:
    """A request as it came over the wire; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Exchange:
    """One request under way: what an act may do to its connection."""

    request: Received
    connection: socket.socket
    released: threading.Event
    keep_open: bool = False

    def send(self, data: bytes) -> None:
        with contextlib.suppress(OSError):  # the client may have gone, which is what some tests are about
            self.connection.sendall(data)


Act = Callable[[Exchange], None]


def answer(
    status: int = 200,
    body: bytes | str | dict[str, Any] | list[Any] = b"",
    headers: dict[str, str] | None = None,
    *,
    declared_length: int | None = None,
    keep_open: bool = False,
) -> Act:
    """Answer properly, unless the declared length is a lie."""
    raw = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    length = len(raw) if declared_length is None else declared_length

    def act(exchange: Exchange) -> None:
        lines = [f"HTTP/1.1 {status} Scripted", f"Content-Length: {length}", "Content-Type: application/json"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        lines += [] if keep_open else ["Connection: close"]
        exchange.send("\r\n".join(lines).encode() + b"\r\n\r\n" + raw)
        exchange.keep_open = keep_open

    return act


def problem(status: int, code: str, **more: Any) -> Act:
    """Answer with a problem document."""
    document = {"type": f"urn:jkt:problem:{code}", "title": code, "status": status, "code": code, **more}
    headers = {"Retry-After": str(more["retry_after"])} if "retry_after" in more else None
    return answer(status, document, headers)


def raw(data: bytes) -> Act:
    """Send bytes that need not be HTTP, then close."""
    return lambda exchange: exchange.send(data)


def silence(exchange: Exchange) -> None:
    """Take the request and say nothing until the server is closed."""
    exchange.released.wait()


def head_then_silence(exchange: Exchange) -> None:
    """Promise a body and never send it."""
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    exchange.released.wait()


def trickle(exchange: Exchange) -> None:
    """Send a byte of an endless body each time the client might give up waiting for one."""
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while not exchange.released.wait(0.02):
        exchange.send(b" ")


def flood(exchange: Exchange) -> None:
    """Send a body without end as fast as it goes."""
    exchange.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with contextlib.suppress(OSError):
        while not exchange.released.is_set():
            exchange.connection.sendall(chunk)


def reset(exchange: Exchange) -> None:
    """Cut the connection with a reset instead of an end."""
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@dataclass
class ScriptedServer:
    """Plays its `script` one act a request, then `otherwise` for ever; keeps all requests in `received`."""

    otherwise: Act = field(default_factory=lambda: answer(500))
    script: deque[Act] = field(default_factory=deque)
    received: list[Received] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> ScriptedServer:
        self._released = threading.Event()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._released.set()
        self._listener.close()

    def play(self, *acts: Act) -> None:
        """Append acts to the script."""
        self.script.extend(acts)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError), connection.makefile("rb") as stream:
            for request in iter(lambda: _read_request(stream), None):
                with self._lock:
                    self.received.append(request)
                    act = self.script.popleft() if self.script else self.otherwise
                exchange = Exchange(request, connection, self._released)
                act(exchange)
                if not exchange.keep_open:
                    return


def _read_request(stream: Any) -> Received | None:
    line = stream.readline().decode("latin-1").split()
    if not line:
        return None
    headers = dict(_headers(stream))
    body = stream.read(int(headers.get("content-length", 0)))
    return Received(line[0], line[1], headers, body)


def _headers(stream: Any) -> Iterator[tuple[str, str]]:
    while (line := stream.readline().decode("latin-1").rstrip("\r\n")) != "":
        name, _, value = line.partition(":")
        yield name.lower(), value.strip()
