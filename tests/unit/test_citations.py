"""The citation parser: tables of text -> expected, one commented row each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.statutes.citations import ParsedCitation, canonical, parse, parse_one
from knowledge.statutes.names import NameTable, default_names
from knowledge.statutes.numerals import to_chinese

FOUND = [
    # full form, full-width brackets
    ("《民法典》第五百七十七条第一款第（二）项", ["民法典第五百七十七条第一款第二项"]),
    ("《中华人民共和国民法典》第577条", ["民法典第五百七十七条"]),
    # as people type it
    ("民法典577条", ["民法典第五百七十七条"]),
    ("民法典第577条怎么说", ["民法典第五百七十七条"]),
    ("民法典 第 ５７７ 条", ["民法典第五百七十七条"]),
    ("中华人民共和国劳动合同法第三十八条", ["劳动合同法第三十八条"]),
    # aliases
    ("民诉法第122条", ["民事诉讼法第一百二十二条"]),
    ("劳动仲裁法27条", ["劳动争议调解仲裁法第二十七条"]),
    ("消法第五十五条第1款", ["消费者权益保护法第五十五条第一款"]),
    # inserted articles
    ("刑法第一百三十三条之一", ["刑法第一百三十三条之一"]),
    ("刑法第133条之一第2款", ["刑法第一百三十三条之一第二款"]),
    ("刑法第三条之规定", ["刑法第三条"]),
    # lists: one 条 for several numbers; law carried over
    ("劳动合同法第38、46条", ["劳动合同法第三十八条", "劳动合同法第四十六条"]),
    ("劳动合同法第三十八条和第四十六条", ["劳动合同法第三十八条", "劳动合同法第四十六条"]),
    ("依据《劳动合同法》第38条、第46条、第47条", [f"劳动合同法第{n}条" for n in ("三十八", "四十六", "四十七")]),
    ("劳动合同法第三十八条规定了解除，第四十六条规定了补偿", ["劳动合同法第三十八条", "劳动合同法第四十六条"]),
    ("《民法典》第577条、《劳动法》第50条", ["民法典第五百七十七条", "劳动法第五十条"]),
    # ranges
    ("民法典第十条至第十二条", ["民法典第十条", "民法典第十一条", "民法典第十二条"]),
    ("民法典第10-12条", ["民法典第十条", "民法典第十一条", "民法典第十二条"]),
    ("民法典第一条到第一千条", ["民法典第一条", "民法典第一千条"]),
    # parts
    ("劳动合同法第三十八条第一款第（一）项、第（二）项", [f"劳动合同法第三十八条第一款第{n}项" for n in "一二"]),
    ("劳动合同法第三十八条第一款第一、二项", [f"劳动合同法第三十八条第一款第{n}项" for n in "一二"]),
    ("民法典第1079条第二款、第三款", ["民法典第一千零七十九条第二款", "民法典第一千零七十九条第三款"]),
    ("民法典第1079条第三款第（二）（三）项", [f"民法典第一千零七十九条第三款第{n}项" for n in "二三"]),
    ("劳动合同法第三十八条第（二）项", ["劳动合同法第三十八条第二项"]),
    ("劳动合同法第三十九条第二项和第四十条", ["劳动合同法第三十九条第二项", "劳动合同法第四十条"]),
    # a year or a part of the code between name and article
    ("《商标法》（2019年修正）第五十七条", ["商标法第五十七条"]),
    ("民法典合同编第五百七十七条", ["民法典第五百七十七条"]),
    ("民法典的第577条", ["民法典第五百七十七条"]),
    # rules we have no text of keep the name as written
    ("《保障农民工工资支付条例》第25条", ["保障农民工工资支付条例第二十五条"]),
    ("《上海市房屋租赁条例》第三条", ["上海市房屋租赁条例第三条"]),
    (
        "《最高人民法院关于适用〈中华人民共和国民法典〉婚姻家庭编的解释（一）》第三条",
        ["最高人民法院关于适用〈民法典〉婚姻家庭编的解释（一）第三条"],
    ),
    (
        "《最高人民法院关于适用《中华人民共和国民事诉讼法》的解释》第90条",
        ["最高人民法院关于适用〈民事诉讼法〉的解释第九十条"],
    ),
    # the name's own numbers are no citation
    ("《关于〈中华人民共和国刑法〉第三十条的解释》", []),
    # pointers
    ("《民法典》第577条；同法第584条", ["民法典第五百七十七条", "民法典第五百八十四条"]),
    ("民法典有规定。该法第584条", ["民法典第五百八十四条"]),
]
UNRESOLVED = [
    ("本法第三条", ["第三条"]),
    ("根据第三十八条", ["第三十八条"]),
    # 之一种 is no inserted article
    ("第三条之一种情形", ["第三条"]),
    # a contract is no law, and the law named before is not its law
    ("按照民法典，本合同第三条无效", ["第三条"]),
    ("《房屋租赁合同》第五条", ["第五条"]),
    ("民法典和上海市租房条例第三条", ["第三条"]),
    # the next sentence does not inherit
    ("民法典很长。第三条呢", ["第三条"]),
    ("诉讼法第三条", ["第三条"]),
]
NOTHING = [
    "",
    "我有3条裤子",
    "民法典",
    "第三人",
    "第二次",
    "民法典很长，3条建议",
    "第百百条",
    "今天的第一、第二件事",
    "577",
    "条",
    "第条",
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_resolved(text: str, expected: list[str]) -> None:
    found = parse(text)
    assert [canonical(c) for c in found] == expected
    assert all(c.law for c in found)


@pytest.mark.parametrize(("text", "expected"), UNRESOLVED)
def test_unresolved_stays_explicit(text: str, expected: list[str]) -> None:
    found = parse(text)
    assert [canonical(c) for c in found] == expected
    assert all(c.law is None for c in found)


@pytest.mark.parametrize("text", NOTHING)
def test_no_citation(text: str) -> None:
    assert parse(text) == []


def test_ambiguous_name_offers_its_candidates() -> None:
    (found,) = parse("诉讼法第三条")
    assert found.candidates == ("民事诉讼法", "刑事诉讼法", "行政诉讼法")


def test_spans_point_into_the_original_text() -> None:
    text = "请看《民法典》第５７７条，以及劳动合同法第38、46条。"
    assert [c.raw for c in parse(text)] == ["《民法典》第５７７条", "劳动合同法第38", "46条"]
    assert all(text[c.span[0] : c.span[1]] == c.raw for c in parse(text))


def test_a_local_rule_is_not_the_national_one() -> None:
    table = default_names().extended(["工伤保险条例"])
    assert parse("工伤保险条例第十四条", table)[0].law == "工伤保险条例"
    assert parse("广东省工伤保险条例第十四条", table)[0].law is None


ONE = [
    ("民法典第五百七十七条", "民法典第五百七十七条"),
    (" 《劳动合同法》第三十八条第一款第二项 ", "劳动合同法第三十八条第一款第二项"),
    ("民法典577", None),
    ("民法典577条", "民法典第五百七十七条"),
    ("刑法第一百三十三条之一", "刑法第一百三十三条之一"),
    ("某某市房屋租赁条例第三条", "某某市房屋租赁条例第三条"),
    ("最高人民法院关于某事的规定（二）第三条", "最高人民法院关于某事的规定（二）第三条"),
    ("第三条", None),
    ("本法第三条", None),
    ("诉讼法第三条", None),
    ("民法典第三条、第四条", None),
    ("民法典第三条的规定", None),
    ("参见民法典第三条", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "expected"), ONE)
def test_parse_one(text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ValueError, match="法条|法律"):
            parse_one(text)
    else:
        assert canonical(parse_one(text)) == expected


LAWS = st.sampled_from(["民法典", "劳动合同法", "刑法", "民事诉讼法"])
NUMBERS = st.integers(1, 1260)
OPTIONAL = st.none() | st.integers(1, 20)


@given(LAWS, NUMBERS, st.integers(0, 8), OPTIONAL, OPTIONAL)
def test_canonical_form_reads_back(law: str, article: int, sub: int, paragraph: int | None, item: int | None) -> None:
    citation = ParsedCitation(law, article, sub, paragraph, item)
    found = parse_one(canonical(citation))
    assert (found.law, found.article, found.sub, found.paragraph, found.item) == (law, article, sub, paragraph, item)


@given(LAWS, st.lists(NUMBERS, min_size=1, max_size=6), st.sampled_from("、和及"), st.booleans())
def test_lists_keep_every_number(law: str, numbers: list[int], join: str, chinese: bool) -> None:
    written = [to_chinese(n) if chinese else str(n) for n in numbers]
    assert [c.article for c in parse(f"{law}第{join.join(written)}条")] == numbers
    assert [c.article for c in parse(law + join.join(f"第{w}条" for w in written))] == numbers


@given(st.text(alphabet="第条款项之一二十百0９（）()、至和《》民法典刑本同。 \n", max_size=60))
def test_any_text_is_survived(text: str) -> None:
    for found in parse(text):
        assert text[found.span[0] : found.span[1]] == found.raw
        assert found.article > 0


def test_long_text_is_quick() -> None:
    assert len(parse("根据民法典第577条，第" * 2000)) == 2000
    assert parse("第一、" * 3000) == []
    assert parse("第（" * 3000) == []
    assert parse("《" * 3000) == []
    assert len(parse("第一条第" + "一" * 5000)) == 1
    assert len(parse("第一条第一" + "、第（一）" * 500)) >= 1
    assert len(parse("第一条" + "第一款第" * 1000)) >= 1


def test_empty_table_still_reads_titles() -> None:
    assert parse("《民法典》第1条", NameTable((), {}, {}))[0].law == "民法典"
