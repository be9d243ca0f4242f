"""Errors of this package.

::

    PrivacyError
    ├── SecretUnusable      a secret file is broken or readable by others
    ├── JoinRefused         two conversations are not joined
    │   ├── UnknownCode     never given out; says how many guesses are left
    │   ├── CodeOver        used already, or its five minutes are over
    │   ├── TooManyGuesses  wrong ones too often; says how long to wait
    │   ├── OwnConversation typed where it was given out
    │   ├── OtherPerson     the two conversations are not of one person; the code is worth nothing any more
    │   └── CircleFull      as many conversations as may be joined are
    └── VaultError
        ├── UnknownToken    never given out in this conversation, expired, or purged
        └── VaultTampered   the stored bytes do not belong to this token, conversation or key
"""

from __future__ import annotations


class PrivacyError(Exception):
    """Anything that goes wrong in this package."""


class SecretUnusable(PrivacyError):  # noqa: N818 - read as a sentence
    """A secret file does not hold what it should, or others may read it."""


class VaultError(PrivacyError):
    """The vault cannot give a value back."""


class UnknownToken(VaultError):  # noqa: N818 - read as a sentence
    """The token was not given out in this conversation, or its time is over."""


class VaultTampered(VaultError):  # noqa: N818 - read as a sentence
    """The stored bytes fail authentication: wrong key, or moved between conversations."""


class JoinRefused(PrivacyError):  # noqa: N818 - read as a sentence
    """Two conversations are not joined."""


class UnknownCode(JoinRefused):
    """No such code was given out; ``left`` guesses are left."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class CodeOver(JoinRefused):
    """The code was used already, or its time is over."""


class TooManyGuesses(JoinRefused):
    """This person typed wrong codes too often; they may try again in ``wait`` seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


class OwnConversation(JoinRefused):
    """The code was typed in the conversation it was given out in."""


class OtherPerson(JoinRefused):
    """Another person is verified in the other conversation, or was when this one was joined."""


class CircleFull(JoinRefused):
    """As many conversations as may be joined are joined already."""
