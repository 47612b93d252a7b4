"""What is done with a search result whose numbers are known."""

import numpy as np
import pytest

from knowledge.search.confidence import ConfidenceModel, verdict
from knowledge.search.content_index import FaqHit
from knowledge.search.engine import SearchResult
from service.answering import Answerer


def hit(id_: str, *, score: float, dense: float = 0.5, near: float = 0.5) -> FaqHit:
    return FaqHit(id_, score, dense, near, 0.0, "")


def result(
    faqs: list[FaqHit],
    guides: list[FaqHit] | None = None,
    model: ConfidenceModel | None = None,
    text: str = "加班没有加班费",
) -> SearchResult:
    size = len(model.domain_weights) if model else 1
    return SearchResult(text, faqs, guides or [], [], np.zeros(size, np.float32))


def test_three_words_like_small_talk_are_law_when_much_the_same_was_asked(model: ConfidenceModel) -> None:
    unlike_law = model.model_copy(update={"domain_bias": -5.0})
    said = {near: result([hit("a", score=0.2, dense=0.1, near=near)], model=model) for near in (0.6, 0.85)}
    assert verdict(said[0.6], unlike_law)[0] == "offtopic"
    assert verdict(said[0.85], unlike_law)[0] != "offtopic"
    assert verdict(result([hit("a", score=0.99, dense=0.9)], model=model), unlike_law)[0] == "answer"  # 快递丢了


def test_a_bare_word_is_a_problem_by_the_name_of_a_guide_not_by_a_longer_wording_it_stands_in(
    model: ConfidenceModel,
) -> None:
    unlike_law, faqs = model.model_copy(update={"domain_bias": -5.0}), [hit("a", score=0.2, dense=0.1, near=0.85)]
    for near, offtopic in ((0.5, True), (0.8, False)):
        found = result(faqs, [hit("guide.a", score=0.9, near=near)], model, "唱首歌")
        assert (verdict(found, unlike_law)[0] == "offtopic") is offtopic


def test_a_guide_that_the_nearest_answer_contradicts_does_not_stand_first(unsure, answerer: Answerer) -> None:  # type: ignore[no-untyped-def]
    """Who was dismissed must not get what an employer asks."""
    guide, card = unsure(0.8, 0.7, guide="another")
    assert card.kind == "clarify"
    own = answerer.content.faqs[next(iter(answerer.content.faqs))].guide
    assert own and own in card.choices[-3].payload  # either may be meant
    assert guide in card.choices[-2].payload


@pytest.fixture
def unsure(answerer: Answerer, model: ConfidenceModel, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """The answerer asks back, with one guide in sight."""
    ids = list(answerer.content.faqs)[:4]
    own = answerer.content.faqs[ids[0]].guide
    guides = {"own": own, "another": next(id_ for id_ in answerer.content.guides if id_ != own)}
    asks_back = model.model_copy(update={"answer_at": 1.0, "guide_at": 1.0, "clarify_at": 0.0})

    def answer(
        share: float, fits: float, near: float = 0.5, answer_at: float = 1.0, guide: str = "own", best: float = 0.05
    ):  # type: ignore[no-untyped-def]
        guide = guides[guide]
        faqs = [hit(id_, score=best if id_ == ids[0] else 0.05, dense=0.5) for id_ in ids]
        found = result(faqs, [hit(guide, score=share, dense=fits, near=near)], model)
        monkeypatch.setattr(answerer, "_model", asks_back.model_copy(update={"answer_at": answer_at}))
        monkeypatch.setattr(answerer._engine, "search", lambda _text: found)
        return guide, answerer.answer("押金的事")

    return answer


def test_the_questions_of_the_problem_meant_come_before_a_choice(unsure) -> None:  # type: ignore[no-untyped-def]
    guide, card = unsure(0.8, 0.7)
    assert card.kind == "guide"
    assert guide in card.choices[0].payload
    assert len([choice for choice in card.choices if '"faq:' in choice.payload]) == 2


def test_a_choice_offers_the_problem_too_when_it_may_be_meant(unsure) -> None:  # type: ignore[no-untyped-def]
    guide, card = unsure(0.5, 0.5)
    assert card.kind == "clarify"
    assert guide in card.choices[-2].payload
    assert card.choices[-1].label == "都不是"


def test_a_problem_far_off_is_not_offered(unsure) -> None:  # type: ignore[no-untyped-def]
    guide, card = unsure(0.1, 0.7)
    assert card.kind == "clarify"
    assert all(guide not in choice.payload for choice in card.choices)


def test_a_guide_asked_for_in_its_own_words_comes_before_an_answer(unsure) -> None:  # type: ignore[no-untyped-def]
    guide, card = unsure(0.1, 0.1, near=0.95, answer_at=0.0)
    assert card.kind == "guide"
    assert guide in card.choices[0].payload


def test_an_answer_offers_the_guide_that_was_meant_when_it_has_none(unsure, answerer: Answerer, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    first = next(iter(answerer.content.faqs))
    plain = answerer.content.faqs[first].model_copy(update={"guide": None})
    monkeypatch.setitem(answerer.content.faqs, first, plain)
    guide, card = unsure(0.8, 0.7, answer_at=0.0, best=0.75)
    assert card.kind == "answer"
    assert guide in card.choices[0].payload


def test_a_problem_that_is_plain_comes_before_an_answer_that_barely_leads(unsure) -> None:  # type: ignore[no-untyped-def]
    """Four months without a contract must not be told what holds after a year."""
    guide, card = unsure(0.8, 0.7, answer_at=0.0, best=0.5)
    assert card.kind == "guide"
    assert guide in card.choices[0].payload
