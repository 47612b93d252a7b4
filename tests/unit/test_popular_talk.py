"""Park and day's article in conversation, the story behind a park code on WeChat."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.channels.wechat import render, scenes, texts
from bot.channels.wechat.split import TEXT_BYTES, size
from knowledge.park import load_spots
from knowledge.places import load_directory
from service.gate import CitationGate
from service.popular import PARK, daily_card, park_card, reply_card, spot_card, wants_today
from settings.clock import SHANGHAI
from tests.fakes.popular import DAYS
from tests.unit.conftest import TODAY

NOON = datetime(2026, 11, 22, 12, tzinfo=SHANGHAI)
SPOTS = load_spots()


@pytest.mark.parametrize(
    ("text", "today"),
    [("今天学一条法律", True), ("每日一法", True), ("民法公园今天开门吗", False), ("民法公园在哪里", False)],
)
def test_which_one_is_meant(text: str, today: bool) -> None:
    assert wants_today(text) is today


def test_the_park_says_what_is_not_confirmed() -> None:
    card = park_card(SPOTS, load_directory(), NOON)
    assert "福城街道" in card.conclusion and "没有核实" in card.conclusion and "12345" in card.conclusion
    assert any("媒体报道" in line for line in card.where)
    tomorrow = park_card(SPOTS, load_directory(), NOON.replace(day=23))
    assert {c.label for c in card.choices} != {c.label for c in tomorrow.choices}


def test_a_park_that_is_closed_or_unknown_is_nowhere() -> None:
    known = load_directory()
    closed = known.with_places([known.places[PARK].model_copy(update={"status": "closed"})])
    unknown = known.with_places([])
    del unknown.places[PARK]
    for directory in (closed, unknown):
        card = park_card(SPOTS, directory, NOON)
        assert "没有核实到" in card.conclusion and "福城街道" not in card.model_dump_json()


def test_the_days_article_is_verbatim(gate: CitationGate) -> None:
    card = daily_card(DAYS, TODAY, gate)
    assert card and card.kind == "story" and "及时足额支付劳动报酬" in (card.citations[0].text or "")
    assert card.steps == [DAYS["11-22"].story] and card.choices[0].label == "遇到这种事怎么办"
    assert daily_card({}, TODAY, gate) is None


@pytest.mark.parametrize("spot", SPOTS.values(), ids=lambda spot: spot.id)
def test_every_spot_as_cards_and_behind_its_code(spot, gate: CitationGate) -> None:  # type: ignore[no-untyped-def]
    card = spot_card(spot, gate)
    assert card.citations and all(cite.text for cite in card.citations)
    told = render.messages(card.model_dump(mode="json"), link="https://x.cn/c/t")
    assert len(told) == 1 and spot.story in told[0] and card.citations[0].text.splitlines()[0] in told[0]
    assert reply_card(spot, spot.ask.answer, gate).title == "答对了"
    assert spot.ask.options[spot.ask.answer] in reply_card(spot, 1 - spot.ask.answer, gate).title
    line = scenes.line(spot.scene, "https://xiaofa.example.gov.cn/")
    assert spot.story in line and f"https://xiaofa.example.gov.cn/park/{spot.id}" in line
    assert size(texts.welcome(line, 365, "", known=False)) <= TEXT_BYTES


def test_other_codes_as_before() -> None:
    assert "V 站" in scenes.line("vstation-03") and scenes.line("park-unknown").startswith("您扫的是民法公园的码")
    assert scenes.line("") == ""
    assert "打字发" in scenes.line("park-privacy")
