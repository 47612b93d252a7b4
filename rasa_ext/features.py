"""From a message to counted features: character n-grams over the raw text, jieba words, and concepts.

Character n-grams run across word borders, so a wrong cut by jieba or a typo costs little. Concepts (`concepts.yml`) fold the
many ways of saying one thing ("算一下", "帮我算算", "给我算下") into one feature, so that few examples teach a lot.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Dict, List, Sequence, Text, Tuple

_NOISE = re.compile(r"[\s,，。.!！?？~～、;；:：…\"'“”‘’()（）\[\]【】<>《》\-—_*#^|]+")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_STRETCHED = re.compile(r"(.)\1{2,}")
_TRADITIONAL = str.maketrans(
    "嗎麼請問勞動離婚財產賠償僱員資錢還債師訴訟權證據離職辭職開個們說話為這來過時間點幫給讓對錯報關傷醫藥車禍後裡條據約違貸買賣產業辦電話號碼誰應該當麗龍華",
    "吗么请问劳动离婚财产赔偿雇员资钱还债师诉讼权证据离职辞职开个们说话为这来过时间点帮给让对错报关伤医药车祸后里条据约违贷买卖产业办电话号码谁应该当丽龙华",
)

_OPENING = re.compile(
    r"^(?:(?:你好|您好|请问|你们好|律师|老师|小法|麻烦|打扰|一下|咨询|想问|我想|请教|问下|问|帮忙|各位|求助|在吗|啊|呀|哈|了|您|你)+(?:\s|$))+"
    r"|^(?:你好|您好)(?:律师|老师|小法)?(?:我|请|想)?(?:想|要)?(?:请问|问一?下|咨询一?下)?"
)
_LONGEST = 800  # characters that decide; the rest of a very long story is not read

Features = Dict[Text, float]
ConceptPatterns = Sequence[Tuple[Text, "re.Pattern[str]"]]


def normalise(text: Text) -> Text:
    """Full-width, case, common traditional characters, numbers (all become 0), stretched letters and punctuation."""
    text = unicodedata.normalize("NFKC", text).lower().translate(_TRADITIONAL)
    text = _DIGITS.sub("0", text)
    text = _STRETCHED.sub(r"\1\1", text)
    return _NOISE.sub(" ", text).strip()


def without_opening(clean: Text) -> Text:
    """Drop "你好请问一下 …" when a real message follows, or every polite question looks like a greeting."""
    rest = _OPENING.sub("", clean, count=1).strip()
    return rest if len(rest) >= 4 else clean


def compile_concepts(table: Dict[Text, List[Text]]) -> ConceptPatterns:
    """One pattern a concept; every entry is a regular expression over the normalised text."""
    return [(name, re.compile("|".join(entries))) for name, entries in table.items()]


def extract(text: Text, words: Sequence[Text], concepts: ConceptPatterns) -> Features:
    """Features of one message with their raw weights. `words` are the tokens of the original text."""
    clean = without_opening(normalise(text)[:_LONGEST])
    joined = f"^{clean.replace(' ', '')}$"
    counts: "Counter[Text]" = Counter()
    for size in (1, 2, 3, 4):
        for start in range(len(joined) - size + 1):
            counts[f"c{joined[start : start + size]}"] += 1
    kept = [word for word in (normalise(word) for word in words) if word]
    counts.update(f"w{word}" for word in kept)
    counts.update(f"b{left} {right}" for left, right in zip(kept, kept[1:]))
    found = [name for name, pattern in concepts if pattern.search(clean)]
    counts.update(f"k{name}" for name in found)
    counts.update(f"p{left}+{right}" for i, left in enumerate(found) for right in found[i + 1 :])
    length = len(joined) - 2
    counts[f"l{min(length // 4, 8)}"] += 1
    return dict(counts)
