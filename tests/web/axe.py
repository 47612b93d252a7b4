"""WCAG 2.2 AA as axe-core sees it (the script comes with the package axe-playwright-python; Deque Systems, MPL-2.0)."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from playwright.sync_api import Page

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@lru_cache(maxsize=1)
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[str]:
    """What breaks a success criterion, as "rule: place"; empty when nothing is found."""
    page.evaluate(_axe())
    found = page.evaluate(
        "tags => axe.run(document, { runOnly: { type: 'tag', values: tags } }).then(r => r.violations)", LEVELS
    )
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]
