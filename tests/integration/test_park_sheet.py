"""What is printed and shared: the sheet of codes, the picture of a result, the command that makes the sheet."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import segno
from typer.testing import CliRunner

from knowledge.park import load_spots
from service.code_sheet import Piece, code_sheet
from service.quiz_picture import Score, picture
from xiaofa.cli import app

TODAY = date(2026, 11, 22)


def test_the_printed_codes_are_a_pdf_of_as_many_pages_as_needed() -> None:
    pieces = [Piece("主题", "民法公园", "民法典第七条", f"https://x.cn/park/{n}") for n in range(9)]
    body = code_sheet(pieces, TODAY)
    assert body.startswith(b"%PDF-") and len(re.findall(rb"/Type /Page\b(?!s)", body)) == 2


def test_the_picture_is_a_png_with_or_without_an_address() -> None:
    score = Score(8, 10, 5, TODAY)
    assert picture(score)[:8] == picture(score, "https://x.cn")[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture(score) != picture(Score(7, 10, 5, TODAY))


def test_the_command_prints_every_spot_and_says_what_is_missing(tmp_path: Path) -> None:
    run, out = CliRunner(), tmp_path / "codes.pdf"
    made = run.invoke(app, ["park", "sheet", "--address", "https://x.cn/", "--out", str(out)])
    assert (
        made.exit_code == 0 and f"{len(load_spots()) + 3} 个二维码" in made.output and out.read_bytes()[:5] == b"%PDF-"
    )
    for wrong in (["--address", "x.cn"], ["--address", "https://x.cn", "--only", "nowhere"]):
        assert run.invoke(app, ["park", "sheet", "--out", str(out), *wrong]).exit_code == 2
    assert "three-years" in run.invoke(app, ["park", "list"], env={"COLUMNS": "200"}).output


def test_a_code_holds_the_link_of_its_page() -> None:
    """Segno decodes nothing; the version that a link needs at this error level is what the sheet leaves room for."""
    longest = max(len(id_) for id_ in load_spots())
    code = segno.make(f"https://{'x' * 40}.example.gov.cn/park/{'x' * longest}", error="m", micro=False)
    assert int(code.version) <= 7  # 45 squares in 42 mm: still 0.8 mm each
