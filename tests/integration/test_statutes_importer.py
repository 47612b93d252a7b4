"""The importer: what it takes, what it refuses and why, and that no file can stop or trick it."""

import io
import os
import sqlite3
import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from knowledge.statutes.book import Reason, StatuteBook
from knowledge.statutes.citations import parse
from knowledge.statutes.importer import ImportRow, import_path
from knowledge.statutes.numerals import to_chinese
from knowledge.statutes.rule_text import RuleTextError, split_rule
from knowledge.statutes.store import SCHEMA
from settings import Settings
from xiaofa.cli import app

TODAY = date(2026, 11, 22)
ROOT = Path(__file__).resolve().parents[2]
STATUTES = Path(os.environ.get("XIAOFA_SHARED", ROOT.parent / "shared")) / "statutes"
needs_shared = pytest.mark.skipif(not STATUTES.is_dir(), reason=f"没有法规样本 {STATUTES}（设 XIAOFA_SHARED）")


def head_layout(
    name: str = "测试条例",
    published: str = "2020-01-02",
    effective: str = "2020-03-01",
    validity: str = "有效",
    body: str = "第一条　为了测试，制定本条例。\n\n第二条　有下列情形之一的：\n\n（一）甲；\n\n（二）乙。",
) -> str:
    return (
        f"# {name}\n## 元数据\n- **公布日期**: {published}\n- **生效日期**: {effective}\n- **制定机关**: 国务院\n"
        f"- **法律类型**: 行政法规\n- **时效性**: {validity}\n\n---\n## 正文\n\n{name}\n\n{body}\n"
    )


def run(folder: Path, files: dict[str, str | bytes]) -> tuple[dict[str, ImportRow], StatuteBook]:
    """Import the files; rows by path, and a book that has nothing but them."""
    source, data = folder / "in", folder / "data"
    for name, content in files.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    data.mkdir(exist_ok=True)
    with closing(sqlite3.connect(data / "book.sqlite")) as db:
        db.executescript(SCHEMA)
    report = import_path(source, data, TODAY)
    return {row.path: row for row in report.rows}, StatuteBook(data / "book.sqlite")


def test_a_reference_becomes_a_quote(tmp_path: Path) -> None:
    text = head_layout(body="(2019年12月31日国务院令第721号公布)\n\n### 第一章　总　则\n\n第一条　甲。\n\n乙。")
    rows, book = run(tmp_path, {"a.md": text})
    assert rows["a.md"].status == "taken"
    article = book.find("测试条例", 1, on=TODAY)
    assert article is not None
    assert article.paragraphs == ("甲。", "乙。")
    assert (article.chapter, article.document_number, article.issuer) == ("第一章 总则", "国务院令第721号", "国务院")
    assert (article.kind, article.in_force_since) == ("regulation", date(2020, 3, 1))
    assert book.lookup("测试条例", 1, on=date(2020, 2, 29)).reason == Reason.NOT_YET_IN_FORCE
    assert parse("按测试条例第一条", book.names())[0].law == "测试条例"
    assert [a.key for a in book.articles(TODAY)] == ["测试条例#1"]
    book.close()


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.md": head_layout(), "b.md": head_layout("另一条例")}
    first, book = run(tmp_path, files)
    book.close()
    again, book = run(tmp_path, files)
    assert {r.status for r in first.values()} == {"taken"}
    assert {r.status for r in again.values()} == {"unchanged"}
    book.close()


def test_a_corrected_file_replaces_its_text(tmp_path: Path) -> None:
    run(tmp_path, {"a.md": head_layout()})[1].close()
    rows, book = run(tmp_path, {"a.md": head_layout(body="第一条　改正后的文字。")})
    assert rows["a.md"].status == "taken"
    found = book.find("测试条例", 1, on=TODAY)
    assert found is not None
    assert found.text == "改正后的文字。"
    assert book.find("测试条例", 2, on=TODAY) is None
    book.close()


def test_each_version_is_valid_until_the_next(tmp_path: Path) -> None:
    old = head_layout("测试条例（2010）", "2010-01-02", "2010-03-01", "已修改", "第一条　旧。")
    new = head_layout("测试条例（2020）", body="第一条　新。")
    _, book = run(tmp_path, {"old.md": old, "new.md": new})
    texts = {day: book.find("测试条例", 1, on=day) for day in (date(2020, 2, 29), date(2020, 3, 1))}
    assert [a and a.text for a in texts.values()] == ["旧。", "新。"]
    assert [a and a.in_force_until for a in texts.values()] == [date(2020, 2, 29), None]
    book.close()


