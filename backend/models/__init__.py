"""The platform's tables, one module a subject. `Base.metadata` is what the migrations describe."""

from __future__ import annotations

from backend.models.access import (
    IdempotencyRecord,
    IdentityAttempt,
    IdentityLock,
    Nonce,
    OutboxMessage,
    PersonSession,
    Verification,
)
from backend.models.applications import AccountChange, Application, PhoneCheck, RealName
from backend.models.base import Base, Moment, new_id, new_row_id
from backend.models.cases import (
    Appeal,
    AppealEvent,
    Evidence,
    NumberSeries,
    ServiceRequest,
    ServiceRequestEvent,
)
from backend.models.health import (
    CodeChange,
    ColourEvent,
    ColourRuleSeen,
    HealthCode,
    HealthDeclaration,
    TestResult,
    Vaccination,
)
from backend.models.outbox import EventDelivery, OutgoingEvent
from backend.models.people import Document, FamilyLink, Notice, Person
from backend.models.places import (
    Division,
    DivisionAlias,
    ImportRun,
    RiskArea,
    RiskSnapshot,
    RiskSnapshotArea,
    Site,
    SiteService,
    ZoneTown,
)
from backend.models.privacy import AccessEntry, RetentionLimit
from backend.models.showing import (
    IssuedPass,
    LaneEntry,
    Shift,
    StaffCheck,
    Venue,
    VenueRole,
    Visit,
)

__all__ = [
    "AccessEntry",
    "AccountChange",
    "Appeal",
    "AppealEvent",
    "Application",
    "Base",
    "CodeChange",
    "ColourEvent",
    "ColourRuleSeen",
    "Division",
    "DivisionAlias",
    "Document",
    "EventDelivery",
    "Evidence",
    "FamilyLink",
    "HealthCode",
    "HealthDeclaration",
    "IdempotencyRecord",
    "IdentityAttempt",
    "IdentityLock",
    "ImportRun",
    "IssuedPass",
    "LaneEntry",
    "Moment",
    "Nonce",
    "Notice",
    "NumberSeries",
    "OutboxMessage",
    "OutgoingEvent",
    "Person",
    "PersonSession",
    "PhoneCheck",
    "RealName",
    "RetentionLimit",
    "RiskArea",
    "RiskSnapshot",
    "RiskSnapshotArea",
    "ServiceRequest",
    "ServiceRequestEvent",
    "Shift",
    "Site",
    "SiteService",
    "StaffCheck",
    "TestResult",
    "Vaccination",
    "Venue",
    "VenueRole",
    "Verification",
    "Visit",
    "ZoneTown",
    "new_id",
    "new_row_id",
]
