"""One documented settings object. Values come from the environment (`XIAOFA_…`), then `xiaofa.toml`, then the defaults here."""

from settings.settings import PROJECT_ROOT, Settings, get_settings

__all__ = ["PROJECT_ROOT", "Settings", "get_settings"]
