"""What can be wrong with something a browser sends.

::

    WebChannelError
    ├── WrongOrigin      403  another site's page tries to talk through the person's browser
    ├── BadSession       401  no token, or one we did not sign
    │   └── SessionExpired  401  ours, but too old: the page starts a new conversation
    ├── BadFrame         400  not the JSON we agreed on
    ├── BadPicture       415  no picture of a kind we read
    ├── TooLarge         413  longer than anything a person types, larger than any phone's picture
    └── TooFast          429  more messages than a person types
"""

from __future__ import annotations

from typing import ClassVar


class WebChannelError(Exception):
    """Root of this channel's errors: ``code`` for the page, ``status`` for HTTP, ``close`` for WebSocket."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    close: ClassVar[int] = 1011


class WrongOrigin(WebChannelError):  # noqa: N818 - read as a sentence
    """The request comes from a page that is not ours."""

    code = "wrong_origin"
    status = 403
    close = 4403


class BadSession(WebChannelError):  # noqa: N818 - read as a sentence
    """There is no session token, or its signature is not ours."""

    code = "bad_session"
    status = 401
    close = 4401


class SessionExpired(BadSession):
    """The session token is ours but its time is over."""

    code = "session_expired"


class BadFrame(WebChannelError):  # noqa: N818 - read as a sentence
    """The JSON is malformed or says something unknown; the message names the field."""

    code = "bad_frame"
    status = 400
    close = 4400


class BadPicture(WebChannelError):  # noqa: N818 - read as a sentence
    """What was sent as a picture is none, or is broken."""

    code = "bad_picture"
    status = 415
    close = 4400


class TooLarge(WebChannelError):  # noqa: N818 - read as a sentence
    """The body or frame is larger than allowed."""

    code = "too_large"
    status = 413
    close = 1009


class TooFast(WebChannelError):  # noqa: N818 - read as a sentence
    """Too many at once; ``retry_after`` is in seconds."""

    code = "rate_limited"
    status = 429
    close = 4429

    def __init__(self, retry_after: float) -> None:
        """Keep how long to wait, in seconds."""
        super().__init__(f"try again in {retry_after:.1f} s")
        self.retry_after = retry_after
