"""The repository's content with what was published at the desk laid over it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from cases import content as store
from cases.content import Entry
from cases.database import Database
from knowledge.content import Content, Place
from knowledge.schema import Faq

PUBLISHED = Path("工作台发布")


class _Published(Faq):
    """What was published when fewer wordings were asked for still answers; changed at the desk, it has to have them all."""

    variants: Annotated[tuple[str, ...], Field(min_length=1)]


def with_published(content: Content, entries: Iterable[Entry]) -> Content:
    """A new Content: each published FAQ replaces the one of the same id, or is added. Raises pydantic.ValidationError
    for a row that a newer schema no longer takes."""
    faqs, places, readings = dict(content.faqs), dict(content.places), dict(content.readings)
    for entry in entries:
        faqs[entry.faq_id] = _Published.model_validate(entry.body)
        places[entry.faq_id] = Place(PUBLISHED, entry.version)
        readings[entry.faq_id] = dict(entry.review.get("articles") or {})
    return replace(content, faqs=faqs, places=places, readings=readings)


def read(database: Database) -> tuple[int, list[Entry]]:
    """The version of what is published, and the entries of that version."""
    with database.read() as session:
        return store.version(session), store.published(session)
