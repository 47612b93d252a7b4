"""The kiosk: what it offers to ask."""

from knowledge.kiosk.problems import KioskTopic, load_problems

__all__ = ["KioskTopic", "load_problems"]
