"""From a question to an answer card: confidence decides between answer, clarify, guide, and an honest "not covered"."""

from __future__ import annotations

import re
from datetime import date
from functools import cached_property

from knowledge.content import Content
from knowledge.search.confidence import ConfidenceModel, Verdict, problem_named, verdict
from knowledge.search.content_index import ASKED_BEFORE
from knowledge.search.engine import SearchEngine, SearchResult
from service.calculator_script import CalculatorInterview, calculator
from service.cards import Card, CardChoice
from service.checkup_script import SCRIPT_ID, CheckupInterview
from service.choices import choice
from service.content_cards import ContentCards
from service.danger import detect, safety_card
from service.documents import DocumentInterview, document
from service.failures import NOT_SURE
from service.gate import CitationGate
from service.intake import SCRIPT_ID as INTAKE
from service.intake import IntakeInterview
from service.mediation import SCRIPT_ID as MEDIATION
from service.mediation import MediationInterview
from service.normalise import normalise
from service.scripted import Answers, GuideInterview
from service.skills import unbuilt_skills
from service.statute_cards import StatuteCards

NOT_COVERED = "这个问题我没有把握，不乱答。{nearest}请拨打 12348 问律师，或者换个说法、多说几句经过再发给我。{articles}"
NEAREST = "下面几个最接近，是您要问的就点一下；都不是，"
MAY_APPLY = "所附法条可能有关，不一定就是答案。"
OFF_TOPIC = "这个我帮不上。我懂的是身边的法律事：工资、租房、借钱、婚姻、事故、消费、开店办公司，您直接说事就行。"
ANOTHER_MATTER = "这像是另一件事。想先问它，就点“先不说了”，再把话发一遍；答过的都给您记着。"
ASK_AGAIN = "没听明白这是在回答哪一项。请点下面的选项，或回复选项的序号；说不准就选“不清楚”。"
HAN_ONLY = "我只看得懂汉字，拼音和外文认不准。请用汉字打出来，或者按输入法上的话筒说。有危险马上打 110。"
IN_ENGLISH = (
    "I can only read Chinese characters. Please write in Chinese, or have someone write for you. In danger, call 110."
)
# Of all guides' probability, read off real questions: below BESIDE a guide has little to do with what was asked; from MEANT on
# its questions find out the rest better than a choice among single questions. How near it must lie besides: `model.near`.
BESIDE, MEANT = 0.4, 0.7
MOST_CLARIFY, MOST_ARTICLES = 3, 5
FAINT = 0.1  # chance: an article less likely has nothing to do with the question
CERTAIN_ENOUGH = 0.85  # below this an answer offers the next likely questions too

AnyInterview = GuideInterview | CalculatorInterview | CheckupInterview | DocumentInterview | IntakeInterview


def guide_asked_for(result: SearchResult) -> str | None:
    """The guide that is asked for in nearly its own words, when no answer is."""
    guide, faq = result.guides[:1], result.faqs[:1]
    if guide and guide[0].near >= ASKED_BEFORE and (not faq or faq[0].near < ASKED_BEFORE):
        return guide[0].id
    return None


def is_without_han(text: str) -> bool:
    """Whether it is a sentence in letters: English, pinyin. (One or two words may be a name or "ok bye".)"""
    return len(re.findall(r"(?<!\S)[A-Za-z']{2,}(?![^\s,.!?;])", text)) >= 3 and not re.search(r"[\u3400-\u9fff]", text)


