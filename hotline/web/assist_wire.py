"""What a call's page is told, as JSON. Pure."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from backend_client import CodeLook

from .. import words
from ..assist.calls import Call
from ..assist.draft import NEEDED, Draft
from ..assist.matters import Answered
from ..assist.room import AssistRoom, Hearing
from ..assist.suggesting import Suggested
from . import knowledge_words as kw

#: Fields whose words are marked in the notes; title and content are long stretches of them.
_MARKED = ("kind", "topic", "division", "place", "happened_at", "phone", "urgency", "special_group")


def call_wire(call: Call, hearing: Hearing, room: AssistRoom, caller: str) -> dict[str, Any]:
    """Return what a page begins with; `caller` is the number it came from, with stars, "" when it is not known."""
    return {
        "seq": call.seq,
        "notes": call.pad.notes,
        "changed": dict(call.pad.changed),
        "skipped": list(call.pad.skipped),
        "matter": call.pad.matter,
        "over": call.ended_at is not None,
        "heard": hearing_wire(hearing, call.pad.notes, room, caller),
    }


def hearing_wire(hearing: Hearing, notes: str, room: AssistRoom, caller: str) -> dict[str, Any]:
    """Return what comes of notes, and the caller's number where the notes name none."""
    danger = hearing.danger
    return {
        "suggestions": [suggestion_wire(one, room) for one in hearing.suggestions],
        "matter": {"id": hearing.matter.matter.id, "label": hearing.matter.matter.label}
        if hearing.matter
        else None,
        "question": _question(hearing.question),
        "checklist": [_question(one) for one in hearing.checklist],
        "danger": {
            "kind": danger.kind.kind,
            "label": danger.kind.label,
            "numbers": list(danger.kind.numbers),
            "act": danger.kind.act,
            "words": notes[danger.start : danger.end],
        }
        if danger
        else None,
        "draft": draft_wire(hearing.draft, notes, caller),
    }


def draft_wire(draft: Draft, notes: str, caller: str) -> dict[str, Any]:
    """Return the fields with the words they come from, and what is missing.

    Where the notes name no number to call back, it is the caller's: it comes from no words, so `words` is its source.
    """
    told = {"value": caller, "start": 0, "end": 0, "words": "来电显示", "label": words.FIELDS["phone"]}
    by_caller = {"phone": told} if caller and "phone" not in draft.fields else {}
    return {
        "fields": by_caller
        | {
            name: {
                "value": field.value,
                "start": field.start,
                "end": field.end,
                "words": notes[field.start : field.end] if name in _MARKED else "",
                "label": words.FIELDS[name],
            }
            for name, field in draft.fields.items()
        },
        "missing": [label for label in draft.missing if not (by_caller and label == NEEDED["phone"])],
    }


def draft_values(draft: Draft) -> dict[str, str]:
    """Return the values of a draft by field."""
    return {name: field.value for name, field in draft.fields.items()}


def suggestion_wire(one: Suggested, room: AssistRoom) -> dict[str, Any]:
    """Return an entry for the agent: its wordings, and where, when and by whom it holds."""
    entry = one.entry
    source = entry.source
    return {
        "id": entry.id,
        "href": f"/knowledge/entries/{quote(entry.id, safe='')}",
        "question": entry.question,
        "plain": entry.answer.plain,
        "detail": entry.answer.detail or "",
        "elderly": entry.answer.elderly or "",
        "english": entry.answer.english or "",
        "source": source.name + (f"（{source.date.isoformat()}）" if source.date else ""),
        "trust": kw.TRUST.get(source.trust, source.trust),
        "days": f"{entry.valid_from.isoformat()}起"
        + (f"，到{entry.valid_to.isoformat()}" if entry.valid_to else ""),
        "region": region_words(entry.region, room),
        "percent": round(one.score * 100),
    }


def region_words(region: str, room: AssistRoom) -> str:
    """Return a region as an agent reads it."""
    return "全省" if region.endswith("0000") else room.divisions.paths.get(region, region)


def look_wire(look: CodeLook) -> dict[str, Any]:
    """Return a caller's code as an agent reads it out."""
    code = look.code
    return {
        "name": look.name_masked,
        "documents": [document.number_masked for document in look.documents],
        "colour": code.colour,
        "word": words.COLOURS[code.colour],
        "since": words.spoken_time(code.since) if code.since else "",
        "valid_until": words.spoken_time(code.valid_until) if code.valid_until else "",
        "checkin_expired": code.checkin_expired,
        "reasons": [reason.summary for reason in code.reasons],
        "steps": [_step(one) for one in code.requirements],
        "green_at": words.spoken_time(code.green_at) if code.green_at else "",
        "as_of": words.spoken_time(code.as_of),
    }


def _step(one: Any) -> str:
    said = (
        f"{words.CODE_STEPS[one.kind]}：要{one.needed}次，已有{one.done}次"
        if one.needed
        else words.CODE_STEPS[one.kind]
    )
    if one.interval_hours:
        said += f"，间隔{one.interval_hours}小时以上"
    if one.earliest_at:
        said += f"，{words.spoken_time(one.earliest_at)}以后"
    return said


def _question(one: Answered | None) -> dict[str, Any] | None:
    if one is None:
        return None
    state = "skipped" if one.is_skipped and one.start < 0 else ("open" if one.is_open else "answered")
    return {"fact": one.fact, "label": one.label, "ask": one.ask, "state": state}
