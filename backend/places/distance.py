"""Distances between WGS-84 points and the choice of the nearest."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import TypeVar

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth in metres (IUGG)."""
_MOST_LAT, _MOST_LON = 90, 180

T = TypeVar("T")


@dataclass(frozen=True)
class Point:
    """A WGS-84 position in degrees.

    Raises:
        ValueError: when a degree is outside its range or not a number.
    """

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (abs(self.lat) <= _MOST_LAT and abs(self.lon) <= _MOST_LON):
            raise ValueError(f"not a position on Earth: {self.lat}, {self.lon}")


def metres_between(a: Point, b: Point) -> float:
    """Great-circle distance in metres (haversine)."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half_lat = sin((lat_b - lat_a) / 2)
    half_lon = sin(radians(b.lon - a.lon) / 2)
    chord = half_lat * half_lat + cos(lat_a) * cos(lat_b) * half_lon * half_lon
    return 2 * EARTH_RADIUS_M * asin(sqrt(min(1.0, chord)))


def nearest(
    origin: Point, items: Iterable[T], position: Callable[[T], Point | None], limit: int
) -> list[tuple[float, T]]:
    """The `limit` nearest items as (metres, item), nearest first; items without a position are left out."""
    measured = (
        (metres_between(origin, place), order, item)
        for order, item in enumerate(items)
        if (place := position(item)) is not None
    )
    return [(metres, item) for metres, _, item in heapq.nsmallest(limit, measured, key=lambda m: m[:2])]
