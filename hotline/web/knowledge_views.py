"""Entries as the editors' pages show them. Pure."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from knowledge.checks import shape
from knowledge.text import read
from knowledge.workflow import Version

from .. import words
from ..knowledge.library import EntryFile, Library
from . import knowledge_words as kw

EXPIRING_DAYS = 14
PROVINCE = "510000"


@dataclass(frozen=True)
class EntryRow:
    """An entry in a list."""

    entry_id: str
    href: str
    question: str
    topic: str
    status: str
    status_word: str
    open_word: str
    region: str
    days: str
    owner: str
    upstream: bool
    left: str


@dataclass(frozen=True)
class VersionRow:
    """A version in an entry's table."""

    number: int
    state: str
    kind: str
    authors: str
    reviewer: str
    when: str
    schedule: str
    is_told: bool
    emergency: bool
    overridden: str
    comment: str


@dataclass(frozen=True)
class Difference:
    """One field in two versions: pieces of text, each kept, taken out or put in."""

    field: str
    pieces: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Wanted:
    """What a list is filtered by; empty: not by that."""

    text: str = ""
    status: str = ""
    topic: str = ""
    region: str = ""
    owner: str = ""


def href_of(entry_id: str) -> str:
    """Return the path of an entry's page."""
    return f"/knowledge/entries/{quote(entry_id, safe='')}"


def row_of(file: EntryFile, now: dt.datetime) -> EntryRow:
    """Return an entry for a list; `now` is the platform's."""
    shown = file.shown(now)
    content = shown.content
    status = file.status(now)
    waits = file.open is not None and status not in {"draft", "in_review"}
    return EntryRow(
        entry_id=file.entry_id,
        href=href_of(file.entry_id),
        question=str(content.get("question") or "（还没有问题）"),
        topic=file.topic,
        status=status,
        status_word=kw.STATUS[status],
        open_word=f"另有{kw.STATES[file.open.state]}" if waits and file.open else "",
        region=str(content.get("region") or PROVINCE),
        days=f"{content.get('valid_from') or '？'} 至 {content.get('valid_to') or '未定'}",
        owner=str(content.get("owner") or ""),
        upstream=file.upstream_digest is not None and file.is_edited,
        left=_left(file, now),
    )


def chosen(library: Library, wanted: Wanted, now: dt.datetime) -> list[EntryFile]:
    """Return the entries that fit, those with something open first."""
    needle = read(wanted.text)
    fitting = [
        file
        for file in library.entries.values()
        if _fits(file, wanted, now) and (not needle or needle in _readable(file, now))
    ]
    return sorted(fitting, key=lambda file: (file.open is None, file.topic, file.entry_id))


def ends_soon(library: Library, now: dt.datetime) -> list[EntryFile]:
    """Return the told entries whose last day or scheduled end is near, the nearest first."""
    found = []
    for file in library.entries.values():
        days = days_left(file, now)
        if days is not None and days <= EXPIRING_DAYS and not _has_successor(library, file, now):
            found.append((days, file))
    return [file for _, file in sorted(found, key=lambda pair: (pair[0], pair[1].entry_id))]


def days_left(file: EntryFile, now: dt.datetime) -> int | None:
    """Return how many days an entry will still be told; None when it is not, or no end is known."""
    told = file.told(now)
    entry = shape(told.content)[0] if told is not None else None
    if told is None or entry is None:
        return None
    today = now.astimezone(words.CHINA).date()
    ends = [entry.valid_to, told.live_until.astimezone(words.CHINA).date() if told.live_until else None]
    known = [end for end in ends if end is not None]
    if not known or not entry.holds_on(today):
        return None
    return (min(known) - today).days


def version_rows(file: EntryFile, now: dt.datetime) -> list[VersionRow]:
    """Return an entry's versions, newest first."""
    told = file.told(now)
    return [
        VersionRow(
            number=version.number,
            state=kw.STATES[version.state],
            kind=kw.KINDS[version.kind],
            authors="、".join(map(kw.name_of, version.authors)),
            reviewer=kw.name_of(version.reviewer),
            when=words.spoken_time(version.published_at) if version.published_at else "",
            schedule=schedule_of(version),
            is_told=told is not None and told.number == version.number,
            emergency=version.emergency,
            overridden=version.overridden,
            comment=version.comment,
        )
        for version in reversed(file.versions)
    ]


def schedule_of(version: Version) -> str:
    """Return from when to when a version is told, in words; empty for at once and without end."""
    parts = []
    if version.live_from:
        parts.append(f"{words.spoken_time(version.live_from)}上线")
    if version.live_until:
        parts.append(f"{words.spoken_time(version.live_until)}下线")
    return "，".join(parts)


