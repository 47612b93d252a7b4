"""Of a referenced article, too, the text read is known: filled from the files, part of the review, seen when it changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from knowledge.check import article_hashes, review_of, unread
from knowledge.content import Content, load_content
from knowledge.fingerprints import fill
from knowledge.schema import Faq
from knowledge.statutes.book import StatuteBook, text_sha256
from tests.fakes.faq import FAQ, write_faq
from tests.unit.conftest import TODAY

RULE = """# 注
name: 测试条例
number: 国令第1号
issuer: 国务院
effective: 2020-01-01
source: 测试条例.md
read_on: 2026-11-22
articles:
  - {number: 1, gist: 先说第一件。}
  - number: 2
    gist: 第二件，
      写成两行。  # 记
  - {number: 9, gist: 没有这一条。}
"""
TEXT = "# 测试条例\n\n第一条　第一件事。\n\n第二条　第二件事。\n\n（一）其一；\n\n（二）其二。\n"
CITING = FAQ.replace("劳动合同法第三十条", "劳动合同法第三十条, 测试条例第二条, 测试条例第九条")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("references", "texts"):
        (tmp_path / folder).mkdir()
    write_faq(tmp_path, CITING)
    (tmp_path / "references" / "rule.yml").write_text(RULE, "utf-8")
    (tmp_path / "texts" / "测试条例.md").write_text(TEXT, "utf-8")
    return tmp_path


def filled(root: Path) -> Content:
    fill(root / "texts", root / "references")
    return load_content(root)


def test_the_texts_of_the_files_are_recorded_and_what_is_missing_is_told(root: Path) -> None:
    assert fill(root / "texts", root / "references") == ["测试条例 第9条"]
    one, two, nine = load_content(root).references["测试条例"].articles
    assert one.sha256 == text_sha256("第一件事。")
    assert two.sha256 == text_sha256("第二件事。\n（一）其一；\n（二）其二。")
    assert nine.sha256 is None


def test_the_rest_of_the_file_stands_as_it_was_written(root: Path) -> None:
    path = root / "references" / "rule.yml"
    fill(root / "texts", root / "references")
    once = path.read_text("utf-8")
    kept = yaml.safe_load(once)
    for article in kept["articles"]:
        article.pop("sha256", None)
    assert kept == yaml.safe_load(RULE)
    assert once.startswith("# 注\n") and "写成两行。  # 记\n    sha256: " in once
    assert fill(root / "texts", root / "references") == ["测试条例 第9条"]
    assert path.read_text("utf-8") == once


def test_a_text_that_cannot_be_trusted_gives_no_fingerprint(root: Path) -> None:
    (root / "texts" / "测试条例.md").write_text(TEXT.replace("第二条", "第三条"), "utf-8")
    assert len(fill(root / "texts", root / "references")) == 3


def test_a_changed_text_replaces_the_fingerprint_and_asks_for_a_reader(root: Path, book: StatuteBook) -> None:
    before = filled(root)
    faq = before.faqs["labour.wages.test"]
    review = review_of(faq, before, book, TODAY, author="甲", reader="乙")
    assert unread(faq, review, before, book, TODAY) is None
    (root / "texts" / "测试条例.md").write_text(TEXT.replace("第二件事", "第二件要紧的事"), "utf-8")
    why = unread(faq, review, filled(root), book, TODAY)
    assert why == "测试条例第二条 的文本与审读时不同，请重新审读"


def test_where_there_is_no_text_the_gist_is_what_was_read(root: Path, book: StatuteBook) -> None:
    before = filled(root)
    faq = before.faqs["labour.wages.test"]
    review = review_of(faq, before, book, TODAY, author="甲", reader="乙")
    assert review.articles["测试条例第九条"] == text_sha256("没有这一条。")
    path = root / "references" / "rule.yml"
    path.write_text(path.read_text("utf-8").replace("没有这一条", "改了这一条"), "utf-8")
    assert "测试条例第九条" in (unread(faq, review, load_content(root), book, TODAY) or "")


def test_a_review_that_leaves_out_a_text_is_none(root: Path, book: StatuteBook) -> None:
    content = filled(root)
    faq = content.faqs["labour.wages.test"]
    review = review_of(faq, content, book, TODAY, author="甲", reader="乙")
    for reference in review.articles:
        less = review.model_copy(update={"articles": {k: v for k, v in review.articles.items() if k != reference}})
        assert reference in (unread(faq, less, content, book, TODAY) or "")


def test_a_rule_that_is_not_in_force_was_not_read(root: Path, book: StatuteBook) -> None:
    content = filled(root)
    faq = content.faqs["labour.wages.test"]
    assert article_hashes(faq, content, book, date(2019, 12, 31)).keys() == {"劳动合同法第三十条"}


def test_every_fingerprint_of_ours_is_one(content: Content) -> None:
    hashes = [article.sha256 for rule in content.references.values() for article in rule.articles if article.sha256]
    assert len(hashes) >= 900
    assert all(len(text) == 64 and set(text) <= set("0123456789abcdef") for text in hashes)


@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_any_mixture_of_layouts(tmp_path_factory: pytest.TempPathFactory, flow: list[bool]) -> None:
    root = tmp_path_factory.mktemp("layouts")
    articles = "".join(
        f"  - {{number: {n}, gist: 某件事情。}}\n" if braces else f"  - gist: 某件事情。\n    number: {n}\n"
        for n, braces in enumerate(flow, 1)
    )
    (root / "rule.yml").write_text(RULE.split("  - ")[0] + articles, "utf-8")
    text = "\n".join(f"第{'一二三四五六'[n]}条　第{n}件事。" for n in range(len(flow)))
    (root / "测试条例.md").write_text(f"# 测试条例\n{text}\n", "utf-8")
    assert fill(root, root) == []
    written = yaml.safe_load((root / "rule.yml").read_text("utf-8"))["articles"]
    assert [row["sha256"] for row in written] == [text_sha256(f"第{n}件事。") for n in range(len(flow))]


def test_an_faq_without_references_has_the_hashes_of_the_book(content: Content, book: StatuteBook) -> None:
    faq: Faq = content.faqs["labour.wages.arrears"]
    hashes = article_hashes(faq, content, book, TODAY)
    article = book.find("劳动合同法", 30, on=TODAY)
    assert article is not None
    assert hashes["劳动合同法第三十条"] == article.sha256
