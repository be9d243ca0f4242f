"""The answers of one turn on this page, to be appended together."""

from __future__ import annotations

from bot.output import Sign, TurnOutput

__all__ = ["Sign", "WebOutput"]


class WebOutput(TurnOutput):
    """Collects the answers of one turn; see :class:`TurnOutput`."""

    @classmethod
    def name(cls) -> str:
        """Return the channel's name."""
        return "web"
