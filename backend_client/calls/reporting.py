"""What a province's systems report of people."""

from __future__ import annotations

from ..call import Call
from ..models import ColourEventIn, ColourEventRecorded
from .base import Caller


class ReportingCalls(Caller):
    """Events that colours follow from; only the client `province` may report them."""

    def append_colour_event(self, event: ColourEventIn, *, key: str) -> ColourEventRecorded:
        """Report what happened to a person and return the colour that follows.

        Raises:
            ForbiddenPerson: not one of the province's systems.
            InvalidInput: the kind of event does not have what was sent, or lacks something.
            NotFound: nobody on record has this document.
        """
        call = Call("POST", "/v1/colour-events", body=event.wire(), key=key)
        return self._ask(ColourEventRecorded, call)
