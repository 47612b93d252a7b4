"""`xiaofa encoder`: trains the adapter anew (`make encoder`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from knowledge.content import load_content
from knowledge.search.adapter import ADAPTER
from knowledge.search.e5_model import build_e5
from knowledge.search.encoder import SentenceEncoder
from knowledge.search.engine import SearchEngine
from knowledge.search.lay_questions import load_questions
from service.runtime import index_folder, open_book
from settings import get_settings
from settings.clock import Clock
from xiaofa.progress import Progress

SEED = 20261124
LAY_TIMES, CITING_TIMES, SAYING_TIMES = 10, 2, 1


def encoder(
    questions: Annotated[
        Path | None, typer.Option(help="带法条答案的真实问题（JSON 行）；不给就只用自己的内容")
    ] = None,
    into: Annotated[Path, typer.Option(help="写到哪里")] = ADAPTER,
) -> None:
    """重新训练句向量模型的适配器（LoRA），两个核约一小时。"""
    from knowledge.search.training.pairs import lay_tasks, wording_tasks
    from knowledge.search.training.train import train

    settings, report = get_settings(), Progress()
    base, book = build_e5(settings.data_dir / "models"), open_book(settings)
    engine = SearchEngine(
        SentenceEncoder(str(base), settings.encoder_threads, settings.data_dir / "models"),
        load_content(),
        book,
        index_folder(settings),
        Clock().today(),
    )
    engine.prepare(report)
    engine.complete(report)
    engine.remember([text for _, (_, text) in engine.wordings()])
    citing, saying = wording_tasks(engine)
    lay = [q for q in load_questions(questions, book.names()) if q.part == "fit"] if questions else []
    engine.remember([q.text for q in lay])
    plan = [(lay_tasks(engine, lay), LAY_TIMES), (citing, CITING_TIMES), (saying, SAYING_TIMES)]
    print("；".join(f"{len(tasks)} 问 × {times}" for tasks, times in plan))
    del engine
    train(base, plan, into, SEED, settings.encoder_threads)
