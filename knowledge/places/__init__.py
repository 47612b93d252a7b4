"""Where to go: the directory of service points (`longhua.yml`), what they are for (`matters.yml`), and finding the nearest."""

from knowledge.places.directory import Directory, Found, load_directory
from knowledge.places.geo import Point
from knowledge.places.schema import Matter, Place, Street

__all__ = ["Directory", "Found", "Matter", "Place", "Point", "Street", "load_directory"]
