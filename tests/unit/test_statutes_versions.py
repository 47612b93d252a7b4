"""Our version table against itself and against the official list; names."""

import os
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from knowledge.statutes.maintain import propose
from knowledge.statutes.names import VERSIONS_FILE, NameTable, default_names, short_name
from knowledge.statutes.package import database_path
from knowledge.statutes.versions import check_versions, load_amendments, load_repealed, load_stale, load_versions

ROOT = Path(__file__).resolve().parents[2]
OFFICIAL = Path(os.environ.get("XIAOFA_SHARED", ROOT.parent / "shared")) / "statutes" / "law_dates.csv"
needs_official = pytest.mark.skipif(not OFFICIAL.is_file(), reason=f"没有官方清单 {OFFICIAL}（设 XIAOFA_SHARED）")


@needs_official
def test_every_row_agrees_with_the_official_list() -> None:
    assert check_versions(OFFICIAL) == []


@needs_official
def test_table_is_what_the_maintenance_command_writes() -> None:
    rows, refused = propose(OFFICIAL, database_path())
    written = VERSIONS_FILE.read_text(encoding="utf-8").splitlines()[1:]
    assert [",".join(row) for row in rows] == written
    assert {law for law, _, _ in refused} >= {"注册会计师法", "乡镇企业法"}


@needs_official
def test_a_wrong_date_is_found(tmp_path: Path) -> None:
    text = OFFICIAL.read_text(encoding="utf-8").replace(
        "劳动合同法,2012-12-28,2013-07-01", "劳动合同法,2012-12-28,2008-01-01"
    )
    changed = tmp_path / "law_dates.csv"
    changed.write_text(text, encoding="utf-8")
    assert [(d.law, d.kind) for d in check_versions(changed)] == [("劳动合同法", "effective")]


def test_rows_are_complete_and_never_overlap() -> None:
    versions = load_versions()
    assert len(versions) == len({(v.law, v.version) for v in versions}) > 300
    for version in versions:
        assert version.source
        assert version.effective_to is None or version.effective_from <= version.effective_to
        assert version.law == short_name(version.law)
    for earlier, later in pairwise(versions):
        if earlier.law == later.law:
            assert earlier.effective_to is not None
            assert earlier.effective_to < later.effective_from


def test_small_tables_name_laws_we_know() -> None:
    laws = {v.law for v in load_versions()}
    assert not laws & set(load_repealed())
    assert {r.replaced_by for r in load_repealed().values()} <= laws
    assert all(s.law in laws or s.law.startswith("最高人民法院") for s in load_stale())


def test_no_amendment_is_in_force_before_it_was_made_and_each_says_where_it_was_read() -> None:
    assert load_amendments()
    for amendment in load_amendments().values():
        assert amendment.decided <= amendment.effective_from
        assert amendment.source
    assert [s.number for s in load_stale() if s.law == "刑法"] == [165, 166, 169, 387, 390, 391, 393]


def test_trade_mark_law_changes_on_new_year() -> None:
    on = {day: [v.version.year for v in load_versions() if v.law == "商标法" and v.covers(day)] for day in DAYS}
    assert on == {date(2026, 11, 22): [2019], date(2026, 12, 31): [2019], date(2027, 1, 1): [2026]}


DAYS = (date(2026, 11, 22), date(2026, 12, 31), date(2027, 1, 1))

SHORT = [
    ("《中华人民共和国民法典》", "民法典"),
    (" 中华人民共和国 劳动合同法 ", "劳动合同法"),
    ("中华人民共和国公司法（2023）", "公司法"),
    (
        "最高人民法院关于适用《中华人民共和国民法典》婚姻家庭编的解释（一）",
        "最高人民法院关于适用〈民法典〉婚姻家庭编的解释（一）",
    ),
    (
        "《最高人民法院关于适用〈中华人民共和国民法典〉有关担保制度的解释》",
        "最高人民法院关于适用〈民法典〉有关担保制度的解释",
    ),
    ("《民法典》与《公司法》", "〈民法典〉与〈公司法〉"),
    ("某解释(二)", "某解释（二）"),
    ("某规定（2020", "某规定"),
]


@pytest.mark.parametrize(("name", "short"), SHORT)
def test_short_name(name: str, short: str) -> None:
    assert short_name(name) == short
    assert short_name(short) == short


ALIASES = [
    ("民诉法", "民事诉讼法"),
    ("劳动仲裁法", "劳动争议调解仲裁法"),
    ("消法", "消费者权益保护法"),
    ("个保法", "个人信息保护法"),
    ("道交法", "道路交通安全法"),
    ("刑诉法", "刑事诉讼法"),
    ("未保法", "未成年人保护法"),
    ("反家暴法", "反家庭暴力法"),
    ("劳动争议解释二", "最高人民法院关于审理劳动争议案件适用法律问题的解释（二）"),
    ("民间借贷规定", "最高人民法院关于审理民间借贷案件适用法律若干问题的规定"),
    ("合同法", "合同法"),
    (
        "《关于审理民间借贷案件适用法律若干问题的规定》",
        "最高人民法院关于审理民间借贷案件适用法律若干问题的规定",
    ),
]


@pytest.mark.parametrize(("alias", "law"), ALIASES)
def test_alias(alias: str, law: str) -> None:
    assert default_names().resolve(alias).name == law


def test_ambiguous_and_unknown_names_are_explicit() -> None:
    assert default_names().resolve("诉讼法").candidates == ("民事诉讼法", "刑事诉讼法", "行政诉讼法")
    assert "请写明" in (default_names().resolve("诉讼法").message or "")
    unknown = default_names().resolve("某某法")
    assert (unknown.name, unknown.candidates) == (None, ())


def test_an_extension_never_changes_what_a_name_means() -> None:
    table = NameTable(["民法典"], {"消法": "消费者权益保护法"}, {"诉讼法": ("甲法", "乙法")})
    extended = table.extended(["消法", "诉讼法", "丙条例"])
    assert extended.resolve("丙条例").name == "丙条例"
    assert extended.resolve("消法").name == "消费者权益保护法"
    assert extended.resolve("诉讼法").candidates == ("甲法", "乙法")
    assert table.resolve("丙条例").name is None
