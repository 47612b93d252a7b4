"""The reply in the open connection: it costs no quota, and there is one at most."""

from __future__ import annotations

from bot.channels.wechat import xml
from bot.channels.wechat.incoming import Push

SUCCESS = "success"
"""Received, nothing to show: WeChat neither resends nor complains."""
TEXT_BYTES = 2000


def text(push: Push, content: str, *, now: int) -> str:
    """A text reply. Raises ValueError when nothing is left to say or it is too long: both would show a fault notice."""
    content = xml.sendable(content).strip()
    if not content:
        raise ValueError("an empty reply")
    if len(content.encode()) > TEXT_BYTES:
        raise ValueError("a reply of more than 2,000 bytes")
    return xml.document(
        {
            "ToUserName": push.person,
            "FromUserName": push.account,
            "CreateTime": now,
            "MsgType": "text",
            "Content": content,
        }
    )
