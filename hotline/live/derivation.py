"""A derived code for an agent's screen, in the words the assistant has for citizens (`wording/code.py`). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from backend_client import Code, CodeLook, Requirement
from wording import code as told
from wording import moments
from wording.kin import whose
from wording.words import Voice, Words

from .. import words

#: Files of `data/responses` that are needed.
TOPICS: Final = ("code", "data")
_STATES: Final = {"done": "做完了", "pending": "等结果", "open": "还要做"}
StepState = Literal["done", "pending", "open"]


@dataclass(frozen=True)
class Told:
    """Tells in plain Chinese, as of a moment of the platform."""

    words: Words
    now: datetime
    language: str = "zh"

    def word(self, key: str, **values: object) -> str:
        """One wording of `key`, filled in."""
        return self.words.say(key, Voice(self.language), seed="", **values)


def derivation(look: CodeLook, phrases: Words, relation: str | None) -> dict[str, Any]:
    """Return what holds, what decides, what is done, waiting and open, and what comes when.

    Args:
        look: the code and whose it is, masked.
        phrases: wordings of `TOPICS`.
        relation: what its person is to the citizen; `None` for the citizen.
    """
    code = look.code
    by = Told(phrases, code.as_of)
    return {
        "person": f"{relation}（家人）" if relation else "市民本人",
        "name": look.name_masked,
        "documents": [document.number_masked for document in look.documents],
        "colour": code.colour,
        "word": words.COLOURS[code.colour],
        "lines": [told.status(by, whose(relation), code), *told.brief_green(by, code), *_valid(by, code)],
        "rules": [
            {
                "text": told.reason_line(by, reason),
                "asks": moments.COLOURS["zh"].get(reason.colour, ""),
                "decides": reason.rule_id == code.deciding,
            }
            for reason in code.reasons
        ],
        "nothing": "" if code.reasons or code.colour == "none" else by.word("code.nothing_holds"),
        "steps": [{"state": _STATES[_state(step)], "text": _step(by, step)} for step in code.requirements],
        "coming": told.when_green(by, code),
        "more": [*told.popup_lines(by, code), *told.unknown_lines(by, code)],
        "as_of": told.as_of(by, code),
    }


def _valid(by: Told, code: Code) -> list[str]:
    if code.checkin_expired:
        return [by.word("code.checkin_expired")]
    if code.valid_until is None or code.colour == "none":
        return []
    return [by.word("code.valid_until", until=moments.moment(code.valid_until))]


def _state(step: Requirement) -> StepState:
    if step.done >= step.needed:
        return "done"
    return "pending" if step.pending_at else "open"


def _step(by: Told, step: Requirement) -> str:
    if step.done < step.needed:
        return told.step_line(by, step)
    name, count = words.CODE_STEPS[step.kind], f"，{step.done}次" if step.needed > 1 else ""
    last = f"，最近一次{moments.moment(step.done_at[-1])}" if step.done_at else ""
    return f"{name}{count}{last}。"
