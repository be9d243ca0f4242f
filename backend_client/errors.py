# ruff: noqa: N818 – the names are what a caller says: `except NotFound`
"""What can go wrong between a caller and the platform, as errors a caller can act on.

::

    PlatformError                       anything below; carries `code` and `request_id`
    ├── NotFound                        no such thing (404)
    ├── NotVerified(reason)             the person's session is missing or over (401)
    ├── WrongCode(attempts_left)        the one-time password is wrong (403)
    ├── Locked(retry_after)             too many wrong passwords (423)
    ├── IdentityMismatch                name, number and phone do not belong together (422)
    ├── ForbiddenPerson                 another person's data without a link, or a call not for this client
    ├── Conflict                        the state has moved on, or a key is used twice (409, 422)
    ├── InvalidInput(field, reason)     the platform refuses a value (400, 422); `errors` has every field
    ├── RecordUnreadable                what the platform holds about this person cannot be read (500)
    ├── RateLimited(retry_after)        too many calls (429)
    └── Unavailable(retry_after)        no usable answer: time-out, broken connection, 5xx, bad JSON,
                                        wrong types, redirect, open breaker, rejected signature;
                                        `cause` says which, in one word

`retry_after` is in seconds, `None` when nobody knows. No message contains a value the caller has sent or the
platform has answered, so an error may be logged as it is.
"""

from __future__ import annotations

from typing import Literal

SessionFault = Literal["session_required", "session_expired"]


class PlatformError(Exception):
    """Any failure of a call to the platform.

    Attributes:
        code: the platform's problem code, or the client's own word for the failure.
        request_id: correlation id of the call, to be found in the logs of both sides.
    """

    code = "platform_error"

    def __init__(self, message: str = "", *, code: str | None = None, request_id: str = "") -> None:
        self.code = code or type(self).code
        self.request_id = request_id
        super().__init__(message or self.code)


class NotFound(PlatformError):
    """The platform has no such thing, or it is not visible to this caller."""

    code = "not_found"


class NotVerified(PlatformError):
    """The call needs a verified person: verify first, or verify again when the session is over."""

    def __init__(self, reason: SessionFault = "session_required", *, request_id: str = "") -> None:
        self.reason: SessionFault = reason
        super().__init__(code=reason, request_id=request_id)


class WrongCode(PlatformError):
    """The one-time password is wrong. `attempts_left` more tries are allowed; `None` when not told."""

    code = "wrong_code"

    def __init__(self, attempts_left: int | None = None, *, request_id: str = "") -> None:
        self.attempts_left = attempts_left
        super().__init__(request_id=request_id)


class Locked(PlatformError):
    """Verification is locked for this phone or document for `retry_after` seconds."""

    code = "locked"

    def __init__(self, retry_after: float | None = None, *, request_id: str = "") -> None:
        self.retry_after = retry_after
        super().__init__(request_id=request_id)


class IdentityMismatch(PlatformError):
    """Name, document and phone do not belong to one registered person; which is wrong is not told."""

    code = "identity_mismatch"


class ForbiddenPerson(PlatformError):
    """The verified person is not linked to the person asked about, or this client may not make the call."""

    code = "forbidden_person"


class Conflict(PlatformError):
    """The request does not fit the present state, or its key belongs to a different request.

    `reason` is the platform's word for it, where it has one (`five_members`, `has_code` …).
    """

    code = "conflict"

    def __init__(self, *, reason: str | None = None, code: str | None = None, request_id: str = "") -> None:
        self.reason = reason
        super().__init__(code=code, request_id=request_id)


class InvalidInput(PlatformError):
    """The platform refuses a value.

    Attributes:
        field: name of the first refused field, `""` when the platform names none.
        reason: the platform's machine word or sentence for it; never the value.
        errors: every (field, reason) pair.
    """

    code = "invalid_input"

    def __init__(
        self,
        field: str = "",
        reason: str = "",
        *,
        errors: tuple[tuple[str, str], ...] = (),
        code: str | None = None,
        request_id: str = "",
    ) -> None:
        self.field = field
        self.reason = reason
        self.errors = errors or (((field, reason),) if field else ())
        super().__init__(f"{code or self.code}: {field or '-'}", code=code, request_id=request_id)


class RecordUnreadable(PlatformError):
    """What the platform holds about one person cannot be read; asking again changes nothing."""

    code = "story_unreadable"


class RateLimited(PlatformError):
    """Too many calls; the next is welcome in `retry_after` seconds."""

    code = "rate_limited"

    def __init__(self, retry_after: float | None = None, *, request_id: str = "") -> None:
        self.retry_after = retry_after
        super().__init__(request_id=request_id)


class Unavailable(PlatformError):
    """The platform gave no usable answer.

    A write may or may not have been carried out: repeat it with its key.

    Attributes:
        retry_after: seconds until another try makes sense, `None` when unknown.
        cause: one word for the log, e.g. `timeout`, `connection`, `bad_json`, `wrong_types`, `breaker_open`.
    """

    code = "unavailable"

    def __init__(
        self, retry_after: float | None = None, *, cause: str = "unavailable", request_id: str = ""
    ) -> None:
        self.retry_after = retry_after
        self.cause = cause
        super().__init__(f"unavailable: {cause}", request_id=request_id)
