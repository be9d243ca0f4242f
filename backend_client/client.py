"""The client: every endpoint of the platform as a typed method."""

from __future__ import annotations

from .breaker import State
from .calls.applications import ApplicationCalls
from .calls.orders import OrderCalls
from .calls.people import PeopleCalls
from .calls.places import PlaceCalls
from .calls.privacy import PrivacyCalls
from .calls.reporting import ReportingCalls
from .calls.showing import ShowingCalls
from .calls.travel import TravelCalls
from .policy import BreakerPolicy, RetryPolicy, Timeouts
from .transport import Surroundings, Transport


class PlatformClient(
    PlaceCalls,
    TravelCalls,
    PeopleCalls,
    ApplicationCalls,
    OrderCalls,
    PrivacyCalls,
    ShowingCalls,
    ReportingCalls,
):
    """A thread-safe client of the platform; one a process, shared by all its threads.

    Every method raises `PlatformError` (see `backend_client.errors`); `Unavailable` may come from any.
    """

    def __init__(
        self,
        base_url: str,
        client_id: str,
        secret: bytes,
        *,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 – frozen
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008
        breaker: BreakerPolicy = BreakerPolicy(),  # noqa: B008
        pool_size: int = 32,
        ca_bundle: str | None = None,
        surroundings: Surroundings = Surroundings(),  # noqa: B008
    ) -> None:
        """Create a client; nothing is sent yet.

        Args:
            base_url: address of the platform without `/v1`.
            client_id: this service's name at the platform: `assistant` or `desk`.
            secret: the HMAC key that belongs to it.
            timeouts: limits of a call in seconds.
            retry: how often and after which pauses safe and keyed calls are tried again.
            breaker: when to stop asking, and for how long.
            pool_size: connections kept open; as many as threads that call.
            ca_bundle: file of certificates to trust for https, the usual ones when left out.
            surroundings: clocks, sleep and chance.
        """
        self._transport = Transport(
            base_url,
            client_id,
            secret,
            timeouts=timeouts,
            retry=retry,
            breaker=breaker,
            pool_size=pool_size,
            ca_bundle=ca_bundle,
            surroundings=surroundings,
        )

    @property
    def breaker_state(self) -> State:
        """Return the state of the circuit breaker, for readiness pages."""
        return self._transport.breaker.state

    def close(self) -> None:
        """Close the pooled connections."""
        self._transport.close()
