"""Calls about divisions, sites and risk areas: open data, no person involved."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from ..call import Call
from ..models import (
    Clock,
    Division,
    DivisionLevel,
    Page,
    RiskAreaPage,
    RiskCheck,
    RiskLevel,
    SitePage,
)
from .base import Caller

Service = Literal["nucleic", "antibody"]


class PlaceCalls(Caller):
    """`/v1/clock`, `/v1/divisions`, `/v1/sites`, `/v1/vaccine-sites`, `/v1/risk-areas`."""

    def clock(self) -> Clock:
        """Return the platform's time."""
        return self._ask(Clock, Call("GET", "/v1/clock"))

    def divisions(
        self,
        name: str | None = None,
        level: DivisionLevel | None = None,
        parent: str | None = None,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Page[Division]:
        """Return divisions by name or alias, level and parent code."""
        query = {"name": name, "level": level, "parent": parent, "limit": limit, "cursor": cursor}
        return self._ask(Page[Division], Call("GET", "/v1/divisions", query=query))

    def division(self, code: str) -> Division:
        """Return one division."""
        return self._ask(Division, Call("GET", "/v1/divisions/{code}", ids={"code": code}))

    def sites(
        self,
        division: str | None = None,
        q: str | None = None,
        *,
        lat: float | None = None,
        lon: float | None = None,
        service: Service | None = None,
        open_now: bool | None = None,
        open_24h: bool | None = None,
        yellow: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> SitePage:
        """Return test sites in a division or around WGS-84 degrees (then nearest first).

        Args:
            division: code; a functional zone stands for its streets.
            q: words of name or address.
            lat: latitude, only together with `lon`.
            lon: longitude.
            service: what the site must offer.
            open_now: only sites known to be open at the platform's time.
            open_24h: only sites known to be open day and night.
            yellow: only sites known to take people with a yellow code.
            limit: page size 1..100, 20 when left out.
            cursor: `next_cursor` of the page before.
        """
        query = {
            "division": division,
            "q": q,
            "lat": lat,
            "lon": lon,
            "service": service,
            "open_now": open_now,
            "open_24h": open_24h,
            "yellow": yellow,
            "limit": limit,
            "cursor": cursor,
        }
        return self._ask(SitePage, Call("GET", "/v1/sites", query=query))

    def nearest_sites(
        self,
        division: str | None = None,
        *,
        lat: float | None = None,
        lon: float | None = None,
        service: Service | None = None,
        open_24h: bool | None = None,
        yellow: bool | None = None,
        limit: int | None = None,
    ) -> SitePage:
        """Return the nearest test sites, also outside the division, from its seat or from coordinates.

        Without `limit` the five nearest.
        """
        query = {
            "division": division,
            "lat": lat,
            "lon": lon,
            "service": service,
            "open_24h": open_24h,
            "yellow": yellow,
            "limit": limit,
        }
        return self._ask(SitePage, Call("GET", "/v1/sites/nearest", query=query))

    def vaccine_sites(
        self,
        division: str | None = None,
        q: str | None = None,
        *,
        lat: float | None = None,
        lon: float | None = None,
        open_now: bool | None = None,
        open_24h: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> SitePage:
        """Return vaccination sites; the arguments are those of `sites`."""
        query = {
            "division": division,
            "q": q,
            "lat": lat,
            "lon": lon,
            "open_now": open_now,
            "open_24h": open_24h,
            "limit": limit,
            "cursor": cursor,
        }
        return self._ask(SitePage, Call("GET", "/v1/vaccine-sites", query=query))

    def nearest_vaccine_sites(
        self,
        division: str | None = None,
        *,
        lat: float | None = None,
        lon: float | None = None,
        open_24h: bool | None = None,
        limit: int | None = None,
    ) -> SitePage:
        """Return the nearest vaccination sites, also outside the division; without `limit` five."""
        query = {"division": division, "lat": lat, "lon": lon, "open_24h": open_24h, "limit": limit}
        return self._ask(SitePage, Call("GET", "/v1/vaccine-sites/nearest", query=query))

    def risk_areas(
        self,
        division: str | None = None,
        level: RiskLevel | None = None,
        at: dt.datetime | None = None,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> RiskAreaPage:
        """Return risk areas of a division at a moment, the platform's present when left out."""
        query = {"division": division, "level": level, "at": at, "limit": limit, "cursor": cursor}
        return self._ask(RiskAreaPage, Call("GET", "/v1/risk-areas", query=query))

    def check_risk(self, text: str, division: str | None = None, at: dt.datetime | None = None) -> RiskCheck:
        """Return the risk level of an address as a person wrote it."""
        query = {"text": text, "division": division, "at": at}
        return self._ask(RiskCheck, Call("GET", "/v1/risk-areas/check", query=query))
