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
    "{r}": rf"(?P<v>(?:年|月)?(?:利率|利息|息|化)?\s*(?:百分之)?(?:[\d.]+|[{_HAN}]+)\s*[分厘%％](?:[\d半{_HAN}])?)",
}


@lru_cache(maxsize=512)
def _pattern(written: str) -> re.Pattern[str]:
    for macro, pattern in MACROS.items():
        written = written.replace(macro, pattern)
    return re.compile(written)


def heard(script: CalculatorScript, text: str, today: date) -> dict[str, str]:
    """Answers by question id. An answer heard on a branch also answers the question that opens the branch."""
    plain = unicodedata.normalize("NFKC", text)
    found: dict[str, str] = {}
    for question in script.questions:
        answer = _one(question, plain, today)
        if answer is not None:
            found[question.id] = answer
    for question in script.questions:
        if question.id in found:
            for opener, wanted in question.when.items():
                if opener not in found:
                    found[opener] = wanted if isinstance(wanted, str) else wanted[0]
    return {
        question.id: found[question.id]
        for question in script.questions
        if question.id in found and interviews.applies(question.when, found)
    }


def _one(question: HeardQuestion, plain: str, today: date) -> str | None:
    if question.type == "choice":
        said = [c.id for c in question.choices if any(_pattern(p).search(plain) for p in c.heard)]
        return said[0] if said else None
    for written in question.heard:
        match = _pattern(written).search(plain)
        if match:
            answer = interviews.read_answer(question, match["v"] or match[0], today)
            if answer is not None and answer != interviews.UNKNOWN:
                return answer
    return None
