"""Settings come from the environment over one file, with safe defaults; secrets are made once and stay private."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from settings import Settings
from settings.secrets import load_secrets
from xiaofa import index


def test_safe_defaults() -> None:
    plain = Settings()
    assert {plain.rasa_host, plain.actions_host, plain.bot_host, plain.desk_host} == {"127.0.0.1"}
    assert not plain.metrics_public
    assert plain.database.startswith("sqlite:///")


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOFA_BOT_PORT", "9000")
    monkeypatch.setenv("XIAOFA_DATABASE_URL", "postgresql+psycopg://x/y")
    assert Settings().bot_port == 9000
    assert Settings().database == "postgresql+psycopg://x/y"


def test_a_value_that_does_not_fit_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOFA_BOT_PORT", "eighty")
    with pytest.raises(ValidationError, match="bot_port"):
        Settings()


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_secrets_are_made_once_and_readable_by_the_owner_alone(tmp_path: Path) -> None:
    first = load_secrets(tmp_path)
    load_secrets.cache_clear()
    assert load_secrets(tmp_path) == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert first.channel_secret not in repr(first)


def test_the_list_of_settings_shows_no_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(index, "get_settings", lambda: Settings(database_url="postgresql+psycopg://me:geheim@db/x"))
    index.settings()
    assert "geheim" not in capsys.readouterr().out