def test_an_empty_newer_version_ends_the_older_one(tmp_path: Path) -> None:
    old = head_layout("测试条例", "2010-01-02", "2010-03-01", "已修改", "第一条　旧。")
    new = head_layout("测试条例（2020）", body="").replace("\n测试条例（2020）\n", "\n")
    rows, book = run(tmp_path, {"old.md": old, "new.md": new})
    assert (rows["new.md"].status, rows["new.md"].reason) == ("refused", "正文为空")
    assert book.find("测试条例", 1, on=date(2015, 1, 1)) is not None
    assert book.lookup("测试条例", 1, on=TODAY).reason == Reason.NO_TEXT_FOR_DAY
    book.close()


def test_a_file_without_a_date_borrows_it_from_its_empty_twin(tmp_path: Path) -> None:
    named = "# 测试条例\n\n2020年1月1日 会议通过\n\n<!-- INFO END -->\n\n## 第一章 总 则\n\n第一条 甲。\n"
    empty = head_layout(body="").replace("\n测试条例\n", "\n")
    rows, book = run(tmp_path, {"测试条例(2020-01-02).md": named, "empty.md": empty})
    assert rows["测试条例(2020-01-02).md"].status == "taken"
    article = book.find("测试条例", 1, on=TODAY)
    assert article is not None
    assert "empty.md" in article.source
    book.close()


BODY = "第一条　甲。\n\n第二条　乙。"
REFUSED: list[tuple[str, str | bytes, str]] = [
    ("empty", "", "没有认出|正文为空"),
    ("no-body", head_layout(body="").replace("\n测试条例\n", "\n"), "正文为空"),
    ("repealed", head_layout(validity="已废止"), "已废止"),
    ("no-effective", head_layout(effective=""), "没有施行日期"),
    (
        "original-date",
        head_layout(effective="", body=BODY + "\n\n第三条　本条例自2004年1月1日起施行。"),
        "早于公布日期",
    ),
    ("modified-last", head_layout(validity="已修改"), "没有后一版本"),
    ("no-articles", head_layout(body="某某法院：\n\n你院请示收悉，答复如下。"), "没有“第N条”条文"),
    ("gap", head_layout(body="第一条　甲。\n\n第三条　丙。"), "条号不连续：第一条之后是第三条"),
    ("starts-late", head_layout(body="第六条　甲。"), "开头就是第六条"),
    ("two-documents", head_layout(body=BODY + "\n\n第一条　又来一份。"), "不止一份文件"),
    ("national-law", head_layout("中华人民共和国民法典"), "以随包文本为准"),
    ("repealed-law", head_layout("中华人民共和国合同法"), "以随包文本为准"),
    ("decision", head_layout("国务院关于修改《测试条例》的决定"), "修改、废止决定"),
    ("binary", b"\x00\x01\x02" * 100, "不是文本文件"),
    ("noise", b"\xff\xfe\xfa\x81" * 100, "编码损坏"),
    ("replacement", head_layout(body="第一条　\ufffd\ufffd。"), "编码损坏"),
    ("too-large", b"a" * 3_000_001, "文件过大"),
    ("bad-date", head_layout(effective="2020-13-45"), "没有施行日期"),
]


