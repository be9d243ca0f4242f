"""What happens to every request before an endpoint sees it, and to every answer before it leaves.

In: correlation id, service signature, rate limit, nonce, contract (query, path, body).
Out: X-Request-Id, X-Platform-Time, one line in the access log without any person's data.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from typing import Any

import structlog
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from backend.auth import Nonces, check_signature
from backend.clock import Clock
from backend.contract import Contract, Operation
from backend.limits import Buckets
from backend.problems import BadRequest, BadSignature, InvalidInput
from backend.serving import Platform

log = structlog.get_logger("backend.access")
_REQUEST_ID = re.compile(r"[0-9a-f]{32}")
#: The one path whose bodies carry a picture.
_PICTURES = "/v1/evidence"
_SIGNED_PREFIX = "/v1/"


class Gate:
    """Lets well signed, well formed requests through and dresses the answers."""

    def __init__(self, platform: Platform, contract: Contract, nonces: Nonces, buckets: Buckets) -> None:
        """Guard `platform` by `contract`."""
        self._platform = platform
        self._contract = contract
        self._nonces = nonces
        self._buckets = buckets

    def attach(self, app: Sanic) -> None:
        """Put the gate before and behind all endpoints of `app`."""
        app.register_middleware(self.admit, "request")
        app.register_middleware(self.dress, "response")

    async def admit(self, request: Request) -> None:
        """Check a request and leave `client_id`, `query` and `body` in its context.

        Raises:
            BadSignature: when it is not signed by a known client.
            Replayed: when its nonce was used before.
            RateLimited: when its client asks too often.
            BadRequest: when its body is not JSON.
            InvalidInput: when it is not what the contract allows.
            NotFound: when an identifier in the path has a shape none has.
        """
        request_id(request)
        request.ctx.started = time.perf_counter()
        if request.route is None:
            return
        settings = self._platform.settings
        most = settings.max_picture_bytes if request.path == _PICTURES else settings.max_body_bytes
        if int(request.headers.get("content-length", "0")) > most or len(request.body) > most:
            raise BadRequest("the request is too large", status=413)
        request.ctx.client_id = ""
        if request.path.startswith(_SIGNED_PREFIX):
            request.ctx.client_id = await self._authenticate(request)
        template = "/" + request.route.path.lstrip("/")
        operation = self._contract.operations.get((request.method, _plain(template)))
        request.ctx.template = _plain(template)
        if operation is not None:
            self._check(request, operation)

    async def _authenticate(self, request: Request) -> str:
        try:
            path = request.raw_url.decode("ascii")
        except UnicodeDecodeError as error:
            raise BadSignature("the path must be percent-encoded") from error
        client_id, nonce = check_signature(
            self._platform.settings.clients,
            {name.lower(): value for name, value in request.headers.items()},
            method=request.method,
            path=path,
            body=request.body,
            now=time.time(),
        )
        self._buckets.take(client_id, time.monotonic())
        await self._platform.run(lambda: self._nonces.use(client_id, nonce))
        return client_id

    def _check(self, request: Request, operation: Operation) -> None:
        operation.check_path(request.match_info)
        query = {name: list(values) for name, values in request.get_args(keep_blank_values=True).items()}
        _refuse_unstorable(query)
        request.ctx.query = operation.read_query(query)
        request.ctx.body = None
        if operation.body is not None:
            request.ctx.body = read_json(request)
            operation.check_body(request.ctx.body)

    async def dress(self, request: Request, response: HTTPResponse) -> None:
        """Add the headers every answer has and log the request."""
        dress(request, response, self._platform.clock)
        started = getattr(request.ctx, "started", None)
        log.info(
            "request",
            method=request.method,
            path=getattr(request.ctx, "template", "-"),
            status=response.status,
            client=getattr(request.ctx, "client_id", ""),
            ms=None if started is None else round((time.perf_counter() - started) * 1000, 1),
            request_id=request_id(request),
        )


def request_id(request: Request) -> str:
    """Return the request's correlation id, made now when it brought none."""
    if not hasattr(request.ctx, "request_id"):
        given = request.headers.get("x-request-id", "")
        request.ctx.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    identifier: str = request.ctx.request_id
    return identifier


def dress(request: Request, response: HTTPResponse, clock: Clock) -> None:
    """Add correlation id and platform time to an answer."""
    response.headers["X-Request-Id"] = request_id(request)
    response.headers["X-Platform-Time"] = clock.now().isoformat(timespec="milliseconds")
    response.headers["Cache-Control"] = "no-store"


def read_json(request: Request) -> Any:
    """Return the request's JSON body.

    Raises:
        BadRequest: for another media type, bytes that are not UTF-8, broken or endlessly nested JSON.
        InvalidInput: for texts that no database can store (NUL, lone surrogates).
    """
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type != "application/json":
        raise BadRequest("send application/json", status=415)
    try:
        body = json.loads(request.body.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError as error:
        raise BadRequest("the JSON body is nested too deeply") from error
    except ValueError as error:
        raise BadRequest("the body is not JSON in UTF-8") from error
    _refuse_unstorable(body)
    return body


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _refuse_unstorable(value: Any) -> None:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending.extend(item.keys())
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, str) and any(c == "\0" or "\ud800" <= c <= "\udfff" for c in item):
            raise InvalidInput(("body", "holds a NUL or a lone surrogate"))


def _plain(template: str) -> str:
    """Return a route template with bare parameter names (`<code:str>` → `<code>`)."""
    return re.sub(r"<(\w+)(?::[^>]*)?>", r"<\1>", template)
