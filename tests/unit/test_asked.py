"""Questions written for articles: read, kept in order, and an article found by them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.content import load_content
from knowledge.search.asked import ANSWERS, AskedIndex, load_asked
from knowledge.search.encoder import HashEncoder
from knowledge.search.ranking import Ranking
from knowledge.search.sparse import SparseIndex, tokens
from knowledge.search.statute_index import StatuteIndex
from knowledge.search.vector_index import FaissIndex
from tests.unit.test_search_ranking import TEXTS, article

encoder = HashEncoder()
ASKED = {
    "劳动法#1": ("老板一直压着辛苦钱不给", "干完活说好日结却一直拖"),
    "民法典#2": ("我把出租屋的墙打了洞",),
}


def index_of(asked: dict[str, tuple[str, ...]]) -> AskedIndex:
    words = SparseIndex(list(asked), [tokens(" ".join(texts)) for texts in asked.values()])
    return AskedIndex(asked, encoder.queries([text for texts in asked.values() for text in texts]), words)


def test_each_article_is_as_near_as_its_nearest_question() -> None:
    near = index_of(ASKED).nearest(encoder.queries(["干完活说好日结却一直拖"])[0])
    assert near.shape == (2,)
    assert near[0] == pytest.approx(1.0, abs=1e-5)
    assert near[1] < near[0]


def test_an_article_that_shares_no_word_with_the_question_is_found_by_what_people_ask_of_it() -> None:
    def found(asked: AskedIndex) -> list[str]:
        articles = [article(key, text) for key, text in TEXTS.items()]
        words = SparseIndex(list(TEXTS), [tokens(text) for text in TEXTS.values()])
        index = StatuteIndex(articles, words, FaissIndex(encoder.dimension), {}, Ranking(), asked)
        text = "老板一直压着辛苦钱不给，能告吗"
        return [hit.key for hit in index.search(encoder.queries([text])[0], tokens(text), {}, 4)]

    assert found(index_of(ASKED))[0] == "劳动法#1"
    assert found(AskedIndex({}, np.empty((0, 64), np.float32), SparseIndex([], []))) == []


def test_what_is_written_is_read_and_wrong_entries_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text('"民法典#577":\n  - 对方不按合同来\n', "utf-8")
    assert load_asked(tmp_path) == {"民法典#577": ("对方不按合同来",)}
    (tmp_path / "b.yml").write_text('"民法典#577":\n  - 又来一次\n', "utf-8")
    with pytest.raises(ValueError, match=r"b\.yml：民法典#577 在另一个文件里已有"):
        load_asked(tmp_path)
    (tmp_path / "b.yml").write_text('"民法典#578":\n', "utf-8")
    with pytest.raises(ValueError, match=r"b\.yml：民法典#578 下面要是一列问法"):
        load_asked(tmp_path)


def test_the_written_questions_are_many_short_and_none_stands_twice_under_an_article() -> None:
    asked = load_asked()
    texts = [text for some in asked.values() for text in some]
    assert len(asked) >= 2_500
    assert len(texts) >= 6_000
    assert [text for text in texts if not 6 <= len(text) <= 120] == []
    assert [key for key, some in asked.items() if len(set(some)) < len(some)] == []
    assert [key for key in asked if "#" not in key] == []


def test_the_encoder_learns_questions_only_of_answers_that_are_there_and_none_twice() -> None:
    written = load_asked(ANSWERS)
    assert written.keys() <= load_content().faqs.keys()
    texts = [text for some in written.values() for text in some]
    assert len(texts) >= 15_000
    assert len(set(texts)) == len(texts)
