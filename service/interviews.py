"""How an interview script is asked, answered and summed up: pure functions over script and answers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from knowledge.schema import Advice, Outcome, Question, Script
from service.spoken import parse_amount, parse_date, parse_number, parse_rate, parse_years

UNKNOWN = "unknown"
SOURCES = "__messages"
"""Key in the stored answers of an interview beside its questions: which message brought each answer."""
Answers = Mapping[str, str]
MOST_CITED = 6
"""Articles under a result: what the answers call for, and the article of every term the steps name."""


class Questions(Protocol):
    """Anything that asks: a guide's script, a calculator's."""

    @property
    def questions(self) -> Sequence[Question]: ...


_DONT_KNOW = re.compile(
    r"^(我)?(也)?(不清楚|不知道|不晓得|不记得|记不清|忘了|说不清|不确定|跳过|略过|不想说|不方便说)(了|啊|呢)?[。.!！]?$"
)
_BACK = re.compile(r"^(返回|退回|回到)?(上一步|上一题|上一个(问题)?|前一个)$|^(刚才)?(答错了|选错了|填错了|点错了)$")
_STOP = re.compile(
    r"^(先)?(不说了|不问了|停|停止|暂停|退出|结束|算了|不想说了|以后再说|改天再说|下次再说|取消)(吧|了)?[。.!！]?$"
)
_NOTHING = re.compile(r"^(一分|一点|都)?(没有?|无|零|没有过|没发过?|没付过?|没休过?)(了|呢|啊|的)?$")
_NOT_YET = re.compile(r"^(还没.{0,4}|没有?|至今|到现在|直到现在|还在(做|上班|干)?)(了|呢)?$")
_FINISH = re.compile(
    r"^(?=.*(到|报告|结果))(就|先)?(到这里|到此为止|做到这里?)?[,，]?(看结果|出结果|出报告|看报告|生成报告)?(吧|了)?$"
)
_ASKS = re.compile(
    r"^(小法|请问|想问|我想问|问一下|问下)[，, ]?|^.{2,24}(吗|呢|[?？])$|(是什么意思|怎么办|什么时候|多久|哪里)$"
)
_DENIES = re.compile("[没不未无别]")
_NUMBERED = re.compile(r"^(选|第)?\s*([1-9一二三四五六七八九])\s*(个|项|号)?$")


def applies(when: Mapping[str, str | tuple[str, ...]], answers: Answers) -> bool:
    """Whether every condition is met by the answers so far."""
    return all(answers.get(q) in ((wanted,) if isinstance(wanted, str) else wanted) for q, wanted in when.items())


def open_questions(script: Questions, answers: Answers) -> list[Question]:
    """The questions still to ask, given the branches taken."""
    return [q for q in script.questions if q.id not in answers and applies(q.when, answers)]


def asked_questions(script: Questions, answers: Answers) -> list[Question]:
    """The questions answered so far that the branches taken still need, in order."""
    return [q for q in script.questions if q.id in answers and applies(q.when, answers)]


def without_last(script: Questions, answers: Answers) -> dict[str, str]:
    """The answers one step back."""
    asked = asked_questions(script, answers)
    return {q: a for q, a in answers.items() if not asked or q != asked[-1].id}


def pruned(script: Questions, answers: Answers) -> dict[str, str]:
    """The answers whose question the branches taken still ask (a corrected answer may close a branch)."""
    kept: dict[str, str] = {}
    for question in script.questions:
        if question.id in answers and applies(question.when, kept):
            kept[question.id] = answers[question.id]
    return kept


def wants_back(text: str) -> bool:
    return bool(_BACK.match(_plain(text)))


def wants_skip(text: str) -> bool:
    """Says that they do not know, or will not say: an answer like any other."""
    return bool(_DONT_KNOW.match(_plain(text)))


def wants_stop(text: str) -> bool:
    return bool(_STOP.match(_plain(text)))


def wants_finish(text: str) -> bool:
    return bool(_FINISH.match(_plain(text)))


def asks(text: str) -> bool:
    """Whether text typed into a free-text question is rather a question to 小法: addressed to it, or short and asking."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return len(plain) <= 40 and bool(_ASKS.search(plain))


