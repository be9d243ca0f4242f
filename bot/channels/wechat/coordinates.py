"""From the map's grid to the globe: positions sent in WeChat are GCJ-02, ours are WGS-84."""

from __future__ import annotations

import math
from typing import Final

_AXIS: Final = 6_378_245.0
_ECCENTRICITY: Final = 0.006_693_421_622_965_943


def to_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """Return the WGS-84 degrees of a GCJ-02 position in China, right to a metre; others are WGS-84 already.

    The shift (some 500 m in Sichuan) is known one way only; taking it off twice finds the way back.
    """
    if not (0.8293 <= latitude <= 55.8271 and 72.004 <= longitude <= 137.8347):  # noqa: PLR2004 - China
        return latitude, longitude
    guess = latitude, longitude
    for _ in range(3):
        north, east = _shift(*guess)
        guess = latitude - north, longitude - east
    return guess


def _shift(latitude: float, longitude: float) -> tuple[float, float]:
    """The shift of the grid at a place, in degrees north and east (published formula)."""
    x, y = longitude - 105.0, latitude - 35.0
    waves = 20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (waves + _waves(y, 20.0, 40.0, 3.0, 160.0, 12.0, 320.0, 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (waves + _waves(x, 20.0, 40.0, 3.0, 150.0, 12.0, 300.0, 30.0)) * 2.0 / 3.0
    sine = math.sin(math.radians(latitude))
    root = math.sqrt(1 - _ECCENTRICITY * sine * sine)
    meridian = _AXIS * (1 - _ECCENTRICITY) / root**3
    parallel = _AXIS / root * math.cos(math.radians(latitude))
    return math.degrees(north / meridian), math.degrees(east / parallel)


def _waves(at: float, *terms: float) -> float:
    """``a·sin(πt) + b·sin(πt/c) + d·sin(πt/e) + f·sin(πt/g)``."""
    a, b, c, d, e, f, g = terms
    return (
        a * math.sin(at * math.pi)
        + b * math.sin(at / c * math.pi)
        + d * math.sin(at / e * math.pi)
        + f * math.sin(at * math.pi / g)
    )
