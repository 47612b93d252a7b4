"""The report's page and files behind the signed link."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from cases import conversations, erasure, people, reports
from service.report_links import ReportLinks

BODY = json.loads((Path(__file__).resolve().parents[1] / "golden" / "checkup-again.json").read_text("utf-8"))
BAD = json.loads((Path(__file__).resolve().parents[1] / "golden" / "checkup-quick-bad.json").read_text("utf-8"))


def link(bot: Any, body: dict[str, Any]) -> tuple[str, str]:
    """The page of a stored report, and whose it is."""
    with bot.services.database.write() as session:
        person = people.find_or_create(session, channel="web", value="甲")
        here = conversations.current(session, person_id=person.id, channel="web")
        stored = reports.save_report(session, conversation_id=here.id, interview_id=body["made_on"], body=body)
    key = bot.services.settings.secrets.cookie_key
    return ReportLinks(key).all(stored.id)[0], person.id


async def test_the_page_shows_score_risks_articles_and_label(bot: Any) -> None:
    page = bot.page()
    address, _ = link(bot, BAD)
    shown = await page.http.get(address)
    assert shown.status_code == 200 and shown.headers["cache-control"] == "no-store"
    assert shown.headers["x-robots-tag"] == "noindex"
    for text in (
        "本报告由程序自动生成",
        "没签书面劳动合同",
        "每月支付二倍的工资",
        "30 天整改表",
        "公章没人管",
        "总分 0",
    ):
        assert text in shown.text
    assert f'href="/#ask={quote("没签书面劳动合同，能要双倍工资吗？")}"' in shown.text  # the FAQ of this weak spot
    assert "style=" not in shown.text  # our policy forbids it, and scripts but those of our own files
    assert re.findall(r"<script(?! (?:type=\"module\" )?src=\"/static/)[^>]*>", shown.text) == []


async def test_the_page_compares(bot: Any) -> None:
    address, _ = link(bot, BODY)
    assert "已经补上" in (await bot.page().http.get(address)).text


@pytest.mark.parametrize(("kind", "head"), [("pdf", b"%PDF-"), ("docx", b"PK")])
async def test_the_files(bot: Any, kind: str, head: bytes) -> None:
    address, _ = link(bot, BAD)
    got = await bot.page().http.get(f"{address}.{kind}")
    assert got.status_code == 200 and got.content.startswith(head)
    assert got.headers["content-disposition"].startswith(f"attachment; filename=report.{kind}")


async def test_a_wrong_link_and_a_forgotten_person_find_nothing(bot: Any) -> None:
    http = bot.page().http
    address, person_id = link(bot, BAD)
    assert (await http.get(f"{address}.exe")).status_code == 404
    forged = await http.get(address[:-1] + ("0" if address[-1] != "0" else "1"))
    assert forged.status_code == 404 and "没有找到这份报告" in forged.text
    erasure.erase(bot.services.database, person_id)
    for kind in ("", ".pdf", ".docx"):
        assert (await http.get(address + kind)).status_code == 404
