"""Several questions in one message, told apart, so that each gets its own answer."""

from __future__ import annotations

import re

from service.followups import bare

_ENDS = re.compile(r"(?<=[?？。!！;；\n])")
# Words that begin another matter, with or without a comma before them: people who speak put none.
_ANOTHER = re.compile(
    r"[,，、 ]{0,4}(?:(?:还有(?:就是|一个问题|个问题|一?[件个]事)?|另外(?:就是)?|顺便(?:再?问)?|再问(?=一?[下个句])|(?:还|再)想问)(?:一?[下个句件]事?)?"
    r"|(?:第[一二三四五六]|其[一二三四五六])个?(?:问题)?(?:是|就是)?|(?<=[,，、:：])[一二三四五]是|(?<!\d)[1-9一二三四五六][、.)）](?!\d))[,，、: ]{0,4}"
)
_OPENING = re.compile(rf"^{_ANOTHER.pattern}")
_ASKS = re.compile(
    r"[?？]|怎么|怎样|如何|咋|点算|点办|点搞|吗|么$|嘛$|呢$|什么|啥|乜|多少|几多|多久|几[年天个次岁号]|哪|边度|谁|为何"
    r"|(能|可|该|要|算|是|有|合|犯)(不|没|唔)(能|可以|可|该|要|算|是|有|合法|犯法|犯)|行不行|得唔得|对不对"
)


def questions(text: str) -> list[str]:
    """The questions of a message, each with the facts told with it; one that only asks more of the same ("去哪里告？")
    stays with the one before. A message that asks once or not at all comes back whole."""
    found: list[str] = []
    told = ""  # facts that wait for the question they belong to
    for clause in (part for sentence in _ENDS.split(text) for part in _clauses(sentence)):
        if not _ASKS.search(clause):
            told += "" if bare(clause) else clause  # greetings, "想问两件事"
        elif found and bare(_OPENING.sub("", told + clause)):
            found[-1] += told + clause
            told = ""
        else:
            found.append(told + clause)
            told = ""
    if len(found) < 2:
        return [text]
    found[-1] += told
    return [_OPENING.sub("", question).strip(" ,，、") for question in found]


def names_more(text: str) -> bool:
    """Whether the person says that this is about more than one thing ("另外", "第二个")."""
    return any(found.start() for found in _ANOTHER.finditer(text))


def _clauses(sentence: str) -> list[str]:
    """The sentence, cut before words that begin another matter."""
    starts = [0, *(found.start() for found in _ANOTHER.finditer(sentence) if found.start()), len(sentence)]
    return [sentence[start:end] for start, end in zip(starts, starts[1:], strict=False)]
