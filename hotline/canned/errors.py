# ruff: noqa: N818 – a name says what happened
"""What the replies refuse.

::

    CannedRefused          carries a sentence for the agent
    ├── BadReply           a field is missing, too long, or names an unknown variable
    └── NoSuchReply        it was deleted, or is somebody else's
"""

from __future__ import annotations


class CannedRefused(Exception):
    """A change of the replies that is not taken; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class BadReply(CannedRefused):
    """The form is not filled in so that it can be kept."""


class NoSuchReply(CannedRefused):
    """There is no such reply that this agent may change."""
