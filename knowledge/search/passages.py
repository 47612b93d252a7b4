"""What is embedded and indexed of an article and of an entry."""

from __future__ import annotations

from knowledge.schema import Faq, Guide
from knowledge.statutes.book import Article


def passage(article: Article) -> str:
    """What is embedded and indexed for an article: its law, chapter and text."""
    chapter = f"{article.chapter} " if article.chapter else ""
    return f"{article.law} {chapter}{article.text}"


def document(entry: Faq | Guide) -> str:
    """What an entry says, as one text: its question or title, the conclusion, the steps."""
    head = entry.question if isinstance(entry, Faq) else entry.title
    return f"{head}。{entry.conclusion} {' '.join(entry.steps)}"
