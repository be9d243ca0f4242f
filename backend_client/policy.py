"""How long a call may take and how often it is tried: plain numbers and the arithmetic on them."""

from __future__ import annotations

import email.utils
from dataclasses import dataclass


@dataclass(frozen=True)
class Timeouts:
    """Time limits of a call, in seconds.

    Attributes:
        connect: to open a connection.
        read: between two pieces of an answer.
        total: for the whole call with all its tries; no try starts and no answer is read beyond it.
    """

    connect: float = 1.0
    read: float = 4.0
    total: float = 8.0


@dataclass(frozen=True)
class RetryPolicy:
    """When and after which pause a safe or keyed call is tried again.

    Attributes:
        tries: at most this many in all.
        first_pause: upper end of the first pause in seconds; doubles with each try.
        longest_pause: upper end of any pause in seconds.
        longest_retry_after: seconds of `Retry-After` that are waited for; a longer one is the caller's.
    """

    tries: int = 3
    first_pause: float = 0.1
    longest_pause: float = 1.0
    longest_retry_after: float = 2.0

    def pause(self, tried: int, retry_after: float | None, chance: float) -> float | None:
        """Return the seconds to wait before the next try, `None` to give up.

        Args:
            tried: tries made so far, from 1.
            retry_after: seconds the platform asked to wait, if it did.
            chance: a random number in [0, 1); full jitter keeps many clients from knocking together.
        """
        if tried >= self.tries:
            return None
        if retry_after is not None:
            if retry_after > self.longest_retry_after:
                return None
            return retry_after + chance * self.first_pause
        return chance * min(self.longest_pause, self.first_pause * 2.0 ** (tried - 1))


@dataclass(frozen=True)
class BreakerPolicy:
    """Failures in a row that open the breaker, and the seconds it then stays open."""

    threshold: int = 5
    cool_down: float = 5.0


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Read a `Retry-After` header: seconds or an HTTP date; `None` for anything else.

    Args:
        value: the header's text.
        now: real time in unix seconds, for the date form.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit() and len(text) <= 9:  # noqa: PLR2004 – thirty years are enough
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return max(0.0, moment.timestamp() - now)
