"""The staff page shows numbers and states, and nothing that anybody said."""

from pathlib import Path

from fastapi.testclient import TestClient

from cases.database import Database
from desk.app import create_app
from settings import Settings


def test_numbers_and_states_without_words_of_people(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, rasa_port=1, actions_port=1)
    database = Database(settings.database)
    database.migrate()
    with TestClient(create_app(settings)) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        page = client.get("/")
        assert page.status_code == 200
        assert "用过的人" in page.text and "还欠着回答的消息" in page.text
        assert client.get("/openapi.json").status_code == 404
    database.close()
