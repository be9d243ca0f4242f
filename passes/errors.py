"""What can be wrong with a pass or a list of revoked ones.

PassError
├── Malformed    it is none: other text, cut off, of a version not known
├── UnknownKey   signed with a key that the verifier does not hold
├── Forged       the signature does not fit
└── NothingRead  a picture or page without a readable QR
"""

from __future__ import annotations


class PassError(Exception):
    """Base of all."""


class Malformed(PassError):  # noqa: N818 - read as a sentence
    """The text or file is no pass and no list."""


class UnknownKey(PassError):  # noqa: N818 - read as a sentence
    """It names a key that is not among those trusted."""


class Forged(PassError):  # noqa: N818 - read as a sentence
    """The signature does not fit what is signed."""


class NothingRead(PassError):  # noqa: N818 - read as a sentence
    """No QR could be read."""
