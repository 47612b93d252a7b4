"""People's mediation: where it is offered, what it is, and the questions before a request for it (`mediation.yml`). Never where
there is family violence; where that shows only later, the request is not taken and the way to safety is shown instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from knowledge.schema import Question
from service.cards import Card
from service.case_cards import ASK_STATUS, HOTLINE, offer, until
from service.choices import choice
from service.danger import detect
from service.gate import CitationGate
from service.intake import HINTS, STEERING, IntakeInterview
from service.interviews import UNKNOWN
from service.scripted import Answers

SCRIPT_ID = "mediation"
ABOUT, START, GO_ON = "mediate:about", "mediate:start", "mediate:go_on"
LABEL = "找人调解（不收费）"
TEXTS = ("story", "opponent", "tried", "want")
STATUTES = (
    "人民调解法第四条",
    "人民调解法第三十一条",
    "人民调解法第三十三条",
    "民事诉讼法第二百零五条",
    "民事诉讼法第二百零六条",
)
DEADLINE = "调解协议生效之日起三十日内，双方一起申请司法确认。"
OFFERED_ON = ("answer", "guide", "result", "clarify", "notice")


class Fits(BaseModel):
    """Where mediation is offered (`mediation_fits.yml`). `topics`: the kind of dispute -> topic of the case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answers: tuple[str, ...]
    guides: tuple[str, ...]
    unless: tuple[str, ...]
    asked: tuple[re.Pattern[str], ...]
    violence: tuple[re.Pattern[str], ...]
    relatives: tuple[re.Pattern[str], ...]
    topics: dict[str, str]


@lru_cache(maxsize=1)
def fits() -> Fits:
    return Fits.model_validate(yaml.safe_load(Path(__file__).with_name("mediation_fits.yml").read_text("utf-8")))


class MediationInterview(IntakeInterview):
    opening = STEERING | {"dispute", "safe"}
    finish_label = "就到这里，申请调解"
    title = "申请调解"
    hints = {**HINTS, "phone": "没认出电话号码。请只发 11 位手机号，或点“跳过”，就在这里回复您。"}

    def __init__(self) -> None:
        super().__init__(SCRIPT_ID, GO_ON)

    def next_question(self, answers: Answers, today: date) -> Question | None:
        """None as soon as there is family violence: nothing more is asked of who should not sit at a table with the other."""
        return None if unsafe(answers) else super().next_question(answers, today)

    def cut_short(self, answers: Answers) -> Literal["done", "paused"] | None:
        asked_first = "dispute" in answers and ("safe" in answers or answers["dispute"] != "family")
        return super().cut_short(answers) if asked_first else None


def violent(text: str) -> bool:
    """Whether the words tell of violence or threats, now or before, by whomever."""
    return detect(text) is not None or any(pattern.search(text) for pattern in fits().violence)


def family_violence(texts: Iterable[str]) -> bool:
    """Whether one of the texts tells of violence in the family."""
    return any(violent(text) and any(pattern.search(text) for pattern in fits().relatives) for text in texts)


def unsafe(answers: Mapping[str, Any]) -> bool:
    """Whether the answers of a request tell of family violence."""
    told = [str(answers[name]) for name in TEXTS if answers.get(name, UNKNOWN) != UNKNOWN]
    at_home = answers.get("dispute") == "family" and any(violent(text) for text in told)
    return answers.get("safe") == "violence" or at_home or family_violence(told)


def asked(text: str) -> bool:
    """Whether the person asks for mediation in so many words."""
    return any(pattern.search(text) for pattern in fits().asked)


def suits(card: Card, source: str | None, words: Sequence[str]) -> bool:
    """Whether mediation may be offered with this card. `source`: the id of the FAQ or guide it is made of; `words`: what the
    person said in the conversation, the newest last."""
    if card.kind not in OFFERED_ON or any(violent(text) for text in [*words, card.title]):
        return False
    if source and source.startswith(fits().unless):
        return False
    return bool(source and source.startswith((*fits().answers, *fits().guides))) or asked(words[-1] if words else "")


def with_choice(card: Card) -> Card:
    """The card, with mediation as one more choice."""
    return card.model_copy(update={"choices": [*card.choices, choice(len(card.choices) + 1, LABEL, ABOUT)]})


