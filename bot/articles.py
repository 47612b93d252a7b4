"""The articles a page cites, word for word from the action server's statute book."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from bot.actions_client import ActionsAwayError
from bot.services import Services
from knowledge.statutes.citations import ParsedCitation, parse_one
from knowledge.statutes.numerals import to_chinese

NOT_NOW = "暂时取不到条文原文，请过一会儿刷新，或到国家法律法规数据库（flk.npc.gov.cn）查看。"
OFFICIAL = "条文请核对官方文本。"


@dataclass(frozen=True)
class ShownArticle:
    """`text` None: `note` says why and where to look."""

    label: str
    text: str | None
    since: str = ""
    note: str = ""


async def articles(hub: Services, citations: Iterable[str]) -> list[ShownArticle]:
    """Those in force today; one that the book lacks or that cannot be had now keeps its name and says so."""
    return list(await asyncio.gather(*(_one(hub, parse_one(text)) for text in citations)))


async def _one(hub: Services, cited: ParsedCitation) -> ShownArticle:
    law = cited.law or ""
    article = f"第{to_chinese(cited.article)}条" + (f"之{to_chinese(cited.sub)}" if cited.sub else "")
    try:
        found = await hub.actions.statute(law, article)
    except ActionsAwayError:
        return ShownArticle(f"《{law}》{article}", None, note=NOT_NOW)
    if found is None:
        return ShownArticle(f"《{law}》{article}", None, note=OFFICIAL)
    return ShownArticle(found["label"], found["text"], since=found["in_force_since"])
