"""`knowledge check` on the check-up: each kind of mistake is seen, with file and question."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from knowledge.check import check
from knowledge.content import Content, load_content
from knowledge.statutes.book import StatuteBook
from tests.fakes.reviews import read_all
from tests.unit.conftest import TODAY

SMALL = Path(__file__).with_name("checkups")


def problems_of(folder: Path, content: Content, book: StatuteBook, old: str, new: str) -> list[str]:
    shutil.copytree(SMALL, folder, dirs_exist_ok=True)
    path = folder / "checkups" / "hiring.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    loaded = load_content(folder, strict=False)
    loaded.faqs = {"labour.contract.none": content.faqs["labour.contract.none"]}
    loaded.topics, loaded.references = content.topics, content.references
    loaded.places |= {"labour.contract.none": content.places["labour.contract.none"]}
    ledger = read_all(loaded, book, TODAY, folder / "reviews")
    found = map(str, check(loaded, book, TODAY, ledger=ledger).problems)
    return [problem for problem in found if "hiring.yml" in problem]


def test_the_small_domains_pass(tmp_path: Path, content: Content, book: StatuteBook) -> None:
    assert problems_of(tmp_path, content, book, "测试用", "测试用") == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("社会保险法第八十六条", "社会保险法第三百条", "没有可引用的文本"),
        ("三十日内", "九十日内", "90日"),
        ("labour.contract.none", "labour.contract.nowhere", "faq 指向不存在的"),
        ("{garment: 1.5}", "{mining: 1.5}", "没有行业 mining"),
        ("列出没参保的人", "打0755-12345678，列出没参保的人", "没有核实过的电话"),
        ("when: {contract: all}", "when: {contract: most}", "好的一头或坏的一头"),
        ("harm: 2", "harm: 9", "harm"),
    ],
)
def test_each_mistake_is_seen(
    tmp_path: Path, content: Content, book: StatuteBook, old: str, new: str, said: str
) -> None:
    found = problems_of(tmp_path, content, book, old, new)
    assert any(said in problem for problem in found), found


def test_too_many_questions_are_seen(tmp_path: Path, content: Content, book: StatuteBook) -> None:
    """Every industry's quick version has at most twelve, the full one sixty."""
    shutil.copytree(SMALL, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / "checkups" / "contracts.yml").read_text("utf-8")
    for number in range(10):
        copy = text.replace("id: contracts", f"id: copy{number}")
        (tmp_path / "checkups" / f"copy{number}.yml").write_text(copy, "utf-8")
    found = [str(problem) for problem in check(load_content(tmp_path, strict=False), book, TODAY).problems]
    assert any("快速版最多会问到 14 问" in problem for problem in found), found
