"""What a province's systems report of people, and text messages about what was reported."""

from __future__ import annotations

from ..call import Call
from ..models import ColourEventIn, ColourEventRecorded, TextNotice, TextNoticeSent
from .base import Caller


class ReportingCalls(Caller):
    """Events: reported by the client `province`, told by text for the client `bot`."""

    def append_colour_event(self, event: ColourEventIn, *, key: str) -> ColourEventRecorded:
        """Report what happened to a person and return the colour that follows.

        Raises:
            ForbiddenPerson: not one of the province's systems.
            InvalidInput: the kind of event does not have what was sent, or lacks something.
            NotFound: nobody on record has this document.
        """
        call = Call("POST", "/v1/colour-events", body=event.wire(), key=key)
        return self._ask(ColourEventRecorded, call)

    def text_notice(self, event_id: str, request: TextNotice, *, key: str) -> TextNoticeSent:
        """Tell a person of an event by text message, once for event and phone, however often it is asked for.

        Raises:
            Conflict: no phone is known, or this kind of event is not told by text.
            ForbiddenPerson: another client than `bot`, or a person who may not hear of the event.
            NotFound: no such event.
        """
        route = "/v1/events/{event_id}/text-messages"
        call = Call("POST", route, ids={"event_id": event_id}, body=request.wire(), key=key)
        return self._ask(TextNoticeSent, call)
