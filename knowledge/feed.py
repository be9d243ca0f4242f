"""What the desk hands to those who answer: published versions with the moments from and until which they are told.

The document holds, for each entry, the version that decides now and those that will later, so that a scheduled start or
end happens on time also while the desk is away.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import ValidationError

from knowledge.errors import KnowledgeError, UnknownEntry
from knowledge.models import PolicyEntry
from knowledge.store import Snapshot
from knowledge.workflow import Kind, Version

_log = logging.getLogger(__name__)

FORMAT = 1
SIGNATURE_HEADER = "X-Content-Signature"


class UnusableFeed(KnowledgeError):  # noqa: N818 - reads as what it says
    """A document that nothing can be served from; what was there before goes on being told."""


class Policies(Protocol):
    """Anything that has entries to serve."""

    def current(self) -> Snapshot:
        """The entries now; another object whenever they have changed."""
        ...


@dataclass(frozen=True)
class Item:
    """One published version of an entry; `entry` is None where it takes the entry away."""

    entry_id: str
    number: int
    order: int
    kind: Kind
    live_from: dt.datetime | None
    live_until: dt.datetime | None
    entry: PolicyEntry | None

    def begun(self, now: dt.datetime) -> bool:
        """Whether it decides, unless a later publication does."""
        return self.live_from is None or self.live_from <= now

    def told(self, now: dt.datetime) -> PolicyEntry | None:
        """The entry while it is told."""
        over = self.live_until is not None and self.live_until <= now
        return None if over or self.kind == "retire" else self.entry


def item_of(entry_id: str, version: Version) -> Item:
    """A published version for the feed.

    Raises:
        pydantic.ValidationError: its content is not a whole entry; nothing like that is ever published.
    """
    entry = None if version.kind == "retire" else PolicyEntry.parse_obj(dict(version.content))
    return Item(
        entry_id, version.number, version.order, version.kind, version.live_from, version.live_until, entry
    )


def write(items: Iterable[Item]) -> bytes:
    """The document, the same bytes for the same items."""
    return json.dumps(
        {
            "format": FORMAT,
            "items": [
                {
                    "id": item.entry_id,
                    "number": item.number,
                    "order": item.order,
                    "kind": item.kind,
                    "from": item.live_from.isoformat() if item.live_from else None,
                    "until": item.live_until.isoformat() if item.live_until else None,
                    "entry": json.loads(item.entry.json(exclude_none=True)) if item.entry else None,
                }
                for item in sorted(items, key=lambda i: (i.entry_id, i.order))
            ],
        },
        ensure_ascii=False,
        sort_keys=True,
    ).encode()


def sign(body: bytes, secret: bytes) -> str:
    """The signature that goes with a document."""
    return hmac.new(secret, b"knowledge\n" + body, hashlib.sha256).hexdigest()


def is_signed(body: bytes, secret: bytes, given: str) -> bool:
    """Whether a document is the desk's."""
    return hmac.compare_digest(sign(body, secret).encode(), given.encode("utf-8", "replace"))


def read(body: bytes, before: Sequence[Item] = ()) -> list[Item]:
    """The items of a document; one that cannot be read keeps what its entry had `before`.

    Raises:
        UnusableFeed: it is no document of ours, or holds nothing that can be told.
    """
    try:
        document = json.loads(body)
        raw: list[Mapping[str, Any]] = list(document["items"])
        if document["format"] != FORMAT:
            raise UnusableFeed(f"format {document['format']!r}")
        ids = [str(item["id"]) for item in raw]
    except (ValueError, KeyError, TypeError) as error:
        raise UnusableFeed(type(error).__name__) from error
    found: list[Item] = []
    broken: set[str] = set()
    for entry_id, item in zip(ids, raw, strict=True):
        try:
            found.append(_item(entry_id, item))
        except (ValidationError, ValueError, KeyError, TypeError) as error:
            broken.add(entry_id)
            _log.error("knowledge item refused", extra={"entry": entry_id, "error": type(error).__name__})
    items = [item for item in found if item.entry_id not in broken]
    items += [item for item in before if item.entry_id in broken]
    if not any(item.entry is not None for item in items):
        raise UnusableFeed("nothing to tell")
    return items


def _item(entry_id: str, raw: Mapping[str, Any]) -> Item:
    if raw["kind"] not in {"tell", "retire"}:
        raise ValueError(raw["kind"])
    entry = PolicyEntry.parse_obj(raw["entry"]) if raw["kind"] == "tell" else None
    if entry is not None and entry.id != entry_id:
        raise ValueError(entry_id)
    return Item(
        entry_id,
        int(raw["number"]),
        int(raw["order"]),
        raw["kind"],
        _moment(raw["from"]),
        _moment(raw["until"]),
        entry,
    )


def _moment(text: str | None) -> dt.datetime | None:
    moment = dt.datetime.fromisoformat(text) if text else None
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment


class ServedPolicies:
    """Entries in force now: of the desk's document once there is one, of the files until then."""

    def __init__(self, files: Policies, now: Callable[[], dt.datetime]) -> None:
        """Serve the files at first.

        Args:
            files: what is told before the desk was ever heard.
            now: the platform's time.
        """
        self._files = files
        self._now = now
        self._items: tuple[Item, ...] = ()
        self._snapshot: Snapshot | None = None
        self._holds: tuple[dt.datetime | None, dt.datetime | None] = (None, None)
        self._lock = threading.Lock()

    @property
    def items(self) -> tuple[Item, ...]:
        """What was last taken."""
        return self._items

    def take(self, items: Sequence[Item]) -> None:
        """Serve these items from now on."""
        with self._lock:
            self._items, self._snapshot = tuple(items), None

    def current(self) -> Snapshot:
        """The entries now; the same object until something changes."""
        if not self._items:
            return self._files.current()
        now = self._now()
        with self._lock:
            since, until = self._holds
            if self._snapshot is None or (since and now < since) or (until and until <= now):
                self._snapshot = Snapshot(0, tuple(in_force(self._items, now)))
                self._holds = _unchanged_around(self._items, now)
            return self._snapshot

    def get(self, entry_id: str) -> PolicyEntry:
        """The entry with that id.

        Raises:
            UnknownEntry: there is none now.
        """
        for entry in self.current().entries:
            if entry.id == entry_id:
                return entry
        raise UnknownEntry(entry_id)


def in_force(items: Iterable[Item], now: dt.datetime) -> list[PolicyEntry]:
    """The entries that are told at a moment, in the order of their ids."""
    deciding: dict[str, Item] = {}
    for item in items:
        rival = deciding.get(item.entry_id)
        if item.begun(now) and (rival is None or item.order > rival.order):
            deciding[item.entry_id] = item
    told = (deciding[entry_id].told(now) for entry_id in sorted(deciding))
    return [entry for entry in told if entry is not None]


def _unchanged_around(
    items: Iterable[Item], now: dt.datetime
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The last and the next moment at which something begins or ends."""
    moments = [m for item in items for m in (item.live_from, item.live_until) if m is not None]
    return (
        max((m for m in moments if m <= now), default=None),
        min((m for m in moments if m > now), default=None),
    )
