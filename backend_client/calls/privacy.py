"""Calls about a person's rights over their data."""

from __future__ import annotations

from ..call import Call
from ..models import Access, Erasure, ErasureIn, Page, PersonExport
from .base import Caller


class PrivacyCalls(Caller):
    """`/v1/people/me/accesses`, `/v1/people/me/export`, `/v1/erasures`."""

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

    def erase_data(self, request: ErasureIn, *, key: str, session: str | None = None) -> Erasure:
        """Delete what belongs to a conversation and, with a session, to its person.

        Raises:
            NotVerified: the session is unknown or ended more than a day ago.
        """
        call = Call("POST", "/v1/erasures", body=request.wire(), session=session, key=key)
        return self._ask(Erasure, call)
