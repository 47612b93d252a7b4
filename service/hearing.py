"""Values said in passing: what a message already answers of a calculator's questions."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

from knowledge.calculators.scripts import CalculatorScript, HeardQuestion
from service import interviews

_HAN = "零〇一二两三四五六七八九十百千万亿半"
MACROS = {  # atomic groups: a number is not cut short to please what must not follow it
    "{n}": rf"(?P<v>(?>\d[\d,]*(?:\.\d+)?\s*[万千百wWkK]?\d?|[{_HAN}]+))",
    "{d}": r"(?P<v>(?:\d{4}|\d{2})[年./-]\d{1,2}(?:[月./-]\d{1,2})?[月日号]?"
    r"|(?:大前年|前年|去年|今年)\d{1,2}月(?:\d{1,2}[日号]?)?|(?:大前年|前年|去年|今年)(?:国庆|元旦|五一|年底|年初)?"
    r"|上个?月底?|昨天|前天|今天|\d{1,2}月\d{1,2}[日号])",
    "{y}": rf"(?P<v>(?:[\d.]+|[{_HAN}]+)\s*年半?(?:零?(?:[\d.]+|[{_HAN}]+)个月)?|(?:[\d.]+|[{_HAN}]+)个半?月|半年)",
    # An amount of money: not the 一 of 一部分, nor the 20 of 20%, nor a year.
    "{m}": rf"(?P<v>(?>\d[\d,]*(?:\.\d+)?\s*[万千百wWkK]\d?|\d{{2}}[\d,]*(?:\.\d+)?|[{_HAN}]*[百千万][{_HAN}]*))"
    r"(?!\s*[%％年./-]|\s*个?月(?!息|利))",
}


@lru_cache(maxsize=512)
def _pattern(written: str) -> re.Pattern[str]:
    for macro, pattern in MACROS.items():
        written = written.replace(macro, pattern)
    return re.compile(written)


def heard(script: CalculatorScript, text: str, today: date) -> dict[str, str]:
    """Answers by question id."""
    plain = unicodedata.normalize("NFKC", text)
    found: dict[str, str] = {}
    for question in script.questions:
        answer = _one(question, plain, today)
        if answer is not None:
            found[question.id] = answer
    for question in script.questions:
        if question.implies and question.id in found:
            for opener, wanted in question.when.items():
                found.setdefault(opener, wanted if isinstance(wanted, str) else wanted[0])
    return {q.id: found[q.id] for q in script.questions if q.id in found and _may_count(q, found)}


def _may_count(question: HeardQuestion, found: dict[str, str]) -> bool:
    """Kept unless an answer heard closes its branch; one whose branch is still open waits for it."""
    return all(opener not in found or interviews.applies({opener: w}, found) for opener, w in question.when.items())


def _one(question: HeardQuestion, plain: str, today: date) -> str | None:
    if question.type == "choice":
        said = [c.id for c in question.choices if any(_pattern(p).search(plain) for p in c.heard)]
        return said[0] if said else None
    for written in question.heard:
        match = _pattern(written.replace("{n}", "{m}") if question.type == "amount" else written).search(plain)
        if match:
            answer = interviews.read_answer(question, match["v"] or match[0], today)
            if answer is not None and answer != interviews.UNKNOWN:
                return answer
    return None
