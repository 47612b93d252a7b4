"""Documents: filled from answers alone, blanks where nothing was said, the same words in both files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cases import conversations, people, reports
from knowledge.documents import DocumentTemplate, load_templates
from service.documents import BLANK, Filled, document, fill, offer_card, wanted
from service.gate import CitationGate
from service.money_words import capital
from service.report_links import ReportLinks
from tests.fakes.rasa import running_bot

TODAY = date(2026, 11, 24)
TEMPLATES = list(load_templates().values())
SMALL = {
    "id": "small",
    "title": "小文书",
    "about": "试一试模板是怎么填的。",
    "asked": ["小文书"],
    "questions": [
        {"id": "name", "ask": "您的姓名？", "type": "text"},
        {"id": "kind", "ask": "是哪一种？", "choices": [{"id": "a", "label": "甲种", "fact": "属于甲种"}, {"id": "b", "label": "乙种"}]},
        {"id": "sum", "ask": "多少元呢？", "type": "amount", "when": {"kind": "a"}},
        {"id": "extra", "ask": "还有要说的吗？", "type": "text", "needed": False},
    ],
    "sections": [
        {"lines": ["{{ name }}，{{ kind }}"]},
        {"heading": "金额", "when": {"kind": "a"}, "lines": ["{{ sum | money }}"]},
        {"heading": "另外", "only": "extra", "lines": ["{{ extra }}"]},
    ],
    "checks": ["核对一遍"],
}  # fmt: skip


def small(**change: object) -> DocumentTemplate:
    return DocumentTemplate.model_validate({**SMALL, **change})


def test_only_what_was_said_is_on_the_paper(gate: CitationGate) -> None:
    filled = fill(small(), {"name": "张三", "kind": "a", "sum": "35000.5", "extra": "unknown"}, TODAY, gate)
    assert filled.text == "小文书\n张三，属于甲种\n金额\n35,000.50元（人民币叁万伍仟元伍角整）"
    assert filled.blanks == ()


def test_what_was_not_said_is_blank_and_named(gate: CitationGate) -> None:
    filled = fill(small(), {"name": "unknown", "kind": "a", "sum": "unknown", "extra": "unknown"}, TODAY, gate)
    assert filled.text == f"小文书\n{BLANK}，属于甲种\n金额\n{BLANK}"
    assert filled.blanks == ("您的姓名？", "多少元呢？")
    assert fill(small(), {}, TODAY, gate).text == f"小文书\n{BLANK}，{BLANK}"


def test_a_persons_words_are_not_a_template(gate: CitationGate) -> None:
    filled = fill(small(), {"name": "{{ 7 * 7 }}{% for %}<b>", "kind": "b"}, TODAY, gate)
    assert "{{ 7 * 7 }}{% for %}<b>，乙种" in filled.text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sections": [{"lines": ["{{ nobody }}"]}]}, "没有问过的"),
        ({"sections": [{"lines": ["{{ name"]}]}, "模板写错了"),
        ({"sections": [{"lines": ["{{ name }}"]}]}, "没有用上"),
        ({"sections": [{"when": {"kind": "c"}, "lines": ["x"]}]}, "没有选项 c"),
    ],
)
def test_a_wrong_template_says_what_is_wrong(change: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        small(**change)


def anything(template: DocumentTemplate) -> dict[str, str]:
    """An answer to every question."""
    return {
        q.id: q.choices[0].id if q.choices else "2026-03-01" if q.type == "date" else "1234" for q in template.questions
    }


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.id)
def test_each_template(template: DocumentTemplate, gate: CitationGate) -> None:
    """Every citation is good, nothing answered gives blanks and no invented word."""
    empty = fill(template, {}, TODAY, gate)
    assert len(empty.basis) == len(template.statutes)
    assert BLANK in empty.text and "None" not in empty.text and "{{" not in empty.text
    answers = anything(template)
    filled = fill(template, answers, TODAY, gate)
    assert filled == fill(template, answers, TODAY, gate) == Filled.model_validate(filled.model_dump(mode="json"))
    assert wanted(template.title) and wanted(template.title).template.id == template.id  # type: ignore[union-attr]


COMPLAINTS = [template for template in TEMPLATES if template.id.startswith("complaint-")]
OFFICIAL = ("原告", "被告", "诉讼请求", "诉前保全", "事实与理由", "对纠纷解决方式的意愿")
"""The parts of the element forms of 法〔2025〕82号, in their order."""


@pytest.mark.parametrize("template", COMPLAINTS, ids=lambda t: t.id)
def test_a_complaint_has_the_parts_of_the_official_form(template: DocumentTemplate, gate: CitationGate) -> None:
    for answers in ({}, anything(template)):
        headings = [part.heading or "" for part in fill(template, answers, TODAY, gate).parts]
        places = [next((n for n, heading in enumerate(headings) if heading.endswith(part)), -1) for part in OFFICIAL]
        assert -1 not in places and places == sorted(places), headings
    text = fill(template, {}, TODAY, gate).text
    assert all(each in text for each in ("委托诉讼代理人", "第三人", "电子送达", "是否考虑先行调解：□ 是"))
    if any(question.id == "agreed" for question in template.questions):
        assert "有没有仲裁、法院管辖约定：□ 没有" in text


def test_the_ten_kinds_and_the_papers_beside_them_are_there() -> None:
    kinds = ["labour-arbitration", *(f"complaint-{kind}" for kind in ("wages", "loan", "divorce", "rent", "traffic", "goods",
             "property", "consumer", "neighbour"))]  # fmt: skip
    papers = "defence evidence-list authorisation demand-letter iou receipt settlement rent-checklist"
    assert {*kinds, *papers.split()} <= {template.id for template in TEMPLATES}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.id)
def test_what_is_asked_for_ends_as_a_sentence(template: DocumentTemplate, gate: CitationGate) -> None:
    for part in fill(template, anything(template), TODAY, gate).parts:
        assert not part.lines or not part.lines[-1].endswith("；")
    assert (
        "人民币1" not in fill(template, anything(template), TODAY, gate).text
    )  # the words after it say 人民币 already


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("帮我写拖欠工资的起诉状", "complaint-wages"),
        ("我要写投诉书，老板拖欠工资", "wage-complaint"),
        ("物业投诉信怎么写", "wage-complaint"),
        ("房东不退押金，写起诉书", "complaint-rent"),
        ("不服劳动仲裁裁决，写个起诉状", "complaint-wages"),
        ("收到仲裁裁决书不服，帮我写起诉状", "complaint-wages"),
        ("帮我写劳动仲裁申请书", "labour-arbitration"),
        ("劳动仲裁怎么写", "labour-arbitration"),
        ("写仲裁书", "labour-arbitration"),
    ],
)
def test_a_complaint_to_an_office_is_not_one_to_a_court(text: str, id_: str) -> None:
    found = wanted(text)
    assert found and found.template.id == id_


@pytest.mark.parametrize(
    ("id_", "question", "text", "read"),
    [
        ("iou", "amount", "99999999999999999999", None),  # what capitals have no words for
        ("iou", "amount", "-5", None),
        ("iou", "amount", "0", None),
        ("iou", "amount", "1000000000000", "1000000000000"),
        ("iou", "amount", "没有", "unknown"),
        ("complaint-loan", "paid", "没有", "0"),
        ("labour-arbitration", "claim_wages", "没有", "unknown"),  # nobody asks a tribunal for 0 yuan
        ("complaint-divorce", "married_on", "2030年1月1日", None),
        ("complaint-traffic", "happened_on", "2026-02-30", None),
        ("complaint-traffic", "happened_on", "昨天", "2026-11-23"),
        ("settlement", "pay_by", "2027年1月1日", "2027-01-01"),
    ],
)
def test_impossible_sums_and_days_are_not_taken(id_: str, question: str, text: str, read: str | None) -> None:
    script = document(f"doc:{id_}")
    assert script
    asked = next(q for q in script.template.questions if q.id == question)
    assert script.read(asked, text, TODAY).get(question) == read
    assert len(script.hint(asked) or "") > 20


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.id)
def test_the_largest_sums_can_be_written(template: DocumentTemplate, gate: CitationGate) -> None:
    largest = {q.id: str(q.most) for q in template.questions if q.type == "amount"}
    text = fill(template, {**anything(template), **largest}, TODAY, gate).text
    assert not largest or "壹万亿元整" in text


def test_days_that_cannot_follow_each_other_are_asked_again() -> None:
    script = document("doc:labour-arbitration")
    assert script
    answers = {"started": "2026-05-01", "left_on": "2026-03-01", "name": "张三"}
    kept, why = script.mended(answers, TODAY)
    assert kept == {"started": "2026-05-01", "name": "张三"}
    assert why and "2026年3月1日比2026年5月1日" in why and len(why) <= 120
    assert script.mended({**answers, "left_on": "2026-05-01"}, TODAY)[1] is None
    assert script.mended({**answers, "left_on": "unknown"}, TODAY)[1] is None


def test_the_order_of_days_names_days() -> None:
    with pytest.raises(ValidationError, match="只能写日期问题"):
        small(in_order=[["name", "sum"]])


def test_wages_at_court_take_over_what_the_arbitration_paper_holds() -> None:
    script = document("doc:complaint-wages")
    assert script
    known = script.known(
        {"doc:labour-arbitration": {"wage_months": "2026年7月至9月", "claim_wages": "18000", "post": "装配工"}}
    )
    assert known == {"wage_months": "2026年7月至9月", "amount": "18000", "post": "装配工"}


def test_known_answers_are_not_asked_again() -> None:
    script = document("doc:labour-arbitration")
    assert script
    earlier = {
        "calc:severance": {"started": "2023-03-01", "monthly_wage": "unknown"},
        "calc:double-wage": {"monthly_wage": "6000"},
    }
    assert script.known(earlier) == {"started": "2023-03-01", "wage": "6000"}


def test_the_offer_names_every_document() -> None:
    said = offer_card()
    text = "".join([*said.steps, *(c.label for c in said.choices)])
    assert all(template.title in text for template in TEMPLATES)


@pytest.mark.parametrize(
    ("amount", "words"),
    [("0", "零元整"), ("0.05", "伍分"), ("1.05", "壹元零伍分"), ("10", "壹拾元整"), ("10050", "壹万零伍拾元整"),
     ("35000.5", "叁万伍仟元伍角整"), ("100010000", "壹亿零壹万元整"), ("20300", "贰万零叁佰元整"), ("107000.53", "壹拾万柒仟元伍角叁分")],
)  # fmt: skip
def test_amounts_in_words(amount: str, words: str) -> None:
    assert capital(Decimal(amount)) == words


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_no_two_amounts_share_their_words(one: int, other: int) -> None:
    assert (capital(Decimal(one) / 100) == capital(Decimal(other) / 100)) == (one == other)


def test_amounts_out_of_range() -> None:
    for wrong in (Decimal("-0.01"), Decimal(10) ** 16):
        with pytest.raises(ValueError):
            capital(wrong)


async def test_files_behind_the_link(tmp_path: Path, gate: CitationGate) -> None:
    filled = fill(small(), {"name": "张三", "kind": "b"}, TODAY, gate)
    async with running_bot(tmp_path) as bot:
        with bot.services.database.write() as session:
            person = people.find_or_create(session, channel="web", value="甲")
            here = conversations.current(session, person_id=person.id, channel="web")
            stored = reports.save_report(
                session, conversation_id=here.id, interview_id="i_1", body=filled.model_dump(mode="json")
            )
        key = bot.services.settings.secrets.cookie_key
        page = bot.page()
        for address, start in zip(ReportLinks(key, "document").files(stored.id), (b"PK", b"%PDF"), strict=True):
            answer = await page.http.get(address)
            assert answer.status_code == 200 and answer.content.startswith(start)
            assert answer.headers["cache-control"] == "no-store"
        wrong_kind = f"/document/{ReportLinks(key).token(stored.id)}.pdf"
        for address in (
            wrong_kind,
            "/document/x-y.pdf",
            ReportLinks(key, "document").files(stored.id)[1][:-4] + ".exe",
        ):
            assert (await page.http.get(address)).status_code == 404
