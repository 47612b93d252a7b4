"""A card as WeChat messages: plain words, the conclusion first, choices by number, what does not fit behind the link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bot.channels.wechat.choices import articles_asked, choice_of, numbered
from bot.channels.wechat.split import TEXT_BYTES, size, split
from bot.channels.wechat.xml import sendable

__all__ = ["articles_asked", "choice_of", "messages"]
Card = dict[str, Any]
NOT_ADVICE = {"notice", "question", "clarify", "safety", "story"}
"""Kinds without the disclaimer: under a greeting or a question back it would only teach people to skip it."""
WITH_ARTICLES = {"statute", "story"}
"""Kinds that show the articles themselves, not their names alone."""
ASK_FOR_ARTICLES = "（回复“法条”看原文）"


@dataclass(frozen=True)
class Plan:
    """How much of a card goes into the message itself."""

    details: bool  # evidence, when to see a lawyer, how amounts come about
    menu_links: bool  # choices to tap, besides the numbers


PLANS = (
    Plan(details=True, menu_links=True),
    Plan(details=True, menu_links=False),
    Plan(details=False, menu_links=True),
    Plan(details=False, menu_links=False),
)
"""The first that fits. The links go before the details do; where the details go anyway, there may be room for the links."""


def messages(card: Card, *, link: str | None) -> list[str]:
    """The texts to send, in order, each at most 2,000 bytes. One, when the card fits or its details can stay behind
    `link` (the page that shows it in full); more, when even the essentials are longer or there is no link."""
    card = {**card, "choices": card.get("choices") or []}
    for plan in PLANS if link else PLANS[:2]:
        text = _text(card, plan, link)
        if size(text) <= TEXT_BYTES:
            return [text]
    if link and card.get("kind") in WITH_ARTICLES:
        return [_articles_that_fit(card, link)]
    return split(text)


def _text(card: Card, plan: Plan, link: str | None) -> str:
    return _joined(_parts(card, plan, link))


def _joined(parts: Iterable[str]) -> str:
    return sendable("\n\n".join(part for part in parts if part)).strip()


def _parts(card: Card, plan: Plan, link: str | None) -> list[str]:
    kind = card.get("kind")
    title = card.get("title")
    head = f"【{title}】\n{card.get('conclusion', '')}" if title else str(card.get("conclusion", ""))
    parts = [head, _amounts(card, plan), f"时间限制：{card['deadline']}" if card.get("deadline") else ""]
    parts.append(_steps(str(kind), card.get("steps") or []))
    if plan.details:
        parts.append(_bullets("准备这些证据", card.get("evidence")))
    parts.append(_bullets("去哪里", card.get("where")))
    if plan.details:
        parts.append(_bullets("什么时候要找律师", card.get("lawyer_when")))
    parts.append(_full_articles(card) if kind in WITH_ARTICLES else _cited(card))
    if card.get("case_code"):
        parts.append(f"受理编号：{card['case_code']}")
    parts += [_choices(card, plan), _more(card, plan, link), _foot(card)]
    return parts


def _steps(kind: str, lines: list[str]) -> str:
    if kind == "question":
        return _bullets("为什么问", lines)
    if kind in ("notice", "story") or not lines:
        return "\n".join(lines)
    return "\n".join(["怎么做", *(f"{number}. {line}" for number, line in enumerate(lines, 1))])


def _bullets(title: str, lines: list[str] | None) -> str:
    return "\n".join([title, *(f"· {line}" for line in lines)]) if lines else ""


def _amounts(card: Card, plan: Plan) -> str:
    lines = []
    for amount in card.get("amounts") or []:
        most = f" 至 {_money(str(amount['most']))}" if amount.get("most") is not None else ""
        lines.append(f"{amount['label']}：{_money(str(amount['value']))}{most} {amount.get('unit') or '元'}")
        if plan.details:
            lines += [f"  {step}" for step in amount.get("steps") or []]
    return "\n".join(["算出来的数", *lines]) if lines else ""


def _money(value: str) -> str:
    """Grouped as text, so that no digit is lost."""
    whole, _, cents = value.partition(".")
    if not whole.lstrip("-").isdecimal():
        return value
    cents = cents.rstrip("0")
    return f"{int(whole):,}" + (f".{cents.ljust(2, '0')}" if cents else "")


def _cited(card: Card) -> str:
    cites = card.get("citations") or []
    if not cites:
        return ""
    labels = "、".join(dict.fromkeys(_name(cite) for cite in cites))
    title = "可能有关的法条" if card.get("found") else "依据"
    return f"{title}：{labels}" + (ASK_FOR_ARTICLES if any(cite.get("kind") == "quoted" for cite in cites) else "")


def _name(cite: dict[str, Any]) -> str:
    label = str(cite["label"])
    return label if cite.get("kind") == "quoted" else f"{label}（{cite.get('note') or '条文请核对官方文本'}）"


def _full_articles(card: Card) -> str:
    return "\n\n".join(_article(cite) for cite in card.get("citations") or [])


def _article(cite: dict[str, Any]) -> str:
    since = f"（自 {cite['in_force_since']} 起施行）" if cite.get("in_force_since") else ""
    return "\n".join(part for part in (_name(cite) + since, cite.get("text") or "") if part)


def _articles_that_fit(card: Card, link: str) -> str:
    """Whole articles as far as they go; the rest by name, and in full behind the link."""
    cites = list(card.get("citations") or [])
    for shown in range(len(cites) - 1, -1, -1):
        rest = "、".join(_name(cite) for cite in cites[shown:])
        part = {**card, "citations": cites[:shown], "choices": []}
        head, tail = _parts(part, PLANS[-1], None)[:-1], _foot(card)
        more = f"还有 {rest}，太长，这里放不下：{_anchor(link, '点这里看全文')}"
        text = _joined([*head, more, _choices(card, PLANS[-1]), tail])
        if size(text) <= TEXT_BYTES:
            return text
    return _joined([str(card.get("conclusion", "")), _anchor(link, "点这里看全文")])


def _choices(card: Card, plan: Plan) -> str:
    labels = [str(choice["label"]) for choice in card["choices"]]
    if not labels:
        return ""

    def shown(number: int, label: str) -> str:
        return _tap(number, label) if plan.menu_links else label

    if not numbered(card):
        return "也可以回复：" + "、".join(shown(number, label) for number, label in enumerate(labels, 1))
    if len(labels) == 1:
        return f"回复 1：{shown(1, labels[0])}"
    ask = f"回复数字（1 到 {len(labels)}）选一个："
    return "\n".join([ask, *(f"{number}. {shown(number, label)}" for number, label in enumerate(labels, 1))])


def _tap(number: int, label: str) -> str:
    """A tap sends the label as the person's own words: it means the same however late it comes."""
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={quote(label)}&msgmenuid={number}">{_inner(label)}</a>'


