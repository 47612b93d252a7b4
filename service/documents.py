"""A document out of a template and a person's answers. Nothing is invented: what was not answered is a blank to fill in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from jinja2.runtime import Undefined
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, ConfigDict

from knowledge.documents import DocumentQuestion, DocumentTemplate, Section, load_templates
from knowledge.schema import Question
from service import interviews
from service.cards import GENERATED_LABEL, Card, CardChoice, Citation
from service.choices import choice
from service.gate import CitationGate
from service.money_words import capital
from service.scripted import Answers, Scripted

BLANK = "＿＿＿＿＿＿"
LABEL = f"{GENERATED_LABEL}，须本人核对、补全后使用"
MOST_OFFERED = 9
SHEET_TITLE = "办事清单"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    heading: str | None
    lines: tuple[str, ...]


class Filled(BaseModel):
    """A document ready to print. `blanks`: the questions whose answer a person has yet to write in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    parts: tuple[Part, ...]
    to: str | None
    signed: tuple[str, ...]
    checks: tuple[str, ...]
    blanks: tuple[str, ...]
    basis: tuple[Citation, ...]
    made_on: date
    label: str = LABEL

    @property
    def mark(self) -> str:
        return f"AIGC；{GENERATED_LABEL}；内容制作者：龙华小法"

    @property
    def text(self) -> str:
        """All that is printed above the signature, for tests and for the brief of a case."""
        lines = [self.title, *(line for part in self.parts for line in (part.heading or "", *part.lines))]
        return "\n".join(filter(None, [*lines, self.to, *self.signed]))


class DocumentInterview(Scripted):
    def __init__(self, template: DocumentTemplate) -> None:
        id_ = template.script_id
        super().__init__(id=id_, target=id_, version=str(template.version), script=template)
        self.template = template

    def known(self, earlier: Mapping[str, Answers]) -> dict[str, str]:
        """Answers to this one's questions that earlier interviews (script id -> answers) hold already."""
        found: dict[str, str] = {}
        for question in self.template.questions:
            for source in question.known_from:
                script, _, asked = source.rpartition("/")
                answer = earlier.get(script, {}).get(asked)
                if answer and answer != interviews.UNKNOWN and question.id not in found:
                    found[question.id] = answer
        return found

    def read(self, question: Question, text: str, today: date) -> dict[str, str]:
        """As elsewhere, but no sum beyond reason, and no day to come for what has happened."""
        said = super().read(question, text, today)
        answer = said.get(question.id, interviews.UNKNOWN)
        if answer == interviews.UNKNOWN or not isinstance(question, DocumentQuestion):
            return said
        most = question.most
        beyond = question.type == "amount" and most is not None and Decimal(answer) > most
        to_come = question.type == "date" and not question.ahead and date.fromisoformat(answer) > today
        return {} if beyond or to_come else said

    def hint(self, question: Question) -> str | None:
        if question.type == "amount":
            least = "可以是 0" if question.min == 0 else "要大于 0"
            return f"请写多少元，{least}，不超过一万亿，例如 35000 或三万五。不清楚就选“不清楚”，空着自己填。"
        if question.type == "date":
            days = "" if isinstance(question, DocumentQuestion) and question.ahead else "不能是还没到的日子，"
            return f"请写一个有的日子，{days}例如 2026年8月1日。不清楚就选“不清楚”，空着自己填。"
        return None

    def mended(self, answers: dict[str, str], today: date) -> tuple[dict[str, str], str | None]:
        """Without the first day that comes before the one it must follow."""
        asks = {question.id: question.ask for question in self.template.questions}
        for first, then in self.template.in_order:
            days = [answers.get(id_, interviews.UNKNOWN) for id_ in (first, then)]
            if interviews.UNKNOWN not in days and days[1] < days[0]:
                kept = {id_: answer for id_, answer in answers.items() if id_ != then}
                return kept, f"您说的{_date(days[1])}比{_date(days[0])}（{asks[first]}）还早，对不上，请再说一遍。"
        return answers, None

    def card(self, filled: Filled, files: list[str]) -> Card:
        """That the document is ready, what is still blank in it, and what to check."""
        left = f"还有 {len(filled.blanks)} 处空着要您自己填。" if filled.blanks else ""
        return Card(
            kind="document",
            title=f"{filled.title}写好了",
            conclusion=f"按您说的填好了，下载后先核对再用。{left}我没有替您编任何内容。",
            steps=[*filled.checks, *(f"要补：{blank}" for blank in filled.blanks[:6])],
            citations=list(filled.basis),
            where=list(self.template.where),
            attachments=files,
            choices=[choice(1, "重新填一份", self.target)],
            law_as_of=filled.made_on if filled.basis else None,
        )


def document(script_id: str) -> DocumentInterview | None:
    """The document with this id (`doc:…`)."""
    template = load_templates().get(script_id)
    return DocumentInterview(template) if template else None


def wanted(text: str) -> DocumentInterview | None:
    """The document that a message asks for by name."""
    found = next((t for t in load_templates().values() if any(p.search(text) for p in t.asked)), None)
    return DocumentInterview(found) if found else None


