"""What people type or what a phone heard, as the search reads it."""

import pytest

from service.normalise import LONGEST, normalise


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("老细炒咗我鱿鱼 冇赔钱畀我 点算好", "老板辞退我 没有赔钱给我 怎么办"),
        ("去邊度投訴", "去哪里投诉"),
        ("公司執笠，仲有三個月人工冇出糧", "公司倒闭,还有三个月人工没有发工资"),
        ("冇簽合同點算", "没有签合同怎么办"),
        ("俺的工钱拖了半年 这咋个办嘞", "我的工钱拖了半年 这怎么办呢"),
        ("要带些啥子，我莫得合同", "要带些什么,我没有合同"),
        ("公司拖欠公资，社宝也没交", "公司拖欠工资,社保也没交"),
        ("我的押进房东不退", "我的押金房东不退"),
        ("老公家报我想离婚", "老公家暴我想离婚"),
        ("工商鉴定几级", "工伤鉴定几级"),
        ("嗯，那个，我想问押金", "我想问押金"),
        ("我是就是说在这上班", "我是在这上班"),
    ],
)
def test_dialect_and_misheard_words_are_read_as_meant(said: str, meant: str) -> None:
    assert normalise(said) == meant


@pytest.mark.parametrize(
    "text",
    [
        "几点算迟到",
        "从起点算 一共五天",
        "快点办 急",
        "一点解释都没有",
        "周边度假村退款",
        "从而家庭破裂",
        "支出粮食款",
        "丢过身份证",
        "听日本人说",
        "寻找数据",
        "两边个人都签了字",
        "他们争执了很久",
        "办公资料被拿走",
        "被押进看守所",
        "回家报警",
        "加班非要我去",
        "集中裁员",
        "工商登记",
        "财产倾家荡产",
        "装修公司不返工",
        "房屋租赁合同",
        "喂羊驼被咬",
        "那个人跑路了",
    ],
)
def test_words_that_only_look_alike_stay(text: str) -> None:
    assert normalise(text) == text


def test_a_long_story_keeps_its_head_and_tail() -> None:
    story = "开头" + "经过" * LONGEST + "结尾"
    assert normalise(story).startswith("开头") and normalise(story).endswith("结尾")
