"""The demonstration set: divisions, sites, a risk list, people and work orders, all for 2022-09-05 09:00."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.demo.orders import load_orders
from backend.demo.people import load_people
from backend.importers import divisions, risk_areas, sites
from backend.importers.rows import Table, record_run
from backend.models import ImportRun, RiskSnapshot
from backend.places.store import DEMO_SOURCE
from backend.serving import Platform

__all__ = ["ORDERS", "PERSONAS", "load"]

HERE = Path(__file__).parent
PERSONAS = HERE / "personas.yml"
ORDERS = HERE / "orders.yml"
_log = structlog.get_logger(__name__)


def load(platform: Platform, root: Path) -> None:
    """Load the demonstration set, or bring it back to its first state; what people did meanwhile stays.

    All is one transaction: nothing is kept when something is wrong.

    Args:
        platform: where to. Stories of people are moved by the whole days its clock lies from 2022-09-05; work orders
            keep their days, since working days and holidays are part of them.
        root: the project's folder, where `data/gazetteer/divisions.csv` is.

    Raises:
        ImportFailed: when a list is damaged.
        PersonaError: when `personas.yml` is.
        OrderStoryError: when `orders.yml` is.
    """
    now = platform.clock.now()
    with platform.database.write() as session:
        _load_places(session, now, root)
        _log.info("demo.people", people=load_people(session, PERSONAS, now))
        _log.info("demo.orders", created=load_orders(platform, session, ORDERS, now))


def _load_places(session: Session, now: datetime, root: Path) -> None:
    tree = Table.read(root / "data" / "gazetteer" / "divisions.csv")
    record_run(session, divisions.load(session, tree), tree, now)
    for name, kind in (("sites.csv", "test"), ("vaccine_sites.csv", "vaccine")):
        table = Table.read(HERE / name)
        report = sites.load(session, table, kind)
        record_run(session, report, table, now)
        _log.info("demo.sites", kind=kind, rows=report.rows, created=report.created)
    table = Table.read(HERE / "risk_areas.csv")
    if not _imported(session, table):
        report = risk_areas.load(session, table, now)
        record_run(session, report, table, now)
        # the stories are told as if every list had been there on its day
        session.execute(
            update(RiskSnapshot)
            .where(RiskSnapshot.source.startswith(DEMO_SOURCE))
            .values(imported_at=RiskSnapshot.data_time)
            .execution_options(synchronize_session=False)
        )
        _log.info("demo.risk_areas", rows=report.rows, created=report.created)


def _imported(session: Session, table: Table) -> bool:
    """Whether this very file was imported before."""
    run = select(ImportRun.id).where(ImportRun.file_sha256 == table.sha256).limit(1)
    return session.execute(run).scalar_one_or_none() is not None
