"""What WeChat pushes, read into one small type. Every kind of message and event has a place; unknown ones too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.channels.wechat import xml

Kind = Literal["text", "image", "voice", "video", "location", "link", "unsupported", "event"]
_KINDS: dict[str, Kind] = {
    "text": "text",
    "image": "image",
    "voice": "voice",
    "video": "video",
    "shortvideo": "video",
    "location": "location",
    "link": "link",
    "event": "event",
}
UNSUPPORTED = "【收到不支持的消息类型，暂无法显示】"
SCENE_PREFIX = "qrscene_"
LONGEST_ID = 128


@dataclass(frozen=True)
class Push:
    """One push. `key` is the same for every copy of it that WeChat sends. `event`: in lower case; `event_key`: menu key,
    or the scene of a QR code (without `qrscene_`). A place is never kept: `latitude` and `longitude` live as long as the
    request."""

    kind: Kind
    person: str
    account: str
    created: int
    key: str
    text: str = ""
    menu_id: str = ""
    event: str = ""
    event_key: str = ""
    status: str = ""
    media_id: str = ""
    format: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def is_menu_click(self) -> bool:
        """Counts as a click for WeChat's quota, though a click on a menu message arrives as text."""
        return bool(self.menu_id) or (
            self.kind == "event" and self.event in {"click", "scancode_push", "scancode_waitmsg"}
        )


def parse(body: bytes) -> Push:
    """Raises xml.MalformedError when it is no push: no XML, or without sender, account, time or type."""
    values = xml.fields(body)
    person, account = values.get("FromUserName", ""), values.get("ToUserName", "")
    type_ = values.get("MsgType", "").strip().lower()
    if not (0 < len(person) <= LONGEST_ID and 0 < len(account) <= LONGEST_ID and type_):
        raise xml.MalformedError("no push")
    created = _created(values.get("CreateTime", ""))
    kind = _KINDS.get(type_, "unsupported")
    text = values.get("Content", "") if kind == "text" else ""
    if text.strip() == UNSUPPORTED:
        kind, text = "unsupported", ""
    event, event_key = values.get("Event", "").strip().lower(), values.get("EventKey", "")
    return Push(
        kind=kind,
        person=person,
        account=account,
        created=created,
        key=_key(values, kind, person, created, event, event_key),
        text=text,
        menu_id=values.get("bizmsgmenuid", ""),
        event=event,
        event_key=event_key.removeprefix(SCENE_PREFIX) if event == "subscribe" else event_key,
        status=values.get("Status", ""),
        media_id=values.get("MediaId", ""),
        format=values.get("Format", ""),
        latitude=_degrees(values.get("Location_X", "")),
        longitude=_degrees(values.get("Location_Y", "")),
    )


def _key(values: dict[str, str], kind: Kind, person: str, created: int, event: str, event_key: str) -> str:
    message_id = values.get("MsgId", "").strip()
    if message_id and kind != "event":
        return message_id
    return "\x00".join((person, str(created), event, event_key))


def _created(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise xml.MalformedError("no time")
    return int(text)


def _degrees(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if -180 <= value <= 180 else None
