"""A copy of everything held of a person: gathered from every store, written as JSON and as a page in large clear type.

The copy is the person's own and unmasked: they are verified, a masked copy could not be checked against their papers
(个人信息保护法第四十五条), and it lies sealed for a day behind an unguessable address.
"""

from __future__ import annotations

import html
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from actions import consents, joined, joining, speech
from actions.turn import Turn
from backend_client import PersonExport
from privacy.errors import UnknownToken
from privacy.joins import Member
from privacy.kinds import TOKEN
from privacy.media import Media

#: Kinds of the vault that are keys or positions and not facts about the person.
_NOT_COPIED = ("SESSION", "OTP", "GEO", "JOIN")
_STYLE = (
    "body{font:20px/1.6 sans-serif;max-width:52em;margin:2em auto;padding:0 1em;color:#111}h1{font-size:32px}"
    "h2{font-size:26px;border-bottom:2px solid #888}dl{margin:0 0 1em}dt{font-weight:bold}dd{margin:0 0 .4em 1em}"
)


def heard(turn: Turn, others: Sequence[Member]) -> list[dict[str, str]] | None:
    """What was said in this conversation, then in those joined with it; None when the bot does not answer."""
    lines: list[dict[str, str]] = []
    for member in (joined.here(turn), *others):
        said = turn.kit.bot.history(member.conversation_id)
        if said is None:
            return None
        where = (
            {} if member.conversation_id == turn.conversation_id else {"where": joined.channel(turn, member)}
        )
        lines += [{**_spoken(turn, member.conversation_id, line), **where} for line in said]
    return lines


def gather(
    turn: Turn, platform: PersonExport, said: list[dict[str, str]] | None, others: Sequence[Member] = ()
) -> dict[str, Any]:
    """Everything held of the person, by where it is held, in this conversation and those joined with it."""
    ids = [turn.conversation_id, *(member.conversation_id for member in others)]
    held = [
        {"kind": secret.kind, "value": secret.value, "kept_until": until.isoformat(timespec="seconds")}
        for conversation_id in ids
        for secret, until in turn.kit.vault.held(conversation_id)
        if secret.kind not in _NOT_COPIED
    ]
    return {
        "made_at": turn.now.isoformat(timespec="seconds"),
        "conversation": said,
        "vault": held,
        "consents": [*consents.receipts(turn, joined.ledger_names(turn)), *joining.receipts(turn)],
        "platform": {
            "as_of": platform.as_of.isoformat(timespec="seconds"),
            "sections": {
                section.section: [{f.name: f.value for f in item.fields} for item in section.items]
                for section in platform.sections
            },
        },
    }


def _spoken(turn: Turn, conversation_id: str, line: dict[str, Any]) -> dict[str, str]:
    """A line of the conversation with the person's own values put back where the vault still has them."""

    def show(match: Any) -> str:
        try:
            secret = turn.kit.vault.get(conversation_id, match.group(0))
        except UnknownToken:
            return "…"
        return secret.value if secret.kind not in _NOT_COPIED else "…"

    at = datetime.fromtimestamp(float(line["at"] or 0), speech.CHINA)
    return {
        "at": at.isoformat(timespec="seconds"),
        "who": str(line["who"]),
        "text": TOKEN.sub(show, str(line["text"])),
    }


def as_zip(turn: Turn, copy: dict[str, Any]) -> Media:
    """The copy as one file: a page to read and JSON for machines."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("my-data.html", _page(turn, copy))
        archive.writestr("my-data.json", json.dumps(copy, ensure_ascii=False, indent=2))
    return Media("application/zip", "my-data.zip", packed.getvalue())


def _page(turn: Turn, copy: dict[str, Any]) -> str:
    title = turn.word("copy.title")
    parts = [
        f"<h1>{html.escape(title)}</h1>",
        _line(turn.word("copy.made", when=_when(turn, copy["made_at"]))),
    ]
    platform = copy["platform"]
    parts.append(_line(turn.word("copy.source.platform", when=_when(turn, platform["as_of"]))))
    for section, items in platform["sections"].items():
        parts.append(_section(_named(turn, "copy.section", section), [_item(turn, item) for item in items]))
    vault = [
        _item(turn, {f"vault_{v['kind']}": v["value"], "kept_until": v["kept_until"]}) for v in copy["vault"]
    ]
    parts.append(_section(turn.word("copy.section.vault"), vault))
    parts.append(_section(turn.word("copy.section.consents"), [_line(text) for text in copy["consents"]]))
    said = copy["conversation"]
    lines = (
        [_line(turn.word("copy.no_history"))] if said is None else [_line(_said(turn, one)) for one in said]
    )
    parts.append(_section(turn.word("copy.section.conversation"), lines))
    language = "en" if turn.language == "en" else "zh-CN"
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{_STYLE}</style>{''.join(parts)}</html>"
    )


def _said(turn: Turn, line: dict[str, str]) -> str:
    speaker = line["who"]
    where = f"[{line['where']}] " if "where" in line else ""
    return f"{_when(turn, line['at'])} {where}" + turn.word(f"copy.who.{speaker}") + line["text"]


def _section(title: str, parts: list[str]) -> str:
    return f"<h2>{html.escape(title)}</h2>{''.join(parts)}" if parts else ""


def _item(turn: Turn, item: dict[str, str | None]) -> str:
    known = [(name, value) for name, value in item.items() if value is not None]
    inner = "".join(
        f"<dt>{html.escape(_named(turn, 'copy.field', name))}</dt><dd>{html.escape(_shown(turn, value))}</dd>"
        for name, value in known
    )
    return f"<dl>{inner}</dl>"


def _shown(turn: Turn, value: str) -> str:
    """A value as people say it: moments in words, words of the contract in words."""
    if "T" in value and value[:4].isdigit():
        return _when(turn, value)
    return _named(turn, "copy.value", value)


def _when(turn: Turn, iso: str) -> str:
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    local = moment.astimezone(speech.CHINA) if moment.tzinfo else moment.replace(tzinfo=speech.CHINA)
    said = speech.moment(local, turn.language)
    return f"{said} {local.year}" if turn.language == "en" else f"{local.year}年{said}"


def _named(turn: Turn, stem: str, name: str) -> str:
    key = f"{stem}.{name}"
    return turn.word(key) if key in turn.kit.words.keys else name


def _line(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"
