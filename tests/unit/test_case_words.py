"""What people say of a case, and the cards about it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.channels.wechat import render
from bot.channels.wechat.offers import parcel_texts
from cases.outbox import State
from cases.status import STATUSES
from service import case_cards
from service.case_words import chosen, code_in, timeless, wish
from service.choices import choice_payload


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("我的案件到哪了", "status"),
        ("案子有进展了吗", "status"),
        ("律师回复了没", "status"),
        ("撤回案件", "withdraw"),
        ("我想撤回我的案子", "withdraw"),
        ("结束人工", "end"),
        ("我要回到小法", "end"),
        ("重新打开案件", "reopen"),
        ("约个时间见面", "meet"),
        ("我想约个时间和律师当面谈谈", "meet"),
        ("下周三上午想约律师见面，LH-7K3M-9Q2P", "meet"),
        ("能不能 12月1日下午两点见个面？", "meet"),
        ("换个时间", "meet"),
        ("取消预约", "unmeet"),
        ("明天约好的见面我去不了", "unmeet"),
        ("我的预约是几点", "meeting"),
        ("约好的见面在什么地方", "meeting"),
        ("取消我的律师预约时间 改到下周", "unmeet"),
        ("预约成功没", "meeting"),
        ("我约的是哪天", "meeting"),
        ("老板约我见面谈赔偿，可以录音吗", None),
        ("我们和对方当面说好了下个月还钱", None),
        ("旅行社取消预约不退钱怎么办，我已经交了三千块", None),
        ("公司三个月没发工资", None),
        ("重新开始", None),
        ("转人工", None),
        ("对方说要撤回仲裁申请，然后我们又谈了很久也没有谈拢，律师说可以再等等，我想问问这样行不行", None),
    ],
)
def test_wishes(text: str, meant: str | None) -> None:
    assert wish(text) == meant


@pytest.mark.parametrize("text", ["LH-7K3M-9Q2P", "编号 lh-7k3m-9q2p 到哪了", "ＬＨ－７Ｋ３Ｍ－９Ｑ２Ｐ", "LH7K3M9Q2P"])
def test_a_code_however_it_is_typed(text: str) -> None:
    assert code_in(text) == "LH-7K3M-9Q2P"


def test_no_code() -> None:
    assert code_in("我的案件到哪了") is None and code_in("XLH-7K3M-9Q2P1") is None


def test_what_a_payload_chooses_and_what_does_not_grow_old() -> None:
    assert chosen(choice_payload("case:rate:k1:5")) == "case:rate:k1:5"
    assert chosen("/restart") == chosen(None) == chosen("/choose{") == chosen('/choose{"a": 1}') == ""
    assert timeless(choice_payload("handoff:start")) and timeless(choice_payload("case:keep"))
    assert not timeless(choice_payload("answer:story:x"))


@dataclass(frozen=True)
class Standing:
    status: str
    id: str = "k1"
    code: str = "LH-7K3M-9Q2P"
    place: int | None = 2
    owner_name: str | None = "林静"


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_its_words_and_a_stranger_learns_no_name(status: str) -> None:
    mine = case_cards.status(Standing(status), "律师最晚明天 10:00 前回复您。")
    assert mine.conclusion and mine.case_code == "LH-7K3M-9Q2P"
    assert "林静" not in case_cards.status(Standing(status), mine=False).conclusion


def test_a_handed_over_card_in_wechat_carries_code_and_place() -> None:
    card = case_cards.opened("LH-7K3M-9Q2P", 3, "律师最晚明天 10:00 前回复您。", anonymous=False, nobody_now=True)
    (text,) = render.messages(card.model_dump(mode="json"), link=None)
    assert "第 3 位" in text and "受理编号：LH-7K3M-9Q2P" in text and "没有律师在线" in text
    (rating,) = render.messages({"kind": "handoff", "conclusion": "办完了", "choices": [
        c.model_dump() for c in case_cards.rating("k1")]}, link=None)  # fmt: skip
    assert "1. " in rating and "很满意" in rating


def test_a_long_promise_is_never_cut() -> None:
    long = "现在不是律师的工作时间，" + "很长" * 60 + "前回复您。"
    for card in (
        case_cards.opened("LH-7K3M-9Q2P", 3, long, anonymous=False, nobody_now=False),
        case_cards.status(Standing("queued"), long),
    ):
        assert len(card.conclusion) <= 120 and card.steps[0] == long
    assert (
        case_cards.opened("LH-7K3M-9Q2P", 3, long, anonymous=False, nobody_now=False).conclusion
        == "已经转给律师，排在第 3 位。"
    )


def parcel(**body: str) -> State:
    return State(1, "p", "k", dict(body), "service", None, 0, False, True, False, False, 0, 0)


def test_a_lawyers_words_in_wechat_are_told_from_the_programs() -> None:
    assert parcel_texts(parcel(text="合同有几份？", author="lawyer"), None, lambda *_: []) == [
        "【律师回复】\n合同有几份？"
    ]
    assert parcel_texts(parcel(text="好"), None, lambda *_: []) == ["好"]
    long = parcel_texts(parcel(text="很长。" * 400, author="lawyer"), None, lambda *_: [])
    assert len(long) > 1 and all(len(part.encode()) <= 2000 for part in long)


@pytest.mark.parametrize(("name", "said"), [("林静", "林静律师那里"), ("王律师", "到王律师那里"), (None, "到律师那里")])
def test_a_lawyer_is_named_once(name, said):
    assert said in case_cards.handed(name).conclusion
