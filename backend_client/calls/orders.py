"""Calls about appeals and service requests."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from ..call import Call
from ..models import (
    Appeal,
    AppealDecision,
    AppealIn,
    AppealState,
    Evidence,
    EvidenceIn,
    OpenedEvidence,
    OrderCatalogue,
    OrderFigures,
    OrderStep,
    OrderWish,
    Page,
    RequestKind,
    RequestState,
    ServiceRequest,
    ServiceRequestIn,
    Urgency,
)
from .base import Caller


class OrderCalls(Caller):
    """`/v1/appeals`, `/v1/evidence`, `/v1/service-requests`."""

    def create_appeal(self, session: str, request: AppealIn, *, key: str) -> Appeal:
        """Appeal against a colour.

        Raises:
            Conflict: the code is green, there is none, or an appeal is open already.
        """
        return self._ask(Appeal, Call("POST", "/v1/appeals", body=request.wire(), session=session, key=key))

    def appeal(self, session: str | None, number: str) -> Appeal:
        """Return one appeal of the verified person; the desk needs no `session`."""
        return self._ask(Appeal, Call("GET", "/v1/appeals/{number}", ids={"number": number}, session=session))

    def my_appeals(
        self, session: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Page[Appeal]:
        """Return the verified person's appeals, newest first."""
        query = {"limit": limit, "cursor": cursor}
        return self._ask(Page[Appeal], Call("GET", "/v1/people/me/appeals", query=query, session=session))

    def withdraw_appeal(self, session: str, number: str, *, key: str) -> Appeal:
        """End an open appeal.

        Raises:
            Conflict: it is decided or withdrawn already.
            NotFound: no such appeal of this person.
        """
        call = Call(
            "POST", "/v1/appeals/{number}/withdrawal", ids={"number": number}, session=session, key=key
        )
        return self._ask(Appeal, call)

    def keep_evidence(self, session: str, request: EvidenceIn, *, key: str) -> Evidence:
        """Keep a picture until an appeal takes it; the same `key` never keeps it twice.

        Raises:
            Conflict: too many pictures wait already.
        """
        return self._ask(
            Evidence, Call("POST", "/v1/evidence", body=request.wire(), session=session, key=key)
        )

    def list_appeals(
        self,
        state: AppealState | None = None,
        *,
        overdue: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Page[Appeal]:
        """Return appeals, oldest first; only for the desk."""
        query = {"state": state, "overdue": overdue, "limit": limit, "cursor": cursor}
        return self._ask(Page[Appeal], Call("GET", "/v1/appeals", query=query))

    def decide_appeal(self, number: str, move: AppealDecision, *, key: str) -> Appeal:
        """Move an appeal on; only for the desk.

        Raises:
            Conflict: its present state does not allow the move.
        """
        call = Call(
            "POST", "/v1/appeals/{number}/decision", ids={"number": number}, body=move.wire(), key=key
        )
        return self._ask(Appeal, call)

    def open_evidence(self, number: str, evidence_id: str) -> OpenedEvidence:
        """Return a picture of an appeal with its content; only for the desk, and written down there."""
        ids = {"number": number, "evidence_id": evidence_id}
        return self._ask(OpenedEvidence, Call("GET", "/v1/appeals/{number}/evidence/{evidence_id}", ids=ids))

    def create_service_request(
        self, request: ServiceRequestIn, *, key: str, session: str | None = None
    ) -> ServiceRequest:
        """Record a service request; the same `key` never makes a second one.

        Args:
            request: what to record.
            key: idempotency key, made before the first try and kept with the conversation.
            session: when given, the request belongs to the verified person.

        Raises:
            Conflict: the key belongs to a different request.
            Unavailable: not known whether it was recorded; repeat with the same key.
        """
        call = Call("POST", "/v1/service-requests", body=request.wire(), session=session, key=key)
        return self._ask(ServiceRequest, call)

    def service_request(
        self, number: str, fetch_code: str | None = None, *, session: str | None = None
    ) -> ServiceRequest:
        """Return one service request; the desk and the person it belongs to (`session`) need no `fetch_code`.

        Raises:
            NotFound: no such number, or the fetch code is wrong or missing.
            NotVerified: the session is over.
            Locked: ten wrong fetch codes for this number within an hour.
        """
        call = Call(
            "GET",
            "/v1/service-requests/{number}",
            ids={"number": number},
            query={"fetch_code": fetch_code},
            session=session,
        )
        return self._ask(ServiceRequest, call)

    def list_service_requests(
        self,
        state: RequestState | None = None,
        *,
        kind: RequestKind | None = None,
        topic: str | None = None,
        urgency: Urgency | None = None,
        department: str | None = None,
        division: str | None = None,
        conversation_id: str | None = None,
        late: bool | None = None,
        since: str | None = None,
        until: str | None = None,
        order: Literal["oldest", "newest", "due"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Page[ServiceRequest]:
        """Return service requests that fit all that is given, oldest first unless `order` says so; only for the desk.

        Args:
            state: of the request.
            kind: of the request.
            topic: of the request.
            urgency: of the request.
            department: all its offices (`health`), or one (`health:510107`).
            division: where the matter lies, or a division around it.
            conversation_id: in which it was made.
            late: only those past their limit, or only those within it.
            since: RFC 3339 time at or after which it was made.
            until: RFC 3339 time before which it was made.
            order: by number, or by when they are due.
            limit: of the page.
            cursor: of the page.
        """
        query = {
            "state": state,
            "kind": kind,
            "topic": topic,
            "urgency": urgency,
            "department": department,
            "division": division,
            "conversation_id": conversation_id,
            "late": late,
            "since": since,
            "until": until,
            "order": order,
            "limit": limit,
            "cursor": cursor,
        }
        return self._ask(Page[ServiceRequest], Call("GET", "/v1/service-requests", query=query))

    def take_step(self, number: str, step: OrderStep, *, key: str) -> ServiceRequest:
        """Take a service request a step further; only for the desk.

        Raises:
            Conflict: somebody else has changed it (`reason` stale), or its state does not allow the step.
            InvalidInput: a field is missing, too much, or names nothing.
        """
        call = Call(
            "POST", "/v1/service-requests/{number}/steps", ids={"number": number}, body=step.wire(), key=key
        )
        return self._ask(ServiceRequest, call)

    def wish_for_request(
        self, number: str, wish: OrderWish, *, key: str, session: str | None = None
    ) -> ServiceRequest:
        """Urge, take back, rate or take up again one's own request, by its fetch code or as its person (`session`).

        Raises:
            Conflict: not possible now; `wishes` of the request names what is.
            NotFound: no such number, or the fetch code is wrong or missing.
            Locked: ten wrong fetch codes for this number within an hour.
        """
        call = Call(
            "POST",
            "/v1/service-requests/{number}/wishes",
            ids={"number": number},
            body=wish.wire(),
            session=session,
            key=key,
        )
        return self._ask(ServiceRequest, call)

    def order_catalogue(self, division: str | None = None) -> OrderCatalogue:
        """Return what requests are about, and who can work on one in a division; only for the desk."""
        return self._ask(OrderCatalogue, Call("GET", "/v1/order-catalogue", query={"division": division}))

    def service_request_figures(self, since: dt.datetime, until: dt.datetime) -> OrderFigures:
        """Return the counts of requests from `since` to before `until`; only for the desk.

        Raises:
            InvalidInput: the span is empty or longer than 31 days.
        """
        query = {"since": since.isoformat(), "until": until.isoformat()}
        return self._ask(OrderFigures, Call("GET", "/v1/service-request-figures", query=query))
