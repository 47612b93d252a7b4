"""The rules a custom menu must keep."""

from __future__ import annotations

from typing import Any

BUTTONS = 40016
SUB_BUTTONS = 40023
NAME = 40018
SUB_NAME = 40025
KIND = 40015
KEY = 40019
URL = 40020
TYPES = {"click", "view", "location_select", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album"}


def menu_error(menu: dict[str, Any]) -> int:
    """The error code for a menu, or 0."""
    buttons = menu.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        return BUTTONS
    for button in buttons:
        subs = button.get("sub_button") or []
        if not 1 <= len(str(button.get("name", "")).encode()) <= 16:
            return NAME
        if len(subs) > 5:
            return SUB_BUTTONS
        if any(not 1 <= len(str(sub.get("name", "")).encode()) <= 60 for sub in subs):
            return SUB_NAME
        for leaf in subs or [button]:
            if code := _leaf_error(leaf):
                return code
    return 0


def _leaf_error(button: dict[str, Any]) -> int:
    kind = button.get("type")
    if kind not in TYPES:
        return KIND
    if kind == "view":
        return 0 if 1 <= len(str(button.get("url", "")).encode()) <= 1024 else URL
    return 0 if 1 <= len(str(button.get("key", "")).encode()) <= 128 else KEY
