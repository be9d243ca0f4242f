"""The room of calls with the product's own entries, at a day that is set by hand; one index for all that is heard."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any

import yaml

from backend_client import AsyncPlatform, PlatformClient
from hotline.assist.calls import Pad
from hotline.assist.notes import masked
from hotline.assist.room import AssistRoom, Hearing
from hotline.knowledge.room import Folders, KnowledgeRoom
from hotline.store import open_store
from hotline.words import CHINA

ROOT = Path(__file__).parents[2]
LABELLED = ROOT / "tests" / "hotline" / "assist" / "heard.yml"
TODAY = dt.date(2022, 9, 5)


class Ear:
    """Hears notes; the platform is away, the clock is ours."""

    def __init__(self, folder: Path) -> None:
        self.at = dt.datetime.combine(TODAY, dt.time(9, 0), tzinfo=CHINA)
        platform = AsyncPlatform(PlatformClient("http://127.0.0.1:9", "desk", b"p" * 32))
        engine = open_store(f"sqlite:///{folder}/desk.sqlite3")
        data = ROOT / "data"
        folders = Folders(data / "policies", data / "gazetteer" / "divisions.csv", ROOT / "domain.yml")
        knowledge = KnowledgeRoom(engine, platform, self.unix, folders)
        knowledge.take_files()
        self.room = AssistRoom(engine, b"c" * 32, knowledge, data, 10)
        self.loop = asyncio.new_event_loop()

    def unix(self) -> float:
        return self.at.timestamp()

    def hear(self, notes: str, day: dt.date = TODAY, refused: tuple[str, ...] = ()) -> Hearing:
        """Return what comes of notes on a day."""
        self.at = dt.datetime.combine(day, dt.time(9, 0), tzinfo=CHINA)
        pad = Pad(notes=masked(notes).text)
        hearing: Hearing = self.loop.run_until_complete(self.room.hear(pad, refused))
        return hearing

    def shown(self, row: dict[str, Any]) -> list[str]:
        """Return the entries that are shown for a labelled note."""
        return [one.entry.id for one in self.hear(row["notes"], row.get("at", TODAY)).suggestions]

    def close(self) -> None:
        self.room.close()
        self.loop.close()


def labelled() -> dict[str, list[dict[str, Any]]]:
    """Return the labelled notes: `tune`, `heard`, `silent`."""
    rows: dict[str, list[dict[str, Any]]] = yaml.safe_load(LABELLED.read_text("utf-8"))
    return rows
