"""``python -m bot parse``: what the assistant understands, one JSON line for each line read, without a server."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain

from bot.gate import Refused, judge
from bot.logs import configure_logs
from bot.message import InboundMessage
from bot.settings import Settings, read_settings
from privacy.kinds import Kind
from privacy.masking import Masker


def parse(model: Path | None) -> int:
    """Read standard input to its end; return 0, or 1 when there is no model."""
    configure_logs(logging.WARNING)
    settings = read_settings(os.environ)
    chosen = model or newest_model(settings.model.parent)
    if chosen is None:
        sys.stderr.write("There is no model yet: run python -m bot train\n")
        return 1
    agent = Agent(tracker_store=InMemoryTrackerStore(Domain.empty()))
    agent.load_model(str(chosen))
    asyncio.run(_parse_lines(agent, settings, sys.stdin))
    return 0


def newest_model(folder: Path) -> Path | None:
    """Return the newest model in ``folder``, or None."""
    return max(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, default=None)


async def _parse_lines(agent: Agent, settings: Settings, lines: Iterable[str]) -> None:
    masker = Masker(Numbered())
    for line in lines:
        result = await understand(agent, masker, line.rstrip("\r\n"), settings.longest_message)
        print(json.dumps(result, ensure_ascii=False), flush=True)


async def understand(agent: Agent, masker: Masker, line: str, longest: int) -> dict[str, Any]:
    """Return text, intent, confidence, entities and ranking of one line; the text is what the model was shown.

    A line that the gate refuses has no intent and names the reason.
    """
    verdict = judge(InboundMessage("parse", "parse", text=line), longest)
    empty: dict[str, Any] = {"intent": None, "confidence": 0.0, "entities": [], "intent_ranking": []}
    if isinstance(verdict, Refused):
        return {"text": line[:longest], **empty, "refused": verdict.reason}
    masked = masker.mask(verdict.message.text, "parse")
    parsed = await agent.parse_message(masked.text)
    intent = parsed.get("intent") or {}
    return {
        "text": masked.text,
        "intent": intent.get("name"),
        "confidence": intent.get("confidence", 0.0),
        "entities": parsed.get("entities", []),
        "intent_ranking": parsed.get("intent_ranking", []),
    }


class Numbered:
    """Gives out tokens and keeps nothing: nobody asks for the values here."""

    def __init__(self) -> None:
        """Begin with the first token."""
        self._given = 0

    def put(self, conversation_id: str, kind: Kind, value: str) -> str:
        """Return the next token."""
        del conversation_id, value
        self._given += 1
        digits = f"{self._given:08o}".translate(str.maketrans("01", "ab"))
        return f"<{kind}#{digits[-8:]}>"
