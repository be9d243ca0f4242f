"""One mailbox for each person: turns run one after another, in the order the messages came."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.message import InboundMessage


class MailboxFull(Exception):  # noqa: N818 - read as a sentence
    """So many messages of one person wait already that one more is not taken."""


@dataclass
class Letter:
    """A message that waits, the channel its answer goes to, and the sign that it has been answered."""

    message: InboundMessage
    output: Any
    answered: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


Choose = Callable[[Sequence[InboundMessage]], Awaitable[int]]
Run = Callable[[Sequence[Letter]], Awaitable[None]]


class Mailboxes:
    """Runs the turns of each person in order; persons run side by side.

    ``choose`` says how many of the oldest letters the next turn takes, ``run`` answers them.
    """

    def __init__(self, choose: Choose, run: Run, most_waiting: int) -> None:
        """Take the two steps of a turn and how many letters of one person may wait."""
        self._choose = choose
        self._run = run
        self._most_waiting = most_waiting
        self._waiting: dict[str, deque[Letter]] = {}
        self._workers: set[asyncio.Task[None]] = set()

    async def deliver(self, message: InboundMessage, output: Any) -> None:
        """Put a message into its sender's mailbox and wait until it has been answered.

        The turn goes on when the caller is cancelled (a closed connection).

        Raises:
            MailboxFull: too many are waiting.
        """
        letter = Letter(message, output)
        box = self._waiting.get(message.sender_id)
        if box is not None:
            if len(box) >= self._most_waiting:
                raise MailboxFull
            box.append(letter)
        else:
            self._waiting[message.sender_id] = deque([letter])
            worker = asyncio.create_task(self._work(message.sender_id))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        await asyncio.shield(letter.answered)

    def __len__(self) -> int:
        """Return how many persons have a turn running."""
        return len(self._waiting)

    async def _work(self, sender_id: str) -> None:
        box = self._waiting[sender_id]
        try:
            while box:
                count = 1 if len(box) == 1 else await self._choose([letter.message for letter in box])
                await self._turn([box.popleft() for _ in range(count)])
        finally:
            del self._waiting[sender_id]
            for letter in box:
                letter.answered.cancel()

    async def _turn(self, letters: Sequence[Letter]) -> None:
        error: BaseException | None = None
        try:
            await self._run(letters)
        except Exception as failure:  # noqa: BLE001 - it is raised again where the letter was delivered
            error = failure
        for letter in letters:
            if letter.answered.done():
                continue
            if error is None:
                letter.answered.set_result(None)
            else:
                letter.answered.set_exception(error)
