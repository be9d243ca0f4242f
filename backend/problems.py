"""What can go wrong, as RFC 9457 problem details.

    Problem
    ├── BadRequest 400            bad_request            (also 405 and 413)
    ├── IdempotencyRequired 400   idempotency_required
    ├── BadSignature 401          bad_signature
    ├── Replayed 401              replayed
    ├── SessionRequired 401       session_required
    ├── SessionExpired 401        session_expired
    ├── WrongCode 403             wrong_code             + attempts_left
    ├── ForbiddenPerson 403       forbidden_person
    ├── NotFound 404              not_found
    ├── Conflict 409              conflict               + reason
    ├── InvalidInput 422          invalid_input          + errors
    ├── IdentityMismatch 422      identity_mismatch
    ├── IdempotencyMismatch 422   idempotency_mismatch
    ├── Locked 423                locked                 + retry_after
    ├── RateLimited 429           rate_limited           + retry_after
    ├── Internal 500              internal
    ├── StoryUnreadable 500       story_unreadable
    └── Unavailable 503           unavailable            + retry_after

A raised problem rolls its transaction back. A problem that must leave a trace (a counted wrong password) is
returned by the work instead, which keeps the transaction: see `backend.serving`. A raised one names the request it
happened in (`instance`, RFC 9457 3.1.5), so that a complaint finds its line in the log.
"""

from __future__ import annotations

from typing import Any


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it a problem
    """Base of all problems.

    Attributes:
        detail: one sentence for the developer of the client; never holds a person's data.
        status: HTTP status, by default that of the class.
        extra: further members of the document.
    """

    code = "internal"
    status = 500
    title = "The platform failed"

    def __init__(self, detail: str, *, status: int | None = None, **extra: Any) -> None:
        """Describe one occurrence; `extra` members stand beside the fixed ones."""
        super().__init__(detail)
        self.detail = detail
        self.status = status or type(self).status
        self.extra = extra

    def document(self) -> dict[str, Any]:
        """Return the problem as the JSON object of the answer."""
        return {
            "type": f"urn:jkt:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.extra,
        }


class BadRequest(Problem):
    """The request is not even readable: broken JSON, wrong method, body too large."""

    code, status, title = "bad_request", 400, "The request cannot be read"


class IdempotencyRequired(Problem):
    """A write without an Idempotency-Key."""

    code, status, title = "idempotency_required", 400, "A write needs an Idempotency-Key"


class BadSignature(Problem):
    """Service authentication is missing, malformed, too old or wrong."""

    code, status, title = "bad_signature", 401, "The request is not signed by a known client"


class Replayed(Problem):
    """The nonce was used before."""

    code, status, title = "replayed", 401, "The request was already made"


class SessionRequired(Problem):
    """The person has not been verified."""

    code, status, title = "session_required", 401, "A verified person is required"


class SessionExpired(Problem):
    """The person was verified more than 30 minutes ago."""

    code, status, title = "session_expired", 401, "The verification has expired"


class WrongCode(Problem):
    """The one-time password is wrong; `attempts_left` says how often it may be tried again."""

    code, status, title = "wrong_code", 403, "The one-time password is wrong"


class ForbiddenPerson(Problem):
    """The caller may not see this person, or may not use this door at all."""

    code, status, title = "forbidden_person", 403, "Not allowed for this caller"


class NotFound(Problem):
    """Nothing is known under this name."""

    code, status, title = "not_found", 404, "Not found"


class Conflict(Problem):
    """The state of the thing does not allow this; `reason` is one word for it, where callers act on it."""

    code, status, title = "conflict", 409, "Not possible in this state"


class InvalidInput(Problem):
    """Readable but not acceptable; `errors` lists `{field, reason}`."""

    code, status, title = "invalid_input", 422, "Some input is not acceptable"

    def __init__(self, *errors: tuple[str, str]) -> None:
        """Name each field (dotted path) with its reason."""
        super().__init__(
            "; ".join(f"{field}: {reason}" for field, reason in errors),
            errors=[{"field": field, "reason": reason} for field, reason in errors],
        )


class IdentityMismatch(Problem):
    """Name, document and phone do not belong together; which one is wrong is not told."""

    code, status, title = "identity_mismatch", 422, "Name, document and phone do not match one person"


class IdempotencyMismatch(Problem):
    """The key was used with another request."""

    code, status, title = "idempotency_mismatch", 422, "The Idempotency-Key was used for another request"


class Locked(Problem):
    """Too many wrong tries; `retry_after` seconds to wait."""

    code, status, title = "locked", 423, "Locked after too many wrong tries"


class RateLimited(Problem):
    """Too many requests; `retry_after` seconds to wait."""

    code, status, title = "rate_limited", 429, "Too many requests"


class Internal(Problem):
    """A fault of the platform itself."""

    code, status, title = "internal", 500, "The platform failed"


class StoryUnreadable(Problem):
    """What is recorded about one person cannot be read: their colour cannot be told; everybody else's can."""

    code, status, title = "story_unreadable", 500, "This person's record cannot be read"


class Unavailable(Problem):
    """The store cannot be reached in time; `retry_after` seconds to wait."""

    code, status, title = "unavailable", 503, "The platform is busy or its store is away"
