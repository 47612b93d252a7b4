"""`xiaofa ask`: a question answered as the bot answers it."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import make_url

from cases.content import Entry
from cases.database import Database
from knowledge.calculators.core import plain
from service import published
from service.cards import Card
from service.case_cards import safety_words
from service.danger import detect, safety_card
from service.offering import Before, replies
from service.runtime import Knowledge, open_knowledge
from settings import Settings, get_settings
from settings.clock import Clock
from xiaofa.progress import Progress


def ask(
    question: Annotated[str, typer.Argument(help="用平常的话问，例如：公司三个月没发工资怎么办")],
    as_json: Annotated[bool, typer.Option("--json", help="输出答案卡的 JSON 数组：几个问题就是几张")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="同时列出检索的名次与得分")] = False,
) -> None:
    """问法律问题，答案与机器人对头一句话的回答相同。"""
    settings, clock = get_settings(), Clock()
    loaded = open_knowledge(settings, clock, Progress(), entries=_published(settings))
    said = answers(loaded, question, clock.today())
    if as_json:
        print(json.dumps([card.model_dump(mode="json") for card in said], ensure_ascii=False, indent=2))
    else:
        for number, card in enumerate(said):
            print("\n" if number else "", end="")
            show(card)
    if explain:
        _explain(loaded, question)


def answers(loaded: Knowledge, question: str, today: date) -> list[Card]:
    """The cards that the bot says to a legal question with nothing before it."""
    danger = detect(question)
    if danger:
        return [safety_words(safety_card(danger), None)]
    return replies(loaded.answerer, question, today, Before(), lambda: loaded.answerer.answer(question))


def _published(settings: Settings) -> list[Entry]:
    """What was published at the desk. Asking makes no database where there is none."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return []
    with closing(Database(settings.database, secrets=settings.secrets)) as database:
        database.migrate()
        return published.read(database)[1]


def show(card: Card) -> None:
    """Print a card as plain text."""
    console = Console(highlight=False)
    console.print(f"【{card.title}】", style="bold", markup=False)
    console.print(card.conclusion, markup=False)
    for amount in card.amounts:
        most = f" 至 {plain(amount.most)}" if amount.most is not None else ""
        console.print(f"\n{amount.label}：{plain(amount.value)}{most} {amount.unit}", style="bold", markup=False)
        for step in amount.steps:
            console.print(f"  · {step}", markup=False)
    for name, lines in (
        ("怎么做", card.steps),
        ("证据", card.evidence),
        ("去哪里", card.where),
        ("何时找律师", card.lawyer_when),
    ):
        if lines:
            console.print(f"\n{name}", style="bold")
            for number, line in enumerate(lines, 1):
                console.print(f"  {number}. {line}", markup=False)
    if card.deadline:
        console.print(f"\n期限：{card.deadline}", style="bold red", markup=False)
    for citation in card.citations:
        console.print(f"\n{citation.label}（自 {citation.in_force_since} 起施行）", style="cyan", markup=False)
        console.print(citation.text or f"{citation.number}，{citation.note}", markup=False)
    for number, option in enumerate(card.choices, 1):
        console.print(f"  回复 {number}：{option.label}", markup=False)
    console.print(f"\n{card.generated_label}。{card.disclaimer}", style="dim", markup=False)


def _explain(loaded: Knowledge, question: str) -> None:
    result = loaded.answerer.search(question)
    table = Table("名次", "种类", "编号", "总分", "语义", "关键词")
    for rank, faq in enumerate(result.faqs[:5], 1):
        table.add_row(str(rank), "解答", faq.id, f"{faq.score:.3f}", f"{faq.dense:.3f}", f"{faq.sparse:.3f}")
    for rank, guide in enumerate(result.guides[:3], 1):
        table.add_row(str(rank), "指引", guide.id, f"{guide.score:.3f}", f"{guide.dense:.3f}", f"{guide.sparse:.3f}")
    for rank, hit in enumerate(result.statutes[:10], 1):
        table.add_row(str(rank), "法条", hit.key, f"{hit.score:.3f}", f"{hit.dense:.3f}", f"{hit.sparse:.3f}")
    Console(width=120).print(table)
