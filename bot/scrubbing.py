"""The net before anything is stored: personal data that slipped through is replaced for good."""

from __future__ import annotations

from typing import Any

from privacy.masking import scrub
from privacy.recognise import find

#: What is kept of words that told a person their own health data.
PRIVATE = "（个人信息，不保存）"


def scrub_event(event: dict[str, Any]) -> dict[str, Any]:
    """Return one of Rasa's events, as a dictionary, without raw personal data.

    Of what the assistant said privately (health data, numbers of work orders) only that it was said is kept.
    What a person said is scrubbed whole: text and the values of entities. Slots are scrubbed of document
    numbers only, for some hold what the assistant said, with the public phone numbers of institutions.
    """
    if event.get("event") == "bot" and (event.get("metadata") or {}).get("private"):
        return {**event, "text": PRIVATE, "data": {}}
    if event.get("event") == "user":
        return _scrub_user(event)
    if event.get("event") == "slot" and isinstance(event.get("value"), str):
        return {**event, "value": scrub_documents(event["value"])}
    return event


def scrub_documents(text: str) -> str:
    """Replace document numbers for good; phones and names stay."""
    pieces: list[str] = []
    done = 0
    for finding in find(text):
        if finding.kind in ("ID", "PASSPORT", "PERMIT"):
            pieces += [text[done : finding.start], f"<{finding.kind}>"]
            done = finding.end
    return "".join(pieces) + text[done:] if pieces else text


def _scrub_user(event: dict[str, Any]) -> dict[str, Any]:
    parsed = dict(event.get("parse_data") or {})
    if isinstance(parsed.get("text"), str):
        parsed["text"] = scrub(parsed["text"])
    if parsed.get("entities"):
        parsed["entities"] = [scrub_values(entity) for entity in parsed["entities"]]
    text = event.get("text")
    return {**event, "text": scrub(text) if isinstance(text, str) else text, "parse_data": parsed}


def scrub_values(value: Any) -> Any:
    """Scrub every string in a JSON value; what cannot be stored as UTF-8 becomes a question mark."""
    if isinstance(value, str):
        return scrub(value.encode("utf-8", "replace").decode())
    if isinstance(value, dict):
        return {key: scrub_values(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [scrub_values(inner) for inner in value]
    return value
