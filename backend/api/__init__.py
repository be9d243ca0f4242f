"""The endpoints, one module a resource, each with its blueprint `bp`."""

from __future__ import annotations

import importlib.util

from sanic import Blueprint

from backend.api import cases, people, service, verifications


def blueprints() -> list[Blueprint]:
    """Return the blueprints of all resources."""
    places = [
        importlib.import_module(f"backend.api.{name}").bp
        for name in ("divisions", "sites", "risk_areas")
        if importlib.util.find_spec(f"backend.api.{name}")
    ]
    return [service.bp, verifications.bp, people.bp, cases.bp, *places]
