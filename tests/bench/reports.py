"""Time to make a report, its PDF and its .docx, from the worst answers our questions allow: `python -m tests.bench.reports`.

Ends with status 1 when the 95th percentile of report and file together is above 2 seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from knowledge.content import load_content
from knowledge.statutes.build import open_book
from service.checkup_report import Report, build_report
from service.gate import CitationGate
from service.report_docx import docx
from service.report_pdf import pdf
from settings import get_settings
from tests.bench import page
from tests.bench.common import Row, p
from tests.fakes.checkups import worst_answers

TODAY = date(2026, 11, 23)
MOST_SECONDS = 2.0
ROUNDS = 20


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> int:
    content = load_content()
    gate = CitationGate(open_book(get_settings()), content, TODAY)
    industries = list(content.industries)
    spans: dict[str, list[float]] = {"报告": [], "PDF": [], "Word": []}
    for number in range(ROUNDS):
        answers = worst_answers(content, industries[number % len(industries)])
        made: list[Report] = []
        spans["报告"].append(seconds(lambda a=answers, m=made: m.append(build_report(content, gate, a, TODAY, None))))
        spans["PDF"].append(seconds(lambda m=made: pdf(m[0])))
        spans["Word"].append(seconds(lambda m=made: docx(m[0])))
    spans["报告加文件"] = [a + max(b, c) for a, b, c in zip(spans["报告"], spans["PDF"], spans["Word"], strict=True)]
    rows = [Row(name, f"p50 {p(values, 0.5):.2f} s，p95 {p(values, 0.95):.2f} s") for name, values in spans.items()]
    worst = p(spans["报告加文件"], 0.95)
    rows[-1] = replace(rows[-1], target=f"p95 ≤ {MOST_SECONDS:.0f} s", fine=worst <= MOST_SECONDS)
    return page.finish("体检报告与文件", "python -m tests.bench.reports", rows)


if __name__ == "__main__":
    sys.exit(main())
