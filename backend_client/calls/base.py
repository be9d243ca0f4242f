"""What the groups of calls share: send, then check the answer against its model."""

from __future__ import annotations

import uuid
from typing import TypeVar

import structlog
from pydantic import BaseModel, ValidationError

from ..call import Call
from ..errors import Unavailable
from ..transport import Transport

ModelT = TypeVar("ModelT", bound=BaseModel)

log = structlog.get_logger(__name__)


class Caller:
    """Sends calls over one transport and turns answers into models."""

    _transport: Transport

    def _ask(self, model: type[ModelT], call: Call) -> ModelT:
        """Send a call and return its answer as `model`.

        Raises:
            Unavailable: besides all that the transport raises, when the answer does not have the promised
                fields and types. Fields and kinds of fault are logged, values are not.
        """
        answer = self._transport.send(call)
        try:
            return model.parse_obj(answer)
        except ValidationError as error:
            faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in error.errors()]
            log.error(  # noqa: TRY400 – the trace would show values
                "platform answer has wrong types",
                method=call.method,
                route=call.route,
                model=model.__name__,
                faults=faults[:10],
                request_id=call.request_id,
            )
        raise Unavailable(cause="wrong_types", request_id=call.request_id)


def fresh_key() -> str:
    """Return an idempotency key for a write that only this very call will ever repeat."""
    return uuid.uuid4().hex
