"""`xiaofa knowledge`: check, review and report on the content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.table import Table

from cases.content import Entry
from cases.database import Database
from knowledge.check import check, entries, review_id, review_of
from knowledge.check_popular import read_popular
from knowledge.checkup import Domain
from knowledge.content import Content, load_content
from knowledge.reviews import load_reviews, write_reviews
from knowledge.schema import Faq, Guide, Review
from knowledge.statutes.build import open_book
from service import published
from settings import get_settings
from xiaofa import content_report
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
        review_id(entry): review_of(entry, content, book, today, author=author, reader=reader)
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
def report_(
    on: OnDate = None,
    page: Annotated[Path | None, typer.Option(help="也写成 Markdown 文件，例如 docs/benchmarks/content.md")] = None,
) -> None:
    """各话题的解答、指引、问法、引用数目，已审读的份额（条文的文字也没有变），最早的审读日期。"""
    content, today = load_content(strict=False), day(on)
    lines = content_report.lines(content, load_reviews()[0], open_book(get_settings()), today)
    table = Table(*content_report.HEADINGS)
    for line in lines:
        table.add_row(*line.cells())
    Console().print(table)
    if page:
        page.write_text(content_report.page(lines, today), "utf-8")
        print(f"写入 {page}")


@app.command("fingerprint")
def fingerprint_(
    folder: Annotated[Path, typer.Argument(help="法规、司法解释文本的文件夹，例如 ../shared/statutes", exists=True)],
) -> None:
    """给只作指引的条文记下所读原文的指纹（knowledge/references 的 sha256）；文字变了，引用它的内容要重新审读。"""
    from knowledge.fingerprints import fill

    missing = fill(folder)
    for article in missing:
        print(f"没有文本：{article}")
    print(f"{len(missing)} 条没有文本，审读记的是意思的指纹")


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