def asks_for_some(text: str) -> bool:
    """Whether the words ask for documents in general, and not for one that we do not have."""
    return bool(re.search(r"(什么|哪些|啥).{0,4}(文书|模板|范本)|^.{0,6}(文书|模板|范本|材料).{0,6}$|起诉|诉状", text))


def with_offer(card: Card, script: DocumentInterview) -> Card:
    """The answer on how to write it, and that we can fill it in."""
    targets = [f"帮我填一份{script.template.title}", *(each.label for each in card.choices)]
    payloads = [choice(1, "", script.target).payload, *(each.payload for each in card.choices)]
    choices = [
        CardChoice(id=f"c{n}", label=t, payload=p) for n, (t, p) in enumerate(zip(targets, payloads, strict=True), 1)
    ]
    return card.model_copy(update={"choices": choices})


def offer_card() -> Card:
    """Which documents there are."""
    offered = list(load_templates().values())[:MOST_OFFERED]
    return Card(
        kind="document",
        title="写文书",
        conclusion="我可以一问一答帮您填好下面这些，生成 Word 和 PDF。选一份，或者说出名字。",
        steps=[f"还会写：{'、'.join(t.title for t in list(load_templates().values())[MOST_OFFERED:])}"]
        if len(load_templates()) > MOST_OFFERED
        else [],
        choices=[choice(n, t.title, t.script_id) for n, t in enumerate(offered, 1)],
    )


def fill(template: DocumentTemplate, answers: Answers, today: date, gate: CitationGate) -> Filled:
    """The document these answers make; the same answers always make the same document."""
    asked = [q for q in template.questions if interviews.applies(q.when, answers)]
    kept = {q.id: answers.get(q.id, interviews.UNKNOWN) for q in asked}
    values = {q.id: _value(q, kept[q.id]) for q in asked if kept[q.id] != interviews.UNKNOWN}
    shown = [s for s in template.sections if interviews.applies(s.when, kept) and (not s.only or s.only in values)]
    parts = tuple(_part(section, values, today) for section in shown)
    blanks = tuple(q.ask for q in asked if q.needed and q.id not in values)
    return Filled(
        title=template.title,
        parts=parts,
        to=_render(template.to, values, today) if template.to else None,
        signed=tuple(_render(line, values, today) for line in template.signed),
        checks=template.checks,
        blanks=blanks,
        basis=tuple(gate.cite_all(template.statutes)),
        made_on=today,
    )


def on_paper(card: Card, today: date) -> Filled:
    """The result of an interview as a sheet to take along: what was said, what follows, what to bring and where to go."""
    parts = (
        Part(heading="您的情况", lines=(card.title,)),
        Part(heading="结论", lines=tuple(filter(None, (card.conclusion, card.deadline and f"期限：{card.deadline}")))),
        Part(heading="怎么办", lines=tuple(f"{n}. {line}" for n, line in enumerate(card.steps, 1))),
        Part(heading="要带的材料（带一样划掉一样）", lines=tuple(f"□ {line}" for line in card.evidence)),
        Part(heading="去哪里", lines=tuple(card.where)),
        Part(heading="什么时候要找律师", lines=tuple(card.lawyer_when)),
    )
    return Filled(
        title=SHEET_TITLE,
        parts=tuple(part for part in parts if part.lines),
        to=None,
        signed=(),
        checks=(),
        blanks=(),
        basis=tuple(card.citations),
        made_on=today,
    )


class _Blank(Undefined):
    """What was not answered: a blank, whatever is done with it."""

    def __str__(self) -> str:
        return BLANK


def _money(value: object) -> str:
    """`30000` -> 30,000元（人民币叁万元整）."""
    if isinstance(value, Undefined):
        return BLANK
    amount = Decimal(str(value))
    plain = f"{amount:,.2f}".removesuffix(".00")
    return f"{plain}元（人民币{capital(amount)}）"


def _date(value: object) -> str:
    if isinstance(value, Undefined):
        return "＿＿＿＿年＿＿月＿＿日"
    day = date.fromisoformat(str(value))
    return f"{day.year}年{day.month}月{day.day}日"


_ENVIRONMENT = SandboxedEnvironment(undefined=_Blank, autoescape=False)  # noqa: S701  plain text on paper, no markup
_ENVIRONMENT.filters.update({"money": _money, "date": _date})


def _part(section: Section, values: Mapping[str, Any], today: date) -> Part:
    lines = [text for line in section.lines for text in _render(line, values, today).splitlines() if text.strip()]
    if section.numbered:
        lines = [*lines[:-1], *(f"{last[:-1]}。" if last.endswith("；") else last for last in lines[-1:])]
        lines = [f"{number}. {line}" for number, line in enumerate(lines, 1)]
    return Part(heading=section.heading, lines=tuple(lines))


def _render(line: str, values: Mapping[str, Any], today: date) -> str:
    return _ENVIRONMENT.from_string(line).render(**values, today=today.isoformat())


def _value(question: Question, answer: str) -> str:
    """An answer as it reads on paper."""
    if question.type == "choice":
        return next((c.fact or c.label for c in question.choices if c.id == answer), answer)
    return answer
