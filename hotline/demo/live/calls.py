"""Simulated calls: a colleague who is busy on the telephone types what is said, answers or registers an order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from .colleague import Colleague, Floor
from .script import CallStory
from .wire import LOST, Away, Refused


class Telephone:
    """Rings at the desks of the simulated colleagues."""

    def __init__(self, colleagues: Sequence[Colleague], floor: Floor) -> None:
        """Ring at one of these colleagues at a time."""
        self._colleagues = colleagues
        self._floor = floor
        self._dice = random.Random(f"{floor.seed} telephone")

    async def rings(self, every_s: float) -> None:
        """Ring about every so many seconds at somebody who is free, until cancelled."""
        calls: list[CallStory] = []
        while True:
            await self._floor.pace.pause(self._dice, 0.6 * every_s, 1.4 * every_s)
            free = [colleague for colleague in self._colleagues if colleague.is_free]
            if not free:
                continue
            if not calls:
                calls = self._dice.sample(self._floor.script.calls, len(self._floor.script.calls))
            colleague = self._dice.choice(free)
            try:
                await self._takes(colleague, calls.pop())
            except (Away, Refused, *LOST):
                continue  # the desk is away: the caller rings again some other time

    async def _takes(self, colleague: Colleague, story: CallStory) -> None:
        """Take one call; no chats are offered to who is on the telephone."""
        await colleague.becomes("busy")
        try:
            await colleague.hangs_up()  # a call that was cut off
            path = await colleague.browser.send_form("/calls/new", {})
            number = colleague.call = path.rpartition("/")[2]
            self._floor.tell(colleague.number, f"is on the telephone, {number}")
            await self._talks(colleague, number, story)
            await colleague.hangs_up()
            self._floor.tell(
                colleague.number, f"ends call {number}{' with a work order' if story.order else ''}"
            )
        finally:
            await colleague.becomes("online")

    async def _talks(self, colleague: Colleague, number: str, story: CallStory) -> None:
        notes, found = "", []
        for seq, line in enumerate(story.notes, 1):
            await self._floor.pace.pause(self._dice, 5, 12)
            notes = f"{notes}，{line}" if notes else line
            found = await self._writes(colleague, number, seq, notes)
        await self._floor.pace.pause(self._dice, 5, 12)
        if story.order:
            fields = await colleague.browser.form(f"/calls/{number}", f"/calls/{number}/order")
            fields = {**fields, "title": fields["title"] or story.notes[1], "confirmed": "yes"}
            await colleague.browser.send_form(f"/calls/{number}/order", fields)
        elif found:
            best = found[0]
            for mark in ("clicked", "used"):
                await colleague.browser.post(
                    f"/desk/calls/{number}/marks", {"mark": mark, "entry": best["id"]}
                )
            told = f"{notes}\n已答复：{best['plain']}"
            await self._writes(colleague, number, len(story.notes) + 1, told)
            await self._floor.pace.pause(self._dice, 3, 8)

    async def _writes(self, colleague: Colleague, number: str, seq: int, notes: str) -> list[dict[str, Any]]:
        """Type on; return what is suggested then."""
        pad = {"seq": seq, "notes": notes, "changed": {}, "skipped": [], "matter": ""}
        heard = await colleague.browser.post(f"/desk/calls/{number}/heard", pad)
        found: list[dict[str, Any]] = heard["suggestions"]
        shown = [suggestion["id"] for suggestion in found]
        await colleague.browser.post(f"/desk/calls/{number}/notes", {**pad, "shown": shown})
        return found