def about(gate: CitationGate) -> Card:
    """What mediation is, how to ask for it oneself, what makes the agreement strong; and that we can pass a request on."""
    return Card(
        kind="guide",
        title="人民调解：找中间人谈拢",
        conclusion="人民调解不收费，双方都愿意才调。谈成的协议有法律约束力，三十日内一起去法院司法确认，对方赖账就能申请执行。",
        steps=[
            "自己去：向事情所在社区或街道的人民调解委员会申请，说清对方是谁、事情经过、想要什么；也可以点下面，由我把申请交给值班律师。",
            "对方明确不愿意的，不能调；谈不拢就停，照样可以仲裁、起诉，不能拿调解拦着您（人民调解法第三条、第十七条、第二十六条）。",
            "谈成了写成协议书：谁、做什么、哪天以前、不做怎么办，双方签名或按指印，调解员签名、盖委员会的章。",
            "协议生效三十日内，双方一起申请司法确认：调解组织自己调的，向当事人住所地、标的物所在地或调解组织所在地的基层法院提；"
            "法院请来调的，向那家法院提。",
            "法院裁定有效后，对方不履行或没履行完，可以直接申请执行；没通过的，可以再调解，也可以起诉。",
            "离婚、亲子关系、房子归谁这些，法院不受理司法确认（民诉法解释第三百五十五条）。",
            "仲裁、起诉、上诉的期限快到了，先去办那件，别等调解。",
        ],
        evidence=["身份证", "对方是谁、怎么联系", "合同、照片、聊天、转账等材料"],
        citations=gate.cite_all(STATUTES),
        deadline=DEADLINE,
        where=["事情所在社区、街道的人民调解委员会", HOTLINE],
        lawyer_when=["有人动手、威胁", "期限只剩几天", "金额大、协议复杂"],
        choices=[
            choice(1, "申请调解（几个小问题）", START),
            choice(2, "哪里能调解", "place:mediation"),
            offer(3),
        ],
        law_as_of=gate.on,
    )


def not_here() -> Card:
    """Family violence: no mediation, and what to do instead."""
    return Card(
        kind="safety",
        title="这件事不走调解",
        conclusion="家里有人动手、威胁的，我不安排调解，也没有联系对方。先保证您的安全：有危险马上打 110。",
        steps=[
            "离开现场，到人多的地方或信得过的人那里；受了伤先就医，病历和照片留好。",
            "报警后请警察开报警回执，可以要求出具告诫书。",
            "可以向法院申请人身安全保护令；自己办不了的，近亲属、公安、妇联、居委会等可以代为申请。",
            "受家庭暴力的人主张自己的权益，申请法律援助不受经济困难条件限制。",
        ],
        where=["110 报警", "12338 妇女儿童维权热线", HOTLINE],
        choices=[offer(urgent=True)],
    )


def refused() -> Card:
    return Card(
        kind="notice",
        title="没有申请调解",
        conclusion="好，没有申请，您说的话没有交给任何人，也没有联系对方。您可以接着问我，或者自己去社区、街道申请。",
        where=[HOTLINE],
        choices=[choice(1, "哪里能调解", "place:mediation"), offer(2)],
    )


def opened(code: str, place: int | None, promise: str, *, nobody_now: bool) -> Card:
    """Asked for: code, place in the queue, an honest time, and what happens next."""
    where = f"排在第 {place} 位。" if place else ""
    conclusion, rest = until(f"调解申请交上去了，{where}", promise)
    steps = [
        *(["现在没有律师在线，要等到上班以后才有人看。急事请拨 12348；有人身危险打 110。"] if nobody_now else []),
        *rest,
        f"请记下编号 {code}。{ASK_STATUS}",
        "值班律师看过后在这里和您商量。对方不愿意，就调不成，会告诉您别的路。",
        "您没同意以前，不联系对方；不想调了，说“撤回案件”就行。",
        "等的时候，仲裁、起诉的期限照样在走，快到了就先去办。",
    ]
    return Card(kind="handoff", title="申请了调解", conclusion=conclusion, steps=steps, where=[HOTLINE], case_code=code)


def topic_of(answers: Mapping[str, Any]) -> str | None:
    """The topic of a case by the kind of dispute; None when it is none of those asked for."""
    return fits().topics.get(str(answers.get("dispute")))
