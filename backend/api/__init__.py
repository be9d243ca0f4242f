"""The endpoints, one module a resource, each with its blueprint `bp`."""

from __future__ import annotations

from sanic import Blueprint

from backend.api import (
    appeals,
    applications,
    cases,
    colour_events,
    divisions,
    events,
    handovers,
    passes,
    people,
    privacy,
    risk_areas,
    service,
    sites,
    travel,
    venues,
    verifications,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    service.bp,
    divisions.bp,
    sites.bp,
    risk_areas.bp,
    travel.bp,
    verifications.bp,
    handovers.bp,
    people.bp,
    colour_events.bp,
    events.bp,
    applications.bp,
    privacy.bp,
    cases.bp,
    appeals.bp,
    passes.bp,
    venues.bp,
)
