"""Cards as WeChat messages, long texts in pieces, and what a short reply means."""

import re
from datetime import date
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.wechat import render
from bot.channels.wechat.choices import articles_asked, choice_of
from bot.channels.wechat.split import TEXT_BYTES, size, split
from service.cards import Amount, Card, CardChoice, Citation

LINK = "https://xiaofa.example/c/c_0123.6923abcd.mac"
WEIXIN = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^&"]+)&msgmenuid=(\d+)">([^<]+)</a>')


def choices(*labels):
    return [CardChoice(id=f"c{n}", label=label, payload=f"/choose{n}") for n, label in enumerate(labels, 1)]


def quoted(article="第三十条", text="用人单位应当按照劳动合同约定和国家规定，向劳动者及时足额支付劳动报酬。"):
    return Citation(
        kind="quoted",
        law="劳动合同法",
        article=article,
        label=f"《劳动合同法》{article}",
        text=text,
        in_force_since=date(2013, 7, 1),
        source="https://flk.npc.gov.cn",
    )


REFERENCED = Citation(
    kind="referenced",
    law="劳动保障监察条例",
    article="第二十一条",
    label="《劳动保障监察条例》第二十一条",
    number="国务院令第423号",
    in_force_since=date(2004, 12, 1),
    source="x",
    note="条文请核对官方文本",
)


def full(**more):
    values = {
        "kind": "answer",
        "title": "公司拖欠工资怎么办？",
        "conclusion": "拖欠工资违法，可以投诉，也可以申请劳动仲裁。",
        "steps": ["先存证据。", "书面催要。"],
        "evidence": ["工资条", "聊天记录"],
        "citations": [quoted(), REFERENCED],
        "amounts": [Amount(label="欠薪", value="12345.5", steps=["3 个月 × 4115.17"])],
        "deadline": "离职后一年内申请仲裁。",
        "where": ["劳动监察：12333"],
        "lawyer_when": ["数额大的"],
        "choices": choices("说说我的情况", "没合同怎么办？"),
        "law_as_of": date(2026, 11, 22),
    }
    return Card(**(values | more)).model_dump(mode="json")


# -- a card ------------------------------------------------------------------------


def test_a_card_is_one_message_that_begins_with_the_conclusion_and_leaves_nothing_out():
    (text,) = render.messages(full(), link=LINK)
    assert text.startswith("【公司拖欠工资怎么办？】\n拖欠工资违法")
    for words in ("离职后一年内", "1. 先存证据。", "2. 书面催要。", "劳动监察：12333", "《劳动合同法》第三十条"):
        assert words in text
    assert "《劳动保障监察条例》第二十一条（条文请核对官方文本）" in text
    assert "12,345.50 元" in text
    assert "工资条" in text
    assert "数额大的" in text
    assert (
        text.index("时间限制") < text.index("怎么做") < text.index("去哪里") < text.index("依据") < text.index("回复")
    )
    assert f'<a href="{LINK}">点这里看全文</a>' in text
    assert "本内容由程序自动生成" in text
    assert "12348" in text
    assert "及时足额支付劳动报酬" not in text  # on request


@pytest.mark.parametrize(("found", "words"), [(True, "可能有关的法条"), (False, "依据")])
def test_articles_only_found_near_a_question_are_no_grounds(found, words):
    (text,) = render.messages(full(kind="notice", found=found), link=LINK)
    assert f"{words}：《劳动合同法》第三十条" in text


def test_a_range_is_shown_as_a_range():
    (text,) = render.messages(
        full(amounts=[Amount(label="抚养费", value="2000", most="3000", unit="元/月")]), link=LINK
    )
    assert "抚养费：2,000.00 至 3,000.00 元/月" in text or "抚养费：2,000 至 3,000 元/月" in text


def test_choices_have_numbers_and_links_that_say_what_they_mean():
    (text,) = render.messages(full(), link=None)
    assert "1. <a" in text
    assert [(unquote(said), number, label) for said, number, label in WEIXIN.findall(text)] == [
        ("说说我的情况", "1", "说说我的情况"),
        ("没合同怎么办？", "2", "没合同怎么办？"),
    ]


