"""Errors of this package.

::

    BotError
    ├── StoreFailed             the tracker database could not be read or written
    │   └── ConversationChanged somebody else has written this conversation in between
    └── NotReady                no model is loaded
"""

from __future__ import annotations


class BotError(Exception):
    """Anything that goes wrong in the bot's own footing."""


class StoreFailed(BotError):  # noqa: N818 - read as a sentence
    """The tracker database could not be read or written; a turn must not go on without it."""


class ConversationChanged(StoreFailed):
    """The conversation was written by somebody else between this turn's reading and writing."""


class NotReady(BotError):  # noqa: N818
    """No model is loaded: nothing can be answered."""
