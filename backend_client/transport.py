"""Sends a call and brings its JSON back: pooled connections, time limits, signed tries, retries, breaker."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy

import requests
import structlog
import urllib3
from requests.adapters import HTTPAdapter

from . import answers, correlation
from .breaker import BreakerOpen, CircuitBreaker, Permit
from .call import Call, is_header_token, is_key
from .errors import NotVerified, PlatformError, RateLimited, Unavailable
from .policy import BreakerPolicy, RetryPolicy, Timeouts, parse_retry_after
from .signing import signed_headers

SESSION_HEADER = "X-Person-Session"
KEY_HEADER = "Idempotency-Key"
MAX_BODY_BYTES = 4 * 1024 * 1024
CHUNK_BYTES = 64 * 1024

# The platform is healthy, our key or clock is not: neither another try nor a rest would help.
_OUR_FAULT = frozenset({"bad_signature", "replayed"})

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Surroundings:
    """What the transport takes from the machine: monotonic seconds, unix seconds, sleep, chance in [0, 1)."""

    monotonic: Callable[[], float] = time.monotonic
    unix: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


class Transport:
    """A thread-safe way to one platform with one client identity."""

    def __init__(
        self,
        base_url: str,
        client_id: str,
        secret: bytes,
        *,
        timeouts: Timeouts,
        retry: RetryPolicy,
        breaker: BreakerPolicy,
        pool_size: int,
        ca_bundle: str | None,
        surroundings: Surroundings,
    ) -> None:
        """Prepare the connection pool; nothing is sent yet. See `PlatformClient` for the arguments."""
        self._base_url = base_url.rstrip("/")
        self._client_id = client_id
        self._secret = secret
        self._timeouts = timeouts
        self._retry = retry
        self._around = surroundings
        self.breaker = CircuitBreaker(breaker.threshold, breaker.cool_down, surroundings.monotonic)
        self._http = _session(pool_size, ca_bundle)

    def close(self) -> None:
        """Close the pooled connections."""
        self._http.close()

    def send(self, call: Call) -> object:
        """Send a call, again where that is harmless and sensible, and return the JSON value of the answer.

        Returns:
            The decoded body; `None` for an answer without one (204).

        Raises:
            PlatformError: see `errors`.
        """
        deadline = self._around.monotonic() + self._timeouts.total
        tried = 0
        while True:
            tried += 1
            try:
                return self._guarded_try(call, deadline)
            except (Unavailable, RateLimited) as fault:
                pause = self._pause(call, fault, tried, deadline)
                log.warning(
                    "platform call failed",
                    method=call.method,
                    route=call.route,
                    cause=getattr(fault, "cause", fault.code),
                    tried=tried,
                    again=pause is not None,
                    request_id=call.request_id,
                )
                if pause is None:
                    raise
            self._around.sleep(pause)

    def _pause(
        self, call: Call, fault: Unavailable | RateLimited, tried: int, deadline: float
    ) -> float | None:
        if not call.repeatable or (
            isinstance(fault, Unavailable) and (fault.cause in _OUR_FAULT or fault.cause == "breaker_open")
        ):
            return None
        pause = self._retry.pause(tried, fault.retry_after, self._around.chance())
        if pause is None or self._around.monotonic() + pause >= deadline:
            return None
        return pause

    def _guarded_try(self, call: Call, deadline: float) -> object:
        try:
            permit = self.breaker.acquire()
        except BreakerOpen as refusal:
            raise Unavailable(refusal.retry_after, cause="breaker_open", request_id=call.request_id) from None
        try:
            answer = self._one_try(call, deadline)
        except Unavailable as fault:
            self._record(permit, failed=fault.cause not in _OUR_FAULT)
            raise
        except PlatformError:
            self._record(permit, failed=False)
            raise
        self._record(permit, failed=False)
        return answer

    def _record(self, permit: Permit, *, failed: bool) -> None:
        (self.breaker.failed if failed else self.breaker.succeeded)(permit)

    def _one_try(self, call: Call, deadline: float) -> object:
        prepared = self._signed(call)
        left = max(0.001, deadline - self._around.monotonic())
        limits = (min(self._timeouts.connect, left), min(self._timeouts.read, left))
        try:
            with self._http.send(prepared, timeout=limits, allow_redirects=False, stream=True) as response:
                body = self._read(response, deadline, call.request_id)
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise Unavailable(cause="timeout", request_id=call.request_id) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise Unavailable(cause="connection", request_id=call.request_id) from error
        return self._understood(response, body, call.request_id)

    def _understood(self, response: requests.Response, body: bytes, request_id: str) -> object:
        if not response.ok or response.is_redirect or response.status_code >= requests.codes.multiple_choices:
            wait = parse_retry_after(response.headers.get("Retry-After"), self._around.unix())
            raise answers.error_for(response.status_code, body, wait, request_id)
        if response.status_code == requests.codes.no_content:
            return None
        try:
            return answers.decode(body)
        except ValueError as error:
            raise Unavailable(cause="bad_json", request_id=request_id) from error

    def _signed(self, call: Call) -> requests.PreparedRequest:
        body = call.payload()
        headers = {correlation.HEADER: call.request_id}
        if body:
            headers["Content-Type"] = "application/json"
        if call.key is not None:
            if not is_key(call.key):
                raise ValueError("an idempotency key has 8 to 128 letters, digits or ._:-")
            headers[KEY_HEADER] = call.key
        if call.session is not None:
            if not is_header_token(call.session):
                raise NotVerified("session_required", request_id=call.request_id)
            headers[SESSION_HEADER] = call.session
        request = requests.Request(
            call.method,
            self._base_url + call.path(),
            params=call.parameters(),
            data=body or None,
            headers=headers,
        )
        prepared = self._http.prepare_request(request)
        prepared.headers.update(
            signed_headers(
                self._client_id,
                self._secret,
                method=call.method,
                path_with_query=prepared.path_url,
                body=body,
                now=self._around.unix(),
                nonce=uuid.uuid4().hex,
            )
        )
        return prepared

    def _read(self, response: requests.Response, deadline: float, request_id: str) -> bytes:
        """Read the body piece by piece, so that neither a trickle nor a flood can hold the caller."""
        pieces: list[bytes] = []
        size = 0
        while piece := response.raw.read1(CHUNK_BYTES, decode_content=True):
            size += len(piece)
            if size > MAX_BODY_BYTES:
                raise Unavailable(cause="huge_body", request_id=request_id)
            if self._around.monotonic() > deadline:
                raise Unavailable(cause="timeout", request_id=request_id)
            pieces.append(piece)
        return b"".join(pieces)


def _session(pool_size: int, ca_bundle: str | None) -> requests.Session:
    """Return a session that keeps connections only: no cookies, nor proxies or netrc of the environment."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.update({"Accept": "application/json", "Accept-Encoding": "identity"})
    if ca_bundle:
        session.verify = ca_bundle
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=pool_size, max_retries=0)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
