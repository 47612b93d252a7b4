"""Cards of the law itself: articles a person names, and those found for a question."""

from __future__ import annotations

import re

from knowledge.search.confidence import shown_articles
from knowledge.search.engine import SearchEngine, SearchResult
from knowledge.statutes.citations import parse
from service.cards import Card, Citation
from service.gate import CitationGate
from service.normalise import normalise

# What is said around the name of an article when nothing but its text is wanted.
FILLER = re.compile(r"\W|的|是|什么|内容|规定|怎么|写|说|啥|讲|了|查|看|一下|请|帮我|我|想|原文|全文|和|、")
NAMED_REST = 4  # characters besides


class StatuteCards:
    """Articles as cards, verbatim and as they stand on the gate's day."""

    def __init__(self, engine: SearchEngine, gate: CitationGate) -> None:
        self._engine = engine
        self._gate = gate

    def asked_for(self, text: str) -> Card:
        """The articles a person names, or those nearest to what they describe."""
        question = normalise(text)
        named = self.named(question)
        if named:
            return named
        keys = [hit.key for hit in self._engine.search(question).statutes[:3]]
        return Card(
            kind="statute",
            title="相关法条",
            conclusion="没认出具体是哪一条，下面是最接近的几条。也可以直接说法律名和条号，例如“民法典第五百七十七条”。",
            citations=[self._gate.quote(self._engine.article(key)) for key in keys],
            law_as_of=self._gate.on,
        )

    def found(self, result: SearchResult, chance: float | None = None) -> list[Citation]:
        """The articles that answer with at least this chance; without one, those likely enough, or else the likeliest."""
        keys = (
            shown_articles(result, (), self._engine.show_at)
            if chance is None
            else [hit.key for hit in result.statutes if hit.chance >= chance]
        )
        return [self._gate.quote(self._engine.article(key)) for key in keys]

    def likely(self, result: SearchResult, chance: float) -> bool:
        """Whether the best article found answers with at least this chance."""
        return any(hit.chance >= chance for hit in result.statutes[:1])

    def named(self, question: str) -> Card | None:
        """A statute card when the text is little more than the name of one or more articles."""
        named = [c for c in parse(question) if c.law]
        if not named:
            return None
        rest = question
        for citation in named:
            rest = rest.replace(citation.raw, "")
        if len(FILLER.sub("", rest)) > NAMED_REST:
            return None
        citations = self._gate.cite_all((c.raw for c in named), most=5)
        if not citations:
            return self._unfound(named[0].law or "", named[0].article)
        return Card(
            kind="statute",
            title="、".join(c.label for c in citations)[:80],
            conclusion="原文如下，逐字引自现行有效的法律文本。"
            if citations[0].text
            else "这部规定的原文我这里没有，请核对官方文本。",
            citations=citations,
            law_as_of=self._gate.on,
        )

    def _unfound(self, law: str, number: int) -> Card:
        known = self._engine.book.law_in_force(law, self._gate.on)
        why = f"现行有效的《{law}》里没有第{number}条" if known else f"我的法条库里没有现行有效的《{law}》"
        return Card(
            kind="statute",
            title="没有找到这一条",
            conclusion=f"{why}，所以不引用。请核对法律名称和条号，或者把事情说给我听。",
            law_as_of=self._gate.on,
        )
