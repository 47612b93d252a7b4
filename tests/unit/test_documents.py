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
