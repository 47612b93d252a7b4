"""The account's menu: data in `menu.yml`, checked against WeChat's limits before it leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

FILE = Path(__file__).with_name("menu.yml")
PLACE = "{public_url}"


def _within(limit: int) -> AfterValidator:
    def check(text: str) -> str:
        if not 0 < len(text.encode()) <= limit:
            raise ValueError(f"要有 1 到 {limit} 个字节（一个汉字 3 个）")
        return text

    return AfterValidator(check)


class Item(BaseModel):
    """One entry: `key` comes back to us when it is tapped, `url` opens a page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, _within(60)]
    key: Annotated[str, _within(128)] | None = None
    url: Annotated[str, _within(1024)] | None = None

    @model_validator(mode="after")
    def one_of_two(self) -> Item:
        if (self.key is None) == (self.url is None):
            raise ValueError("key 和 url 要有一个，也只能有一个")
        return self


class Column(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, _within(16)]
    items: Annotated[list[Item], Field(min_length=1, max_length=5)]


_COLUMNS: TypeAdapter[list[Column]] = TypeAdapter(Annotated[list[Column], Field(min_length=1, max_length=3)])


def columns(file: Path = FILE) -> list[Column]:
    """Raises pydantic.ValidationError when the file breaks one of WeChat's limits."""
    return _COLUMNS.validate_python(yaml.safe_load(file.read_text("utf-8")))


def menu(public_url: str, file: Path = FILE) -> dict[str, Any]:
    """The body for `/cgi-bin/menu/create`. Entries that lead to our pages need a public address; without one they are
    left out."""
    base = public_url.rstrip("/")
    buttons = []
    for column in columns(file):
        shown = [item for item in column.items if base or not (item.url and PLACE in item.url)]
        if shown:
            buttons.append({"name": column.name, "sub_button": [_button(item, base) for item in shown]})
    return {"button": buttons}


def _button(item: Item, base: str) -> dict[str, Any]:
    if item.url is not None:
        return {"type": "view", "name": item.name, "url": item.url.replace(PLACE, base)}
    return {"type": "click", "name": item.name, "key": item.key}