def previews(content: Mapping[str, Any]) -> dict[str, str]:
    """Return the answer as each audience gets it, with the source below as the assistant says it."""
    answer: Mapping[str, Any] = content.get("answer") or {}
    plain = str(answer.get("plain") or "")
    texts = {
        "citizen": plain,
        "detail": str(answer.get("detail") or plain),
        "elderly": str(answer.get("elderly") or plain),
        "english": str(answer.get("english") or plain),
    }
    source = _source_line(content)
    return {name: f"{text}\n{source}" if text else "" for name, text in texts.items()}


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Return the fields in which two contents differ."""
    before, after = _flat(old), _flat(new)
    return [
        Difference(kw.FIELDS.get(name, name), _pieces(before.get(name, ""), after.get(name, "")))
        for name in kw.FIELDS
        if before.get(name, "") != after.get(name, "")
    ]


def facts_of(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return an entry's fields with their names, for reading."""
    flat = _flat(content)
    left_out = {"id", "question"} | {f"answer.{name}" for name in ("plain", "detail", "elderly", "english")}
    return [(kw.FIELDS[name], flat[name]) for name in kw.FIELDS if name in flat and name not in left_out]


def options(library: Library, now: dt.datetime) -> dict[str, list[str]]:
    """Return what a list can be filtered by."""
    shown = [file.shown(now).content for file in library.entries.values()]
    return {
        "topic": sorted({file.topic for file in library.entries.values()}),
        "region": sorted({str(content.get("region") or PROVINCE) for content in shown}),
        "owner": sorted({str(content.get("owner")) for content in shown if content.get("owner")}),
    }


def sources(library: Library, now: dt.datetime) -> list[tuple[str, dict[str, Any]]]:
    """Return every source in use with a label to choose it by."""
    found: dict[str, dict[str, Any]] = {}
    for file in library.entries.values():
        source = file.shown(now).content.get("source")
        if isinstance(source, Mapping) and source.get("name"):
            label = f"{source['name']}（{source.get('trust', '?')}，{source.get('date') or '无日期'}）"
            found.setdefault(label, dict(source))
    return sorted(found.items())


def _fits(file: EntryFile, wanted: Wanted, now: dt.datetime) -> bool:
    content = file.shown(now).content
    if wanted.status == "upstream":
        return file.upstream_digest is not None and file.is_edited
    open_state = file.open.state if file.open else ""
    return (
        (not wanted.status or wanted.status in (file.status(now), open_state))
        and (not wanted.topic or file.topic == wanted.topic)
        and (not wanted.region or (content.get("region") or PROVINCE) == wanted.region)
        and (not wanted.owner or content.get("owner") == wanted.owner)
    )


def _readable(file: EntryFile, now: dt.datetime) -> str:
    content = file.shown(now).content
    answer: Mapping[str, Any] = content.get("answer") or {}
    said = (content.get("question"), *(content.get("variants") or ()), *answer.values())
    return "\n".join([file.entry_id, *(read(str(text)) for text in said if text)])


def _has_successor(library: Library, file: EntryFile, now: dt.datetime) -> bool:
    """Whether another version of the same question begins when this one ends."""
    told = file.told(now)
    entry = shape(told.content)[0] if told else None
    if entry is None or entry.valid_to is None:
        return False
    following = entry.valid_to + dt.timedelta(days=1)
    return any(
        other.entry.family == entry.family
        and other.entry.id != entry.id
        and other.entry.region == entry.region
        and other.entry.holds_on(following)
        for other in library.standing(now)
    )


def _left(file: EntryFile, now: dt.datetime) -> str:
    days = days_left(file, now)
    if days is None or days > EXPIRING_DAYS:
        return ""
    return "今天到期" if days == 0 else f"还有{days}天到期"


def _source_line(content: Mapping[str, Any]) -> str:
    source = content.get("source")
    name = source.get("name") if isinstance(source, Mapping) else None
    if not name or not content.get("valid_from"):
        return ""
    until = f"，有效至{content['valid_to']}" if content.get("valid_to") else ""
    return f"来源：{name}，{content['valid_from']}起{until}"


def _flat(content: Mapping[str, Any]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in content.items():
        if isinstance(value, Mapping):
            flat.update({f"{name}.{part}": str(text) for part, text in value.items() if text is not None})
        elif isinstance(value, (list, tuple)):
            flat[name] = "\n".join(map(str, value))
        elif value is not None:
            flat[name] = str(value)
    return flat


def _pieces(old: str, new: str) -> tuple[tuple[str, str], ...]:
    pieces: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(("same", old[old_start:old_end]))
            continue
        if old_end > old_start:
            pieces.append(("out", old[old_start:old_end]))
        if new_end > new_start:
            pieces.append(("in", new[new_start:new_end]))
    return tuple(pieces)
