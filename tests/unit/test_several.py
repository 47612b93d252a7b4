"""Several questions in one message are told apart; one question told at length is not."""

import pytest

from service.followups import bare
from service.several import questions


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("公司不发工资怎么办？还有房东不退押金怎么办", ["公司不发工资怎么办？", "房东不退押金怎么办"]),
        ("老板不交社保怎么办还有就是房东不退押金咋办", ["老板不交社保怎么办", "房东不退押金咋办"]),
        ("1、加班费怎么算 2、社保没交怎么办", ["加班费怎么算", "社保没交怎么办"]),
        ("离婚孩子归谁？房子怎么分？彩礼要退吗？", ["离婚孩子归谁？", "房子怎么分？", "彩礼要退吗？"]),
        ("我想问三件事第一个是没交社保怎么办第二个是加班费怎么算第三个是辞职要不要提前说",
         ["没交社保怎么办", "加班费怎么算", "辞职要不要提前说"]),
        ("想问两件事，一是欠薪怎么办，二是房东涨租合不合法", ["欠薪怎么办", "房东涨租合不合法"]),
        ("被车撞了，对方全责。误工费怎么算？另外保险公司不赔怎么办", ["被车撞了，对方全责。误工费怎么算？", "保险公司不赔怎么办"]),
        ("商标被抢注怎么办？另外员工带走客户名单。这样合法吗？", ["商标被抢注怎么办？", "员工带走客户名单。这样合法吗？"]),
    ],
)  # fmt: skip
def test_each_question_is_found_with_its_facts(text: str, asked: list[str]) -> None:
    assert questions(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "房东不退押金怎么办？去哪里告？要准备什么材料？",
        "公司辞退我合法吗？我该怎么办？",
        "租房合同还有三个月到期可以提前退租吗",
        "公司倒闭了怎么办还有三个月工资没发",
        "公司没签合同也没交社保，离职能要赔偿吗",
        "借了十万，利息3.5分，还有2万没还，怎么办",
        "你好，请问公司不给加班费合法吗？谢谢",
        "我妈摔倒在商场，商场说不关他们的事。医药费谁出？",
        "万一是假的怎么办",
        "公司三个月没发工资",
        "",
    ],
)
def test_one_question_stays_whole(text: str) -> None:
    assert questions(text) == [text]


@pytest.mark.parametrize(
    "text", ["时效多久", "去哪里投诉", "要不要请律师", "那要去哪里告他嘛", "要带些什么东西", "怎么申请", "多久过期"]
)
def test_a_message_that_only_asks_on_is_bare(text: str) -> None:
    assert bare(text)


@pytest.mark.parametrize(
    "text", ["孩子归谁", "房子怎么分", "离婚去哪里办", "狗咬人谁赔", "起诉费多少", "邻居漏水", "怎么离婚"]
)
def test_a_message_with_a_matter_of_its_own_is_not(text: str) -> None:
    assert not bare(text)