def test_a_question_for_a_number_offers_its_ways_out_without_numbers():
    card = full(kind="question", choices=choices("不清楚", "上一步", "先不说了"), citations=[], amounts=[])
    (text,) = render.messages(card, link=LINK)
    assert "1. <a" not in text
    assert "也可以回复：" in text
    assert "为什么问" in text
    assert "仅供参考" not in text
    assert LINK not in text


def test_what_does_not_fit_stays_behind_the_link_and_the_essentials_do_not():
    card = full(evidence=["证" * 400], lawyer_when=["律" * 300])
    (text,) = render.messages(card, link=LINK)
    assert "证证" not in text
    assert "证据清单、什么时候要找律师、金额怎么算的、法条原文" in text
    assert "2. 书面催要。" in text
    assert [label for _, _, label in WEIXIN.findall(text)] == ["说说我的情况", "没合同怎么办？"]
    assert "证" * 400 in "".join(render.messages(card, link=None))


def test_menu_links_go_before_details_do():
    card = full(evidence=["证" * 60], choices=choices(*("很长的一个选项" * 5 + str(n) for n in range(3))))
    (text,) = render.messages(card, link=LINK)
    assert not WEIXIN.search(text)
    assert "证" * 60 in text


def test_where_the_details_go_anyway_the_menu_links_may_come_back():
    (text,) = render.messages(full(evidence=["证" * 600]), link=LINK)
    assert "证证" not in text
    assert len(WEIXIN.findall(text)) == 2


def test_an_article_asked_for_is_shown_word_for_word():
    card = full(kind="statute", steps=[], evidence=[], amounts=[], citations=[quoted(), quoted("第九十九条", "短。")])
    (text,) = render.messages(card, link=LINK)
    assert "及时足额支付劳动报酬" in text
    assert "自 2013-07-01 起施行" in text
    long = [quoted(), quoted("第二条", "法" * 900), quoted("第三条", "后" * 10)]
    (text,) = render.messages(full(kind="statute", evidence=[], citations=long), link=LINK)
    assert "及时足额支付劳动报酬" in text
    assert "还有 《劳动合同法》第二条、《劳动合同法》第三条，太长" in text
    assert LINK in text
    assert "法" * 900 in "".join(render.messages(full(kind="statute", citations=long), link=None)).replace("\n", "")


def test_a_notice_is_short_and_bare_values_do_not_break_it():
    notice = {"kind": "notice", "conclusion": "没有收到文字。", "steps": ["请打字告诉我。"]}
    assert render.messages(notice, link=None) == ["没有收到文字。\n\n请打字告诉我。"]
    assert render.messages({"kind": "notice", "conclusion": "好的。"}, link=LINK) == ["好的。"]


def test_tags_and_control_characters_in_a_label_cannot_break_the_link():
    (text,) = render.messages(full(choices=choices('a<b>"c"&\x00d', "e")), link=LINK)
    assert "\x00" not in text
    assert len(WEIXIN.findall(text)) == 2


@given(
    st.lists(st.text(max_size=300), max_size=6), st.lists(st.text(min_size=1, max_size=40), max_size=6), st.booleans()
)
def test_every_message_fits_and_none_is_empty(lines, labels, linked):
    card = full(steps=lines, evidence=lines, where=lines, choices=[])
    card["choices"] = [{"id": f"c{n}", "label": label} for n, label in enumerate(labels)]
    sent = render.messages(card, link=LINK if linked else None)
    assert sent
    assert all(0 < size(text) <= TEXT_BYTES for text in sent)


def test_files_are_found_on_the_page():
    (text,) = render.messages(full(attachments=["/files/1.docx"], citations=[]), link=LINK)
    assert f'附件：<a href="{LINK}">点这里看全文</a>' in text


# -- pieces ------------------------------------------------------------------------


def squeezed(text):
    return re.sub(r"\s", "", text)


