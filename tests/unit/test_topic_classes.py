"""The table from our answers to the classes of the topic questions."""

import yaml

from knowledge.content import Content
from xiaofa.measures import TOPICS, topic_classes

CLASSES = {
    *("婚姻家庭", "劳动纠纷", "交通事故", "债权债务", "刑事辩护", "合同纠纷", "房产纠纷", "侵权", "公司法", "医疗纠纷"),
    *(
        "拆迁安置",
        "行政诉讼",
        "建设工程",
        "知识产权",
        "综合咨询",
        "人身损害",
        "涉外法律",
        "海事海商",
        "消费权益",
        "抵押担保",
    ),
}  # LawBench 2-4


def test_every_answer_stands_for_classes_of_the_questions(content: Content) -> None:
    named = topic_classes(content.faqs)
    assert set(named) == set(content.faqs)
    assert {name for names in named.values() for name in names} <= CLASSES
    assert all(names for names in named.values())


def test_every_line_of_the_table_speaks_for_an_answer(content: Content) -> None:
    table = yaml.safe_load(TOPICS.read_text("utf-8"))
    longest = sorted(table, key=len, reverse=True)
    used = {next(begin for begin in longest if id_.startswith(begin)) for id_ in content.faqs}
    assert set(table) - used == set()


def test_the_longest_beginning_counts() -> None:
    named = topic_classes(["crossing.admin.demolition-x", "crossing.admin.y", "crossing.z"])
    assert list(named.values()) == [["拆迁安置", "行政诉讼"], ["行政诉讼"], ["刑事辩护"]]
