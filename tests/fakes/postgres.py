"""A PostgreSQL cluster of a test's own, on a free port of the loopback, which a test may stop without asking."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fakes.processes import free_port

VERSIONS = Path("/usr/lib/postgresql")
OWNER = "postgres" if os.getuid() == 0 else None  # the server refuses to run as root


class Cluster:
    """`url`: its one database. It keeps what it committed as the shipped configuration does (fsync on)."""

    def __init__(self, folder: Path) -> None:
        self._data, self._log, self.port = folder / "data", folder / "log", free_port()
        self.url = f"postgresql+psycopg://chaos@127.0.0.1:{self.port}/postgres"
        self._tools = _tools()
        if OWNER:
            shutil.chown(folder, OWNER)
        self._run("initdb", "-U", "chaos", "--auth=trust", "--encoding=UTF8", "--locale=C")

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=100"
        self._run("pg_ctl", "-w", "-l", str(self._log), "-o", options, "start")

    def stop(self) -> None:
        """At once, in the middle of whatever it does: the next start recovers from its log."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def restart(self) -> None:
        self.stop()
        self.start()

    def _run(self, tool: str, *arguments: str) -> None:
        command = [str(self._tools / tool), "-D", str(self._data), *arguments]
        # No pipes: the server would inherit and hold them.
        done = subprocess.run(command, user=OWNER, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False)  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{tool} failed: {self._log.read_text('utf-8')[-500:] if self._log.exists() else ''}")


class NotHereError(RuntimeError):
    """PostgreSQL's tools are not on this machine, or nobody to run them as."""


def _tools() -> Path:
    """Debian keeps them off the path, in a folder for each version: the newest. Raises NotHereError."""
    if OWNER and OWNER not in {user.pw_name for user in pwd.getpwall()}:
        raise NotHereError(f"no user {OWNER}")
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [path.parent for path in VERSIONS.glob("*/bin/initdb")]
    if not versions:
        raise NotHereError("no initdb")
    return max(versions, key=lambda path: float(path.parent.name))


@contextmanager
def needed_cluster() -> Iterator[Cluster]:
    """For a test: it is skipped where PostgreSQL is not installed, but not under `.ci/run`."""
    try:
        _tools()
    except NotHereError as missing:
        told = f"没有 PostgreSQL（{missing}）：sudo make test-packages"
        pytest.fail(told) if os.environ.get("XIAOFA_CI") else pytest.skip(told)
    with running_cluster() as cluster:
        yield cluster


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="chaos-pg"))
    folder.chmod(0o755)
    try:
        cluster = Cluster(folder)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