def read_answer(question: Question, text: str, today: date) -> str | None:
    """What typed text answers: a choice id, a normalised value, `unknown`, or None when it does not answer this question.

    Amounts, numbers, rates and years come back as plain decimals, dates as ISO; `today` anchors spoken dates.
    """
    plain = _plain(text)
    if wants_skip(plain):
        return UNKNOWN
    if question.type == "choice":
        return _choice(question, plain)
    if question.type == "text":
        return text.strip()[:500] or None
    if question.type == "date":
        if _NOT_YET.match(plain):
            return UNKNOWN
        day = parse_date(plain, today)
        return day.isoformat() if day else None
    if _NOTHING.match(plain):
        return "0" if _within(question, Decimal(0)) else UNKNOWN
    if plain.startswith(("-", "负")):
        return None  # the parsers look for digits and would overlook the sign
    parsers = {"rate": parse_rate, "years": parse_years, "amount": parse_amount}
    value = parsers.get(question.type, parse_number)(plain) if len(plain) <= 24 else None
    return f"{value.normalize():f}" if value is not None and _within(question, value) else None


def _within(question: Question, value: Decimal) -> bool:
    return (
        value >= 0
        and (question.min is None or value >= question.min)
        and (question.max is None or value <= question.max)
    )


def _choice(question: Question, plain: str) -> str | None:
    ids = [*(c.id for c in question.choices), UNKNOWN]
    numbered = _NUMBERED.match(plain)
    if numbered:
        at = "123456789".find(numbered[2]) if numbered[2].isdigit() else "一二三四五六七八九".find(numbered[2])
        return ids[at] if at < len(ids) else None
    exact = [c.id for c in question.choices if plain == _plain(c.label)]
    if exact:
        return exact[0]
    if len(plain) > 30:
        return None
    within = [
        c.id for c in question.choices if _plain(c.label) in plain or (len(plain) >= 2 and plain in _plain(c.label))
    ]
    if not within and not asks(plain):
        within = [c.id for c in question.choices if _loosely(plain, c.label)]
    return within[0] if len(within) == 1 else None


def _loosely(said: str, label: str) -> bool:
    """Whether one is the other with words left out ("到期退的", "我还在那里上班"), and neither denies the other."""
    short, long = sorted((re.sub(r"\W", "", text) for text in (said, label)), key=len)
    letters = iter(long)
    return (
        len(short) >= 3
        and set(_DENIES.findall(short)) == set(_DENIES.findall(long))
        and all(c in letters for c in short)
    )


def facts(script: Questions, answers: Answers) -> list[str]:
    """The answers read back: ["签了合同", "欠薪30000元"]; unknown ones are left out."""
    return list(facts_by_question(script, answers).values())


def facts_by_question(script: Questions, answers: Answers) -> dict[str, str]:
    """The same by question id."""
    read: dict[str, str] = {}
    for question in asked_questions(script, answers):
        answer = answers[question.id]
        if answer == UNKNOWN:
            continue
        if question.type == "choice":
            picked = next((c for c in question.choices if c.id == answer), None)
            if picked:
                read[question.id] = picked.fact or picked.label
        elif question.fact:
            read[question.id] = question.fact.replace("{value}", answer)
    return read


def kept_beside(answers: Mapping[str, object]) -> dict[str, object]:
    """What is stored with the answers and is none (keys with `__`)."""
    return {key: value for key, value in answers.items() if key.startswith("__")}


def sourced(answers: Mapping[str, object]) -> dict[str, str]:
    """Which message brought each answer, as kept with the answers."""
    kept = answers.get(SOURCES)
    return dict(kept) if isinstance(kept, dict) else {}


def outcomes(script: Script, answers: Answers) -> list[Outcome]:
    """The outcomes that apply, in order."""
    return [outcome for outcome in script.outcomes if applies(outcome.when, answers)]


def merged(base: Advice, parts: list[Outcome], most_statutes: int = MOST_CITED) -> Advice:
    """One advice: what the outcomes say first, then the guide's general part; no line twice."""
    sources: list[Advice] = [*parts, base]

    def lines(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(line for source in sources for line in getattr(source, name)))

    return Advice(
        steps=lines("steps")[:8],
        evidence=lines("evidence")[:8],
        statutes=lines("statutes")[:most_statutes],
        deadline=next((source.deadline for source in sources if source.deadline), None),
        where=lines("where")[:4],
        lawyer_when=lines("lawyer_when")[:4],
    )


def _plain(text: str) -> str:
    return re.sub(r"[\s，,。.！!？?、~]+$", "", unicodedata.normalize("NFKC", text).strip())