@pytest.mark.parametrize(("name", "content", "reason"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused_with_its_reason_and_the_rest_goes_on(
    tmp_path: Path, name: str, content: str | bytes, reason: str
) -> None:
    rows, book = run(tmp_path, {f"{name}.md": content, "z-good.md": head_layout("好条例")})
    assert rows[f"{name}.md"].status == "refused"
    assert any(part in rows[f"{name}.md"].reason for part in reason.split("|"))
    assert rows["z-good.md"].status == "taken"
    assert book.find("测试条例", 1, on=TODAY) is None
    book.close()


DECISION = "国务院关于修改〈信息网络传播权保护条例〉的决定"
OLD_END = "第一条　甲。\n\n第二条　本条例自2006年7月1日起施行。"


def amended(decided: str, decision: str = DECISION, published: str = "2013-01-30", end: str = OLD_END) -> str:
    head = (
        f"(2006年5月18日国务院令第468号公布　根据2011年1月8日《另一决定》第一次修订　根据{decided}《{decision}》修订)"
    )
    return head_layout(published=published, effective="", body=f"{head}\n\n{end}")


@pytest.mark.parametrize("end", [OLD_END, OLD_END.replace("2006年7月1日起", "公布之日起")])
def test_an_amended_rule_is_in_force_from_the_day_of_its_decision_not_from_when_it_was_made(
    tmp_path: Path, end: str
) -> None:
    rows, book = run(tmp_path, {"a.md": amended("2013年1月30日", end=end)})
    assert (rows["a.md"].status, rows["a.md"].version) == ("taken", date(2013, 1, 30))
    article = book.find("测试条例", 1, on=date(2013, 3, 1))
    assert article is not None
    assert article.in_force_since == date(2013, 3, 1)
    assert "国务院令第634号" in article.source
    assert book.find("测试条例", 1, on=date(2013, 2, 28)) is None
    book.close()


@pytest.mark.parametrize(
    "text",
    [
        amended("2013年1月30日", "国务院关于修改部分行政法规的决定"),
        amended("2013年1月31日"),
        amended("2013年1月30日", published="2014-07-29"),
        amended("2013年13月30日"),
    ],
    ids=["unknown", "another-day", "amended-again-since", "no-such-day"],
)
def test_a_decision_that_the_table_does_not_prove_gives_no_day(tmp_path: Path, text: str) -> None:
    rows, book = run(tmp_path, {"a.md": text})
    assert (rows["a.md"].status, "早于公布日期" in rows["a.md"].reason) == ("refused", True)
    book.close()


def test_gb18030_is_read(tmp_path: Path) -> None:
    text = head_layout(body="第一条　甲。\n\n第二条　本条例自2020年3月1日起施行。")
    rows, book = run(tmp_path, {"a.md": text.encode("gb18030")})
    assert rows["a.md"].status == "taken"
    book.close()


def test_links_and_pipes_are_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(head_layout("机密条例"), encoding="utf-8")
    source = tmp_path / "in"
    source.mkdir()
    (source / "link.md").symlink_to(secret)
    (source / "up").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(source / "pipe.md")
    rows, book = run(tmp_path, {"good.md": head_layout()})
    assert {p: r.status for p, r in rows.items()} == {"good.md": "taken", "link.md": "refused", "pipe.md": "refused"}
    assert book.find("机密条例", 1, on=TODAY) is None
    book.close()


def official_docx(title: str, lines: list[str]) -> bytes:
    document = docx.Document()
    for line in ["", title, "", *lines]:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_official_docx(tmp_path: Path) -> None:
    lines = [
        "法释〔2020〕17号",
        "（2020年12月23日最高人民法院审判委员会第1823次会议通过，自2021年1月1日起施行）",
        "一、一般规定",
        "第一条　甲，依照民法典第三条处理。",
        "第三条规定的情形，适用前款。",
        "二、附则",
        "第二条　乙。",
        "2020年12月29日",
    ]
    file = official_docx("最高人民法院关于\n测试的解释（一）", lines)
    rows, book = run(tmp_path, {"最高人民法院关于测试的解释（一）_20201229_ff80.docx": file})
    (row,) = rows.values()
    assert (row.status, row.articles, row.effective) == ("taken", 2, date(2021, 1, 1))
    first = book.find("最高人民法院关于测试的解释（一）", 1, on=TODAY)
    assert first is not None
    assert (first.document_number, first.kind, first.chapter) == ("法释〔2020〕17号", "judicial", "一、一般规定")
    assert first.paragraphs == ("甲，依照民法典第三条处理。", "第三条规定的情形，适用前款。")
    second = book.find("最高人民法院关于测试的解释（一）", 2, on=TODAY)
    assert second is not None
    assert second.text == "乙。"
    book.close()


def test_hostile_docx(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", b"0" * 41_000_000)
    entities = io.BytesIO()
    good = zipfile.ZipFile(io.BytesIO(official_docx("测试条例", ["第一条　甲。"])))
    with good, zipfile.ZipFile(entities, "w") as parts:
        for info in good.infolist():
            content = good.read(info)
            if info.filename == "word/document.xml":
                declared = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document'
                content = content.replace(b"<w:document", declared, 1).replace("甲".encode(), b"&x;")
            parts.writestr(info, content)
    files: dict[str, str | bytes] = {
        "bomb.docx": bomb.getvalue(),
        "cut.docx": official_docx("测试条例", ["第一条　甲。"])[:500],
        "entity.docx": entities.getvalue(),
        "text.docx": "这不是 docx",
        "good.md": head_layout(),
    }
    rows, book = run(tmp_path, files)
    assert {p for p, r in rows.items() if r.status == "taken"} == {"good.md"}
    assert "压缩炸弹" in rows["bomb.docx"].reason
    assert not [a for a in book.articles(TODAY) if "root:" in a.text]
    book.close()


def test_stale_article_of_an_imported_rule_is_refused_from_its_day(tmp_path: Path) -> None:
    name = "最高人民法院关于审理劳动争议案件适用法律问题的解释（一）"
    body = "\n\n".join(f"第{to_chinese(n)}条　甲。" for n in range(1, 55))
    rows, book = run(tmp_path, {"a.md": head_layout(name, "2020-12-29", "2021-01-01", body=body)})
    assert rows["a.md"].status == "taken"
    assert book.find("劳动争议解释一", 32, on=date(2025, 8, 31)) is not None
    assert book.lookup("劳动争议解释一", 32, on=date(2025, 9, 1)).reason == Reason.REFUSED
    book.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(alphabet="第一二三条章节　 ，。（）#*-甲乙\n|", max_size=30), max_size=12))
def test_any_lines_are_survived(lines: list[str]) -> None:
    try:
        rule = split_rule(lines)
    except RuleTextError:
        return
    keys = [(a.number, a.sub) for a in rule.articles]
    assert keys == sorted(set(keys))


SAMPLES = [
    ("docx/住房租赁条例_20250716_ff80818198.docx", "住房租赁条例", 10, date(2025, 9, 15)),
    ("行政法规/物业管理条例.md", "物业管理条例", 6, date(2018, 3, 19)),
    ("行政法规/诉讼费用交纳办法.md", "诉讼费用交纳办法", 13, date(2007, 4, 1)),
    (
        "司法解释/最高人民法院关于适用《中华人民共和国民法典》婚姻家庭编的解释（一）.md",
        "婚姻家庭编解释（一）",
        1,
        date(2021, 1, 1),
    ),
    ("地方性法规/深圳经济特区社会信用条例(2023-01-06).md", "深圳经济特区社会信用条例", 1, date(2023, 3, 1)),
    ("行政法规/中华人民共和国著作权法实施条例.md", "著作权法实施条例", 4, date(2013, 3, 1)),
    ("行政法规/信息网络传播权保护条例.md", "信息网络传播权保护条例", 14, date(2013, 3, 1)),
    ("行政法规/计算机软件保护条例.md", "计算机软件保护条例", 24, date(2013, 3, 1)),
]


@needs_shared
@pytest.mark.parametrize(("file", "law", "number", "since"), SAMPLES)
def test_real_files(tmp_path: Path, file: str, law: str, number: int, since: date) -> None:
    run(tmp_path, {"z.md": head_layout()})[1].close()
    report = import_path(STATUTES / file, tmp_path / "data", TODAY)
    assert (report.taken, report.refused, report.in_force) == (1, 0, 1)
    book = StatuteBook(tmp_path / "data" / "book.sqlite")
    article = book.find(law, number, on=TODAY)
    assert article is not None
    assert article.in_force_since == since
    book.close()


@needs_shared
def test_private_lending_rules_get_their_day_from_the_empty_file(tmp_path: Path) -> None:
    name = "最高人民法院关于审理民间借贷案件适用法律若干问题的规定"
    files: dict[str, str | bytes] = {
        f"{name}{suffix}.md": (STATUTES / "司法解释" / f"{name}{suffix}.md").read_bytes()
        for suffix in ("(2020-12-29)", "（2020）")
    }
    _, book = run(tmp_path, files)
    article = book.find("民间借贷规定", 25, on=TODAY)
    assert article is not None
    assert article.in_force_since == date(2021, 1, 1)
    assert "四倍" in article.text
    book.close()


@needs_shared
def test_all_real_files_and_a_second_time_none_is_new(tmp_path: Path) -> None:
    first, again = (import_path(STATUTES, tmp_path, TODAY) for _ in range(2))
    assert (first.taken, first.unchanged, first.refused, first.in_force, first.ignored) == (974, 0, 963, 801, 1)
    assert (again.taken, again.unchanged, again.refused, again.in_force, again.ignored) == (0, 974, 963, 801, 1)
    assert [(row.path, row.reason) for row in again.rows] == [(row.path, row.reason) for row in first.rows]
    assert first.reasons == {
        "没有“第N条”条文": 292,
        "已废止": 219,
        "同一版本已有": 152,
        "施行日期早于公布日期": 134,
        "条号不连续": 126,
        "已修改，而没有后一版本的施行日期": 18,
        "没有施行日期": 16,
        "修改、废止决定不单独收录": 2,
        "正文为空": 2,
        "条号重新从第一条开始，可能含有不止一份文件": 2,
    }
    why = {row.path: row.reason for row in first.rows if row.status == "refused"}
    assert why["行政法规/中华人民共和国政府信息公开条例.md"] == "条号不连续：第十一条之后是第十三条"


def test_the_command_lists_what_it_took_only_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xiaofa.statutes.get_settings", lambda: Settings(data_dir=tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.md").write_text(head_layout(), "utf-8")
    (source / "old.md").write_text(head_layout("旧条例", validity="已废止"), "utf-8")
    command = ["statutes", "import", str(source), "--on", TODAY.isoformat()]
    quiet, told = CliRunner().invoke(app, command), CliRunner().invoke(app, [*command, "--verbose"])
    assert (quiet.exit_code, told.exit_code) == (0, 0)
    assert "新收：" not in quiet.output
    assert "未收：old.md：已废止" in quiet.output and "未收：old.md：已废止" in told.output
    assert "原样：a.md：《测试条例》2020-01-02 版，自 2020-03-01 起施行，2 条，现行有效" in told.output
    assert "新收 1 部，原样 0 部，未收 1 个文件；其中现行有效 1 部" in quiet.output
