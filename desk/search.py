"""Finding an article to cite: the action server's search; when it is away, the exact lookup, and it says so. What comes
back went through the citation gate: verbatim and in force today, or it is not offered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import httpx
from anyio import to_thread

from desk.content import content
from knowledge.content import Content
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.build import build_book
from service.cards import Citation
from service.gate import CitationGate
from settings import Settings
from settings.clock import Clock

SECRET_HEADER = "X-Xiaofa-Secret"  # noqa: S105  the name of a header
MOST = 8


@dataclass(frozen=True)
class Found:
    """`away`: only exact names were looked up, because the search did not answer."""

    citations: list[Citation]
    away: bool


class CitationSearch:
    def __init__(self, settings: Settings, clock: Clock, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._settings, self._clock = settings, clock
        self._http = httpx.AsyncClient(
            base_url=settings.actions_url,
            headers={SECRET_HEADER: settings.secrets.channel_secret},
            timeout=settings.search_seconds,
            transport=transport,
            trust_env=False,
        )

    @property
    def content(self) -> Content:
        return content()

    @cached_property
    def book(self) -> StatuteBook:
        return StatuteBook(build_book(self._settings.data_dir / "statutes").path)

    def gate(self) -> CitationGate:
        """The gate of today."""
        return CitationGate(self.book, self.content, self._clock.today())

    async def find(self, query: str) -> Found:
        """Articles for a name (民法典 577) or for words (房东不退押金), at most 8, named ones first."""
        named = await to_thread.run_sync(lambda: self.gate().cite(named_article(query)))
        try:
            response = await self._http.post("/search", json={"query": query, "k": MOST, "kind": "statute"})
            labels = [hit["label"] for hit in response.raise_for_status().json()["hits"]]
        except (httpx.HTTPError, ValueError, KeyError):
            return Found(named[:MOST], away=True)
        found = await to_thread.run_sync(lambda: self.gate().cite_all(labels, MOST))
        unique = {citation.label: citation for citation in (*named, *found)}
        return Found(list(unique.values())[:MOST], away=False)

    async def close(self) -> None:
        await self._http.aclose()


def named_article(query: str) -> str:
    """民法典 577 as it is cited: 民法典第577条. What does not end in a number stays as it is."""
    return re.sub(r"^(\D*[^\d\s第])\s*(\d{1,4})\s*$", r"\1第\2条", query.strip())


def as_words(citation: Citation) -> str:
    """The citation as it is put into a reply: name, text or the note that stands for it, since when."""
    since = f"（{citation.in_force_since} 起施行）" if citation.in_force_since else ""
    body = citation.text or citation.note or ""
    return f"{citation.label}{since}：\n{body}"