@given(st.text(max_size=400), st.integers(40, 200))
@example("\ud800" * 50, 40)
@example("👨‍👩‍👧‍👦" * 30, 60)
def test_nothing_is_lost_and_every_piece_fits(text, limit):
    pieces = split(text, limit)
    assert squeezed("".join(pieces)) == squeezed(text)
    assert all(piece and size(piece) <= limit for piece in pieces)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("甲" * 20 + "\n\n" + "乙" * 5 + "。" + "丙" * 20, "甲" * 20),
        ("甲" * 18 + "。" + "乙" * 5 + "，" + "丙" * 20, "甲" * 18 + "。"),
        ("甲" * 18 + "，" + "乙" * 30, "甲" * 18 + "，"),
        ("甲" * 60, "甲" * 33),
        ("甲" * 2 + "。" + "乙" * 60, "甲甲。" + "乙" * 30),
    ],
)
def test_cuts_are_where_a_reader_pauses(text, first):
    assert split(text, 100)[0] == first


def test_links_addresses_and_emoji_stay_whole():
    link = '<a href="https://xiaofa.example/c/abc">点这里 看。全文</a>'
    for filler in range(20, 40):
        for whole in (link, "https://xiaofa.example/c/c_0123.abc", "👨‍👩‍👧‍👦", "👍🏽"):
            pieces = split("字" * filler + whole + "字" * 30, 120)
            assert sum(whole in piece for piece in pieces) == 1


# -- replies -----------------------------------------------------------------------

CARD = full(choices=choices("说说我的情况", "没合同怎么办？", "都不是"))


@pytest.mark.parametrize(
    ("said", "choice"),
    [
        ("1", "c1"), ("２", "c2"), ("③", "c3"), ("一", "c1"), ("二。", "c2"), ("三、", "c3"), ("1️⃣", "c1"),
        ("回复1", "c1"), ("选 2", "c2"), ("我选第三个", "c3"), ("第一个", "c1"), ("2号", "c2"), ("3.", "c3"), ("两", "c2"),
        ("【2】", "c2"), ("都不是", "c3"), ("没合同怎么办", "c2"), (" 说说我的情况。", "c1"), ("就第2个吧", "c2"),
        ("4", None), ("0", None), ("十", None), ("1个月", None), ("2024年", None), ("一共三个月", None), ("", None),
        ("。", None), ("12348", None), ("一二", None), ("公司拖欠工资", None), ("11", None), ("二十一", None),
    ],
)  # fmt: skip
def test_what_a_reply_picks(said, choice):
    assert choice_of(said, CARD) == choice


def test_numbers_beyond_ten():
    card = full(choices=choices(*(f"第{n}项内容" for n in range(1, 13))))
    assert choice_of("十二", card) == "c12"
    assert choice_of("十", card) == "c10"
    assert choice_of("12", card) == "c12"


def test_a_label_that_is_a_number_wins_over_its_place():
    card = full(choices=choices("3", "2", "1"))
    assert choice_of("1", card) == "c3"


def test_a_number_answers_a_question_for_a_number():
    card = full(kind="question", choices=choices("不清楚", "上一步", "先不说了"))
    assert choice_of("3", card) is None
    assert choice_of("上一步", card) == "c2"
    assert choice_of("2", full(kind="question", choices=choices("签了", "没签", "不清楚"))) == "c2"


def test_without_choices_nothing_is_picked():
    assert choice_of("1", full(choices=[])) is None
    assert choice_of("1", {}) is None


@given(st.text(max_size=30))
def test_any_reply_is_survived(said):
    choice_of(said, CARD)
    articles_asked(said, CARD)


@pytest.mark.parametrize("said", ["法条", "看法条", "条文原文", "我要看原文。", "法律条文"])
def test_the_articles_are_asked_for_by_their_names(said):
    assert articles_asked(said, CARD) == "《劳动合同法》第三十条"
    assert articles_asked(said, full(citations=[])) is None


@pytest.mark.parametrize("said", ["法条是什么意思", "劳动合同法第三十条", "原文链接", "看"])
def test_other_words_about_articles_are_messages(said):
    assert articles_asked(said, CARD) is None
