"""The park's pages through the real processes: every article comes word for word from the action server's book."""

from __future__ import annotations

import httpx
import pytest

from knowledge.park import load_spots


@pytest.mark.parametrize("spot", load_spots().values(), ids=lambda spot: spot.id)
def test_every_spot_shows_its_article_from_the_book(client: httpx.Client, spot) -> None:  # type: ignore[no-untyped-def]
    shown = client.get(f"/park/{spot.id}")
    assert shown.status_code == 200 and shown.text.count("逐字取自法条库") == len(spot.citations)
    assert "/#ask=" in shown.text
