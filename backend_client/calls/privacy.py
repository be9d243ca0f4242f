"""Calls about a person's rights over their data."""

from __future__ import annotations

from ..call import Call
from ..models import (
    Access,
    CodeLook,
    CodeLookIn,
    Erasure,
    ErasureIn,
    OpenCases,
    Page,
    PersonExport,
    Revealed,
    RevealField,
    RevealPurpose,
    SessionEnded,
)
from .base import Caller


class PrivacyCalls(Caller):
    """`/v1/people/me/accesses`, `…/export`, `…/session`, `/v1/erasures`, `/v1/reveals`, `/v1/code-looks`, …."""

    def accesses(
        self,
        session: str,
        *,
        by_others: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Page[Access]:
        """Return who read the verified person's data, newest first."""
        query = {"by_others": by_others, "limit": limit, "cursor": cursor}
        return self._ask(Page[Access], Call("GET", "/v1/people/me/accesses", query=query, session=session))

    def export_person(self, session: str) -> PersonExport:
        """Return a copy of everything the platform holds of the verified person."""
        return self._ask(PersonExport, Call("GET", "/v1/people/me/export", session=session))

    def reveal(self, number: str, field: RevealField, purpose: RevealPurpose, agent: str) -> Revealed:
        """Return one whole value of a case's person; only for the desk, and in the person's access log.

        Args:
            number: of the work order or appeal.
            field: which value.
            purpose: why; the person reads it.
            agent: work number of who asks; the person reads it, too.

        Raises:
            NotFound: no such case, or nothing is held for the field.
        """
        query = {"field": field, "purpose": purpose, "agent": agent}
        call = Call("GET", "/v1/reveals/{number}", ids={"number": number}, query=query)
        return self._ask(Revealed, call)

    def look_at_code(self, look: CodeLookIn, *, key: str) -> CodeLook:
        """Return the code of somebody an agent speaks with, masked; only for the desk, and in the person's access log.

        Raises:
            Conflict: `reason` `several` people have this phone or are such relatives, `not_linked` when none is.
            NotFound: nobody has this document or phone, or was verified in this conversation lately.
        """
        return self._ask(CodeLook, Call("POST", "/v1/code-looks", body=look.wire(), key=key))

    def open_cases(self, conversation_id: str, person_id: str) -> OpenCases:
        """Return what the person verified in a conversation has open; only for the desk.

        Raises:
            NotFound: they were not verified in it lately.
        """
        query = {"conversation_id": conversation_id, "person_id": person_id}
        return self._ask(OpenCases, Call("GET", "/v1/conversation-cases", query=query))

    def end_session(self, session: str, *, key: str) -> SessionEnded:
        """End every session of the verified person in this conversation.

        Raises:
            NotVerified: it was over already.
        """
        return self._ask(SessionEnded, Call("DELETE", "/v1/people/me/session", session=session, key=key))

    def erase_data(self, request: ErasureIn, *, key: str, session: str | None = None) -> Erasure:
        """Delete what belongs to a conversation and, with a session, to its person.

        Raises:
            NotVerified: the session is unknown or ended more than a day ago.
        """
        call = Call("POST", "/v1/erasures", body=request.wire(), session=session, key=key)
        return self._ask(Erasure, call)
