"""Errors of this package.

::

    PrivacyError
    ├── SecretUnusable      a secret file is broken or readable by others
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
