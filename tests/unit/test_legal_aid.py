"""The decision table of legal aid and of relief from court fees, cell by cell against the articles it rests on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from actions.action_legal_aid import guide_for
from knowledge.calculators.rates import Rates, Value, load_rates
from knowledge.content import Content
from knowledge.schema import Guide
from service import content_cards
from service.answering import Answerer
from service.documents import on_paper
from service.gate import CitationGate
from tests.fakes.ways import ways

GUIDE = "guide.procedure.legal-aid"
FEE_GUIDE = "guide.procedure.fee-relief"
FREE = "不受经济困难条件限制"
EXEMPT = "免查经济困难"
HARDSHIP = "还要看经济困难"
# Article 31 of the Legal Aid Law names the matters, 29 victims of crime, 32 those without any hardship condition, 33 retrial, 42 who is exempt.
TABLE: dict[tuple[str, str], tuple[str, str]] = {
    **{(m, e): (HARDSHIP, "第三十一条") for m in ("wages", "injury", "support", "social") for e in ("none", "unknown")},
    **{(m, e): (EXEMPT, "第四十二条") for m in ("wages", "injury", "support", "social") for e in ("assistance", "vulnerable")},
    ("wages", "migrant"): (EXEMPT, "第四十二条"),
    ("injury", "migrant"): (EXEMPT, "第四十二条"),
    ("support", "migrant"): (HARDSHIP, "第三十一条"),  # 42 (3): migrant workers for wages and work injury alone
    ("social", "migrant"): (HARDSHIP, "第三十一条"),
    **{(m, e): (HARDSHIP, "第三十一条") for m in ("capacity", "environment") for e in ("none", "unknown")},
    **{(m, e): (EXEMPT, "第四十二条") for m in ("capacity", "environment") for e in ("assistance", "vulnerable")},
    **{("victim", e): (HARDSHIP, "第二十九条") for e in ("none", "unknown")},
    **{("victim", e): (EXEMPT, "第二十九条") for e in ("assistance", "vulnerable")},
    **{("retrial", e): (HARDSHIP, "第三十三条") for e in ("none", "unknown")},
    **{("retrial", e): (EXEMPT, "第三十三条") for e in ("assistance", "vulnerable")},
    ("violence", ""): (FREE, "第三十二条"),
    ("bravery", ""): (FREE, "第三十二条"),
    ("acquitted", ""): (FREE, "第三十二条"),
    ("criminal", ""): ("本人和近亲属都可以申请", "第二十四条"),
    ("none", ""): ("没有找到", "第三十一条"),
}  # fmt: skip
FEES = {
    "support": ("免交", "第四十五条"), "poor": ("免交", "第四十五条"),
    "brave": ("免交", "第四十五条"), "disaster": ("减交", "第四十六条"), "injury": ("缓交", "第四十七条"),
    "labour": ("缓交", "第四十七条"), "aided": ("缓交", "第四十七条"), "none": ("缓交、减交或者免交", "第四十四条"),
    "unknown": ("缓交、减交或者免交", "第四十四条"),
}  # fmt: skip
RARER = {"capacity", "environment", "victim", "retrial", "acquitted", "none"}


@pytest.fixture(scope="module")
def guide(content: Content) -> Guide:
    return content.guides[GUIDE]


@pytest.fixture(scope="module")
def aid(engine: object, content: Content, gate: CitationGate, model: object) -> Answerer:
    return Answerer(engine, content, gate, model)  # type: ignore[arg-type]


@pytest.fixture
def figure(monkeypatch: pytest.MonkeyPatch, gate: CitationGate) -> None:
    """Staff have set the income figure."""
    rate = load_rates().rate("urban_disposable_income")
    value = Value(since=date(2026, 1, 1), value=Decimal(6000), status="official", source="测试", verified_on=gate.on)
    known = Rates((rate.model_copy(update={"values": (value,), "verified_until": None}),))
    monkeypatch.setattr(content_cards, "load_rates", lambda: known)


def told(matter: str, exempt: str, **more: str) -> dict[str, str]:
    answers = {"urgent": "no", **more}
    if matter in RARER:
        answers |= {"matter": "more", "rarer": matter} | ({"exempt_rarer": exempt} if exempt else {})
    else:
        answers |= {"matter": matter} | ({"exempt": exempt} if exempt else {})
    return answers


@pytest.mark.parametrize(("matter", "exempt"), TABLE, ids="-".join)
def test_each_cell_says_what_its_article_says(matter: str, exempt: str, aid: Answerer) -> None:
    says, article = TABLE[matter, exempt]
    card = aid.result_card(GUIDE, told(matter, exempt))
    assert says in card.conclusion
    assert any(
        citation.label.endswith(f"法律援助法》{article}") or article in citation.label for citation in card.citations
    )


def test_the_table_covers_every_way_through(guide: Guide, aid: Answerer) -> None:
    """No answers lead to a result without a conclusion of its own, and no exempt person is asked for more."""
    every = list(ways(guide.checklist))
    assert len(every) == 129
    for answers in every:
        assert aid.result_card(GUIDE, answers).conclusion != guide.conclusion, answers


def test_what_a_step_says_of_time_and_of_proof_is_cited(guide: Guide, aid: Answerer) -> None:
    """Article 43: seven days, then three; article 41: a commitment instead of proofs; 44: aid first; 38: where."""
    resting = {"七日内决定": "第四十三条", "以后补": "第四十四条", "机关所在地": "第三十八条"}
    missing = set()
    for answers in ways(guide.checklist):
        card = aid.result_card(GUIDE, answers)
        cited = "".join(citation.label for citation in card.citations)
        found = {article for words, article in resting.items() if any(words in step for step in card.steps)}
        hardship = answers.get("exempt") in ("none", "unknown") or answers.get("exempt_rarer") in ("none", "unknown")
        found |= {"第四十一条"} if hardship else set()
        missing |= {(article, tuple(answers.items())) for article in found if article not in cited}
    assert not missing, (len(missing), sorted(missing)[:3])


def test_who_is_exempt_never_sees_an_income_question(guide: Guide, aid: Answerer, figure: None) -> None:
    assert not [q for q in guide.checklist.questions if q.type in ("money", "number")]
    for (matter, exempt), (says, _) in TABLE.items():
        offered = [c.label for c in aid.result_card(GUIDE, told(matter, exempt)).choices if "算一算" in c.label]
        own_sum = says == HARDSHIP and exempt in ("none", "unknown")
        assert bool(offered) == own_sum, (matter, exempt)


def test_without_the_figure_it_says_so_and_hands_on(aid: Answerer) -> None:
    card = aid.result_card(GUIDE, told("support", "none"))
    assert "没有核实" in card.conclusion
    assert [c.label for c in card.choices] == ["转给律师"]
    assert any("诚信承诺" in step for step in card.steps)


@pytest.mark.parametrize("matter", ["wages", "violence", "none"])
def test_under_seven_days_aid_may_come_first_and_a_lawyer_at_once(matter: str, aid: Answerer) -> None:
    card = aid.result_card(GUIDE, told(matter, "migrant" if matter == "wages" else "", urgent="yes"))
    assert card.deadline and "今天就办" in card.deadline
    assert [c.label for c in card.choices] == ["马上转给律师"]
    assert any("第四十四条" in citation.label for citation in card.citations)


@pytest.mark.parametrize(("matter", "exempt"), TABLE, ids="-".join)
def test_in_shenzhen_any_office_takes_the_application(matter: str, exempt: str, aid: Answerer) -> None:
    """Not said of criminal cases: the office is that of the place where the case is handled (article 38)."""
    where = aid.result_card(GUIDE, told(matter, exempt)).where
    assert any("任何一个区的法律援助机构" in line for line in where) == (matter != "criminal")
    assert not any("任何一个区" in line for line in aid.result_card(FEE_GUIDE, {"fee_ground": "poor"}).where)


@pytest.mark.parametrize(("matter", "exempt"), TABLE, ids="-".join)
def test_where_to_apply_follows_article_38(matter: str, exempt: str, aid: Answerer) -> None:
    card = aid.result_card(GUIDE, told(matter, exempt))
    for place in ("办案法院所在地", "机关所在地"):
        assert any(place in step for step in card.steps)
    assert any("第三十八条" in citation.label for citation in card.citations)


@pytest.mark.parametrize("ground", FEES)
def test_relief_from_court_fees(ground: str, aid: Answerer) -> None:
    says, article = FEES[ground]
    card = aid.result_card(FEE_GUIDE, {"fee_ground": ground, "urgent": "no"})
    assert says in card.conclusion
    assert any(article in citation.label for citation in card.citations)
    assert not any("法律援助机构" in step or "七日内" in step for step in card.steps)


def test_every_way_to_relief_has_a_conclusion_of_its_own(content: Content, aid: Answerer) -> None:
    fees = content.guides[FEE_GUIDE]
    every = list(ways(fees.checklist))
    assert len(every) == 27
    for answers in every:
        card = aid.result_card(FEE_GUIDE, answers)
        assert card.conclusion != fees.conclusion, answers
        assert "算一算" in card.choices[0].label
        urgent = answers["urgent"] == "yes"
        assert (card.deadline is not None) == urgent == any(c.label == "马上转给律师" for c in card.choices)


@pytest.mark.parametrize("id_", [GUIDE, FEE_GUIDE])
def test_nobody_is_asked_more_than_four_things(id_: str, content: Content) -> None:
    script = content.guides[id_].checklist
    assert len(script.questions) <= 5
    assert max(len(answers) for answers in ways(script)) <= 4


@pytest.mark.parametrize(
    ("text", "guide"),
    [
        ("我要申请法律援助", GUIDE),
        ("没钱请律师", GUIDE),
        ("交不起诉讼费能申请法律援助吗", FEE_GUIDE),
        ("受理费能不能晚点交", FEE_GUIDE),
    ],
)
def test_court_fees_are_asked_of_the_court(text: str, guide: str) -> None:
    assert guide_for(text) == guide


def test_the_sheet_has_what_to_bring_and_where_to_go(aid: Answerer, gate: CitationGate) -> None:
    card = aid.result_card(GUIDE, told("wages", "migrant"))
    sheet = on_paper(card, gate.on)
    assert "□ 身份证" in sheet.text and "12348" in sheet.text and card.conclusion in sheet.text
    assert sheet.basis == tuple(card.citations)