def _anchor(link: str, words: str) -> str:
    return f'<a href="{quote(link, safe=":/?=&.%#~-_")}">{_inner(words)}</a>'


def _inner(words: str) -> str:
    return words.replace("<", "〈").replace(">", "〉").replace("\n", " ")


def _more(card: Card, plan: Plan, link: str | None) -> str:
    """The way to the whole card: always where the law is cited, and wherever something was left out."""
    behind = [] if plan.details else [name for name, key in _DETAILS if card.get(key)]
    if card.get("attachments"):
        behind.append("附件")
    if (
        any(cite.get("kind") == "quoted" for cite in card.get("citations") or [])
        and card.get("kind") not in WITH_ARTICLES
    ):
        behind.append("法条原文")
    if not link or not behind:
        return ""
    return f"{'、'.join(behind)}：{_anchor(link, '点这里看全文')}"


_DETAILS = (("证据清单", "evidence"), ("什么时候要找律师", "lawyer_when"), ("金额怎么算的", "amounts"))


def _foot(card: Card) -> str:
    as_of = f"法律依据核到 {card['law_as_of']}" if card.get("law_as_of") else ""
    label = " · ".join(part for part in (card.get("generated_label"), as_of) if part)
    disclaimer = "" if card.get("kind") in NOT_ADVICE else card.get("disclaimer") or ""
    return "\n".join(part for part in (label, disclaimer) if part)
