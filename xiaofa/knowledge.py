"""`xiaofa knowledge`: check, review and report on the content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.table import Table

from cases.content import Entry
from cases.database import Database
from knowledge.check import advices, article_hashes, check, entries, review_id
from knowledge.check_popular import read_popular
from knowledge.checkup import Domain
from knowledge.content import Content, load_content
from knowledge.reviews import content_sha256, load_reviews, write_reviews
from knowledge.schema import Faq, Guide, Review
from knowledge.statutes.build import open_book
from service import published
from settings import get_settings
from xiaofa.statutes import OnDate, day

CHECKUP = "checkup"

app = typer.Typer(help="内容：检查、审读、统计。", no_args_is_help=True)


@app.command("check")
def check_(
    on: OnDate = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="不列出警告，只给数目")] = False,
) -> None:
    """检查全部内容：格式、引用是否现行有效、数字有无出处、重复、承诺、未核实的事实。"""
    report = check(load_content(strict=False), open_book(get_settings()), day(on), read_popular())
    console = Console(highlight=False, soft_wrap=True)
    for problem in report.problems:
        console.print(f"错误 {problem}", style="red", markup=False)
    if not quiet:
        for warning in report.warnings:
            console.print(f"警告 {warning}", style="yellow", markup=False)
    print(
        f"{report.entries} 条内容，{report.reviewed} 条已审读，{len(report.problems)} 个错误，{len(report.warnings)} 个警告"
    )
    if report.problems:
        raise typer.Exit(1)


@app.command("review")
def review_(
    topic: Annotated[str, typer.Argument(help="话题编号，例如 labour；体检的领域是 checkup")],
    author: Annotated[str, typer.Option(help="作者")],
    reader: Annotated[str, typer.Option(help="审读人，不能是作者")],
    only: Annotated[list[str] | None, typer.Option(help="只记这些编号（默认该话题全部）")] = None,
    on: OnDate = None,
) -> None:
    """记下：某人已把这个话题的内容逐条对照法条读过。"""
    content, book, today = load_content(), open_book(get_settings()), day(on)
    read = {
        review_id(entry): Review(
            author=author,
            reader=reader,
            on=today,
            content=content_sha256(entry),
            articles=article_hashes(entry, book, today),
        )
        for entry in _of_topic(content, topic)
        if not only or entry.id in only
    }
    if not read:
        raise typer.BadParameter(f"话题 {topic} 下没有这些内容")
    print(f"{len(read)} 条写入 {write_reviews(topic, read)}")


def _of_topic(content: Content, topic: str) -> Sequence[Faq | Guide | Domain]:
    """FAQs and guides of a topic; the topic `checkup` is the domains of the check-up."""
    if topic == CHECKUP:
        return list(content.domains.values())
    return [entry for entry in entries(content) if entry.topic == topic]


@app.command("report")
def report_() -> None:
    """各话题的解答、指引、问法、引用数目，已审读的份额，最早的审读日期。"""
    content = load_content(strict=False)
    reviews, _ = load_reviews()
    table = Table("话题", "解答", "指引", "问法", "每条引用", "已审读", "最早审读")
    faqs, guides = Counter(f.topic for f in content.faqs.values()), Counter(g.topic for g in content.guides.values())
    for topic in content.topics.values():
        mine = [e for e in entries(content) if e.topic == topic.id]
        if not mine:
            continue
        cited = sum(len(set(a.statutes)) for e in mine for a in advices(e))
        read = [reviews[e.id].on for e in mine if e.id in reviews and reviews[e.id].content == content_sha256(e)]
        table.add_row(
            topic.label,
            str(faqs[topic.id]),
            str(guides[topic.id]),
            str(sum(len(e.variants) for e in mine)),
            f"{cited / len(mine):.1f}",
            f"{len(read) / len(mine):.0%}",
            str(min(read)) if read else "—",
        )
    console = Console()
    console.print(table)
    console.print(f"共 {len(content.faqs)} 个解答，{len(content.guides)} 个指引")


@app.command("export")
def export_(
    out: Annotated[Path, typer.Option(help="写到哪个文件夹，每个话题一个文件")] = Path("knowledge-export"),
) -> None:
    """把工作台发布的解答导出为 YAML，连同复核记录，供放进仓库（knowledge/faq 与 knowledge/reviews）。"""
    database = Database(get_settings().database)
    database.migrate()
    _, rows = published.read(database)
    out.mkdir(parents=True, exist_ok=True)
    by_topic: dict[str, list[Entry]] = {}
    for row in rows:
        by_topic.setdefault(str(row.body["topic"]), []).append(row)
    for topic, mine in sorted(by_topic.items()):
        text = yaml.safe_dump([row.body for row in mine], allow_unicode=True, sort_keys=False, width=120)
        (out / f"{topic}.yml").write_text(text, "utf-8")
        write_reviews(topic, {row.faq_id: Review.model_validate(row.review) for row in mine}, out / "reviews")
    print(f"{len(rows)} 条写入 {out}")
