"""The ranking of articles learns from questions whose articles are known."""

from __future__ import annotations

from knowledge.search.engine import SearchEngine
from knowledge.search.lay_questions import LayQuestion
from knowledge.search.ranking_fit import fit_articles


def test_learning_raises_what_is_right(engine: SearchEngine) -> None:
    keys = [article.key for article in engine.articles()][:12]
    texts = [engine.article(key).text[:20] for key in keys]

    asked = [LayQuestion(n, t, frozenset({k}), "tune") for n, (t, k) in enumerate(zip(texts, keys, strict=True))]
    learned = fit_articles(engine, asked, {keys[0]: 1})
    assert learned.answered == {keys[0]: 1}
    assert learned.weights["sparse"] > 0
    assert 0.0 < learned.show_at < 1.0
