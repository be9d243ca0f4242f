"""Entries as files of `data/policies` and back, so that a province can keep them in git."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from knowledge.models import PolicyEntry, Source
from knowledge.reading import SOURCES_FILE

_ORDER = (
    "id",
    "question",
    "variants",
    "answer",
    "intents",
    "region",
    "valid_from",
    "valid_to",
    "source",
    "owner",
    "tags",
)


def content_of(entry: PolicyEntry) -> dict[str, Any]:
    """An entry as plain values: what a version holds. Read again it is the same entry."""
    raw: dict[str, Any] = json.loads(entry.json(exclude_none=True))
    return {name: raw[name] for name in _ORDER if name in raw}


def digest(content: Mapping[str, Any]) -> str:
    """A mark by which two contents are the same."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def files(
    topics: Mapping[str, Iterable[PolicyEntry]], known: Mapping[str, Source] | None = None
) -> dict[str, str]:
    """The text of every file, by its name; `sources.yml` is among them.

    Args:
        topics: entries by topic (the file's name without ending).
        known: sources that have a key already.
    """
    keys = {source: key for key, source in (known or {}).items()}
    listed = {topic: list(entries) for topic, entries in topics.items()}
    for entries in listed.values():
        for entry in entries:
            if entry.source not in keys:
                keys[entry.source] = _key(entry.source, set(keys.values()))
    used = {entry.source for entries in listed.values() for entry in entries}
    table = {key: _plain(source) for source, key in keys.items() if source in used}
    written = {f"{topic}.yml": _topic(entries, keys) for topic, entries in sorted(listed.items()) if entries}
    written[SOURCES_FILE] = _dump(dict(sorted(table.items())))
    return written


def _topic(entries: list[PolicyEntry], keys: Mapping[Source, str]) -> str:
    (owner, _), *_ = Counter(entry.owner for entry in entries).most_common(1)
    rows = []
    for entry in entries:
        row = content_of(entry)
        row["source"] = keys[entry.source]
        row.update({day: value for day in ("valid_from", "valid_to") if (value := getattr(entry, day))})
        if row["owner"] == owner:
            del row["owner"]
        if not entry.tags:
            row.pop("tags", None)
        rows.append(row)
    return _dump({"owner": owner, "entries": rows})


def _plain(source: Source) -> dict[str, Any]:
    return {name: value for name, value in source.dict().items() if value is not None}


def _key(source: Source, taken: set[str]) -> str:
    """A key for a source that has none: made from what it is, so that it stays the same."""
    mark = digest(json.loads(source.json()))
    return next(key for length in range(8, 65) if (key := f"source-{mark[:length]}") not in taken)


def _dump(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10_000)
