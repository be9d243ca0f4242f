# ruff: noqa: N818 – a name says what happened
"""What the desk refuses, and with which status.

::

    DeskError(status, code)         anything below; `code` as in the platform's problem documents
    ├── NotLoggedIn                 401; a page sends to the log-in, the API says bad_signature
    ├── BadSignature                401, the caller's signature, time or client is wrong
    ├── Replayed                    401, the nonce was used before
    ├── FormExpired                 403, a form without this session's token
    ├── NotAllowed                  403, the person's roles do not reach this far
    ├── FirstThings(path)           403, a new password or a second factor comes first
    ├── ProveAgain                  403, a dangerous thing long after the password was typed
    ├── BadRequest(field)           400, a value that no form of ours sends
    ├── ChatRefused                 409, what a chat refuses; its own tree: `chats/errors.py`
    ├── VersionConflict(current)    409, somebody else changed the conversation first
    ├── NoSuchPage                  404, nothing of that name
    ├── NothingYet                  503, the entries have not been read yet
    ├── MoveNotAllowed              409, the conversation's state does not allow the move
    ├── TooLong                     413, a body beyond what any form of ours needs
    ├── TooManyReveals              429, an agent's whole values of the day are used up
    └── TooManyTries(retry_after)   429, seconds until the next log-in
"""

from __future__ import annotations

from typing import Any


class DeskError(Exception):
    """A request the desk refuses. `more` are further members of the problem document."""

    status = 500
    code = "internal"

    def __init__(self, detail: str = "", **more: Any) -> None:
        self.detail = detail
        self.more = more
        super().__init__(detail or self.code)


class NotLoggedIn(DeskError):
    """No valid session."""

    status = 401
    code = "session_required"


class BadSignature(DeskError):
    """The caller did not prove who it is."""

    status = 401
    code = "bad_signature"


class Replayed(DeskError):
    """The same signed request came twice."""

    status = 401
    code = "replayed"


class FormExpired(DeskError):
    """A post without the session's form token: an old page, or a page of somebody else."""

    status = 403
    code = "forbidden_person"


class NotAllowed(DeskError):
    """Logged in, but not permitted; the detail is the permission that is missing."""

    status = 403
    code = "forbidden"


class FirstThings(DeskError):
    """Something of one's own account comes before everything else; `path` is its page."""

    status = 403
    code = "forbidden"

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(path)


class ProveAgain(DeskError):
    """The password must be typed again first."""

    status = 403
    code = "password_again"


class BadRequest(DeskError):
    """A value outside what the interface allows; `errors` names the field."""

    status = 400
    code = "bad_request"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason, errors=[{"field": field, "reason": reason}])


class VersionConflict(DeskError):
    """The compared version is not the present one; `current` is the present ownership."""

    status = 409
    code = "conflict"


class MoveNotAllowed(DeskError):
    """Ownership may not go from its present state to the wanted one."""

    status = 409
    code = "conflict"


class NoSuchPage(DeskError):
    """There is nothing of that name."""

    status = 404
    code = "not_found"


class NothingYet(DeskError):
    """There is nothing to hand out so soon after the start."""

    status = 503
    code = "unavailable"


class TooLong(DeskError):
    """A body that is too long to be looked at."""

    status = 413
    code = "bad_request"


class TooManyReveals(DeskError):
    """An agent has asked for as many whole values as a day allows."""

    status = 429
    code = "rate_limited"


class TooManyTries(DeskError):
    """Too many wrong passwords; `retry_after` seconds to wait."""

    status = 429
    code = "rate_limited"

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(retry_after=retry_after)
