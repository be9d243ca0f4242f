# ruff: noqa: N818 – a name says what happened
"""What a chat refuses.

::

    ChatRefused(DeskError)          409 unless said otherwise; `current` is the chat as it is now
    ├── NoSuchChat                  404
    ├── StaleVersion                the chat has changed since the version that was named
    ├── NotYours                    403, another agent (or nobody) owns it
    ├── WrongState                  the chat's state does not allow the move
    ├── AlreadyOwned                the conversation has a living chat of its own
    └── NoCapacity                  the agent has as many chats as he may have
"""

from __future__ import annotations

from ..errors import DeskError


class ChatRefused(DeskError):
    """A move that a chat does not take."""

    status = 409
    code = "conflict"


class NoSuchChat(ChatRefused):
    """No chat has this id."""

    status = 404
    code = "not_found"


class StaleVersion(ChatRefused):
    """The chat went on since: look at `current`, then decide again."""

    code = "stale_version"


class NotYours(ChatRefused):
    """Only the owner may do this."""

    status = 403
    code = "not_owner"


class WrongState(ChatRefused):
    """The chat's state does not allow the move."""

    code = "wrong_state"


class AlreadyOwned(ChatRefused):
    """The conversation has a living chat: there is one owner at a time."""

    code = "already_owned"


class NoCapacity(ChatRefused):
    """The agent has as many chats as he may have."""

    code = "no_capacity"
