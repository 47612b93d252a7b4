"""A small quiz and a few days, so that tests do not hang on what the writers write."""

from __future__ import annotations

from knowledge.daily import DailyEntry
from knowledge.quiz import QuizQuestion

TOPICS = ("labour", "renting")
LEVELS = ("hard", "easy", "medium")


def question(number: int, topic: str = "labour", **changed: object) -> QuizQuestion:
    fields = {
        "id": f"quiz.{topic}.{number:03}",
        "topic": topic,
        "level": LEVELS[number % 3],
        "question": f"公司拖着第{number}位员工的工资不发，对不对？",
        "options": ("可以晚几个月发", "应当及时足额支付", "看老板心情"),
        "answer": 1,
        "explanation": "用人单位应当按照合同约定和国家规定，及时足额支付劳动报酬，拖着不发是违法的。",
        "citations": ("劳动合同法第三十条",),
        **changed,
    }
    return QuizQuestion.model_validate(fields)


BANK = {q.id: q for topic in TOPICS for n in range(1, 8) for q in (question(n, topic),)}

STORY = "一位快递员送完最后一单，站长说工资再等等。他拿出合同和送货记录，站长看完条文，当晚就把钱转了过来，还补了一句对不住。故事不长，道理也不长：干了活，就该按时拿到钱，这不是谁的恩情，是写在法律里的事。"
MEANING = "单位要按合同约定，及时、足额发工资。被拖欠时先留好合同和记录，再去劳动监察投诉或申请仲裁。"


def day(date: str, **changed: object) -> DailyEntry:
    fields = {"date": date, "title": "按时拿到工资", "citations": ("劳动合同法第三十条",), "story": STORY,
              "meaning": MEANING, "faq": "labour.wages.arrears", **changed}  # fmt: skip
    return DailyEntry.model_validate(fields)


DAYS = {date: day(date) for date in ("02-28", "11-22", "11-23", "11-24", "12-31", "01-01")}
