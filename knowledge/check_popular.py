"""Checks on what is told for its own sake: daily articles, quiz, park spots, lectures. Citations in force on the day they are shown,
numbers from the articles cited, ids and days once, every day of the year, no promise, nothing told twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from knowledge.check_citations import citation_problems, coming_changes
from knowledge.check_text import look_alikes, wording
from knowledge.content import KNOWLEDGE, Content, M, Place, Problem, read_entries
from knowledge.daily.calendar import all_days, next_shown
from knowledge.daily.schema import DailyEntry
from knowledge.kiosk.problems import KioskTopic
from knowledge.lectures.schema import Lecture
from knowledge.park.schema import Spot
from knowledge.quiz.schema import QuizQuestion
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.citations import parse_one

TWIN_OVERLAP = 0.6
SAME_INDEX_MOST = 0.6  # of a topic's questions: more right answers at one place than this and the place gives it away
FEW = 10  # questions of a topic below which that is no pattern


@dataclass
class Popular:
    """What is written, with where it stands; `problems`: mistakes of form found while reading."""

    daily: list[tuple[DailyEntry, Place]] = field(default_factory=list)
    quiz: list[tuple[QuizQuestion, Place]] = field(default_factory=list)
    spots: list[tuple[Spot, Place]] = field(default_factory=list)
    lectures: list[tuple[Lecture, Place]] = field(default_factory=list)
    kiosk: list[tuple[KioskTopic, Place]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.daily) + len(self.quiz) + len(self.spots) + len(self.lectures)


def read_popular() -> Popular:
    """All of it, mistakes kept as problems."""
    problems: list[Problem] = []

    def every(folder: str, model: type[M]) -> list[tuple[M, Place]]:
        return [e for path in sorted((KNOWLEDGE / folder).glob("*.yml")) for e in read_entries(path, model, problems)]

    found = every("daily", DailyEntry), every("quiz", QuizQuestion), every("park", Spot), every("lectures", Lecture)
    return Popular(*found, every("kiosk", KioskTopic), problems)


def popular_problems(popular: Popular, content: Content, book: StatuteBook, on: date) -> list[Problem]:
    """Everything wrong with them, for what is shown from `on` for a year."""
    return [
        *popular.problems,
        *_daily(popular.daily, content, book, on),
        *_quiz(popular.quiz, content, book, on),
        *_spots(popular.spots, content, book, on),
        *_lectures(popular.lectures, content, book, on),
        *_kiosk(popular.kiosk, content),
    ]


def popular_warnings(popular: Popular, book: StatuteBook, on: date) -> Iterator[Problem]:
    """Articles that change soon; a daily article is checked for its own day instead."""
    cited = [
        *((q.id, q.citations, at) for q, at in popular.quiz),
        *((s.id, s.citations, at) for s, at in popular.spots),
    ]
    for id_, citations, at in cited:
        yield from _at(at, id_, coming_changes(citations, book, on))


def _kiosk(topics: list[tuple[KioskTopic, Place]], content: Content) -> Iterator[Problem]:
    """What is asked at the kiosk is the question of an FAQ, word for word."""
    for topic, at in topics:
        for problem in topic.problems:
            faq = content.faqs.get(problem.faq)
            if faq is None or faq.question != problem.ask:
                yield Problem(
                    at.file, at.line, f"{topic.title}：{problem.faq} 没有这条解答，或者问题不是“{problem.ask}”"
                )


def _daily(entries: list[tuple[DailyEntry, Place]], content: Content, book: StatuteBook, on: date) -> Iterator[Problem]:
    yield from _once(((entry.date, at) for entry, at in entries), "这一天")
    yield from _once(((_article(entry.citation), at) for entry, at in entries), "这一条")
    yield from _twins((entry.date, entry.story, at) for entry, at in entries)
    written = {entry.date for entry, _ in entries}
    missing = [day for day in all_days() if day not in written]
    if entries and missing:
        yield Problem(entries[0][1].file.parent, 1, f"缺 {len(missing)} 天：{'、'.join(missing[:10])}…")
    for entry, at in entries:
        yield from _at(at, entry.date, _daily_entry(entry, content, book, next_shown(entry, on)))
        if at.file.stem != entry.date[:2]:
            yield Problem(at.file, at.line, f"{entry.date} 应写在 {entry.date[:2]}.yml")


def _daily_entry(entry: DailyEntry, content: Content, book: StatuteBook, shown: date) -> Iterator[str]:
    yield from wording([entry.title, entry.story, entry.meaning])
    yield from citation_problems([entry.meaning], entry.citations, content, book, shown)
    yield from _in_the_book(entry.citations, book, shown)
    if entry.faq and entry.faq not in content.faqs:
        yield f"faq 指向不存在的 {entry.faq}"


def _quiz(
    questions: list[tuple[QuizQuestion, Place]], content: Content, book: StatuteBook, on: date
) -> Iterator[Problem]:
    yield from _once(((question.id, at) for question, at in questions), "编号")
    yield from _twins((question.id, question.question, at) for question, at in questions)
    yield from _lopsided(questions)
    for question, at in questions:
        yield from _at(at, question.id, _quiz_question(question, content, book, on))


def _quiz_question(question: QuizQuestion, content: Content, book: StatuteBook, on: date) -> Iterator[str]:
    if question.topic not in content.topics:
        yield f"topic “{question.topic}” 不在 topics.yml 里"
    yield from wording([question.question, question.right, question.explanation])
    # The situation's own numbers, and what the right answer reckons from them, are no claim about the article.
    given = (question.question, question.right)
    yield from citation_problems([question.explanation], question.citations, content, book, on, given=given)


def _lopsided(questions: list[tuple[QuizQuestion, Place]]) -> Iterator[Problem]:
    by_topic: dict[str, list[tuple[QuizQuestion, Place]]] = {}
    for question, at in questions:
        by_topic.setdefault(question.topic, []).append((question, at))
    for topic, mine in by_topic.items():
        index, count = Counter(question.answer for question, _ in mine).most_common(1)[0]
        if len(mine) >= FEW and count > SAME_INDEX_MOST * len(mine):
            at = mine[0][1]
            yield Problem(at.file, 1, f"{topic}：{len(mine)} 题里有 {count} 题的 answer 是 {index}，请打散")


def _spots(spots: list[tuple[Spot, Place]], content: Content, book: StatuteBook, on: date) -> Iterator[Problem]:
    yield from _once(((spot.id, at) for spot, at in spots), "编号")
    yield from _twins((spot.id, spot.story, at) for spot, at in spots)
    for spot, at in spots:
        yield from _at(at, spot.id, _spot(spot, content, book, on))


def _spot(spot: Spot, content: Content, book: StatuteBook, on: date) -> Iterator[str]:
    yield from wording([spot.title, spot.story, spot.meaning, spot.ask.question, spot.ask.reply])
    yield from citation_problems([spot.meaning, spot.ask.reply], spot.citations, content, book, on)
    yield from _in_the_book(spot.citations, book, on)
    if spot.faq not in content.faqs:
        yield f"faq 指向不存在的 {spot.faq}"


def _lectures(
    lectures: list[tuple[Lecture, Place]], content: Content, book: StatuteBook, on: date
) -> Iterator[Problem]:
    yield from _once(((lecture.id, at) for lecture, at in lectures), "编号")
    for lecture, at in lectures:
        said = [lecture.about, *lecture.points]
        unknown = [domain for domain in lecture.checkup if domain not in content.domains]
        yield from _at(at, lecture.id, (f"体检里没有领域 {domain}" for domain in unknown))
        yield from _at(at, lecture.id, wording([lecture.title, *said]))
        yield from _at(at, lecture.id, citation_problems(said, lecture.citations, content, book, on))


def _in_the_book(citations: Iterable[str], book: StatuteBook, on: date) -> Iterator[str]:
    """The article stands on the page word for word, so a rule of which only the gist was read will not do."""
    for text in citations:
        try:
            parsed = parse_one(text)
        except ValueError:
            continue  # said by citation_problems
        if book.find(parsed.law or "", parsed.article, parsed.sub, on=on) is None:
            yield f"{text}：要逐字显示条文，须引法条库里的法律"


def _article(citation: str) -> str:
    """The article cited, without paragraph and item; the text as written when it cannot be read."""
    try:
        parsed = parse_one(citation)
    except ValueError:
        return citation
    return f"{parsed.law}#{parsed.article}-{parsed.sub}"


def _once(keys: Iterable[tuple[str, Place]], what: str) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for key, at in keys:
        if key in first:
            yield Problem(at.file, at.line, f"{what}重复：{key}，第一次在 {first[key].file.name}:{first[key].line}")
        first.setdefault(key, at)


def _twins(texts: Iterable[tuple[str, str, Place]]) -> Iterator[Problem]:
    rows = list(texts)
    places = {id_: at for id_, _, at in rows}
    for left, _, right, _ in look_alikes([(id_, text) for id_, text, _ in rows], TWIN_OVERLAP):
        yield Problem(places[right].file, places[right].line, f"{right} 与 {left} 写得几乎一样，改写其中一个")


def _at(at: Place, id_: str, messages: Iterable[str]) -> Iterator[Problem]:
    return (Problem(at.file, at.line, f"{id_}：{message}") for message in messages)
