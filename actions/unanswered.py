"""What could not be answered, or was answered wrongly, for the editors' to-do list.

Only the words go, cleaned once more (`knowledge.questions`), never the conversation: nobody stands behind them. They
wait here until the desk takes them; what does not fit is dropped, the oldest first, and so is what waits when the
process ends: a to-do list misses a question, a citizen misses nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import requests

from actions.knowledge_feed import DeskDoor
from knowledge.questions import forgettable

log = logging.getLogger(__name__)

Reason = Literal["unknown", "unsure", "fallback", "out_of_scope", "disputed"]

PATH: Final = "/v1/knowledge/questions"
MOST_WAITING: Final = 200
_PAUSE_S: Final = 5.0
_DISPUTED: Final = re.compile(
    r"(?:不对|不是这个|不是这样|说错了?|答错了?|没(?:有|得)?(?:什么|啥)?(?:帮助|用)|没用|莫得用|没帮到我?|没解决|没回答我?的?问题|答非所问|"
    r"牛头不对马嘴|(?:that'?s )?(?:wrong|not right|not helpful|useless))[。.!！啊哦嘛呀]*",
    re.IGNORECASE,
)


class Unanswered:
    """Questions on their way to the desk. Safe to use from several threads."""

    def __init__(self, door: DeskDoor) -> None:
        """Send through `door`."""
        self._door = door
        self._waiting: deque[Mapping[str, str]] = deque(maxlen=MOST_WAITING)

    def note(self, text: str, reason: Reason, entry_id: str = "") -> None:
        """Remember a question, unless nothing of it may be kept."""
        kept = forgettable(text)
        if kept is not None:
            self._waiting.append({"text": kept, "reason": reason, "entry_id": entry_id})

    def send(self) -> int:
        """Hand over what waits; returns how many the desk took. What it refuses is given up, not sent again."""
        sent = 0
        while self._waiting:
            question = self._waiting.popleft()
            try:
                answer = self._door.ask("POST", PATH, json.dumps(question, ensure_ascii=False).encode())
            except requests.RequestException as error:
                self._waiting.appendleft(question)
                log.info("questions_wait", extra={"error": type(error).__name__})
                return sent
            if answer.status_code >= requests.codes.server_error:
                self._waiting.appendleft(question)
                return sent
            if answer.ok:
                sent += 1
            else:
                log.warning("question_refused", extra={"status": answer.status_code})
        return sent


async def keep_sending(unanswered: Unanswered) -> None:
    """Hand questions over for as long as the process lives."""
    while True:
        await asyncio.to_thread(unanswered.send)
        await asyncio.sleep(_PAUSE_S)


def disputes(text: str) -> bool:
    """Whether a message says that the answer before it was wrong or no help, and nothing else."""
    return _DISPUTED.fullmatch(text.strip()) is not None


def just_told(events: Sequence[Mapping[str, Any]]) -> tuple[str, str] | None:
    """The question before the present message and the entry it was answered with; None when it was not a policy.

    Args:
        events: of the conversation, as Rasa hands them over; the present message is the last of the person's.
    """
    said = [place for place, event in enumerate(events) if event.get("event") == "user"]
    if len(said) < len(("before", "present")):
        return None
    before, present = said[-2:]
    told = [
        str(event["value"])
        for event in events[before:present]
        if event.get("event") == "slot" and event.get("name") == "last_policy" and event.get("value")
    ]
    return (str(events[before].get("text") or ""), told[-1]) if told else None
