"""The small knowledge of the unit tests, for what takes too long to be one; a bot with a fake Rasa, and somebody's page;
a PostgreSQL of a file's own."""

import pytest

from tests.fakes.postgres import needed_cluster
from tests.fakes.rasa import running_bot
from tests.unit.conftest import answerer, book, book_file, content, engine, gate, model, small

__all__ = ["answerer", "book", "book_file", "content", "engine", "gate", "model", "small"]


@pytest.fixture
async def bot(tmp_path):
    async with running_bot(tmp_path) as bot:
        yield bot


@pytest.fixture
async def page(bot):
    page = bot.page()
    await page.start()
    yield page
    await page.http.aclose()


@pytest.fixture(scope="module")
def postgres():
    """The URL of an empty database, gone at the end."""
    with needed_cluster() as cluster:
        yield cluster.url
