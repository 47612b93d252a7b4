"""From a question to a card, and what every card may show."""

from dataclasses import replace

import pytest

from knowledge.content import KNOWLEDGE, Content
from service.answering import MAY_APPLY, Answerer
from service.gate import CitationGate
from service.skills import unbuilt_skills, wants_a_number
from tests.fakes.ways import ways


def test_a_known_question_is_answered(answerer: Answerer) -> None:
    card = answerer.answer("公司三个月没发工资了咋办")
    assert (card.kind, card.faq_id) == ("answer", "labour.wages.arrears")
    assert card.citations[0].label == "《劳动合同法》第三十条"


def test_traditional_characters_are_understood(answerer: Answerer) -> None:
    assert answerer.answer("房東不退押金怎麼辦").faq_id == "renting.deposit.not-returned"


@pytest.mark.parametrize(
    "text", ["my landlord will not return my deposit", "laoban bu fa gongzi zenme ban", "Help, please! Where to go?"]
)
def test_a_sentence_in_letters_is_told_what_can_be_read(text: str, answerer: Answerer) -> None:
    card = answerer.answer(text)
    assert (card.kind, card.title) == ("notice", "请用汉字说")
    assert "Chinese" in card.steps[0] and "110" in card.conclusion


@pytest.mark.parametrize("text", ["LH-4TXR-8WVN", "ok bye", "KTV 和 WIFI 的 app 退钱吗", "abc@def.com"])
def test_letters_that_are_no_sentence(text: str, answerer: Answerer) -> None:
    assert answerer.answer(text).title != "请用汉字说"


def test_text_in_cdata_is_read(answerer: Answerer) -> None:
    assert answerer.answer("<![CDATA[ 房东不退押金 ]]>") == answerer.answer("房东不退押金")


def test_danger_comes_first(answerer: Answerer) -> None:
    assert answerer.answer("老公正在打我").kind == "safety"


def test_an_article_by_name(answerer: Answerer) -> None:
    card = answerer.answer("民法典577条")
    assert card.kind == "statute"
    assert card.citations[0].article == "第五百七十七条"


def test_an_article_that_is_not_there_is_not_invented(answerer: Answerer) -> None:
    card = answerer.answer("民法典第1261条写的什么")
    assert card.citations == []
    assert "没有第1261条" in card.conclusion


def test_every_faq_makes_a_card_with_a_citation(content: Content, gate: CitationGate) -> None:
    assert [id_ for id_, faq in content.faqs.items() if not gate.cite_all(faq.statutes)] == []


def test_a_card_cites_its_first_ground_what_fits_the_question_and_what_no_search_can_judge(answerer: Answerer) -> None:
    result = answerer.search("公司三个月没发工资了咋办")
    whole = answerer.faq_card("labour.wages.arrears")
    whole = whole.model_copy(update={"citations": [c for c in whole.citations if c.kind == "quoted"]})
    best = replace(result.statutes[0], chance=1.0)
    law, article = answerer._engine.article(best.key).law, answerer._engine.article(best.key).label
    (only,) = answerer._with_articles(
        whole.model_copy(update={"citations": []}), replace(result, statutes=[best])
    ).citations
    assert (only.law, only.article) == (law, article)
    apart = [c for c in whole.citations if (c.law, c.article) != (law, article)]
    card = answerer._with_articles(whole.model_copy(update={"citations": apart}), replace(result, statutes=[best]))
    assert [c.label for c in card.citations] == [apart[0].label, only.label]
    named = apart[0].model_copy(update={"law": law, "article": article, "label": "第二款"})
    rule = apart[0].model_copy(update={"kind": "referenced", "law": "某条例", "label": "某条例第一条"})
    card = answerer._with_articles(
        whole.model_copy(update={"citations": [*apart, named, rule]}), replace(result, statutes=[best])
    )
    # Of the article found, the paragraph that the author read, not the whole article again.
    assert [c.label for c in card.citations] == [apart[0].label, "第二款", rule.label]
    unlikely = replace(result, statutes=[replace(best, chance=0.01)])
    assert answerer._with_articles(whole, unlikely) == whole
    guide = answerer.guide_card(next(iter(answerer.content.guides)))
    assert answerer._guided(guide, unlikely) == guide
    assert [c.article for c in answerer._guided(guide, replace(result, statutes=[best])).citations] == [article]


@pytest.mark.parametrize(("beside", "shown"), [(0.0, True), (-0.01, False)])
def test_where_nothing_is_sure_the_likeliest_article_is_shown_as_no_more_than_that(
    beside: float, shown: bool, answerer: Answerer
) -> None:
    result = answerer.search("公司三个月没发工资了咋办")
    chance = answerer._engine.show_at + beside
    result = replace(result, statutes=[replace(result.statutes[0], chance=chance)])
    card = answerer.not_covered(0.2, result)
    assert (len(card.citations) == 1, MAY_APPLY in card.conclusion) == (shown, shown)
    assert card.kind == "notice" and "没有把握" in card.conclusion


GUIDES = sorted(path.stem for path in (KNOWLEDGE / "guides").glob("*.yml"))


@pytest.mark.parametrize("guide_file", GUIDES)
def test_every_way_through_a_guide_ends_in_something_cited(
    guide_file: str, content: Content, gate: CitationGate
) -> None:
    from service import interviews

    guide = next(g for id_, g in content.guides.items() if content.places[id_].file.stem == guide_file)
    script = guide.checklist
    for answers in ways(script, "30000"):
        parts = interviews.outcomes(script, answers)
        assert any(part.conclusion for part in parts), answers
        assert gate.cite_all(interviews.merged(guide, parts).statutes), answers


def test_the_result_reads_the_facts_back(
    content: Content, engine: object, gate: CitationGate, answerer: Answerer
) -> None:
    guide_id = next(iter(answerer.content.guides))
    script = answerer.content.guides[guide_id].checklist
    first = script.questions[0]
    card = answerer.result_card(guide_id, {first.id: first.choices[0].id})
    assert (first.choices[0].fact or first.choices[0].label) in card.title


@pytest.mark.parametrize("intent", sorted(unbuilt_skills()))
def test_an_unbuilt_skill_says_so_and_offers_a_way(intent: str, answerer: Answerer) -> None:
    card = answerer.unbuilt(intent)
    assert card.steps
    assert "敬请期待" not in card.conclusion


def test_a_sum_is_asked_for_only_in_words_of_counting() -> None:
    assert wants_a_number("calc_overtime", "帮我算算加班费")
    assert not wants_a_number("calc_deadline", "时效多久")
    assert wants_a_number("find_lawyer", "我要找律师")
