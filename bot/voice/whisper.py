"""The offline recogniser: Whisper in a process of its own, started when somebody first speaks."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bot.settings import ROOT
from bot.voice.containers import container
from bot.voice.errors import BY_REASON, NotInstalled, TooLong, Unavailable, Unreadable
from bot.voice.model import DIRECTORY, is_installed
from bot.voice.recogniser import LARGEST, Heard
from bot.voice.spelling import Spelling

logger = logging.getLogger(__name__)

#: Seconds for loading the model; two on an idle machine.
_START_LIMIT: Final = 30.0
#: Seconds for one recording; a minute of speech takes about ten on two cores.
_LIMIT: Final = 30.0
#: Recordings that may wait for the one that is being heard.
_MOST_WAITING: Final = 4
#: Bytes of one answer; a minute of speech is far below.
_LONGEST_ANSWER: Final = 64 * 1024
_VOCABULARY: Final = ROOT / "data" / "voice" / "vocabulary.yml"


class WhisperRecogniser:
    """Sends recordings to the process, one at a time, and kills it when it takes too long."""

    is_installed = True

    def __init__(
        self, command: Sequence[str], limit: float = _LIMIT, spelling: Callable[[str], str] = str
    ) -> None:
        """Run ``command`` (see ``worker``); give up on a recording after ``limit`` seconds; write with ``spelling``."""
        self._command = command
        self._spelling = spelling
        self._limit = limit
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._process: asyncio.subprocess.Process | None = None

    @classmethod
    def found(cls, threads: int, model: Path = DIRECTORY) -> WhisperRecogniser | None:
        """Return the recogniser when the extra is installed; its model lies in or is put into ``model``."""
        if not is_installed():
            return None
        command = (sys.executable, "-m", "bot.voice.worker", str(model), str(_VOCABULARY), str(threads))
        return cls(command, spelling=Spelling(_VOCABULARY))

    async def recognise(self, speech: bytes) -> Heard:
        """Return the words of ``speech``; see :class:`bot.voice.recogniser.SpeechRecogniser`."""
        if len(speech) > LARGEST:
            raise TooLong("more bytes than a minute has")
        if container(speech) is None:
            raise Unreadable("not a recording of a kind that is read")
        if self._waiting > _MOST_WAITING:
            raise Unavailable("too many people speak at once")
        self._waiting += 1
        try:
            async with self._turn:
                heard = _heard(await self._asked(speech))
                return replace(heard, text=self._spelling(heard.text))
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def _asked(self, speech: bytes) -> dict[str, Any]:
        """Return the process's answer; one that gives none in time is ended, and the next recording starts another."""
        try:
            process = await self._started()
            assert process.stdin is not None  # noqa: S101 - for the type checker: both are pipes
            process.stdin.write(f"{len(speech)}\n".encode() + speech)
            return await self._line(process, self._limit)
        except (OSError, ValueError, asyncio.TimeoutError, asyncio.LimitOverrunError) as error:
            logger.warning("the recogniser gave no answer: %s", type(error).__name__)
            await self.close()
            raise Unavailable("no answer") from error
        except asyncio.CancelledError:
            await self.close()  # its answer would be taken for the next one's
            raise

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        self._process = process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=ROOT,
            env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_WAIT_POLICY": "PASSIVE"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LONGEST_ANSWER,
        )
        greeting = await self._line(process, _START_LIMIT)
        if "ready" not in greeting:
            await self.close()
            raise BY_REASON.get(str(greeting.get("refused")), NotInstalled)("the recogniser cannot start")
        return process

    async def _line(self, process: asyncio.subprocess.Process, limit: float) -> dict[str, Any]:
        assert process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        line = await asyncio.wait_for(process.stdout.readline(), limit)
        if not line:
            raise OSError("the process has ended")
        answer = json.loads(line)
        return answer if isinstance(answer, dict) else {}


def _heard(answer: dict[str, Any]) -> Heard:
    if "text" in answer:
        return Heard(str(answer["text"]), float(answer["confidence"]))
    if "because" in answer:
        logger.warning("a recording could not be heard: %s", answer["because"])
    raise BY_REASON.get(str(answer.get("refused")), Unavailable)("not heard")
