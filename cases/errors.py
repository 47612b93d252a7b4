"""What may go wrong with a case; `str()` is Chinese and may be shown to the staff."""

from __future__ import annotations


class CaseError(Exception):
    """Something about a case does not work; the message says what to do."""


class CaseNotFoundError(CaseError):
    def __init__(self) -> None:
        super().__init__("没有这个案件，可能已经按本人的要求删除。")


class StaleCaseError(CaseError):
    def __init__(self) -> None:
        super().__init__(
            "这个案件刚被别人改过，您看到的已经不是最新的。请刷新页面，看清楚再操作；您刚才的操作没有保存。"
        )


class NotAllowedError(CaseError, PermissionError):
    """The role, or not being the owner, forbids it."""


class WrongStatusError(CaseError):
    """The status does not allow it now."""


class ConflictError(CaseError):
    """The lawyer or the firm holds the other side."""


class AttachmentError(CaseError):
    """The file is too big, empty, or not what its name says."""


class InputError(CaseError):
    """What was typed does not fit."""