class Answerer(ContentCards):
    """Everything that turns knowledge into cards. Pure: it stores nothing and asks no clock but `on`."""

    def __init__(self, engine: SearchEngine, content: Content, gate: CitationGate, model: ConfidenceModel) -> None:
        super().__init__(content, gate)
        self._engine = engine
        self._law = StatuteCards(engine, gate)
        self._model = model

    # -- questions ----------------------------------------------------------------

    def answer(self, text: str) -> Card:
        """The card for a question in the person's own words."""
        question = normalise(text)
        danger = detect(question)
        if danger:
            return safety_card(danger)
        if is_without_han(question):
            return Card(kind="notice", title="请用汉字说", conclusion=HAN_ONLY, steps=[IN_ENGLISH])
        named = self._law.named(question)
        if named:
            return named
        result = self._engine.search(question)
        kind, sure = self.verdict(result)
        asked_for = guide_asked_for(result)
        answered = kind == "answer" and sure >= CERTAIN_ENOUGH
        own = self._content.faqs[result.faqs[0].id].guide if answered else None
        if asked_for and kind in ("answer", "clarify", "uncovered") and own != asked_for:
            return self.guide_first(asked_for, result, sure)
        meant = self.meant(result)
        agreed = self._agreed(meant, result)
        if kind == "answer" and agreed and sure < CERTAIN_ENOUGH and result.faqs[0].score < MEANT:
            # Four months without a contract is not a year: the problem is plain, which of its answers fits is not.
            return self.guide_first(agreed, result, sure)
        if kind == "answer":
            card = self.faq_card(result.faqs[0].id, sure, meant)
            return self._with_articles(card if sure >= CERTAIN_ENOUGH else self._with_others(card, result), result)
        if kind == "clarify":
            # 离婚: what it may all be is asked step by step.
            near = problem_named(result, self._model) or agreed
            return self.guide_first(near, result, sure) if near else self.clarify(result, sure)
        if kind == "guide":
            return self._with_others(self._guide_or_articles(result, sure), result, skip=0)
        if kind == "offtopic":
            return Card(kind="notice", title="这个我不在行", conclusion=OFF_TOPIC, confidence=sure)
        if self._guide(
            result, MEANT, self._model.near.plain
        ):  # the kind of problem is plain, the question in it is not
            return self.clarify(result, sure)
        return self.not_covered(sure, result)

    def search(self, text: str) -> SearchResult:
        return self._engine.search(normalise(text))

    def is_another_problem(self, text: str, script: AnyInterview) -> bool:
        """Whether a text surely tells of a problem of another topic than the interview's."""
        own = self._content.guides.get(getattr(script, "guide", None) or script.id)
        best = self.meant(self.search(text)) if own else None
        return own is not None and best is not None and self._content.guides[best].topic != own.topic

    def verdict(self, result: SearchResult) -> tuple[Verdict, float]:
        return verdict(result, self._model)

    def meant(self, result: SearchResult) -> str | None:
        """The guide whose problem a text surely is."""
        return self._guide(result, MEANT, self._model.near.meant)

    def guide_first(self, guide_id: str, result: SearchResult, sure: float) -> Card:
        """The problem with its questions, and beside it what else may have been asked."""
        return self._guided(self._with_others(self.guide_card(guide_id, sure), result, skip=0), result)

    def clarify(self, result: SearchResult, sure: float) -> Card:
        """Which of the nearest questions is meant."""
        options = [self._content.faqs[hit.id] for hit in result.faqs[:MOST_CLARIFY]]
        choices = [choice(n, faq.question, f"faq:{faq.id}") for n, faq in enumerate(options, 1)]
        near = self._guide(result, BESIDE, self._model.near.beside)
        # Where the nearest FAQ belongs to another problem than the nearest guide, either may be meant.
        problems = [options[0].guide, near] if near and not self._agreed(near, result) else [near]
        for guide in filter(None, problems):
            choices.append(
                choice(len(choices) + 1, f"都不像，问我几句：{self._content.guides[guide].title}", f"guide:{guide}")
            )
        choices.append(choice(len(choices) + 1, "都不是", "none"))
        likely = self._law.found(result) if self._law.likely(result, self._engine.show_at) else []
        return Card(
            kind="clarify",
            title="先确认一下",
            conclusion="您是想问下面哪一个？选一个，我就答；都不是的话，换个说法多说几句。",
            choices=choices,
            citations=likely,
            found=True,
            confidence=sure,
            law_as_of=self.on if likely else None,
        )

    def not_covered(self, sure: float | None = None, result: SearchResult | None = None) -> Card:
        """That nothing is known for sure, and the nearest questions all the same: the person sees whether one of them is it."""
        hits = [hit for hit in result.faqs if hit.dense >= self._model.near.plain] if result else []
        faqs = [self._content.faqs[hit.id] for hit in hits[:MOST_CLARIFY]]
        articles = self._law.found(result) if result and self._law.likely(result, self._engine.show_at) else []
        return Card(
            kind="notice",
            title=NOT_SURE,
            conclusion=NOT_COVERED.format(nearest=NEAREST if faqs else "", articles=MAY_APPLY if articles else ""),
            where=["12348 公共法律服务热线"],
            citations=articles,
            found=True,
            choices=[choice(n, faq.question, f"faq:{faq.id}") for n, faq in enumerate(faqs, 1)],
            confidence=sure,
            law_as_of=self.on if articles else None,
        )

    def statute_card(self, text: str) -> Card:
        """The articles a person names, or those nearest to what they describe."""
        return self._law.asked_for(text)

    def unbuilt(self, intent: str) -> Card:
        """The truth about a skill that is not there yet, with what helps meanwhile."""
        skill = unbuilt_skills()[intent]
        choices: list[CardChoice] = []
        if skill.search is not None:
            hits = self._engine.search(skill.search).faqs[:MOST_CLARIFY]
            choices = [choice(n, self._content.faqs[h.id].question, f"faq:{h.id}") for n, h in enumerate(hits, 1)]
        return Card(
            kind="notice",
            title=skill.title,
            conclusion=skill.conclusion,
            steps=list(skill.steps),
            where=list(skill.where),
            citations=self._gate.cite_all(skill.statutes),
            choices=choices,
            law_as_of=self.on if skill.statutes else None,
        )

    # -- interviews ---------------------------------------------------------------

    def scripted(self, script_id: str) -> AnyInterview | None:
        """The interview with this id (of a guide: `guide.…`, of a calculator: `calc:…`, the check-up, the intake); None when there is
        none."""
        if script_id in self._content.guides:
            return GuideInterview(self._content.guides[script_id])
        if script_id == INTAKE:
            return IntakeInterview()
        if script_id == MEDIATION:
            return MediationInterview()
        return self.checkup if script_id == SCRIPT_ID else calculator(script_id) or document(script_id)

    @cached_property
    def checkup(self) -> CheckupInterview:
        return CheckupInterview(self._content)

    def outcome_card(self, interview: GuideInterview | CalculatorInterview, answers: Answers, today: date) -> Card:
        """What the answers add up to (a check-up's report is stored first: `actions.checkups`)."""
        if isinstance(interview, GuideInterview):
            return self.result_card(interview.id, answers)
        card = interview.card(answers, today, self._gate)
        choices = [choice(1, "换个数再算", interview.target)]
        if interview.guide in self._content.guides:
            choices.append(choice(2, "接下来怎么办", f"guide:{interview.guide}"))
        return card.model_copy(update={"choices": choices})

    # -- inside -------------------------------------------------------------------

    def _with_articles(self, card: Card, result: SearchResult) -> Card:
        """Of what the card cites, its first ground, what may answer this very question and what no search can judge, its text
        not being in the book; and the likely articles found besides. All it cites where no article is likely. All that an answer
        rests on comes with a tap, or when asked for (`threads.grounded`)."""
        if card.citations and not self._law.likely(result, self._engine.show_at):
            return card
        found = {(citation.law, citation.article) for citation in self._law.found(result, FAINT)}
        own = {(citation.law, citation.article) for citation in card.citations}
        kept = [
            citation
            for number, citation in enumerate(card.citations)
            if number == 0 or citation.kind == "referenced" or (citation.law, citation.article) in found
        ]
        more = [each for each in self._law.found(result) if (each.law, each.article) not in own]
        choices = card.choices
        if len(kept) < len(card.citations) and card.faq_id:
            label = f"全部法律依据（{len(card.citations)}条）"
            choices = [*choices, choice(len(choices) + 1, label, f"faq:{card.faq_id}")]
        return card.model_copy(update={"citations": [*kept, *more][:MOST_ARTICLES], "choices": choices})

    def _guided(self, card: Card, result: SearchResult) -> Card:
        """A guide's own articles are general: those found for the question take their place, unless they are unlikely."""
        articles = self._law.found(result) if self._law.likely(result, FAINT) else card.citations
        return card.model_copy(update={"citations": articles})

    def _with_others(self, card: Card, result: SearchResult, skip: int = 1) -> Card:
        """The answer, and beside it the next likely questions in place of related ones."""
        kept = [c for c in card.choices if '"guide:' in c.payload]
        others = [self._content.faqs[hit.id] for hit in result.faqs[skip : skip + 2]]
        found = [
            choice(len(kept) + n, f"我想问的是：{faq.question}", f"faq:{faq.id}") for n, faq in enumerate(others, 1)
        ]
        return card.model_copy(update={"choices": kept + found})

    def _agreed(self, guide_id: str | None, result: SearchResult) -> str | None:
        """The guide, unless the nearest FAQ belongs to another: who was dismissed must not get what an employer asks."""
        own = self._content.faqs[result.faqs[0].id].guide if result.faqs else None
        return guide_id if own in (None, guide_id) else None

    def _guide(self, result: SearchResult, share: float, fits: float) -> str | None:
        """The nearest guide when it is at least so near."""
        best = result.guides[0] if result.guides else None
        return best.id if best and best.score >= share and best.dense >= fits else None

    def _guide_or_articles(self, result: SearchResult, sure: float) -> Card:
        """No FAQ fits: the nearest problem area with its questions, and the articles nearest to what was said."""
        articles = self._law.found(result)
        near = self._guide(result, BESIDE, self._model.near.beside)
        if near and result.faqs and result.faqs[0].dense > result.guides[0].dense + self._model.near.farther:
            near = None  # a debt to a bank is no loan among friends: the question beside it says it better
        if near is None and not articles:
            return self.not_covered(sure, result)
        if near is None:
            return Card(
                kind="guide",
                title="先看这几条法律",
                conclusion="拿不准哪个解答正好对得上：下面几条法律可能有关，选项里要是有您想问的，点一下就答。都不是就拨 12348，或多说几句经过。",
                citations=articles,
                found=True,
                where=["12348 公共法律服务热线"],
                confidence=sure,
                law_as_of=self.on,
            )
        return self._guided(self.guide_card(near, sure), result)
