"""Shapes of the web API (`docs/contracts.md`), for validation and for /openapi.json."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.cards import Card

RowId = Annotated[str, Field(min_length=1, max_length=64)]


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class MessageIn(Request):
    """Either `text`, or `choice` and `card`. `client_id`: made by the page, one per message; sent again, the message
    does not run again."""

    text: str | None = None
    choice: RowId | None = None
    card: RowId | None = None
    client_id: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]

    @model_validator(mode="after")
    def one_kind(self) -> MessageIn:
        if (self.text is None) == (self.choice is None) or (self.choice is None) != (self.card is None):
            raise ValueError("either text, or choice and card")
        return self


class ConsentIn(Request):
    agreed: bool


class FeedbackIn(Request):
    card: RowId
    good: bool
    comment: Annotated[str, Field(max_length=2000)] | None = None


class Choice(BaseModel):
    id: str
    label: str


class PublicCard(Card):
    """A card as it leaves the server: with its id, choices without payloads."""

    id: str
    choices: list[Choice] = Field(default_factory=list)  # type: ignore[assignment]


class Notice(BaseModel):
    version: str
    title: str
    paragraphs: list[str]


class SessionOut(BaseModel):
    """`conversation` is null until the person consented: nothing is stored before. `wechat`: `/wechat/login` is there."""

    conversation: str | None
    csrf: str
    consented: bool
    notice: Notice
    wechat: bool


class MessageOut(BaseModel):
    message_id: str
    status: Literal["answered", "pending"]
    cards: list[PublicCard]


class HistoryEntry(BaseModel):
    seq: int
    id: str
    author: Literal["person", "bot", "lawyer", "system"]
    text: str | None = None
    card: PublicCard | None = None
    at: datetime
    author_name: str | None = None


class CaseOut(BaseModel):
    """`line`: where it stands, in words. `speaks`: who answers what the person writes."""

    code: str
    status: str
    label: str
    line: str
    live: bool
    speaks: Literal["bot", "lawyer"]


class HistoryOut(BaseModel):
    """`case`: the live case that is spoken of, or null."""

    messages: list[HistoryEntry]
    next: int
    case: CaseOut | None


class ConsentOut(BaseModel):
    consented: bool


class ErasedOut(BaseModel):
    erased: bool


class FeedbackOut(BaseModel):
    recorded: bool


class StatuteOut(BaseModel):
    label: str
    text: str
    in_force_since: str
    source: str


class ErrorBody(BaseModel):
    code: str
    message: str
    request_id: str


class ErrorOut(BaseModel):
    error: ErrorBody
