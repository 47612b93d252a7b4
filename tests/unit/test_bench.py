"""What the bench writes down and pads, without running it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
import yaml

from knowledge.content import Content
from knowledge.search.encoder import HashEncoder
from knowledge.search.passages import passage
from knowledge.search.vector_cache import VectorCache
from knowledge.statutes.book import Article
from settings.clock import FixedClock
from tests.bench import page, planted, wechat
from tests.bench.common import Row, status
from tests.bench.search import APART, fill, padded

ROWS = [
    Row("检索", "p50 11 ms，p95 12 ms", "p95 ≤ 30 ms", True, [11.0, 12.0]),
    Row("一轮", "慢", "≤ 1", False),
    Row("吞吐", "56"),
]


def article(number: int) -> Article:
    day, text = date(2021, 1, 1), f"第{number}条的话"
    return Article("民法典", "民法典", number, 0, text, (text,), "", "", day, day, None, "测试", "0" * 64)


def test_a_part_writes_its_own_section_and_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "Clock", lambda: FixedClock(datetime(2026, 11, 22, 2, tzinfo=UTC)))
    path = tmp_path / "speed.md"
    page.write("检索与对话", "make bench", ROWS[:1], "speed.svg", path)
    page.write("微信渠道", "python -m tests.bench.wechat", ROWS[1:], page=path)
    path.write_text(path.read_text("utf-8") + "\n## 慢机器\n\n手写的话。\n", "utf-8")
    page.write("检索与对话", "make bench", ROWS, "speed.svg", path)
    found = page.sections(path)
    assert list(found) == ["检索与对话", "微信渠道", "慢机器"]
    assert [row.cells() for row in page.rows_of(found["检索与对话"])] == [row.cells() for row in ROWS]
    assert [row.cells() for row in page.rows_of(found["微信渠道"])] == [row.cells() for row in ROWS[1:]]
    assert page.rows_of(found["慢机器"]) == []
    assert (page.day_of(found["检索与对话"]), page.day_of(found["慢机器"])) == ("2026-11-22", "")
    assert "![检索与对话](speed.svg)" in found["检索与对话"]
    assert page.machine() in found["微信渠道"]
    assert path.read_text("utf-8").startswith(page.HEAD)
    assert (status(ROWS), status(ROWS[:1]), status(ROWS[2:])) == (1, 0, 0)


def test_the_committed_page_can_be_read_back() -> None:
    found = page.sections()
    for title in ("检索与对话", "微信渠道", "律师工作台", "体检报告与文件"):
        assert page.rows_of(found[title]) and page.day_of(found[title]), title
    assert page.PAGE.read_text("utf-8").startswith(page.HEAD)


def test_the_machine_is_told_by_what_makes_arithmetic_fast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "cpuinfo"
    told.write_text("model name\t: 某处理器\nflags\t\t: fpu avx2x avx512f sse2\n")
    monkeypatch.setattr(page, "CPU", told)
    assert page.machine().endswith("某处理器（avx512f）")
    monkeypatch.setattr(page, "CPU", tmp_path / "none")
    assert page.machine().endswith("处理器不明（无 AVX2）")


def test_copies_fill_up_to_the_number_with_keys_and_texts_of_their_own() -> None:
    real = [article(1), article(2), article(3)]
    many = list(padded(real, 8))
    assert many[:3] == real
    assert len({a.key for a in many}) == len({a.text for a in many}) == len(many) == 8
    assert [a.number for a in many[3:]] == [APART + 1, APART + 2, APART + 3, 2 * APART + 1, 2 * APART + 2]
    assert list(padded(real, 2)) == real


def test_only_articles_without_a_vector_get_a_random_one(tmp_path: Path) -> None:
    encoder, articles = HashEncoder(), [article(1), article(2), article(3)]
    texts = [passage(a) for a in articles]
    cache = VectorCache(tmp_path / "vectors.sqlite")
    known = cache.embed("hash:passage", texts[:1], encoder.passages)
    assert fill(encoder, articles, tmp_path) == 2
    kept = cache.known("hash:passage", texts)
    assert len(kept) == 3
    assert fill(encoder, articles, tmp_path) == 0
    np.testing.assert_allclose(cache.embed("hash:passage", texts[:1], encoder.passages), known, atol=1e-3)


def test_what_is_lost_or_slow_on_wechat_misses_its_target() -> None:
    fine = wechat.Result(sent=3545, p50=0.05, p95=0.1, throughput=24.0, bare=12.0)
    assert status(wechat.report(fine)) == 0
    for wrong in ({"p95": 1.6}, {"throughput": 9.0}, {"wrong": ["7: 3 sent, 2 stored"]}, {"faults": 1}):
        assert status(wechat.report(wechat.Result(**{**vars(fine), **wrong}))) == 1


def test_twelve_errors_are_really_planted(tmp_path: Path, content: Content) -> None:
    planted.make(tmp_path)
    rows = yaml.safe_load((tmp_path / "sample.yml").read_text("utf-8"))
    key = yaml.safe_load((tmp_path / "key.yml").read_text("utf-8"))
    true = {row["id"]: content.faqs[row["id"]].model_dump(mode="json", exclude={"variants"}) for row in rows}
    assert len(true) == len(rows) == planted.SIZE == 60
    changed = {row["id"]: {name for name, value in row.items() if value != true[row["id"]][name]} for row in rows}
    assert {id_ for id_, fields in changed.items() if fields} == key.keys()
    assert len(key) == planted.PLANTED == 12
    where = {
        "_another_number": {"deadline", "conclusion"},
        "_another_article": {"statutes"},
        "_the_opposite": {"conclusion"},
    }
    for id_, kind in key.items():
        assert len(changed[id_]) == 1 and changed[id_] <= where[kind], id_
    assert {kind: list(key.values()).count(kind) for kind in where} == dict.fromkeys(where, 4)


def test_the_score_counts_found_missed_and_named_besides(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "key.yml").write_text(yaml.safe_dump({"a.b.c": "x", "d.e.f": "y"}), "utf-8")
    (tmp_path / "found.txt").write_text("a.b.c 期限写错了\n\ng.h.i\n", "utf-8")
    planted.score(tmp_path, tmp_path / "found.txt")
    assert capsys.readouterr().out.strip() == "found 1 of 2; missed ['d.e.f']; named besides: 1"
