"""What a machine lacks is told, and in CI it is no excuse."""

from __future__ import annotations

import pytest

from settings import PROJECT_ROOT
from tests.fakes import postgres


@pytest.fixture
def without_postgres(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres.shutil, "which", lambda _name: None)
    monkeypatch.setattr(postgres, "VERSIONS", PROJECT_ROOT / "no-such-folder")


@pytest.mark.usefixtures("without_postgres")
def test_without_postgresql_its_tests_are_skipped_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XIAOFA_CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="没有 PostgreSQL.*make test-packages"), postgres.needed_cluster():
        pass


@pytest.mark.usefixtures("without_postgres")
def test_in_ci_they_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    ci = (PROJECT_ROOT / ".ci" / "run").read_text("utf-8")
    monkeypatch.setenv("XIAOFA_CI", "1")
    assert "export XIAOFA_CI=1" in ci
    with pytest.raises(pytest.fail.Exception, match="没有 PostgreSQL"), postgres.needed_cluster():
        pass
