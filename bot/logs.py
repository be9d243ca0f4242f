"""Logging of the bot's process: nothing a citizen has said, not even when Rasa is told to debug."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

from privacy.masking import scrub

_QUIET: Final = ("rasa", "sanic.access", "apscheduler", "matplotlib", "asyncio", "pika", "urllib3", "aiohttp")


class ScrubbingFormatter(logging.Formatter):
    """Writes one line a record, without personal data; of an exception its kind and place, not its words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = f"{self.formatTime(record)} {record.levelname} {record.name} {record.getMessage()}"
        if record.exc_info and record.exc_info[0] is not None:
            line += f" [{_place(record.exc_info)}]"
        return scrub(line.replace("\n", " "))


def configure_logs(level: int = logging.INFO) -> None:
    """Send all records to standard error, from ``level`` on; Rasa's own never below INFO.

    Rasa's debug lines hold the text of messages, and its structured log prints them unless told otherwise.
    """
    os.environ.setdefault("LOG_LEVEL_LIBRARIES", "ERROR")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ScrubbingFormatter())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.INFO if name == "rasa" else logging.WARNING))
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, _to_one_line],
        wrapper_class=structlog.make_filtering_bound_logger(max(level, logging.INFO)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _to_one_line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """Return the event's name and its short plain facts; anything else might be somebody's words."""
    name = event.pop("event", "")
    facts = " ".join(
        f"{key}={value}" for key, value in event.items() if isinstance(value, int | float | bool)
    )
    return f"{name} {facts}".strip()


def _place(exc_info: Any) -> str:
    kind, _error, trace = exc_info
    last = traceback.extract_tb(trace)[-1:]
    if not last:
        return str(kind.__name__)
    return f"{kind.__name__} at {last[0].filename.rsplit('/', 1)[-1]}:{last[0].lineno}"
