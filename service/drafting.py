"""From a gap or a lawyer's answer to a published FAQ: written by one, checked by the machine, read by another, published."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import ValidationError

from cases import audit, content
from cases.content import Draft, Origin
from cases.database import Session
from cases.errors import CaseNotFoundError, InputError, NotAllowedError, WrongStatusError
from cases.permissions import check_allowed
from cases.staff import Staff
from knowledge.check import check_faq, review_of, said
from knowledge.content import Content
from knowledge.schema import Faq
from knowledge.statutes.book import StatuteBook
from service.scrub import findings, scrub

FIELDS = {
    "missing": "缺少这一项",
    "string_too_short": "太短了",
    "string_too_long": "太长了",
    "too_short": "条数不够",
    "too_long": "条数太多",
    "string_pattern_mismatch": "编号只用小写字母、数字、点和连字符，如 labour.wages.bonus",
}
NAMES = {"id": "编号", "question": "问题", "variants": "问法", "topic": "话题", "conclusion": "结论", "steps": "怎么做",
         "statutes": "依据", "evidence": "证据", "where": "去哪里", "deadline": "期限", "lawyer_when": "什么时候找律师"}  # fmt: skip


def start(
    session: Session, actor: Staff, *, origin: Origin, question: str, answer: str = "", known: Iterable[str] = ()
) -> str:
    """A draft from what was asked and answered, personal data taken out; returns its id. The same begun again (a double
    click, the page opened twice) is the draft begun before, as long as nobody changed it. Raises NotAllowedError."""
    check_allowed(actor, "edit_content")
    names = list(known)
    lines = [line for line in scrub(answer, names).splitlines() if line.strip()]
    body: dict[str, Any] = {
        "id": "",
        "question": scrub(question, names)[:60],
        "variants": [scrub(question, names)] if question else [],
        "topic": "",
        "conclusion": lines[0][:120] if lines else "",
        "steps": lines[1:],
        "statutes": [],
    }
    return _begin(session, actor, faq_id="", origin=origin, body=body)


def revise(session: Session, actor: Staff, faq: Faq) -> str:
    """A draft that changes a FAQ there is; begun again, as `start`. Raises NotAllowedError."""
    check_allowed(actor, "edit_content")
    return _begin(session, actor, faq_id=faq.id, origin="faq", body=faq.model_dump(mode="json"))


def _begin(session: Session, actor: Staff, *, faq_id: str, origin: Origin, body: dict[str, Any]) -> str:
    for found in content.drafts(session, ("draft",)):
        if (found.author_id, found.faq_id, found.origin, found.body) == (actor.id, faq_id, origin, body):
            return found.id
    return content.create(session, faq_id=faq_id, origin=origin, body=body, author_id=actor.id)


def get(session: Session, actor: Staff, draft_id: str) -> Draft:
    """Raises NotAllowedError, CaseNotFoundError."""
    check_allowed(actor, "edit_content")
    found = content.draft(session, draft_id)
    if found is None:
        raise CaseNotFoundError
    return found


def save(session: Session, actor: Staff, draft_id: str, body: dict[str, Any], *, version: int) -> None:
    """Whoever changes it is its author from now on. Raises CaseError: stale, published already."""
    found = get(session, actor, draft_id)
    if found.status not in ("draft", "review"):
        raise WrongStatusError("这份草稿已经发布或放弃，不能再改。")
    values = {"body": body, "faq_id": body.get("id", ""), "author_id": actor.id, "status": "draft", "reader_id": None}
    content.change(session, draft_id, version, **values)
    audit.record(session, "draft_changed", actor=actor.id, subject=draft_id)


def submit(session: Session, actor: Staff, draft_id: str, *, version: int) -> None:
    """Ask a second person to read it. Raises CaseError."""
    if get(session, actor, draft_id).status != "draft":
        raise WrongStatusError("只有草稿可以提交复核。")
    content.change(session, draft_id, version, status="review", remark=None)


def send_back(session: Session, actor: Staff, draft_id: str, remark: str, *, version: int) -> None:
    """The reader wants something changed. Raises CaseError."""
    found = get(session, actor, draft_id)
    _check_reader(actor, found)
    content.change(session, draft_id, version, status="draft", reader_id=actor.id, remark=remark)


def drop(session: Session, actor: Staff, draft_id: str, *, version: int) -> None:
    """Give it up. Raises CaseError."""
    if get(session, actor, draft_id).status not in ("draft", "review"):
        raise WrongStatusError("这份草稿已经发布或放弃。")
    content.change(session, draft_id, version, status="dropped")


def publish(
    session: Session,
    actor: Staff,
    draft_id: str,
    *,
    version: int,
    author_name: str,
    faq: Faq,
    whole: Content,
    book: StatuteBook,
    on: date,
) -> int:
    """Publish what was checked; the caller ran `problems` on this `faq` outside the transaction. Returns the version of
    the content. Raises CaseError: own draft, not submitted, changed meanwhile."""
    found = get(session, actor, draft_id)
    _check_reader(actor, found)
    if faq.model_dump(mode="json") != Faq.model_validate(found.body).model_dump(mode="json"):
        raise content.StaleDraftError
    reader = actor.name if actor.name != author_name else f"{actor.name}（{actor.login}）"
    review = review_of(faq, whole, book, on, author=author_name, reader=reader)
    content.change(session, draft_id, version, status="published", reader_id=actor.id, remark=None)
    body = faq.model_dump(mode="json", exclude_defaults=True)
    number = content.publish(session, faq_id=faq.id, body=body, review=review.model_dump(mode="json"))
    audit.record(session, "content_published", actor=actor.id, subject=faq.id, details={"version": number})
    return number


def problems(body: dict[str, Any], whole: Content, book: StatuteBook, on: date, known: Iterable[str] = ()) -> list[str]:
    """What stands in the way of publishing: the same checks as `xiaofa knowledge check`, and personal data left over."""
    try:
        faq = Faq.model_validate(body)
    except ValidationError as error:
        return [
            f"{NAMES.get(str(d['loc'][0]), str(d['loc'][0]))}：{FIELDS.get(d['type'], d['msg'])}"
            for d in error.errors()
        ]
    found = check_faq(faq, whole, book, on)
    words = "\n".join([faq.question, *faq.variants, *said(faq)])
    left = [f"{finding.kind}：“{finding.text}”，去掉个人信息" for finding in findings(words, known)]
    return list(dict.fromkeys([*found, *left, *(["还有没填的【】"] if "【" in words else [])]))


def _check_reader(actor: Staff, draft: Draft) -> None:
    check_allowed(actor, "publish_content")
    if draft.author_id == actor.id:
        raise NotAllowedError("自己写的要请另一个人复核。")
    if draft.status != "review":
        raise InputError("这份草稿还没有提交复核，或者已经改过。")
