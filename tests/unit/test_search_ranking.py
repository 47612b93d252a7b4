"""Articles ranked by what was learned, the fixed split of lay questions, and how true a confidence is."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge.check_text import look_alikes
from knowledge.search.confidence import shown_articles
from knowledge.search.encoder import HashEncoder
from knowledge.search.engine import SearchResult
from knowledge.search.lay_questions import LayQuestion, article_keys, load_questions, split
from knowledge.search.ranking import FEATURES, Ranking, chances, shares
from knowledge.search.sparse import SparseIndex, tokens
from knowledge.search.statute_index import StatuteHit, StatuteIndex, Vote
from knowledge.search.vector_index import FaissIndex
from knowledge.statutes.book import Article
from knowledge.statutes.names import NameTable, default_names
from xiaofa.measures import calibration, calibration_floor, retrieval

QUESTIONS = (
    Path(os.environ.get("XIAOFA_SHARED", Path(__file__).parents[3] / "shared")) / "eval" / "statute_questions.jsonl"
)
encoder = HashEncoder()
TEXTS = {
    "民法典#1": "租赁合同的押金应当退还",
    "民法典#2": "承租人应当妥善保管租赁物",
    "兵役法#1": "退还押金的租赁合同另有规定",
    "劳动法#1": "工资应当按月支付",
}


def article(key: str, text: str) -> Article:
    law, _, number = key.partition("#")
    day = date(2021, 1, 1)
    return Article(law, law, int(number), 0, text, (text,), "", "", day, day, None, "测试", "0" * 64)


def index_of(ranking: Ranking, embedded: bool = True) -> StatuteIndex:
    articles = [article(key, text) for key, text in TEXTS.items()]
    built = StatuteIndex(
        articles,
        SparseIndex(list(TEXTS), [tokens(text) for text in TEXTS.values()]),
        FaissIndex(encoder.dimension),
        {"民法典#1": 3},
        ranking,
    )
    if embedded:
        built.add(list(TEXTS), encoder.passages(list(TEXTS.values())))
    return built


def found(index: StatuteIndex, text: str, votes: dict[str, Vote] | None = None) -> list[StatuteHit]:
    return index.search(encoder.queries([text])[0], tokens(text), votes or {}, 4)


def test_a_law_that_answers_lay_questions_goes_before_one_that_never_does() -> None:
    learned = Ranking(answered={"民法典#1": 40, "民法典#2": 9})
    hits = found(index_of(learned), "退还押金的租赁合同")
    assert hits[0].key == "民法典#1"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert 0.0 < hits[-1].chance < hits[0].chance < 1.0


def test_an_article_without_words_or_vectors_in_common_is_brought_in_by_the_faq_that_cites_it() -> None:
    text = "退还押金"
    before = [hit.key for hit in found(index_of(Ranking(), embedded=False), text)]
    after = [hit.key for hit in found(index_of(Ranking(), embedded=False), text, {"劳动法#1": Vote(0.9, 0.9)})]
    assert "劳动法#1" not in before
    assert "劳动法#1" in after
    assert found(index_of(Ranking(), embedded=False), text, {"没有的法#1": Vote(1.0, 1.0)})[0].key in TEXTS


def test_every_feature_has_a_weight_and_a_column() -> None:
    index = index_of(Ranking())
    rows, matrix = index.features(encoder.queries(["押金"])[0], tokens("押金"), {})
    assert matrix.shape == (len(rows), len(FEATURES))
    assert np.isfinite(matrix).all()
    assert float(matrix[:, FEATURES.index("dense")].max()) == pytest.approx(0.0, abs=1e-5)


def test_chances_rise_with_the_share() -> None:
    share = shares(np.array([3.0, 1.0, 0.0], np.float32))
    assert float(share.sum()) == pytest.approx(1.0)
    assert list(chances(share, Ranking())) == sorted(chances(share, Ranking()), reverse=True)


def test_a_card_shows_its_own_articles_first_then_the_likely_ones_and_never_more_than_five() -> None:
    hits = [StatuteHit(f"民法典#{n}", -n, chance, 0.0, 0.0) for n, chance in enumerate([0.6, 0.3, 0.1], 1)]
    result = SearchResult("问", statutes=hits)
    assert shown_articles(result, ("劳动法#1",), 0.25) == ["劳动法#1", "民法典#1", "民法典#2"]
    assert shown_articles(result, (), 0.9) == ["民法典#1"]
    assert len(shown_articles(result, tuple(f"劳动法#{n}" for n in range(9)), 0.25)) == 5
    assert shown_articles(SearchResult("问"), (), 0.25) == []


def test_the_split_is_written_down_and_keeps_questions_that_say_the_same_together() -> None:
    parts = list(split().values())
    assert {part: parts.count(part) for part in ("fit", "tune", "test")} == {"fit": 631, "tune": 158, "test": 199}
    if not QUESTIONS.exists():
        pytest.skip(f"没有 {QUESTIONS}")
    asked = load_questions(QUESTIONS, default_names())
    assert [q.part for q in asked] == [q.part for q in load_questions(QUESTIONS, NameTable([], {}, {}))]
    assert {q.id: q.part for q in asked} == split()
    alike = look_alikes([(str(q.id), q.text) for q in asked], 0.45)
    assert [(a, b) for a, _, b, _ in alike if split()[int(a)] != split()[int(b)]] == []


def test_a_question_of_no_part_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps({"id": 999999, "question": "甲", "statutes": ["民法典第一条"]}), "utf-8")
    with pytest.raises(ValueError, match="999999.*lay_split.yml"):
        load_questions(path, default_names())


def test_articles_named_are_keys_and_unknown_rules_keep_their_name() -> None:
    assert article_keys(["中华人民共和国民法典第八条"], default_names()) == {"民法典#8"}
    assert article_keys(["不知道的条例第三条"], default_names()) <= {"不知道的条例第三条#3", "不知道的条例第三条#?"}


def test_measures_by_hand() -> None:

    asked = [
        LayQuestion(1, "甲", frozenset({"a", "b"}), "test"),
        LayQuestion(2, "乙", frozenset({"c"}), "test"),
        LayQuestion(3, "丙", frozenset({"gone"}), "test"),
    ]
    answers = {"甲": ["x", "a"], "乙": ["y"] * 3}
    numbers = retrieval(lambda text: answers[text], asked, lambda key: key != "gone")
    assert numbers == {"questions": 2.0, "recall@10": 0.25, "recall@100": 0.25, "MRR@10": 0.25}
    true = calibration([0.5] * 100, [True, False] * 50)[0]
    vain = calibration([0.9] * 100, [True, False] * 50)[0]
    assert true == pytest.approx(0.0, abs=1e-6)
    assert vain == pytest.approx(0.4, abs=1e-6)


def test_few_questions_leave_an_error_that_no_confidence_escapes() -> None:
    few, many = calibration_floor([0.5] * 50, 200), calibration_floor([0.5] * 5000, 20)
    assert many < 0.03 < few < 0.25
    assert calibration_floor([1.0] * 50, 10) == 0.0
