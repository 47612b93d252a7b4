"""Coordinates of the two systems in use in China, never mixed up: a `Point` carries its system, distances are taken in WGS-84.

GCJ-02 is the shifted system that WeChat and Chinese maps speak; WGS-84 is what satellites and browsers give. The forward
shift is the published approximation (Krasovsky ellipsoid, semi-major axis 6,378,245 m); its inverse is found by iteration.
"""

from __future__ import annotations

from math import asin, cos, pi, radians, sin, sqrt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

System = Literal["gcj02", "wgs84"]
AXIS, FLATTENING = 6378245.0, 0.00669342162296594323
EARTH_RADIUS = 6371008.8  # metres, mean


class Point(BaseModel):
    """A place on earth in degrees, and the system its numbers are meant in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    system: System
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]

    @property
    def in_china(self) -> bool:
        """The box outside which the two systems are the same."""
        return 0.8293 <= self.latitude <= 55.8271 and 72.004 <= self.longitude <= 137.8347

    def to_wgs84(self) -> Point:
        """The same place in WGS-84; exact to well below a metre."""
        if self.system == "wgs84":
            return self
        latitude, longitude = self.latitude, self.longitude
        for _ in range(8):
            shifted = Point(system="wgs84", latitude=latitude, longitude=longitude).to_gcj02()
            latitude += self.latitude - shifted.latitude
            longitude += self.longitude - shifted.longitude
        return Point(system="wgs84", latitude=latitude, longitude=longitude)

    def to_gcj02(self) -> Point:
        """The same place as Chinese maps number it."""
        if self.system == "gcj02":
            return self
        if not self.in_china:
            return self.model_copy(update={"system": "gcj02"})
        north, east = _shift(self.longitude - 105.0, self.latitude - 35.0)
        phi = radians(self.latitude)
        magic = 1 - FLATTENING * sin(phi) ** 2
        north = north * 180.0 / (AXIS * (1 - FLATTENING) / (magic * sqrt(magic)) * pi)
        east = east * 180.0 / (AXIS / sqrt(magic) * cos(phi) * pi)
        return Point(system="gcj02", latitude=self.latitude + north, longitude=self.longitude + east)


def metres(one: Point, other: Point) -> float:
    """Great-circle distance in metres, whichever systems the two are in."""
    a, b = one.to_wgs84(), other.to_wgs84()
    d_lat, d_lon = radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)
    h = sin(d_lat / 2) ** 2 + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(d_lon / 2) ** 2
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(h)))


def _shift(x: float, y: float) -> tuple[float, float]:
    """Metres to the north and to the east, for degrees from 105 east, 35 north."""
    ripple = 20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (ripple + 20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (ripple + 20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    return north, east
