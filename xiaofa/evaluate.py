"""`xiaofa tune` chooses thresholds on data; `xiaofa eval` measures search on questions apart from it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from knowledge.content import load_content
from knowledge.search import whitening
from knowledge.search.confidence import MODEL, load_model, verdict
from knowledge.search.content_index import Weights
from knowledge.search.encoder import SentenceEncoder
from knowledge.search.engine import SearchEngine
from knowledge.search.tuning import (
    fit,
    fit_ranking,
    fit_whitening,
    lay_questions,
    off_topic_texts,
    question_samples,
    wording_samples,
)
from service.normalise import normalise
from service.runtime import index_folder, open_book
from settings import PROJECT_ROOT, get_settings
from settings.clock import Clock
from xiaofa.progress import Progress

SHARED = Path(os.environ.get("XIAOFA_SHARED", PROJECT_ROOT.parent / "shared"))
QUESTIONS = SHARED / "eval" / "statute_questions.jsonl"
NLU_DATA = PROJECT_ROOT / "data" / "nlu"
NLU_TEST = PROJECT_ROOT / "tests" / "rasa"


def _engine(weights: Weights | None = None) -> SearchEngine:
    settings, today, report = get_settings(), Clock().today(), Progress()
    encoder = SentenceEncoder(settings.encoder, settings.encoder_threads, settings.data_dir / "models")
    engine = SearchEngine(encoder, load_content(), open_book(settings), index_folder(settings), today, weights)
    engine.prepare(report)
    return engine


def tune(out: Annotated[Path, typer.Option(help="写到哪里")] = MODEL) -> None:
    """从数据里学出排序的权重、把握的模型与阈值，写入 confidence.json 与 whitening.npz。"""
    whitening.save(fit_whitening(_engine()))
    whitening.load.cache_clear()
    first = _engine()
    first.remember([text for _, (_, text) in first.wordings()])
    weights = fit_ranking(first)
    engine = _engine(weights)
    legal = [text for _, (_, text) in engine.wordings()]
    engine.remember(legal)
    samples = wording_samples(engine)
    if QUESTIONS.exists():
        questions = list(lay_questions(QUESTIONS, "train"))
        engine.remember([text for text, _ in questions])
        samples += question_samples(engine, questions)
        legal += [text for text, _ in questions]
    else:
        print(f"没有 {QUESTIONS}：只用自己的问法")
    other = off_topic_texts(NLU_DATA)
    vectors = engine.plain_vectors(legal), engine.plain_vectors(other)
    model = fit(engine, weights, samples, *vectors, Clock().today().isoformat())
    out.write_text(model.model_dump_json(indent=1) + "\n", "utf-8")
    print(f"{len(samples)} 个样本，{len(legal)} 句法律话，{len(other)} 句闲话；排序 {weights}")
    print(f"直接回答 ≥ {model.answer_at}，请人选 ≥ {model.clarify_at}，当作法律问题 ≥ {model.domain_at}；写入 {out}")


def evaluate(limit: Annotated[int, typer.Option(help="最多多少个真实问题")] = 1000) -> None:
    """量一量：问法留一、留出的真实问题、闲话。"""
    model = load_model()
    engine = _engine(model.ranking)
    engine.remember([text for _, (_, text) in engine.wordings()])
    table = Table("项目", "数目", "结果")
    held = wording_samples(engine, every=5)
    table.add_row("问法留一：第一个就对", str(len(held)), f"{sum(s.right for s in held) / len(held):.3f}")
    table.add_row("问法留一：前三个里有", str(len(held)), f"{sum(s.in_three for s in held) / len(held):.3f}")
    if QUESTIONS.exists():
        questions = list(lay_questions(QUESTIONS, "test"))[:limit]
        engine.remember([normalise(text) for text, _ in questions])
        found = [engine.search(normalise(text), k=100) for text, _ in questions]
        reachable = [
            ([h.key for h in r.statutes], gold)
            for r, (_, gold) in zip(found, questions, strict=True)
            if any(map(engine.has, gold))
        ]
        for k in (5, 10, 100):
            recall = sum(len(gold & set(keys[:k])) / len(gold) for keys, gold in reachable) / len(reachable)
            table.add_row(f"法条 recall@{k}（留出 20%）", str(len(reachable)), f"{recall:.3f}")
        kinds = [verdict(r, model)[0] for r in found]
        for kind in ("answer", "clarify", "guide", "uncovered", "offtopic"):
            table.add_row(f"真实问题得到 {kind}", str(len(kinds)), f"{kinds.count(kind) / len(kinds):.3f}")
        answered = [
            bool(gold & set(engine.cited(r.faqs[0].id)))
            for r, (_, gold), kind in zip(found, questions, kinds, strict=True)
            if kind == "answer"
        ]
        table.add_row("其中答案引了律师所引的条文", str(len(answered)), f"{sum(answered) / max(1, len(answered)):.3f}")
    idle = off_topic_texts(NLU_TEST)
    if idle:
        asked = [verdict(engine.search(normalise(text)), model)[0] for text in idle]
        table.add_row(
            "闲话当成法律问题回答", str(len(idle)), f"{sum(k in ('answer', 'guide') for k in asked) / len(idle):.3f}"
        )
    Console().print(table)
