"""Two settings with a default of ours until `settings` knows them (then these fall away)."""

from __future__ import annotations

from settings import Settings


def retention_days(settings: Settings) -> int:
    """Days after a person's last sign of life when what they told us is erased."""
    return int(getattr(settings, "retention_days", 180))


def metrics_public(settings: Settings) -> bool:
    """Whether /metrics answers other machines too."""
    return bool(getattr(settings, "metrics_public", False))
