"""Every error a person may meet, in words for people; details go to the log under the request id."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import JSONResponse

MESSAGES = {
    "consent_required": "请先阅读说明并同意，小法才能记下您的问题并回答。着急请拨打 12348。",
    "session_required": "页面已经过期，请刷新后再试。",
    "csrf": "页面已经过期，请刷新后再试。",
    "card_not_found": "没有找到这张答复，可能已经删除。",
    "not_found": "没有找到您要的内容。",
    "report_not_found": "没有找到这份报告：链接不完整，或者报告已经删除。",
    "article_not_found": "没有找到这一条，请核对法律名称和条号。",
    "statutes_away": "暂时查不到条文原文，请稍后再试，或到国家法律法规数据库（flk.npc.gov.cn）核对。",
    "too_large": "内容太长，没有发出去。请分成几段再发，您写的还在输入框里。",
    "too_fast": "您发得太快了，请稍等一会儿再发。着急请拨打 12348。",
    "invalid": "请求的格式不对，请刷新页面后再试。",
    "method": "不支持这种操作。",
    "unavailable": "小法暂时出了故障，这句话还没有记下，请稍后再发一次。着急请拨打 12348。",
    "internal": "小法这会儿出了点问题，请过一会儿重试。着急请拨打 12348。",
}


class ApiError(Exception):
    """Ends a request with a status and one of MESSAGES."""

    def __init__(self, status: int, code: str, *, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after


def response(status: int, code: str, request_id: str, *, retry_after: int | None = None) -> JSONResponse:
    """`{"error": {"code", "message", "request_id"}}`."""
    body = {"error": {"code": code, "message": MESSAGES[code], "request_id": request_id}}
    return JSONResponse(body, status, {"Retry-After": str(retry_after)} if retry_after else None)


def code_for(status: int) -> str:
    """The code of an error the framework raised."""
    known = {404: "not_found", 405: "method", 413: "too_large", 429: "too_fast", 503: "unavailable"}
    if status in known:
        return known[status]
    return "internal" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid"
