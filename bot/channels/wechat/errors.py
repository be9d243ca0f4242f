"""What can go wrong between WeChat and this channel.

::

    WeChatError
    ├── BadPush              what came in is not to be believed or not to be read: answered with 403 or 400
    │   ├── BadSignature     not signed with this account's token
    │   ├── BadCiphertext    signed, but not sealed with this account's keys
    │   └── BadBody          too large, or no XML or JSON of WeChat's
    ├── CallFailed           a call of ours has not done what it was for
    │   ├── Refused          WeChat said no, with an errcode: ``outcome`` says what follows from it
    │   └── Unreachable      no answer, or none in time; the call may have been carried out
    │       └── NotSent      the call has surely not reached WeChat: it may be made again
    └── NotConfigured        accounts or their secrets are missing or wrong
"""

from __future__ import annotations

from enum import Enum
from typing import Final


class WeChatError(Exception):
    """Root of this channel's errors."""


class BadPush(WeChatError):  # noqa: N818 - a refusal
    """Something came in that this account's WeChat has not sent."""


class BadSignature(BadPush):
    """The signature is not the one this account's token gives."""


class BadCiphertext(BadPush):
    """What is sealed was not sealed with a key of this account, or for another one."""


class BadBody(BadPush):
    """The body is too large, or it is not WeChat's XML or JSON."""


class NotConfigured(WeChatError):  # noqa: N818 - a state
    """The accounts or their secrets cannot be used; the text names what is wrong, never a secret."""


class Outcome(Enum):
    """What follows from an errcode; the table is ``errcodes.yml``."""

    BUSY = "busy"
    """WeChat is overloaded: again a little later."""
    TOKEN = "token"  # noqa: S105 - the name of an outcome
    """The access token is not accepted any more: a new one, then once more."""
    STOP = "stop"
    """This call cannot succeed; nobody needs to know."""
    ALARM = "alarm"
    """This call cannot succeed until an operator has changed something."""
    RESTART_OAUTH = "restart_oauth"
    """The code of a login was used or is too old: the login begins again, the call is never repeated."""
    DOWNGRADE = "downgrade"
    """This kind of account lacks the kind of message: a simpler kind."""
    NOT_FOLLOWING = "not_following"
    """The person does not follow the account, or has switched off its messages: skipped."""
    NO_CONSENT = "no_consent"
    """No subscription is left: the consent is gone."""
    TOO_LONG = "too_long"
    """The text is too long: split."""
    SLOW_DOWN = "slow_down"
    """A limit by minute or day is reached: later, and an operator hears of it."""
    NO_WINDOW = "no_window"
    """48 hours have passed since the person wrote, or they unfollowed: another way must be found."""
    NO_QUOTA = "no_quota"
    """All messages that were free are used up: the person must write first."""
    IGNORE = "ignore"
    """It makes no difference."""
    NOT_ALLOWED = "not_allowed"
    """The account has no right to this interface: it does without from now on."""
    UNKNOWN = "unknown"
    """An errcode that is not in the table: an operator hears of it."""


#: Outcomes an operator must hear of.
ALARMING: Final = frozenset({Outcome.ALARM, Outcome.SLOW_DOWN, Outcome.NOT_ALLOWED, Outcome.UNKNOWN})


class CallFailed(WeChatError):  # noqa: N818 - a finding
    """A call of ours has not done what it was for. Holds neither token nor anybody's words."""


class Refused(CallFailed):
    """WeChat refused the call."""

    def __init__(self, call: str, errcode: int, outcome: Outcome) -> None:
        """Name the call (its path), WeChat's errcode and what follows from it."""
        self.call = call
        self.errcode = errcode
        self.outcome = outcome
        super().__init__(f"{call}: errcode {errcode} ({outcome.value})")


class Unreachable(CallFailed):
    """No answer came, or none in time; WeChat may have carried out the call nevertheless."""


class NotSent(Unreachable):
    """The call has not reached WeChat."""
