"""Talking to the action server: one kept connection, a time limit, and a quick check of its answers.

Rasa opens a session and a connection for every call, waits five minutes, and checks each answer with
``jsonschema.validate``, which checks the schema itself anew every time. Here connections are kept, a call ends in good
time, and the usual events of our actions are known by sight; everything else is held to Rasa's own schema, read once.
"""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any, Final

import aiohttp
from jsonschema.exceptions import ValidationError
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

#: Seconds for one call; below the time limit of a turn (``Settings.turn_limit``), so that the person gets words.
CALL_LIMIT: Final = 25.0
#: Seconds an idle connection is kept: less than the action server keeps it (``actions.__main__``), so that a call never
#: meets one that is just being closed.
_KEPT_SECONDS: Final = 30
#: Names that the usual events carry: event → (field, may it be null).
_USUAL: Final = {"slot": ("name", False), "followup": ("name", False), "active_loop": ("name", True)}


class ActionServer(EndpointConfig):
    """The action server's address with its kept connections."""

    def __init__(self, url: str, **kwargs: Any) -> None:
        """Take the address and Rasa's settings of an endpoint."""
        super().__init__(url, **kwargs)
        self._session: aiohttp.ClientSession | None = None

    @classmethod
    def of(cls, endpoint: EndpointConfig, url: str) -> ActionServer:
        """The endpoint of Rasa's file at another address."""
        return cls(url, **endpoint.kwargs)

    async def request(  # Rasa passes parameters no action uses
        self, method: str = "post", subpath: str | None = None, **kwargs: Any
    ) -> Any:
        """Call the action server.

        Raises:
            ClientResponseError: it answered with an error.
            aiohttp.ClientError, asyncio.TimeoutError: it did not answer in time.
        """
        url = f"{self.url}/{subpath}" if subpath else self.url
        body, compress = kwargs.get("json"), bool(kwargs.get("compress"))
        try:
            return await self._call(method, url, body, compress=compress)
        except aiohttp.ClientConnectorError:
            raise
        except aiohttp.ClientOSError:  # the connection broke before the whole call was out: nothing was done
            return await self._call(method, url, body, compress=compress)

    async def _call(self, method: str, url: str, body: Any, *, compress: bool) -> Any:
        async with self._kept().request(method, url, json=body, compress=compress) as response:
            if response.status >= 400:  # noqa: PLR2004
                raise ClientResponseError(response.status, response.reason, await response.read())
            return await response.json()

    def _kept(self) -> aiohttp.ClientSession:
        """The session of this event loop, made at its first call."""
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._session._loop is not loop:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(keepalive_timeout=_KEPT_SECONDS, limit=0),
                timeout=aiohttp.ClientTimeout(total=CALL_LIMIT),
            )
        return self._session

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()


@cache
def _checker() -> Any:
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def check(_action: RemoteAction, result: dict[str, Any]) -> bool:
    """Tell that ``result`` has the form of an action's answer.

    Raises:
        jsonschema.exceptions.ValidationError: it has not.
    """
    if is_usual(result):
        return True
    fault = next(iter(_checker().iter_errors(result)), None)
    if fault is not None:
        raise ValidationError(f"the action server's answer is malformed at {list(fault.path)}")
    return True


def is_usual(result: Any) -> bool:
    """Tell whether an answer holds nothing but messages and the three events our actions send."""
    if not isinstance(result, dict):
        return False
    events, responses = result.get("events", []), result.get("responses", [])
    return (
        isinstance(events, list)
        and isinstance(responses, list)
        and all(isinstance(response, dict) for response in responses)
        and all(_is_usual_event(event) for event in events)
    )


def _is_usual_event(event: Any) -> bool:
    if not isinstance(event, dict) or event.get("event") not in _USUAL or event.get("timestamp") is not None:
        return False
    name, nullable = _USUAL[event["event"]]
    value = event.get(name)
    named = isinstance(value, str) or (nullable and value is None and name in event)
    return named and (event["event"] != "slot" or "value" in event)


def install() -> None:
    """Let Rasa's remote actions use this check."""
    RemoteAction._validate_action_result = check
