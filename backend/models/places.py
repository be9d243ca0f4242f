"""Places: administrative divisions, test and vaccination sites, risk areas with their history."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import relationship

from backend.models.base import Base, Moment


class Division(Base):
    """A province, prefecture, county, township or functional zone.

    `path` is the full name from the province down, without separators (`四川省成都市武侯区`).
    """

    __tablename__ = "divisions"

    code = Column(String(12), primary_key=True)
    name = Column(String(60), nullable=False, index=True)
    level = Column(String(12), nullable=False, index=True)
    parent_code = Column(String(12), ForeignKey("divisions.code"), nullable=True, index=True)
    path = Column(String(200), nullable=False)
    lat = Column(Float, nullable=True)
    lon = Column(Float, nullable=True)
    coord_source = Column(String(60), nullable=True)

    aliases = relationship(
        "DivisionAlias", lazy="selectin", cascade="all, delete-orphan", order_by="DivisionAlias.alias"
    )


class DivisionAlias(Base):
    """Another name of a division: an old name, a short one, a colloquial one."""

    __tablename__ = "division_aliases"

    id = Column(Integer, primary_key=True)
    division_code = Column(String(12), ForeignKey("divisions.code", ondelete="CASCADE"), nullable=False)
    alias = Column(String(60), nullable=False, index=True)
    kind = Column(String(12), nullable=False)
    note = Column(String(200), nullable=True)

    __table_args__ = (UniqueConstraint("division_code", "alias"),)


class ZoneTown(Base):
    """One street or town a functional zone looks after, although it lies in a county."""

    __tablename__ = "zone_towns"

    zone_code = Column(String(12), ForeignKey("divisions.code", ondelete="CASCADE"), primary_key=True)
    town_code = Column(String(12), ForeignKey("divisions.code", ondelete="CASCADE"), primary_key=True)
    note = Column(String(200), nullable=True)


class Site(Base):
    """A place that tests (`kind` test) or vaccinates (`kind` vaccine). Unknown is NULL, never a guess.

    `division_code` is the finest division known (a township or a county), `county_code` the county or zone that
    lists it. `natural_key` (name, county and address, folded) makes a re-import find its row again.
    `precision` says what `lat`/`lon` (WGS-84) point at: the site, its town or its county.
    """

    __tablename__ = "sites"

    site_id = Column(String(40), primary_key=True)
    kind = Column(String(8), nullable=False)
    natural_key = Column(String(300), nullable=False)
    name = Column(String(120), nullable=False)
    division_code = Column(String(12), ForeignKey("divisions.code"), nullable=False, index=True)
    county_code = Column(String(12), ForeignKey("divisions.code"), nullable=False, index=True)
    address = Column(String(300), nullable=False)
    phone = Column(String(120), nullable=True)
    hours = Column(String(300), nullable=True)
    open_24h = Column(Boolean, nullable=True)
    yellow_code = Column(Boolean, nullable=True)
    price_single = Column(Numeric(8, 2, asdecimal=False), nullable=True)
    price_pooled = Column(Numeric(8, 2, asdecimal=False), nullable=True)
    lat = Column(Float, nullable=True)
    lon = Column(Float, nullable=True)
    precision = Column(String(8), nullable=True)
    data_date = Column(Date, nullable=False)
    source = Column(Text, nullable=False)
    demo = Column(Boolean, nullable=False, default=False)

    services = relationship(
        "SiteService", lazy="selectin", cascade="all, delete-orphan", order_by="SiteService.service"
    )

    __table_args__ = (
        UniqueConstraint("kind", "natural_key"),
        Index("ix_sites_kind_county", "kind", "county_code"),
        Index("ix_sites_kind_lat_lon", "kind", "lat", "lon"),
    )


class SiteService(Base):
    """One service of a site: nucleic, antibody or vaccination."""

    __tablename__ = "site_services"

    site_id = Column(String(40), ForeignKey("sites.site_id", ondelete="CASCADE"), primary_key=True)
    service = Column(String(16), primary_key=True)


class RiskSnapshot(Base):
    """One publication of the national list. Areas missing from it are over since its `data_time`."""

    __tablename__ = "risk_snapshots"

    id = Column(Integer, primary_key=True)
    data_time = Column(Moment, nullable=False, unique=True)
    label = Column(String(40), nullable=False)
    source = Column(Text, nullable=False)
    imported_at = Column(Moment, nullable=False)


class RiskArea(Base):
    """A place of one level, in force from the first list that names it until the first that does not.

    `until` is NULL while the newest list still names it. `text` is the list's own words.
    """

    __tablename__ = "risk_areas"

    area_id = Column(String(40), primary_key=True)
    level = Column(String(8), nullable=False)
    division_code = Column(String(12), ForeignKey("divisions.code"), nullable=False, index=True)
    text = Column(Text, nullable=False)
    text_key = Column(String(64), nullable=False)
    since = Column(Moment, nullable=False)
    until = Column(Moment, nullable=True)
    source = Column(Text, nullable=False)

    __table_args__ = (
        UniqueConstraint("level", "division_code", "text_key", "since"),
        Index("ix_risk_areas_since_until", "since", "until"),
    )


class RiskSnapshotArea(Base):
    """That a snapshot names an area: the evidence from which `since` and `until` are computed."""

    __tablename__ = "risk_snapshot_areas"

    snapshot_id = Column(Integer, ForeignKey("risk_snapshots.id", ondelete="CASCADE"), primary_key=True)
    area_id = Column(
        String(40), ForeignKey("risk_areas.area_id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ImportRun(Base):
    """One run of an importer: what was read, when, and how many rows it changed."""

    __tablename__ = "import_runs"

    id = Column(Integer, primary_key=True)
    kind = Column(String(20), nullable=False)
    file_sha256 = Column(String(64), nullable=False)
    started_at = Column(Moment, nullable=False)
    rows = Column(Integer, nullable=False)
    created = Column(Integer, nullable=False)
    updated = Column(Integer, nullable=False)
    skipped = Column(Integer, nullable=False)
