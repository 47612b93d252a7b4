"""`xiaofa encoder`: trains the adapters anew (`make encoder`)."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from knowledge.content import load_content
from knowledge.search.adapter import ADAPTER, ASKING, WEIGHTS, build_built_in
from knowledge.search.encoder import BUILT_IN, SentenceEncoder
from knowledge.search.engine import SearchEngine
from knowledge.search.lay_questions import SPLIT, load_questions
from knowledge.statutes.build import open_book
from service.runtime import index_folder
from settings import get_settings
from settings.clock import Clock
from xiaofa.progress import Progress

SEED = 20261124
LAPS = (8, 1, 4)
CARD = "card.json"  # beside the adapter: what it was learned from, told by numbers and hashes


def encoder(
    questions: Annotated[
        Path | None, typer.Option(help="带法条答案的真实问题（JSON 行）；不给就只用自己的内容")
    ] = None,
    into: Annotated[Path, typer.Option(help="写到哪里")] = ADAPTER,
    start: Annotated[Path | None, typer.Option("--from", help="从这个适配器接着学；不给就从头学")] = None,
    laps: Annotated[tuple[int, int, int], typer.Option(help="真实问题、问法→法条、问法→解答各学几遍")] = LAPS,
) -> None:
    """训练句向量模型的适配器（LoRA）；从头学两个核约一小时。"""
    # Here and not above: torch takes seconds that no other command should wait for.
    from knowledge.search.e5_model import build_e5
    from knowledge.search.training.pairs import Lessons, asked, citing_tasks, lay_tasks
    from knowledge.search.training.train import train

    settings, report = get_settings(), Progress()
    models, book = settings.data_dir / "models", open_book(settings)
    base = build_e5(models)
    so_far = SentenceEncoder(str(build_built_in(models, start) if start else base), settings.encoder_threads, models)
    engine = SearchEngine(so_far, load_content(), book, index_folder(settings), Clock().today())
    engine.prepare(report)
    engine.complete(report)
    engine.remember([text for _, (_, text) in engine.wordings()])
    lay = [q for q in load_questions(questions, book.names()) if q.part == "fit"] if questions else []
    engine.remember([q.text for q in lay])
    citing = [(lay_tasks(engine, lay), laps[0]), (citing_tasks(engine) if laps[1] else [], laps[1])]
    lessons = Lessons(citing, asked(engine), laps[2])
    print("；".join(f"{len(tasks)} 问 × {times}" for tasks, times in [*citing, (lessons.asked.wordings, laps[2])]))
    articles = len(engine.statutes.articles)
    del engine
    card = {
        "lessons": lessons.told(),
        "articles": articles,
        "questions_sha256": sha256(questions.read_bytes()).hexdigest() if questions else None,
        "split_sha256": sha256(SPLIT.read_bytes()).hexdigest(),
        "from": sha256((start / WEIGHTS).read_bytes()).hexdigest() if start else None,
        "seed": SEED,
        "processes": settings.encoder_threads,
    }
    shutil.rmtree(into / ASKING, ignore_errors=True)  # it was learned on top of the adapter that was here
    train(base, start, lessons, into, seed=SEED, processes=settings.encoder_threads)
    (into / CARD).write_text(json.dumps(card, indent=1) + "\n", "utf-8")


def asking(
    questions: Annotated[
        Path | None, typer.Option(help="带法条答案的真实问题（JSON 行）；不给就只用自己的内容")
    ] = None,
    adapter: Annotated[Path, typer.Option(help="在哪个适配器之上学；写进它的 asking/ 里")] = ADAPTER,
    start: Annotated[Path | None, typer.Option("--from", help="从这个适配器接着学；不给就从头学", exists=True)] = None,
    laps: Annotated[
        tuple[int, int, int] | None, typer.Option(help="真实问题、替法条想的问法、解答的问法各学几遍")
    ] = None,
) -> None:
    """训练提问一侧的适配器：法条与解答的向量不动，每问与全部法条（或全部解答）比；两个核约一个半小时。"""
    from knowledge.search.training.asking import LAPS as ASKING_LAPS
    from knowledge.search.training.asking import lessons, train_asking

    settings, report = get_settings(), Progress()
    models, book = settings.data_dir / "models", open_book(settings)
    base = build_built_in(models, adapter)
    # Only vectors of passages are used, the same in both; by the built-in name those of the wordings come from `vectors.npz`.
    shipped = adapter.resolve() == ADAPTER.resolve()
    so_far = SentenceEncoder(BUILT_IN if shipped else str(base), settings.encoder_threads, models)
    engine = SearchEngine(so_far, load_content(), book, index_folder(settings), Clock().today())
    engine.prepare(report)
    engine.complete(report)
    lay = [q for q in load_questions(questions, book.names()) if q.part == "fit"] if questions else []
    given = lessons(engine, lay, laps or ASKING_LAPS)
    articles = len(engine.statutes.articles)
    del engine
    print("；".join(f"{len(lesson.questions)} 问 × {lesson.times}" for lesson in given))
    before = sha256((start / WEIGHTS).read_bytes()).hexdigest() if start else None
    train_asking(base, start, given, adapter / ASKING, seed=SEED, processes=settings.encoder_threads)
    card = {
        "on": base.name,
        "from": before,
        "lessons": [lesson.told() for lesson in given],
        "articles": articles,
        "split_sha256": sha256(SPLIT.read_bytes()).hexdigest(),
        "seed": SEED,
        "processes": settings.encoder_threads,
    }
    (adapter / ASKING / CARD).write_text(json.dumps(card, indent=1) + "\n", "utf-8")


def average(
    adapters: Annotated[list[Path], typer.Argument(help="两个以上的适配器文件夹，同一个底模学来的", exists=True)],
    into: Annotated[Path, typer.Option(help="写到哪里")] = ADAPTER,
) -> None:
    """几个适配器取平均：同一个底模、不同日子学的，合起来比各自都好，检索时不多花时间。"""
    from knowledge.search.training.average import average as mean

    shutil.rmtree(into / ASKING, ignore_errors=True)  # it was learned on top of the adapter that was here
    cut = mean(adapters, into)
    parts = [sha256((adapter / WEIGHTS).read_bytes()).hexdigest() for adapter in adapters]
    (into / CARD).write_text(json.dumps({"mean_of": parts}, indent=1) + "\n", "utf-8")
    print(f"{len(adapters)} 个适配器的平均写入 {into}，裁掉 {cut:.1%}")
