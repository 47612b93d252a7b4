"""The whole story with real processes: five runs, every process killed (kill -9) at every step once (`make chaos`: five times),
clicks that come twice, answers lost on the way; and that the network really loses them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from sqlalchemy import update

from cases.schema import ratings
from tests.chaos import processes
from tests.chaos.checker import Lost
from tests.chaos.processes import STEPS, VICTIMS, Office, check, office
from tests.fakes.network import Network
from tests.stack.page import CHROMIUM

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("chaos")) as made:
        yield made


def test_nothing_is_lost_or_doubled_with_every_process_killed_at_every_step(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[processes.Story] = []
    monkeypatch.setattr(processes, "check", lambda database, story: (check(database, story), kept.append(story)))
    kills: Counter[str] = Counter()
    for seed in range(len(VICTIMS)):
        kills += here.run(seed)
    assert kills == Counter(f"{step}: {name}" for step in STEPS for name in VICTIMS)
    with here.database.write() as session:
        session.execute(update(ratings).values(stars=4))
    with pytest.raises(Lost, match="ratings"):  # the checker sees what is there
        check(here.database, kept[-1])


def test_an_answer_is_lost_after_the_request_was_carried_out(here: Office) -> None:
    with closing(Network(int(here.stack.bot.rpartition(":")[2]))) as net:
        assert httpx.get(f"{net.url}/healthz", trust_env=False).status_code == 200
        net.lose_answer()
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{net.url}/healthz", trust_env=False)
        assert net.lost == 1
        assert httpx.get(f"{net.url}/healthz", trust_env=False).status_code == 200
