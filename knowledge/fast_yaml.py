"""YAML read by the C library where PyYAML was built with it: eight times as fast, same types, nothing executed."""

from __future__ import annotations

from typing import Any

import yaml

SAFE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(text: str) -> Any:
    """The one document in `text`. Raises yaml.YAMLError naming the line."""
    return yaml.load(text, Loader=SAFE_LOADER)  # noqa: S506  a safe loader
