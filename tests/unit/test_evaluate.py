"""`xiaofa eval` as a whole, on the small knowledge with the hashing encoder and a dozen questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from knowledge.search.confidence import ConfidenceModel
from knowledge.search.engine import SearchEngine
from knowledge.search.lay_questions import split
from xiaofa import evaluate, measures

SAID = ("公司拖欠工资怎么办", "房东不退押金怎么办", "被狗咬了怎么赔", "朋友借钱不还怎么办")
NAMED = ("劳动争议调解仲裁法第九条", "民法典第五百七十七条", "民法典第一千二百四十五条", "没有的法第一条")


@pytest.fixture
def questions(tmp_path: Path, engine: SearchEngine, model: ConfidenceModel, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All files that are read, few rows each; gives the folder to write to."""
    numbers = [number for number, part in split().items() if part == "test"][:12]
    law = [
        {"id": number, "question": f"{SAID[at % 4]}，第{at}问", "statutes": [NAMED[at % 4]]}
        for at, number in enumerate(numbers)
    ]
    topics = [{"question": SAID[0], "topic": "劳动纠纷"}, {"question": "货船撞了", "topic": "海事海商"}]
    for name, rows in (("QUESTIONS", law), ("TOPIC_QUESTIONS", topics)):
        path = tmp_path / f"{name}.jsonl"
        path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
        monkeypatch.setattr(evaluate, name, path)
    told = [{"faq": id_, "question": faq.question} for id_, faq in engine.content.faqs.items()]
    for name, value in (("PARAPHRASES", told), ("OFF_TOPIC", {"天气": ["今天下雨吗", "冷不冷"]})):
        path = tmp_path / f"{name}.yml"
        path.write_text(yaml.safe_dump(value, allow_unicode=True), "utf-8")
        monkeypatch.setattr(evaluate, name, path)
    monkeypatch.setattr(evaluate, "NLU_TEST", tmp_path / "none")
    monkeypatch.setattr(evaluate, "_engine", lambda _weights: engine)
    monkeypatch.setattr(evaluate, "load_model", lambda: model)
    return tmp_path / "page"


def test_every_row_is_printed_and_written(questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = evaluate.measured(questions, rivals=False)
    written = [row for row in (questions / "search.md").read_text("utf-8").splitlines() if row.startswith("| ")]
    assert written[1:] == [f"| {' | '.join(line.cells())} |" for line in lines]
    assert {path.name for path in questions.iterdir()} == {"search.md", "statutes.svg", "reliability.svg"}
    found = {line.what.strip(): line for line in lines}
    wrong = found["卡片里已废止、不存在或与法条库不符的条文"]
    assert wrong.asked > 12 and (wrong.value, wrong.target, wrong.fine) == (0, "≤ 0", True)
    assert found["解答：只看过话题与事实的人写的问法，卡片里有对的解答（答的或给选的）"].asked == 4
    assert found["闲话当成法律问题回答"].asked == 2
    assert found["主题：前三个里有"].asked == 1
    assert found["法条 recall@10：龙华小法"].asked == 3  # of the others the article is not in the index
    evaluate.evaluate(questions, rivals=False)
    assert "闲话当成法律问题回答" in capsys.readouterr().out


def test_a_citation_that_does_not_hold_is_counted(questions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "_holds", lambda *_: False)
    line = next(line for line in evaluate.measured(questions, rivals=False) if line.what.startswith("卡片里已废止"))
    assert line.value == line.asked > 12
    assert line.fine is False
