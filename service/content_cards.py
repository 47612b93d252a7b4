"""Cards of what is written: the answer of an FAQ, a guide, and what the answers to its questions add up to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from knowledge.calculators import CALCULATORS
from knowledge.calculators.rates import load_rates
from knowledge.content import Content
from knowledge.schema import Advice, Faq, Guide
from service import interviews
from service.cards import Card, CardChoice
from service.case_cards import offer
from service.choices import choice
from service.gate import CitationGate
from service.scripted import Answers


class ContentCards:
    """Content as cards, every citation through the gate."""

    def __init__(self, content: Content, gate: CitationGate) -> None:
        self._content = content
        self._gate = gate

    @property
    def on(self) -> date:
        return self._gate.on

    @property
    def content(self) -> Content:
        return self._content

    def faq_card(self, faq_id: str, sure: float | None = None, meant: str | None = None) -> Card:
        """The answer of one FAQ, with the interview of its guide on offer, or else of the guide that was `meant`."""
        faq = self._content.faqs[faq_id]
        guide = self._content.guide_for(faq) or self._content.guides.get(meant or "")
        choices = [_interview(guide)] if guide else []
        related = [self._content.faqs[id_] for id_ in faq.related if id_ in self._content.faqs][:2]
        choices += [choice(len(choices) + 1 + n, other.question, f"faq:{other.id}") for n, other in enumerate(related)]
        return self._advice_card("answer", faq.question, faq.conclusion, faq, choices, sure, faq.id, entry=faq.id)

    def guide_card(self, guide_id: str, sure: float | None = None) -> Card:
        guide = self._content.guides[guide_id]
        return self._advice_card(
            "guide", guide.title, guide.conclusion, guide, [_interview(guide)], sure, entry=guide.id
        )

    def result_card(self, guide_id: str, answers: Answers) -> Card:
        """What the answers add up to: the facts read back, then what follows from them, a sum and a lawyer where they help."""
        guide = self._content.guides[guide_id]
        parts = [part for part in interviews.outcomes(guide.checklist, answers) if self._figures_are(part.rates)]
        advice = interviews.merged(guide, parts)
        read = interviews.facts(guide.checklist, answers)
        conclusion = next((part.conclusion for part in parts if part.conclusion), guide.conclusion)
        title = f"您的情况：{'、'.join(read)}" if read else guide.title
        sums = {part.calculator: CALCULATORS[part.calculator].title for part in parts if part.calculator}
        choices = [choice(n, f"算一算：{name}", f"calc:{key}") for n, (key, name) in enumerate(sums.items(), 1)]
        wishes = {part.hand_on for part in parts if part.hand_on}
        if wishes:
            choices.append(offer(len(choices) + 1, urgent="now" in wishes))
        return self._advice_card("result", title, conclusion, advice, choices, None, entry=guide.id)

    def _figures_are(self, wanted: Mapping[str, str]) -> bool:
        """Whether these rates are known today, or missing, as an outcome wants them."""
        rates = load_rates()
        return all((rates.find(key, self.on) is not None) == (state == "known") for key, state in wanted.items())

    def _advice_card(
        self,
        kind: str,
        title: str,
        conclusion: str,
        advice: Advice | Faq | Guide,
        choices: list[CardChoice],
        sure: float | None,
        faq_id: str | None = None,
        *,
        entry: str,
    ) -> Card:
        return Card.model_validate(
            {
                "kind": kind,
                "title": title,
                "conclusion": conclusion,
                "steps": list(advice.steps),
                "evidence": list(advice.evidence),
                "citations": self._gate.cite_all(advice.statutes, interviews.MOST_CITED, entry=entry),
                "deadline": advice.deadline,
                "where": list(advice.where),
                "lawyer_when": list(advice.lawyer_when),
                "choices": choices,
                "confidence": sure,
                "faq_id": faq_id,
                "law_as_of": self.on,
            }
        )


def _interview(guide: Guide) -> CardChoice:
    return choice(1, f"说说我的情况（{len(guide.checklist.questions)}个小问题）", f"guide:{guide.id}")
