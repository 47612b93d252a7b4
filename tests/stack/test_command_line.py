"""`xiaofa ask` says what the bot says, `xiaofa statute` what the book says."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import httpx
import pytest

from tests.stack.conftest import ROOT, Stack
from tests.stack.talk import Card, Person

SAME = ("title", "conclusion", "steps", "evidence", "deadline", "where", "lawyer_when", "faq_id", "confidence")
ASKED = [
    "房东不退押金",
    "今天天气怎么样",
    "民法典第五百七十七条写的什么",
    "公司三个月没发工资怎么办？另外房东不退押金怎么办？",
    "昨天收到仲裁裁决书，不服想起诉",
]


def xiaofa(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "xiaofa.cli", *arguments],
        cwd=ROOT, env=stack.environment | {"COLUMNS": "200"}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def compared(card: Card) -> dict[str, Any]:
    """What a person reads of a card."""
    cited = [(cite["label"], cite["text"]) for cite in card["citations"]]
    labels = [choice["label"] for choice in card["choices"]]
    return {field: card[field] for field in SAME} | {"citations": cited, "choices": labels}


@pytest.mark.parametrize("question", ASKED)
def test_the_same_answer_in_the_terminal(question: str, stack: Stack, client: httpx.Client) -> None:
    theirs = Person(client).say(question)
    done = xiaofa(stack, "ask", question, "--json")
    assert done.returncode == 0, done.stderr
    ours = json.loads(done.stdout)
    assert [compared(card) for card in ours] == [compared(card) for card in theirs] != []


def test_read_by_people_with_ranks_and_scores(stack: Stack) -> None:
    done = xiaofa(stack, "ask", "房东不退押金", "--explain")
    assert "【退租后房东不退押金怎么办？】" in done.stdout
    assert "《民法典》第五百零九条（自 2021-01-01 起施行）" in done.stdout
    table = done.stdout[done.stdout.index("名次") :]
    assert "renting.deposit.not-returned" in table and "法条" in table and "指引" in table


def test_an_article_on_a_day(stack: Stack) -> None:
    now = xiaofa(stack, "statute", "民法典", "577", "--on", "2026-11-27")
    assert now.stdout.startswith("《中华人民共和国民法典》第五百七十七条（自 2021-01-01 起施行")
    assert "应当承担继续履行、采取补救措施或者赔偿损失等违约责任" in now.stdout
    before = xiaofa(stack, "statute", "民法典", "577", "--on", "2020-12-31")
    assert (before.returncode, "应当承担" in before.stdout) == (1, False)
    old, new = (xiaofa(stack, "statute", "商标法", "57", "--on", day) for day in ("2026-12-31", "2027-01-01"))
    assert "自 2019-11-01 起施行" in old.stdout and "自 2027-01-01 起施行" in new.stdout
    assert old.stdout != new.stdout
