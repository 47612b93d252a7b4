"""What an operator does about an error of WeChat's."""

from __future__ import annotations

import re

from bot.channels.wechat.client import (
    AwayError,
    NotAllowedError,
    ThrottledError,
    TokenError,
    UncertainError,
    WeChatError,
)

_ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b[0-9a-fA-F]*:[0-9a-fA-F:]+\b")
_BY_CODE = {
    40013: "AppID 不对：到微信后台“设置与开发 - 基本配置”核对 XIAOFA_WECHAT_APP_ID。",
    40125: "AppSecret 不对，或者刚重置过：核对 XIAOFA_WECHAT_APP_SECRET。",
    40243: "AppSecret 被冻结：到微信后台解冻。",
    89503: "这次调用要管理员在微信里确认：请管理员确认后再试。",
    46003: "公众号还没有菜单：运行 xiaofa wechat menu push。",
}


def advice(error: WeChatError) -> str:
    """One or two plain sentences; WeChat's own words at the end."""
    words = f"（微信的回答：{error.code} {error.message}）" if error.code else f"（{error.message}）"
    return _remedy(error) + words


def _remedy(error: WeChatError) -> str:
    if error.code == 40164:
        found = _ADDRESS.search(error.message)
        address = found[0] if found else "这台服务器的出口 IP"
        return f"IP 白名单里没有这台服务器：到微信后台“基本配置 - IP 白名单”加上 {address}。"
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    if isinstance(error, NotAllowedError):
        return "这个账号没有这个接口：看看认证是否通过；没有客服接口就设 XIAOFA_WECHAT_CUSTOMER_SERVICE=false。"
    if isinstance(error, TokenError):
        return "访问令牌被拒绝，换新的也不行：核对 AppID、AppSecret，看看有没有别的程序在用旧的 /cgi-bin/token。"
    if isinstance(error, ThrottledError):
        return "调用太频繁，或今天的次数用完了：过一会儿（或明天）再试。"
    if isinstance(error, AwayError):
        return "连不上微信：检查这台服务器能不能访问外网，代理和 DNS 是否正常。"
    if isinstance(error, UncertainError):
        return "微信没有给出看得懂的回答：过一会儿再试。"
    return "微信拒绝了这次调用。"
