"""How well the newest model understands: `python tests/rasa/report.py nlu|eval [--quiet]` (in .venv-rasa, from the project root).

`nlu`: the independent messages of tests/rasa/nlu.yml. `eval`: where the real questions of XIAOFA_SHARED/eval go (default
../shared; measured only, never trained on). Exit status 1 when a target is missed or there is nothing to measure.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import Dict, Iterator, List, Text, Tuple

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.filterwarnings("ignore")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

TOOLS = {
    "calc_severance", "calc_double_wage", "calc_overtime", "calc_annual_leave", "calc_unpaid_wages", "calc_work_injury",
    "calc_loan_interest", "calc_contract_penalty", "calc_late_payment", "calc_court_fee", "calc_delay_interest",
    "calc_deadline", "calc_inheritance", "calc_child_support", "start_checkup", "lookup_statute", "find_lawyer",
    "case_status", "document_help", "legal_aid", "find_place", "law_park", "quiz",
}  # fmt: skip
TO_ANSWER = {"legal_question", "nlu_fallback", "out_of_scope", "chitchat"}  # rules send these to action_answer_question
REAL_QUESTIONS = 1281  # fewer would be another, easier set
MUST_NOT_START = {tool for tool in TOOLS if tool.startswith("calc_")} | {"start_checkup", "cancel"}

Row = Tuple[Text, Text, Text, float]  # message, expected, predicted, confidence


class Parser:
    """The newest model in models/, asked as the server asks it."""

    def __init__(self) -> None:
        from rasa.core.agent import Agent
        from rasa.model import get_latest_model
        from rasa.utils.log_utils import configure_structlog

        logging.disable(logging.WARNING)
        configure_structlog(logging.ERROR)
        self.path = get_latest_model(ROOT / "models")
        if self.path is None:
            sys.exit("no model in models/: run `rasa train` first")
        self._agent = Agent.load(self.path)

    def __call__(self, text: Text) -> Tuple[Text, float]:
        intent = asyncio.run(self._agent.parse_message(text))["intent"]
        return intent["name"] or "nlu_fallback", float(intent["confidence"])


def test_messages(path: Path) -> Iterator[Tuple[Text, Text]]:
    """(message, intent) of a Rasa NLU file."""
    from rasa.shared.nlu.training_data.loading import load_data

    for example in load_data(str(path)).intent_examples:
        yield example.get("text"), example.get("intent")


def report_nlu(parse: Parser, quiet: bool) -> bool:
    path = ROOT / "tests/rasa/nlu.yml"
    rows: List[Row] = [(text, intent, *parse(text)) for text, intent in test_messages(path)]
    labels = sorted({row[1] for row in rows})
    scores = {label: f1(rows, label) for label in labels}
    macro = sum(scores.values()) / len(scores)
    legal = [row for row in rows if row[1] == "legal_question"]
    tools = [row for row in rows if row[1] in TOOLS]
    legal_as_tool = share(legal, lambda row: row[2] in TOOLS)
    tool_as_legal = share(tools, lambda row: row[2] == "legal_question")
    print(f"{len(rows)} messages, {len(labels)} intents, model {Path(parse.path).name}")
    weakest = sorted(scores, key=lambda label: scores[label])[:8]
    print("weakest: " + ", ".join(f"{label} {scores[label]:.2f}" for label in weakest))
    for (wanted, got), count in Counter((row[1], row[2]) for row in rows if row[1] != row[2]).most_common(12):
        print(f"  {count:3} x {wanted} -> {got}")
    if not quiet:
        for text, wanted, got, confidence in sorted((r for r in rows if r[1] != r[2]), key=lambda row: -row[3]):
            print(f"    {wanted} -> {got} ({confidence:.2f}): {text}")
    return all(
        [
            target("intent macro-F1", macro, macro >= 0.93, ">= 0.93"),
            target("legal questions taken for a tool", legal_as_tool, legal_as_tool <= 0.02, "<= 2 %"),
            target("tool intents taken for legal questions", tool_as_legal, tool_as_legal <= 0.03, "<= 3 %"),
            target("messages", len(rows), len(rows) >= 400, ">= 400"),
        ]
    )


def report_eval(parse: Parser, quiet: bool) -> bool:
    folder = Path(os.environ.get("XIAOFA_SHARED") or ROOT.parent / "shared") / "eval"
    if not folder.is_dir():
        sys.exit(f"{folder} is not there: set XIAOFA_SHARED")
    total: Counter[Text] = Counter()
    for name in ("statute_questions", "topic_questions", "forum_questions"):
        lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        found = Counter(parse(json.loads(line)["question"])[0] for line in lines)
        total.update(found)
        print(
            f"{name}: {len(lines)} questions, {reach(found):.1%} reach action_answer_question; "
            + ", ".join(f"{intent} {count}" for intent, count in found.most_common(None if not quiet else 6))
        )
    started = sum(count for intent, count in total.items() if intent in MUST_NOT_START) / total.total()
    return all(
        [
            target("reach action_answer_question", reach(total), reach(total) >= 0.95, ">= 95 %"),
            target("start a calculator, check-up or cancel", started, started < 0.02, "< 2 %"),
            target("questions", total.total(), total.total() == REAL_QUESTIONS, str(REAL_QUESTIONS)),
        ]
    )


def f1(rows: List[Row], label: Text) -> float:
    hit = sum(row[1] == row[2] == label for row in rows)
    return 2 * hit / (sum(row[1] == label for row in rows) + sum(row[2] == label for row in rows))


def share(rows: List[Row], test) -> float:
    return sum(map(test, rows)) / max(len(rows), 1)


def reach(found: Dict[Text, int]) -> float:
    return sum(found[intent] for intent in TO_ANSWER) / sum(found.values())


def target(name: Text, value: float, met: bool, wanted: Text) -> bool:
    print(f"{'ok  ' if met else 'MISS'} {name}: {value:.4g} (target {wanted})")
    return met


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("what", choices=["nlu", "eval"])
    arguments.add_argument("--quiet", action="store_true", help="no messages, numbers only")
    chosen = arguments.parse_args()
    report = report_nlu if chosen.what == "nlu" else report_eval
    sys.exit(0 if report(Parser(), chosen.quiet) else 1)


if __name__ == "__main__":
    main()
