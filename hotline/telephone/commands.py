"""`python -m hotline exchange FILE`: tells a desk of calls as an exchange does, for whoever connects one."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import time
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import requests

from backend_client.signing import signed_headers

from ..words import CHINA
from .events import MOST_EVENTS

if TYPE_CHECKING:
    from ..settings import Settings

PATH: Final = "/v1/calls/events"
CLIENT: Final = "exchange"
_LIMIT_S: Final = 10


def add_to(commands: Any) -> None:
    """Add the command to the parser of `python -m hotline`."""
    parser = commands.add_parser(
        "exchange", help="tell a desk of telephone calls, signed, from a file of events"
    )
    parser.add_argument(
        "file", type=argparse.FileType("r", encoding="utf-8"), help="one event a line; - reads them"
    )
    parser.add_argument("--url", default="", help="of the desk; its own address if none is given")
    parser.add_argument(
        "--every", type=float, default=0.0, help="seconds between two events; else all at once"
    )


def run(settings: Settings, chosen: argparse.Namespace) -> int:
    """Send the events; return the exit status: 1 when the desk refuses them or is not there, 2 for no events."""
    url = (chosen.url or f"http://{settings.host}:{settings.port}").rstrip("/")
    try:
        events = [json.loads(line) for line in chosen.file if line.strip()]
    except ValueError as error:
        sys.stderr.write(f"a line is no JSON: {error}\n")
        return 2
    for part in _parts(events, one_by_one=chosen.every > 0):
        try:
            answer = send(url, settings.services[CLIENT], [_dated(event) for event in part])
        except requests.RequestException as error:
            sys.stderr.write(f"the desk does not answer at {url} ({type(error).__name__})\n")
            return 1
        print(answer.status_code, answer.text)
        if not answer.ok:
            return 1
        time.sleep(chosen.every)
    return 0


def send(url: str, secret: bytes, events: list[Any]) -> requests.Response:
    """Post events to a desk; each try is signed anew.

    Raises:
        requests.RequestException: the desk cannot be reached.
    """
    body = json.dumps({"events": events}, ensure_ascii=False).encode()
    headers = signed_headers(
        CLIENT,
        secret,
        method="POST",
        path_with_query=PATH,
        body=body,
        now=time.time(),
        nonce=uuid.uuid4().hex,
    )
    return requests.post(
        f"{url}{PATH}", data=body, headers={**headers, "Content-Type": "application/json"}, timeout=_LIMIT_S
    )


def _parts(events: list[Any], *, one_by_one: bool) -> Iterator[list[Any]]:
    size = 1 if one_by_one else MOST_EVENTS
    return (events[begin : begin + size] for begin in range(0, len(events), size))


def _dated(event: Any) -> Any:
    """Return an event with its moment; one without happens now."""
    if isinstance(event, dict) and not event.get("at"):
        return {**event, "at": dt.datetime.now(CHINA).isoformat(timespec="milliseconds")}
    return event
