"""The desk's own HTML, where elements would be too many. Everything put into it is escaped."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
